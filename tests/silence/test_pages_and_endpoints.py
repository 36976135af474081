"""No personal number, secret, code or token comes out where it does not belong: of pages, endpoints, log, database.

The flows are real ones, and so are the mistakes: numbers and secrets are put wherever somebody might put them.
"""

import io
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from authz_server.context import Context
from tests.silence.where_they_may_stand import EXCEPTIONS, left_of
from tests.support.canaries import Canaries
from tests.support.dumped import dumped
from tests.support.pages import Page, get, post
from tests.support.recorded import Recorder
from tests.support.register_client import a_register_client
from tests.support.relying_party import REDIRECT, VERIFIER, RelyingParty, a_resource, claims_of
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start

VAT, INCOME = TAX + "vat-return", TAX + "income-tax"
BYE = "https://rp.example.nl/bye"
EVA, ANNA, BRAM, OWNED = "999908881", "999997221", "999962012", "00327065"
ISSUER = "http://localhost:8000"


def confirmed(page: Page) -> Page:
    page = page.press("confirm-yes")
    return page.press("consent-allow") if "consent-form" in page.ids else page


def tokens_of(desk: RelyingParty, page: Page, canaries: Canaries) -> dict[str, str]:
    """The code that a page ends with, and what it is exchanged for."""
    code = answer_to(page)["code"]
    canaries.add("code", code)
    got = desk.redeem(code).get_json()
    keep(got, canaries)
    return dict(got)


def keep(got: dict[str, str], canaries: Canaries) -> None:
    for name in ("access_token", "refresh_token", "id_token"):
        canaries.add(name, got.get(name))


