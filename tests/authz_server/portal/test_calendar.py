"""What ends when: a year of months, and each month with what ends in it and where it is renewed."""

import pytest

from claims.instants import day_of
from keys.storage import Statement
from tests.authz_server.portal.test_giving import at_home
from tests.support.pages import Page, get
from tests.support.signing_in import World

CALENDAR = "/portal/for/peeters/calendar"


def before_many_end(people: World) -> str:
    """Move the clock to a month before very many of the accountants' mandates end; which month they end in."""
    most = Statement(
        "SELECT ends, count(*) FROM register_links WHERE representative = 'peeters' AND ends > :now"
        " GROUP BY ends ORDER BY 2 DESC LIMIT 1"
    )
    with people.context.database.reading() as db:
        row = db.one(most, {"now": people.clock()})
    assert row is not None
    people.clock.now = int(row[0]) - 45 * 86400
    return f"{day_of(int(row[0])):%Y-%m}"


def calendar(people: World, query: str = "", person: str = "lotte") -> Page:
    return get(at_home(people, person).browser, CALENDAR + query)


def told(page: Page) -> list[tuple[str, str]]:
    return [
        (one.attributes["data-which"], one.attributes["data-ending"])
        for one in page.elements
        if "data-ending" in one.attributes
    ]


def test_the_months_are_counted_and_led_through(people_on_both: World) -> None:
    people = people_on_both
    month = before_many_end(people)
    page = get(at_home(people, "lotte").browser, "/portal/for/peeters").follow("office-calendar")
    links = [one.attributes for one in page.elements if "month=" in one.attributes.get("href", "")]
    assert 12 == len([one for one in links if "id" not in one])  # besides the way to later ones

    june = get(page.browser, f"{CALENDAR}?month={month}")
    found = told(june)
    while "endings-further" in june.ids:
        june = june.follow("endings-further")
        found += told(june)

    assert len(found) == len(set(found)) > 50
    assert {"received"} == {which for which, _ in found}
    row = next(
        one.text
        for one in page.elements
        if one.tag == "li" and june.element("chosen").text.lower() in one.text
    )
    assert row.endswith(f"stopt: {len(found)}")


def test_what_ends_soon_leads_to_asking_again(people: World) -> None:
    june = calendar(people, f"?month={before_many_end(people)}")

    assert [one for one in june.elements if one.attributes.get("href") == "/portal/for/peeters/several"]


@pytest.mark.parametrize("query", ["?month=", "?month=2026-13", "?month=x", "?month=2020-01", "?after=1.1.x"])
def test_a_month_that_is_none_or_has_passed_shows_the_present_one(people: World, query: str) -> None:
    assert calendar(people).element("chosen").text == calendar(people, query).element("chosen").text


def test_an_empty_month_says_so(people: World) -> None:
    assert "stopt er niets" in calendar(people, "?month=2027-02").element("endings").text


def test_later_months_are_led_to_and_back(people: World) -> None:
    page = calendar(people)
    later = page.follow("months-later")
    latest = later.follow("months-later")

    assert 3 == len({one.element("chosen").text for one in (page, later, latest)})
    assert "months-now" not in page.ids
    assert page.element("chosen").text == latest.follow("months-now").element("chosen").text
