"""Administrators on pages: appointed by code, by several who sign, narrowed, paused, ended, laid down (G3, G6c, G10)."""

import re

import pytest

from claims.assurance import Loa
from claims.register import appointing, desk_appointing, journal
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from claims.register.world import import_world
from tests.authz_server.portal.test_giving import code_of, fetched_today
from tests.authz_server.portal.test_narrowing import put
from tests.support.pages import Page, get, post
from tests.support.signing_in import World, by_practice

ALL = {"lasts": "year", "reach": "all", "level": "high"}


def at_home(people: World, person: str, path: str = "/portal", level: str = "substantial") -> Page:
    return by_practice(get(people.browser(), path), person, level)


def organisation(people: World, person: str, party: str) -> Page:
    return get(at_home(people, person).browser, f"/portal/for/{party}")


def appoint(page: Page, **filled: str) -> Page:
    """The form from the page of an organisation on."""
    return page.follow("people").follow("appoint").press("appoint-submit", **{**ALL, **filled})


def appointments(people: World, party: str = "bakery") -> list[tuple[str, str]]:
    with people.context.database.reading() as db:
        found = appointing.of_organisation(db, party).appointments
    return sorted((one.person, one.id) for one in found)


def by_code(people: World, person: str, code: str, number: str = "00436606") -> Page:
    return at_home(people, person, "/portal/code").press("code-submit", code=code, number=number)


def waiting(page: Page) -> Page:
    """The first thing that waits on this page."""
    return page.follow(next(id for id in page.ids if id.startswith("offer-of-")))


def test_g3_a_director_appoints_somebody_with_a_code_and_confirms_who_came(people_on_both: World) -> None:
    people = people_on_both
    fetched_today(people)
    carla = organisation(people, "carla", "bakery")
    summary = appoint(carla, to="employee", reference="personeelsnummer 12", chain="yes")
    assert "personeelsnummer 12" in summary.element("who-arranges").text
    assert "een andere organisatie" in summary.text
    assert "substantieel" in summary.text  # of what was asked for, her login allows this much
    shown = summary.press("appoint-yes")
    assert "Bakkerij De Korenbloem" in shown.heading

    taken = by_code(people, "omer", code_of(shown))
    assert "Bakkerij De Korenbloem" in taken.heading
    assert [("daan", "a-bakery-daan")] == appointments(people)
    assert 404 == get(taken.browser, "/portal/for/bakery").status

    carla = get(carla.browser, "/portal/for/bakery")
    confirmed = waiting(carla).press("confirm")

    assert "Ömer Yıldız" in confirmed.element("helper").text
    assert "given" == confirmed.element("became").attributes["data-state"]
    mine = confirmed.follow("appointment")
    assert {"stop", "pause", "narrow"} <= mine.ids
    assert "Gegeven" in mine.element("history-list").text
    assert "Carla Smit" in mine.element("history-list").text
    omer = at_home(people, "omer")
    assert "Bakkerij De Korenbloem" in omer.element("arranges-list").text
    assert "give" in get(omer.browser, "/portal/for/bakery").ids
    # his own side sees that the bakery did, and not who there
    [id] = [id for person, id in appointments(people) if "omer" == person]
    own = get(omer.browser, f"/portal/appointments/{id}")
    assert "resign" in own.ids


def test_g11_both_sides_read_the_same_words_of_an_appointment(people: World) -> None:
    fetched_today(people)
    summary = appoint(
        organisation(people, "carla", "bakery"), to="daan", means="yes", appoint="yes", level="low"
    )
    words = next(one.text for one in summary.elements if "data-appointment" in one.attributes)
    summary.press("appoint-yes")

    daan = waiting(at_home(people, "daan"))
    assert "accept" in daan.ids
    for part in ("alles", "hoe mensen inloggen", "laag"):
        assert part in words.lower()
    given = daan.press("accept")
    assert "given" == given.element("became").attributes["data-state"]
    assert 2 == len(appointments(people))


