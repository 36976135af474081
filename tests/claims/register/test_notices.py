"""Whom to tell that something happened to a mandate: written down with what happened, and only then."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest

from claims.instants import parse_instant
from claims.register import ending, journal, notices, suspending, uses
from claims.register.actor import OPERATOR
from claims.register.changing import Refused
from claims.register.forgetting import forget
from keys.storage import Connected, Database, Statement
from tests.claims.register.test_importing import organisation, person
from tests.claims.register.test_uses import representation
from tests.support.register import VAULT, landed

NOW = parse_instant("2026-03-01T12:00:00Z")
ALL = Statement(
    "SELECT recipient, subject, mandate, change, beside, due_at FROM register_notices ORDER BY recipient, change"
)


def mandate(id: str = "m", represented: str = "anna", representative: str = "bram", **more: Any) -> Any:
    return {
        "id": id,
        "represented": represented,
        "representative": representative,
        "services": "*",
        "actions": "*",
        "assurance": "low",
        "from": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    } | more


def relation(basis: str, represented: str, representative: str, **more: Any) -> Any:
    told = mandate(f"l-{basis}-{representative}", represented, representative) | {
        "basis": basis,
        "until": None,
    }
    return told | more


def world(*relations: Any, mandates: list[Any] | None = None, **anna: Any) -> Any:
    return {
        "parties": [person("anna", **anna), person("bram"), person("petra"), organisation("office")],
        "legal_relations": list(relations),
        "mandates": [mandate()] if mandates is None else mandates,
    }


def told(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as db:
        return [tuple(row) for row in db.all(ALL)]


def who(database: Database, id: str = "m") -> dict[str, str | None]:
    """Who is told of the present end of a mandate, and beside whom."""
    with database.writing() as db:
        ending.revoke(db, VAULT, id, by=OPERATOR, now=NOW)
    return {recipient: beside for recipient, _, _, _, beside, _ in told(database)}


def test_each_change_of_a_mandate_is_told_to_both_sides(database: Database) -> None:
    landed(database, world(), now=NOW - 10)
    assert [] == told(database)

    with database.writing() as db:
        suspending.suspend(db, VAULT, "m", by=OPERATOR, now=NOW)
        suspending.resume(db, VAULT, "m", by=OPERATOR, now=NOW + 1)
        ending.renounce(db, VAULT, "m", by=OPERATOR, now=NOW + 2)

    changes = [("renounced", NOW + 2), ("resumed", NOW + 1), ("suspended", NOW)]
    assert [
        (party, party, "m", change, None, at) for party in ("anna", "bram") for change, at in changes
    ] == told(database)


def test_what_was_refused_or_rolled_back_is_told_to_nobody(database: Database) -> None:
    landed(database, world(), now=NOW - 10)

    with database.writing() as db:
        assert isinstance(suspending.resume(db, VAULT, "m", by=OPERATOR, now=NOW), Refused)
    with suppress(ZeroDivisionError), database.writing() as db:
        ending.revoke(db, VAULT, "m", by=OPERATOR, now=NOW)
        raise ZeroDivisionError

    assert [] == told(database)
    with database.reading() as db:
        assert 1 == len(journal.of_record(db, "mandate", "m"))


def test_no_change_without_its_notices(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    landed(database, world(), now=NOW - 10)

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(notices, "add", fails)
    with pytest.raises(ZeroDivisionError), database.writing() as db:
        ending.revoke(db, VAULT, "m", by=OPERATOR, now=NOW)

    with database.reading() as db:
        assert 1 == len(journal.of_record(db, "mandate", "m"))


@pytest.mark.parametrize("basis", ["curator", "asset_administrator", "mentor", "guardian", "parent"])
def test_whoever_looks_after_somebody_by_law_is_told_beside_that_person(
    database: Database, basis: str
) -> None:
    landed(database, world(relation(basis, "anna", "petra"), born="2010-05-02"), now=NOW - 10)

    assert {"anna": None, "bram": None, "petra": "anna"} == who(database)
    due = {recipient: due_at for recipient, *_, due_at in told(database)}
    assert {"anna": NOW, "bram": NOW, "petra": None} == due  # not before Anna was told


def test_from_the_age_of_twelve_nobody_is_told_without_the_child(database: Database) -> None:
    landed(database, world(relation("parent", "anna", "petra"), born="2014-03-01"), now=NOW - 10)

    assert {"anna": None, "bram": None, "petra": "anna"} == who(database)


def test_below_the_age_of_twelve_the_parent_alone_is_told(database: Database) -> None:
    landed(database, world(relation("parent", "anna", "petra"), born="2014-03-02"), now=NOW - 10)

    assert {"bram": None, "petra": None} == who(database)
    assert ("petra", "anna") in {(recipient, subject) for recipient, subject, *_ in told(database)}


def test_a_small_child_of_whom_no_parent_is_known_is_told_itself(database: Database) -> None:
    landed(database, world(born="2020-01-01"), now=NOW - 10)

    assert {"anna": None, "bram": None} == who(database)


def test_parents_of_who_is_grown_up_and_relations_that_are_over_or_about_something_else_are_not_told(
    database: Database,
) -> None:
    over = relation("curator", "anna", "office", until="2026-02-01T00:00:00Z")
    elsewhere = relation("mentor", "anna", "office", services={"provider": "office"})
    given = mandate(services={"provider": "petra2"})
    document = world(
        relation("parent", "anna", "petra"), over, elsewhere, mandates=[given], born="2008-03-01"
    )
    document["parties"].append(organisation("petra2"))
    landed(database, document, now=NOW - 10)

    assert {"anna": None, "bram": None} == who(database)


def test_whoever_was_given_it_is_told_on_their_own_side_whatever_else_they_are(database: Database) -> None:
    given = mandate(representative="petra")
    landed(database, world(relation("curator", "anna", "petra"), mandates=[given]), now=NOW - 10)

    assert {"anna": None, "petra": None} == who(database)
    assert ("petra", "petra") in {(recipient, subject) for recipient, subject, *_ in told(database)}


def test_of_who_died_those_who_settle_the_estate_are_told(database: Database) -> None:
    relations = [relation(basis, "anna", "petra") for basis in ("executor", "curator")]
    landed(database, world(*relations, ceased_at="2026-02-01T00:00:00Z"), now=NOW - 10)

    assert {"bram": None, "petra": None} == who(database)


def test_an_organisation_is_told_as_such(database: Database) -> None:
    given = mandate(represented="office")
    landed(database, world(relation("sole_signatory", "office", "petra"), mandates=[given]), now=NOW - 10)

    assert {"office": None, "bram": None} == who(database)


def use(db: Connected, *, now: int) -> None:
    uses.record(db, representation("anna"), client="c", now=now)


def both() -> Any:
    first = mandate("m1", "office", "office2", further_intermediaries=1)
    document = world(mandates=[first, mandate("m2", "office2", "bram", clients="all")])
    document["parties"].append(organisation("office2"))
    return document


def test_the_first_use_of_each_mandate_is_told_once_with_the_account_of_it(database: Database) -> None:
    landed(database, both(), now=NOW - 10)
    with database.writing() as db:
        use(db, now=NOW)
        use(db, now=NOW)
    assert [] == told(database)

    with database.writing() as db:
        assert 2 == uses.chain_some(db, VAULT, now=NOW + 60)
    with database.writing() as db:
        use(db, now=NOW + 61)
        assert 1 == uses.chain_some(db, VAULT, now=NOW + 120)

    assert [
        ("bram", "m2"),
        ("office", "m1"),
        ("office2", "m1"),
        ("office2", "m2"),
    ] == sorted((recipient, id) for recipient, _, id, *_ in told(database))
    assert {"first_use"} == {change for _, _, _, change, *_ in told(database)}


def test_a_first_use_that_several_find_at_once_is_told_once(database: Database) -> None:
    landed(database, both(), now=NOW - 10)
    together = Barrier(4)

    def one_try(_: int) -> int:
        together.wait()
        with database.writing() as db:
            return notices.used(db, [("m1", "m2"), ("l-x", "m1")], now=NOW)

    with ThreadPoolExecutor(4) as pool:
        assert [0, 0, 0, 2] == sorted(pool.map(one_try, range(4)))

    assert 4 == len(told(database))


DAY = 86400


@pytest.mark.parametrize(
    ("until", "is_told"),
    [
        ("2026-03-31T12:00:00Z", True),  # thirty days
        ("2026-03-31T12:00:01Z", False),
        ("2026-03-01T12:00:01Z", True),  # in a second
        ("2026-03-01T12:00:00Z", False),  # it is over
    ],
)
def test_the_end_is_told_once_from_some_weeks_before_it(
    database: Database, until: str, is_told: bool
) -> None:
    landed(database, world(mandates=[mandate(until=until)]), now=NOW - 10)

    for _ in range(2):
        with database.writing() as db:
            found, following = notices.end_soon(db, after="", now=NOW, before=30 * DAY, most=10)
            assert following is None
            for one in found:
                notices.tell_end(db, one, now=NOW)

    assert [("anna", "ends_soon"), ("bram", "ends_soon")][: 2 * is_told] == [
        (recipient, change) for recipient, _, _, change, *_ in told(database)
    ]


def test_the_end_of_a_mandate_for_some_weeks_is_not_told_the_day_it_begins(database: Database) -> None:
    short = mandate(**{"from": "2026-03-01T00:00:00Z", "until": "2026-03-11T00:00:00Z"})
    landed(database, world(mandates=[short]), now=NOW - 10)
    half = parse_instant("2026-03-06T00:00:00Z")

    with database.reading() as db:
        found = [
            len(notices.end_soon(db, after="", now=at, before=30 * DAY, most=9)[0])
            for at in (NOW, half - 1, half)
        ]

    assert [0, 0, 1] == found


def test_a_mandate_that_was_revoked_or_prolonged_is_told_of_by_the_end_that_it_has(
    database: Database,
) -> None:
    soon = "2026-03-20T00:00:00Z"
    given = [mandate("m", until=soon), mandate("m2", until=soon, revoked_at="2026-02-01T00:00:00Z")]
    landed(database, world(mandates=given), now=NOW - 10)

    def look() -> list[str]:
        with database.writing() as db:
            found, _ = notices.end_soon(db, after="", now=NOW, before=30 * DAY, most=10)
            for one in found:
                notices.tell_end(db, one, now=NOW)
        return [one.id for one in found]

    assert ["m"] == look()
    landed(database, {"mandates": [mandate(until="2026-03-25T00:00:00Z")]}, now=NOW)
    assert ["m"] == look()
    assert [] == look()
    assert 4 == len(told(database))


def test_all_mandates_are_looked_at_page_by_page(database: Database) -> None:
    soon = [mandate(f"m{number}", until="2026-03-20T00:00:00Z") for number in range(5)]
    landed(database, world(mandates=soon), now=NOW - 10)

    found: list[str] = []
    after: str | None = ""
    with database.reading() as db:
        while after is not None:
            some, after = notices.end_soon(db, after=after, now=NOW, before=30 * DAY, most=2)
            found += [one.id for one in some]

    assert ["m0", "m1", "m2", "m3", "m4"] == found


def test_further_parties_are_told_where_whoever_changed_it_says_so(database: Database) -> None:
    landed(database, world(), now=NOW - 10)
    with database.writing() as db:
        changed = ending.revoke(db, VAULT, "m", by=OPERATOR, now=NOW)
        assert not isinstance(changed, Refused)
        notices.tell(db, changed, journal.Event.REVOKED, now=NOW, also=["petra", "petra"])

    assert 1 == [recipient for recipient, *_ in told(database)].count("petra")


def test_what_somebody_who_is_forgotten_was_told_is_forgotten_too(database: Database) -> None:
    landed(database, world(), now=NOW - 10)
    with database.writing() as db:
        ending.revoke(db, VAULT, "m", by=OPERATOR, now=NOW)
        assert None is forget(db, VAULT, "anna", by=OPERATOR, now=NOW + 1)

    assert ["bram"] == [recipient for recipient, *_ in told(database)]
