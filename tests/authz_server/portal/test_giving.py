"""Giving on the pages, as somebody does it at home: whom, what, until when, yes; and the code, typed elsewhere."""

import re
from pathlib import Path

import pytest
import segno

from claims.activation_codes import draw
from claims.instants import written
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement, connect
from tests.support.clock import Clock
from tests.support.pages import Page, get, post
from tests.support.schema import create_schema
from tests.support.settings import settings_with
from tests.support.signing_in import TAX, World, by_password, by_practice, start
from tests.support.try_out import open_world, world_document

ANNA = {"born": "2-5-1948", "number": "999997221"}
ALL_OF_TAX = {"task:income-tax:all": "yes"}
_OFFERS = Statement("SELECT state FROM register_offers ORDER BY id")


def at_home(people: World, person: str, level: str = "substantial", path: str = "/portal") -> Page:
    return by_practice(get(people.browser(), path), person, level)


def give(home: Page, **filled: str) -> Page:
    return home.follow("give").press("give-submit", **{"to": "code", "lasts": "year"} | filled)


def code_of(page: Page) -> str:
    code = page.element("code").text
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]", code)
    return code


def states(people: World) -> list[str]:
    with people.context.database.reading() as db:
        return [state for (state,) in db.all(_OFFERS)]


def fetched_today(people: World) -> None:
    """Every source was asked an hour ago."""
    document = world_document(people.clock())
    now = people.clock() - 3600
    relations = [
        {**one, "source": {**one["source"], "fetched_at": written(now)}}
        for one in document["legal_relations"]
    ]
    with people.context.database.writing() as db:
        import_world(
            db, people.context.vault, {"legal_relations": relations}, by=OPERATOR, now=people.clock()
        )


def test_g4_who_no_register_vouches_for_lately_reads_that_and_not_to_log_in_once_more(people: World) -> None:
    """The signatory is logged in as surely as there is: what is old is the entry, and no login helps that."""
    people.clock.now += 2 * 86400
    path = "/portal/for/bakery/give"
    filled = {"to": "employee", "reference": "17", "lasts": "year", "task:vat-return:all": "yes"}
    home = at_home(people, "carla", "high", path)
    assert "geen register" in home.element("not-live").text

    refused = home.press("give-submit", **filled)
    assert 422 == refused.response.status_code
    assert "not-live" in refused.ids

    fetched_today(people)
    lately = get(home.browser, path)
    assert "not-live" not in lately.ids
    assert "give-yes" in lately.press("give-submit", **filled).ids
    assert "not-live" not in get(at_home(people, "anna").browser, "/portal/give").ids


def test_g6_anna_gives_and_omer_fills_in_the_code_and_may_act(people_on_both: World) -> None:
    people = people_on_both
    summary = give(at_home(people, "anna"), **ALL_OF_TAX)
    assert "Aangifte inkomstenbelasting: Alles regelen en versturen" in summary.text
    assert [] == states(people)
    shown = summary.press("give-yes")
    code = code_of(shown)
    assert "no-store" in shown.response.headers["Cache-Control"]
    assert ["offered"] == states(people)

    taken = at_home(people, "omer", "low", "/portal/code").press("code-submit", code=code, **ANNA)

    assert "given" == taken.element("became").attributes["data-state"]
    assert "Anna de Vries" in taken.heading
    assert "Aangifte inkomstenbelasting: Alles regelen en versturen" in taken.text
    assert "Anna de Vries" in get(taken.browser, "/portal").element("received-list").text


def test_g11_both_sides_see_the_same_words(people: World) -> None:
    anna = give(at_home(people, "anna"), to="bram", **ALL_OF_TAX).press("give-yes")
    bram = at_home(people, "bram")
    offer = next(id for id in bram.ids if id.startswith("offer-of-"))
    seen = bram.follow(offer)

    boxes = [
        [one.text for one in page.elements if "namens-box--chosen" in one.attributes.get("class", "")]
        for page in (anna, seen)
    ]
    assert [f"voor Anna de Vries {words}" for words in boxes[0]] == boxes[1] != []
    assert {"accept", "decline"} <= seen.ids
    given = seen.press("accept")
    assert "given" == given.element("became").attributes["data-state"]


def test_g6_the_page_of_the_code_is_read_in_both_languages_and_left_by_no_switch(people: World) -> None:
    """The code is told once: another page in another language would be one without it."""
    shown = give(at_home(people, "anna"), **ALL_OF_TAX).press("give-yes")
    code = code_of(shown)

    assert "language-form" not in shown.ids
    other = shown.element("other-language")
    assert "en" == other.attributes["lang"]
    assert code in other.text
    assert "Give this code to the person who helps you" in other.text
    assert "23 February 2026" in other.text
    assert "Geef deze code" not in other.text
    assert "Geef deze code" in shown.element("sheet").text
    assert "23 februari 2026" in shown.element("sheet").text
    assert "language-form" in shown.follow("code-done").ids


