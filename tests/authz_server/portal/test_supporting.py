"""Support: finds a mandate by a number or an id, stops or pauses it on request, and sees no more than that takes."""

import pytest

from authz_server.login import support
from claims.assurance import Loa
from claims.register import journal, overview, suspending
from claims.register.actor import Actor
from claims.register.journal import Event
from keys.storage import Statement
from tests.support.pages import Page, get, post
from tests.support.signing_in import World, by_practice

_TOLD = Statement("SELECT recipient FROM register_notices WHERE mandate = :id ORDER BY recipient")
KVK = "00436606"  # the bakery's


@pytest.fixture(autouse=True)
def _joop_is_support(people: World) -> None:
    with people.context.database.recording() as db:
        assert support.make(db, people.context.vault, "joop", now=people.clock())


def at_support(people: World, person: str = "joop", level: str = "substantial") -> Page:
    return by_practice(get(people.browser(), "/portal/support"), person, level)


def looked_up(people: World, number: str, person: str = "joop") -> Page:
    return at_support(people, person).press("support-find", number=number)


def done(
    page: Page, act: str = "stop", known_by: str = "called_back", why: str = "asked by telephone"
) -> Page:
    return page.press("support-do", act=act, known_by=known_by, why=why)


def entries(people: World, kind: str, id: str) -> list[journal.Entry]:
    with people.context.database.reading() as db:
        return journal.of_record(db, kind, id)


def test_a_mandate_is_found_by_a_number_and_stopped_on_request(people: World) -> None:
    page = looked_up(people, KVK)
    assert "Bakkerij De Korenbloem B.V." in page.text
    people.clock.now += 60
    page = done(page.follow("support-m0010"))

    assert "gestopt" in page.element("support-state").text
    last = entries(people, "mandate", "m0010")[-1]
    assert (Event.REVOKED, "joop", None, "support", Loa.SUBSTANTIAL) == (
        last.event,
        last.by.person,
        last.by.on_behalf_of,
        last.by.authority,
        last.by.assurance,
    )
    assert "asked by the represented; called back on a known number; asked by telephone" == last.reason
    with people.context.database.reading() as db:
        assert [("bakery",), ("peeters",)] == db.all(_TOLD, {"id": "m0010"})


def test_that_a_party_was_shown_stands_in_the_account(people: World) -> None:
    looked_up(people, KVK)

    last = entries(people, "party", "bakery")[-1]
    assert (Event.SHOWN_TO_SUPPORT, "joop", "support") == (last.event, last.by.person, last.by.authority)


def shown(people: World, party: str) -> list[str | None]:
    return [one.by.person for one in entries(people, "party", party) if one.event is Event.SHOWN_TO_SUPPORT]


def test_each_look_at_a_mandate_stands_in_the_account_of_both_its_sides(people: World) -> None:
    page = looked_up(people, "m0001")
    assert ["joop"] == shown(people, "anna") == shown(people, "bram")

    get(page.browser, "/portal/support/m0001")
    assert ["joop", "joop"] == shown(people, "anna") == shown(people, "bram")

    assert 422 == done(page, why="").status
    assert 3 == len(shown(people, "anna")) == len(shown(people, "bram"))


def test_ids_of_mandates_are_not_tried_out_on_their_own_pages(people: World) -> None:
    page = at_support(people)
    filled = page.fields("language-form") | {"act": "stop", "known_by": "letter", "why": "x"}
    for _ in range(12):  # what is there counts for nothing
        assert 200 == get(page.browser, "/portal/support/m0001").status

    answers = [get(page.browser, f"/portal/support/m9{number}").status for number in range(5)]
    answers += [post(page.browser, f"/portal/support/m8{number}", filled).status for number in range(5)]

    assert [404] * 10 == answers
    told = get(page.browser, "/portal/support/m0001")
    assert (429, "too_many_attempts") == (told.status, told.code)
    assert 429 == post(page.browser, "/portal/support/m0001", filled).status
    assert [Event.ADDED] == [one.event for one in entries(people, "mandate", "m0001")]


def test_support_resumes_only_what_support_paused(people: World) -> None:
    with people.context.database.recording() as db:
        anna = Actor("anna", "anna", "self", Loa.LOW, None)
        suspending.suspend(db, people.context.vault, "m0001", by=anna, now=people.clock())
    page = looked_up(people, "m0001")
    assert "act-resume" not in page.ids
    filled = page.fields("support-act-form") | {"act": "resume", "known_by": "letter", "why": "x"}

    refused = post(page.browser, "/portal/support/m0001", filled)

    assert (409, "suspended_by_another") == (refused.status, refused.code)
    assert [Event.ADDED, Event.SUSPENDED] == [one.event for one in entries(people, "mandate", "m0001")]


