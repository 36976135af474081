"""G8: both sides read of what ended for two years; then it is kept, and shown to the operator alone."""

from claims.instants import parse_instant
from claims.register import overview, uses
from claims.register.readable import Readable
from keys.storage import Database
from tests.claims.register.test_uses import representation
from tests.support.long_ago import IMPORTED, PERIODS, mandate, world
from tests.support.register import landed

ON_THE_DAY = parse_instant("2022-01-04T23:00:00Z")  # the fifth of January begins in Amsterdam


def ids(page: overview.MandatePage) -> set[str]:
    return {one.id for one in page.mandates}


def test_g8_what_ended_two_years_ago_is_left_out_of_both_lists(database: Database) -> None:
    landed(database, world(), now=IMPORTED)

    with database.reading() as db:
        before, after = Readable(db, PERIODS, ON_THE_DAY - 1), Readable(db, PERIODS, ON_THE_DAY)
        assert {"m-by-revocation", "m-ended-later", "m-in-force"} == ids(before.given("p-anna"))
        assert {"m-ended-later", "m-in-force"} == ids(after.given("p-anna"))
        assert {"m-ended-later", "m-in-force", "m-of-o"} == ids(after.received("p-bram"))
        assert {"m-by-revocation"} < ids(overview.given(db, "p-anna"))
        assert set() == ids(after.received("p-cees"))  # who died is over for both
        found = overview.mandate(db, "m-by-revocation")
        assert found is not None
        assert before.shows(found)
        assert not after.shows(found)


def test_a_page_of_much_that_ended_long_ago_leads_on_to_what_did_not(database: Database) -> None:
    many = [mandate(f"m{n:03}", until="2016-01-01T00:00:00Z") for n in range(100)]
    landed(
        database, world() | {"mandates": [*many, mandate("n1"), mandate("n2"), mandate("n3")]}, now=IMPORTED
    )

    with database.reading() as db:
        readable = Readable(db, PERIODS, ON_THE_DAY)
        found: list[str] = []
        pages, after = 0, None
        while True:
            page = readable.given("p-anna", after=after, limit=2)
            found += [one.id for one in page.mandates]
            pages, after = pages + 1, page.next
            if after is None:
                break

    assert ["n1", "n2", "n3"] == found
    assert pages < 6


def test_g8_logins_are_read_for_two_years_latest_first_and_the_page_ends_there(
    database: Database, now: int
) -> None:
    year = 366 * 86400
    with database.writing() as db:
        for at in (now - 3 * year, now - 3 * year + 1, now - year, now):
            uses.record(db, representation("bakery"), client="c", now=at)

    with database.reading() as db:
        readable = Readable(db, PERIODS, now)
        first = readable.uses("bakery", limit=1)
        rest = readable.uses("bakery", before=first.next, limit=2)

    assert [now] == [use.at for use in first.uses]
    assert first.next is not None
    assert [now - year] == [use.at for use in rest.uses]
    assert rest.next is None
