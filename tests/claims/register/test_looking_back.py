"""What the register would have said at an earlier instant: each kind of record, as it was known then."""

from typing import Any

import pytest

from claims.instants import written
from claims.register import asking, ending, journal
from claims.register.actor import OPERATOR
from claims.register.asking import Unanswerable, Why
from claims.register.looking_back import explain_as_known, resolve_as_known
from claims.register.many import LARGEST
from claims.register.past import PastFacts
from claims.register.resolving import resolve
from claims.resolution import Resolution
from keys.storage import Connected, Database, Statement
from tests.support.register import VAULT, landed
from tests.support.small_world import SMALL_WORLD

FIRST, LATER = 1_780_000_000, 1_780_086_400
EVA = {"acting": "p3", "service": "s2", "login_assurance": "substantial"}
BRAM = {"acting": "p2", "service": "s1", "login_assurance": "substantial"}
GROUP = {"id": "g1", "organisation": "o2", "name": "Team Noord", "clients": ["o1"]}
DEBTS = {"id": "r1", "party": "p1", "kind": "bankruptcy", "services": "*", "from": "2025-01-01T00:00:00Z"}
BLOCK = {
    "organisation": "o2",
    "person": "p3",
    "authenticator": "eva-password",
    "from": "2025-01-01T00:00:00Z",
}


def of_world(key: str, record_id: str, /, **changed: Any) -> dict[str, Any]:
    [record] = [one for one in SMALL_WORLD[key] if one["id"] == record_id]
    return record | changed


@pytest.fixture
def register(database: Database) -> Database:
    """The small world, with Eva's clients in a group."""
    m3 = of_world("mandates", "m3", clients={"groups": ["g1"], "parties": []})
    landed(database, SMALL_WORLD | {"client_groups": [GROUP]}, now=FIRST)
    landed(database, {"mandates": [m3]}, now=FIRST)
    return database


def answer(db: Connected, asked: dict[str, Any], known_at: int, **more: object) -> Resolution:
    told = {**asked, "at": written(LATER + 10), "as_known_at": written(known_at), **more}
    return resolve_as_known(db, asking.read(db, told).question, known_at)


def paths(db: Connected, asked: dict[str, Any], known_at: int, **more: object) -> list[tuple[str, ...]]:
    return [one.path for one in answer(db, asked, known_at, **more).representations]


def unanswerable(db: Connected, asked: dict[str, Any], known_at: int) -> Why:
    with pytest.raises(Unanswerable) as refused:
        answer(db, asked, known_at)
    return refused.value.why


def test_a_mandate_that_was_revoked_later_was_in_force(register: Database) -> None:
    with register.writing() as db:
        ending.revoke(db, VAULT, "m1", by=OPERATOR, now=LATER)

    with register.reading() as db:
        assert [("m1",)] == paths(db, BRAM, LATER - 1)
        assert [] == paths(db, BRAM, LATER)


def test_what_was_imported_later_was_unknown(database: Database) -> None:
    landed(database, SMALL_WORLD | {"mandates": []}, now=FIRST)
    landed(database, {"mandates": SMALL_WORLD["mandates"]}, now=LATER)

    with database.reading() as db:
        assert Why.UNKNOWN_SERVICE == unanswerable(db, BRAM, FIRST - 1)
        assert [] == paths(db, BRAM, FIRST)
        assert [] == paths(db, BRAM, LATER - 1)
        assert [("m1",)] == paths(db, BRAM, LATER)


def test_a_record_that_says_an_earlier_instant_of_itself_was_not_known_then(database: Database) -> None:
    landed(database, SMALL_WORLD | {"mandates": []}, now=FIRST)
    landed(
        database, {"mandates": [of_world("mandates", "m1", recorded_at=written(FIRST - 86_400))]}, now=LATER
    )

    with database.reading() as db:
        assert [] == paths(db, BRAM, LATER - 1)
        assert [("m1",)] == paths(db, BRAM, LATER)