def test_g5_one_year_is_offered_first_and_another_day_can_be_chosen(people: World) -> None:
    form = at_home(people, "anna").follow("give")
    assert "checked" in form.element("lasts-year").attributes

    for day in ("31-12-2027", "2027-12-31", "31/12/2027"):
        summary = form.press("give-submit", to="code", lasts="date", until=day, **ALL_OF_TAX)
        assert "tot en met 31 december 2027" in summary.text
    for day in ("", "soon", "31-02-2027", "2099-01-01", "1-1-2020", "9999-12-31", "0000-00-00"):
        wrong = form.press("give-submit", to="code", lasts="date", until=day, **ALL_OF_TAX)
        assert 422 == wrong.status
        assert {"error-message"} <= wrong.ids


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({}, "tasks"),
        ({"to": "", **ALL_OF_TAX}, "to"),
        ({"to": "eva", **ALL_OF_TAX}, "to"),
        ({"to": "organisation", "number": "00000000", **ALL_OF_TAX}, "number"),
        ({"from": "1-1-2020", **ALL_OF_TAX}, "from"),
        ({"task:no-such:all": "yes"}, "tasks"),
        ({"task:income-tax:no-such": "yes"}, "tasks"),
        ({"task:": "yes"}, "tasks"),
        ({"task:vat-return:all": "yes"}, "tasks"),
    ],
)
def test_what_is_not_filled_in_right_is_told_at_its_field(
    people: World, filled: dict[str, str], field: str
) -> None:
    wrong = give(at_home(people, "anna"), **filled)

    assert (422, "not_filled_in") == (wrong.status, wrong.code)
    assert f"{field}-error" in wrong.ids
    assert [] == states(people)


def test_changing_something_goes_back_to_the_form_as_it_was(people: World) -> None:
    summary = give(at_home(people, "anna"), lasts="date", until="31-12-2027", **ALL_OF_TAX)
    form = summary.press("give-change")

    assert "give-form" in form.ids
    assert "31-12-2027" == form.element("until").attributes["value"]
    assert "checked" in form.element("task:income-tax:all").attributes


def test_a_yes_that_is_sent_twice_gives_once(people: World) -> None:
    summary = give(at_home(people, "anna"), **ALL_OF_TAX)
    code_of(summary.press("give-yes"))
    again = summary.press("give-yes")

    assert "waits" in again.ids
    assert ["offered"] == states(people)


def test_the_code_is_shown_once_and_a_new_one_takes_its_place(people: World) -> None:
    shown = give(at_home(people, "anna"), **ALL_OF_TAX).press("give-yes")
    old = code_of(shown)
    page = shown.follow("code-done")
    assert old not in page.html
    new = code_of(page.press("code"))
    omer = at_home(people, "omer", path="/portal/code")

    assert "wrong_code" == omer.press("code-submit", code=old, **ANNA).code
    assert "became" in omer.press("code-submit", code=new, **ANNA).ids


def test_g6_a_typing_error_is_no_try_and_five_wrong_tries_are_the_end_of_a_code(people: World) -> None:
    code = code_of(give(at_home(people, "anna"), **ALL_OF_TAX).press("give-yes"))
    form = at_home(people, "omer", path="/portal/code")
    wrong_sign = "2" if code[0] != "2" else "3"

    for _ in range(20):
        assert "typing_error" == form.press("code-submit", code=wrong_sign + code[1:], **ANNA).code
    for _ in range(5):
        assert "wrong_code" == form.press("code-submit", code=code, **ANNA | {"born": "3-5-1948"}).code
    right = form.press("code-submit", code=code, **ANNA)

    assert "wrong_code" == right.code
    assert ["offered"] == states(people)


def test_g6_wrong_tries_are_counted_per_helper_whatever_code_they_try(people: World) -> None:
    form = at_home(people, "omer", path="/portal/code")
    codes = [form.press("code-submit", code=draw(), **ANNA).code for _ in range(11)]

    assert ["wrong_code"] * 10 + ["too_many_attempts"] == codes
    code = code_of(give(at_home(people, "anna"), **ALL_OF_TAX).press("give-yes"))
    assert "too_many_attempts" == form.press("code-submit", code=code, **ANNA).code
    people.clock.now += 901
    fresh = at_home(people, "omer", path="/portal/code")
    assert "became" in fresh.press("code-submit", code=code, **ANNA).ids


