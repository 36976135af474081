"""What people see of what they gave, and how they stop it."""

from claims.register import journal, overview, uses
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.pages import Page, get, post
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start

INCOME = TAX + "income-tax"
VAT = TAX + "vat-return"


def at_home(people: World, person: str, level: str = "substantial") -> Page:
    return by_practice(get(people.browser(), "/portal"), person, level)


def stops_on(page: Page) -> set[str]:
    return {id.removeprefix("stop-") for id in page.ids if id.startswith("stop-m")}


def test_a_person_sees_what_they_gave_with_a_way_to_stop_each(people_on_both: World) -> None:
    page = at_home(people_on_both, "anna")

    assert "given-list" in page.ids
    assert {"m0001", "m0002", "m0004"} == stops_on(page)
    assert "Wie heeft namens u ingelogd?" in page.text


def test_whoever_comes_without_a_question_comes_to_their_own_page(people: World) -> None:
    page = by_practice(get(people.browser(), "/"), "anna")

    assert "given-list" in page.ids


def test_the_way_to_the_portal_ends_where_it_was_meant_to(people: World) -> None:
    page = by_practice(get(people.browser(), "/portal/stop/m0001"), "anna")

    assert "stop-form" in page.ids


def test_stopping_ends_the_mandate_at_once_and_tokens_with_it(people_on_both: World) -> None:
    people = people_on_both
    desk = people.client(INCOME)
    confirm = choose(by_practice(start(desk), "bram"), "Anna de Vries")
    tokens = desk.redeem(answer_to(confirm.press("confirm-yes"))["code"]).get_json()
    assert desk.introspect(tokens["access_token"])["active"]

    page = at_home(people, "anna").follow("stop-m0001")
    assert "Bram de Vries kan dit dan niet meer voor u doen. Wat al is verstuurd, blijft gelden." in page.text
    people.clock.now += 1
    page = page.press("stop-yes")

    assert "De toestemming van Bram de Vries is gestopt." in page.text
    assert "m0001" not in stops_on(page)
    assert {"active": False} == desk.introspect(tokens["access_token"])
    assert 401 == desk.userinfo(tokens["access_token"]).status_code


def test_stopping_the_only_mandate_of_a_helper_says_that_nothing_is_left(people: World) -> None:
    page = at_home(people, "joop").follow("stop-m0008")

    assert "kan dan niets meer voor u doen." in page.text


def test_no_leaves_the_mandate_as_it_was(people: World) -> None:
    page = at_home(people, "anna").follow("stop-m0001").press("stop-no")

    assert "m0001" in stops_on(page)


def test_g8_stopping_works_at_any_login_level(people: World) -> None:
    page = by_password(get(people.browser(), "/portal"), "anna")

    page = page.follow("stop-m0001").press("stop-yes")

    assert "done" in page.ids
    with people.context.database.reading() as db:
        row = db.one(Statement("SELECT body FROM register_links WHERE id = 'm0001'"))
    assert row is not None
    assert "revoked_at" in row[0]


def test_stopping_twice_is_no_fault(people: World) -> None:
    page = at_home(people, "anna").follow("stop-m0001")
    page.press("stop-yes")
    people.clock.now += 1

    again = page.press("stop-yes")

    assert 200 == again.status
    assert "m0001" not in stops_on(again)
    assert "stop-form" not in get(page.browser, "/portal/stop/m0001").ids


def test_looking_at_the_stop_page_stops_nothing(people: World) -> None:
    page = at_home(people, "anna")

    get(page.browser, "/portal/stop/m0001?answer=yes")

    assert "m0001" in stops_on(get(page.browser, "/portal"))


def test_nobody_stops_or_sees_what_others_gave(people: World) -> None:
    page = at_home(people, "eva")
    token = page.fields("language-form")

    for address in ("/portal/stop/m0001", "/portal/stop/no-such", "/portal/for/anna", "/portal/for/no-such"):
        assert (404, "not_found") == (get(page.browser, address).status, get(page.browser, address).code)
    forced = post(page.browser, "/portal/stop/m0001", token | {"answer": "yes"})
    assert 404 == forced.status
    assert "m0001" in stops_on(at_home(people, "anna"))


