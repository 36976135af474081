"""Letting a permission hold again, where several sign together: who stopped it does it alone, the others together (G2, G8)."""

import pytest

from claims.mandates import Mandate
from claims.register import ending, journal, overview
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from claims.register.world import import_world
from tests.support.pages import Page, get, post
from tests.support.signing_in import World, by_practice

_PAGE = "/portal/resume/jointly"


@pytest.fixture
def paused(people: World) -> World:
    """What Gea and Henk sign for together, and Gea stopped for a while."""
    mandate = {
        "id": "jointly", "represented": "bos", "representative": "omer", "services": ["energy-label"], "actions": "*",
        "assurance": "low", "from": "2025-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z",
    }  # fmt: skip
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"mandates": [mandate]}, by=OPERATOR, now=people.clock())
    people.clock.now += 10
    home(people, "gea", "/portal/pause/jointly").press("pause-yes")
    people.clock.now += 10
    return people


def home(people: World, person: str, address: str = _PAGE) -> Page:
    return get(by_practice(get(people.browser(), "/portal"), person).browser, address)


def last(people: World) -> tuple[Event, str | None]:
    with people.context.database.reading() as db:
        entry = journal.of_record(db, "mandate", "jointly")[-1]
    return entry.event, entry.by.person


def test_who_stopped_it_lets_it_hold_again(paused: World) -> None:
    done = home(paused, "gea").press("resume-yes")

    assert "geldt weer" in done.text
    assert (Event.RESUMED, "gea") == last(paused)


def test_g2_the_other_lets_it_hold_again_together_with_who_stopped_it(paused: World) -> None:
    henk = home(paused, "henk")
    assert "Gea Bos" in henk.element("resume-together").text

    said = henk.press("resume-yes")

    assert (Event.RESUME_APPROVED, "henk") == last(paused)
    assert "resume-yes" not in said.ids
    assert "Gea Bos" in said.element("resume-said").text
    again = post(henk.browser, _PAGE, henk.fields("resume-form") | {"answer": "yes"})
    assert "resume-said" in again.ids
    with paused.context.database.reading() as db:
        mandate = overview.mandate(db, "jointly")
        assert isinstance(mandate, Mandate)
        assert mandate.is_suspended(paused.clock())
        approvals = [one.event for one in journal.of_record(db, "mandate", "jointly")]
    assert 1 == approvals.count(Event.RESUME_APPROVED)

    gea = home(paused, "gea")
    assert "Henk Bos" in gea.element("resume-said-before").text
    gea.press("resume-yes")
    assert (Event.RESUMED, "gea") == last(paused)


def test_the_page_is_in_english_too(paused: World) -> None:
    henk = home(paused, "henk")
    henk.browser.set_cookie("namens_language", "en")
    page = get(henk.browser, _PAGE)

    assert "You sign together with others" in page.element("resume-together").text


def test_what_one_of_them_said_is_the_organisation_s_own_affair(paused: World) -> None:
    home(paused, "henk").press("resume-yes")

    own = home(paused, "gea", "/portal/history/jointly").text
    other = home(paused, "omer", "/portal/history/jointly").text

    assert "mag weer gelden" in own
    assert "mag weer gelden" not in other


def test_what_has_ended_meanwhile_is_told(paused: World) -> None:
    henk = home(paused, "henk")
    with paused.context.database.writing() as db:
        ending.revoke(db, paused.context.vault, "jointly", by=OPERATOR, now=paused.clock())

    assert 404 != henk.press("resume-yes").status
    assert "resume-yes" not in home(paused, "henk").ids
    assert (Event.REVOKED, None) == last(paused)
