"""Relying parties and people that write down what a server told them, while it may be killed at any moment.

What was answered with a success must be so ever after. What was not answered (the connection broke, or 503) may be
so or not, but never half.
"""

import base64
import hashlib
import http.client
import json
import random
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Barrier, Event
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

REDIRECT = "https://rp.example.nl/cb"
_BUSY = {500, 502, 503}
_FORM = "application/x-www-form-urlencoded"
_TOKEN_OF_FORM = re.compile(r'name="csrf_token" value="([^"]+)"')
ENDS = ("nothing", "revoke", "revoke the grant", "show the code again", "stop the mandate")


class Unanswered(Exception):
    """The server did not answer, or said that it could not."""


class Wrong(AssertionError):
    """The server said what it may not say."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


@dataclass
class Line:
    """A connection to the server, with the cookies of one browser; opened again where it broke."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _open: http.client.HTTPConnection | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def get(self, path: str, headers: dict[str, str] | None = None) -> Reply:
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Reply:
        return self._ask("POST", path, urlencode(form), {"Content-Type": _FORM, **(headers or {})})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Reply:
        if self.cookies:
            headers = headers | {
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            }
        line = self._open or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self._open = None
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            reply = Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except (OSError, http.client.HTTPException) as broken:
            line.close()
            raise Unanswered(f"{method} {path.partition('?')[0]}") from broken
        self._open = line
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if reply.status in _BUSY:
            raise Unanswered(f"{method} {path.partition('?')[0]}: {reply.status}")
        return reply


@dataclass(frozen=True)
class Party:
    """A relying party with a secret."""

    client_id: str
    secret: str = field(repr=False)

    @property
    def proof(self) -> dict[str, str]:
        told = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {told}"}


@dataclass(frozen=True)
class Mandate:
    """A mandate that may be chosen without a page (by `hint`), and the session of who gave it."""

    id: str
    hint: str = field(repr=False)
    giver: str = field(repr=False)


@dataclass
class Flow:
    """One login and what came of it, as far as it was told. `open_step` is the step that was not answered."""

    party: Party
    mandate: Mandate | None = None
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(36), repr=False)
    code: str = field(default="", repr=False)
    access: list[str] = field(default_factory=list, repr=False)
    refresh: list[str] = field(default_factory=list, repr=False)  # the last one is still to be used
    given_back: str = field(default="", repr=False)  # the access token that was revoked by itself
    ended: bool = False  # the whole grant, or the mandate that it rests on
    stopped: bool = False  # the mandate
    open_step: str = ""

    def asked(self) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=")
        parameters = {
            "response_type": "code",
            "client_id": self.party.client_id,
            "redirect_uri": REDIRECT,
            "scope": "openid",
            "nonce": "n",
            "state": "s",
            "prompt": "none",
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        if self.mandate is not None:
            parameters["id_token_hint"] = self.mandate.hint
        return f"/authorize?{urlencode(parameters)}"

    def redeem(self, line: Line) -> Reply:
        form = {"grant_type": "authorization_code", "code": self.code, "redirect_uri": REDIRECT}
        return line.post("/token", {**form, "code_verifier": self.verifier}, self.party.proof)

    def renew(self, line: Line, token: str) -> Reply:
        return line.post("/token", {"grant_type": "refresh_token", "refresh_token": token}, self.party.proof)

    def revoke(self, line: Line, token: str) -> Reply:
        return line.post("/revoke", {"token": token}, self.party.proof)

    def is_active(self, line: Line, token: str) -> bool:
        answer = _expected(200, line.post("/introspect", {"token": token}, self.party.proof))
        return answer.json()["active"] is True

    def take(self, tokens: dict[str, Any]) -> None:
        self.access.append(tokens["access_token"])
        self.refresh.append(tokens["refresh_token"])


def _expected(status: int, reply: Reply) -> Reply:
    if reply.status != status:
        raise Wrong(f"{reply.status} instead of {status}: {reply.body[:300]!r}")
    return reply


def go_through(flow: Flow, browser: Line, end: str) -> None:
    """The whole flow, with an end of its own. Raises Unanswered, with `open_step` set."""
    flow.open_step = "authorize"
    back = _expected(302, browser.get(flow.asked())).headers["location"]
    answer = dict(parse_qsl(urlsplit(back).query))
    if answer.get("error") == "temporarily_unavailable":
        raise Unanswered("authorize")
    if "code" not in answer:
        raise Wrong(f"no code: {answer}")
    flow.code = answer["code"]
    flow.open_step = "redeem"
    flow.take(_expected(200, flow.redeem(browser)).json())
    flow.open_step = "userinfo"
    shown = {"Authorization": f"Bearer {flow.access[0]}"}
    _expected(200, browser.get("/userinfo", shown))
    flow.open_step = "refresh"
    flow.take(_expected(200, flow.renew(browser, flow.refresh[-1])).json())
    flow.open_step = end
    _end(flow, browser, end)
    flow.open_step = ""


def _end(flow: Flow, browser: Line, end: str) -> None:
    if end == "revoke":
        _expected(200, flow.revoke(browser, flow.access[0]))
        flow.given_back = flow.access[0]
    elif end == "revoke the grant":
        _expected(200, flow.revoke(browser, flow.refresh[-1]))
        flow.ended = True
    elif end == "show the code again":
        _expected(400, flow.redeem(browser))
        flow.ended = True
    elif end == "stop the mandate" and flow.mandate is not None:
        with Line(browser.port, {"namens_session": flow.mandate.giver}) as giver:
            _stop(giver, flow.mandate.id)
        flow.ended = flow.stopped = True


def _stop(giver: Line, mandate: str) -> None:
    page = _expected(200, giver.get(f"/portal/stop/{mandate}"))
    found = _TOKEN_OF_FORM.search(page.body.decode())
    if found is None:
        raise Wrong("no form to stop the mandate")
    _expected(303, giver.post(f"/portal/stop/{mandate}", {"csrf_token": found[1], "answer": "yes"}))


def again_and_again(
    browser: Line,
    party: Party,
    mandates: "list[tuple[Party, Mandate]]",
    chance: random.Random,
    warm: Barrier,
    over: Event,
) -> list[Flow]:
    """Flow after flow until it is over, `warm` after the first; a mandate of the list is used once. What they became."""
    with browser:
        try:
            flows = [_one_more(browser, party, mandates, chance)]
        except BaseException:
            warm.abort()
            raise
        warm.wait()
        while not over.is_set():
            flows.append(_one_more(browser, party, mandates, chance))
            if flows[-1].open_step:
                over.wait(0.05)
    return flows


def _one_more(
    browser: Line, party: Party, mandates: "list[tuple[Party, Mandate]]", chance: random.Random
) -> Flow:
    end = chance.choice(ENDS)
    for_another = mandates and (end == "stop the mandate" or chance.random() < 0.3)
    flow = Flow(*mandates.pop()) if for_another else Flow(party)
    with suppress(Unanswered):
        go_through(flow, browser, end)
    return flow
