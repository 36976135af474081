"""Somebody else's browser, form, reference or address at a waiting request: none of them goes on or changes anything."""

from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from authz_server.oidc import clients
from claims.formats import Pairwise
from keys.storage import Statement, connect
from tests.support.clock import Clock
from tests.support.pages import Page, get, post
from tests.support.schema import create_schema
from tests.support.settings import settings_with
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start
from tests.support.try_out import open_world

INCOME = TAX + "income-tax"
VAT = TAX + "vat-return"
OFFLINE = "openid offline_access"
# All that a yes, a choice or a login leaves behind; when a session was last seen is no such thing.
LEFT_BEHIND = [
    "SELECT id, session, choice, confirmed, consented, finished_at FROM login_interactions ORDER BY id",
    "SELECT id, person, authenticator, ended_at FROM login_sessions ORDER BY id",
    "SELECT key, person, client FROM login_consents ORDER BY key",
    "SELECT session, client, represented FROM login_remembered ORDER BY represented",
    "SELECT id FROM oidc_grants ORDER BY id",
    "SELECT id, body FROM register_links ORDER BY id",
]
STEPS = {
    "": {"username": "bram", "password": "namens-demo"},
    "/practice": {"person": "bram", "level": "high"},
    "/cancel": {"why": "cancel"},
    "/choose": {"do": "choose", "represented": "self"},
    "/confirm": {"answer": "yes"},
    "/consent": {"answer": "allow"},
    "/nobody": {},
}


def left_behind(people: World) -> list[object]:
    with people.context.database.reading() as db:
        return [db.all(Statement(sql)) for sql in LEFT_BEHIND]


def interaction_of(page: Page) -> str:
    return "/login/" + page.address.split("/")[2]


def hidden(page: Page, name: str) -> str:
    return next(one.attributes["value"] for one in page.elements if one.attributes.get("name") == name)


def pages_on_the_way(people: World, browser: FlaskClient) -> dict[str, Page]:
    """One person's requests, each waiting at another page."""
    desk = people.client(INCOME, grant_types=["authorization_code", "refresh_token"])
    desk.browser = browser
    fresh = start(desk)
    page = by_practice(fresh, "bram")
    found = {"choose": page}
    found["confirm"] = choose(start(desk), "Anna de Vries")
    found["consent"] = choose(start(desk, scope=OFFLINE), "Sem de Vries").press("confirm-yes")
    found["log in again"] = start(desk, prompt="login")
    assert "consent-form" in found["consent"].ids
    return found


def test_no_form_of_a_request_is_taken_from_another_browser(people_on_both: World) -> None:
    people = people_on_both
    waiting = pages_on_the_way(people, people.browser())
    thief = people.browser()
    own = by_practice(start(people.client(INCOME), thief), "mila")
    before = left_behind(people)

    for name, page in waiting.items():
        seen = {
            field: hidden(page, field)
            for field in ("choice", "what")
            if any(one.attributes.get("name") == field for one in page.elements)
        }
        for step, form in STEPS.items():
            token = own.fields("language-form")
            stolen = post(thief, interaction_of(page) + step, token | form | seen)
            assert (403, "interaction_elsewhere") == (stolen.status, stolen.code), (name, step)

    assert before == left_behind(people)


def test_a_way_to_ones_own_page_that_was_begun_elsewhere_logs_nobody_in(people: World) -> None:
    page = get(people.browser(), "/portal")

    sent_on = get(people.browser(), page.address)

    assert (403, "interaction_elsewhere") == (sent_on.status, sent_on.code)
    assert "interaction_elsewhere" == by_post_to(people.browser(), people, page).code


def by_post_to(browser: FlaskClient, people: World, page: Page) -> Page:
    own = get(browser, "/portal")
    form = own.fields("login-form") | {"username": "bram", "password": "namens-demo"}
    return post(browser, page.address, form)


