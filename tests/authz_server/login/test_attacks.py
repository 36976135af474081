"""What somebody with bad intentions, or with two tabs, tries on the pages of logging in."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from authz_server.login import accounts
from authz_server.login.passwords import Busy, Passwords
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.pages import Page, get, post
from tests.support.relying_party import REDIRECT
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start

VAT = TAX + "vat-return"
INCOME = TAX + "income-tax"


def session_key(browser: FlaskClient) -> str | None:
    cookie = browser.get_cookie("namens_session")
    return None if cookie is None else cookie.value


def interaction_of(page: Page) -> str:
    return page.address.split("/")[2]


def test_a_reference_of_one_person_is_nothing_to_another(people: World) -> None:
    bram = by_practice(start(people.client(INCOME)), "bram")
    eva = by_practice(start(people.client(VAT)), "eva")

    refused = eva.press("choose-submit", represented=bram.value_for("Anna de Vries"))

    assert "choice_gone" == refused.code


def test_a_reference_of_another_tab_of_the_same_person_is_nothing_here(people: World) -> None:
    desk = people.client(INCOME)
    one = by_practice(start(desk), "bram")
    other = start(desk)

    assert "choice_gone" == other.press("choose-submit", represented=one.value_for("Sem")).code
    assert "confirm-form" in choose(other, "Sem").ids


def test_somebody_else_logging_in_in_another_tab_voids_the_choice_of_this_one(people: World) -> None:
    desk = people.client(INCOME)
    bram = choose(by_practice(start(desk), "bram"), "Anna de Vries")
    other_tab = start(desk, prompt="login")
    by_practice(other_tab, "mila")

    page = bram.press("confirm-yes")

    assert "choose-form" in page.ids
    assert all(not words.startswith("Anna") for words in page.choices())
    assert any(words.startswith("Noor") for words in page.choices())


def test_a_step_up_that_proves_another_person_makes_choice_and_candidates_anew(people: World) -> None:
    page = choose(by_password(start(people.client(INCOME)), "bram"), "Anna de Vries")
    assert "method-eid" in page.ids

    page = by_practice(page, "mila")

    assert "choose-form" in page.ids
    assert "latest" not in page.ids
    assert all(not words.startswith("Anna") for words in page.choices())


def test_another_authenticator_of_the_same_person_asks_for_the_choice_anew(people: World) -> None:
    page = choose(by_password(start(people.client(INCOME)), "bram"), "Anna de Vries")
    assert "Anna de Vries staat bovenaan" in page.text

    page = by_practice(page, "bram")

    assert "choose-form" in page.ids
    assert next(iter(page.choices())).startswith("Anna de Vries")


def test_a_step_up_with_the_same_authenticator_keeps_the_choice(people: World) -> None:
    page = choose(by_practice(start(people.client(INCOME)), "bram", "low"), "Anna de Vries")
    assert "Log nog een keer in, op een veiligere manier." == page.heading
    assert "Uw keuze (Anna de Vries) blijft staan." in page.text

    page = by_practice(page, "bram", "substantial")

    assert "U doet dit voor Anna de Vries. Klopt dat?" == page.heading


def test_who_cannot_log_in_more_surely_says_so_and_the_client_learns_that_the_level_was_not_reached(
    people: World,
) -> None:
    page = choose(by_password(start(people.client(INCOME)), "bram"), "Anna de Vries")

    answer = answer_to(page.press("login-cannot"))

    assert ("unmet_authentication_requirements", "level_not_reached") == (
        answer["error"],
        answer["error_description"],
    )


def test_a_yes_from_a_tab_that_showed_another_choice_counts_for_nothing(people: World) -> None:
    page = by_practice(start(people.client(INCOME)), "bram")
    anna = choose(page, "Anna de Vries")
    sem = choose(get(page.browser, page.address), "Sem de Vries")
    assert "U doet dit voor Sem de Vries. Klopt dat?" == sem.heading

    after = anna.press("confirm-yes")

    assert "U doet dit voor Sem de Vries. Klopt dat?" == after.heading


def test_the_back_button_leads_to_another_choice_before_the_end_and_nowhere_after_it(people: World) -> None:
    page = by_practice(start(people.client(INCOME)), "bram")
    choose(page, "Anna de Vries")
    again = get(page.browser, page.address)
    confirm = choose(again, "Sem de Vries")
    answer_to(confirm.press("confirm-yes"))

    for step in ("", "/choose", "/confirm", "/consent", "/nobody", "/not-listed", "/practice"):
        after = get(page.browser, f"/login/{interaction_of(page)}{step}")
        assert (410, "interaction_finished") == (after.status, after.code), step
    assert "interaction_finished" == confirm.press("confirm-yes").code


@pytest.mark.parametrize(
    "step", ["", "/choose", "/confirm", "/consent", "/nobody", "/not-listed", "/practice"]
)
def test_no_step_is_skipped_by_typing_its_address(people: World, step: str) -> None:
    page = start(people.client(INCOME))

    skipped = get(page.browser, page.address + step)

    assert "username" in skipped.ids or "eid-form" in skipped.ids


def test_before_choosing_the_later_steps_lead_back_to_it(people: World) -> None:
    page = by_practice(start(people.client(INCOME)), "bram")

    for step in ("", "/confirm", "/consent", "/nobody"):
        assert "choose-form" in get(page.browser, f"/login/{interaction_of(page)}{step}").ids
    forced = post(
        page.browser,
        f"/login/{interaction_of(page)}/confirm",
        page.fields("language-form") | {"answer": "yes", "choice": ""},
    )
    assert "choose-form" in forced.ids


def test_another_browser_cannot_go_on_with_a_request(people: World) -> None:
    page = start(people.client(INCOME))
    thief = people.browser()

    stolen = get(thief, page.address)

    assert (403, "interaction_elsewhere") == (stolen.status, stolen.code)
    thief.set_cookie("namens_browser", "made-up")
    assert "interaction_elsewhere" == get(thief, page.address).code


def test_a_request_that_another_site_posted_goes_to_the_first_browser_that_opens_it(people: World) -> None:
    desk = people.client(INCOME)
    mine = people.browser()
    posted = mine.post("/authorize", data=desk.request(prompt=None))
    assert 303 == posted.status_code
    address = posted.headers["Location"]

    assert "login-form" in get(mine, address).ids
    assert "login-form" in get(mine, address).ids
    assert "interaction_elsewhere" == get(people.browser(), address).code


def test_an_expired_request_says_so(people: World) -> None:
    page = by_practice(start(people.client(INCOME)), "bram")
    people.clock.now += 3600

    late = page.press("choose-submit", represented=page.value_for("Anna de Vries"))

    assert (410, "interaction_expired") == (late.status, late.code)


def test_an_unknown_request_says_so(people: World) -> None:
    page = get(people.browser(), "/login/no-such-thing")

    assert (404, "interaction_unknown") == (page.status, page.code)


def test_a_session_key_that_was_planted_is_not_the_one_after_logging_in(people: World) -> None:
    page = start(people.client(INCOME))
    page.browser.set_cookie("namens_session", "planted")

    by_practice(page, "bram")

    assert session_key(page.browser) not in {None, "planted"}
    victim = people.browser()
    victim.set_cookie("namens_session", "planted")
    assert "login-form" in get(victim, "/portal").ids


def test_a_step_up_gives_another_key_and_the_old_one_is_worth_nothing(people: World) -> None:
    page = choose(by_password(start(people.client(INCOME)), "bram"), "Anna de Vries")
    old = session_key(page.browser)

    by_practice(page, "bram")

    assert old is not None
    assert old != session_key(page.browser)
    thief = people.browser()
    thief.set_cookie("namens_session", old)
    assert "login-form" in get(thief, "/portal").ids


@pytest.mark.parametrize(
    ("step", "form"),
    [
        ("", {"username": "bram", "password": "namens-demo"}),
        ("/practice", {"person": "bram", "level": "high"}),
        ("/cancel", {"why": "cancel"}),
        ("/choose", {"do": "choose", "represented": "self"}),
        ("/confirm", {"answer": "yes"}),
        ("/consent", {"answer": "allow"}),
        ("/nobody", {}),
        ("/more-time", {}),
        ("", {"username": "bram", "more_time": "yes"}),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(people: World, step: str, form: dict[str, str]) -> None:
    page = start(people.client(INCOME))

    for token in ({}, {"csrf_token": "made-up"}):
        refused = post(page.browser, page.address + step, form | token)
        assert (400, "form_expired") == (refused.status, refused.code)

    assert session_key(page.browser) is None
    with people.context.database.reading() as db:
        assert [(None,)] == db.all(Statement("SELECT finished_at FROM login_interactions"))


def test_a_token_of_another_browser_is_not_ours(people: World) -> None:
    page, other = start(people.client(INCOME)), start(people.client(INCOME))

    token = {"csrf_token": other.fields("login-form")["csrf_token"]}
    refused = post(page.browser, page.address, {"username": "bram", "password": "namens-demo"} | token)

    assert "form_expired" == refused.code
    assert page.address == urljoin(page.address, refused.element("error-back").attributes["href"])


def test_every_form_of_ours_checks_where_it_comes_from(people: World) -> None:
    """Only endpoints for programs, and the page that merely asks whether to log out, take a POST without a token."""
    open_to_all = {
        "/authorize",
        "/token",
        "/userinfo",
        "/introspect",
        "/revoke",
        "/report",
        "/register",
        "/register/<client_id>",
        "/logout",
        "/par",
    }
    browser = people.browser()
    for rule in people.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule in open_to_all:
            continue
        if rule.rule.startswith(("/api/", "/access/")):  # for programs, which show a token of their own
            continue
        address = re.sub(r"<[^>]+>", "x", re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule))
        answer = browser.post(address)
        assert 400 == answer.status_code, rule.rule


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "", "/a\r\nX: y"]
)
def test_the_language_switch_leads_nowhere_else(people: World, back: str) -> None:
    page = start(people.client(INCOME))

    answer = page.browser.post(
        "/language", data=page.fields("language-form") | {"language": "en", "back": back}
    )

    # what no page of ours could have sent is no form at all
    assert (303, "/portal/") == (answer.status_code, answer.headers.get("Location")) or (
        400 == answer.status_code and "\n" in back
    )


def test_the_browser_only_ever_goes_back_to_the_address_that_was_checked(people: World) -> None:
    page = start(people.client(INCOME))

    assert (
        f"form-action 'self' {REDIRECT.removesuffix('/cb')}"
        in page.response.headers["Content-Security-Policy"]
    )
    answer = page.press("login-cancel", redirect_uri="https://evil.example/cb")

    assert answer.response.headers["Location"].startswith(REDIRECT + "?")


def test_marks_in_names_stay_words(people: World) -> None:
    name = "<img src=x onerror=alert(1)> & %(name)s {{ 7*7 }}"
    document = {
        "parties": [
            {
                "id": "evil",
                "kind": "organisation",
                "name": name,
                "place": "<b>x</b>",
                "identifiers": {"kvk": "90000555"},
            }
        ],
        "legal_relations": [
            {
                "id": "l-evil",
                "represented": "evil",
                "representative": "bram",
                "basis": "sole_signatory",
                "services": "*",
                "actions": "*",
                "assurance": "high",
                "from": "2020-01-01T00:00:00Z",
            }
        ],
        "mandates": [
            {
                "id": "m-evil",
                "represented": "evil",
                "representative": "eva",
                "services": ["vat-return"],
                "actions": "*",
                "assurance": "high",
                "from": "2020-01-01T00:00:00Z",
                "until": "2029-01-01T00:00:00Z",
            }
        ],
    }
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, document, by=OPERATOR, now=people.clock())
    desk = people.client(VAT, client_name="<script>alert(1)</script>")

    page = by_practice(start(desk), "bram")
    pages = [
        page,
        choose(page, "<img"),
        get(page.browser, "/portal/for/evil"),
        get(page.browser, "/portal/stop/m-evil"),
    ]

    for shown in pages:
        assert 200 == shown.status
        assert name in shown.text
        assert "<img src=x" not in shown.html
        assert "<script>alert" not in shown.html
        assert "<b>x</b>" not in shown.html


def test_wrong_passwords_are_counted_whether_the_name_exists_or_not(people: World) -> None:
    for name in ("bram", "nobody-at-all"):
        page = start(people.client(INCOME))
        for _ in range(10):
            wrong = by_password(page, name, "wrong")
            assert (401, "wrong_credentials") == (wrong.status, wrong.code)
        blocked = by_password(page, name)
        assert (429, "too_many_attempts") == (blocked.status, blocked.code)
    people.clock.now += 901
    assert "choose-form" in by_password(start(people.client(INCOME)), "bram").ids


def test_who_comes_when_many_log_in_is_told_so_and_loses_nothing(
    people: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = start(people.client(INCOME))
    with monkeypatch.context() as patched:
        patched.setattr(Passwords, "check", _is_busy)
        for _ in range(11):
            busy = by_password(page, "bram", "wrong")
            assert (503, "busy") == (busy.status, busy.code)
            assert {"username", "password"} <= busy.ids

    # no try was counted, and the same page goes on
    assert "choose-form" in by_password(busy, "bram").ids


def _is_busy(*_: object) -> NoReturn:
    raise Busy


@pytest.mark.parametrize("name", ["bakery", "wil", "sem", "", "BRAM", "bram\x00", "ä" * 300, "' OR 1=1 --"])
def test_only_living_people_with_an_account_log_in(people: World, name: str) -> None:
    with people.context.database.writing() as db:
        accounts.add(db, "bakery", "x", now=people.clock())
    page = start(people.client(INCOME))

    assert by_password(page, name).status in {400, 401}
    assert page.follow("method-eid").press("eid-submit", person=name, level="high").status in {400, 401}
    assert session_key(page.browser) is None


@pytest.mark.parametrize("level", ["basic", "highest", "", "4"])
def test_the_practice_login_gives_no_level_that_it_does_not_have(people: World, level: str) -> None:
    page = start(people.client(INCOME)).follow("method-eid")

    assert 401 == page.press("eid-submit", person="bram", level=level).status


def test_a_closed_account_logs_in_nowhere(people: World) -> None:
    with people.context.database.writing() as db:
        accounts.close(db, "bram", now=people.clock())

    assert 401 == by_password(start(people.client(INCOME)), "bram").status
    assert 401 == by_practice(start(people.client(INCOME)), "bram").status


def at_once(page: Page, forms: Sequence[tuple[str, dict[str, str]]]) -> list[str]:
    """Where each of these forms, sent at the same time from tabs of the page's browser, leads."""
    cookies = {
        name: page.browser.get_cookie(name) for name in ("namens_session", "namens_browser", "namens_form")
    }
    token = page.fields("language-form")

    def send(sent: tuple[str, dict[str, str]]) -> str:
        address, form = sent
        browser = page.browser.application.test_client()
        for name, cookie in cookies.items():
            assert cookie is not None
            browser.set_cookie(name, cookie.value)
        return browser.post(address, data=token | form).headers.get("Location", "")

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(send, forms))