class Story:
    """What people and programs do in this world, well and badly."""

    def __init__(self, people: World, canaries: Canaries) -> None:
        self.people, self.canaries = people, canaries
        more = {
            "grant_types": ["authorization_code", "refresh_token"],
            "post_logout_redirect_uris": [BYE],
            "person_names": "to greet people",
        }
        self.desk, self.other = people.client(VAT, **more), people.client(INCOME, **more)
        self.resource = a_resource(people.app, VAT, provider="tax")
        canaries.add("client secret", self.desk.secret, self.other.secret, self.resource.secret)
        canaries.add("password", "a-password-of-somebody", "namens-demo")

    def everything(self) -> None:
        self.logs_in_with_everything_in_the_wrong_field()
        tokens = self.chooses_and_gets_tokens()
        self.uses_them_well_and_badly(tokens)
        self.asks_for_authorization_badly(tokens)
        self.calls_badly(tokens)
        self.wanders_about(tokens)
        self.registers()
        self.asks_the_register(tokens)
        self.logs_out(tokens)

    def logs_in_with_everything_in_the_wrong_field(self) -> None:
        page = start(self.desk, state=EVA, login_hint=ANNA)
        secret = self.desk.secret or ""
        for name, password in ((BRAM, "a-password-of-somebody"), ("eva", EVA), (secret, secret)):
            page = by_password(page, name, password)
            assert 401 == page.status
        for _ in range(10):
            page = by_password(page, BRAM, "a-password-of-somebody")
        assert 429 == page.status
        assert 401 == page.follow("method-eid").press("eid-submit", person=BRAM, level=EVA).status
        answer_to(page.press("login-cancel", why=EVA))

    def chooses_and_gets_tokens(self) -> dict[str, str]:
        page = by_password(start(self.desk, state=EVA, login_hint=ANNA), "eva")
        for words in (ANNA, OWNED, self.desk.secret or ""):
            page = page.press("search-submit", search=words)
        page.follow("not-listed")
        assert page.press("choose-submit", represented=ANNA).status in {409, 422}
        page = choose(page.press("search-submit", search="korenbloem"), "Bakkerij De Korenbloem")
        page = by_practice(page, "eva")
        if "choose-form" in page.ids:
            page = choose(page.press("search-submit", search="korenbloem"), "Bakkerij De Korenbloem")
        return tokens_of(self.desk, confirmed(page), self.canaries)

    def again(self) -> dict[str, str]:
        page = start(self.desk)
        if "choose-form" in page.ids:
            page = choose(page.press("search-submit", search="korenbloem"), "Bakkerij De Korenbloem")
        return tokens_of(self.desk, confirmed(page), self.canaries)

    def uses_them_well_and_badly(self, tokens: dict[str, str]) -> None:
        desk, browser = self.desk, self.people.browser()
        access, refresh, id_token = tokens["access_token"], tokens["refresh_token"], tokens["id_token"]
        assert 200 == desk.userinfo(access).status_code
        desk.introspect(access)
        desk.introspect(refresh)
        self.resource.introspect(access)
        self.other.introspect(access)
        renewed = desk.refresh(refresh).get_json()
        keep(renewed, self.canaries)
        for wrong in (id_token, refresh, EVA, renewed["access_token"] + "x"):
            assert 401 == desk.userinfo(wrong).status_code
            desk.introspect(wrong)
            self.other.refresh(wrong)
            desk.refresh(renewed["refresh_token"], scope=wrong, resource=wrong)
            desk.redeem(wrong, redirect_uri=wrong, code_verifier=wrong)
        for place in ("/userinfo", "/introspect", "/revoke", "/token", "/authorize", "/jwks", "/portal"):
            for name in ("access_token", "token", "code", "refresh_token", "id_token_hint"):
                browser.get(place, query_string={name: access})
                browser.post(place, query_string={name: refresh}, data={name: access})
        self.code_twice()
        assert 400 == desk.refresh(refresh).status_code  # used before: ends all of it
        other = self.again()
        desk.post("/revoke", {"token": other["refresh_token"]})
        desk.post("/revoke", {"token": other["access_token"]})
        assert {"active": False} == desk.introspect(other["access_token"])

    def code_twice(self) -> None:
        page = start(self.desk)
        if "choose-form" in page.ids:
            page = choose(page.press("search-submit", search="korenbloem"), "Bakkerij De Korenbloem")
        code = answer_to(confirmed(page))["code"]
        self.canaries.add("code", code)
        assert 400 == self.other.redeem(code).status_code
        keep(self.desk.redeem(code).get_json(), self.canaries)
        assert 400 == self.desk.redeem(code).status_code
        assert 400 == self.desk.redeem(code[:-1] + "x").status_code

    def asks_for_authorization_badly(self, tokens: dict[str, str]) -> None:
        for value in (EVA, tokens["access_token"], tokens["id_token"], self.desk.secret or ""):
            for name in self.desk.request():
                if name not in {"nonce", "code_challenge"}:
                    self.desk.authorize(**{name: value, "prompt": None if name != "prompt" else value})
            for name in ("claims", "id_token_hint", "login_hint", "acr_values", "max_age", "ui_locales"):
                self.desk.authorize(**{name: value})
                start(self.desk, browser=self.people.browser(), **{name: value})
            self.desk.authorize(resource=value, request=value, request_uri=value)
            self.desk.authorize(**{value: value, "registration": value})
            for iss in (ISSUER, f"{ISSUER}/identifiers/kvk", f"{ISSUER}/identifiers/bsn", value):
                for sub in (value, OWNED):
                    hint = {"represented_hint": {"iss": iss, "sub": sub}}
                    asked = [{"type": "representation", "service": VAT, **hint}]
                    self.desk.authorize(authorization_details=json.dumps(asked))
                    self.desk.authorize(authorization_details=json.dumps(asked), prompt=None)
            self.desk.authorize(authorization_details=json.dumps([{"type": value, value: value}]))

    def calls_badly(self, tokens: dict[str, str]) -> None:
        desk, browser = self.desk, self.people.browser()
        secret = desk.secret or ""
        for path in ("/token", "/introspect", "/revoke"):
            for client_id, shown in ((secret, desk.client_id), (EVA, secret), (desk.client_id, EVA)):
                RelyingParty(self.people.app, client_id, shown).post(path, {"token": EVA})
                form = {"client_id": client_id, "client_secret": shown, "grant_type": EVA}
                browser.post(path, data=form)
                browser.post(path, query_string=form)
                browser.post(path, json=form)
            browser.post(path, headers={"Authorization": f"Bearer {secret}"})
            browser.post(path, headers={"Authorization": f"Basic {secret}"})
            browser.post(path, data={"client_assertion": tokens["id_token"], "client_assertion_type": secret})
            browser.post(path, data=f"token={EVA}&token={EVA}&{EVA}={secret}", content_type="text/plain")

    def wanders_about(self, tokens: dict[str, str]) -> None:
        carla = by_practice(get(self.people.browser(), "/portal/"), "carla").browser
        shown = get(carla, "/portal/for/bakery")
        ended = next(id for id in shown.ids if id.startswith("stop-"))
        page = shown.follow(ended).press("stop-yes")
        token = page.fields("language-form")
        karin = by_practice(get(self.people.browser(), "/portal/"), "karin").browser
        anna = by_practice(start(self.other, browser=self.people.browser()), "bram").browser
        for browser in (carla, karin, anna):
            for place in ("/portal/", "/portal/for/postma", "/portal/for/bakery", "/logout"):
                get(browser, place)
        for value in (EVA, OWNED, tokens["access_token"], self.desk.secret or ""):
            for place in ("/", "/login/", "/portal/for/", "/portal/stop/", "/health/", "/register/"):
                page = get(carla, place + value, query_string={"x": value}, headers={"Referer": value})
            for place in ("/health/live", "/health/ready", "/jwks", "/mandate-register", "/static/x"):
                headers = {"X-Request-Id": value, "Host": value[:60], "Cookie": f"namens_session={value}"}
                self.people.browser().get(place, query_string={"x": value}, headers=headers)
            self.people.browser().open("/portal/", method=value[:9])
            post(carla, "/portal/stop/" + value, token | {"answer": value})
            post(carla, "/portal/", {"csrf_token": value})

    def registers(self) -> None:
        browser = self.people.browser()
        made = browser.post("/register", json={"redirect_uris": [REDIRECT]})
        assert 201 == made.status_code
        told = made.get_json()
        self.canaries.add("client secret", told["client_secret"], told["registration_access_token"])
        for value in (EVA, told["client_secret"]):
            for members in ({"redirect_uris": [value]}, {"client_name": 5, "scope": value}, [value]):
                browser.post("/register", json=members)
            browser.post("/register", data=value)
            browser.get(f"/register/{told['client_id']}", headers={"Authorization": f"Bearer {value}"})
        good = {"Authorization": f"Bearer {told['registration_access_token']}"}
        assert 200 == browser.get(f"/register/{told['client_id']}", headers=good).status_code

    def asks_the_register(self, tokens: dict[str, str]) -> None:
        support = a_register_client(self.people.app)
        token = support.token()
        self.canaries.add("client secret", support.secret)
        self.canaries.add("access_token", token)
        found = support.post("/api/v1/parties/find", {"scheme": "bsn", "value": EVA}, token=token)
        assert "eva" == found.get_json()["party"]["id"]
        for party in ("eva", "postma", "bakery"):
            for rest in ("", "/mandates/given", "/mandates/received", "/uses", "/legal-relations/over"):
                assert 200 == support.get(f"/api/v1/parties/{party}{rest}", token).status_code
        browser = self.people.browser()
        good = {"Authorization": f"Bearer {token}"}
        for value in (EVA, OWNED, tokens["access_token"], token, support.secret or ""):
            keyed = good | {"Idempotency-Key": value[:250], "X-Request-Id": value[:100]}
            for place in ("parties/", "mandates/", "services/", "services?cursor=", "services?x=", ""):
                browser.get(f"/api/v1/{place}{value}", headers=good)
                browser.get(f"/api/v1/{place}", headers={"Authorization": f"Bearer {value}"})
            browser.post("/api/v1/mandates/m0010/revoke", json={"reason": f"by {EVA}"}, headers=keyed)
            browser.post("/api/v1/mandates/nobody/revoke", json={"reason": value[:400]}, headers=keyed)
            browser.post("/api/v1/mandates/m0010/revoke", json={value: value}, headers=keyed)
            question = {"acting": value, "service": value, "at": value, "login_assurance": value}
            access = {
                "subject": {"type": "person", "id": value[:500]},
                "action": {"name": value[:500]},
                "resource": {"type": "party", "id": value[:500], "properties": {"service": value[:500]}},
                "context": {"time": value[:500]},
            }
            for path in ("parties/find", "resolve", "explain", "resolve?limit=" + value):
                for document in (question, {"scheme": "bsn", "value": value}, {value: value}, [value]):
                    browser.post(f"/api/v1/{path}", json=document, headers=keyed)
            for path in ("evaluation", "evaluations", "search/resource", "search/action"):
                browser.post(f"/access/v1/{path}", json=access, headers=keyed)
                browser.post(f"/access/v1/{path}", json=access | {"evaluations": [access]}, headers=keyed)
                browser.post(f"/access/v1/{path}", json=access | {"page": {"token": value}}, headers=keyed)

    def logs_out(self, tokens: dict[str, str]) -> None:
        asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "state": EVA}
        for name in asked:
            get(self.desk.browser, "/logout", query_string={**asked, name: ANNA})
        page = get(self.desk.browser, "/logout", query_string=asked)
        assert page.press("logout-confirm").response.headers["Location"].startswith(BYE)
        get(self.desk.browser, "/logout", query_string=asked)


