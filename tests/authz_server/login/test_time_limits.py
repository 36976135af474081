"""How long a page of a login stays open is told on it, and who needs more time asks for it (WCAG 2.2, 2.2.1)."""

import pytest

from tests.support.pages import Page, get, post
from tests.support.signing_in import TAX, World, answer_to, by_practice, choose, start

LIFETIME = 3600


@pytest.fixture
def door(people: World) -> Page:
    return start(people.client(TAX + "income-tax"), people.browser(), ui_locales="en")


def later(people: World, page: Page, seconds: int) -> Page:
    people.clock.now += seconds
    return get(page.browser, page.address)


def test_every_page_of_a_login_tells_until_when_it_is_open(people: World, door: Page) -> None:
    choosing = by_practice(door, "bram")
    confirming = choose(choosing, "Anna")

    told = {page.element("time-limit").text for page in (door, choosing, confirming)}
    assert 1 == len(told)
    assert "this page stays open until" in told.pop()
    assert all("more-time" in page.ids for page in (door, choosing, confirming))


def test_who_asks_for_more_time_gets_a_whole_hour_and_stays_where_they_are(people: World, door: Page) -> None:
    choosing = by_practice(door, "bram")
    people.clock.now += 1000

    more = choosing.press("more-time")

    assert choosing.address == more.address
    assert choosing.element("time-limit").text != more.element("time-limit").text
    people.clock.now += LIFETIME - 10
    again = by_practice(
        get(more.browser, more.address), "bram"
    )  # the session was idle for longer than it may be
    assert "code" in answer_to(choose(again, "Anna").press("confirm-yes"))


def test_more_time_can_be_had_ten_times_and_then_the_page_does_not_offer_it(
    people: World, door: Page
) -> None:
    page = door
    for _ in range(10):
        people.clock.now += LIFETIME - 1
        page = page.press("more-time")
        assert 200 == page.status

    people.clock.now += LIFETIME - 1
    last = page.press("more-time") if "more-time" in page.ids else get(page.browser, page.address)

    assert "more-time" not in last.ids
    assert "time-limit" in last.ids
    assert "interaction_expired" == later(people, last, LIFETIME).code


def test_what_is_over_stays_over(people: World, door: Page) -> None:
    people.clock.now += LIFETIME

    assert "interaction_expired" == door.press("more-time").code
    assert "interaction_expired" == get(door.browser, door.address).code


def test_another_browser_extends_nothing_and_nobody_is_sent_elsewhere(people: World, door: Page) -> None:
    action = door.element("more-time-form").attributes["action"]
    other = start(people.client(TAX + "income-tax"), people.browser())
    stranger = post(other.browser, action, other.fields("more-time-form"))

    assert (403, "interaction_elsewhere") == (stranger.status, stranger.code)
    for back in ("https://evil.example/", "//evil.example", "/portal/stop/m1"):
        assert door.address == door.press("more-time", back=back).address


def test_pages_of_ones_own_tell_when_one_is_logged_out(people: World) -> None:
    page = by_practice(get(people.browser(), "/portal/"), "anna")

    assert "30 minuten" in page.element("idle").text
    assert "time-limit" not in page.ids
