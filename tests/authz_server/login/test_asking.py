"""What a request may ask of the login pages: prompt, max_age, acr, hints, languages, consent."""

import json

from tests.support.pages import get
from tests.support.relying_party import RelyingParty, claims_of
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start

INCOME = TAX + "income-tax"
HIGH = "http://eidas.europa.eu/LoA/high"


def claims_after(desk: RelyingParty, answer: dict[str, str]) -> dict[str, object]:
    redeemed = desk.redeem(answer["code"])
    assert 200 == redeemed.status_code, redeemed.get_data(as_text=True)
    return claims_of(redeemed.get_json()["id_token"])


def test_a_second_request_of_the_same_browser_needs_no_login(people: World) -> None:
    desk, other = people.client(), people.client()
    answer_to(by_practice(start(desk), "bram"))
    people.clock.now += 60

    answer = answer_to(start(other, desk.browser))

    assert people.clock.now - 60 == claims_after(other, answer)["auth_time"]


def test_prompt_login_asks_again_and_says_when_that_was(people: World) -> None:
    desk = people.client()
    answer_to(by_practice(start(desk), "bram"))
    people.clock.now += 60

    page = start(desk, prompt="login")
    assert "login-form" in page.ids
    answer = answer_to(by_practice(page, "bram"))

    assert people.clock.now == claims_after(desk, answer)["auth_time"]


def test_max_age_asks_again_only_where_it_is_exceeded(people: World) -> None:
    desk = people.client()
    first = claims_after(desk, answer_to(by_practice(start(desk, max_age="15000"), "bram")))
    people.clock.now += 100

    second = claims_after(desk, answer_to(start(desk, max_age="10000")))
    assert first["auth_time"] == second["auth_time"]
    assert "login-form" in start(desk, max_age="99").ids


def test_max_age_is_not_exceeded_by_a_slow_reader(people: World) -> None:
    desk = people.client(INCOME)
    page = by_practice(start(desk, max_age="1"), "bram")
    people.clock.now += 600

    page = choose(page, "Anna de Vries")

    assert "confirm-form" in page.ids


def test_voluntary_acr_values_are_asked_for_and_the_answer_says_what_was_reached(people: World) -> None:
    desk = people.client()

    page = start(desk, acr_values=HIGH)
    assert "Deze manier is niet veilig genoeg" in page.text
    claims = claims_after(desk, answer_to(by_password(page, "bram")))

    assert "http://eID.logius.nl/LoA/basic" == claims["acr"]


def test_an_essential_acr_is_reached_or_refused(people: World) -> None:
    desk = people.client()
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": [HIGH]}}})

    page = by_password(start(desk, claims=essential), "bram")
    assert "Log nog een keer in, op een veiligere manier." == page.heading
    page = by_practice(page, "bram", "substantial")
    assert "Log nog een keer in, op een veiligere manier." == page.heading
    claims = claims_after(desk, answer_to(by_practice(page, "bram", "high")))
    assert HIGH == claims["acr"]

    refused = answer_to(
        by_password(start(desk, people.browser(), claims=essential), "bram").press("login-cannot")
    )
    assert "unmet_authentication_requirements" == refused["error"]


def test_who_logs_in_once_more_in_too_weak_a_way_is_told_so(people: World) -> None:
    page = by_password(start(people.client(TAX + "vat-return")), "eva")
    page = page.press("choose-submit", represented=next(iter(page.choices().values())))
    assert "Log nog een keer in, op een veiligere manier." == page.heading
    assert page.code is None

    again = by_password(page, "eva")

    assert "Log nog een keer in, op een veiligere manier." == again.heading
    assert (200, "still_too_weak") == (again.status, again.code)
    assert "U bent ingelogd, maar niet zeker genoeg voor deze dienst." in again.text
    assert "choose-form" in by_practice(again, "eva").ids


def test_a_practice_login_that_is_too_weak_is_told_so(people: World) -> None:
    essential = '{"id_token": {"acr": {"essential": true, "value": "http://eidas.europa.eu/LoA/high"}}}'
    page = by_practice(start(people.client(), claims=essential), "bram", "low")
    assert page.code is None  # the page that asks for more says so

    again = by_practice(page, "bram", "substantial")

    assert "still_too_weak" == again.code
    assert "code" in answer_to(by_practice(again, "bram", "high"))


def test_a_heading_that_is_a_sentence_is_a_title_without_its_full_stop(people: World) -> None:
    page = by_password(start(people.client(TAX + "vat-return")), "eva")
    page = page.press("choose-submit", represented=next(iter(page.choices().values())))

    title = next(one.text for one in page.elements if one.tag == "title")
    assert title.startswith("Log nog een keer in, op een veiligere manier – ")


