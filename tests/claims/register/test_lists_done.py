"""Lists carried out: each line judged by itself and done once; of who is asked nothing is told, and silence gives nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.granting import WhyNot
from claims.instants import written
from claims.limits import NO_LIMITS, Days, Limits
from claims.lists.columns import ASKING, GIVING
from claims.lists.faults import FaultCode
from claims.lists.reading import read
from claims.lists.wishes import Wanted, wanted
from claims.offers import OfferKind, OfferState
from claims.register import client_references, lookup, offering, offers_kept, overview, teams
from claims.register.lists_done import Done, Outcome, carry_out
from claims.register.lists_judged import Judged, Listing, Sort, judge
from keys.storage import Connected, Database, Statement
from tests.claims.register.test_resolving import TODAY
from tests.claims.register.test_teams import world_of_teams
from tests.support.account import breaches
from tests.support.offers import CODES, actor, an_offer, made
from tests.support.register import VAULT, landed
from tests.support.work import statements_of

_CLIENTS = Statement("SELECT id FROM register_parties WHERE id LIKE 'client%' ORDER BY id LIMIT 60")
_LINES = Statement("SELECT count(*) FROM register_list_lines")
_OFFERS = Statement("SELECT count(*) FROM register_offers")
PEETERS, BAKERY = "lotte", "carla"


@pytest.fixture
def world(database: Database) -> Database:
    document: dict[str, Any] = world_of_teams()
    for relation in document["legal_relations"]:
        relation["source"]["fetched_at"] = "2026-11-23T11:00:00Z"
    landed(database, document, now=TODAY - 10)
    return database


def lines(db: Connected, text: str, sort: Sort) -> list[Wanted]:
    columns = GIVING if sort is Sort.GIVE else ASKING
    sets = list(lookup.service_sets(db).values())
    found, faults = wanted(read(text.encode(), columns), lookup.services(db), columns, now=TODAY, sets=sets)
    assert [] == faults
    return found


def listing(
    db: Connected, organisation: str, person: str, level: Loa = Loa.SUBSTANTIAL, now: int = TODAY
) -> Listing:
    party = lookup.party(db, organisation)
    assert party is not None
    return Listing.of(db, VAULT, party, by=actor(person, organisation, level), now=now, policy=DEFAULT_POLICY)


def done(
    database: Database,
    text: str,
    sort: Sort = Sort.GIVE,
    organisation: str = "bakery",
    person: str = BAKERY,
    level: Loa = Loa.SUBSTANTIAL,
    now: int = TODAY,
) -> list[Done]:
    with database.recording() as db:
        of = listing(db, organisation, person, level, now)
        return carry_out(of, CODES, sort, lines(db, text, sort))


def asked(database: Database, text: str, **how: Any) -> list[Done]:
    return done(database, text, Sort.ASK, "peeters", PEETERS, **how)


def judged(
    database: Database, text: str, sort: Sort, organisation: str, person: str, level: Loa = Loa.SUBSTANTIAL
) -> list[Judged]:
    with database.reading() as db:
        return judge(listing(db, organisation, person, level), sort, lines(db, text, sort))


def count(database: Database, statement: Statement) -> int:
    with database.reading() as db:
        row = db.one(statement)
    assert row is not None
    return int(row[0])


def outcomes(some: list[Done]) -> list[str]:
    return [one.outcome.value for one in some]


@pytest.mark.parametrize("sort", list(Sort))
def test_a_long_list_asks_no_more_of_the_database_than_a_short_one(
    world: Database, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    with world.reading() as db:
        ids = [id for (id,) in db.all(_CLIENTS)]
        numbers = [one["kvk"] for one in lookup.identifiers_of(db, VAULT, ids).values() if "kvk" in one]
    services = ("vat-return", "payroll", "policy")
    lines_of = [f"{number};{service}" for number in numbers for service in services][:120]
    restriction = {
        "id": "r-bakery",
        "party": "bakery",
        "kind": "bankruptcy",
        "services": ["payroll"],
        "from": "2026-01-01T00:00:00Z",
    }
    landed(world, {"restrictions": [restriction]}, now=TODAY - 5)

    def statements(some: list[str]) -> int:
        organisation, person = ("bakery", BAKERY) if sort is Sort.GIVE else ("peeters", PEETERS)
        with statements_of(monkeypatch) as asked_of_the_database:
            found = judged(world, "kvk;service\n" + "\n".join(some) + "\n", sort, organisation, person)
        assert len(some) == len(found)
        return len(asked_of_the_database)

    assert statements(lines_of[:6]) == statements(lines_of)


GIVES = "kvk;staff number;service;until\n{number};;vat-return;31-12-2027\n;007;vat-return;31-12-2027\n"


def number_of(database: Database, party: str) -> str:
    with database.reading() as db:
        return lookup.identifiers(db, VAULT, party)["kvk"]


def test_g7_an_organisation_gives_line_by_line_to_others_and_to_employees(world: Database) -> None:
    some = done(world, GIVES.format(number=number_of(world, "payroll")))

    assert ["waits", "waits"] == outcomes(some)
    to_payroll, to_employee = (one.offer for one in some)
    assert to_payroll is not None
    assert to_employee is not None
    assert (OfferKind.PARTY, "payroll", OfferState.OFFERED) == (
        to_payroll.kind,
        to_payroll.representative,
        to_payroll.state,
    )
    assert (OfferKind.EMPLOYEE, "007") == (to_employee.kind, to_employee.reference)
    assert None is some[0].drawn
    assert some[1].drawn is not None
    assert [] == breaches(world)


def test_the_same_list_again_does_nothing_however_it_is_written(world: Database) -> None:
    text = GIVES.format(number=number_of(world, "payroll"))
    done(world, text)
    before = count(world, _OFFERS)

    again = done(world, text.replace("vat-return", "Btw-aangifte").replace(";", ","), now=TODAY + 86400)

    assert ["before", "before"] == outcomes(again)
    assert [None, None] == [one.drawn for one in again]
    assert before == count(world, _OFFERS)


def test_two_who_bring_the_same_list_at_once_do_each_line_once(world: Database) -> None:
    text = GIVES.format(number=number_of(world, "payroll"))
    before, together = count(world, _OFFERS), Barrier(2)

    def bring(person: str) -> list[str]:
        together.wait()
        return outcomes(done(world, text, person=person))

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(bring, ["carla", "daan"]))

    assert sorted(["waits", "waits", "before", "before"]) == sorted([*found[0], *found[1]])
    assert before + 2 == count(world, _OFFERS)


def test_g10_a_line_beyond_what_one_may_give_is_refused_and_the_others_are_done(world: Database) -> None:
    text = "staff number;service\n007;vat-return\n008;income-tax\n"

    (good, bad) = done(world, text)

    assert ["waits", "refused"] == outcomes([good, bad])
    assert WhyNot.OTHER_KIND_OF_PARTY in {one.why for one in bad.judged.faults}
    assert 1 == count(world, _LINES)


def test_g4_a_login_that_is_not_sure_enough_gives_nothing(world: Database) -> None:
    (one,) = done(world, "staff number;service\n007;vat-return\n", level=Loa.LOW)

    assert Outcome.REFUSED is one.outcome
    assert {WhyNot.TOO_WEAK} == {fault.why for fault in one.judged.faults}
    assert 0 == count(world, _LINES)
    (later,) = done(world, "staff number;service\n007;vat-return\n")
    assert Outcome.WAITS is later.outcome


def test_a_number_of_nobody_and_of_who_trades_in_person_look_the_same(world: Database) -> None:
    text = "kvk;service\n{}\n"
    faults = [
        [one.wrong for one in judged(world, text.format(f"{number};vat-return"), Sort.GIVE, "bakery", BAKERY)]
        for number in (number_of(world, "postma"), "00000000")
    ]

    assert faults[0] == faults[1]
    assert FaultCode.UNKNOWN_ORGANISATION is faults[0][0][0].code


def test_a_permission_for_a_team_is_for_that_team_of_ones_own(world: Database) -> None:
    text = "staff number;service;for\n007;vat-return;team noord\n"
    (one,) = judged(world, text, Sort.GIVE, "peeters", PEETERS)
    (other,) = judged(world, text, Sort.GIVE, "bakery", BAKERY)

    assert one.is_good
    assert (frozenset({"g-north"}), False) == (one.offer.clients.groups, one.offer.own_affairs)
    assert [FaultCode.UNKNOWN_TEAM] == [fault.code for fault in other.wrong]


ASKS = "kvk;service;reference;team\n{number};vat-return;K-12;Team Noord\n"


def test_g7_a_list_of_an_intermediary_asks_and_silence_is_no_consent(world: Database) -> None:
    number = number_of(world, "vof")

    (one,) = asked(world, ASKS.format(number=number))

    assert Outcome.ASKED is one.outcome
    with world.reading() as db:
        (offer,) = offers_kept.open_offers(db, "vof", now=TODAY).offers
        assert (OfferKind.REQUEST, OfferState.REQUESTED) == (offer.kind, offer.state)
        assert () == overview.between(db, "vof", "peeters")
        assert {} == client_references.of_clients(db, VAULT, "peeters", ["vof"])
        assert {} == teams.teams_of(db, "peeters", ["vof"])
        assert "K-12" not in repr(offer)

    with world.recording() as db:
        by = actor("mo", "vof")
        offering.approve(
            db, VAULT, offer.id, login=Loa.SUBSTANTIAL, by=by, now=TODAY + 5, policy=DEFAULT_POLICY
        )

    with world.reading() as db:
        assert 1 == len(overview.between(db, "vof", "peeters"))
        assert {"vof": "K-12"} == client_references.of_clients(db, VAULT, "peeters", ["vof"])
        assert ["g-north"] == [one.id for one in teams.teams_of(db, "peeters", ["vof"])["vof"]]
    assert [] == breaches(world)


def test_who_asks_is_not_told_whether_there_was_anybody_to_ask(world: Database) -> None:
    known, unknown = (
        asked(world, ASKS.format(number=number)) for number in (number_of(world, "vof"), "00000000")
    )

    assert outcomes(known) == outcomes(unknown)
    again = [
        outcomes(asked(world, ASKS.format(number=number))) for number in (number_of(world, "vof"), "00000000")
    ]
    assert [["before"], ["before"]] == again
    with world.reading() as db:
        assert () == offers_kept.given_to(db, "peeters", now=TODAY, silent=False).offers


def test_a_sole_trader_can_be_asked_and_is_told_no_otherwise(world: Database) -> None:
    (one,) = asked(world, ASKS.format(number=number_of(world, "postma")))

    assert Outcome.ASKED is one.outcome
    with world.reading() as db:
        assert 1 == offers_kept.how_many_open(db, "postma", now=TODAY)


def test_of_whom_one_acts_for_already_the_list_keeps_reference_and_team_alone(world: Database) -> None:
    number = number_of(world, "bakery")
    before = count(world, _OFFERS)

    (one,) = asked(world, ASKS.format(number=number))

    assert Outcome.BEFORE is one.outcome
    assert before == count(world, _OFFERS)
    with world.reading() as db:
        assert {"bakery": "K-12"} == client_references.of_clients(db, VAULT, "peeters", ["bakery"])
        assert "g-north" in [team.id for team in teams.teams_of(db, "peeters", ["bakery"])["bakery"]]

    asked(world, ASKS.format(number=number).replace("K-12", "K-13"))
    with world.reading() as db:
        assert {"bakery": "K-13"} == client_references.of_clients(db, VAULT, "peeters", ["bakery"])


@pytest.mark.parametrize(
    "given",
    [
        {"branch": "998162685298"},
        {"from": written(TODAY + 30 * 86400)},
        {"until": written(TODAY + 30 * 86400)},
        {"own_affairs": False, "clients": "all"},
    ],
)
def test_a_client_who_gave_less_is_asked(world: Database, given: dict[str, Any]) -> None:
    told = next(one for one in world_of_teams()["mandates"] if one["id"] == "m0010")
    landed(world, {"mandates": [told | given]}, now=TODAY - 5)

    (one,) = asked(world, ASKS.format(number=number_of(world, "bakery")))

    assert Outcome.ASKED is one.outcome
    with world.reading() as db:
        assert 1 == len(offers_kept.open_between(db, "bakery", "peeters", now=TODAY))


@pytest.mark.parametrize("more", ["01-02-2027;31-12-2027", "01-01-2027;30-06-2027"])
def test_what_waits_already_is_not_what_is_asked_for_longer_or_sooner(world: Database, more: str) -> None:
    text = f"kvk;service;reference;from;until\n{number_of(world, 'vof')};vat-return;"
    asked(world, f"{text}K-1;01-02-2027;30-06-2027\n")
    asked(world, f"{text}K-2;01-02-2027;30-06-2027\n")
    with world.reading() as db:
        assert 1 == len(offers_kept.open_between(db, "vof", "peeters", now=TODAY))

    asked(world, f"{text}K-3;{more}\n")

    with world.reading() as db:
        assert 2 == len(offers_kept.open_between(db, "vof", "peeters", now=TODAY))


def test_what_a_client_offers_up_to_an_amount_is_not_what_is_asked(world: Database) -> None:
    limits = Limits(amount=100)
    made(world, an_offer("vof", "policy", representative="peeters", limits=limits, assurance=Loa.HIGH), "mo")

    asked(world, ASKS.replace("vat-return", "policy").format(number=number_of(world, "vof")))

    with world.reading() as db:
        there = offers_kept.open_between(db, "vof", "peeters", now=TODAY)
    assert {limits, NO_LIMITS} == {one.limits for one in there}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("00436606;vat-return;K-1;Team Zuid", FaultCode.UNKNOWN_TEAM),
        (f"00436606;vat-return;{'x' * 61};", FaultCode.TOO_LONG),
        ("00436606;vat-return;999997221;", FaultCode.HOLDS_A_BSN),
    ],
)
def test_what_is_wrong_beside_the_question_is_named(world: Database, line: str, code: FaultCode) -> None:
    (one,) = judged(world, f"kvk;service;reference;team\n{line}\n", Sort.ASK, "peeters", PEETERS)

    assert [code] == [fault.code for fault in one.wrong]


def test_g10_nobody_names_a_team_in_a_list_that_they_may_not_fill(world: Database) -> None:
    text = ASKS.format(number="00436606")
    (one,) = judged(world, text, Sort.ASK, "peeters", PEETERS, Loa.LOW)

    assert [FaultCode.CANNOT_BE_GRANTED] == [fault.code for fault in one.wrong]


def test_an_employee_brings_no_list(world: Database) -> None:
    (one,) = done(world, ASKS.format(number=number_of(world, "vof")), Sort.ASK, "peeters", "eva")
    (other,) = done(world, "staff number;service\n007;vat-return\n", organisation="bakery", person="eva")

    assert [Outcome.REFUSED, Outcome.REFUSED] == [one.outcome, other.outcome]
    assert 0 == count(world, _LINES)


def test_an_intermediary_asks_no_more_than_so_many_at_once(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "MOST_LISTED", 0)

    (one,) = asked(world, ASKS.format(number="00000000"))

    assert one.refused is not None
    assert offering.Why.TOO_MANY_OPEN is one.refused.why
    assert 0 == count(world, _LINES)


@pytest.mark.parametrize("service", ["energy-label", "income-tax"])
def test_for_what_no_organisation_can_be_asked_is_named(world: Database, service: str) -> None:
    (one,) = judged(world, f"kvk;service\n00436606;{service}\n", Sort.ASK, "peeters", PEETERS)

    assert one.faults


def heed(world: Database, **sets: list[str]) -> None:
    document: dict[str, Any] = world_of_teams()
    services = [
        one | {"understands": ["case", "amount", "days"]}
        for one in document["services"]
        if one["id"] == "vat-return"
    ]
    told = [{"id": id, "name": {"nl": id, "en": id}, "services": inside} for id, inside in sets.items()]
    landed(world, {"services": services, "service_sets": told}, now=TODAY)


def test_a_line_gives_within_limits_and_a_set_as_a_whole(world: Database) -> None:
    heed(world, vat=["vat-return"])
    number = number_of(world, "peeters")
    text = f"kvk;service;set;case;amount;days\n{number};vat-return;;Z-1;1250,00;ma\n{number};;vat;;;\n"

    some = done(world, text)

    assert ["waits", "waits"] == outcomes(some)
    assert [Limits("Z-1", 125_000, Days(weekdays=frozenset({0}))), NO_LIMITS] == [
        one.offer.limits for one in some if one.offer
    ]
    assert [None, "vat"] == [one.offer.parts[0].set for one in some if one.offer]
    assert ["before", "before"] == outcomes(done(world, text))
    assert [] == breaches(world)


def test_g10_a_limit_that_a_service_does_not_heed_is_refused_on_its_line(world: Database) -> None:
    number = number_of(world, "peeters")
    text = f"kvk;service;amount\n{number};vat-return;10\n{number};vat-return;\n"

    assert ["refused", "waits"] == outcomes(done(world, text))


def test_g7_a_line_asks_within_limits_and_for_a_set(world: Database) -> None:
    heed(world, vat=["vat-return"], town=["benefit"])
    text = "kvk;service;set;amount\n00558028;vat-return;;10\n00558028;;vat;\n00558028;;town;\n00558028;payroll;;10\n"

    found = judged(world, text, Sort.ASK, "peeters", PEETERS)

    assert [True, True, False, False] == [one.is_good for one in found]
    assert {WhyNot.NOTHING_CHOSEN} == {one.why for one in found[2].faults}
    assert {WhyNot.LIMIT_NOT_HEEDED} == {one.why for one in found[3].faults}
    assert ["asked", "asked", "refused", "refused"] == outcomes(asked(world, text))