def test_g2_joint_signatories_sign_an_appointment_together_and_see_who_did(people: World) -> None:
    fetched_today(people)
    summary = appoint(organisation(people, "gea", "bos"), to="myself")
    assert "signing" in summary.ids
    waits = summary.press("appoint-yes")
    signed = [one.attributes["data-signed"] for one in waits.elements if "data-signed" in one.attributes]
    assert ["no", "yes"] == sorted(signed)
    assert [] == appointments(people, "bos")

    waiting(organisation(people, "henk", "bos")).press("approve")
    gea = waiting(organisation(people, "gea", "bos")).press("accept")

    assert "given" == gea.element("became").attributes["data-state"]
    assert ["gea"] == [person for person, _ in appointments(people, "bos")]


def test_g6c_who_signs_together_sees_who_confirmed_and_who_came_does_not(people: World) -> None:
    fetched_today(people)
    waits = appoint(organisation(people, "gea", "bos"), to="employee", reference="12").press("appoint-yes")
    henk = waiting(organisation(people, "henk", "bos")).press("approve")
    taken = by_code(people, "omer", code_of(henk.press("code")), "00859214")
    assert "confirm" not in taken.ids

    half = waiting(organisation(people, "gea", "bos")).press("confirm")
    assert "Gea Bos" in half.element("confirmed").text
    assert "confirm" not in half.ids
    assert "Gea" not in get(taken.browser, taken.address).text
    assert [] == appointments(people, "bos")
    done = waiting(organisation(people, "henk", "bos")).press("confirm")

    assert "given" == done.element("became").attributes["data-state"]
    assert ["omer"] == [person for person, _ in appointments(people, "bos")]
    assert waits.address == done.address


@pytest.mark.parametrize("reference", ["", "999997221", "BSN 999997221"])
def test_g6c_an_organisation_never_types_the_bsn_of_whom_it_appoints(people: World, reference: str) -> None:
    wrong = appoint(organisation(people, "carla", "bakery"), to="employee", reference=reference)

    assert (422, "not_filled_in") == (wrong.status, wrong.code)
    assert "reference-error" in wrong.ids


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "anna"}, "to"),
        ({"to": "peeters"}, "to"),
        ({"to": "daan", "reach": "some"}, "reach"),
        ({"to": "daan", "reach": "some", "service:income-tax": "yes"}, "reach"),
        ({"to": "daan", "lasts": "date", "until": "soon"}, "until"),
        ({"to": "daan", "from": "1-1-2020"}, "from"),
    ],
)
def test_what_is_not_filled_in_right_is_told_at_its_field(
    people: World, filled: dict[str, str], field: str
) -> None:
    wrong = appoint(organisation(people, "carla", "bakery"), **filled)

    assert (422, "not_filled_in") == (wrong.status, wrong.code)
    assert f"{field}-error" in wrong.ids
    assert [("daan", "a-bakery-daan")] == appointments(people)


def test_g10_who_may_not_appoint_is_shown_no_way_to(people: World) -> None:
    daan = organisation(people, "daan", "bakery").follow("people")
    assert "appoint" not in daan.ids

    for path in ("/portal/for/bakery/appoint", "/portal/for/peeters/appoint", "/portal/for/anna/appoint"):
        assert 404 == get(daan.browser, path).status
        form = daan.fields("language-form") | ALL | {"to": "employee", "reference": "x", "answer": "look"}
        assert 404 == post(daan.browser, path, form).status
    assert 404 == get(daan.browser, "/portal/for/daan/people").status


def test_a_form_that_is_sent_twice_appoints_once(people: World) -> None:
    fetched_today(people)
    summary = appoint(organisation(people, "carla", "bakery"), to="myself")
    first = summary.press("appoint-yes")
    second = summary.press("appoint-yes")

    assert first.address == second.address
    assert 2 == len(appointments(people))


