"""An organisation's own people, and "uit dienst": what ends, what goes on, and that everything ends at once (G3, G13)."""

import pytest

from claims.register import journal
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from claims.register.world import import_world
from tests.authz_server.portal.test_appointing import (
    appointed,
    at_home,
    by_code,
    events,
    organisation,
    waiting,
)
from tests.authz_server.portal.test_giving import code_of, fetched_today, give
from tests.support.pages import Page, get, post
from tests.support.signing_in import TAX, World, answer_to, by_practice, choose, start

DAAN = "/portal/for/bakery/people/daan/leave"


def mandated(people: World, person: str = "daan", service: str = "vat-return", **changes: object) -> str:
    """A mandate from the bakery."""
    id = f"m-{person}-{service}"
    record = {
        "id": id,
        "represented": "bakery",
        "representative": person,
        "services": [service],
        "actions": "*",
        "assurance": "substantial",
        "from": "2025-01-01T00:00:00Z",
        "until": "2028-01-01T00:00:00Z",
        **changes,
    }
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"mandates": [record]}, by=OPERATOR, now=people.clock())
    return id


def of_mandate(people: World, id: str) -> list[Event]:
    with people.context.database.reading() as db:
        return [entry.event for entry in journal.of_record(db, "mandate", id)]


def test_one_button_ends_all_of_it_at_once_and_tokens_with_it(people_on_both: World) -> None:
    people = people_on_both
    mandate, other = mandated(people), mandated(people, service="permit")
    desk = people.client(TAX + "vat-return")
    confirm = choose(by_practice(start(desk), "daan"), "Bakkerij De Korenbloem")
    tokens = desk.redeem(answer_to(confirm.press("confirm-yes"))["code"]).get_json()
    assert desk.introspect(tokens["access_token"])["active"]

    staff = organisation(people, "carla", "bakery").follow("people")
    assert "2 toestemmingen" in staff.element("people").text
    asked = staff.follow("leave-daan")
    ends = asked.element("leave-ends").text
    assert "Btw-aangifte" in ends
    assert "Vergunning" in ends
    assert "Regelt wie iets mag doen: alles" in ends
    goes_on = asked.element("leave-stays").text
    for words in ("klanten", "teams", "privé", "code"):
        assert words in goes_on
    people.clock.now += 1
    done = asked.press("leave-yes")

    assert "Daan Visser" in done.element("left").text
    assert "leave-daan" not in done.ids
    assert "appointment-a-bakery-daan" not in done.ids
    assert {"active": False} == desk.introspect(tokens["access_token"])
    assert [Event.ADDED, Event.LEFT] == of_mandate(people, mandate) == of_mandate(people, other)
    assert [Event.ADDED, Event.LEFT] == events(people, "a-bakery-daan")
    assert 404 == get(at_home(people, "daan").browser, "/portal/for/bakery").status
    history = get(done.browser, f"/portal/history/{mandate}")
    assert "werkt daar niet meer" in history.element("history-list").text
    # the bakery's other mandates stand, and so does what it let others do
    assert [Event.ADDED] == of_mandate(people, "m0010")
    with people.context.database.reading() as db:
        last = journal.of_record(db, "mandate", mandate)[-1]
    assert ("carla", "bakery") == (last.by.person, last.by.on_behalf_of)


def test_who_only_works_at_the_desk_is_one_of_its_people_and_leaves_it(people: World) -> None:
    record = {
        "id": "d-omer",
        "organisation": "bakery",
        "person": "omer",
        "services": ["vat-return"],
        "from": "2025-01-01T00:00:00Z",
    }
    with people.context.database.writing() as db:
        lists = {"desk_appointments": [record]}
        import_world(db, people.context.vault, lists, by=OPERATOR, now=people.clock())
    staff = organisation(people, "carla", "bakery").follow("people")
    assert "helpt mensen aan de balie" in staff.element("people").text

    asked = staff.follow("leave-omer")
    assert "Helpt mensen aan de balie met: Btw-aangifte" in asked.element("leave-ends").text
    done = asked.press("leave-yes")

    assert "leave-omer" not in done.ids
    with people.context.database.reading() as db:
        entries = journal.of_record(db, "desk_appointment", "d-omer")
    assert [Event.ADDED, Event.LEFT] == [one.event for one in entries]


def test_an_employee_is_searched_for_and_their_name_stands_in_no_address(people: World) -> None:
    mandated(people, "omer")
    staff = organisation(people, "carla", "bakery").follow("people")

    found = staff.press("people-submit", search="visser")

    assert "Daan Visser" in found.element("people").text
    assert "Ömer" not in found.element("people").text
    assert "visser" not in found.address.casefold()
    assert "Ömer" in get(found.browser, "/portal/for/bakery/people?search=visser").element("people").text
    assert "Ömer" in found.follow("people-all").element("people").text


def test_who_signs_by_law_keeps_that_and_is_told_where_it_changes(people: World) -> None:
    asked = get(organisation(people, "carla", "bakery").browser, "/portal/for/bakery/people/carla/leave")

    assert {"leave-by-law", "leave-myself", "ends-nothing"} <= asked.ids
    assert "leave-yes" not in asked.ids