def test_it_is_paused_and_resumed_for_who_gave_it_and_ended_for_who_helps(people: World) -> None:
    page = looked_up(people, "m0001")
    assert "Bram de Vries" in page.text
    page = done(page, "pause")
    assert "tijdelijk gestopt" in page.element("support-state").text
    page = done(page, "resume")
    page = done(page, "renounce", known_by="letter")

    events = [one.event for one in entries(people, "mandate", "m0001")]
    assert [Event.ADDED, Event.SUSPENDED, Event.RESUMED, Event.RENOUNCED] == events
    assert "asked by the representative; a signed letter" in str(
        entries(people, "mandate", "m0001")[-1].reason
    )
    assert "support-over" in page.ids


def test_both_sides_read_that_it_was_on_request_and_not_who_did_it(people: World) -> None:
    done(looked_up(people, "m0001"), "pause")

    for person in ("anna", "bram"):
        home = by_practice(get(people.browser(), "/portal"), person)
        text = get(home.browser, "/portal/history/m0001").text
        assert "op verzoek" in text
        assert "Joop" not in text
        assert "telephone" not in text


def test_support_sees_neither_history_nor_logins_nor_numbers(people: World) -> None:
    found = looked_up(people, KVK)

    assert KVK not in found.element("support-given-1").text
    assert not {id for id in found.ids if id.startswith(("history-", "uses-"))}
    for address in ("/portal/history/m0010", "/portal/for/bakery", "/portal/stop/m0010"):
        assert 404 == get(found.browser, address).status


@pytest.mark.parametrize("person", ["anna", "carla", "eva"])
def test_to_anybody_else_there_are_no_such_pages(people: World, person: str) -> None:
    home = by_practice(get(people.browser(), "/portal"), person)
    token = home.fields("language-form")
    filled = token | {"act": "stop", "known_by": "letter", "why": "x"}

    for address in ("/portal/support", "/portal/support/m0001"):
        assert (404, "not_found") == (get(home.browser, address).status, get(home.browser, address).code)
        assert 404 == post(home.browser, address, filled | {"number": KVK}).status
    assert [Event.ADDED] == [one.event for one in entries(people, "mandate", "m0001")]


def test_who_is_support_no_more_has_the_pages_no_more(people: World) -> None:
    page = looked_up(people, "m0001")
    with people.context.database.recording() as db:
        assert support.end(db, people.context.vault, "joop", now=people.clock())

    assert 404 == done(page).status
    assert [Event.ADDED] == [one.event for one in entries(people, "mandate", "m0001")]


def test_a_login_that_is_too_weak_sees_and_does_nothing(people: World) -> None:
    page = at_support(people, level="low")
    assert "support-form" not in page.ids
    assert "support-not" in page.ids
    token = page.fields("language-form")
    filled = token | {"act": "stop", "known_by": "letter", "why": "x", "number": "m0001"}

    for address in ("/portal/support", "/portal/support/m0001"):
        assert "Anna" not in post(page.browser, address, filled).text
    assert "Anna" not in get(page.browser, "/portal/support/m0001").text
    assert [Event.ADDED] == [one.event for one in entries(people, "mandate", "m0001")]
    assert "support-form" in by_practice(page.press("stronger"), "joop").ids


def test_nobody_stops_their_own_as_support(people: World) -> None:
    with people.context.database.recording() as db:
        support.make(db, people.context.vault, "bram", now=people.clock())
    page = done(looked_up(people, "m0001", "bram"), "renounce")

    assert (403, "not_for_oneself") == (page.status, page.code)
    assert [Event.ADDED] == [one.event for one in entries(people, "mandate", "m0001")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"act": "delete"}, "not_filled_in"),
        ({"act": ""}, "not_filled_in"),
        ({"known_by": "guess"}, "not_filled_in"),
        ({"why": ""}, "not_filled_in"),
        ({"why": "a" * 301}, "not_filled_in"),
        ({"why": "999997221 called"}, "reason_holds_a_number"),
    ],
)
def test_without_who_asked_and_why_nothing_is_done(people: World, changed: dict[str, str], code: str) -> None:
    page = done(looked_up(people, "m0001"), **changed)

    assert (422, code) == (page.status, page.code)
    assert [Event.ADDED] == [one.event for one in entries(people, "mandate", "m0001")]


def test_numbers_are_not_tried_out(people: World) -> None:
    page = at_support(people)
    answers = [page.press("support-find", number=f"0000000{number}") for number in range(11)]

    assert [404] * 10 == [one.status for one in answers[:10]]
    assert (429, "too_many_attempts") == (answers[10].status, answers[10].code)
    assert 429 == page.press("support-find", number=KVK).status


def test_a_mandate_that_there_is_not_is_none(people: World) -> None:
    page = at_support(people)

    assert (404, "nothing_found") == (
        (told := page.press("support-find", number="no-such")).status,
        told.code,
    )
    assert 404 == get(page.browser, "/portal/support/no-such").status
    with people.context.database.reading() as db:
        assert overview.mandate(db, "m0001") is not None


def test_the_way_there_stands_on_the_page_of_who_is_support_alone(people: World) -> None:
    own = by_practice(get(people.browser(), "/portal"), "joop")
    other = by_practice(get(people.browser(), "/portal"), "anna")

    assert "support-form" in own.follow("support").ids
    assert "support" not in other.ids