def test_what_was_typed_beside_a_code_is_not_shown_again(people: World) -> None:
    form = at_home(people, "omer", path="/portal/code")
    wrong = form.press("code-submit", code=draw(), **ANNA)

    assert "999997221" not in wrong.html
    assert "1948" not in wrong.html


def test_g6b_for_the_office_somebody_types_the_code_and_its_administrator_accepts(people: World) -> None:
    code = code_of(give(at_home(people, "anna"), **{"task:benefit:all": "yes"}).press("give-yes"))
    eva = at_home(people, "eva", path="/portal/code")
    waits = eva.press("code-submit", code=code, **ANNA, **{"for": "peeters"})
    assert "Wacht" in waits.element("waits").text
    assert not {"accept", "decline", "withdraw"} & waits.ids

    lotte = get(at_home(people, "lotte").browser, "/portal/for/peeters")
    offer = next(id for id in lotte.ids if id.startswith("offer-of-"))
    given = lotte.follow(offer).press("accept")

    assert "given" == given.element("became").attributes["data-state"]


def test_g6b_nobody_takes_it_up_for_an_organisation_that_is_not_theirs(people: World) -> None:
    code = code_of(give(at_home(people, "anna"), **{"task:benefit:all": "yes"}).press("give-yes"))
    form = at_home(people, "omer", path="/portal/code")

    assert "wrong_code" == form.press("code-submit", code=code, **ANNA, **{"for": "peeters"}).code
    assert ["offered"] == states(people)


def test_g6c_an_employee_comes_with_the_code_and_is_confirmed_by_name(people: World) -> None:
    fetched_today(people)
    daan = get(at_home(people, "daan").browser, "/portal/for/bakery")
    invited = give(daan, to="employee", reference="4711", **{"task:vat-return:all": "yes"}).press("give-yes")
    code = code_of(invited)
    number = next(
        one["identifiers"]["kvk"]
        for one in world_document(people.clock())["parties"]
        if one["id"] == "bakery"
    )
    omer = at_home(people, "omer", path="/portal/code")
    waits = omer.press("code-submit", code=code, number=number)
    assert "waits" in waits.ids
    assert "4711" not in waits.html

    page = invited.follow("code-done")
    assert "Ömer Yıldız" in page.text
    assert "given" == page.press("confirm").element("became").attributes["data-state"]


@pytest.mark.parametrize("reference", ["", "999997221", "BSN 999997221", "9999.97.221"])
def test_g6c_an_organisation_never_types_the_bsn_of_an_employee(people: World, reference: str) -> None:
    daan = get(at_home(people, "daan").browser, "/portal/for/bakery")

    wrong = give(daan, to="employee", reference=reference, **{"task:vat-return:all": "yes"})

    assert 422 == wrong.status
    assert "error-message" in wrong.ids
    assert [] == states(people)


def test_g2_joint_signatories_see_who_signed_and_who_did_not(people: World) -> None:
    fetched_today(people)
    gea = get(at_home(people, "gea").browser, "/portal/for/bos")
    summary = give(gea, **{"task:vat-return:all": "yes"})
    assert "signing" in summary.ids
    waits = summary.press("give-yes")
    signed = {
        one.text.split(" ")[0]: one.attributes["data-signed"]
        for one in waits.elements
        if "data-signed" in one.attributes
    }
    assert {"Gea": "yes", "Henk": "no"} == signed
    assert "approve" not in waits.ids

    henk = get(at_home(people, "henk").browser, "/portal/for/bos")
    offer = next(id for id in henk.ids if id.startswith("offer-of-"))
    approved = henk.follow(offer).press("approve")

    assert "code" in approved.ids
    code_of(approved.press("code"))


def test_g4_who_is_logged_in_too_weakly_logs_in_once_more_and_comes_back(people: World) -> None:
    home = by_password(get(people.browser(), "/portal"), "anna")
    form = home.follow("give")
    refused = form.press("give-submit", to="code", lasts="year", **ALL_OF_TAX)
    assert "cannot_be_granted" == refused.code

    again = refused.press("stronger")
    assert "login-form" in again.ids
    weak = by_password(again, "anna")
    assert "still_too_weak" == weak.code
    back = by_practice(weak, "anna", "substantial")  # no surer than what was chosen needs

    assert "give-form" in back.ids
    assert "give-summary-form" in back.press("give-submit", to="code", lasts="year", **ALL_OF_TAX).ids


