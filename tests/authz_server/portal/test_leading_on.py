"""What the page of an offer says to each side, and where it leads on to who may act."""

import pytest

from authz_server.portal.leading_on import destinations
from claims.register import lookup
from tests.authz_server.portal.test_giving import ALL_OF_TAX, ANNA, at_home, code_of, give
from tests.support.pages import Page, get
from tests.support.relying_party import a_client
from tests.support.signing_in import TAX, World

SHOP = "https://shop.example.nl/"
INCOME_TAX = TAX + "income-tax"


def given_to_omer(people: World, **filled: str) -> tuple[Page, Page]:
    """The offer's page as Anna sees it, and as Ömer does after he filled in the code."""
    shown = give(at_home(people, "anna"), **ALL_OF_TAX, **filled).press("give-yes")
    waiting = shown.follow("code-done")
    assert "code-hint" in waiting.ids
    omer = at_home(people, "omer", "substantial", "/portal/code")
    taken = omer.press("code-submit", code=code_of(shown), **ANNA)
    return waiting, taken


def address(page: Page) -> str:
    return str(page.response.request.path)


def test_each_side_reads_who_may_act(people_on_both: World) -> None:
    waiting, omers = given_to_omer(people_on_both)
    annas = get(waiting.browser, address(omers))

    assert "U mag nu dit doen:" in omers.element("helper").text
    assert "Ömer Yıldız mag nu dit doen:" in annas.element("helper").text
    assert "stop-hint" in annas.ids
    assert "stop-hint" not in omers.ids


def test_who_may_act_is_led_on_to_whoever_serves_it(people: World) -> None:
    shop = people.client(INCOME_TAX, client_name="Belastingbalie", client_uri=SHOP)
    people.client(TAX + "vat-return", client_name="Andere dienst", client_uri="https://other.example.nl/")
    people.client(INCOME_TAX, client_name="Zonder pagina")
    a_client(people.app, client_name="Zonder machtigingen", client_uri="https://plain.example.nl/")
    waiting, omers = given_to_omer(people)

    assert SHOP == omers.element(f"to-{shop.client_id}").attributes["href"]
    assert "Belastingbalie" == omers.element("destinations").text
    assert "destinations" not in get(waiting.browser, address(omers)).ids


def test_nobody_but_the_operator_leads_anybody_on(people: World) -> None:
    a_client(
        people.app,
        by_operator=False,
        client_uri=SHOP,
        representation="optional",
        representation_services=[INCOME_TAX],
    )
    with people.context.database.reading() as db, people.app.test_request_context():
        assert [] == destinations(db, lookup.services(db))


def test_the_address_is_in_the_language_of_the_page(people: World) -> None:
    members = {"client_uri": SHOP, "client_uri#en": SHOP + "en", "client_name#en": "Tax shop"}
    people.client(INCOME_TAX, **members)
    with people.context.database.reading() as db:
        for language, found in (("nl", ("Proefbalie", SHOP)), ("en", ("Tax shop", SHOP + "en"))):
            with people.app.test_request_context(headers={"Accept-Language": language}):
                assert [found] == [(one.name, one.address) for one in destinations(db, lookup.services(db))]


@pytest.mark.parametrize("act", ["pause", "stop"])
def test_what_does_not_hold_any_more_is_not_said_to(people: World, act: str) -> None:
    people.client(INCOME_TAX, client_uri=SHOP)
    waiting, omers = given_to_omer(people)
    home = get(waiting.browser, "/portal")
    row = next(
        one.attributes["data-mandate"]
        for one in home.elements
        if "Ömer Yıldız" in one.text and "data-mandate" in one.attributes
    )
    home.follow(f"{act}-{row}").press(f"{act}-yes")

    for page in (get(omers.browser, address(omers)), get(waiting.browser, address(omers))):
        assert "mag nu dit doen" not in page.text
        assert "gestopt" in page.text
        assert {"destinations", "stop-hint"}.isdisjoint(page.ids)


def test_what_begins_later_does_not_hold_yet(people: World) -> None:
    people.client(INCOME_TAX, client_uri=SHOP)
    _, omers = given_to_omer(people, lasts="date", until="31-12-2027", **{"from": "1-1-2027"})

    assert "Dit is uw toestemming:" == omers.element("helper").text
    assert "vanaf 1 januari 2027" in omers.text
    assert "destinations" not in omers.ids


def test_an_administrator_gives_themself_and_reads_of_themself(people: World) -> None:
    home = get(at_home(people, "daan").browser, "/portal/for/bakery")
    summary = home.follow("give").press("give-submit", to="myself", **{"task:energy-label:all": "yes"})
    given = summary.press("give-yes")

    assert "U krijgt deze toestemming:" == summary.element("who-gets-it").text
    assert "andere kant" not in summary.text
    assert "U mag nu dit doen:" == given.element("helper").text
    assert "stop-hint" not in given.ids