def test_login_hint_stands_in_the_form_and_is_no_login(people: World) -> None:
    page = start(people.client(), login_hint='bram"><script>')

    assert 'bram"><script>' == page.element("username").attributes["value"]
    assert "<script>" not in page.html


def test_the_hint_of_another_person_asks_for_that_person_and_refuses_everybody_else(people: World) -> None:
    desk = people.client()
    token = desk.redeem(answer_to(by_practice(start(desk), "bram"))["code"]).get_json()["id_token"]
    answer_to(by_practice(start(desk, prompt="login"), "mila"))

    page = start(desk, id_token_hint=token)
    assert "login-form" in page.ids
    assert "login_required" == answer_to(by_practice(page, "mila"))["error"]
    assert "code" in answer_to(by_practice(start(desk, id_token_hint=token), "bram"))


def test_ui_locales_choose_the_language_and_the_person_chooses_before_them(people: World) -> None:
    desk = people.client()

    assert "Log in" == start(desk, people.browser(), ui_locales="fr en nl").heading
    assert "Inloggen" == start(desk, people.browser(), ui_locales="nl-BE en").heading
    page = start(desk, ui_locales="nl")
    page = page.press("language-en")
    assert "Log in" == page.heading
    assert "Log in" == get(page.browser, page.address).heading
    assert "Inloggen" == page.press("language-nl").heading


def test_a_request_that_cannot_be_answered_is_told_of_in_the_language_that_it_asks(people: World) -> None:
    desk = people.client()
    wrong = desk.request(redirect_uri="https://elsewhere.example.nl/", ui_locales="en")

    assert "This does not work now" == get(people.browser(), "/authorize", query_string=wrong).heading
    assert (
        "Dit lukt nu niet"
        == get(people.browser(), "/authorize", query_string=wrong | {"ui_locales": "nl"}).heading
    )


def test_another_language_keeps_what_a_page_of_ones_own_was_asked(people: World) -> None:
    browser = by_practice(get(people.browser(), "/portal/"), "anna").browser
    page = get(browser, "/portal/day?day=2025-06-01").press("language-en")

    assert "/portal/day?day=2025-06-01" == page.fields("language-form")["back"]
    assert "/portal/" == get(browser, "/portal/").press("language-nl").address


def test_the_browsers_language_counts_where_nobody_said_more(people: World) -> None:
    desk = people.client()
    asked = desk.request(prompt=None)

    english = get(people.browser(), "/authorize", query_string=asked, headers={"Accept-Language": "en-GB"})

    assert 303 == people.browser().get("/authorize", query_string=asked).status_code
    page = get(english.browser, english.address, headers={"Accept-Language": "en-GB,nl;q=0.5"})
    assert "Log in" == page.heading
    assert "Inloggen" == get(page.browser, page.address, headers={"Accept-Language": "fr"}).heading


def test_an_operators_client_is_not_asked_about(people: World) -> None:
    assert "code" in answer_to(by_practice(start(people.client()), "bram"))


def test_offline_access_is_asked_about_once_per_party(people_on_both: World) -> None:
    desk = people_on_both.client(INCOME, grant_types=["authorization_code", "refresh_token"])
    scope = "openid offline_access"

    page = choose(by_practice(start(desk, scope=scope), "bram"), "Anna de Vries").press("confirm-yes")
    assert "consent-form" in page.ids
    assert "De organisatie mag voor u verdergaan" in page.text
    tokens = desk.redeem(answer_to(page.press("consent-allow"))["code"]).get_json()
    assert "refresh_token" in tokens

    again = choose(start(desk, scope=scope), "Anna de Vries").press("confirm-yes")
    assert "code" in answer_to(again)
    other = choose(start(desk, scope=scope), "Sem de Vries").press("confirm-yes")
    assert "consent-form" in other.ids


def test_prompt_consent_asks_although_it_was_given(people: World) -> None:
    desk = people.client()
    page = by_practice(start(desk, prompt="consent"), "bram")
    answer_to(page.press("consent-allow"))

    page = start(desk, prompt="consent")

    assert "consent-form" in page.ids
    assert "code" in answer_to(page.press("consent-allow"))


def test_denying_consent_is_denying_access(people: World) -> None:
    desk = people.client()

    answer = answer_to(by_practice(start(desk, prompt="consent"), "bram").press("consent-deny"))

    assert ("access_denied", "cancelled") == (answer["error"], answer["error_description"])


