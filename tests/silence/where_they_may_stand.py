"""Where a code, a token or what somebody typed may stand in an answer: the one list, and nowhere else.

Each exception takes out of an answer what may stand there; what is left must hold no canary.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.recorded import Answered
from tests.support.relying_party import REDIRECT

Without = Callable[[Answered], Answered]


@dataclass(frozen=True)
class Exception_:
    """`why` it may stand there, and how it is taken out."""

    why: str
    without: Without


def _in_redirect(*names: str) -> Without:
    def without(answer: Answered) -> Answered:
        location = answer.header("Location")
        if not location.startswith(REDIRECT) and not location.startswith("https://rp.example.nl/bye"):
            return answer
        address = urlsplit(location)
        left = [pair for pair in parse_qsl(address.query) if pair[0] not in names]
        changed = address._replace(query=urlencode(left)).geturl()
        headers = tuple((name, changed if name == "Location" else value) for name, value in answer.headers)
        return replace(answer, headers=headers)

    return without


def _in_json(path: str, *names: str) -> Without:
    def without(answer: Answered) -> Answered:
        if answer.path != path or answer.status not in {200, 201}:
            return answer
        document = json.loads(answer.body)
        for name in names:
            document.pop(name, None)
        return replace(answer, body=json.dumps(document))

    return without


def _in_field(*names: str, path: str = "/") -> Without:
    wanted = re.compile(rf'(<input[^>]* name="(?:{"|".join(names)})"[^>]* value=")[^"]*"')

    def without(answer: Answered) -> Answered:
        if not answer.path.startswith(path) or "text/html" not in answer.header("Content-Type"):
            return answer
        return replace(answer, body=wanted.sub(r'\1"', answer.body))

    return without


def _in_element(id: str) -> Without:
    words = re.compile(rf'(<p[^>]* id="{id}">)[^<]*<')
    return lambda answer: replace(answer, body=words.sub(r"\1<", answer.body))


def _in_cookie(*names: str) -> Without:
    def without(answer: Answered) -> Answered:
        headers = tuple(
            (name, "" if name == "Set-Cookie" and value.partition("=")[0] in names else value)
            for name, value in answer.headers
        )
        return replace(answer, headers=headers)

    return without


def _given_back(answer: Answered) -> Answered:
    if not answer.path.startswith("/access/"):
        return answer
    return replace(
        answer,
        headers=tuple((name, "" if name == "X-Request-Id" else value) for name, value in answer.headers),
    )


EXCEPTIONS: Final = (
    Exception_("a code, in the redirect that brings it to its client (RFC 6749 4.1.2)", _in_redirect("code")),
    Exception_("what a client gave as state, back to it (RFC 6749 4.1.2)", _in_redirect("state")),
    Exception_(
        "tokens, in the answer that hands them out (RFC 6749 5.1)",
        _in_json("/token", "access_token", "refresh_token", "id_token"),
    ),
    Exception_(
        "secrets of a client that registers itself, once (RFC 7591 3.2.1): in the demo alone",
        _in_json("/register", "client_secret", "registration_access_token"),
    ),
    Exception_(
        "keys of session, browser and form, to the browser whose they are",
        _in_cookie("namens_session", "namens_browser", "namens_form"),
    ),
    Exception_("the token of a form, in that form", _in_field("csrf_token")),
    Exception_(
        "what somebody typed or a client proposed as a name, in the field for it",
        _in_field("username", "person", path="/login/"),
    ),
    Exception_("what somebody searched for, in the field for it", _in_field("search", path="/login/")),
    Exception_(
        "what somebody searched for, in the words that nobody was found", _in_element("search-nothing")
    ),
    Exception_(
        "what a client gave to log out, in the form that asks the person (it comes back to us alone)",
        _in_field("id_token_hint", "client_id", "post_logout_redirect_uri", "state", path="/logout"),
    ),
    Exception_("the id of a request, back to whoever made it up (AuthZEN 1.0)", _given_back),
    Exception_("the address of a page, in the form that shows it in another language", _in_field("back")),
)


def left_of(answer: Answered, *, all_but: Exception_ | None = None) -> str:
    """What is left of an answer without the exceptions (but for one of them)."""
    for exception in EXCEPTIONS:
        if exception is not all_but:
            answer = exception.without(answer)
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return f"{answer.status}\n{headers}\n\n{answer.body}"
