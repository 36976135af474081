"""What a source tells lands as records with their history: once, whole, and over nobody else's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from claims.assurance import Loa
from claims.question import Question
from claims.register import auditing_records, journal, lookup, records, resolving, source_answers
from claims.register.actor import OPERATOR
from claims.register.forgetting import forget
from claims.register.journal import Event
from claims.register.syncing import Landed, NotLandable, Overtaken, close_relations, held, land_answer
from claims.relations import LegalRelation
from claims.sources.freshness import Liveness
from claims.sources.told import Answer, SourceRegister
from keys.storage import Database, Statement
from tests.support.register import VAULT, landed
from tests.support.sources import (
    ANNA,
    BAKERY,
    BRAM,
    CARLA,
    COURT,
    SMALL,
    TAX,
    TRADE,
    answer,
    identifier,
    person,
    relation,
    restriction,
)

NOW = 1_764_028_800
_ROWS = {
    name: Statement(f"SELECT count(*) FROM register_{name}")
    for name in ("parties", "links", "restrictions", "versions", "journal")
}
_LATEST = Statement("SELECT event, authority FROM register_journal ORDER BY seq DESC LIMIT 5")


@pytest.fixture(autouse=True)
def _world(database: Database) -> None:
    landed(database, SMALL, now=NOW - 100)


def land(
    database: Database,
    told: Answer,
    *,
    party: str = "anna",
    number: str = ANNA,
    scheme: str = "bsn",
    source: SourceRegister = COURT,
    now: int = NOW,
    serial: int | None = None,
) -> Landed:
    with database.writing() as db:
        if serial is None:
            serial = source_answers.seen(db, source.register, party).serial
        return land_answer(
            db,
            VAULT,
            source,
            party,
            told,
            asked=identifier(number, scheme),
            serial=serial,
            fetched_at=now,
            due_at=now + 10,
            now=now,
        )


def rows(database: Database) -> dict[str, int]:
    with database.reading() as db:
        return {name: db.all(statement)[0][0] for name, statement in _ROWS.items()}


def relations(database: Database, party: str = "anna", source: SourceRegister = COURT) -> list[LegalRelation]:
    with database.reading() as db:
        found = held(db, source, party)
    assert found is not None
    return sorted(found.relations, key=lambda one: one.id)


def whom(database: Database, acting: str, at: int = NOW, service: str = "income") -> list[str]:
    with database.reading() as db:
        found = lookup.service(db, service)
        assert found is not None
        question = Question(acting, found, at, Loa.HIGH)
        checked = resolving.resolve(db, question).representations
    return [one.represented for one in checked]


def acts_for_themself(database: Database, acting: str) -> bool:
    with database.reading() as db:
        found = lookup.service(db, "income")
        assert found is not None
        return resolving.resolve(db, Question(acting, found, NOW, Loa.HIGH)).own.allowed


def test_what_is_told_holds_at_once_and_says_where_it_comes_from(database: Database) -> None:
    told = answer(relations=[relation()], restrictions=[restriction()], facts={"legal_form": "x"})

    assert Landed(2, 1) == land(database, told)

    (curator,) = relations(database)
    assert curator.source is not None
    assert ("Court register", "C1", NOW) == (
        curator.source.register,
        curator.source.reference,
        curator.source.fetched_at,
    )
    assert ["anna"] == whom(database, "bram")
    assert not acts_for_themself(database, "anna")
    with database.reading() as db:
        assert {(Event.ADDED.value, "source court"), (Event.IMPORTED.value, "source court")} <= set(
            db.all(_LATEST)
        )
        assert [] == list(auditing_records.audit_records(db, VAULT))


def test_an_answer_that_says_nothing_new_changes_how_fresh_it_is_and_no_record(database: Database) -> None:
    told = answer(relations=[relation()], restrictions=[restriction()], facts={"legal_form": None})
    land(database, told)
    before = rows(database)

    assert Landed() == land(database, told, now=NOW + 500)

    assert before == rows(database)
    with database.reading() as db:
        assert NOW + 500 == source_answers.answered_at(db, "Court register", "anna")


def test_g4_a_relation_is_live_for_24_hours_after_the_last_answer_and_not_after_one_about_somebody_else(
    database: Database,
) -> None:
    told = answer(relations=[relation()])
    land(database, told)
    (curator,) = relations(database)

    def live(now: int) -> Liveness:
        with database.reading() as db:
            return source_answers.liveness_of(db, curator, now=now)

    day = 24 * 3600
    land(database, answer(number=CARLA), party="carla", number=CARLA, now=NOW + 100)
    assert (Liveness.LIVE, Liveness.STALE) == (live(NOW + day), live(NOW + day + 1))
    land(database, told, now=NOW + 100)
    assert (Liveness.LIVE, Liveness.STALE) == (live(NOW + 100 + day), live(NOW + 101 + day))
    with database.reading() as db:
        unsourced = replace(curator, source=None)
        assert Liveness.UNSOURCED is source_answers.liveness_of(db, unsourced, now=NOW)


def test_what_is_no_longer_told_ends_now_and_what_is_told_otherwise_is_another_version(
    database: Database,
) -> None:
    land(database, answer(relations=[relation("C1"), relation("C2", "mentor")]))

    changed = land(
        database, answer(relations=[relation("C2", "mentor", services=[TAX + "permit"])]), now=NOW + 50
    )

    assert (0, 2) == (changed.added, changed.changed)
    assert {NOW + 50, None} == {one.until for one in relations(database)}
    assert ["anna"] == whom(database, "bram", NOW + 49)
    assert [] == whom(database, "bram", NOW + 50)
    assert ["anna"] == whom(database, "bram", NOW + 50, "permit")


def test_records_of_others_are_never_touched(database: Database) -> None:
    """Mandates, what an operator wrote, and what another register told, the same references and all."""
    link = {
        "represented": "anna",
        "representative": "bram",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2025-01-01T00:00:00Z",
    }
    others = [
        {"id": "o1", "basis": "curator", **link},
        {"id": "o2", "basis": "curator", "source": {"register": "Another", "reference": "C1"}, **link},
        {"id": "o3", "basis": "curator", "source": {"reference": "C1"}, **link},
    ]
    restrictions = [
        {
            "id": "r1",
            "party": "anna",
            "kind": "guardianship",
            "services": "*",
            "from": "2025-01-01T00:00:00Z",
            "source": {"register": "Another", "reference": "R1"},
        }
    ]
    mandate = {"id": "C1", "until": "2027-01-01T00:00:00Z", **link}
    landed(
        database,
        {"mandates": [mandate], "legal_relations": others, "restrictions": restrictions},
        now=NOW - 50,
    )
    statement = Statement(
        "SELECT id, version, body FROM register_links WHERE id IN ('o1', 'o2', 'o3', 'C1') ORDER BY id"
    )
    with database.reading() as db:
        before = db.all(statement)

    land(database, answer(relations=[relation("C1")], restrictions=[restriction("R1")]))
    land(database, answer(), now=NOW + 5)

    with database.reading() as db:
        assert before == db.all(statement)
        assert 4 == len(before)
        found = db.all(Statement("SELECT body FROM register_restrictions WHERE id = 'r1'"))
    assert records.restriction(found[0][0]).until is None


def test_an_id_that_somebody_took_beforehand_stops_the_answer_and_is_not_overwritten(
    database: Database,
) -> None:
    told = answer(relations=[relation()])
    land(database, told)
    (mine,) = relations(database)
    with database.writing() as db:
        body = db.all(Statement("SELECT body FROM register_links"))[0][0]
        db.run(
            Statement("UPDATE register_links SET body = :body"),
            {"body": body.replace("Court register", "Elsewhere")},
        )

    with pytest.raises(NotLandable):
        land(database, told, now=NOW + 5)

    with database.reading() as db:
        found = db.all(Statement("SELECT body FROM register_links"))
        assert NOW == source_answers.answered_at(db, "Court register", "anna")
    assert [mine.id] == [records.link(one).id for (one,) in found]


def test_a_representative_whom_nobody_knew_is_known_from_then_on_with_numbers_sealed(
    database: Database,
) -> None:
    number = "999904577"
    told = answer(
        TRADE,
        BAKERY,
        "kvk",
        relations=[
            relation("T1", "joint_signatory", representative=person(number, "Dirk", born="1970-01-02")),
            relation("T2", "registered_proxy", representative=person(number, "Dirk")),
            relation("T3", "joint_signatory", number=CARLA),
            relation("T4", "joint_signatory", representative=person(None, "Somebody abroad")),
        ],
    )

    made = land(database, told, party="bakery", number=BAKERY, scheme="kvk", source=TRADE)
    again = land(database, told, party="bakery", number=BAKERY, scheme="kvk", source=TRADE, now=NOW + 5)

    assert (Landed(6, 0), Landed()) == (made, again)
    with database.reading() as db:
        dirk = lookup.party_by_identifier(db, VAULT, identifier(number))
        assert dirk is not None
        plain = db.all(Statement("SELECT value FROM register_identifiers WHERE scheme = 'bsn'"))
        assert [] == list(auditing_records.audit_records(db, VAULT))
    assert "Dirk" == dirk.name
    assert {(None,)} == set(plain)
    signatories = {one.representative for one in relations(database, "bakery", TRADE)}
    assert {dirk.id, "carla"} < signatories
    assert 3 == len(signatories)
    assert [] == whom(database, "carla")  # R10: nobody binds alone what is signed together


def test_a_party_that_dies_or_ceases_by_what_is_told_is_represented_no_more(database: Database) -> None:
    land(database, answer(relations=[relation()]))

    land(database, answer(relations=[relation()], facts={"ceased_at": "2025-11-24T00:00:00Z"}), now=NOW + 1)

    assert [] == whom(database, "bram", NOW + 1)
    with database.reading() as db:
        assert {"bsn": ANNA} == lookup.identifiers(db, VAULT, "anna")  # a fact takes no number away


def test_of_two_answers_at_once_one_lands_and_nothing_is_doubled(database: Database) -> None:
    together = Barrier(6)

    def one_try(_: int) -> Landed | None:
        together.wait()
        try:
            return land(
                database,
                answer(relations=[relation(), relation("C2", representative=person("999904577", "New"))]),
                serial=0,
            )
        except Overtaken:
            return None

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(one_try, range(6)))

    assert [Landed(3, 0)] == [one for one in outcomes if one is not None]
    assert 2 == len(relations(database))
    assert len(SMALL["parties"]) + 1 == rows(database)["parties"]


def test_an_older_answer_does_not_undo_a_newer_one(database: Database) -> None:
    land(database, answer(relations=[relation()]), serial=0)

    with pytest.raises(Overtaken):
        land(database, answer(), serial=0, now=NOW + 5)

    assert [None] == [one.until for one in relations(database)]


def test_an_answer_about_a_number_that_is_another_s_by_now_lands_nowhere(database: Database) -> None:
    document = {
        "parties": [
            {"id": "anna", "kind": "person", "name": "Anna", "identifiers": {}},
            {"id": "eva", "kind": "person", "name": "Eva", "identifiers": {"bsn": ANNA}},
        ]
    }
    landed(database, document, now=NOW - 1)
    before = rows(database)

    for party in ("anna", "nobody"):
        with pytest.raises(Overtaken):
            land(database, answer(relations=[relation()]), party=party)

    assert before == rows(database)


def test_the_party_itself_under_another_number_is_no_representative(database: Database) -> None:
    two = {"bsn": CARLA, "kvk": "90000999"}
    landed(
        database,
        {"parties": [{"id": "carla", "kind": "person", "name": "C", "identifiers": two}]},
        now=NOW - 1,
    )

    with pytest.raises(NotLandable, match="link_to_itself"):
        land(
            database,
            answer(number="90000999", scheme="kvk", relations=[relation(number=CARLA)]),
            party="carla",
            number="90000999",
            scheme="kvk",
        )

    with database.reading() as db:
        assert None is source_answers.answered_at(db, "Court register", "carla")


def test_who_was_forgotten_is_asked_for_no_more(database: Database) -> None:
    land(database, answer())

    with database.writing() as db:
        assert None is forget(db, VAULT, "anna", by=OPERATOR, now=NOW + 1)

    with database.reading() as db:
        assert 0 == source_answers.seen(db, "Court register", "anna").serial
    with pytest.raises(Overtaken):
        land(database, answer(relations=[relation()]), serial=1, now=NOW + 2)


def test_closing_takes_power_away_until_the_source_answers_again_and_restrictions_stay(
    database: Database,
) -> None:
    told = answer(relations=[relation()], restrictions=[restriction()])
    land(database, told)

    def close(now: int) -> int:
        with database.writing() as db:
            serial = source_answers.seen(db, "Court register", "anna").serial
            return close_relations(db, VAULT, COURT, "anna", serial=serial, now=now)

    assert (1, 0) == (close(NOW + 100), close(NOW + 101))
    assert [] == whom(database, "bram", NOW + 100)
    assert not acts_for_themself(database, "anna")
    with database.reading() as db:
        (entry, *_) = reversed(journal.of_record(db, "legal_relation", relations(database)[0].id))
        assert "source court unreachable" == entry.by.authority

    land(database, told, now=NOW + 200)

    assert ["anna"] == whom(database, "bram", NOW + 200)
    assert ["anna"] == whom(database, "bram", NOW + 150)  # by what is known now
    with database.reading() as db:
        assert None is source_answers.seen(db, "Court register", "anna").freshness.closed_at


def test_an_answer_and_closing_at_once_end_with_the_answer(database: Database) -> None:
    told = answer(relations=[relation()])
    land(database, told)
    together = Barrier(4)

    def closing(_: int) -> object:
        with database.reading() as db:
            serial = source_answers.seen(db, "Court register", "anna").serial
        together.wait()
        with database.writing() as db:
            return close_relations(db, VAULT, COURT, "anna", serial=serial, now=NOW + 5)

    def answering(_: int) -> object:
        together.wait()
        return land(database, told, now=NOW + 5)

    works: list[Callable[[int], object]] = [closing, answering, closing, answering]
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(work, 0) for work in works]
    for future in futures:
        assert isinstance(future.exception(), Overtaken | None)

    land(database, told, now=NOW + 6)
    assert [None] == [one.until for one in relations(database)]
    assert 1 == len(relations(database))


def test_a_source_does_not_see_what_another_register_told(database: Database) -> None:
    land(database, answer(relations=[relation()]))
    other = replace(COURT, name="other", register="Another court")

    assert [] == relations(database, source=other)
    land(database, answer(other), source=other)

    assert [None] == [one.until for one in relations(database)]
    assert BRAM not in str(relations(database))
