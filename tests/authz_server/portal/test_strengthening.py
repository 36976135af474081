"""Making a permission stronger: the way to a surer login, the yes, and what both sides read of it."""

import pytest

from claims.assurance import Loa
from claims.mandates import Evidence
from claims.register import evidencing, journal, overview
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from claims.register.world import import_world
from tests.authz_server.portal.test_giving import fetched_today
from tests.support.pages import Page, get, post
from tests.support.signing_in import TAX, World, answer_to, by_practice, choose, start

WEAK = {
    "id": "weak",
    "represented": "anna",
    "representative": "omer",
    "services": ["income-tax"],
    "actions": "*",
    "assurance": "low",
    "from": "2025-01-01T00:00:00Z",
    "until": "2027-01-01T00:00:00Z",
}


def weak(people: World, **changed: object) -> None:
    with people.context.database.writing() as db:
        mandates = [WEAK | changed]
        import_world(db, people.context.vault, {"mandates": mandates}, by=OPERATOR, now=people.clock())


def page_for(people: World, person: str, level: str = "low", mandate: str = "weak") -> Page:
    home = by_practice(get(people.browser(), "/portal"), person, level)
    return get(home.browser, f"/portal/strengthen/{mandate}")


def level_of(people: World, mandate: str = "weak") -> Loa:
    with people.context.database.reading() as db:
        found = overview.mandate(db, mandate)
    assert found is not None
    return found.assurance


def test_who_gave_it_logs_in_more_surely_and_makes_it_stronger(people_on_both: World) -> None:
    people = people_on_both
    weak(people)
    page = page_for(people, "anna")
    assert "Hoe zeker deze toestemming is: laag" in page.element("strength").text
    assert "strengthen-yes" not in page.ids
    assert "substantieel" in page.element("stronger-words").text

    people.clock.now += 60
    again = by_practice(page.press("stronger"), "anna", "substantial")
    assert "Hierna is ze: substantieel" in again.element("becomes").text
    done = again.press("strengthen-yes")

    assert Loa.SUBSTANTIAL is level_of(people)
    assert "Sterker gemaakt" in done.text
    assert "eerst laag, daarna substantieel" in done.text


def test_a_token_after_that_tells_of_the_new_level(people: World) -> None:
    weak(people)
    desk = people.client(TAX + "income-tax")
    before = by_practice(start(desk), "omer")
    assert before.address.endswith("/nobody")
    page_for(people, "anna", "substantial").press("strengthen-yes")

    confirm = choose(by_practice(start(desk, people.browser()), "omer"), "Anna de Vries")
    tokens = desk.redeem(answer_to(confirm.press("confirm-yes"))["code"]).get_json()

    assert desk.introspect(tokens["access_token"])["active"]


def test_a_high_login_is_asked_for_where_it_makes_more_of_it(people: World) -> None:
    weak(people)
    page = page_for(people, "anna", "substantial")

    assert "substantieel" in page.element("becomes").text
    assert "hoog" in page.element("stronger-words").text


def test_what_cannot_be_made_stronger_says_why(people: World) -> None:
    weak(people, assurance="high")
    assert "niet sterker" in page_for(people, "anna", "high").element("strengthen-why").text
    weak(people, represented="bakery", services=["vat-return"], assurance="substantial")
    page = page_for(people, "daan", "high")  # by an appointment at substantial
    assert "strengthen-why" in page.ids


@pytest.mark.parametrize("person", ["omer", "bram", "eva"])
def test_nobody_else_sees_or_confirms_it(people: World, person: str) -> None:
    weak(people)
    home = by_practice(get(people.browser(), "/portal"), person, "high")
    token = home.fields("language-form") | {"answer": "yes"}

    for id in ("weak", "no-such", "l-bakery-carla"):
        page = get(home.browser, f"/portal/strengthen/{id}")
        assert (404, "not_found") == (page.status, page.code)
        assert 404 == post(home.browser, f"/portal/strengthen/{id}", token).status
    assert Loa.LOW is level_of(people)


def test_a_login_that_is_too_weak_confirms_nothing_whatever_is_sent(people: World) -> None:
    weak(people)
    page = page_for(people, "anna", "low")
    token = page.fields("language-form") | {"answer": "yes"}

    post(page.browser, "/portal/strengthen/weak", token)

    assert Loa.LOW is level_of(people)
    for answer in ("no", "", "YES"):
        sure = page_for(people, "anna", "high")
        post(sure.browser, "/portal/strengthen/weak", sure.fields("language-form") | {"answer": answer})
    assert Loa.LOW is level_of(people)


def test_sent_twice_it_is_confirmed_once(people: World) -> None:
    weak(people)
    page = page_for(people, "anna", "substantial")
    page.press("strengthen-yes")

    again = page.press("strengthen-yes")

    assert 200 == again.status
    with people.context.database.reading() as db:
        events = [one.event for one in journal.of_record(db, "mandate", "weak")]
    assert 1 == events.count(Event.STRENGTHENED)


def test_what_has_stopped_is_not_made_stronger(people: World) -> None:
    weak(people, revoked_at="2025-06-01T00:00:00Z")

    assert 404 == page_for(people, "anna", "high").status


def test_both_sides_read_what_it_rests_on(people: World) -> None:
    weak(people)
    paper = Evidence("document", "brief 2026/118", "ab" * 32, "balie 4", people.clock())
    with people.context.database.recording() as db:
        evidencing.attach(db, people.context.vault, "weak", paper, by=OPERATOR, now=people.clock())

    for person in ("anna", "omer"):
        home = by_practice(get(people.browser(), "/portal"), person)
        words = get(home.browser, "/portal/history/weak").element("evidence-list").text
        assert "een ondertekend papier, brief 2026/118, bekeken door balie 4, 25 november 2025" in words
        assert "ab" * 32 in words


def test_g4_who_signs_together_confirms_together_and_the_list_says_who_has(people: World) -> None:
    fetched_today(people)
    weak(people, represented="bos", services=["vat-return"], until="2027-06-01T00:00:00Z")
    gea = page_for(people, "gea", "low")
    assert "strengthen-yes" not in gea.ids
    assert "stronger-words" in gea.ids

    gea = page_for(people, "gea", "substantial")
    assert "2 van u moeten dit bevestigen" in gea.element("together").text
    assert "Gea Bos heeft nog niet getekend" in gea.element("signatories").text
    signed = gea.press("strengthen-yes")
    assert "said" in signed.ids
    assert "strengthen-yes" not in signed.ids
    assert Loa.LOW is level_of(people)

    henk = by_practice(get(people.browser(), "/portal/for/bos"), "henk", "substantial")
    listed = henk.element("surer-list").text
    assert "getekend: Gea Bos" in listed
    assert "nog niet: Henk Bos" in listed
    done = henk.follow("surer-weak").press("strengthen-yes")

    assert Loa.SUBSTANTIAL is level_of(people)
    assert "Getekend om het sterker te maken" in done.text
    assert "surer-list" not in get(henk.browser, "/portal/for/bos").ids
    omer = get(by_practice(get(people.browser(), "/portal"), "omer", "low").browser, "/portal/history/weak")
    assert "Getekend om" not in omer.text
