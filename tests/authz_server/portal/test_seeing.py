"""The history of each mandate, what has stopped, and one's own data: in plain words, and never more than a side may know."""

import json
from typing import Any

import pytest

from claims.assurance import Loa
from claims.register import addresses, ending, lookup, suspending, uses
from claims.register.actor import OPERATOR, Actor
from claims.register.world import import_world
from tests.support.asking import an_answer
from tests.support.pages import Page, get
from tests.support.signing_in import World, by_password, by_practice


def at_home(people: World, person: str, level: str = "substantial") -> Page:
    return by_practice(get(people.browser(), "/portal"), person, level)


def history(people: World, person: str, mandate: str) -> Page:
    return get(at_home(people, person).browser, f"/portal/history/{mandate}")


def suspended(people: World, mandate: str, by: Actor) -> None:
    people.clock.now += 60
    with people.context.database.writing() as db:
        suspending.suspend(db, people.context.vault, mandate, by=by, now=people.clock())


CARLA = Actor("carla", "bakery", "relation l-bakery-carla", Loa.SUBSTANTIAL, "carla-eid")


def test_who_gave_it_sees_who_did_what_when_and_by_which_login(people_on_both: World) -> None:
    people = people_on_both
    page = at_home(people, "anna").follow("pause-m0001")
    people.clock.now += 60
    page = page.press("pause-yes").follow("history-m0001")

    first, second = [one.text for one in page.elements if one.tag == "li"]
    assert "Tijdelijk gestopt 25 november 2025, 01:01 door Anna de Vries" in first
    assert "ingelogd met: oefen-inlog; hoe zeker we wisten wie het was: substantieel" in first
    assert "Vastgelegd" in second
    assert "Namens" in second  # an operator's import
    assert page.text.index("Tijdelijk gestopt") < page.text.index("Vastgelegd")


def test_the_other_side_is_told_which_party_did_it_and_not_who_acted_there(people: World) -> None:
    suspended(people, "m0010", CARLA)
    own = get(at_home(people, "daan").browser, "/portal/history/m0010").text
    other = history(people, "fred", "m0010").text

    assert "door Carla Smit, namens Bakkerij De Korenbloem B.V." in own
    assert "oefen-inlog" in own
    assert "door Bakkerij De Korenbloem B.V." in other
    assert "Carla" not in other
    assert "oefen-inlog" not in other
    assert "hoe zeker we wisten wie het was: substantieel" in other


def test_that_somebody_does_not_know_them_is_a_pause_to_who_helps(people: World) -> None:
    home = at_home(people, "anna")
    get(home.browser, "/portal/freeze/m0001").press("freeze-yes")

    assert "Alles stilgezet" in get(home.browser, "/portal/history/m0001").text
    told = history(people, "bram", "m0001").text
    assert "Alles stilgezet" not in told
    assert "Tijdelijk gestopt" in told


def test_a_reason_of_the_operator_is_shown_to_nobody(people: World) -> None:
    with people.context.database.writing() as db:
        ending.revoke(
            db, people.context.vault, "m0001", by=OPERATOR, now=people.clock(), reason="a quarrel about money"
        )

    for person in ("anna", "bram"):
        page = history(people, person, "m0001")
        assert "Gestopt" in page.text
        assert "quarrel" not in page.html


@pytest.mark.parametrize("person", ["eva", "mila", "daan"])
def test_the_history_of_anothers_mandate_and_of_none_look_the_same(people: World, person: str) -> None:
    browser = at_home(people, person).browser

    for id in ("m0001", "no-such", "l-bakery-carla", "bakery"):
        page = get(browser, f"/portal/history/{id}")
        assert (404, "not_found") == (page.status, page.code), id


def test_an_employee_does_not_see_what_became_of_the_mandate_of_the_employer(people: World) -> None:
    assert 404 == history(people, "eva", "m0010").status
    assert 200 == history(people, "eva", "m0014").status


def test_a_long_history_comes_in_pages_latest_first(people: World) -> None:
    for _ in range(30):
        people.clock.now += 1
        with people.context.database.writing() as db:
            suspending.suspend(db, people.context.vault, "m0001", by=OPERATOR, now=people.clock())
            suspending.resume(db, people.context.vault, "m0001", by=OPERATOR, now=people.clock())

    page = history(people, "anna", "m0001")
    second = page.follow("history-further")

    assert (50, 11) == tuple(one.element("history-list").text.count("25 november") for one in (page, second))
    for odd in ("x", "-1", "9" * 30):
        assert 200 == get(page.browser, f"/portal/history/m0001?before={odd}").status