@pytest.fixture
def told(people: World, recorder: Recorder, canaries: Canaries) -> Recorder:
    """All that came out of it."""
    Story(people, canaries).everything()
    broken = [(one.method, one.path[:60]) for one in recorder.answers if one.status >= 500]
    broken = [one for one in broken if one[1] != "/health/ready"]  # no migration made this database
    assert not broken, broken
    for answer in recorder.answers:
        for name, value in answer.headers:
            if name == "Set-Cookie" and len(key := value.partition("=")[2].partition(";")[0]) > 20:
                canaries.add("cookie", key.strip('"'))
        canaries.add("form token", *re.findall(r'name="csrf_token" value="([^"]+)"', answer.body))
    return recorder


def test_nothing_comes_out_where_it_does_not_belong(
    told: Recorder, canaries: Canaries, log: io.StringIO, people: World, settings: object
) -> None:
    for kind in ("personal number", "client secret", "code", "access_token", "cookie", "form token"):
        assert canaries.of(kind), kind
    assert 400 < len(told.answers)

    leaks = [
        (answer.method, answer.path[:40], answer.status, found)
        for answer in told.answers
        if (found := canaries.found(left_of(answer)))
    ]
    assert not leaks
    assert log.getvalue().count('"event": "request"') == len(told.answers)
    assert not canaries.found(log.getvalue())
    rows = dumped(people.context.database)
    assert 20 < len(rows)
    assert not [table for table, text in rows.items() if canaries.found(text)]
    assert not [file for file, raw in files_of(people).items() if canaries.found(raw)]
    assert not canaries.found(repr(settings) + repr(people.context))
    none_stands_here_for_nothing(told, canaries)
    no_id_of_ours_is_in_a_token(told, people.context)
    no_address_leads_out_with_one(told, canaries)


