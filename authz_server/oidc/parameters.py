"""The parameters of a request, read strictly: each once, of sane length, without control characters.

RFC 6749 3.1 and 3.2 forbid a parameter twice. Authlib looks for that in five of them and at one endpoint only,
and reads the query where a form was meant; so what it sees is built here.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from authz_server.oidc.clients import Client
from claims.instants import Instant
from keys.keyring import Keyring
from keys.storage import Connected

__all__ = ["BadParameter", "Parameters", "ProviderRequest", "read"]

Parameters = Mapping[str, str]

_LONG: Final = frozenset(
    [
        "claims",
        "authorization_details",
        "client_assertion",
        "id_token_hint",
        "token",
        "access_token",
        "request",
    ]
)
_LONGEST: Final = 2048
_LONGEST_OF_THE_LONG: Final = 16384
_MOST: Final = 100


class BadParameter(Exception):
    """One parameter that cannot be read. `name` is one of ours or "a parameter"; `what` is ASCII."""

    def __init__(self, name: str, what: str, *, repeated: bool = False) -> None:
        super().__init__(f"{name} {what}")
        self.name = name
        self.repeated = repeated


def read(given: Sequence[tuple[str, str]]) -> tuple[dict[str, str], BadParameter | None]:
    """The parameters that are right, and the first fault. Empty ones count as left out (RFC 6749 3.1)."""
    parameters: dict[str, str] = {}
    fault: BadParameter | None = None
    if len(given) > _MOST:
        return parameters, BadParameter("a parameter", f"is one of more than {_MOST}")
    names = [name for name, _ in given]
    repeated = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()
    for name, value in given:
        if name in repeated:
            fault = fault or BadParameter(_shown(name), "is given more than once", repeated=True)
        elif not value:
            continue
        elif len(value) > (_LONGEST_OF_THE_LONG if name in _LONG else _LONGEST):
            fault = fault or BadParameter(_shown(name), "is too long")
        elif not _clean(value) or not _clean(name):
            fault = fault or BadParameter(_shown(name), "holds characters that cannot be there")
        else:
            parameters[name] = value
    return parameters, fault


def _clean(text: str) -> bool:
    """No control characters, no broken UTF-8."""
    if text.isascii():
        return text.isprintable()
    return not any(
        sign < " " or "\x7f" <= sign <= "\x9f" or sign == "\ufffd" or "\ud800" <= sign <= "\udfff"
        for sign in text
    )


_KNOWN: Final = frozenset(
    [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "response_mode",
        "nonce",
        "display",
        "prompt",
        "max_age",
        "ui_locales",
        "claims_locales",
        "id_token_hint",
        "login_hint",
        "acr_values",
        "claims",
        "authorization_details",
        "resource",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
        "registration",
        "grant_type",
        "code",
        "code_verifier",
        "refresh_token",
        "client_secret",
        "client_assertion",
        "client_assertion_type",
        "token",
        "token_type_hint",
        "access_token",
    ]
)


def _shown(name: str) -> str:
    """What a stranger sends as a name is not repeated."""
    return name if name in _KNOWN else "a parameter"


# What Authlib's own request begins with as None.
_LATER: Final = (
    "client",
    "auth_method",
    "user",
    "authorization_code",
    "refresh_token",
    "credential",
    "_body",
    "_scope",
)


class ProviderRequest(OAuth2Request):
    """What Authlib's grants work on: checked parameters, and the unit of work that they are answered in.

    Authlib's own beginnings would look whether `uri` is https; it is our issuer, of which `config` has seen to that.
    """

    def __init__(
        self,
        parameters: Parameters,
        *,
        method: str,
        uri: str,
        db: Connected | None,
        now: Instant,
        client: Client,
        keyring: Keyring | None = None,
    ) -> None:
        self.method, self.uri = method, uri
        self.headers: dict[str, str] = {}
        for member in _LATER:
            setattr(self, member, None)
        self.parameters = dict(parameters)
        self.payload = BasicOAuth2Payload(self.parameters)
        self._db = db
        self._keyring = keyring
        self.now = now
        self.authenticated = client

    @property
    def db(self) -> Connected:
        """The unit of work that the request is answered in; only checking parameters needs none."""
        assert self._db is not None  # noqa: S101 - see above
        return self._db

    @property
    def keyring(self) -> Keyring:
        """The keys of this moment, for requests that make tokens."""
        assert self._keyring is not None  # noqa: S101 - see above
        return self._keyring

    @property
    def args(self) -> dict[str, str]:
        return {}

    @property
    def form(self) -> dict[str, str]:
        return self.parameters
