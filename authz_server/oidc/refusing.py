"""How this part says no: OAuth errors as JSON, in a redirect, or on a page when there is nowhere to redirect to."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode

import orjson

from authz_server.calls import Answer

__all__ = [
    "NO_STORE",
    "OAuthError",
    "PageCause",
    "Unanswerable",
    "answer_in_redirect",
    "as_json",
    "error_json",
    "location",
    "to_client",
]

NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_JSON: Final = ("Content-Type", "application/json")


class OAuthError(Exception):
    """An error for a client: `error` is a registered code, `description` fixed English in ASCII."""

    def __init__(
        self,
        error: str,
        description: str | None = None,
        *,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
        self.headers = dict(headers or {})


class PageCause(StrEnum):
    """Why a request is answered with a page: what stands in `data-code`."""

    MISSING_CLIENT_ID = "missing_client_id"
    UNKNOWN_CLIENT = "unknown_client"
    MISSING_REDIRECT_URI = "missing_redirect_uri"
    UNREGISTERED_REDIRECT_URI = "unregistered_redirect_uri"
    REPEATED_PARAMETER = "repeated_parameter"
    BAD_PARAMETER = "bad_parameter"
    UNAVAILABLE = "unavailable"


class Unanswerable(Exception):
    """There is no client to send an answer to. The page tells the `cause`; the log what was `found`."""

    def __init__(self, cause: PageCause, *, found: PageCause | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.found = found or cause


def as_json(
    document: Mapping[str, object], status: int = 200, headers: Mapping[str, str] = NO_STORE
) -> Answer:
    """`document` as the answer to a program; not to be kept anywhere unless `headers` say otherwise."""
    return Answer(status, [*headers.items(), _JSON], orjson.dumps(document))


def error_json(error: OAuthError) -> Answer:
    """An OAuth error as JSON (RFC 6749 5.2)."""
    document = {"error": error.error}
    if error.description:
        document["error_description"] = error.description
    return as_json(document, error.status, {**NO_STORE, **error.headers})


def location(redirect_uri: str, parameters: Mapping[str, str]) -> str:
    """The redirect URI with `parameters` in the query, after what is there already (RFC 6749 3.1.2)."""
    joint = "&" if "?" in redirect_uri else "?"
    return redirect_uri + joint + urlencode(parameters, quote_via=quote)


def to_client(redirect_uri: str, parameters: Mapping[str, str]) -> Answer:
    """Send the browser back to the client with `parameters`. The redirect URI equals a registered one: ASCII, whole."""
    return Answer(302, [*NO_STORE.items(), ("Location", location(redirect_uri, parameters))])


def answer_in_redirect(
    redirect_uri: str, *, error: str, description: str | None, state: str | None, issuer: str
) -> Answer:
    """An error in the redirect (RFC 6749 4.1.2.1), with `iss` as in every answer (RFC 9207 2)."""
    parameters = {"error": error}
    if description:
        parameters["error_description"] = description
    if state is not None:
        parameters["state"] = state
    parameters["iss"] = issuer
    return to_client(redirect_uri, parameters)