def test_asking_is_answered_alike_whether_there_is_anybody_or_not(people: World) -> None:
    form = at_home(people, "omer", path="/portal/ask")
    real = form.press("ask-submit", lasts="year", **ANNA, **ALL_OF_TAX)
    nobody = form.press("ask-submit", lasts="year", **ANNA | {"born": "1-1-1990"}, **ALL_OF_TAX)

    def told(page: Page) -> str:
        return re.sub(r'value="[^"]*"', "", page.html)

    assert told(real) == told(nobody)
    home = get(form.browser, "/portal")
    assert "to-party-list" not in home.ids
    assert ["requested"] == states(people)

    anna = at_home(people, "anna")
    offer = next(id for id in anna.ids if id.startswith("offer-of-"))
    given = anna.follow(offer).press("approve")
    assert "given" == given.element("became").attributes["data-state"]
    assert "Anna de Vries" in get(form.browser, "/portal").element("received-list").text


def test_what_was_asked_can_be_declined(people: World) -> None:
    at_home(people, "omer", path="/portal/ask").press("ask-submit", lasts="year", **ANNA, **ALL_OF_TAX)
    anna = at_home(people, "anna")
    offer = next(id for id in anna.ids if id.startswith("offer-of-"))

    assert "declined" == anna.follow(offer).press("decline").element("became").attributes["data-state"]


def test_an_offer_of_others_reads_as_one_that_there_is_not(people: World) -> None:
    give(at_home(people, "anna"), to="bram", **ALL_OF_TAX).press("give-yes")
    with people.context.database.reading() as db:
        (id,) = db.one(Statement("SELECT id FROM register_offers")) or ("",)
    eva = at_home(people, "eva")
    token = eva.fields("language-form")

    for path in (f"/portal/offers/{id}", "/portal/offers/of-nothing"):
        assert (404, "not_found") == (get(eva.browser, path).status, get(eva.browser, path).code)
        for act in ("approve", "accept", "confirm", "decline", "withdraw", "code"):
            assert 404 == post(eva.browser, f"{path}/{act}", token).status
    assert ["offered"] == states(people)


def test_nobody_gives_for_another_party(people: World) -> None:
    eva = at_home(people, "eva")
    token = eva.fields("language-form")

    for party in ("anna", "bakery", "peeters", "nobody"):
        assert 404 == get(eva.browser, f"/portal/for/{party}/give").status
        sent = token | {"to": "code", "answer": "yes", "offer": "of-" + "A" * 22, **ALL_OF_TAX}
        assert 404 == post(eva.browser, f"/portal/for/{party}/give", sent).status
    assert [] == states(people)


def test_the_page_of_an_offer_shows_nothing_to_do_that_cannot_be_done(people: World) -> None:
    shown = give(at_home(people, "anna"), **ALL_OF_TAX).press("give-yes")
    page = shown.follow("code-done")
    assert {"code", "withdraw"} <= page.ids
    assert not {"approve", "accept", "confirm", "decline"} & page.ids
    token = page.fields("language-form")

    for act in ("approve", "accept", "confirm", "decline"):
        refused = post(page.browser, f"{page.address}/{act}", token)
        assert 409 == refused.status
    over = page.press("withdraw")
    assert "withdrawn" == over.element("became").attributes["data-state"]
    assert not {"code", "withdraw"} & over.ids


def test_g6_the_qr_code_holds_our_address_and_the_code_alone(people: World) -> None:
    shown = give(at_home(people, "anna"), **ALL_OF_TAX).press("give-yes")
    code = code_of(shown)
    drawn = segno.make(f"{people.context.settings.issuer}/portal/code#{code}", error="m")

    assert drawn.svg_inline(scale=5, omitsize=True) in shown.html


def test_g6_where_no_law_is_named_no_bsn_is_asked_for_or_told_of(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path}/people.db"
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
    people = open_world(settings_with(url, persons={}), clock)
    anna = next(one for one in world_document(clock())["parties"] if one["id"] == "anna")
    anna["address"] = {"postcode": "1234AB", "house_number": "12"}
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"parties": [anna]}, by=OPERATOR, now=clock())

    shown = give(at_home(people, "anna"), **ALL_OF_TAX).press("give-yes")
    form = at_home(people, "omer", path="/portal/code")
    asking = get(form.browser, "/portal/ask")
    for page in (shown, form, asking):
        assert "BSN" not in page.html
    wrong = form.press("code-submit", code=code_of(shown), **ANNA)
    assert "wrong_code" == wrong.code
    right = form.press(
        "code-submit", code=code_of(shown), born="2-5-1948", postcode="1234 ab", house_number="12"
    )
    assert "became" in right.ids
    asking.press("ask-submit", lasts="year", **ANNA, **ALL_OF_TAX)
    assert ["given"] == states(people)
    people.context.database.engine.dispose()


