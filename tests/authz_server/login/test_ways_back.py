"""Pages that end something: where one can go on from there."""

import pytest

from tests.support.pages import Page, get
from tests.support.signing_in import TAX, World, by_practice, choose, start

DESK = "https://rp.example.nl/taxes"


@pytest.fixture
def page(people: World) -> Page:
    return by_practice(start(people.client(TAX + "income-tax", client_uri=DESK)), "bram")


def test_a_request_that_took_too_long_leads_back_to_the_service(people: World, page: Page) -> None:
    people.clock.now += people.context.settings.lifetimes.interaction

    over = get(page.browser, page.address)

    assert (410, "interaction_expired") == (over.status, over.code)
    assert DESK == over.element("error-service").attributes["href"]
    assert "start-again" not in over.ids


def test_who_comes_back_to_a_finished_request_is_led_back_too(people: World, page: Page) -> None:
    confirm = choose(page, "Anna")
    confirm.press("confirm-yes")

    for again in (get(page.browser, confirm.address), confirm.press("confirm-yes")):
        assert (410, "interaction_finished") == (again.status, again.code)
        assert DESK == again.element("error-service").attributes["href"]


def test_a_service_without_a_page_is_told_of_in_words(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax")), "bram")
    people.clock.now += people.context.settings.lifetimes.interaction

    over = get(page.browser, page.address)

    assert "error-service" not in over.ids
    assert "Ga terug naar de organisatie waar u vandaan kwam" in over.text


def test_another_browser_learns_nothing_of_the_service(people: World, page: Page) -> None:
    other = get(people.browser(), page.address)

    assert (403, "interaction_elsewhere") == (other.status, other.code)
    assert "error-service" not in other.ids
    assert DESK not in other.html


def test_a_page_of_our_own_that_waited_too_long_is_begun_again(people: World) -> None:
    browser = people.browser()
    page = get(browser, "/portal/stop/x")
    people.clock.now += people.context.settings.lifetimes.interaction

    over = get(browser, page.address)

    assert "interaction_expired" == over.code
    assert "login-form" in over.follow("error-again").ids


def test_an_administrator_without_a_permission_is_led_to_where_it_is_arranged(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "daan")

    assert "nobody" in page.ids
    assert 'href="/portal/for/bakery"' in page.html