def test_a_yes_that_is_sent_fifty_times_at_once_gives_one_code(people_on_both: World) -> None:
    desk = people_on_both.client(INCOME)
    page = choose(by_practice(start(desk), "bram"), "Anna de Vries")

    answers = at_once(page, [(page.address, {"answer": "yes", "choice": _choice_on(page)})] * 50)

    assert 1 == sum(answer.startswith(REDIRECT) for answer in answers)


def test_a_yes_while_other_tabs_choose_and_cancel_gives_one_answer(people_on_both: World) -> None:
    desk = people_on_both.client(INCOME)
    choosing = by_practice(start(desk), "bram")
    others = choosing.value_for("Sem")
    page = choose(choosing, "Anna de Vries")
    yes = (page.address, {"answer": "yes", "choice": _choice_on(page)})
    other = (choosing.address, {"represented": others})
    cancel = (choosing.address, {"do": "cancel"})

    answers = at_once(page, [yes, other, yes, other, cancel] * 10)

    (answer,) = [answer for answer in answers if answer.startswith(REDIRECT)]
    code = dict(parse_qsl(urlsplit(answer).query)).get("code")
    if code is not None:  # for whom the yes was, whatever another tab chose meanwhile
        assert 200 == desk.redeem(code).status_code
        with people_on_both.context.database.reading() as db:
            assert [("anna",)] == db.all(Statement("SELECT represented FROM register_uses"))


def test_an_agreement_that_is_sent_fifty_times_at_once_gives_one_code(people_on_both: World) -> None:
    desk = people_on_both.client()
    page = by_practice(start(desk, prompt="consent"), "bram")
    (what,) = [one.attributes["value"] for one in page.elements if one.attributes.get("name") == "what"]
    allow, refuse = ({"what": what, "answer": answer} for answer in ("allow", "deny"))

    answers = at_once(page, [(page.address, form) for form in [allow, allow, refuse] * 17])

    assert 1 == sum(answer.startswith(REDIRECT) for answer in answers)


def _choice_on(page: Page) -> str:
    return next(one.attributes["value"] for one in page.elements if one.attributes.get("name") == "choice")