def test_a_helper_does_not_stop_in_the_place_of_who_gave(people: World) -> None:
    page = at_home(people, "bram")

    assert "received-list" in page.ids
    assert not stops_on(page)
    assert 404 == get(page.browser, "/portal/stop/m0001").status


def test_a_stop_without_its_token_stops_nothing(people: World) -> None:
    page = at_home(people, "anna")

    refused = post(page.browser, "/portal/stop/m0001", {"answer": "yes"})

    assert (400, "form_expired") == (refused.status, refused.code)
    assert "m0001" in stops_on(get(page.browser, "/portal"))


def test_a_signatory_an_administrator_and_a_legal_representative_see_those_for_whom_they_arrange(
    people: World,
) -> None:
    for person, party, mandate in (
        ("carla", "bakery", "m0010"),
        ("daan", "bakery", "m0010"),
        ("fred", "peeters", "m0014"),
        ("petra", "jan", None),
    ):
        page = get(at_home(people, person).browser, f"/portal/for/{party}")
        assert 200 == page.status, person
        assert mandate is None or mandate in stops_on(page), person


def test_a_signatory_stops_for_the_organisation_and_the_journal_says_on_whose_authority(
    people: World,
) -> None:
    home = at_home(people, "carla")
    page = get(home.browser, "/portal/for/bakery")

    page = page.follow("stop-m0010").press("stop-yes")

    assert "/portal/for/bakery" == page.address
    assert "m0010" not in stops_on(page)
    with people.context.database.reading() as db:
        rows = db.all(Statement("SELECT * FROM register_journal ORDER BY seq DESC LIMIT 1"))
    told = str(rows)
    for word in ("carla", "bakery", "l-bakery-carla", "m0010", "carla-eid"):
        assert word in told


def test_uses_are_told_in_words_and_with_through_whom(people_on_both: World) -> None:
    people = people_on_both
    desk = people.client(VAT)
    confirm = choose(
        by_practice(start(desk), "eva").press("search-submit", search="korenbloem"), "Bakkerij De Korenbloem"
    )
    desk.redeem(answer_to(confirm.press("confirm-yes"))["code"])

    page = get(at_home(people, "carla").browser, "/portal/for/bakery")

    assert (
        "Eva Mulder (Accountants Peeters B.V.) heeft namens Bakkerij De Korenbloem B.V. ingelogd"
        " bij Belastingen Voorbeeldland, voor: Btw-aangifte." in page.element("uses-list").text
    )
    assert "Wat er daarna is gedaan, weet die organisatie." in page.text


def test_many_uses_come_in_pages(people: World) -> None:
    from tests.support.asking import an_answer

    with people.context.database.writing() as db:
        for second in range(60):
            uses.record(db, an_answer(), client="c", now=people.clock() - 60 + second)

    page = at_home(people, "anna")
    assert 50 == page.element("uses-list").text.count("ingelogd")
    assert 10 == page.follow("uses-list-further").element("uses-list").text.count("ingelogd")


def test_what_was_given_comes_in_pages(people: World) -> None:
    mandates = [
        {
            "id": f"m-many-{number:03}",
            "represented": "anna",
            "representative": "eva",
            "services": ["income-tax"],
            "actions": ["view"],
            "assurance": "low",
            "from": "2025-01-01T00:00:00Z",
            "until": "2029-01-01T00:00:00Z",
        }
        for number in range(60)
    ]
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"mandates": mandates}, by=OPERATOR, now=people.clock())

    page = at_home(people, "anna")
    first = stops_on(page)
    second = stops_on(page.follow("given-list-further"))

    assert 63 == len(first | second)
    assert not first & second


def test_odd_places_in_lists_are_no_fault(people: World) -> None:
    browser = at_home(people, "anna").browser

    for query in (
        "uses=x",
        "uses=99999999999999999999",
        "uses=-1",
        "given=no-such",
        "received=%27",
        "done=x",
        "done=stop&mandate=x",
        "done=stop&mandate=m0001",
    ):
        assert 200 == get(browser, f"/portal?{query}").status, query


