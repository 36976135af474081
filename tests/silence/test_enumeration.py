"""Who asks for what there is and what there is not gets the same words, with the same status, after as long a time.

`NAMENS_TEST_TIMINGS=1000` measures times too, that many tries of each case, in an order that changes: medians differ by
less than five milliseconds, of the time that passed and of what the process worked. (On a machine that others use the
first says more of them.) Otherwise it is the work that is compared: hashes of passwords and statements.
"""

import json
import os
import random
import re
import statistics
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from argon2 import PasswordHasher
from werkzeug.test import TestResponse

from authz_server.login import accounts
from authz_server.login import passwords as hashing
from authz_server.login.passwords import Passwords
from authz_server.oidc import short_memory
from keys.storage import Statement
from tests.support.assertions import EC_KEY, JWKS, OTHER_KEY, assertion, shown
from tests.support.pages import get
from tests.support.relying_party import RelyingParty, a_resource
from tests.support.signing_in import TAX, World, by_password, by_practice, start
from tests.support.work import statements_of

TIMINGS: Final = int(os.environ.get("NAMENS_TEST_TIMINGS", "0"))
WITHIN: Final = 0.005  # seconds between medians
VAT, INCOME = TAX + "vat-return", TAX + "income-tax"
Try = Callable[[], TestResponse]
_FORGET: Final = Statement("DELETE FROM login_attempts WHERE wrong < 10 OR counted = :network")
WRONG: Final = "wrong-password"


@dataclass
class Told:
    """What a case is answered with: without what is the request's own, and what was typed."""

    status: int
    headers: dict[str, str]
    body: str

    @classmethod
    def of(cls, answer: TestResponse) -> "Told":
        own = {"X-Request-Id", "Set-Cookie", "Content-Length", "Date", "ETag"}
        headers = {name: value for name, value in answer.headers.items() if name not in own}
        body = re.sub(r'value="[^"]*"', 'value=""', answer.get_data(as_text=True))
        body = re.sub(
            r'/login/[A-Za-z0-9_-]{22}|\?at=[A-Za-z0-9_-]+|action="[^"]*"|#[0-9a-f]{16}|[0-9a-f]{16}'
            r"|\b[2-9A-Z]{3}-[2-9A-Z]{4}\b",  # a support code
            "",
            body,
        )
        body = re.sub(r"“[^”]*”", "“”", body)
        return cls(answer.status_code, headers, body)


class Counting(PasswordHasher):
    """Counts how often it works."""

    worked = 0

    def verify(self, *given: Any, **more: Any) -> Any:
        self.worked += 1
        return super().verify(*given, **more)

    def hash(self, *given: Any, **more: Any) -> str:
        self.worked += 1
        return super().hash(*given, **more)


