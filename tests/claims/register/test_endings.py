"""What ends when: mandates on both sides, appointments and open offers, by month and in order."""

from datetime import date
from typing import Any

import pytest

from claims.instants import parse_instant, start_of_day
from claims.register import ending, endings
from claims.register.endings import Which
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.offers import actor, an_offer, make
from tests.support.register import VAULT, laid


@pytest.fixture
def world(database: Database) -> Database:
    document: dict[str, Any] = demo_document()
    for relation in document["legal_relations"]:
        relation["source"]["fetched_at"] = "2026-11-23T11:00:00Z"
    for one in document["appointments"]:
        if one["id"] == "a-peeters-lotte":
            one["until"] = "2027-02-15T00:00:00Z"
    laid(database, document, now=TODAY - 10)
    return database


def listed(
    database: Database, party: str, start: str, until: str, limit: int = 7, only: Which | None = None
) -> list[tuple[str, str]]:
    """Page after page."""
    found: list[tuple[str, str]] = []
    after = None
    with database.reading() as db:
        while True:
            page = endings.page(
                db, party, parse_instant(start), parse_instant(until), after=after, limit=limit, only=only
            )
            assert len(page.endings) <= limit
            found += [(one.which.value, one.id) for one in page.endings]
            if (after := page.next) is None:
                return found


def ending_in(party: str, side: str, start: str, until: str) -> set[str]:
    return {
        str(one["id"])
        for one in demo_document()["mandates"]
        if one[side] == party and start <= min(str(one["until"]), str(one.get("revoked_at") or "9")) < until
    }


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_everything_is_told_once_and_in_order_whatever_the_pages(world: Database, limit: int) -> None:
    start, until = "2026-11-24T00:00:00Z", "2029-06-01T00:00:00Z"
    found = listed(world, "peeters", start, until, limit)

    assert len(found) == len(set(found))
    assert ending_in("peeters", "representative", start, until) == {
        id for which, id in found if which == "received"
    }
    assert ending_in("peeters", "represented", start, until) == {
        id for which, id in found if which == "given"
    }
    assert [("appointment", "a-peeters-lotte")] == [one for one in found if one[0] == "appointment"]
    with world.reading() as db:
        page = endings.page(db, "peeters", parse_instant(start), parse_instant(until), limit=500)
    assert sorted(page.endings, key=lambda one: one.at) == list(page.endings)


def test_the_first_instant_counts_and_the_last_does_not(world: Database) -> None:
    end = "2028-06-01T00:00:00Z"

    assert listed(world, "peeters", end, "2028-06-01T00:00:01Z", 500)
    assert [] == [
        one for one in listed(world, "peeters", "2028-05-31T23:59:59Z", end, 500) if one[0] == "received"
    ]


def test_a_mandate_that_was_stopped_ends_when_it_was_stopped(world: Database) -> None:
    with world.recording() as db:
        ending.revoke(db, VAULT, "m0010", by=actor("carla", "bakery"), now=TODAY)

    assert ("received", "m0010") in listed(world, "peeters", "2026-11-23T12:00:00Z", "2026-11-23T12:00:01Z")
    assert ("received", "m0010") not in listed(
        world, "peeters", "2028-12-01T00:00:00Z", "2029-02-01T00:00:00Z"
    )


def test_open_offers_are_told_to_both_sides_until_they_are_answered(world: Database) -> None:
    make(world, an_offer("vof", "vat-return", representative="peeters", id="of-vof"), "mo")
    start, until = "2026-11-24T00:00:00Z", "2027-03-01T00:00:00Z"

    assert ("asked", "of-vof") in listed(world, "peeters", start, until)
    assert [("offered", "of-vof")] == [
        one for one in listed(world, "vof", start, until) if one[1] == "of-vof"
    ]


def test_a_question_that_nobody_answered_is_not_told_to_who_asks(world: Database) -> None:
    from claims.offers import OfferKind
    from claims.register import offering

    with world.recording() as db:
        asked = an_offer("vof", "vat-return", representative="peeters", id="of-ask", kind=OfferKind.REQUEST)
        offering.ask(db, VAULT, asked, by=actor("lotte", "peeters"), now=TODAY)
    start, until = "2026-11-24T00:00:00Z", "2027-12-01T00:00:00Z"

    assert ("asked", "of-ask") not in listed(world, "peeters", start, until)
    assert ("offered", "of-ask") in listed(world, "vof", start, until)


def test_one_kind_alone_can_be_asked_for(world: Database) -> None:
    found = listed(world, "peeters", "2026-11-24T00:00:00Z", "2029-06-01T00:00:00Z", only=Which.GIVEN)

    assert found
    assert {"given"} == {which for which, _ in found}


def test_months_are_those_of_amsterdam_with_how_many_end_in_each(world: Database) -> None:
    with world.reading() as db:
        months = endings.months(db, "peeters", date(2026, 11, 23), now=TODAY)

    assert 12 == len(months)
    assert [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)] == [one.first for one in months[:3]]
    assert start_of_day(date(2027, 2, 1)) == months[3].start == months[2].until
    assert [len(listed(world, "peeters", "2027-01-31T23:00:00Z", "2027-02-28T23:00:00Z"))] == [
        months[3].count
    ]


@pytest.mark.parametrize("after", ["", "x", "1.9.a", "-1.0.a", "1.1.\0", "9" * 40 + ".1.a", "0.0."])
def test_a_cursor_that_is_none_of_ours_begins_anew(world: Database, after: str) -> None:
    start, until = parse_instant("2026-11-24T00:00:00Z"), parse_instant("2029-06-01T00:00:00Z")
    with world.reading() as db:
        assert endings.page(db, "peeters", start, until) == endings.page(
            db, "peeters", start, until, after=after
        )
