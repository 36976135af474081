"""How long a page of a login stays open is told on it, and who needs more time asks for it (WCAG 2.2, 2.2.1)."""

import pytest

from keys.storage import Statement
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


def test_what_was_typed_to_log_in_stays_but_for_the_secret(people: World, door: Page) -> None:
    people.clock.now += 1000

    more = door.press("more-time", username="bram", password="not yet sent")

    assert (200, door.address, None) == (more.status, more.address, more.code)
    assert "bram" == more.element("username").attributes["value"]
    assert "not yet sent" not in more.html
    assert door.element("time-limit").text != more.element("time-limit").text


def test_asking_for_more_time_is_no_try_to_log_in(people: World, door: Page) -> None:
    page = door
    for _ in range(10):
        page = page.press("more-time", username="bram", password="wrong")

    assert "choose-form" in by_practice(page, "bram").ids
    with people.context.database.reading() as db:
        assert [] == db.all(Statement("SELECT * FROM login_attempts"))


def test_what_was_filled_in_at_the_practice_login_stays(people: World, door: Page) -> None:
    practice = door.follow("method-eid")

    more = practice.press("more-time", person="bram", level="high")

    assert (200, practice.address) == (more.status, more.address)
    assert "bram" == more.element("eid-person").attributes["value"]
    chosen = [one for one in more.elements if one.tag == "option" and "selected" in one.attributes]
    assert ["high"] == [one.attributes["value"] for one in chosen]


def test_who_was_picked_stays_picked(people: World) -> None:
    choosing = by_practice(
        start(people.client(TAX + "income-tax", representation="optional"), people.browser()), "bram"
    )
    assert not [one for one in choosing.elements if "checked" in one.attributes]
    for name in ("Anna", "Voor mijzelf"):
        more = choosing.press("more-time", represented=choosing.value_for(name))

        [picked] = [one for one in more.elements if "checked" in one.attributes]
        assert more.value_for(name) == picked.attributes["value"]
        assert (200, choosing.address) == (more.status, more.address)


def test_what_is_typed_to_search_is_searched_and_the_place_in_the_list_stays(people: World) -> None:
    vat = people.client(TAX + "vat-return")
    choosing = by_practice(start(vat, people.browser()), "eva")
    further = choosing.follow("choose-next")

    assert further.choices().keys() == further.press("more-time").choices().keys()
    found = further.press("more-time", search="Korenbloem")
    assert [True] == [words.startswith("Bakkerij De Korenbloem") for words in found.choices()]
    assert "Korenbloem" not in found.address


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
    other = start(people.client(TAX + "income-tax"), people.browser())
    stranger = post(other.browser, door.address, other.fields("login-form") | {"more_time": "yes"})
    assert (403, "interaction_elsewhere") == (stranger.status, stranger.code)

    confirming = choose(by_practice(door, "bram"), "Anna")
    action = confirming.element("more-time-form").attributes["action"]
    stranger = post(other.browser, action, other.fields("login-form"))
    assert (403, "interaction_elsewhere") == (stranger.status, stranger.code)
    for back in ("https://evil.example/", "//evil.example", "/portal/stop/m1"):
        assert confirming.address == confirming.press("more-time", back=back).address


def test_pages_of_ones_own_tell_when_one_is_logged_out(people: World) -> None:
    page = by_practice(get(people.browser(), "/portal/"), "anna")

    assert "30 minuten" in page.element("idle").text
    assert "time-limit" not in page.ids
