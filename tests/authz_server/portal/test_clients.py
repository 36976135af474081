"""An intermediary's clients on its pages: found by name, number and own reference, put in teams, downloaded."""

import csv
import io

import pytest

from claims.register import client_references, teams
from tests.authz_server.portal.test_giving import at_home
from tests.support.pages import Page, get, post, without_support_code
from tests.support.signing_in import World, by_practice, start

CLIENTS = "/portal/for/peeters/clients"


def at_clients(people: World, person: str = "lotte") -> Page:
    return get(at_home(people, person).browser, CLIENTS)


def named(page: Page) -> list[str]:
    return [one.attributes["data-client"] for one in page.elements if "data-client" in one.attributes]


def with_reference(people: World, client: str = "bakery", reference: str = "Dossier 12") -> Page:
    page = get(at_clients(people).browser, f"{CLIENTS}/{client}")
    return page.press("reference-submit", reference=reference)


def test_the_list_is_found_from_the_page_of_the_organisation_and_led_through(people_on_both: World) -> None:
    people = people_on_both
    page = get(at_home(people, "lotte").browser, "/portal/for/peeters").follow("office-clients")
    found = named(page)
    assert 50 == len(found)
    while "clients-list-further" in page.ids:
        page = page.follow("clients-list-further")
        found += named(page)

    assert len(found) == len(set(found)) > 100
    assert "bakery" in found


@pytest.mark.parametrize("typed", ["korenbloem", "00436606", "dossier 12", " DOSSIER  12 "])
def test_a_client_is_found_by_name_number_and_own_reference(people_on_both: World, typed: str) -> None:
    people = people_on_both
    with_reference(people)

    found = at_clients(people).press("search-submit", search=typed)

    assert "bakery" in named(found)
    assert "kenmerk: Dossier 12" in found.text
    assert typed.strip() not in found.address


def test_a_search_is_led_through_page_by_page_without_a_name_in_an_address(people: World) -> None:
    page = at_clients(people).press("search-submit", search="e")
    found = named(page)
    while "search-further" in page.ids:
        page = page.press("search-further")
        assert CLIENTS == page.address
        found += named(page)

    assert len(found) == len(set(found)) > 50
    assert "Er is niemand gevonden." in at_clients(people).press("search-submit", search="zzzz").text


def test_the_client_never_sees_the_reference(people: World) -> None:
    with_reference(people, reference="Lastige klant 12")
    carla = at_home(people, "carla")
    offered = [
        get(carla.browser, path)
        for path in (
            "/portal",
            "/portal/for/bakery",
            "/portal/for/bakery/ended",
            "/portal/for/bakery/calendar",
            "/portal/for/bakery/clients",
            "/portal/history/m0010",
            "/portal/my-data/file",
        )
    ]

    assert not [page.address for page in offered if "Lastige" in page.html]
    assert 404 == get(carla.browser, f"{CLIENTS}/bakery").status


def test_a_reference_is_in_no_token(people: World) -> None:
    with_reference(people, reference="Lastige klant 12")
    party = people.client("https://tax.example.nl/services/vat-return")
    page = by_practice(start(party), "eva")
    page = page.press("search-submit", search="lastige klant 12")
    chosen = [words for words in page.choices() if "Korenbloem" in words]
    assert 1 == len(chosen)
    page = page.press("choose-submit", represented=page.choices()[chosen[0]])
    while not page.response.headers.get("Location", "").startswith("https://"):
        button = next(id for id in ("confirm-yes", "consent-allow") if id in page.ids)
        page = page.press(button)
    tokens = party.redeem(page.response.headers["Location"])

    assert "Lastige" not in repr(tokens)
    assert "lastige" not in repr(tokens)


@pytest.mark.parametrize(
    ("typed", "words"), [("x" * 61, "Dit is te lang"), ("999997221", "Dit lijkt op een BSN")]
)
def test_a_reference_that_cannot_be_kept_says_why(people: World, typed: str, words: str) -> None:
    page = with_reference(people, reference=typed)

    assert 422 == page.status
    assert words in page.text
    assert "999997221" not in page.text
    with people.context.database.reading() as db:
        vault = people.context.vault
        assert {} == client_references.of_clients(db, vault, "peeters", ["bakery"])


def test_an_empty_reference_takes_it_away(people: World) -> None:
    with_reference(people)
    page = with_reference(people, reference=" ")

    assert "Dossier" not in page.html


def test_a_client_goes_in_a_team_and_out_of_it(people_on_both: World) -> None:
    people = people_on_both
    page = get(at_clients(people).browser, f"{CLIENTS}/bakery")
    assert "take-out-g-north" not in page.ids

    inside = page.press("put-in", team="g-north")
    assert "take-out-g-north" in inside.ids
    outside = inside.press("take-out-g-north")

    assert "take-out-g-north" not in outside.ids
    wrong = outside.press("put-in", team="")
    assert (422, True) == (wrong.status, "team-error" in wrong.ids)
    unknown = post(
        page.browser,
        f"{CLIENTS}/bakery",
        page.fields("put-in-form") | {"do": "put-in", "team": "g-nowhere"},
    )
    assert 422 == unknown.status


def test_g4_a_login_that_is_not_sure_enough_is_led_on(people: World) -> None:
    browser = at_home(people, "lotte", "low").browser
    page = get(browser, f"{CLIENTS}/bakery").press("put-in", team="g-north")

    assert 422 == page.status
    assert "Log eerst in op een veiligere manier" in page.text
    with people.context.database.reading() as db:
        names = [one.id for one in teams.teams_of(db, "peeters", ["bakery"])["bakery"]]
    assert "g-north" not in names


@pytest.mark.parametrize("person", ["eva", "carla", "anna"])
@pytest.mark.parametrize(
    "path",
    ["clients", "clients.csv", "clients/bakery", "teams", "teams/g-north", "several", "calendar", "list/ask"],
)
def test_nobody_elses_office_is_there(people: World, person: str, path: str) -> None:
    browser = at_home(people, person).browser
    there, nowhere = (get(browser, f"/portal/for/{party}/{path}") for party in ("peeters", "nobody"))

    assert (404, 404) == (there.status, nowhere.status)
    assert without_support_code(there.text) == without_support_code(nowhere.text)


@pytest.mark.parametrize("client", ["bos2", "town", "nobody", "x%2500y"])
def test_only_clients_have_a_page(people: World, client: str) -> None:
    assert 404 == get(at_clients(people).browser, f"{CLIENTS}/{client}").status


def test_the_file_has_every_client_once_and_no_formula(people: World) -> None:
    with_reference(people, reference="=1+cmd")
    response = at_clients(people).browser.get(f"{CLIENTS}.csv")

    assert "no-store" in response.headers["Cache-Control"]
    assert "attachment" in response.headers["Content-Disposition"]
    text = response.get_data().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert "kenmerk" in head
    bakery = [row for row in rows if row[0].startswith("Bakkerij De Korenbloem")]
    assert [["00436606", "'=1+cmd"]] == [[row[2], row[3]] for row in bakery]
    assert not [row for row in rows if "999997221" in row]  # Anna's BSN
    assert len(rows) > 100