def test_no_page_of_the_portal_shows_a_personal_number(people: World) -> None:
    for person in ("anna", "bram", "karin", "petra"):
        page = at_home(people, person)
        pages = [page] + [
            get(page.browser, one.attributes["href"])
            for one in page.elements
            if one.tag == "a" and one.attributes.get("href", "").startswith("/portal/for/")
        ]
        for shown in pages:
            assert "00327065" not in shown.html
            assert "99999" not in shown.html


def test_a_session_that_was_idle_too_long_asks_for_a_login(people: World) -> None:
    page = at_home(people, "anna")
    people.clock.now += 1800

    assert "login-form" in get(page.browser, "/portal").ids


def test_a_director_of_many_companies_sees_them_in_pages(people: World) -> None:
    companies = [
        {"id": f"co-{number:03}", "kind": "organisation", "name": f"Bedrijf {number}", "identifiers": {}}
        for number in range(60)
    ]
    relations = [
        {
            "id": f"l-{company['id']}",
            "represented": company["id"],
            "representative": "anna",
            "basis": "sole_signatory",
            "services": "*",
            "actions": "*",
            "assurance": "high",
            "from": "2020-01-01T00:00:00Z",
        }
        for company in companies
    ]
    document = {"parties": companies, "legal_relations": relations}
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, document, by=OPERATOR, now=people.clock())

    page = at_home(people, "anna")

    first = page.element("managed-list").text
    second = page.follow("managed-list-further").element("managed-list").text
    assert (50, 10) == (first.count("Bedrijf"), second.count("Bedrijf"))


def test_g8_pausing_takes_effect_at_once_and_letting_it_hold_again_too(people_on_both: World) -> None:
    people = people_on_both
    desk = people.client(INCOME)
    confirm = choose(by_practice(start(desk), "bram"), "Anna de Vries")
    tokens = desk.redeem(answer_to(confirm.press("confirm-yes"))["code"]).get_json()
    home = by_password(get(people.browser(), "/portal"), "anna")  # at any level

    asked = home.follow("pause-m0001")
    assert "Bram de Vries kan dit dan niet voor u doen, tot u de toestemming weer laat gelden." in asked.text
    people.clock.now += 1
    paused = asked.press("pause-yes")

    assert "De toestemming van Bram de Vries is tijdelijk gestopt." in paused.text
    assert "tijdelijk gestopt" in paused.element("given-list").text
    assert {"resume-m0001", "stop-m0001"} <= paused.ids
    assert "pause-m0001" not in paused.ids
    assert {"active": False} == desk.introspect(tokens["access_token"])

    people.clock.now += 1
    resumed = paused.follow("resume-m0001").press("resume-yes")

    assert "De toestemming van Bram de Vries geldt weer." in resumed.text
    assert {"pause-m0001", "stop-m0001"} <= resumed.ids
    again = choose(by_practice(start(people.client(INCOME)), "bram"), "Anna de Vries")
    assert "confirm-yes" in again.ids


def test_a_helper_stops_helping_and_the_journal_tells_whose_doing_it_was(people_on_both: World) -> None:
    people = people_on_both
    home = at_home(people, "bram")

    asked = home.follow("renounce-m0001")
    assert "U kunt dit dan niet meer doen voor Anna de Vries." in asked.text
    assert "Dan moet Anna de Vries opnieuw toestemming geven." in asked.text
    people.clock.now += 1
    page = asked.press("renounce-yes")

    assert "De hulp aan Anna de Vries is gestopt." in page.text
    assert "renounce-m0001" not in page.ids
    assert "m0001" not in stops_on(at_home(people, "anna"))
    with people.context.database.reading() as db:
        last = journal.of_record(db, "mandate", "m0001")[-1]
    assert (Event.RENOUNCED, "bram", None, "self") == (
        last.event,
        last.by.person,
        last.by.on_behalf_of,
        last.by.authority,
    )


