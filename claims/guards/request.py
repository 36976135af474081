"""A request that brings a token: the values of its `Authorization` header in; who acts, or the refusal to send, out.

What all guards do is here, once, and needs no web framework. A token is taken from the `Authorization` header and
from nowhere else (RFC 6750 2.1): in an address or a form it would end up in logs and histories.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from claims.assurance import Loa
from claims.verify import Act, OnBehalfOf, OwnBehalf, Refused, VerificationRefused, Verifier, bearer
from claims.verifying.signed import LONGEST

__all__ = ["Demanded", "RefusedRequest", "Shown", "admit"]

Shown = OwnBehalf | OnBehalfOf
"""What a guarded view is handed."""

_LOG: Final = logging.getLogger("claims.guards")
_LONGEST_VALUE: Final = LONGEST + len("Bearer ")


@dataclass(frozen=True, slots=True)
class Demanded:
    """What a view demands, as `Verifier.verify_access_token` takes it.

    ValueError for a demand that would let through what was not meant, or nothing at all: no service, an action that is an
    empty text, a level that is no `Loa`, an age that is not a number of seconds. A guard is made when the program
    starts, and so is its mistake found.
    """

    service: str
    action: str | None = None
    at_least: Loa | None = None
    max_age: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.service, str) or not self.service:
            raise ValueError("a guard is for one service: give its URI")
        if self.action is not None and not (isinstance(self.action, str) and self.action):
            raise ValueError("an action is a word, and left out for the service alone")
        if self.at_least is not None and not isinstance(self.at_least, Loa):
            raise ValueError("at_least is a Loa")
        if self.max_age is not None and (type(self.max_age) is not int or self.max_age < 0):
            raise ValueError("max_age is a whole number of seconds")


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """What is answered to a request that shows too little (RFC 6750 3, RFC 9470 3): a problem document (RFC 9457)."""

    code: Refused
    status: int
    headers: Mapping[str, str]
    body: str


def admit(
    verifier: Verifier,
    authorizations: Sequence[str],
    demanded: Demanded,
    about: Callable[[], Act] | None = None,
) -> Shown | RefusedRequest:
    """Who acts for whom, by a request with these values of `Authorization`; otherwise what to answer.

    `authorizations` are all values that the request brings. `about` says what the act is about, and is asked once at most,
    when the token is the issuer's and for this act; what it raises is raised. Of what is refused the log is told the code, the
    claim and the reason, and nothing that stood in the token.
    """
    try:
        return verifier.verify_access_token(
            _token(authorizations),
            service=demanded.service,
            action=demanded.action,
            at_least=demanded.at_least,
            max_age=demanded.max_age,
            about=None if about is None else cache(about),
        )
    except VerificationRefused as refused:
        _LOG.info("refused: %s (%s)", refused, refused.claim or "no claim")
        body, status, headers = refused.answer()
        return RefusedRequest(refused.code, status, headers, body)


def _token(authorizations: Sequence[str]) -> str:
    """The one token of the request; where a server joined two headers, a comma stands between them (RFC 9110 5.2)."""
    if sum(map(len, authorizations)) > _LONGEST_VALUE:
        raise VerificationRefused(Refused.TOO_LARGE, f"a token has at most {LONGEST} characters")
    if len(authorizations) > 1 or any("," in value for value in authorizations):
        raise VerificationRefused(
            Refused.REQUEST_AMBIGUOUS, "the request brings more than one value of Authorization"
        )
    return bearer(authorizations[0] if authorizations else None)