def appointed(people: World, person: str = "elly", **changes: object) -> str:
    """Somebody who is appointed at the bakery."""
    record = {
        "id": f"a-{person}",
        "organisation": "bakery",
        "person": person,
        "services": "*",
        "assurance": "substantial",
        "from": "2025-01-01T00:00:00Z",
        "until": "2028-01-01T00:00:00Z",
        **changes,
    }
    now = people.clock()
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"appointments": [record]}, by=OPERATOR, now=now)
    return f"a-{person}"


def events(people: World, id: str) -> list[Event]:
    """What was done to it; that what was given by it was gone through is no such thing (G13)."""
    with people.context.database.reading() as db:
        happened = [entry.event for entry in journal.of_record(db, "appointment", id)]
    return [one for one in happened if one is not Event.GONE_THROUGH]


def test_g3_it_is_paused_taken_up_and_ended_and_counts_at_once(people: World) -> None:
    id = appointed(people)
    elly = at_home(people, "elly")
    assert 200 == get(elly.browser, "/portal/for/bakery").status
    carla = organisation(people, "carla", "bakery").follow("people").follow(f"appointment-{id}")

    paused = carla.follow("pause").press("pause-yes")
    assert "tijdelijk" in paused.text
    assert 404 == get(elly.browser, "/portal/for/bakery").status
    resumed = paused.follow("resume").press("resume-yes")
    assert 200 == get(elly.browser, "/portal/for/bakery").status
    people.clock.now += 1
    ended = resumed.follow("stop").press("stop-yes")

    assert "stop" not in ended.ids
    assert 404 == get(elly.browser, "/portal/for/bakery").status
    assert [Event.ADDED, Event.SUSPENDED, Event.RESUMED, Event.REVOKED] == events(people, id)
    assert (
        "Veranderd" not in get(carla.browser, f"/portal/appointments/{id}").text
    )  # all that was done is told
    assert f"appointment-{id}" not in get(carla.browser, "/portal/for/bakery/people").ids


def test_g3_one_who_signs_with_another_pauses_it_alone_and_does_not_take_it_up_alone(people: World) -> None:
    id = appointed(people, organisation="bos")
    gea = organisation(people, "gea", "bos").follow("people").follow(f"appointment-{id}")
    token = gea.fields("language-form") | {"answer": "yes"}

    paused = gea.follow("pause").press("pause-yes")
    assert {"stop", "resume-not-alone"} <= paused.ids
    assert "resume" not in paused.ids
    assert "resume-yes" not in get(gea.browser, f"/portal/appointments/{id}/resume").ids
    post(gea.browser, f"/portal/appointments/{id}/resume", token)

    assert [Event.ADDED, Event.SUSPENDED] == events(people, id)


def test_g3_who_logged_in_less_surely_than_it_is_logs_in_again_to_take_it_up(people: World) -> None:
    id = appointed(people, suspended=[["2025-02-01T00:00:00Z", None]])
    low = at_home(people, "carla", f"/portal/appointments/{id}", "low")
    assert "resume" not in low.ids

    surely = at_home(people, "carla", f"/portal/appointments/{id}").follow("resume").press("resume-yes")

    assert Event.RESUMED is events(people, id)[-1]
    assert "resume-not-alone" not in surely.ids


def test_g3_the_person_lays_it_down_also_while_it_is_paused(people: World) -> None:
    id = appointed(people, suspended=[["2025-02-01T00:00:00Z", None]])
    elly = at_home(people, "elly").follow(f"arranges-{id}")
    assert {"stop", "pause", "resume", "narrow"}.isdisjoint(elly.ids)

    elly.follow("resign").press("resign-yes")

    assert Event.RENOUNCED is events(people, id)[-1]
    assert "arranges-list" not in get(elly.browser, "/portal").ids