def test_reading_a_page_changes_nothing_whatever_its_address_says(people: World) -> None:
    browser = people.browser()
    waiting = pages_on_the_way(people, browser)
    value = waiting["choose"].value_for("Anna de Vries")
    says = {
        "represented": value,
        "choice": hidden(waiting["confirm"], "choice"),
        "what": hidden(waiting["consent"], "what"),
        "csrf_token": waiting["choose"].fields("choose-form")["csrf_token"],
        "username": "mila",
        "person": "mila",
        "password": "namens-demo",
        "level": "high",
        "why": "cancel",
    }
    before = left_behind(people)

    for page in waiting.values():
        for step in STEPS:
            for more in ({"do": "choose", "answer": "yes"}, {"do": "cancel", "answer": "allow"}):
                answer = browser.get(f"{interaction_of(page)}{step}?{urlencode(says | more)}")
                assert answer.status_code in {200, 303, 405}, (page.heading, step)
                assert "rp.example.nl" not in answer.headers.get("Location", "")
            for method in ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
                browser.open(
                    interaction_of(page) + step, method=method, query_string=says | {"answer": "yes"}
                )

    assert before == left_behind(people)


def test_a_reference_is_for_one_login_and_one_use_of_it(people: World) -> None:
    desk = people.client(VAT)
    page = by_password(start(desk), "eva")
    weak = next(iter(page.choices().values()))
    stronger = by_practice(page.press("choose-submit", represented=weak), "eva")
    assert "choose-form" in stronger.ids
    strong = next(iter(stronger.choices().values()))
    after = dict(parse_qsl(urlsplit(stronger.element("choose-next").attributes["href"]).query))["at"]

    for value in (weak, after, strong[:-4], strong + "AAAA", strong.swapcase()):
        refused = stronger.press("choose-submit", represented=value)
        assert (409, "choice_gone") == (refused.status, refused.code), value
    # and a choice is no place in the list: it begins anew
    assert list(stronger.choices()) == list(
        get(stronger.browser, stronger.address, query_string={"at": strong}).choices()
    )
    assert "confirm-form" in stronger.press("choose-submit", represented=strong).ids


def test_two_tabs_with_crossed_choices_each_give_what_their_own_page_said(people: World) -> None:
    desk = people.client(INCOME)
    one = by_practice(start(desk), "bram")
    anna = choose(one, "Anna de Vries")
    sem = choose(start(desk), "Sem de Vries")
    form = anna.fields("language-form") | {"answer": "yes"}

    crossed = post(sem.browser, sem.address, form | {"choice": hidden(anna, "choice")})
    assert "U doet dit voor Sem de Vries. Klopt dat?" == crossed.heading
    back = post(anna.browser, anna.address, form | {"choice": hidden(sem, "choice")})
    assert "U doet dit voor Anna de Vries. Klopt dat?" == back.heading
    no_choice = post(anna.browser, anna.address, form)
    assert "U doet dit voor Anna de Vries. Klopt dat?" == no_choice.heading

    for page, name in ((sem, "Sem de Vries"), (anna, "Anna de Vries")):
        told = desk.redeem(answer_to(page.press("confirm-yes"))["code"]).get_json()
        assert told["authorization_details"][0]["represented"] == _known_as(people, desk.client_id, name)


def _known_as(people: World, client_id: str, name: str) -> object:
    with people.context.database.reading() as db:
        client = clients.find(people.context, db, client_id)
        assert client is not None
        party = {"Anna de Vries": "anna", "Sem de Vries": "sem"}[name]
        sub = Pairwise(people.context.pairwise.of).sub(client.sector, party)
    issuer = people.context.settings.issuer
    return {"sub": sub, "iss": issuer, "sub_id_type": f"{issuer}/identifiers/pairwise"}