def test_the_other_organisation_is_told_by_its_number_too(people: World) -> None:
    form = at_home(people, "anna").follow("give")

    assert "Accountants Peeters B.V. Utrecht · KVK-nummer 00494459" in form.text
    assert "further-hint" == form.element("further").attributes["aria-describedby"]


def test_each_thing_that_is_not_filled_in_is_told_above_the_form_with_the_way_to_it(people: World) -> None:
    wrong = at_home(people, "anna").follow("give").press("give-submit", to="", lasts="date", until="soon")
    ways = {one.attributes.get("href") for one in wrong.elements if one.tag == "a"}

    assert {"#to-error", "#tasks-error", "#until-error"} <= ways
    assert {"to-error", "tasks-error", "until-error"} <= wrong.ids


def test_no_name_that_ends_in_a_dot_gets_a_second_one(people: World) -> None:
    daan = get(at_home(people, "daan").browser, "/portal/for/bakery")
    form = daan.follow("give")
    shown = form.press("give-submit", to="code", **{"task:energy-label:all": "yes"}).press("give-yes")
    peeters = get(at_home(people, "lotte").browser, "/portal/for/peeters")

    for page in (form, shown, peeters.follow("why")):
        assert "B.V." in page.text
        assert "B.V.." not in page.text


def test_g10_an_offer_beyond_an_appointment_is_anothers(people: World) -> None:
    fetched_today(people)
    appointment = {
        "id": "a-bakery-eva",
        "organisation": "bakery",
        "person": "eva",
        "services": ["energy-label"],
        "assurance": "substantial",
        "from": "2025-01-01T00:00:00Z",
    }
    with people.context.database.writing() as db:
        document = {"appointments": [appointment]}
        import_world(db, people.context.vault, document, by=OPERATOR, now=people.clock())
    carla = get(at_home(people, "carla").browser, "/portal/for/bakery")
    shown = give(carla, **{"task:vat-return:all": "yes"}).press("give-yes")
    address = shown.follow("code-done").address
    eva = at_home(people, "eva")
    token = eva.fields("language-form")

    assert 404 == get(eva.browser, address).status
    for act in ("code", "withdraw", "confirm"):
        assert 404 == post(eva.browser, f"{address}/{act}", token).status
    assert ["offered"] == states(people)


def test_who_signs_for_both_organisations_says_yes_for_each(people: World) -> None:
    fetched_today(people)
    with people.context.database.writing() as db:
        owner = next(
            one for one in world_document(people.clock())["legal_relations"] if one["id"] == "l-bakery-carla"
        )
        source = {**owner["source"], "fetched_at": written(people.clock() - 3600), "reference": "x"}
        document = {
            "legal_relations": [{**owner, "id": "l-linde-carla", "represented": "linde", "source": source}]
        }
        import_world(db, people.context.vault, document, by=OPERATOR, now=people.clock())
    carla = get(at_home(people, "carla").browser, "/portal/for/bakery")
    number = next(
        one["identifiers"]["kvk"] for one in world_document(people.clock())["parties"] if one["id"] == "linde"
    )
    summary = give(carla, to="organisation", number=number, **{"task:vat-return:all": "yes"})

    offered = summary.press("give-yes")

    assert {"withdraw", "accept"} <= offered.ids
    assert "given" == offered.press("accept").element("became").attributes["data-state"]


def test_an_employee_who_may_do_nothing_at_a_service_asks_for_that_one_and_is_answered(people: World) -> None:
    fetched_today(people)
    nobody = by_practice(start(people.client(TAX + "vat-return")), "omer")
    form = nobody.follow("ask")
    assert "ask-first" in form.ids
    tasks = [
        one.attributes["id"] for one in form.elements if one.attributes.get("id", "").startswith("task:")
    ]
    assert tasks[0].startswith("task:vat-return:")
    form.press("ask-submit", number="00436606", lasts="year", **{"task:vat-return:all": "yes"})

    daan = get(at_home(people, "daan").browser, "/portal/for/bakery")
    offer = next(id for id in daan.ids if id.startswith("offer-of-"))
    given = daan.follow(offer).press("approve")

    assert "given" == given.element("became").attributes["data-state"]
    again = by_practice(start(people.client(TAX + "vat-return")), "omer")
    assert "Bakkerij De Korenbloem" in again.text
    for hostile in ("no-such", "", "x" * 3000, "'\"<b>"):
        page = get(daan.browser, "/portal/ask", query_string={"service": hostile})
        assert 200 == page.status
        assert "ask-first" not in page.ids