def test_g3_less_of_it_is_left_and_never_more(people: World) -> None:
    id = appointed(people, may_appoint=True)
    form = get(organisation(people, "carla", "bakery").browser, f"/portal/appointments/{id}/narrow")
    assert "means" not in form.ids

    same = form.press("narrow-submit")
    assert (422, "not_filled_in") == (same.status, same.code)
    longer = form.press("narrow-submit", until="1-1-2030")
    assert 422 == longer.status
    less = form.press("narrow-submit", reach="some", level="low", **{"service:vat-return": "yes"})

    assert 200 == less.status
    assert "Btw-aangifte" in less.text
    with people.context.database.reading() as db:
        one = appointing.find(db, id)
    assert one is not None
    assert (frozenset({"vat-return"}), Loa.LOW, True) == (one.services.listed, one.assurance, one.may_appoint)
    again = get(less.browser, f"/portal/appointments/{id}/narrow").press("narrow-submit", reach="all")
    assert 422 == again.status
    assert [Event.ADDED, Event.CHANGED] == events(people, id)


@pytest.mark.parametrize("person", ["daan", "anna", "fred", "elly"])
def test_nobody_ends_an_appointment_that_is_not_theirs_to_end(people: World, person: str) -> None:
    id = appointed(people)
    home = at_home(people, person)
    token = home.fields("language-form") | {"answer": "yes"}

    for act in ("stop", "pause", "resume"):
        post(home.browser, f"/portal/appointments/{id}/{act}", token)
    post(
        home.browser,
        f"/portal/appointments/{id}/narrow",
        token | {"reach": "some", "service:vat-return": "yes"},
    )
    if person != "elly":
        post(home.browser, f"/portal/appointments/{id}/resign", token)
    assert [Event.ADDED] == events(people, id)
    if person in {"anna", "fred"}:
        for path in (
            f"/portal/appointments/{id}",
            "/portal/appointments/no-such",
            f"/portal/appointments/{id}/stop",
        ):
            shown = get(home.browser, path)
            assert (404, "not_found") == (shown.status, shown.code)


@pytest.mark.parametrize("answer", ["no", "", "YES", "1"])
def test_any_answer_but_yes_ends_nothing(people: World, answer: str) -> None:
    id = appointed(people)
    carla = organisation(people, "carla", "bakery")

    post(carla.browser, f"/portal/appointments/{id}/stop", carla.fields("language-form") | {"answer": answer})
    get(carla.browser, f"/portal/appointments/{id}/stop?answer=yes")

    assert [Event.ADDED] == events(people, id)


def test_g3_an_organisation_that_would_be_left_without_anyone_who_may_grant_is_warned(people: World) -> None:
    id = appointed(people, organisation="wind", may_appoint=True)
    elly = at_home(people, "elly").follow(f"arranges-{id}")
    assert "nobody-left" not in elly.ids
    assert "nobody-left" not in get(elly.browser, "/portal/for/wind").ids

    for act in ("stop", "pause", "resign"):
        assert "Niemand" in elly.follow(act).element("nobody-left").text
    other = appointed(people, "karin", organisation="wind")
    assert "nobody-left" not in elly.follow("stop").ids
    elly.follow("resign").press("resign-yes")
    karin = at_home(people, "karin").follow(f"arranges-{other}").follow("resign")
    assert "nobody-left" in karin.ids
    # and a standing line, for who still sees the page: of two who sign together one alone is left
    relations = [
        {
            "id": "l-wind-anna",
            "represented": "wind",
            "representative": "anna",
            "basis": "joint_signatory",
            "services": "*",
            "actions": "*",
            "assurance": "high",
            "from": "2020-01-01T00:00:00Z",
        }
    ]
    karin.press("resign-yes")
    with people.context.database.writing() as db:
        import_world(
            db, people.context.vault, {"legal_relations": relations}, by=OPERATOR, now=people.clock()
        )
    anna = get(at_home(people, "anna").browser, "/portal/for/wind")
    assert "nobody-left" in anna.ids
    assert "nobody-left" in anna.follow("people").ids


def test_the_dutch_words_of_a_code_name_the_organisation_and_no_number(people: World) -> None:
    fetched_today(people)
    shown = appoint(organisation(people, "carla", "bakery"), to="employee", reference="12").press(
        "appoint-yes"
    )

    assert re.search("KVK-nummer", shown.text)
    assert "BSN" not in shown.text