def test_a_record_that_says_a_later_instant_of_itself_was_known_at_once(database: Database) -> None:
    landed(database, SMALL_WORLD | {"mandates": []}, now=FIRST)
    landed(database, {"mandates": [of_world("mandates", "m1", recorded_at=written(LATER))]}, now=FIRST + 1)

    with database.reading() as db:
        assert [("m1",)] == paths(db, BRAM, FIRST + 1)


def test_answers_are_in_the_order_of_the_names_that_the_parties_had(register: Database) -> None:
    second = of_world("mandates", "m1", id="m4", represented="o1", services="*", actions="*")
    third = of_world("mandates", "m1", id="m5", represented="o2", services="*", actions="*")
    landed(register, {"mandates": [second, third]}, now=FIRST)
    landed(register, {"parties": [of_world("parties", "o1", name="Aannemer")]}, now=LATER)
    asked = BRAM | {"service": "s2"}

    with register.reading() as db:
        assert [("m5",), ("m4",)] == paths(db, asked, LATER - 1)
        assert [("m4",), ("m5",)] == paths(db, asked, LATER)


def test_a_client_that_was_taken_out_of_a_group_was_in_it(register: Database) -> None:
    landed(register, {"client_groups": [GROUP | {"clients": ["p1"]}]}, now=LATER)

    with register.reading() as db:
        assert [("m2", "m3")] == paths(db, EVA, LATER - 1)
        assert [] == paths(db, EVA, LATER)


@pytest.mark.parametrize("count", [1, 70])  # kept in the record, and apart
def test_a_client_that_was_taken_off_a_mandates_list_was_on_it(register: Database, count: int) -> None:
    others = [{"id": f"x{n}", "kind": "person", "name": "Iemand", "identifiers": {}} for n in range(count)]
    ids = [one["id"] for one in others]
    listed = of_world("mandates", "m3", clients={"parties": ["o1", *ids]})
    landed(register, {"parties": others, "mandates": [listed]}, now=LATER)
    landed(register, {"mandates": [listed | {"clients": {"parties": ids}}]}, now=LATER + 1)

    with register.reading() as db:
        assert [("m2", "m3")] == paths(db, EVA, LATER)
        assert [] == paths(db, EVA, LATER + 1)


@pytest.mark.parametrize("end", ["represented", "representative"])
def test_a_link_that_goes_between_others_now_went_where_it_went(register: Database, end: str) -> None:
    moved = of_world("mandates", "m1", **{end: "p3"})
    landed(register, {"mandates": [moved]}, now=LATER)
    landed(register, {"mandates": [of_world("mandates", "m1")]}, now=LATER + 2)
    landed(register, {"mandates": [moved]}, now=LATER + 4)

    with register.reading() as db:
        for known_at, theirs in ((LATER - 1, "p1"), (LATER, "p3"), (LATER + 2, "p1"), (LATER + 4, "p3")):
            asked = BRAM if end == "represented" else {**BRAM, "acting": "p2" if theirs == "p1" else "p3"}
            [one] = answer(db, asked, known_at).representations
            assert ("p1" if end == "representative" else theirs) == one.represented
            question = asking.read(
                db, {**asked, "at": written(LATER), "as_known_at": written(known_at)}
            ).question
            assert [("m1",)] == [
                told.path for told in explain_as_known(db, question, one.represented, known_at).paths
            ]
            other = "p2" if asked["acting"] == "p3" else "p3"
            if end == "representative":
                assert [] == paths(db, {**asked, "acting": other}, known_at)


def test_restrictions_were_those_of_then_and_of_whom_they_were_then(register: Database) -> None:
    landed(register, {"restrictions": [DEBTS]}, now=LATER)
    landed(register, {"restrictions": [DEBTS | {"party": "p3"}]}, now=LATER + 1)
    landed(register, {"restrictions": [DEBTS | {"until": written(LATER)}]}, now=LATER + 2)

    with register.reading() as db:
        assert [[("m1",)], [], [("m1",)], [("m1",)]] == [
            paths(db, BRAM, known_at) for known_at in (LATER - 1, LATER, LATER + 1, LATER + 2)
        ]


