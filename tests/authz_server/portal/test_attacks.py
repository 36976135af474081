"""What somebody tries on people's own pages, where mandates are stopped."""

from itertools import product

from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.account import tampered
from tests.support.pages import Page, get, post, without_support_code
from tests.support.signing_in import World, by_practice, start

ACTS = ("stop", "pause", "resume", "renounce")
PARTS = (
    "/portal",
    "/portal/",
    "/portal/for/bakery",
    "/portal/day",
    "/portal/for/bakery/day",
    "/portal/for/bakery/why",
    *(
        f"/portal/for/peeters/{page}"
        for page in (
            *("clients", "clients.csv", "clients/bakery", "teams", "teams/g-north", "teams/g-north/remove"),
            *("several", "calendar", "list/give", "list/ask"),
        )
    ),
    "/portal/for/bakery/people",
    "/portal/for/bakery/appoint",
    "/portal/for/town/appoint-at-desk",
    "/portal/for/bakery/means",
    "/portal/for/bakery/people/daan/leave",
    *(f"/portal/appointments/a-bakery-daan/{act}" for act in ("stop", "pause", "resume", "resign", "narrow")),
    "/portal/letter",
    "/portal/desk",
    "/portal/desk/town/paper",
    "/portal/desk/town/visit",
    *(f"/portal/{act}/{mandate}" for act in ACTS for mandate in ("m0001", "m0010")),
)


def at_home(people: World, person: str) -> Page:
    return by_practice(get(people.browser(), "/portal"), person)


def stands(people: World, mandate: str) -> bool:
    with people.context.database.reading() as db:
        row = db.one(Statement("SELECT body FROM register_links WHERE id = :id"), {"id": mandate})
    assert row is not None
    return "revoked_at" not in row[0] and "suspended" not in row[0]


def test_who_logged_in_in_another_tab_stops_nothing_with_the_page_of_the_first(people: World) -> None:
    asked = at_home(people, "anna").follow("stop-m0001")
    by_practice(start(people.client(), asked.browser, prompt="login"), "eva")

    refused = asked.press("stop-yes")

    assert (404, "not_found") == (refused.status, refused.code)
    assert stands(people, "m0001")


def test_a_stop_after_the_session_ended_asks_for_a_login_and_then_once_more(people: World) -> None:
    asked = at_home(people, "anna").follow("stop-m0001")
    people.clock.now += 1801

    page = asked.press("stop-yes")
    assert "login-form" in page.ids
    assert stands(people, "m0001")
    again = by_practice(page, "anna")

    assert "stop-form" in again.ids
    assert stands(people, "m0001")


def test_a_form_token_of_another_browser_stops_nothing(people: World) -> None:
    anna, eva = at_home(people, "anna"), at_home(people, "eva")

    for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, eva.fields("language-form")):
        refused = post(anna.browser, "/portal/stop/m0001", token | {"answer": "yes"})
        assert (400, "form_expired") == (refused.status, refused.code)
    # nor one that stands in the address
    token = anna.fields("language-form")
    refused = post(anna.browser, f"/portal/stop/m0001?csrf_token={token['csrf_token']}", {"answer": "yes"})
    assert "form_expired" == refused.code

    assert stands(people, "m0001")


