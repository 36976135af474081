"""An administrator or signatory asks who may do what, and why not; nobody learns more than is theirs."""

import pytest

from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.pages import Page, get, post
from tests.support.signing_in import World, by_practice

NEUTRAL = "Met deze toestemming kan nu niets worden gedaan."


def at_home(people: World, person: str) -> Page:
    return by_practice(get(people.browser(), "/portal"), person)


def asked(page: Page, organisation: str = "peeters", **question: str) -> Page:
    path = f"/portal/for/{organisation}/why"
    return post(page.browser, path, page.fields("language-form") | question)


def reasons(page: Page) -> list[str]:
    return [code for one in page.elements if (code := one.attributes.get("data-reason")) is not None]


def test_the_page_is_found_from_the_organisation_s_and_asks_before_it_answers(people: World) -> None:
    page = get(at_home(people, "fred").browser, "/portal/for/peeters").follow("why")

    assert "Wie mag wat, en waarom niet?" in page.text
    assert "why-answer" not in page.ids
    assert "Eva Mulder" in page.text
    assert "Bakkerij De Korenbloem B.V." in page.text


def test_who_may_do_it_is_told_what_and_until_when(people: World) -> None:
    fred = at_home(people, "fred")

    page = asked(fred, person="eva", service="vat-return", client="bakery", level="low")

    assert "Eva Mulder mag dit doen voor Bakkerij De Korenbloem B.V." in page.text
    assert "mag: bekijken, invullen, versturen" in page.text
    assert "Log hiervoor in op een veiligere manier" in page.text
    assert "veiligere" not in asked(fred, person="eva", service="vat-return", client="bakery").text


@pytest.mark.parametrize(
    ("person", "client", "service", "codes"),
    [
        ("kees", "bakery", "vat-return", ["R3"]),
        ("eva", "bos", "vat-return", ["R3"]),
        ("lars", "client003", "vat-return", ["R9"]),
        ("lars", "bakery", "payroll", ["R5"]),
        ("eva", "client000", "vat-return", ["R3", "R14"]),
        ("eva", "oost", "vat-return", ["not_now"]),
        ("lotte", "bakery", "vat-return", ["none"]),
        ("lotte", "", "vat-return", ["none"]),
    ],
)
def test_who_may_not_is_told_why_and_what_to_do(
    people: World, person: str, client: str, service: str, codes: list[str]
) -> None:
    page = asked(at_home(people, "fred"), person=person, service=service, client=client)

    assert codes == reasons(page)
    assert "mag dit niet doen voor" in page.text
    assert ("not_now" in codes) == (NEUTRAL in page.text)
    for word in ("faillissement", "failliet", "curatele", "overleden", "bankrupt"):
        assert word not in page.text.casefold()


def test_the_words_are_english_for_who_reads_english(people: World) -> None:
    page = at_home(people, "fred").press("language-en")

    page = asked(page, person="lars", service="vat-return", client="client003")

    assert "This permission is not for this client." in page.text
    assert "Ask whoever gave it to add the client." in page.text


@pytest.mark.parametrize(
    ("person", "organisation"),
    [("eva", "peeters"), ("anna", "peeters"), ("fred", "bakery"), ("bram", "sem"), ("fred", "no-such")],
)
def test_only_who_arranges_an_organisation_s_affairs_asks(
    people: World, person: str, organisation: str
) -> None:
    page = asked(at_home(people, person), organisation, person="eva", service="vat-return")

    assert (404, "not_found") == (page.status, page.code)


@pytest.mark.parametrize(
    ("person", "client"),
    [("anna", "bakery"), ("eva", "town"), ("no-such", "bakery"), ("eva", "no-such"), ("bakery", "eva")],
)
def test_nobody_elses_person_or_client_is_asked_about_and_none_differs_from_nobody(
    people: World, person: str, client: str
) -> None:
    page = asked(at_home(people, "fred"), person=person, service="vat-return", client=client)

    assert "why-unknown" in page.ids
    assert "why-answer" not in page.ids


def test_what_somebody_was_given_in_private_is_not_told(people_on_both: World) -> None:
    """Anna gave Peeters something, and Fred too, in private."""
    fred = at_home(people_on_both, "fred")

    page = asked(fred, person="eva", service="income-tax", client="anna")

    assert "mag dit doen voor Anna de Vries" in page.text
    assert "Bram" not in page.text


def test_a_list_is_narrowed_by_a_name_and_says_where_it_is_not_whole(people_on_both: World) -> None:
    fred = at_home(people_on_both, "fred")

    assert "why-more" in asked(fred).ids
    narrowed = asked(fred, search="KORENBLOEM")
    assert "why-more" not in narrowed.ids
    assert "Bakkerij De Korenbloem B.V." in narrowed.text
    assert "Eva Mulder" not in narrowed.text
    assert "Eva Mulder" not in asked(fred, search="%").text


def test_a_name_that_is_searched_for_stands_in_no_address(people: World) -> None:
    fred = get(at_home(people, "fred").browser, "/portal/for/peeters/why")

    found = fred.press("why-show", search="korenbloem", service="vat-return")

    assert "Bakkerij De Korenbloem B.V." in found.text
    assert "korenbloem" not in found.address.casefold()
    address = "/portal/for/peeters/why?search=korenbloem&person=eva&service=vat-return&client=bakery"
    told = get(fred.browser, address)
    assert "Eva Mulder" in told.text  # what an address asks for is not looked at
    assert "why-answer" not in told.ids


def test_an_administrator_for_some_services_asks_about_those(people: World) -> None:
    some = {
        "id": "a-some",
        "organisation": "peeters",
        "person": "lars",
        "services": ["payroll"],
        "assurance": "low",
        "from": "2020-01-01T00:00:00Z",
    }
    context = people.context
    with context.database.writing() as db:
        import_world(db, context.vault, {"appointments": [some]}, by=OPERATOR, now=people.clock.now)

    page = asked(at_home(people, "lars"), person="eva", service="vat-return", client="bakery")

    assert page.find("why-answer") is None
    assert "payroll" in page.html
    assert 'value="vat-return"' not in page.html


@pytest.mark.parametrize("hostile", ["\0", "x\0y", "\u202e", "%", "'; --", "x" * 4000, "<b>"])
def test_whatever_is_sent_as_a_question_is_answered_by_the_page(people_on_both: World, hostile: str) -> None:
    fred = at_home(people_on_both, "fred")

    for name in ("person", "client", "service", "search", "level"):
        question = {"person": "eva", "client": "bakery", "service": "vat-return"} | {name: hostile}
        page = asked(fred, **question)
        assert page.status in {200, 400}
        assert "<b>" not in page.html