def test_whoever_signs_for_an_organisation_stops_its_helping(people: World) -> None:
    page = get(at_home(people, "fred").browser, "/portal/for/peeters")

    page = page.follow("renounce-m0010")
    assert (
        "Accountants Peeters B.V. kan dit dan niet meer voor Bakkerij De Korenbloem B.V. doen." in page.text
    )
    page = page.press("renounce-yes")

    assert "/portal/for/peeters" == page.address
    assert "De hulp aan Bakkerij De Korenbloem B.V. is gestopt." in page.text
    with people.context.database.reading() as db:
        last = journal.of_record(db, "mandate", "m0010")[-1]
    assert ("fred", "peeters") == (last.by.person, last.by.on_behalf_of)


def test_an_employee_does_not_stop_what_their_employer_was_given(people: World) -> None:
    page = at_home(people, "eva")

    assert 404 == get(page.browser, "/portal/renounce/m0010").status


def test_what_is_over_or_was_done_already_is_said_and_nothing_is_offered(people: World) -> None:
    browser = at_home(people, "anna").browser

    assert "resume-form" not in get(browser, "/portal/resume/m0001").ids
    get(browser, "/portal/pause/m0001").press("pause-yes")
    assert "pause-form" not in get(browser, "/portal/pause/m0001").ids
    get(browser, "/portal/stop/m0001").press("stop-yes")
    for act in ("stop", "pause", "resume"):
        page = get(browser, f"/portal/{act}/m0001")
        assert f"{act}-form" not in page.ids
        assert f"{act}-back" in page.ids
    assert "Deze toestemming is al gestopt." in get(browser, "/portal/stop/m0001").text


def test_an_address_that_says_what_was_done_is_believed_where_it_is_so(people: World) -> None:
    browser = at_home(people, "anna").browser

    for done in ("stop", "pause", "renounce", "x"):
        assert "done" not in get(browser, f"/portal/?done={done}&mandate=m0001").ids
    for mandate in ("m0010", "no-such", "l-bakery-carla"):
        assert "done" not in get(browser, f"/portal/?done=resume&mandate={mandate}").ids


def test_a_name_that_ends_in_a_full_stop_gets_no_second_one(people: World) -> None:
    browser = get(at_home(people, "fred").browser, "/portal/for/peeters").browser
    browser.set_cookie("namens_language", "en")

    page = get(browser, "/portal/renounce/m0010")

    assert "no longer do this for Bakkerij De Korenbloem B.V. What was already sent stays valid." in page.text


def test_the_permission_of_somebody_who_is_no_longer_there_is_over(people: World) -> None:
    home = at_home(people, "bram")
    assert "Wil van den Broek" not in home.element("received-list").text
    page = home.follow("ended")

    (row,) = [one for one in page.elements if one.tag == "li" and one.text.startswith("Wil van den Broek")]
    assert "gestopt op" in row.text
    assert f"renounce-{row.attributes['data-mandate']}" not in page.ids


def test_a_page_that_asks_whether_to_stop_tells_who_is_logged_in(people: World) -> None:
    page = at_home(people, "anna").follow("pause-m0001")

    assert "Anna de Vries" == page.element("logged-in-as").text
    assert "logout" in page.ids


def test_g8_what_ended_two_years_ago_is_on_no_page_and_the_operator_sees_it(people_on_both: World) -> None:
    people = people_on_both
    page = at_home(people, "anna").follow("stop-m0001").press("stop-yes")
    own = page.address
    page = page.follow("ended")
    assert "gestopt op" in page.text
    assert "history-m0001" in page.ids

    people.clock.now += 2 * 366 * 86400
    after = at_home(people, "anna")

    assert 'data-mandate="m0001"' in page.html
    assert 'data-mandate="m0001"' not in after.html
    assert 'data-mandate="m0001"' not in after.follow("ended").html
    browser = after.browser
    assert "not_found" == get(browser, "/portal/history/m0001").code
    assert "not_found" == get(browser, "/portal/stop/m0001").code
    assert "done" not in get(browser, own).ids
    with people.context.database.reading() as db:
        assert overview.mandate(db, "m0001") is not None