def test_a_yes_to_another_page_of_consent_counts_for_nothing(people: World) -> None:
    desk = people.client(INCOME, grant_types=["authorization_code", "refresh_token"])
    page = by_practice(start(desk, scope="openid offline_access"), "bram")
    anna = choose(page, "Anna de Vries").press("confirm-yes")
    sem = choose(get(page.browser, page.address), "Sem de Vries").press("confirm-yes")
    assert "consent-form" in sem.ids

    after = anna.press("consent-allow")

    assert "consent-form" in after.ids
    assert "Sem de Vries" in after.text


def test_a_client_that_registered_itself_is_asked_about_with_its_logo_and_its_words(people: World) -> None:
    desk = people.client(
        by_operator=False,
        logo_uri="https://rp.example.nl/logo.png",
        policy_uri="https://rp.example.nl/policy",
        tos_uri="https://rp.example.nl/terms",
        **{"client_name#en": "Trial desk"},
    )

    login = start(desk)
    page = by_practice(login, "bram")

    for shown in (login, page):
        assert "https://rp.example.nl/logo.png" == shown.element("client-logo").attributes["src"]
        assert "https://rp.example.nl/policy" == shown.element("client-policy").attributes["href"]
        assert "https://rp.example.nl/terms" == shown.element("client-terms").attributes["href"]
        assert "img-src 'self' https://rp.example.nl" in shown.response.headers["Content-Security-Policy"]
    assert "consent-form" in page.ids
    assert "Trial desk" in page.press("language-en").text
    assert "code" in answer_to(page.press("consent-allow"))
    assert "code" in answer_to(start(desk))


def test_a_choice_is_shown_at_every_request(people: World) -> None:
    desk = people.client(INCOME)
    answer_to(choose(by_practice(start(desk), "bram"), "Anna de Vries").press("confirm-yes"))

    assert "choose-form" in start(desk).ids


def test_no_page_may_be_kept_or_framed(people: World) -> None:
    page = by_practice(start(people.client(INCOME)), "bram")

    assert "no-store" in page.response.headers["Cache-Control"]
    assert "frame-ancestors 'none'" in page.response.headers["Content-Security-Policy"]
    assert "script" not in page.html


def asking_for(desk: RelyingParty, sub: str, iss: str, service: str) -> str:
    asked = {"type": "representation", "service": service, "represented_hint": {"iss": iss, "sub": sub}}
    return json.dumps([asked])


def test_a_hint_of_an_organisation_puts_it_on_top_and_picks_it(people: World) -> None:
    vat = TAX + "vat-return"
    desk = people.client(vat)
    details = asking_for(desk, "00436606", "http://localhost:8000/identifiers/kvk", vat)

    page = by_practice(start(desk, authorization_details=details), "eva")

    picked = [one for one in page.elements if "checked" in one.attributes]
    assert [page.value_for("Bakkerij De Korenbloem")] == [one.attributes["value"] for one in picked]
    assert "Proefbalie stelt voor" in page.text
    assert 1 == sum(words.startswith("Bakkerij De Korenbloem") for words in page.choices())


def test_a_hint_of_a_person_is_the_value_that_the_client_knows(people: World) -> None:
    desk = people.client(INCOME)
    page = choose(by_practice(start(desk), "bram"), "Sem de Vries")
    told = claims_after(desk, answer_to(page.press("confirm-yes")))["represents"]
    assert isinstance(told, dict)

    details = asking_for(desk, told["sub"], told["iss"], INCOME)
    page = start(desk, authorization_details=details)

    picked = [one for one in page.elements if "checked" in one.attributes]
    assert [page.value_for("Sem de Vries")] == [one.attributes["value"] for one in picked]


def test_a_hint_of_somebody_who_cannot_be_chosen_says_and_shows_nothing(people: World) -> None:
    desk = people.client(INCOME)
    page = by_practice(start(desk), "bram")
    kvk = "http://localhost:8000/identifiers/kvk"

    for sub, iss in (("00436606", kvk), ("x", "http://localhost:8000")):
        hinted = start(desk, authorization_details=asking_for(desk, sub, iss, INCOME))
        assert not [one for one in hinted.elements if "checked" in one.attributes]
        assert list(page.choices()) == list(hinted.choices())
    # a sole trader's number, no number at all, nobody's identifiers: refused before any page
    for sub, iss in (("00327065", kvk), ("x", kvk), ("x", "urn:y")):
        refused = answer_to(start(desk, authorization_details=asking_for(desk, sub, iss, INCOME)))
        assert "invalid_authorization_details" == refused["error"]
