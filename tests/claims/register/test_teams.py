"""Teams of an intermediary: who may put whom in one, what its people may do then, and that it ends at once (G3, G9, G10)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY, policy_of
from claims.instants import written
from claims.mandates import Clients, Mandate
from claims.organisation import ClientGroup
from claims.register import (
    declining,
    journal,
    lookup,
    overview,
    resolving,
    team_mandates,
    team_removing,
    teams,
)
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from claims.register.looking_back import resolve_as_known
from claims.register.team_rights import Refused, Why
from claims.register.world import import_world
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.account import breaches
from tests.support.offers import actor, an_offer, by_policy, made
from tests.support.register import VAULT, laid, landed

LEVEL = Loa.SUBSTANTIAL


def world_of_teams() -> dict[str, Any]:
    """The accountants: their administrator Lotte, Lars and Kees for Team Noord, and their clients."""
    document: dict[str, Any] = demo_document()
    document["mandates"].append(
        {
            "id": "m-north",
            "represented": "peeters",
            "representative": "kees",
            "services": ["vat-return"],
            "actions": "*",
            "assurance": "substantial",
            "from": "2026-01-01T00:00:00Z",
            "until": "2029-01-01T00:00:00Z",
            "clients": {"groups": ["g-north"]},
        }
    )
    return document


def _outside() -> list[str]:
    """Clients who let the accountants do all for the VAT return, and are not in Team Noord."""
    document: dict[str, Any] = demo_document()
    north = document["client_groups"][0]["clients"]
    return [
        one["represented"]
        for one in document["mandates"]
        if one["representative"] == "peeters"
        and "vat-return" in one["services"]
        and (one["actions"], one["assurance"]) == ("*", "substantial")
        and one["until"] > "2027"
        and one["represented"].startswith("client")
        and one["represented"] not in north
        and "revoked_at" not in one
        and "suspended" not in one
    ]


FIRST, SECOND = _outside()[:2]


@pytest.fixture
def world(database: Database) -> Database:
    laid(database, world_of_teams(), now=TODAY)
    return database


def changed(
    database: Database,
    do: Any,
    *given: Any,
    person: str = "lotte",
    level: Loa = LEVEL,
    now: int = TODAY,
    **more: Any,
) -> Any:
    with database.recording() as db:
        by = actor(person, "peeters", level)
        return by_policy(do)(db, VAULT, "peeters", *given, by=by, now=now, **more)


def why(done: object) -> Why:
    assert isinstance(done, Refused)
    return done.why


def of_team(database: Database, team: str) -> list[Mandate]:
    with database.reading() as db:
        return list(team_mandates.serving(db, "peeters", team, now=TODAY))


def members(database: Database, team: str) -> set[str]:
    with database.reading() as db:
        return set(teams.clients_of(db, team, limit=1000).ids)


def acts_for(database: Database, person: str, service: str = "vat-return", at: int = TODAY) -> set[str]:
    with database.reading() as db:
        question = ask(db, person, service, at=at)
        return {one.represented for one in resolving.resolve(db, question).representations}


def employee_of(database: Database, team: str) -> Any:
    with database.reading() as db:
        return next(iter(team_mandates.serving(db, "peeters", team, now=TODAY)))


def test_a_team_is_made_once_and_is_empty(world: Database) -> None:
    made = changed(world, teams.make, "g-new", "  Team   Zuid ")
    again = changed(world, teams.make, "g-new", "Otherwise", now=TODAY + 1)

    assert isinstance(made, ClientGroup)
    assert "Team Zuid" == made.name == again.name
    assert set() == members(world, "g-new")
    with world.reading() as db:
        assert [Event.ADDED] == [one.event for one in journal.of_record(db, "client_group", "g-new")]
        assert "Team Zuid" in [one.name for one in teams.of_organisation(db, "peeters")]
    assert [] == breaches(world)


@pytest.mark.parametrize(
    ("name", "expected"), [(" \u200b ", Why.NAME_MISSING), ("999997221", Why.NAME_HOLDS_A_NUMBER)]
)
def test_a_team_has_a_name_and_never_a_bsn(world: Database, name: str, expected: Why) -> None:
    assert expected is why(changed(world, teams.make, "g-new", name))
    assert expected is why(changed(world, teams.rename, "g-north", name))


def test_g9_whoever_serves_a_team_acts_for_whom_is_put_in_and_no_more_for_whom_is_taken_out(
    world: Database,
) -> None:
    employee = employee_of(world, "g-north").representative
    assert FIRST not in members(world, "g-north")
    assert FIRST not in acts_for(world, employee)

    changed(world, teams.put_in, "g-north", [FIRST])
    assert FIRST in acts_for(world, employee)

    changed(world, teams.take_out, "g-north", [FIRST], now=TODAY + 1)
    assert FIRST not in acts_for(world, employee, at=TODAY + 1)
    assert [] == breaches(world)


def test_g10_nobody_puts_a_client_in_who_could_not_give_what_the_team_may_do(world: Database) -> None:
    with world.writing() as db:
        narrow = next(one for one in demo_document()["appointments"] if one["id"] == "a-peeters-lotte")
        import_world(
            db,
            VAULT,
            {"appointments": [{**narrow, "services": ["energy-label"]}]},
            by=OPERATOR,
            now=TODAY,
        )

    assert Why.OUT_OF_REACH is why(changed(world, teams.put_in, "g-north", [FIRST]))
    assert FIRST not in members(world, "g-north")
    taken = changed(world, teams.take_out, "g-north", ["client001"])
    assert isinstance(taken, ClientGroup)  # taking out each may do (G3)
    assert "client001" not in members(world, "g-north")


def test_g4_a_login_that_is_not_sure_enough_widens_nothing(world: Database) -> None:
    refused = changed(world, teams.put_in, "g-north", [FIRST], level=Loa.LOW)

    assert Refused(Why.TOO_WEAK, Loa.SUBSTANTIAL) == refused
    assert FIRST not in members(world, "g-north")


def test_g10_nobody_lets_a_team_serve_for_longer_than_they_may_give(world: Database) -> None:
    mine = next(one for one in demo_document()["appointments"] if one["id"] == "a-peeters-lotte")
    longest = max(one.until or 0 for one in of_team(world, "g-north"))
    for until, do, *given in (
        (longest - 1, teams.put_in, "g-north", [FIRST]),
        (longest - 1, teams.receive_new, "g-north"),
        (longest, teams.put_in, "g-north", [FIRST]),
    ):
        with world.writing() as db:
            appointment = {**mine, "until": written(until)}
            import_world(db, VAULT, {"appointments": [appointment]}, by=OPERATOR, now=TODAY)
        done = changed(world, do, *given)
        assert (until < longest) == isinstance(done, Refused), done
        if isinstance(done, Refused):
            assert Why.OUT_OF_REACH is done.why


@pytest.mark.parametrize(
    ("do", "given"),
    [
        (teams.put_in, ("g-north", [FIRST])),
        (teams.receive_new, ("g-north",)),
        (team_mandates.let_serve, ("g-payroll", "m0015")),
    ],
)
def test_g4_the_policy_of_the_operator_says_who_is_sure_enough_to_widen_it(
    world: Database, do: Any, given: tuple[Any, ...]
) -> None:
    strict = policy_of({"substantial": [["notarial_deed"]]})

    refused = changed(world, do, *given, policy=strict)

    assert Why.TOO_WEAK is why(refused)
    assert not isinstance(changed(world, do, *given), Refused)


@pytest.mark.parametrize("person", ["eva", "carla", "anna", "nobody"])
def test_g3_nobody_else_changes_a_team(world: Database, person: str) -> None:
    for do, *given in (
        (teams.make, "g-new", "Mine"),
        (teams.rename, "g-north", "Mine"),
        (teams.put_in, "g-north", [FIRST]),
        (teams.take_out, "g-north", ["client001"]),
        (teams.receive_new, "g-north"),
        (team_mandates.let_serve, "g-north", "m0001"),
    ):
        assert isinstance(changed(world, do, *given, person=person), Refused), do
    assert "client001" in members(world, "g-north")


def test_a_team_of_another_organisation_is_not_there(world: Database) -> None:
    with world.recording() as db:
        by = actor("carla", "bakery")
        done = teams.put_in(
            db, VAULT, "bakery", "g-north", ["client001"], by=by, now=TODAY, policy=DEFAULT_POLICY
        )
        gone = teams.take_out(db, VAULT, "bakery", "g-north", ["client001"], by=by, now=TODAY)

    assert (Why.UNKNOWN_TEAM, Why.UNKNOWN_TEAM) == (why(done), why(gone))
    assert "client001" in members(world, "g-north")


def test_nobody_makes_a_team_of_the_id_of_anothers(world: Database) -> None:
    with world.recording() as db:
        by = actor("carla", "bakery")
        done = teams.make(db, VAULT, "bakery", "g-north", "Mine", by=by, now=TODAY)

    assert Why.UNKNOWN_TEAM is why(done)
    with world.reading() as db:
        north = teams.find(db, "peeters", "g-north")
    assert north is not None
    assert "Team Noord" == north.name
    assert "client001" in members(world, "g-north")


@pytest.mark.parametrize("stranger", ["tax", "nobody", "x\0y", "peeters"])
def test_only_clients_are_put_in_a_team(world: Database, stranger: str) -> None:
    assert Why.NOT_A_CLIENT is why(changed(world, teams.put_in, "g-north", [FIRST, stranger]))
    assert FIRST not in members(world, "g-north")


def test_one_team_receives_new_clients_and_no_other(world: Database) -> None:
    changed(world, teams.receive_new, "g-north")
    changed(world, teams.receive_new, "g-payroll", now=TODAY + 1)
    with world.reading() as db:
        receiving = teams.receiving(db, "peeters")
        assert receiving is not None
        assert "g-payroll" == receiving.id
        assert [False, True] == sorted(one.receives_new for one in teams.of_organisation(db, "peeters"))

    changed(world, teams.receive_new, None, now=TODAY + 2)
    with world.reading() as db:
        assert None is teams.receiving(db, "peeters")
    assert [] == breaches(world)


def test_two_administrators_who_choose_at_once_leave_one_team_that_receives(world: Database) -> None:
    together = Barrier(2)

    def choose(team: str) -> Any:
        together.wait()
        return changed(world, teams.receive_new, team)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(choose, ["g-north", "g-payroll"]))

    with world.reading() as db:
        assert 1 == sum(one.receives_new for one in teams.of_organisation(db, "peeters"))


def test_two_who_put_in_at_once_both_have_their_client_in_it(world: Database) -> None:
    together = Barrier(2)

    def put(client: str) -> Any:
        together.wait()
        return changed(world, teams.put_in, "g-north", [client])

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(put, [FIRST, SECOND]))

    assert all(isinstance(one, ClientGroup) for one in done)
    assert {FIRST, SECOND} <= members(world, "g-north")
    assert [] == breaches(world)


def test_a_team_is_full_at_some_point(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "MOST_IN_TEAM", len(members(world, "g-north")))

    assert Why.TEAM_FULL is why(changed(world, teams.put_in, "g-north", [FIRST]))


def test_an_organisation_has_no_more_teams_than_so_many(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teams, "MOST_TEAMS", 2)

    assert Why.TOO_MANY_TEAMS is why(changed(world, teams.make, "g-new", "Zuid"))


def test_the_same_again_changes_nothing_and_is_told_once(world: Database) -> None:
    for later in range(2):
        changed(world, teams.put_in, "g-north", [FIRST], now=TODAY + later)

    with world.reading() as db:
        told = [one.event for one in journal.of_record(db, "client_group", "g-north")]
    assert [Event.CHANGED] == [one for one in told if one is Event.CHANGED]


def test_clients_are_read_in_pages_and_searched(world: Database) -> None:
    with world.reading() as db:
        everybody = teams.clients_of(db, "g-north", limit=1000).ids
        first = teams.clients_of(db, "g-north", limit=3)
        second = teams.clients_of(db, "g-north", limit=3, after=first.next)
        assert everybody[:6] == first.ids + second.ids
        party = everybody[0]
        named = lookup.party(db, party)
        assert named is not None
        assert party in teams.clients_of(db, "g-north", like=named.name[:9].upper(), limit=1000).ids
        assert () == teams.clients_of(db, "g-north", like="nobody is called so").ids
        assert len(everybody) == teams.how_many(db, "g-north")


def test_g10_a_mandate_serves_one_more_team_by_who_may_give_it(world: Database) -> None:
    mandate = employee_of(world, "g-north")

    done = changed(world, team_mandates.let_serve, "g-payroll", mandate.id)
    again = changed(world, team_mandates.let_serve, "g-payroll", mandate.id)

    assert mandate.clients.groups | {"g-payroll"} == done.clients.groups
    assert done == again
    assert set(members(world, "g-payroll")) & acts_for(world, mandate.representative)
    with world.reading() as db:
        told = [one.event for one in journal.of_record(db, "mandate", mandate.id)]
        assert 1 == told.count(Event.CHANGED)
    assert [] == breaches(world)
    weak = changed(world, team_mandates.let_serve, "g-payroll", mandate.id, level=Loa.LOW)
    assert Why.TOO_WEAK is why(weak)


def test_a_mandate_serves_a_team_no_more_and_never_nobody(world: Database) -> None:
    mandate = employee_of(world, "g-north")
    assert Clients(groups=frozenset({"g-north"}), listed=True) == mandate.clients

    last = changed(world, team_mandates.serve_no_more, "g-north", mandate.id)
    assert Why.LAST_TEAM is why(last)

    changed(world, team_mandates.let_serve, "g-payroll", mandate.id)
    done = changed(world, team_mandates.serve_no_more, "g-north", mandate.id, now=TODAY + 1)
    assert frozenset({"g-payroll"}) == done.clients.groups
    gone = changed(world, team_mandates.serve_no_more, "g-north", mandate.id)
    assert Why.UNKNOWN_MANDATE is why(gone)


def test_a_mandate_that_serves_as_many_teams_as_it_can_is_told_not_to_serve_one_more(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mandate = employee_of(world, "g-north")
    monkeypatch.setattr(team_mandates, "MOST_SERVED", len(mandate.clients.groups))

    assert Why.SERVES_TOO_MANY is why(changed(world, team_mandates.let_serve, "g-payroll", mandate.id))

    assert mandate == changed(world, team_mandates.let_serve, "g-north", mandate.id)  # it does already
    with world.reading() as db:
        assert mandate == overview.mandate(db, mandate.id)


def test_of_two_who_take_a_mandate_out_of_its_last_two_teams_at_once_one_does(world: Database) -> None:
    mandate = employee_of(world, "g-north")
    for _ in range(3):
        changed(world, team_mandates.let_serve, "g-payroll", mandate.id)
        changed(world, team_mandates.let_serve, "g-north", mandate.id)
        together = Barrier(2)

        def take_out(team: str, together: Barrier = together) -> Any:
            together.wait()
            return changed(world, team_mandates.serve_no_more, team, mandate.id, now=TODAY + 1)

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(take_out, ["g-north", "g-payroll"]))

        assert [Why.LAST_TEAM] == [one.why for one in done if isinstance(one, Refused)]
        with world.reading() as db:
            left = overview.mandate(db, mandate.id)
        assert left is not None
        assert 1 == len(left.clients.groups)
    assert [] == breaches(world)


@pytest.mark.parametrize("mandate", ["nothing", "c001", "m0001"])
def test_no_mandate_of_another_serves_a_team(world: Database, mandate: str) -> None:
    with world.reading() as db:
        found = overview.mandate(db, mandate)
        assert found is None or found.represented != "peeters"

    assert Why.UNKNOWN_MANDATE is why(changed(world, team_mandates.let_serve, "g-north", mandate))


def test_a_mandate_for_all_clients_or_to_an_organisation_is_not_made_one_of_a_team(world: Database) -> None:
    with world.reading() as db:
        given = overview.given(db, "peeters").mandates
    others = [one for one in given if not one.clients.listed]
    assert others

    for one in others:
        assert Why.NOT_AN_EMPLOYEE is why(changed(world, team_mandates.let_serve, "g-north", one.id))


def test_those_who_serve_a_team_are_read_in_pages(world: Database) -> None:
    with world.reading() as db:
        everyone = list(team_mandates.serving(db, "peeters", "g-north", now=TODAY))
        page = team_mandates.page(db, "peeters", "g-north", now=TODAY, limit=1)
        assert everyone[:1] == list(page.mandates)
        assert (page.next is None) == (len(everyone) == 1)
        assert [] == list(team_mandates.serving(db, "peeters", "g-nor%", now=TODAY))
        assert all(
            "g-north" not in one.clients.groups
            for one in team_mandates.without_team(db, "peeters", "g-north", now=TODAY)
        )


def test_g3_g9_a_team_is_removed_with_what_was_for_it_alone_and_its_history_stays(world: Database) -> None:
    clients = members(world, "g-north")
    served = clients & acts_for(world, "kees")
    assert served
    changed(world, teams.receive_new, "g-north")
    with world.reading() as db:
        would = team_removing.ends(db, "peeters", "g-north", now=TODAY)
    assert (len(clients), ["m-north"], ["m0015"]) == (
        would.clients, [one.id for one in would.end], [one.id for one in would.go_on]
    )  # fmt: skip

    done = changed(world, team_removing.remove, "g-north", now=TODAY + 10)

    assert would == done
    assert not clients & acts_for(world, "kees", at=TODAY + 10)
    with world.reading() as db:
        ended, left = overview.mandate(db, "m-north"), overview.mandate(db, "m0015")
        assert ended is not None
        assert left is not None
        assert TODAY + 10 == ended.revoked_at
        assert Clients(parties=frozenset({"bakery"}), listed=True) == left.clients
        assert None is left.revoked_at
        assert None is teams.find(db, "peeters", "g-north")
        assert None is teams.receiving(db, "peeters")
        assert ["g-payroll"] == [one.id for one in teams.of_organisation(db, "peeters")]
        told = [one.event for one in journal.of_record(db, "client_group", "g-north")]
        then = resolve_as_known(db, ask(db, "kees", "vat-return"), TODAY + 5).representations
    assert served <= {one.represented for one in then}
    assert Event.REMOVED is told[-1]
    assert set() == members(world, "g-north")
    assert [] == breaches(world)


def test_a_team_that_was_removed_is_there_for_nothing_and_its_id_stays_its_own(world: Database) -> None:
    changed(world, team_removing.remove, "g-north")

    for do, *given in (
        (teams.make, "g-north", "Again"),
        (teams.rename, "g-north", "Again"),
        (teams.put_in, "g-north", [FIRST]),
        (teams.receive_new, "g-north"),
        (team_mandates.let_serve, "g-north", "m0015"),
        (team_removing.remove, "g-north"),
    ):
        assert Why.UNKNOWN_TEAM is why(changed(world, do, *given, now=TODAY + 20)), do
    assert set() == members(world, "g-north")


def test_an_empty_team_is_removed_and_nothing_ends(world: Database) -> None:
    changed(world, teams.make, "g-new", "Zuid")

    done = changed(world, team_removing.remove, "g-new")

    assert done.nothing
    assert [] == breaches(world)


def test_g3_nobody_removes_a_team_whose_permissions_are_not_theirs_to_end(world: Database) -> None:
    some = {
        "id": "a-some", "organisation": "peeters", "person": "lars", "services": ["payroll"],
        "assurance": "high", "from": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    landed(world, {"appointments": [some]}, now=TODAY)

    assert Why.OUT_OF_REACH is why(changed(world, team_removing.remove, "g-north", person="lars"))
    for nobody in ("eva", "carla", "anna"):
        assert Why.NOT_ENTITLED is why(changed(world, team_removing.remove, "g-north", person=nobody))

    assert FIRST not in members(world, "g-north")
    assert members(world, "g-north")
    with world.reading() as db:
        assert None is not teams.find(db, "peeters", "g-north")
    assert [] == breaches(world)


def test_a_team_for_which_something_is_offered_is_not_removed(world: Database) -> None:
    groups = Clients(groups=frozenset({"g-payroll"}), listed=True)
    offer = an_offer("peeters", "payroll", representative="omer", clients=groups, own_affairs=False)
    made(world, offer, "lotte")

    assert Why.STILL_OFFERED is why(changed(world, team_removing.remove, "g-payroll"))

    with world.recording() as db:
        declining.withdraw(db, VAULT, offer.id, by=actor("lotte", "peeters"), now=TODAY)
    assert not isinstance(changed(world, team_removing.remove, "g-payroll"), Refused)


def test_of_two_who_remove_it_and_fill_it_at_once_nobody_is_left_in_a_team_that_is_no_more(
    world: Database,
) -> None:
    changed(world, teams.make, "g-new", "Zuid")
    changed(world, team_mandates.let_serve, "g-new", "m0015")
    together = Barrier(3)

    def do(step: Any) -> object:
        together.wait()
        return step()

    steps = [
        lambda: changed(world, team_removing.remove, "g-new", now=TODAY + 1),
        lambda: changed(world, teams.put_in, "g-new", [FIRST], now=TODAY + 1),
        lambda: changed(world, team_mandates.let_serve, "g-new", "m-north", now=TODAY + 1),
    ]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(do, steps))

    with world.reading() as db:
        assert None is teams.find(db, "peeters", "g-new")
        for id in ("m0015", "m-north"):
            left = overview.mandate(db, id)
            assert left is not None
            assert "g-new" not in left.clients.groups
    assert set() == members(world, "g-new")
    assert [] == breaches(world)