@pytest.fixture
def _a_town(people: World) -> None:
    """Karin signs for the town."""
    signing = {
        "represented": "town", "representative": "karin", "basis": "sole_signatory", "services": "*",
        "actions": "*", "assurance": "high", "from": "2020-01-01T00:00:00Z", "id": "l-town-karin",
    }  # fmt: skip
    with people.context.database.writing() as db:
        lists = {"legal_relations": [signing]}
        import_world(db, people.context.vault, lists, by=OPERATOR, now=people.clock())


def desk_of(people: World, party: str = "town") -> list[tuple[str, str]]:
    with people.context.database.reading() as db:
        found = desk_appointing.of_organisation(db, party).appointments
    return sorted((one.person, one.id) for one in found if not one.id.startswith("d-town-"))


def at_our_desk(page: Page, **filled: str) -> Page:
    """The form for the desk, from the page of an organisation on."""
    form = page.follow("people").follow("appoint-at-desk")
    return form.press("appoint-submit", **{"lasts": "year", "reach": "all", **filled})


@pytest.mark.usefixtures("_a_town")
def test_g3_who_signs_appoints_at_the_desk_sees_suspends_and_ends_it(people: World) -> None:
    karin = organisation(people, "karin", "town")
    summary = at_our_desk(
        karin, to="employee", reference="personeelsnummer 7", reach="some", **{"service:benefit": "yes"}
    )
    assert "Helpt mensen aan de balie met: Bijzondere bijstand" in summary.text
    taken = by_code(people, "omer", code_of(summary.press("appoint-yes")), "00304369")
    assert "Helpen aan de balie van Gemeente Voorbeeldstad" in taken.heading
    assert "desk" not in get(taken.browser, "/portal").ids

    confirmed = waiting(get(karin.browser, "/portal/for/town")).press("confirm")

    [(person, id)] = desk_of(people)
    assert "omer" == person
    assert "Deze persoon werkt nu aan de balie" in confirmed.text
    omer = at_home(people, "omer")
    assert "visit-town" in omer.follow("desk").ids
    assert f"arranges-{id}" in omer.ids
    assert 404 == get(omer.browser, "/portal/for/town").status  # it entitles to nothing else
    staff = get(karin.browser, "/portal/for/town/people")
    assert "Ömer Yıldız" in staff.element("at-desk").text
    shown = staff.follow(f"appointment-{id}")
    assert {"stop", "pause"} <= shown.ids
    assert "narrow" not in shown.ids
    assert 404 == get(karin.browser, f"/portal/appointments/{id}/narrow").status
    paused = shown.follow("pause").press("pause-yes")
    assert "desk" not in get(omer.browser, "/portal").ids
    resumed = paused.follow("resume").press("resume-yes")
    assert "desk" in get(omer.browser, "/portal").ids
    people.clock.now += 1
    ended = resumed.follow("stop").press("stop-yes")

    assert "stop" not in ended.ids
    assert "Gestopt" in ended.element("history-list").text
    assert "desk" not in get(omer.browser, "/portal").ids
    with people.context.database.reading() as db:
        told = [one.event for one in journal.of_record(db, "desk_appointment", id)]
    assert [Event.GIVEN, Event.SUSPENDED, Event.RESUMED, Event.REVOKED] == told


@pytest.mark.usefixtures("_a_town")
def test_g3_who_works_at_the_desk_lays_it_down(people: World) -> None:
    done = at_our_desk(organisation(people, "karin", "town"), to="myself").press("appoint-yes")
    assert "given" == done.element("became").attributes["data-state"]
    [(_, id)] = desk_of(people)

    own = at_home(people, "karin").follow(f"arranges-{id}")
    (told,) = own.browser.get("/portal/my-data/file").get_json()["helps_at_desks"]
    assert (id, "Gemeente Voorbeeldstad", "given") == (
        told["id"], told["organisation"], told["history"][0]["event"]
    )  # fmt: skip
    own.follow("resign").press("resign-yes")

    assert f"arranges-{id}" not in get(own.browser, "/portal").ids


