"""What one can give permission for, told to everybody in plain words."""

from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.pages import get
from tests.support.signing_in import TAX, World, by_practice, start

OTHER = {
    "id": "hidden",
    "uri": TAX + "hidden",
    "name": {"nl": "Verborgen dienst", "en": "Hidden service"},
    "provider": "tax",
    "minimum_assurance": "low",
    "actions": ["view", "submit"],
    "represented_kinds": ["person"],
}


def add(people: World, **service: object) -> None:
    context = people.context
    with context.database.writing() as db:
        import_world(db, context.vault, {"services": [OTHER | service]}, by=OPERATOR, now=context.clock())


def test_everybody_reads_it_without_logging_in_in_both_languages(people: World) -> None:
    page = get(people.browser(), "/permissions")
    assert 200 == page.status
    assert "Waarvoor kan ik toestemming geven?" in page.text
    assert (
        "Aangifte inkomstenbelasting Meekijken en invullen Alles regelen en versturen Voor mensen"
        in page.text
    )

    english = page.press("language-en")
    assert "What can I give permission for?" in english.text
    assert "Energy" in english.text or "energy" in english.text
    assert "For people and for organisations" in english.text


def test_services_stand_with_their_provider_by_name(people: World) -> None:
    page = get(people.browser(), "/permissions")
    headings = [one.text for one in page.elements if one.tag == "h2"]

    assert sorted(headings, key=str.casefold) == headings
    assert 5 == len(headings)
    assert 8 == sum("data-service" in one.attributes for one in page.elements)


def test_a_service_that_takes_no_mandates_is_not_offered(people: World) -> None:
    add(people)
    assert "Verborgen dienst" not in get(people.browser(), "/permissions").text

    add(people, offers_mandates=True, bases=["curator", "parent"])
    assert "Verborgen dienst" not in get(people.browser(), "/permissions").text

    add(people, offers_mandates=True, bases=["mandate", "parent"])
    assert "Verborgen dienst" in get(people.browser(), "/permissions").text

    add(people, offers_mandates=True)
    assert "Verborgen dienst" in get(people.browser(), "/permissions").text


def test_a_name_is_words_and_no_markup(people: World) -> None:
    add(people, offers_mandates=True, name={"nl": "<script>alert(1)</script>", "en": "x"})

    assert "<script>" not in get(people.browser(), "/permissions").html


def test_the_portal_and_the_page_for_whoever_has_nobody_lead_there(people: World) -> None:
    home = by_practice(get(people.browser(), "/portal"), "anna")
    assert "Waarvoor kan ik toestemming geven?" in home.follow("offered").text

    desk = people.client(TAX + "vat-return", representation="required")
    nobody = by_practice(start(desk), "anna")
    assert "nobody" in nobody.ids
    assert "Waarvoor kan ik toestemming geven?" in nobody.follow("offered").text


def test_it_tells_nobody_anything_about_somebody(people: World) -> None:
    """No session is begun, no cookie but the form's is set, nothing is written."""
    answer = people.browser().get("/permissions")

    cookies = answer.headers.getlist("Set-Cookie")
    assert not any("session" in one or "browser" in one for one in cookies)