def test_what_an_administrator_may_not_end_is_told_and_stays(people: World) -> None:
    vat, permit = mandated(people, "omer"), mandated(people, "omer", "permit")
    appointed(people, "elly", services=["vat-return"], may_appoint=True)
    appointed(people, "omer", services="*")
    staff = organisation(people, "elly", "bakery").follow("people")
    asked = staff.follow("leave-omer")
    beyond = [one.attributes["data-id"] for one in asked.elements if "data-id" in one.attributes]
    assert vat == beyond[0]
    assert {permit, "a-omer"} <= set(beyond[1:])

    asked.press("leave-yes")

    assert Event.LEFT is of_mandate(people, vat)[-1]
    assert [Event.ADDED] == of_mandate(people, permit)
    assert [Event.ADDED] == events(people, "a-omer")


@pytest.mark.parametrize("answer", ["no", "", "YES", "1"])
def test_any_answer_but_yes_ends_nothing(people: World, answer: str) -> None:
    carla = organisation(people, "carla", "bakery")

    post(carla.browser, DAAN, carla.fields("language-form") | {"answer": answer})
    get(carla.browser, f"{DAAN}?answer=yes")

    assert [Event.ADDED] == events(people, "a-bakery-daan")


@pytest.mark.parametrize("person", ["anna", "fred", "omer", "eva"])
def test_nobody_ends_what_another_organisation_gave(people: World, person: str) -> None:
    home = at_home(people, person)
    token = home.fields("language-form") | {"answer": "yes"}

    for path in (DAAN, "/portal/for/no-such/people/daan/leave", "/portal/for/bakery/people"):
        shown = get(home.browser, path)
        assert (404, "not_found") == (shown.status, shown.code)
        if path.endswith("leave"):
            assert 404 == post(home.browser, path, token).status
    assert [Event.ADDED] == events(people, "a-bakery-daan")


@pytest.mark.parametrize("who", ["anna", "no-such", "peeters", "bakery"])
def test_somebody_who_is_nobody_of_the_organisation_looks_like_nobody(people: World, who: str) -> None:
    carla = organisation(people, "carla", "bakery")

    path = f"/portal/for/bakery/people/{who}/leave"
    assert (404, "not_found") == (get(carla.browser, path).status, get(carla.browser, path).code)
    assert 404 == post(carla.browser, path, carla.fields("language-form") | {"answer": "yes"}).status
    assert "left" not in get(carla.browser, f"/portal/for/bakery/people?left={who}").ids


def test_an_address_that_says_that_somebody_left_is_believed_where_it_is_so(people: World) -> None:
    carla = organisation(people, "carla", "bakery")

    assert "left" not in get(carla.browser, "/portal/for/bakery/people?left=daan").ids
    assert (
        "left"
        in get(get(carla.browser, DAAN).press("leave-yes").browser, "/portal/for/bakery/people?left=daan").ids
    )


def test_leaving_twice_is_no_fault(people: World) -> None:
    asked = get(organisation(people, "carla", "bakery").browser, DAAN)
    asked.press("leave-yes")

    assert 200 == asked.press("leave-yes").status
    assert [Event.ADDED, Event.LEFT] == events(people, "a-bakery-daan")


def test_people_are_found_by_part_of_their_name(people: World) -> None:
    staff = organisation(people, "carla", "bakery").follow("people")

    def found_by(search: str) -> Page:
        token = staff.fields("language-form")
        return post(staff.browser, "/portal/for/bakery/people", token | {"search": search})

    assert ["omer"] == [
        one.attributes["data-person"]
        for one in found_by("yildiz").elements
        if "data-person" in one.attributes
    ]
    assert "data-person" not in found_by("%").html
    for hostile in ("\x00", "x" * 500, "'\"<b>"):
        assert found_by(hostile).status in {200, 400}


def test_g3_who_leaves_last_of_those_who_may_grant_is_warned_first(people: World) -> None:
    appointed(people, "elly", organisation="wind", may_appoint=True)
    elly = at_home(people, "elly")

    asked = get(elly.browser, "/portal/for/wind/people/elly/leave")
    assert {"nobody-left", "leave-myself"} <= asked.ids
    done = asked.press("leave-yes")

    assert done.address.startswith("/portal")
    assert Event.LEFT is events(people, "a-elly")[-1]


def test_g13_what_somebody_gave_who_left_is_marked_until_another_says_that_it_is_right(people: World) -> None:
    fetched_today(people)
    daan = organisation(people, "daan", "bakery")
    shown = give(daan, to="employee", reference="17", **{"task:vat-return:all": "yes"}).press("give-yes")
    by_code(people, "petra", code_of(shown))
    waiting(get(daan.browser, "/portal/for/bakery")).press("confirm")
    carla = organisation(people, "carla", "bakery")
    assert not [id for id in carla.ids if id.startswith("keep-")]

    left = get(carla.browser, DAAN).press("leave-yes")
    page = get(left.browser, "/portal/for/bakery")
    [button] = [id for id in page.ids if id.startswith("keep-")]
    assert "Wie dit gaf, regelt dit hier niet meer" in page.element("given-list").text
    done = page.follow(button).press("keep-yes")

    assert "blijft zoals" in done.element("done").text
    assert button not in done.ids
    assert (
        "Gecontroleerd: dit blijft zo"
        in get(done.browser, f"/portal/history/{button.removeprefix('keep-')}").text
    )
    assert "keep-back" in get(done.browser, f"/portal/keep/{button.removeprefix('keep-')}").ids
