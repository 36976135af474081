"""Wherever somebody cannot go on: words, a next step, a way back to the service, a code that the operator finds; in both languages."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from authz_server.oidc import clients
from tests.support.pages import Page, get
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start

DESK = "https://rp.example.nl/taxes"
CODE = {
    "nl": "Heeft u hulp nodig? Geef ons dan deze code:",
    "en": "Do you need help? Then tell us this code:",
}
RECORD = "https://care.example.nl/services/record"


@dataclass
class At:
    """Somebody comes from a service, in a language."""

    people: World
    language: str

    def asks(self, service: str, person: str, level: str = "substantial") -> Page:
        client = self.people.client(service, client_uri=DESK)
        return by_practice(start(client, ui_locales=self.language), person, level)

    def waits(self, seconds: int) -> None:
        self.people.clock.now += seconds


def too_weak_a_login(at: At) -> Page:
    page = by_password(
        start(at.people.client(TAX + "vat-return", client_uri=DESK), ui_locales=at.language), "eva"
    )
    return choose(page, "Accountants Peeters")


def too_weak_a_mandate(at: At) -> Page:
    return at.asks(RECORD, "bram", "high").follow("not-listed")


def another_means(at: At) -> Page:
    desk = at.people.client(TAX + "vat-return", client_uri=DESK, representation_actions=["view", "prepare"])
    return choose(by_password(start(desk, ui_locales=at.language), "lars"), "Bakkerij De Korenbloem")


def nobody(at: At) -> Page:
    return at.asks(TAX + "vat-return", "anna")


def an_ended_mandate(at: At) -> Page:
    return at.asks(TAX + "vat-return", "kees")


def an_administrator_without_a_mandate(at: At) -> Page:
    return at.asks(TAX + "vat-return", "daan")


def a_joint_signatory(at: At) -> Page:
    return at.asks(TAX + "vat-return", "gea")


def a_request_that_expired(at: At) -> Page:
    page = at.asks(TAX + "income-tax", "bram")
    at.waits(at.people.context.settings.lifetimes.interaction)
    return get(page.browser, page.address)


def the_back_button(at: At) -> Page:
    confirm = choose(at.asks(TAX + "income-tax", "bram"), "Anna")
    confirm.press("confirm-yes")
    return get(confirm.browser, confirm.address)


def a_closed_service(at: At) -> Page:
    client = at.people.client(TAX + "income-tax", client_uri=DESK)
    page = by_practice(start(client, ui_locales=at.language), "bram")
    with at.people.context.database.writing() as db:
        assert clients.remove(at.people.context, db, client.client_id, now=at.people.clock())
    return get(page.browser, page.address)


def somebody_elses_request(at: At) -> Page:
    page = at.asks(TAX + "income-tax", "bram")
    return get(at.people.browser(), page.address, headers={"Accept-Language": at.language})


# Of a request that is not this browser's, and of a service that is no more, no page tells where one came from.
DEAD_ENDS: dict[Callable[[At], Page], tuple[str, ...]] = {
    too_weak_a_login: ("login-cancel", "login-cannot", "method-eid"),
    too_weak_a_mandate: ("not-listed-back",),
    another_means: ("login-cancel", "login-cannot", "method-eid"),
    nobody: ("nobody-return", "ask", "enter-code", "offered"),
    an_ended_mandate: ("nobody-return", "ask"),
    an_administrator_without_a_mandate: ("nobody-return", "ask"),
    a_joint_signatory: ("nobody-return", "ask"),
    a_request_that_expired: ("error-service",),
    the_back_button: ("error-service",),
    a_closed_service: (),
    somebody_elses_request: (),
}


ELSEWHERE = {
    a_closed_service: {
        "nl": "Vraag aan die organisatie hoe u verder kunt.",
        "en": "Ask that organisation how you can go on.",
    },
    somebody_elses_request: {
        "nl": "Ga terug naar de organisatie waar u vandaan kwam",
        "en": "Go back to the organisation that you came from",
    },
}


@pytest.mark.parametrize("language", CODE)
@pytest.mark.parametrize("reach", DEAD_ENDS, ids=lambda one: one.__name__)
def test_every_dead_end_leads_on(people: World, reach: Callable[[At], Page], language: str) -> None:
    page = reach(At(people, language))

    assert f'lang="{language}"' in page.html
    assert page.heading
    assert CODE[language] in page.text
    assert {*DEAD_ENDS[reach]} <= page.ids
    if reach in ELSEWHERE:
        assert ELSEWHERE[reach][language] in page.text
        assert "time-limit" not in page.ids


@pytest.mark.parametrize("reach", [nobody, an_ended_mandate, a_joint_signatory], ids=lambda one: one.__name__)
def test_the_way_back_brings_the_service_an_answer(people: World, reach: Callable[[At], Page]) -> None:
    answer = answer_to(reach(At(people, "nl")).press("nobody-return"))

    assert "access_denied" == answer["error"]


def test_two_tabs_are_two_requests_and_each_ends_where_it_began(people: World) -> None:
    taxes, benefit = people.client(TAX + "income-tax"), people.client(TAX + "vat-return")
    one = by_practice(start(taxes), "bram")
    browser = one.browser
    other = start(benefit, browser)
    assert "nobody" in other.ids

    confirm = choose(one, "Anna")
    back = get(browser, other.address)

    assert "nobody" in back.ids
    assert "error" not in answer_to(confirm.press("confirm-yes"))
    assert "access_denied" == answer_to(back.press("nobody-return"))["error"]
