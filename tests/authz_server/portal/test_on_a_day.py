"""What was in force on one day, on the page of a person and of an organisation."""

from urllib.parse import urlencode

import pytest

from claims.instants import day_of, written
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.pages import Page, get
from tests.support.signing_in import World, by_practice
from tests.support.try_out import world_document

DAY = 86400


def at_home(people: World, person: str) -> Page:
    return by_practice(get(people.browser(), "/portal"), person)


def on(page: Page, day: str, path: str = "/portal/day") -> Page:
    return get(page.browser, f"{path}?{urlencode({'day': day})}")


def shown(page: Page) -> set[str]:
    return {id for one in page.elements if (id := one.attributes.get("data-mandate")) is not None}


def a_day(people: World, *, ago: int) -> str:
    return day_of(people.clock.now - ago * DAY).isoformat()


def test_a_day_is_asked_for_and_shows_what_was_in_force(people_on_both: World) -> None:
    people = people_on_both
    page = at_home(people, "anna").follow("on-a-day")
    assert "Welke dag?" in page.text
    assert set() == shown(page)

    today = on(page, a_day(people, ago=0))

    assert {"m0001", "m0002", "m0004"} == shown(today)
    assert "Wie mocht iets voor u doen op" in today.text
    assert "Nu: tot en met" in today.text
    assert set() == shown(on(page, "1990-01-01"))


def test_what_stopped_since_was_in_force_and_tells_how_it_is_now(people: World) -> None:
    anna = at_home(people, "anna")
    then = a_day(people, ago=0)
    anna.follow("stop-m0001").press("stop-yes")
    people.clock.now += 3 * DAY
    anna = at_home(people, "anna")

    assert "m0001" in shown(on(anna, then))
    assert "Nu: gestopt op" in on(anna, then).text
    assert "m0001" not in shown(on(anna, a_day(people, ago=0)))


def test_a_correction_of_the_past_is_told_as_one(people: World) -> None:
    then = a_day(people, ago=0)
    context = people.context
    corrected = next(one for one in world_document(people.clock.now)["mandates"] if one["id"] == "m0001")
    people.clock.now += 10 * DAY
    late = corrected | {"id": "m-late"}
    corrected["revoked_at"] = written(people.clock.now - 20 * DAY)
    with context.database.writing() as db:
        import_world(db, context.vault, {"mandates": [corrected, late]}, by=OPERATOR, now=people.clock.now)

    page = on(at_home(people, "anna"), then)

    assert {"m0001", "m-late"} <= shown(page)
    assert "Dat dachten wij op die dag. Het is later verbeterd." in page.text
    assert "Dat wisten wij op die dag nog niet." in page.text


def test_a_day_to_come_is_answered_by_what_is_known_now(people: World) -> None:
    anna = at_home(people, "anna")

    assert {"m0001", "m0002", "m0004"} >= shown(on(anna, a_day(people, ago=-30)))
    assert set() == shown(on(anna, "2199-12-31"))


@pytest.mark.parametrize("typed", ["31-12-2024", "31/12/2024", " 31.12.2024 ", "2024-12-31"])
def test_days_are_read_as_people_and_browsers_write_them(people: World, typed: str) -> None:
    page = on(at_home(people, "anna"), typed)

    assert "day-wrong" not in page.ids
    assert "31 december 2024" in page.text


@pytest.mark.parametrize(
    "typed", ["31-2-2024", "yesterday", "2024-13-01", "0001-01-01", "9999-12-31", "٣١-12-2024", "1" * 5000]
)
def test_what_is_no_day_is_said_so(people: World, typed: str) -> None:
    page = on(at_home(people, "anna"), typed)

    assert (200, True) == (page.status, "day-wrong" in page.ids)
    assert typed not in page.text


def test_an_organisation_s_is_for_who_may_see_it(people: World) -> None:
    path, today = "/portal/for/bakery/day", a_day(people, ago=0)

    carla = on(get(at_home(people, "carla").browser, "/portal/for/bakery").follow("on-a-day"), today, path)
    assert "m0010" in shown(carla)
    assert (404, "not_found") == ((eva := on(at_home(people, "eva"), today, path)).status, eva.code)
    assert "login-form" in get(people.browser(), f"{path}?day={today}").ids


def test_many_are_read_page_by_page(people: World) -> None:
    page = on(at_home(people, "fred"), a_day(people, ago=0), "/portal/for/peeters/day")
    first = shown(page)

    further = page.follow("received-list-further")

    assert len(first) > 40
    assert shown(further)
    assert first != shown(further)


@pytest.mark.parametrize("hostile", ["\0", "x\0y", "no-such", "x" * 4000])
def test_a_place_that_is_none_is_the_beginning(people_on_both: World, hostile: str) -> None:
    anna = at_home(people_on_both, "anna")
    question = urlencode({"day": a_day(people_on_both, ago=0), "given": hostile, "received": hostile})

    page = get(anna.browser, f"/portal/day?{question}")

    assert page.status in {200, 400}
    assert 400 == page.status or {"m0001", "m0002", "m0004"} == shown(page)