def files_of(people: World) -> dict[str, bytes]:
    """What lies on the disk of SQLite: pages that were given up, and the log beside them."""
    place = people.context.database.engine.url.database or ""
    return {one.name: one.read_bytes() for one in Path(place).parent.glob("namens.db*")}


def none_stands_here_for_nothing(told: Recorder, canaries: Canaries) -> None:
    """Each exception is needed: without it something would be found."""
    for exception in EXCEPTIONS:
        assert any(canaries.found(left_of(answer, all_but=exception)) for answer in told.answers), (
            exception.why
        )


def no_id_of_ours_is_in_a_token(told: Recorder, context: Context) -> None:
    """Ids of parties, mandates, sessions and authenticators stay here: tokens have pairwise values in their place."""
    rows = dumped(context.database)
    ours = set()
    for table in ("register_parties", "register_links", "login_sessions", "login_authenticators"):
        ours |= {row.partition("\t")[0] for row in rows[table].splitlines()}
    assert {"eva", "bakery", "m0010"} <= ours
    seen = 0
    for answer in told.answers:
        if answer.path in {"/token", "/introspect", "/userinfo"} and answer.status == 200:
            document = json.loads(answer.body)
            tokens = [claims_of(document[name]) for name in ("access_token", "id_token") if name in document]
            for text in texts_in([document if not tokens else None, *tokens]):
                seen += 1
                parts = {text} if "://" in text else {text, *re.split(r"[^A-Za-z0-9_-]+", text)}
                assert not parts & ours, (answer.path, text)
    assert 100 < seen


def texts_in(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for one in value.values() for text in texts_in(one)]
        case list():
            return [text for one in value for text in texts_in(one)]
    return []


def no_address_leads_out_with_one(told: Recorder, canaries: Canaries) -> None:
    """Every link and every target of a form; and what a browser tells others of the page that it was on."""
    for answer in told.answers:
        assert "no-referrer" == answer.header("Referrer-Policy")
        location = answer.header("Location")
        addresses = re.findall(r'(?:href|src|action)="([^"]*)"', answer.body)
        if not location.startswith(("https://rp.example.nl/", "/portal/")):
            addresses.append(location)
        for address in addresses:
            assert not canaries.found(address), address
            assert urlsplit(address).netloc in {"", "rp.example.nl"} or "static" in address, address


def test_what_is_looked_for_would_be_found(canaries: Canaries) -> None:
    from base64 import b64encode

    for text in (EVA, f"x{EVA}y", EVA.encode().hex(), b64encode(f"ab{EVA}c".encode()).decode()):
        assert canaries.found(text), text
    assert not canaries.found("99990888 1 and 00436606")
    assert VERIFIER  # published: a client's own, that only its digest may be compared with
