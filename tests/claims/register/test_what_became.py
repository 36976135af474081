"""What became of a mandate, with corrections told as such; and who could do what on one day."""

from datetime import date

from claims.instants import parse_instant, start_of_day
from claims.mandates import Mandate
from claims.register import ending, overview, suspending, what_became
from claims.register.actor import OPERATOR
from claims.register.erasing import erase_former
from claims.register.journal import Event
from claims.register.on_a_day import Known, OnADay
from keys.storage import Database
from tests.support.long_ago import mandate, world
from tests.support.register import VAULT, landed

PARTIES = {"parties": world()["parties"]}
FIRST = parse_instant("2026-03-01T12:00:00Z")
NOW = parse_instant("2026-06-01T12:00:00Z")
DAY = 86400


def told(database: Database, id: str = "m") -> list[tuple[Event, tuple[str, ...], bool]]:
    with database.reading() as db:
        return [(one.entry.event, one.corrects, one.first) for one in what_became.of_mandate(db, id)]


def test_a_version_that_changes_the_past_is_told_as_a_correction(database: Database) -> None:
    landed(database, PARTIES | {"mandates": [mandate("m")]}, now=FIRST)
    with database.writing() as db:
        suspending.suspend(db, VAULT, "m", by=OPERATOR, now=FIRST + DAY)
        suspending.resume(db, VAULT, "m", by=OPERATOR, now=FIRST + 2 * DAY)
    landed(database, {"mandates": [mandate("m", until="2026-02-01T00:00:00Z")]}, now=FIRST + 3 * DAY)

    assert [
        (Event.ADDED, ("from",), True),
        (Event.SUSPENDED, (), False),
        (Event.RESUMED, (), False),
        (Event.CHANGED, ("until", "suspended"), False),
    ] == told(database)


def test_an_ordinary_end_corrects_nothing_and_an_erased_past_says_nothing(database: Database) -> None:
    landed(database, PARTIES | {"mandates": [mandate("m", **{"from": "2026-03-02T00:00:00Z"})]}, now=FIRST)
    landed(database, {"mandates": [mandate("m", **{"from": "2026-01-02T00:00:00Z"})]}, now=FIRST + 1)
    with database.writing() as db:
        assert isinstance(ending.revoke(db, VAULT, "m", by=OPERATOR, now=NOW), Mandate)

    assert [(), ("from",), ()] == [corrects for _, corrects, _ in told(database)]

    with database.writing() as db:
        erase_former(db, VAULT, "mandate", "m", by=OPERATOR, now=NOW + 1)
    assert [((), True), ((), False), ((), False), ((), False)] == [one[1:] for one in told(database)]


def on(database: Database, day: date, *, now: int = NOW) -> dict[str, Known]:
    with database.reading() as db:
        look = OnADay(db, day, now)
        page = overview.given(db, "p-anna")
        shown = look.among(list(page.mandates))
    assert {one.id for one in shown} == look.known.keys()
    return look.known


def test_a_day_shows_what_was_in_force_then_and_what_was_told_later(database: Database) -> None:
    landed(
        database,
        PARTIES
        | {
            "mandates": [
                mandate("known"),
                mandate("corrected"),
                mandate("ended", until="2026-03-01T00:00:00Z"),
                mandate("dead", representative="p-cees"),
                mandate("paused", suspended=[["2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z"]]),
            ]
        },
        now=FIRST,
    )
    landed(
        database,
        {
            "mandates": [
                mandate("corrected", revoked_at="2026-02-20T00:00:00Z"),
                mandate("told-late"),
                mandate("told-late-and-over", until="2026-03-01T00:00:00Z"),
            ]
        },
        now=FIRST + 30 * DAY,
    )

    assert {
        "known": Known.THEN_AND_NOW,
        "corrected": Known.NO_LONGER,
        "told-late": Known.SINCE,
    } == on(database, date(2026, 3, 2))
    assert {"known": Known.THEN_AND_NOW, "told-late": Known.THEN_AND_NOW} == on(database, date(2026, 6, 1))
    assert {"known": Known.THEN_AND_NOW, "told-late": Known.THEN_AND_NOW} == on(database, date(2026, 11, 30))
    assert {"known", "told-late", "paused"} == on(database, date(2026, 12, 1)).keys()
    assert {} == on(database, date(2014, 12, 31))


def test_a_day_is_one_of_amsterdam_from_its_first_second_to_its_last(database: Database) -> None:
    day = date(2026, 3, 29)  # 23 hours long
    begins, ends = start_of_day(day), start_of_day(date(2026, 3, 30))
    assert 23 * 3600 == ends - begins
    both = {"from": "2026-03-29T21:59:59Z"}, {"until": "2026-03-28T23:00:00Z"}
    landed(
        database,
        PARTIES
        | {
            "mandates": [
                mandate("its-last-second", **both[0]),
                mandate("a-second-later", **{"from": "2026-03-29T22:00:00Z"}),
                mandate("over-when-it-began", **both[1]),
                mandate("its-first-second", until="2026-03-28T23:00:01Z"),
            ]
        },
        now=FIRST,
    )

    assert {"its-last-second", "its-first-second"} == on(database, day).keys()
