"""“Something is wrong”: all of it stops, or somebody asks first."""

import pytest

from claims.register import journal
from claims.register.journal import Event
from tests.support.pages import Page, get, post
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start


def at_home(people: World, person: str) -> Page:
    return by_practice(get(people.browser(), "/portal"), person)


def events(people: World, mandate: str) -> list[Event]:
    with people.context.database.reading() as db:
        return [entry.event for entry in journal.of_record(db, "mandate", mandate)]


def test_i_do_not_know_this_person_says_what_it_touches_and_stops_it_everywhere(
    people_on_both: World,
) -> None:
    people = people_on_both
    desk = people.client(TAX + "income-tax")
    confirm = choose(by_practice(start(desk), "bram"), "Anna de Vries")
    tokens = desk.redeem(answer_to(confirm.press("confirm-yes"))["code"]).get_json()
    assert desk.introspect(tokens["access_token"])["active"]

    wrong = by_password(get(people.browser(), "/portal"), "anna").follow("wrong-m0001")
    assert "Ik ken deze persoon niet (we zetten alles stil)" in wrong.text
    assert "Ik wil het navragen" in wrong.text
    asked = wrong.follow("wrong-freeze")
    assert (
        "alles stil wat u aan Bram de Vries gaf: 2 toestemmingen, 1 persoon."
        in asked.element("freeze-reach").text
    )
    people.clock.now += 1
    done = asked.press("freeze-yes")

    assert (
        "Alles wat u aan Bram de Vries gaf, staat stil: 2 toestemmingen, 1 persoon."
        in done.element("done").text
    )
    assert {"resume-m0001", "resume-m0002", "pause-m0004"} <= done.ids
    assert {"active": False} == desk.introspect(tokens["access_token"])
    assert Event.FROZEN == events(people, "m0001")[-1] == events(people, "m0002")[-1]

    people.clock.now += 1
    done.follow("resume-m0001").press("resume-yes")
    assert Event.RESUMED == events(people, "m0001")[-1]
    assert (
        "confirm-yes"
        in choose(by_practice(start(people.client(TAX + "income-tax")), "bram"), "Anna de Vries").ids
    )


def test_an_office_touches_as_many_people_as_work_there_for_this_client(people: World) -> None:
    page = get(at_home(people, "carla").browser, "/portal/freeze/m0010")

    words = page.element("freeze-reach").text
    assert (
        "alles stil wat Bakkerij De Korenbloem B.V. aan Accountants Peeters B.V. gaf: 2 toestemmingen"
        in words
    )
    assert "mensen" in words
    done = page.press("freeze-yes")
    assert "/portal/for/bakery" == done.address
    with people.context.database.reading() as db:
        last = journal.of_record(db, "mandate", "m0011")[-1]
    assert (Event.FROZEN, "carla", "bakery") == (last.event, last.by.person, last.by.on_behalf_of)


def test_who_wants_to_ask_first_sees_whom_and_changes_nothing(people: World) -> None:
    page = at_home(people, "anna").follow("wrong-m0001").follow("wrong-enquire")

    assert "bel, of ga langs" in page.element("enquire").text
    assert "enquire-pause" in page.ids
    assert [Event.ADDED] == events(people, "m0001")


@pytest.mark.parametrize("answer", ["no", "", "YES", "1"])
def test_any_answer_but_yes_freezes_nothing(people: World, answer: str) -> None:
    home = at_home(people, "anna")

    post(home.browser, "/portal/freeze/m0001", home.fields("language-form") | {"answer": answer})
    get(home.browser, "/portal/freeze/m0001?answer=yes")

    assert [Event.ADDED] == events(people, "m0001")


@pytest.mark.parametrize("person", ["bram", "eva", "carla"])
def test_nobody_freezes_what_another_gave(people: World, person: str) -> None:
    home = at_home(people, person)
    token = home.fields("language-form") | {"answer": "yes"}

    for id in ("m0001", "no-such", "l-bakery-carla"):
        for path in (f"/portal/freeze/{id}", f"/portal/wrong/{id}"):
            assert (404, "not_found") == (get(home.browser, path).status, get(home.browser, path).code)
        assert 404 == post(home.browser, f"/portal/freeze/{id}", token).status
    assert [Event.ADDED] == events(people, "m0001")


def test_freezing_twice_is_no_fault_and_once_it_is_done_it_is_not_offered(people: World) -> None:
    asked = get(at_home(people, "anna").browser, "/portal/freeze/m0001")
    asked.press("freeze-yes")

    again = asked.press("freeze-yes")

    assert 200 == again.status
    assert 1 == events(people, "m0001").count(Event.FROZEN)
    assert "freeze-form" not in get(asked.browser, "/portal/freeze/m0001").ids
    get(asked.browser, "/portal/stop/m0001").press("stop-yes")
    assert "freeze-back" in get(asked.browser, "/portal/freeze/m0001").ids


def test_an_address_that_says_it_was_frozen_is_believed_where_it_is_so(people: World) -> None:
    browser = at_home(people, "anna").browser

    for mandate in ("m0001", "m0010", "no-such"):
        assert "done" not in get(browser, f"/portal/?done=freeze&mandate={mandate}").ids