def test_what_has_stopped_is_listed_apart_page_by_page(people: World) -> None:
    start = "2025-01-01T00:00:00Z"
    given = [
        {
            "id": f"x{number:03}",
            "represented": "anna",
            "representative": "bram",
            "services": "*",
            "actions": "*",
            "assurance": "low",
            "from": start,
            "until": "2025-06-01T00:00:00Z" if number % 10 else "2029-06-01T00:00:00Z",
        }
        for number in range(120)
    ]
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"mandates": given}, by=OPERATOR, now=people.clock())

    home = at_home(people, "anna")
    assert 15 == len(rows(home))
    seen: list[str] = []
    page = home.follow("ended")
    while True:
        found = rows(page)
        assert len(found) <= 50
        seen += found
        if "given-ended-further" not in page.ids:
            break
        page = page.follow("given-ended-further")
    assert [f"x{number:03}" for number in range(120) if number % 10] == sorted(seen)
    assert not [id for id in page.ids if id.startswith(("stop-", "pause-", "wrong-"))]
    assert "history-x119" in page.ids


def rows(page: Page) -> list[str]:
    return [one.attributes["data-mandate"] for one in page.elements if "data-mandate" in one.attributes]


def test_what_has_stopped_of_another_is_nobodys_business(people: World) -> None:
    browser = at_home(people, "eva").browser

    for party in ("bakery", "anna", "no-such"):
        assert 404 == get(browser, f"/portal/for/{party}/ended").status
    assert 200 == get(at_home(people, "carla").browser, "/portal/for/bakery/ended").status


def data_of(people: World, person: str) -> dict[str, Any]:
    page = at_home(people, person).follow("my-data")
    answer = page.browser.get(page.element("my-data-file").attributes["href"])
    assert 'attachment; filename="my-data.json"' == answer.headers["Content-Disposition"]
    assert "no-store" == answer.headers["Cache-Control"]
    document: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    return document


def test_ones_own_data_is_all_that_is_known_of_oneself(people_on_both: World) -> None:
    people = people_on_both
    now = people.clock()
    with people.context.database.writing() as db:
        uses.record(db, an_answer(), client="c", now=now)
        addresses.put(db, people.context.vault, "anna", "anna@example.nl", language="nl", now=now)
        ending.revoke(db, people.context.vault, "m0002", by=OPERATOR, now=now)

    data = data_of(people, "anna")

    assert {
        "name": "Anna de Vries",
        "born": "1948-05-02",
        "place": "Voorbeeldstad",
        "numbers": {"bsn": "…221"},
    } == (data["you"])
    assert "anna@example.nl" == data["mail_address"]
    assert {"m0001", "m0002", "m0004"} == {one["id"] for one in data["gave"]}
    stopped = next(one for one in data["gave"] if one["id"] == "m0002")
    assert ["revoked", "added"] == [one["event"] for one in stopped["history"]]
    assert 1 == len(data["logged_in_on_your_behalf"])
    assert "Bram de Vries" == data["logged_in_on_your_behalf"][0]["who"]
    assert not data["more_logins_than_these"]


def test_nobodys_number_stands_in_it_whole_nor_who_acts_for_another(people: World) -> None:
    suspended(people, "m0010", CARLA)
    with people.context.database.reading() as db:
        numbers = {
            number
            for party in ("anna", "bram", "fred", "bakery", "peeters")
            for number in lookup.identifiers(db, people.context.vault, party).values()
        }

    for person in ("anna", "bram", "fred"):
        text = json.dumps(data_of(people, person))
        assert numbers
        assert not [number for number in numbers if number in text]
    assert {"m0001", "m0002"} <= {one["id"] for one in data_of(people, "bram")["was_given"]}


def test_ones_data_takes_a_sure_login(people: World) -> None:
    for page in (by_password(get(people.browser(), "/portal"), "anna"), at_home(people, "anna", "low")):
        asked = page.follow("my-data")
        assert "my-data-not" in asked.ids
        assert "my-data-file" not in asked.ids
        answer = asked.browser.get("/portal/my-data/file")
        assert (303, b"") == (answer.status_code, answer.get_data())
        surer = by_practice(asked.press("stronger"), "anna", "substantial")
        assert "my-data-file" in surer.ids


def test_a_stranger_gets_no_data(people: World) -> None:
    for path in ("/portal/my-data", "/portal/my-data/file", "/portal/ended", "/portal/mail"):
        page = get(people.browser(), path)
        assert "login-form" in page.ids
        assert "Anna" not in page.html