def test_blocks_were_those_of_then(register: Database) -> None:
    landed(register, {"blocks": [BLOCK]}, now=LATER)
    landed(register, {"blocks": [BLOCK | {"until": written(LATER)}]}, now=LATER + 1)

    with register.reading() as db:
        assert [False, True, False] == [
            answer(db, EVA, known_at, authenticator="eva-password").representations[0].other_means
            for known_at in (LATER - 1, LATER, LATER + 1)
        ]


def test_a_service_asked_what_it_asked_then(register: Database) -> None:
    changed = of_world("services", "s2", accepts_intermediaries=False, actions=["view", "stop"])
    landed(register, {"services": [changed]}, now=LATER)

    with register.reading() as db:
        assert [("m2", "m3")] == paths(db, EVA, LATER - 1, actions=["prepare"])
        assert [] == paths(db, EVA, LATER)
        with pytest.raises(Unanswerable, match="the service has view, stop"):
            paths(db, EVA, LATER, actions=["prepare"])


def test_what_is_known_in_a_time_to_come_is_what_is_known_now(register: Database) -> None:
    with register.reading() as db:
        question = asking.read(db, EVA | {"at": written(LATER)}).question
        assert resolve(db, question) == resolve_as_known(db, question, LATER + 10**9)


def test_somebody_who_died_later_was_alive_and_acted_for_themself(register: Database) -> None:
    landed(register, {"parties": [of_world("parties", "p1", ceased_at=written(FIRST))]}, now=LATER)
    anna = BRAM | {"acting": "p1"}

    with register.reading() as db:
        assert [("m1",)] == paths(db, BRAM, LATER - 1)
        assert answer(db, anna, LATER - 1).own.allowed
        assert [] == paths(db, BRAM, LATER)
        assert not answer(db, anna, LATER).own.allowed


def test_every_version_has_its_entry_in_the_journal(register: Database) -> None:
    landed(register, {"parties": [of_world("parties", "o1", name="Aannemer")], "blocks": [BLOCK]}, now=LATER)
    landed(register, {"restrictions": [DEBTS]}, now=LATER)
    with register.writing() as db:
        ending.revoke(db, VAULT, "m1", by=OPERATOR, now=LATER)

    with register.reading() as db:
        versions = db.all(Statement("SELECT kind, id, version FROM register_versions ORDER BY 1, 2, 3"))
        told = db.all(
            Statement(
                "SELECT kind, record, version FROM register_journal WHERE kind IS NOT NULL ORDER BY 1, 2, 3"
            )
        )
        assert versions == told
        assert 2 == len(journal.of_record(db, "party", "o1"))


def test_who_acts_for_very_many_is_answered_a_few_hundred_links_at_a_time(database: Database) -> None:
    ids = [f"c{n}" for n in range(600)]
    clients = [{"id": id, "kind": "person", "name": f"Klant {id}", "identifiers": {}} for id in ids]
    given = [of_world("mandates", "m1", id="g" + id, represented=id) for id in ids]
    landed(database, SMALL_WORLD | {"parties": SMALL_WORLD["parties"] + clients}, now=FIRST)
    landed(database, {"mandates": given}, now=LATER)
    elsewhere = [{**one, "representative": "p3"} for one in given[:300]]
    landed(database, {"mandates": elsewhere}, now=LATER + 1)

    with database.reading() as db:
        for known_at, count in ((LATER, 601), (LATER + 1, 301)):
            assert count == len(set(paths(db, BRAM, known_at)))
            pages = [len(links) for links in PastFacts(db, known_at).held_by("p2")]
            assert count == sum(pages)
            assert max(pages) <= LARGEST
