"""What a relying party says to the provider: it sends people there, and gets tokens for the code they bring back.

Plain authorization code flow with PKCE (RFC 6749, RFC 7636), the issuer checked in the answer (RFC 9207), and
the client's own key (RFC 7523) or secret at the token endpoint. Written as any service provider could write it:
of Namens it uses `claims.verify` alone, elsewhere in this folder.
"""

import hashlib
import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from joserfc import jwt

from authz_server.demo.registering import Registration
from claims.instants import Instant
from keys.fetching import Bounds, NotFetched, fetch

__all__ = ["NoTokens", "Pending", "RelyingParty", "Tokens"]

_BOUNDS: Final = Bounds(seconds=10.0, private=True)
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_ANSWERS: Final = frozenset({200, 400, 401, 503})


class NoTokens(Exception):
    """The login came to nothing: `error` is the provider's, or ours where its answer makes no sense."""

    def __init__(self, error: str, description: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True, repr=False)
class Pending:
    """A request that a browser was sent away with; `choice` is what they came to do."""

    state: str
    nonce: str
    verifier: str
    choice: str


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What came back for a code, or for a refresh token; `expires_at` is the access token's end."""

    id_token: str
    access_token: str
    refresh_token: str | None
    expires_at: Instant


class RelyingParty:
    """One client of one issuer. The issuer's endpoints are read from its metadata, once."""

    def __init__(self, issuer: str, registration: Registration, clock: Callable[[], Instant]) -> None:
        self.issuer: Final = issuer
        self.registration: Final = registration
        self._clock: Final = clock
        self._metadata: Mapping[str, Any] | None = None

    def request(
        self, choice: str, service: str, actions: tuple[str, ...], *, languages: Sequence[str]
    ) -> tuple[str, Pending]:
        """Where to send the browser, and what to remember; no `actions` asks for what is registered.

        `languages` are the visitor's, the one that they like best first.
        """
        pending = Pending(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            choice=choice,
        )
        details: dict[str, object] = {"type": "representation", "service": service}
        if actions:
            details["actions"] = list(actions)
        parameters = {
            "response_type": "code",
            "client_id": self.registration.client_id,
            "redirect_uri": self.registration.redirect_uri,
            "scope": "openid representation",
            "claims": json.dumps({"id_token": {"name": None}}),
            "resource": self.registration.resource,
            "authorization_details": json.dumps([details]),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": _challenge(pending.verifier),
            "code_challenge_method": "S256",
            "ui_locales": " ".join(languages),
        }
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(parameters)}", pending

    def redeem(self, answer: Mapping[str, str], pending: Pending) -> Tokens:
        """The tokens for what the browser brought back; `NoTokens` where there are none."""
        if answer.get("iss") != self.issuer:
            raise NoTokens("issuer_wrong", "the answer is not from our provider")
        if "error" in answer:
            raise NoTokens(answer["error"], answer.get("error_description"))
        form = {
            "grant_type": "authorization_code",
            "code": answer.get("code", ""),
            "redirect_uri": self.registration.redirect_uri,
            "code_verifier": pending.verifier,
            "resource": self.registration.resource,
        }
        return self._tokens(form)

    def renew(self, tokens: Tokens) -> Tokens:
        """Newer tokens of the same grant; `NoTokens` where it ended (RFC 6749 section 6)."""
        if tokens.refresh_token is None:
            raise NoTokens("invalid_grant", "the provider gave no refresh token")
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        return self._tokens(form | {"resource": self.registration.resource})

    def _tokens(self, form: dict[str, str]) -> Tokens:
        now = self._clock()
        body = self._post(self._endpoint("token_endpoint"), form)
        if "error" in body:
            raise NoTokens(str(body["error"]), _text_or_none(body.get("error_description")))
        id_token, access_token = body.get("id_token"), body.get("access_token")
        lives = body.get("expires_in")
        if not isinstance(id_token, str) or not isinstance(access_token, str) or not isinstance(lives, int):
            raise NoTokens("answer_incomplete", "the provider sent no tokens")
        return Tokens(id_token, access_token, _text_or_none(body.get("refresh_token")), now + lives)

    def published_keys(self) -> Mapping[str, Any]:
        """The provider's public keys, as everybody can read them; `NoTokens` where it does not answer."""
        return self._fetched(self._endpoint("jwks_uri"), None, {})

    def log_out(self, id_token: str) -> str:
        """Where to send the browser to end the session at the provider too."""
        back = {"id_token_hint": id_token, "post_logout_redirect_uri": f"{self.registration.origin}/"}
        return f"{self._endpoint('end_session_endpoint')}?{urlencode(back)}"

    def _post(self, url: str, form: dict[str, str]) -> Mapping[str, Any]:
        headers = dict(_FORM)
        if self.registration.key is not None:
            form |= {
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self._assertion(),
            }
        else:
            named = f"{quote(self.registration.client_id, safe='')}:{quote(self.registration.secret or '', safe='')}"
            headers["Authorization"] = f"Basic {b64encode(named.encode()).decode()}"
        return self._fetched(url, form, headers)

    def _assertion(self) -> str:
        """That it is us, signed (RFC 7523 section 3); the audience is the issuer, as FAPI 2 wants it."""
        key, now = self.registration.key, self._clock()
        assert key is not None  # noqa: S101 - asked by the one caller
        claims = {
            "iss": self.registration.client_id,
            "sub": self.registration.client_id,
            "aud": self.issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + 60,
        }
        return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)

    def _endpoint(self, name: str) -> str:
        if self._metadata is None:
            found = self._fetched(f"{self.issuer}/.well-known/openid-configuration", None, {})
            if found.get("issuer") != self.issuer:
                raise NoTokens("issuer_wrong", "the metadata are another issuer's")
            self._metadata = found
        return str(self._metadata[name])

    def _fetched(
        self, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Mapping[str, Any]:
        try:
            answer = fetch(
                url,
                _BOUNDS,
                method="GET" if form is None else "POST",
                body=None if form is None else urlencode(form).encode(),
                headers=headers,
                statuses=_ANSWERS,
            )
            document = json.loads(answer.body)
        except (NotFetched, ValueError) as failure:
            raise NoTokens("provider_unavailable", type(failure).__name__) from None
        if not isinstance(document, dict):
            raise NoTokens("provider_unavailable", "the answer is no JSON object")
        return document


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None