def test_a_no_or_an_unknown_answer_with_a_foreign_page_denies_and_grants_nothing(people: World) -> None:
    waiting = pages_on_the_way(people, people.browser())
    before = left_behind(people)

    for step, field, answers in (
        ("confirm", "choice", ("no", "maybe", "")),
        ("consent", "what", ("deny", "maybe", "")),
    ):
        for answer in answers:
            page = waiting[step]
            form = page.fields("language-form") | {"answer": answer, field: "of-another-page"}
            assert f"{step}-form" in post(page.browser, page.address, form).ids

    assert before == left_behind(people)


def test_somebody_else_who_logs_in_between_consents_to_nothing_for_the_first(people: World) -> None:
    browser = people.browser()
    consent = pages_on_the_way(people, browser)["consent"]
    by_practice(start(people.client(INCOME), browser, prompt="login"), "mila")

    page = consent.press("consent-allow")

    assert "choose-form" in page.ids
    with people.context.database.reading() as db:
        assert [] == db.all(Statement("SELECT * FROM login_consents"))
        assert [] == db.all(Statement("SELECT * FROM oidc_grants"))


def test_a_session_that_ended_elsewhere_confirms_nothing(people: World) -> None:
    waiting = pages_on_the_way(people, people.browser())
    confirm = waiting["confirm"]
    get(confirm.browser, "/logout").press("logout-confirm")

    refused = confirm.press("confirm-yes")

    assert (400, "form_expired") == (refused.status, refused.code)
    page = get(confirm.browser, confirm.address)
    form = page.fields("language-form") | {"answer": "yes", "choice": hidden(confirm, "choice")}
    assert "login-form" in post(page.browser, confirm.address, form).ids


def test_a_client_that_was_removed_gets_nothing_from_a_request_that_still_waits(people: World) -> None:
    desk = people.client(INCOME)
    confirm = choose(by_practice(start(desk), "bram"), "Anna de Vries")
    waiting = start(desk, people.browser())
    with people.context.database.writing() as db:
        clients.remove(people.context, db, desk.client_id, now=people.clock())

    for page in (
        confirm.press("confirm-yes"),
        get(confirm.browser, confirm.address),
        get(waiting.browser, waiting.address),
    ):
        assert (400, "unknown_client") == (page.status, page.code)
    cancelled = waiting.press("login-cancel")
    assert "unknown_client" == cancelled.code
    with people.context.database.reading() as db:
        assert [] == db.all(Statement("SELECT * FROM oidc_grants"))


@pytest.fixture
def over_https(tmp_path: Path, clock: Clock) -> World:
    url = f"sqlite:///{tmp_path}/https.db"
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
    return open_world(settings_with(url, issuer="https://login.example.nl"), clock)


def test_over_https_no_other_host_can_set_or_read_a_cookie_of_ours(over_https: World) -> None:
    desk = over_https.client()
    browser = over_https.browser()
    given: dict[str, str] = {}

    def keep(page: Page) -> Page:
        for header in page.response.headers.getlist("Set-Cookie"):
            given[header.partition("=")[0]] = header
        return page

    answer = browser.get(
        "/authorize", query_string=desk.request(prompt=None), base_url="https://login.example.nl"
    )
    address = answer.headers["Location"]
    for header in answer.headers.getlist("Set-Cookie"):
        given[header.partition("=")[0]] = header
    page = keep(get(browser, address, base_url="https://login.example.nl"))
    form = page.fields("login-form")
    for path, sent in (
        ("/language", page.fields("language-form") | {"language": "en"}),
        (address, form | {"username": "bram", "password": "namens-demo"}),
    ):
        response = browser.post(path, data=sent, base_url="https://login.example.nl")
        assert response.status_code in {302, 303}, response.get_data(as_text=True)
        for header in response.headers.getlist("Set-Cookie"):
            given[header.partition("=")[0]] = header

    assert {f"__Host-namens_{name}" for name in ("browser", "form", "language", "session")} == given.keys()
    for header in given.values():
        members = [member.strip() for member in header.split(";")[1:]]
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(members), header
        assert not [member for member in members if member.startswith("Domain")], header
    over_https.context.database.engine.dispose()
