"""Every way in which a token is refused, once: a stable code, the claim that it is about, and why."""

import json
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from claims.assurance import Loa

__all__ = ["Refused", "VerificationRefused"]


class Refused(StrEnum):
    """The codes of `VerificationRefused`; `docs/verifying.md` says of each what to do."""

    TOKEN_MISSING = "token_missing"  # noqa: S105 - a code, no secret
    REQUEST_AMBIGUOUS = "request_ambiguous"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    HEADER_FORBIDDEN = "header_forbidden"
    ALGORITHM_FORBIDDEN = "algorithm_forbidden"
    TYPE_WRONG = "type_wrong"
    KEY_UNKNOWN = "key_unknown"
    KEY_AMBIGUOUS = "key_ambiguous"
    KEY_UNFIT = "key_unfit"
    SIGNATURE_WRONG = "signature_wrong"
    CLAIM_MISSING = "claim_missing"
    CLAIM_MALFORMED = "claim_malformed"
    ISSUER_WRONG = "issuer_wrong"
    AUDIENCE_WRONG = "audience_wrong"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NONCE_WRONG = "nonce_wrong"
    LOGIN_TOO_OLD = "login_too_old"
    ORIENTATION_WRONG = "orientation_wrong"
    REPRESENTATION_MISSING = "representation_missing"
    REPRESENTATION_MALFORMED = "representation_malformed"
    REPRESENTATION_INCONSISTENT = "representation_inconsistent"
    MANDATE_ENDED = "mandate_ended"
    RESTRICTION_NOT_UNDERSTOOD = "restriction_not_understood"
    OUTSIDE_LIMITS = "outside_limits"
    SERVICE_WRONG = "service_wrong"
    ACTION_NOT_ALLOWED = "action_not_allowed"
    LOGIN_TOO_WEAK = "login_too_weak"
    MANDATE_TOO_WEAK = "mandate_too_weak"
    INACTIVE = "inactive"
    ISSUER_UNAVAILABLE = "issuer_unavailable"


class VerificationRefused(Exception):
    """The token does not show what was asked; nothing may be done on the strength of it.

    `code` is stable; `claim` names the member of token, header or key set that it is about, if it is about one;
    `reason` is English for a log and repeats no value of the token. `needed` is the level of login that would
    do, where a stronger login helps; `needed_within` the seconds that a login may be old, where a newer one helps.
    """

    def __init__(
        self,
        code: Refused,
        reason: str,
        *,
        claim: str | None = None,
        needed: Loa | None = None,
        needed_within: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {reason}")
        self.code: Final = code
        self.reason: Final = reason
        self.claim: Final = claim
        self.needed: Final = needed
        self.needed_within: Final = needed_within

    @property
    def status(self) -> int:
        """The HTTP status for an API's answer (RFC 6750 3.1, RFC 9470 3): 400, 401, 403, or 503 with `Retry-After`."""
        if self.code is Refused.ISSUER_UNAVAILABLE:
            return 503
        if self.code is Refused.REQUEST_AMBIGUOUS:
            return 400
        return 403 if self.code in _FORBIDDEN else 401

    def answer(self) -> tuple[str, int, dict[str, str]]:
        """What an API answers: a problem document (RFC 9457) that holds the code, the status, and the headers."""
        headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
        if self.status == 503:
            headers["Retry-After"] = "10"
        else:
            headers["WWW-Authenticate"] = self.challenge()
        title = HTTPStatus(self.status).phrase
        return json.dumps({"title": title, "status": self.status, "code": self.code}), self.status, headers

    def challenge(self) -> str:
        """The value of `WWW-Authenticate`: for a too weak or too old login the challenge of RFC 9470 3."""
        if self.code is Refused.TOKEN_MISSING:
            return "Bearer"  # nothing was wrong with what was not there (RFC 6750 3.1)
        if self.needed is not None:
            return (
                'Bearer error="insufficient_user_authentication", '
                f'error_description="a stronger login is needed", acr_values="{self.needed.acr}"'
            )
        if self.needed_within is not None:
            return (
                'Bearer error="insufficient_user_authentication", '
                f'error_description="a more recent login is needed", max_age="{self.needed_within}"'
            )
        if self.status == 400:
            error = "invalid_request"
        else:
            error = "insufficient_scope" if self.code in _FORBIDDEN else "invalid_token"
        return f'Bearer error="{error}", error_description="{self.code}"'


_FORBIDDEN: Final = frozenset(
    {
        Refused.SERVICE_WRONG,
        Refused.ACTION_NOT_ALLOWED,
        Refused.MANDATE_TOO_WEAK,
        Refused.RESTRICTION_NOT_UNDERSTOOD,
        Refused.OUTSIDE_LIMITS,
        Refused.REPRESENTATION_MISSING,
    }
)
