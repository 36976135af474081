"""Where a new client lands: in the team that was named, else in the one that receives new clients (G7)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.offers import Offer
from claims.organisation import ClientGroup
from claims.register import accepting, client_references, landing, resolving, teams
from claims.register.team_rights import Refused, Why
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, ask
from tests.claims.register.test_teams import FIRST, world_of_teams
from tests.support.account import breaches
from tests.support.offers import actor, an_offer, make
from tests.support.register import VAULT, landed

_NOTES = Statement("SELECT offer, team, sealed FROM register_placings")


@pytest.fixture
def world(database: Database) -> Database:
    """The accountants, and a partnership that is no client of theirs."""
    document: dict[str, Any] = world_of_teams()
    for relation in document["legal_relations"]:
        relation["source"]["fetched_at"] = "2026-11-23T11:00:00Z"
    landed(database, document, now=TODAY - 10)
    return database


def offered(database: Database) -> Offer:
    made = make(database, an_offer("vof", "vat-return", representative="peeters"), "mo")
    assert isinstance(made, Offer)
    return made


def accepted(database: Database, offer: Offer, team: str | None = None) -> Offer:
    by = actor("lotte", "peeters")
    with database.recording() as db:
        if team is not None:
            landing.note(db, VAULT, offer.id, offer.represented, team=team, reference=None)
        done = accepting.accept(db, VAULT, offer.id, by=by, now=TODAY, policy=DEFAULT_POLICY)
    assert isinstance(done, Offer)
    return done


def team_of(database: Database, client: str = "vof") -> list[str]:
    with database.reading() as db:
        return [one.id for one in teams.teams_of(db, "peeters", [client]).get(client, [])]


def receives(database: Database, team: str) -> None:
    with database.recording() as db:
        teams.receive_new(
            db, VAULT, "peeters", team, by=actor("lotte", "peeters"), now=TODAY, policy=DEFAULT_POLICY
        )


def test_without_a_team_for_new_clients_a_new_one_is_in_none(world: Database) -> None:
    accepted(world, offered(world))

    assert [] == team_of(world)


def test_a_new_client_lands_in_the_team_for_new_clients_and_its_people_act_at_once(world: Database) -> None:
    receives(world, "g-north")

    accepted(world, offered(world))

    assert ["g-north"] == team_of(world)
    with world.reading() as db:
        question = ask(db, "kees", "vat-return", at=TODAY)
        assert resolving.check(db, question, "vof")
    assert [] == breaches(world)


def test_a_team_that_was_named_comes_before_the_one_for_new_clients(world: Database) -> None:
    receives(world, "g-north")

    accepted(world, offered(world), "g-payroll")

    assert ["g-payroll"] == team_of(world)
    with world.reading() as db:
        assert [] == db.all(_NOTES)


def test_a_client_that_is_in_a_team_already_stays_where_it_is(world: Database) -> None:
    accepted(world, offered(world), "g-payroll")
    receives(world, "g-north")

    accepted(world, offered(world))

    assert ["g-payroll"] == team_of(world)


def test_a_named_team_that_is_gone_or_anothers_receives_nobody(world: Database) -> None:
    accepted(world, offered(world), "g-gone")

    assert [] == team_of(world)


def test_a_full_team_keeps_nobody_from_accepting(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    receives(world, "g-north")
    monkeypatch.setattr(teams, "MOST_IN_TEAM", 1)

    accepted(world, offered(world))

    assert [] == team_of(world)


def test_what_is_given_to_a_person_lands_nowhere(world: Database) -> None:
    receives(world, "g-north")
    made = make(world, an_offer("vof", "vat-return", representative="eva"), "mo")
    assert isinstance(made, Offer)
    with world.recording() as db:
        accepting.accept(db, VAULT, made.id, by=actor("eva"), now=TODAY, policy=DEFAULT_POLICY)

    assert [] == team_of(world)


def test_g10_only_who_may_fill_a_team_lets_somebody_land_in_it(world: Database) -> None:
    with world.reading() as db:
        lotte = landing.may_land(
            db, "peeters", "g-north", by=actor("lotte", "peeters"), now=TODAY, policy=DEFAULT_POLICY
        )
        weak = landing.may_land(
            db, "peeters", "g-north", by=actor("lotte", "peeters", Loa.LOW), now=TODAY, policy=DEFAULT_POLICY
        )
        eva = landing.may_land(
            db, "peeters", "g-north", by=actor("eva", "peeters"), now=TODAY, policy=DEFAULT_POLICY
        )
        gone = landing.may_land(
            db, "peeters", "g-gone", by=actor("lotte", "peeters"), now=TODAY, policy=DEFAULT_POLICY
        )

    assert (None, Why.TOO_WEAK, Why.NOT_ENTITLED, Why.UNKNOWN_TEAM) == (
        lotte,
        weak and weak.why,
        eva and eva.why,
        gone and gone.why,
    )
    assert isinstance(gone, Refused)


def test_a_reference_that_came_with_a_request_is_kept_when_it_is_given(world: Database) -> None:
    offer = offered(world)
    with world.recording() as db:
        landing.note(db, VAULT, offer.id, "vof", team=None, reference="K-77")
        assert {} == client_references.of_clients(db, VAULT, "peeters", ["vof"])
        ((_, _, sealed),) = db.all(_NOTES)
    assert "K-77" not in sealed

    accepted(world, offer)

    with world.reading() as db:
        assert {"vof": "K-77"} == client_references.of_clients(db, VAULT, "peeters", ["vof"])
        assert ["vof"] == client_references.known_by(db, VAULT, ["peeters"], "k-77")
        assert [] == db.all(_NOTES)


def test_who_accepts_and_who_fills_the_same_team_at_once_do_both(world: Database) -> None:
    receives(world, "g-north")
    offer, together = offered(world), Barrier(2)

    def accept() -> object:
        together.wait()
        return accepted(world, offer)

    def fill() -> object:
        together.wait()
        with world.recording() as db:
            by = actor("lotte", "peeters")
            return teams.put_in(
                db, VAULT, "peeters", "g-north", [FIRST], by=by, now=TODAY, policy=DEFAULT_POLICY
            )

    with ThreadPoolExecutor(2) as pool:
        done = [one.result() for one in (pool.submit(accept), pool.submit(fill))]

    assert isinstance(done[1], ClientGroup)
    assert ["g-north"] == team_of(world)
    assert "g-north" in team_of(world, FIRST)
    assert [] == breaches(world)
