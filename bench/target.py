"""One provider under measurement: where it is, as whom we ask, and a virtual person who logs in again and again."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet

from bench.browsing import walk
from bench.wire import Answer, Connection

_DISCOVERY = "/.well-known/openid-configuration"
_VERIFY_EVERY = 100  # ID tokens are looked at in full this often, and always the first


class Wrong(Exception):
    """An answer that a relying party would refuse: the run does not count."""


class Unavailable(Wrong):
    """The server says that it is too busy just now, and did nothing: a relying party asks again."""


@dataclass
class Target:
    """A running provider and our registration there."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    pid: int
    scope: str = "openid"
    silent: bool = False  # whether later logins say prompt=none and name the person by an ID token
    asked: dict[str, str] = field(default_factory=dict)  # further parameters of every authorization request
    login: dict[str, Any] = field(default_factory=dict)  # how `browsing.walk` logs in
    represented: str | None = None  # whom the tokens must name as represented
    authorize: str = ""
    token: str = ""
    userinfo: str = ""
    introspection: str = ""
    published: tuple[str, ...] = ()  # where the discovery document and the keys are
    keys: KeySet | None = None

    async def discover(self) -> None:
        """Learn the endpoints and keys, as every client does once."""
        connection = Connection(self.issuer)
        metadata = _json(await connection.get(_DISCOVERY))
        self.authorize, self.token, self.userinfo, self.introspection = (
            urlsplit(metadata[f"{name}_endpoint"]).path
            for name in ("authorization", "token", "userinfo", "introspection")
        )
        self.published = (_DISCOVERY, urlsplit(metadata["jwks_uri"]).path)
        self.keys = KeySet.import_key_set(
            _json(await connection.get(self.published[1]))  # type: ignore[arg-type]
        )
        connection.close()


class VirtualPerson:
    """Somebody with a session, on one connection: one request at a time."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.connection = Connection(target.issuer)
        self.hint: dict[str, str] = {}
        self.tokens: dict[str, Any] = {}  # of the login, and of the refresh after that
        self.flows = 0
        self.redeemed = 0
        told = f"{quote(target.client_id, safe='')}:{quote(target.client_secret, safe='')}"
        self._proof = f"Authorization: Basic {base64.b64encode(told.encode()).decode()}\r\n"

    async def log_in(self) -> None:
        """Log in through the pages, choose where there is a choice, and keep the ID token to be named by."""
        path, verifier, nonce, state = self.request()
        back = await walk(self.connection, path, until=self.target.redirect_uri, **self.target.login)
        tokens = self.tokens = await self._redeem(self._code(back, state), verifier)
        self._verify(tokens["id_token"], nonce)
        if self.target.silent:
            self.hint = {"prompt": "none", "id_token_hint": tokens["id_token"]}

    async def flow(self) -> None:
        """One flow: authorize without a page, token, UserInfo."""
        path, verifier, nonce, state = self.request()
        answer = await self.connection.get(path)
        if answer.status not in {302, 303}:
            raise Wrong(f"authorize: {answer.status} {answer.body[:300]!r}")
        tokens = await self._redeem(self._code(answer.headers["location"], state), verifier)
        if self.flows % _VERIFY_EVERY == 0:
            self._verify(tokens["id_token"], nonce)
        shown = await self.connection.get(
            self.target.userinfo, f"Authorization: Bearer {tokens['access_token']}\r\n"
        )
        self._is_about(_json(shown))
        self.flows += 1

    async def ask_userinfo(self) -> None:
        """UserInfo alone, with the access token of the login."""
        shown = f"Authorization: Bearer {self.tokens['access_token']}\r\n"
        self._is_about(_json(await self.connection.get(self.target.userinfo, shown)))

    async def introspect(self) -> None:
        """Introspection alone, of the access token of the login."""
        form = {"token": self.tokens["access_token"]}
        told = _json(await self.connection.post(self.target.introspection, form, self._proof))
        if told.get("active") is not True:
            raise Wrong(f"introspection: {told}")

    async def refresh(self) -> None:
        """A refresh with rotation alone: new ID, access and refresh tokens."""
        form = {"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]}
        self.tokens = _json(await self.connection.post(self.target.token, form, self._proof))
        if not {"access_token", "refresh_token", "id_token"} <= self.tokens.keys():
            raise Wrong(f"refresh: {sorted(self.tokens)}")

    async def read_published(self) -> None:
        """The discovery document and the keys: two requests."""
        for path in self.target.published:
            _json(await self.connection.get(path))

    def request(self) -> tuple[str, str, str, str]:
        """An authorization request, its verifier, nonce and state."""
        target = self.target
        verifier, nonce, state = (
            secrets.token_urlsafe(36),
            secrets.token_urlsafe(12),
            secrets.token_urlsafe(9),
        )
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        parameters = {
            "response_type": "code",
            "client_id": target.client_id,
            "redirect_uri": target.redirect_uri,
            "scope": target.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **target.asked,
            **self.hint,
        }
        return f"{target.authorize}?{urlencode(parameters)}", verifier, nonce, state

    def _code(self, back: str, state: str) -> str:
        answered = parse_qs(urlsplit(back).query)
        if answered.get("error") == ["temporarily_unavailable"]:
            raise Unavailable(f"no code: {back}")
        if "code" not in answered or answered.get("state") != [state]:
            raise Wrong(f"no code: {back}")
        return answered["code"][0]

    async def _redeem(self, code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.target.redirect_uri,
            "code_verifier": verifier,
        }
        tokens = _json(await self.connection.post(self.target.token, form, self._proof))
        if "id_token" not in tokens or "access_token" not in tokens:
            raise Wrong(f"token: {sorted(tokens)}")
        self.redeemed += 1
        return tokens

    def _verify(self, id_token: str, nonce: str) -> None:
        assert self.target.keys is not None
        claims = jwt.decode(id_token, self.target.keys, algorithms=["ES256"]).claims
        if (claims["iss"], claims["aud"], claims.get("nonce")) != (
            self.target.issuer,
            self.target.client_id,
            nonce,
        ):
            raise Wrong("an ID token for somebody else")
        self._is_about(claims)

    def _is_about(self, claims: dict[str, Any]) -> None:
        if "sub" not in claims:
            raise Wrong(f"no sub: {sorted(claims)}")
        wanted = self.target.represented
        if wanted is not None and wanted not in json.dumps(claims.get("represents")):
            raise Wrong(f"nobody is represented: {sorted(claims)}")


def _json(answer: Answer) -> dict[str, Any]:
    if answer.status == 503:
        raise Unavailable(f"{answer.status} {answer.body[:300]!r}")
    if answer.status != 200:
        raise Wrong(f"{answer.status} {answer.body[:300]!r}")
    told: dict[str, Any] = json.loads(answer.body)
    return told