class Measured:
    """Tries cases in turns, and compares what they are answered with and what that took."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self._world, self._monkeypatch = world, monkeypatch
        self.hasher = Counting() if TIMINGS else Counting(time_cost=1, memory_cost=8, parallelism=1)
        if TIMINGS:  # a hash gives way to whoever else is there: it would be they who are measured
            monkeypatch.setattr(hashing, "_step_back", lambda: None)
        world.app.extensions["namens.passwords"] = Passwords(self.hasher, patience=None)

    def all_read_the_same(self, cases: dict[str, Try], *, more_statements: int = 1) -> Told:
        """`more_statements`: by how many two cases may differ, each some microseconds.

        One always: a registration is read anew each second.
        """
        next(iter(cases.values()))()  # a browser's first answer gives it a cookie
        told = {name: Told.of(ask()) for name, ask in cases.items()}
        first = next(iter(told.values()))
        for name, answer in told.items():
            assert first == answer, name
        self._works_the_same(cases, more_statements)
        if TIMINGS:
            self._takes_as_long(cases)
        return first

    def _works_the_same(self, cases: dict[str, Try], more: int) -> None:
        statements, hashes = {}, {}
        for name, ask in cases.items():
            self._prepare()
            before = self.hasher.worked
            with statements_of(self._monkeypatch) as asked:
                ask()
            statements[name], hashes[name] = len(asked), self.hasher.worked - before
        assert 1 == len(set(hashes.values())), hashes
        assert max(statements.values()) - min(statements.values()) <= more, statements

    def _takes_as_long(self, cases: dict[str, Try]) -> None:
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        for _ in range(TIMINGS):
            for name in random.sample(list(cases), len(cases)):
                self._prepare()
                passed, worked = time.perf_counter(), time.process_time()
                cases[name]()
                took[name].append((time.perf_counter() - passed, time.process_time() - worked))
        for place, what in enumerate(("passed", "worked")):
            medians = {name: statistics.median(one[place] for one in times) for name, times in took.items()}
            told = ", ".join(f"{name} {median * 1000:.2f}" for name, median in medians.items())
            print(f"\n{self._world.context.database.dialect}, {TIMINGS} tries each, ms {what}: {told}")
            assert max(medians.values()) - min(medians.values()) < WITHIN, medians

    def _prepare(self) -> None:
        """Take back what was counted, but for names that are locked."""
        context = self._world.context
        with context.database.writing() as db:
            network = context.codes.of("login attempts", "network", "127.0.0.1")
            db.run(_FORGET, {"network": network})


@pytest.fixture
def measured(people: World, monkeypatch: pytest.MonkeyPatch) -> Measured:
    if not TIMINGS:  # what is counted is counted alike on a machine that takes a second between two tries
        monkeypatch.setattr(short_memory, "_STALE_AFTER", 3600.0)
    return Measured(people, monkeypatch)


def signs_in(people: World, name: str, password: str = WRONG) -> Try:
    page = start(people.client(INCOME), browser=people.browser())
    fields = page.fields("login-form")
    form = fields | {"username": name, "password": password}
    return lambda: page.browser.post(page.address, data=form)


def test_users_are_not_told_apart(people: World, measured: Measured) -> None:
    with people.context.database.writing() as db:
        for person in ("anna", "bram"):
            accounts.set_password(db, person, measured.hasher.hash("a-good-password"), now=people.clock())
        accounts.close(db, "bram", now=people.clock())

    told = measured.all_read_the_same(
        {
            "unknown": signs_in(people, "nobody-at-all"),
            "wrong password": signs_in(people, "anna"),
            "closed account": signs_in(people, "bram"),
            "right password of a closed account": signs_in(people, "bram", "a-good-password"),
            "an organisation": signs_in(people, "bakery"),
            "a person without account": signs_in(people, "sem"),
        }
    )

    assert 401 == told.status


def test_a_locked_user_and_a_locked_name_of_nobody_are_not_told_apart(
    people: World, measured: Measured
) -> None:
    for name in ("anna", "nobody-at-all"):
        page = start(people.client(INCOME), browser=people.browser())
        for _ in range(10):
            by_password(page, name, WRONG)

    told = measured.all_read_the_same(
        {
            "locked": signs_in(people, "anna"),
            "locked, right password": signs_in(people, "anna", "namens-demo"),
            "nobody's name": signs_in(people, "nobody-at-all"),
        }
    )

    assert 429 == told.status


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke"])
def test_clients_are_not_told_apart(people: World, measured: Measured, path: str, now: int) -> None:
    browser = people.browser()
    basic = people.client()
    posts = people.client(token_endpoint_auth_method="client_secret_post")
    public = people.client(token_endpoint_auth_method="none")
    keyed = people.client(token_endpoint_auth_method="private_key_jwt", jwks=JWKS)
    rsa = {"token_endpoint_auth_signing_alg": "RS256", "jwks": JWKS}
    pinned = people.client(token_endpoint_auth_method="private_key_jwt", **rsa)
    resource = a_resource(people.app, VAT, provider="tax")
    form = {"grant_type": "refresh_token", "refresh_token": "x", "token": "x"}

    def by_header(name: str) -> Try:
        return lambda: RelyingParty(people.app, name, "wrong").post(path, form)

    def by_form(name: str, **more: str) -> Try:
        return lambda: browser.post(path, data={**form, "client_id": name, **more})

    def by_key(name: str, key: Any = OTHER_KEY, **header: Any) -> Try:
        made = assertion(name, now=now, key=key, header=header)
        return lambda: browser.post(path, data={**form, **shown(made)})

    told = measured.all_read_the_same(
        {
            "unknown": by_header("nobody"),
            "wrong secret": by_header(basic.client_id),
            "by the header, registered for the form": by_header(posts.client_id),
            "by the header, public": by_header(public.client_id),
            "by the header, has a key": by_header(keyed.client_id),
            "a resource": by_header(resource.uri.replace(":", "%3A")),
        },
        more_statements=2,
    )
    assert (401, "invalid_client") == (told.status, told.body.split('"')[3])
    names = {"unknown": "nobody", "by header": basic.client_id, "by key": keyed.client_id}
    if path == "/introspect":
        names["public"] = public.client_id
    measured.all_read_the_same(
        {
            "wrong secret": by_form(posts.client_id, client_secret="wrong"),
            **{case: by_form(name) for case, name in names.items()},
            **{f"{case}, secret": by_form(name, client_secret="x") for case, name in names.items()},
        },
        more_statements=2,
    )
    odd = assertion(keyed.client_id, now=now)
    header = urlsafe_b64encode(b'{"alg": "ES256", "kid": 5}').decode().rstrip("=")
    odd = f"{header}.{odd.partition('.')[2]}"
    measured.all_read_the_same(
        {
            "unknown": by_key("nobody"),
            "unknown, ours": by_key("nobody", EC_KEY),
            "wrong key": by_key(keyed.client_id),
            "unknown key": by_key(keyed.client_id, kid="unheard-of"),
            "another algorithm": by_key(pinned.client_id),
            "has a secret": by_key(basic.client_id),
            "a header that is none": lambda: browser.post(path, data={**form, **shown(odd)}),
        },
        more_statements=2,
    )


@pytest.mark.parametrize("prompt", [None, "none"])
def test_who_asks_for_authorization_does_not_learn_which_clients_there_are(
    people: World, measured: Measured, prompt: str | None
) -> None:
    desk, browser = people.client(), people.browser()

    def asks(**changed: str | None) -> Try:
        return lambda: browser.get("/authorize", query_string=desk.request(prompt=prompt, **changed))

    there, nowhere = {"client_id": desk.client_id}, {"client_id": "nobody"}
    elsewhere = {"redirect_uri": "https://elsewhere.example/cb"}
    told = measured.all_read_the_same(
        {"unknown": asks(**nowhere), "another address": asks(**there, **elsewhere)}, more_statements=2
    )
    assert 400 == told.status
    measured.all_read_the_same(
        {
            "unknown": asks(**nowhere, redirect_uri=None),
            "no address": asks(**there, redirect_uri=None),
        },
    )


def test_codes_and_tokens_are_not_told_apart(people: World, measured: Measured) -> None:
    more = {"grant_types": ["authorization_code", "refresh_token"]}
    desk, other = people.client(None, **more), people.client(None, **more)
    for party in (desk, other):
        party.log_in("eva")
    expired, expired_of_other = desk.code(), other.code()
    old = desk.redeem(desk.code()).get_json()
    people.clock.now += people.context.settings.lifetimes.access_token + 1
    used, used_of_other, theirs = desk.code(), other.code(), other.code()
    spent = desk.redeem(used).get_json()
    their_tokens = other.redeem(used_of_other).get_json()
    ended = desk.redeem(desk.code()).get_json()
    desk.post("/revoke", {"token": ended["refresh_token"]})
    wrong_secret = theirs[:22] + "x" * 43

    codes = {
        "unknown": "x" * 65,
        "no code": "x",
        "right id, wrong secret": wrong_secret,
        "expired": expired,
        "used": used,
        "another client's": theirs,
        "another client's, used": used_of_other,
        "another client's, expired": expired_of_other,
    }

    def asks(ask: Callable[[str], TestResponse], value: str) -> Try:
        return lambda: ask(value)

    told = measured.all_read_the_same(
        # a used code of one's own, shown with all that it takes, ends what came of it
        {case: asks(desk.redeem, code) for case, code in codes.items()},
        more_statements=2,
    )
    assert (400, "invalid_grant") == (told.status, told.body.split('"')[3])
    refreshes = {
        "unknown": "x" * 43,
        "another client's": their_tokens["refresh_token"],
        "ended": spent["refresh_token"],
        "revoked": ended["refresh_token"],
    }
    told = measured.all_read_the_same(
        {case: asks(desk.refresh, token) for case, token in refreshes.items()}, more_statements=1
    )
    assert 400 == told.status
    tokens = {
        "unknown": "x",
        "another client's": their_tokens["access_token"],
        "another client's refresh token": their_tokens["refresh_token"],
        "expired": old["access_token"],
        "revoked": ended["access_token"],
        "ended": spent["access_token"],
    }

    def introspects(token: str) -> TestResponse:
        return desk.post("/introspect", {"token": token})

    told = measured.all_read_the_same(
        {case: asks(introspects, token) for case, token in tokens.items()}, more_statements=3
    )
    assert '{"active":false}' == told.body
    told = measured.all_read_the_same(
        {case: asks(desk.userinfo, tokens[case]) for case in ("unknown", "expired", "revoked", "ended")},
        more_statements=0,
    )
    assert 401 == told.status

    def revokes(token: str) -> TestResponse:
        return desk.post("/revoke", {"token": token})

    told = measured.all_read_the_same(
        {case: asks(revokes, token) for case, token in tokens.items()}, more_statements=2
    )
    assert 200 == told.status
    assert 200 == other.userinfo(their_tokens["access_token"]).status_code


def test_parties_and_mandates_are_not_told_apart(people: World, measured: Measured) -> None:
    carla = by_practice(get(people.browser(), "/portal/"), "carla").browser
    shown_first = get(carla, "/portal/")
    token = {"csrf_token": shown_first.fields("language-form")["csrf_token"], "answer": "yes"}

    def sees(address: str) -> Try:
        return lambda: carla.get(address)

    def stops(mandate: str) -> Try:
        return lambda: carla.post(f"/portal/stop/{mandate}", data=token)

    def renounces(mandate: str) -> Try:
        return lambda: carla.post(f"/portal/renounce/{mandate}", data=token)

    told = measured.all_read_the_same(
        {
            "nobody": sees("/portal/for/nobody-at-all"),
            "somebody else": sees("/portal/for/town"),
            "another person": sees("/portal/for/anna"),
        },
        more_statements=2,
    )
    assert 404 == told.status
    ended = {name: sees(f"/portal/for/{name}/ended") for name in ("nobody-at-all", "town", "anna")}
    assert 404 == measured.all_read_the_same(ended, more_statements=2).status
    foreign = mandate_of_others(people)

    def freezes(mandate: str) -> Try:
        return lambda: carla.post(f"/portal/freeze/{mandate}", data=token)

    shown = [
        lambda mandate, page=page: sees(f"/portal/{page}/{mandate}")
        for page in ("stop", "wrong", "freeze", "history", "strengthen")
    ]
    for act in (*shown, stops, renounces, freezes):
        told = measured.all_read_the_same(
            {"none": act("no-such-mandate"), "somebody else's": act(foreign)}, more_statements=6
        )
        assert 404 == told.status

    def acts_on(appointment: str, act: str) -> Try:
        return lambda: carla.post(f"/portal/appointments/{appointment}/{act}", data=token)

    for act in ("", "/stop", "/narrow"):
        shown_or_not = {
            "none": sees(f"/portal/appointments/no-such{act}"),
            "somebody else's": sees(f"/portal/appointments/a-peeters-lotte{act}"),
        }
        assert 404 == measured.all_read_the_same(shown_or_not, more_statements=6).status
    for act in ("stop", "narrow"):
        done_or_not = {"none": acts_on("no-such", act), "somebody else's": acts_on("a-peeters-lotte", act)}
        assert 404 == measured.all_read_the_same(done_or_not, more_statements=6).status
    for page in ("people", "appoint", "means", "people/lotte/leave"):
        organisations = {
            name: sees(f"/portal/for/{name}/{page}") for name in ("nobody-at-all", "town", "peeters")
        }
        assert 404 == measured.all_read_the_same(organisations, more_statements=6).status


def mandate_of_others(people: World) -> str:
    with people.context.database.reading() as db:
        row = db.one(Statement("SELECT id FROM register_links WHERE represented = 'anna' ORDER BY id"))
    assert row is not None
    return str(row[0])


def test_who_chooses_does_not_learn_who_is_there(people: World, measured: Measured) -> None:
    desk = people.client(VAT)
    page = by_practice(start(desk), "eva")
    reference = by_practice(start(people.client(INCOME), browser=people.browser()), "bram").value_for("Anna")
    fields = {"csrf_token": page.fields("language-form")["csrf_token"]}

    def sends(**form: str) -> Try:
        # a search is answered by a redirect, to what was found
        return lambda: page.browser.post(page.address, data=fields | form, follow_redirects=True)

    told = measured.all_read_the_same(
        {
            "made up": sends(do="choose", represented="x"),
            "a party": sends(do="choose", represented="town"),
            "another person's": sends(do="choose", represented=reference),
        }
    )
    assert 409 == told.status
    told = measured.all_read_the_same(
        {
            "nobody's name": sends(do="search", search="Gemeente Nergenshuizen"),
            "not represented": sends(do="search", search="Gemeente Voorbeeldstad"),
            "a number of nobody": sends(do="search", search="99999999"),
            "a number of another": sends(do="search", search="00304369"),
            "a person's number": sends(do="search", search="999908881"),
        },
        more_statements=4,
    )
    assert "search-nothing" in told.body


def test_a_number_of_nobody_and_one_of_a_sole_trader_are_not_told_apart(
    people: World, measured: Measured
) -> None:
    """That of an organisation is public, and may be proposed; whether a person has one must not be asked."""
    desk = people.client(VAT)

    def hints(sub: str) -> Try:
        iss = f"{people.context.settings.issuer}/identifiers/kvk"
        details = [{"type": "representation", "service": VAT, "represented_hint": {"iss": iss, "sub": sub}}]
        return lambda: desk.authorize(authorization_details=json.dumps(details), prompt=None)

    told = measured.all_read_the_same(
        {"nobody's": hints("99999999"), "no number": hints("x"), "a sole trader's": hints("00327065")},
        more_statements=2,
    )
    assert "invalid_authorization_details" in told.headers["Location"]