def test_nothing_but_a_form_that_was_sent_stops_a_mandate(people: World) -> None:
    home = at_home(people, "anna")
    form = home.fields("language-form") | {"answer": "yes"}

    for path, method in product(PARTS, ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")):
        home.browser.open(path, method=method, query_string=form)
        home.browser.open(path, method=method, data=form)
        home.browser.open(path, method=method, headers={"X-HTTP-Method-Override": "POST"}, data=form)

    assert stands(people, "m0001")
    assert stands(people, "m0010")


def test_any_answer_but_yes_stops_nothing(people: World) -> None:
    home = at_home(people, "anna")

    for act, answer in product(ACTS, ("no", "", "YES", "yes ", "true", "1")):
        post(home.browser, f"/portal/{act}/m0001", home.fields("language-form") | {"answer": answer})

    assert stands(people, "m0001")


def test_who_lost_the_power_to_stop_between_seeing_and_pressing_stops_nothing(people: World) -> None:
    asked = get(at_home(people, "daan").browser, "/portal/stop/m0010")
    assert "stop-form" in asked.ids
    with people.context.database.writing() as db:
        over = {
            "id": "a-bakery-daan",
            "organisation": "bakery",
            "person": "daan",
            "services": "*",
            "assurance": "substantial",
            "from": "2020-01-01T00:00:00Z",
            "until": "2025-01-01T00:00:00Z",
        }
        import_world(db, people.context.vault, {"appointments": [over]}, by=OPERATOR, now=people.clock())

    refused = asked.press("stop-yes")

    assert (404, "not_found") == (refused.status, refused.code)
    assert stands(people, "m0010")


def test_an_unknown_mandate_and_another_persons_read_alike(people: World) -> None:
    home = at_home(people, "eva")
    token = home.fields("language-form") | {"answer": "yes"}

    def told(page: Page) -> tuple[int, str | None, str]:
        return page.status, page.code, without_support_code(page.text)

    anothers = ("m0001", "no-such", "l-bakery-carla")
    for act in ACTS:
        paths = [f"/portal/{act}/{mandate}" for mandate in anothers]
        assert 1 == len({told(get(home.browser, path)) for path in paths}), act
        assert 1 == len({told(post(home.browser, path, token)) for path in paths}), act
    pages = ("/portal/for/anna", "/portal/for/no-such", "/portal/for/bakery")
    assert 1 == len({told(get(home.browser, path)) for path in pages})
    assert stands(people, "m0001")


def test_an_address_with_somebody_elses_mandate_shows_none_of_it(people: World) -> None:
    carla = at_home(people, "carla")
    get(carla.browser, "/portal/stop/m0010").press("stop-yes")
    home = at_home(people, "anna")

    for name in ("done", "mandate", "given", "received", "uses", "others"):
        page = get(home.browser, f"/portal?{name}=m0010")
        assert 200 == page.status
        assert "done" not in page.ids
        assert "Korenbloem" not in page.text


def test_every_page_asks_a_stranger_to_log_in_and_shows_nothing(people: World) -> None:
    for path in PARTS:
        page = get(people.browser(), path)
        assert "login-form" in page.ids, path
        assert not {"given-list", "stop-form", "uses-list"} & page.ids, path
        assert "Anna" not in page.html


def test_no_page_of_ones_own_may_be_framed_kept_or_run_a_script(people: World) -> None:
    home = at_home(people, "anna")

    for path in (*PARTS, "/portal/no-such-page", "/portal/stop/no-such"):
        headers = get(home.browser, path).response.headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert policy.endswith("form-action 'self'"), path
        assert "script-src" not in policy, path
        assert "DENY" == headers["X-Frame-Options"], path
        assert "no-store" == headers["Cache-Control"], path


def test_where_the_journal_was_tampered_with_nothing_is_stopped_and_the_page_says_to_come_back(
    people: World,
) -> None:
    asked = at_home(people, "anna").follow("stop-m0001")
    tampered(people.context.database, "UPDATE register_journal_end SET proof = hash")
    people.app.testing = False

    page = asked.press("stop-yes")

    assert (503, "temporarily_unavailable") == (page.status, page.code)
    assert stands(people, "m0001")


def test_a_surer_login_leads_back_to_a_page_of_ours_and_nowhere_else(people: World) -> None:
    anna = at_home(people, "anna")
    token = anna.fields("language-form")

    def asked(back: str, level: str = "high") -> int:
        return anna.browser.post("/portal/stronger", data=token | {"back": back, "level": level}).status_code

    assert 303 == asked("/portal/give")
    for back in (
        "",
        "//elsewhere.example/portal",
        "/\\elsewhere.example",
        "https://elsewhere.example/portal",
        "/portal/\r\nSet-Cookie: a=b",
        "/authorize",
        "/portal/\u00e9",
        "/portal/" + "x" * 2000,  # it is kept
    ):
        assert 400 == asked(back)
    assert 400 == asked("/portal/give", "highest")