@pytest.mark.usefixtures("_a_town")
def test_g10_a_desk_is_for_services_of_ones_own_and_for_nobody_without_any(people: World) -> None:
    form = organisation(people, "karin", "town").follow("people").follow("appoint-at-desk")
    chosen = {id.removeprefix("service:") for id in form.ids if id.startswith("service:")}
    assert {"benefit", "permit"} == chosen
    other = form.press(
        "appoint-submit", to="myself", reach="some", lasts="year", **{"service:income-tax": "yes"}
    )
    assert (422, "not_filled_in") == (other.status, other.code)

    carla = organisation(people, "carla", "bakery").follow("people")
    assert "appoint-at-desk" not in carla.ids
    for path in ("/portal/for/bakery/appoint-at-desk", "/portal/for/town/appoint-at-desk"):
        assert 404 == get(carla.browser, path).status
        filled = carla.fields("language-form") | {"to": "myself", "reach": "all", "answer": "yes"}
        assert 404 == post(carla.browser, path, filled | {"offer": "of-" + "a" * 22}).status
    assert [] == desk_of(people) == desk_of(people, "bakery")


WITHIN = {"amount": "1.250,00", "on:monday": "yes"}
SAID = "wat deze persoon geeft, heeft een grens: ten hoogste € 1.250,00 per keer · alleen op maandag"


def test_g11_limits_of_an_appointment_read_the_same_on_both_sides_and_hold(people: World) -> None:
    put(people, "vat-return", understands=["amount", "days", "case"])
    fetched_today(people)
    carla = organisation(people, "carla", "bakery")
    form = carla.follow("people").follow("appoint")
    assert "case" not in form.ids
    summary = appoint(carla, to="omer", **WITHIN)
    assert SAID in summary.text
    summary.press("appoint-yes")
    omer = at_home(people, "omer")
    offer = waiting(omer)
    assert SAID in offer.text
    offer.press("accept")
    [id] = [one for person, one in appointments(people) if person == "omer"]
    assert SAID in get(carla.browser, f"/portal/appointments/{id}").text

    form = get(omer.browser, "/portal/for/bakery").follow("give")
    assert "ten hoogste € 1.250,00 per keer · alleen op maandag" in form.element("own-limits").text
    task = {"to": "code", "lasts": "year", "task:vat-return:all": "yes"}
    refused = form.press("give-submit", **task)
    assert (422, "cannot_be_granted") == (refused.status, refused.code)
    assert "U mag niet meer geven dan u zelf mag." in refused.text
    assert "give-yes" in form.press("give-submit", amount="10,00", **task, **{"on:monday": "yes"}).ids


def test_limits_of_an_appointment_are_left_as_they_are_or_made_less(people: World) -> None:
    put(people, "vat-return", understands=["amount", "days"])
    id = appointed(people, limits={"amount": {"currency": "EUR", "value": "1250.00"}})
    form = get(organisation(people, "carla", "bakery").browser, f"/portal/appointments/{id}/narrow")
    assert "1250,00" == form.element("amount").attributes["value"]

    assert 422 == form.press("narrow-submit", level="substantial", amount="1250,01").status
    assert 422 == form.press("narrow-submit", level="substantial", amount="veel").status
    assert 422 == form.press("narrow-submit", level="substantial", amount="").status  # nothing changed
    less = form.press("narrow-submit", level="substantial", amount="", **{"on:friday": "yes"})

    assert "ten hoogste € 1.250,00 per keer · alleen op vrijdag" in less.text


def test_a_limit_that_is_none_is_told_at_its_field(people: World) -> None:
    put(people, "vat-return", understands=["amount"])
    wrong = appoint(organisation(people, "carla", "bakery"), to="omer", amount="0")

    assert (422, "not_filled_in") == (wrong.status, wrong.code)
    assert "amount-error" in wrong.ids
