"""How the API says no: problem documents (RFC 9457), each with a code that stays (`docs/refusals.md`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import orjson

from authz_server.calls import Answer
from authz_server.events import request_id

__all__ = ["PATHS", "Problem", "Refusal", "Undone", "as_answer", "is_ours", "problem_document"]

PATHS: Final = ("/api/", "/access/")
_KIND: Final = ("Content-Type", "application/problem+json")


class Refusal(StrEnum):
    """Why a request was not done; the codes are stable."""

    INVALID_TOKEN = "invalid_token"  # noqa: S105 - a code
    INVALID_REQUEST = "invalid_request"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    NOT_JSON = "not_json"
    MALFORMED = "malformed"
    BAD_CURSOR = "bad_cursor"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    REQUEST_TOO_LARGE = "request_too_large"  # said before an operation is found, of every body
    TOO_MANY_REQUESTS = "too_many_requests"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    KEY_NEEDED = "idempotency_key_needed"
    KEY_REUSED = "idempotency_key_reused"
    UNKNOWN_PARTY = "unknown_party"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_MANDATE = "unknown_mandate"
    UNKNOWN_OFFER = "unknown_offer"
    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_PAPER = "unknown_paper"
    UNKNOWN_APPOINTMENT = "unknown_appointment"
    UNKNOWN_MEANS = "unknown_means"
    ALREADY_BLOCKED = "already_blocked"
    NOT_BLOCKED = "not_blocked"
    NOT_NOW = "not_now"
    NOT_A_MANDATE = "not_a_mandate"
    ALREADY_ENDED = "already_ended"
    ALREADY_SUSPENDED = "already_suspended"
    NOT_SUSPENDED = "not_suspended"
    NOT_NARROWER = "not_narrower"
    REASON_HOLDS_A_NUMBER = "reason_holds_a_number"
    EVIDENCE_KNOWN = "evidence_known"
    TOO_MUCH_EVIDENCE = "too_much_evidence"
    ALREADY_SIGNED = "already_signed"
    SAME_HAND = "same_hand"
    OWN_AFFAIR = "own_affair"
    SECOND_PERSON = "second_person"
    TOO_MANY_OPEN = "too_many_open"
    NOT_ENTITLED = "not_entitled"
    CANNOT_BE_GRANTED = "cannot_be_granted"
    NOT_A_CLIENT = "not_a_client"
    NOT_AN_EMPLOYEE = "not_an_employee"
    LAST_TEAM = "last_team"
    SERVES_TOO_MANY = "serves_too_many"
    STILL_OFFERED = "still_offered"
    TEAM_FULL = "team_full"
    TOO_MANY_TEAMS = "too_many_teams"
    NAME_MISSING = "name_missing"
    NAME_HOLDS_A_NUMBER = "name_holds_a_number"
    OUT_OF_REACH = "out_of_reach"
    TOO_WEAK = "too_weak"
    UNKNOWN_VISIT = "unknown_visit"
    SUSPENDED_BY_ANOTHER = "suspended_by_another"
    NOT_TO_REVIEW = "not_to_review"
    SIGNED_TOGETHER = "signed_together"
    STOPPED = "stopped"
    NOT_YET = "not_yet"
    TOO_LATE = "too_late"
    NOT_BY_LIST = "not_by_list"
    ALREADY_ASKED = "already_asked"
    REFERENCE_TOO_LONG = "reference_too_long"
    REFERENCE_HOLDS_A_NUMBER = "reference_holds_a_number"
    NO_LETTERS = "no_letters"
    TOO_MANY_LETTERS = "too_many_letters"
    LIST_HAS_FAULTS = "list_has_faults"
    UNANSWERABLE = "unanswerable"

    @property
    def status(self) -> int:
        """The HTTP status that it comes with."""
        return _STATUS[self]


_STATUS: Final = {
    Refusal.INVALID_TOKEN: 401,
    Refusal.INVALID_REQUEST: 400,
    Refusal.INSUFFICIENT_SCOPE: 403,
    Refusal.NOT_JSON: 400,
    Refusal.MALFORMED: 400,
    Refusal.BAD_CURSOR: 400,
    Refusal.UNSUPPORTED_MEDIA_TYPE: 415,
    Refusal.REQUEST_TOO_LARGE: 413,
    Refusal.TOO_MANY_REQUESTS: 429,
    Refusal.TEMPORARILY_UNAVAILABLE: 503,
    Refusal.KEY_NEEDED: 400,
    Refusal.KEY_REUSED: 422,
    Refusal.UNKNOWN_PARTY: 404,
    Refusal.UNKNOWN_SERVICE: 404,
    Refusal.UNKNOWN_MANDATE: 404,
    Refusal.UNKNOWN_OFFER: 404,
    Refusal.UNKNOWN_TEAM: 404,
    Refusal.UNKNOWN_PAPER: 404,
    Refusal.UNKNOWN_APPOINTMENT: 404,
    Refusal.UNKNOWN_MEANS: 404,
    Refusal.ALREADY_BLOCKED: 409,
    Refusal.NOT_BLOCKED: 409,
    Refusal.NOT_NOW: 409,
    Refusal.NOT_A_MANDATE: 409,
    Refusal.ALREADY_ENDED: 409,
    Refusal.ALREADY_SUSPENDED: 409,
    Refusal.NOT_SUSPENDED: 409,
    Refusal.NOT_NARROWER: 409,
    Refusal.REASON_HOLDS_A_NUMBER: 422,
    Refusal.EVIDENCE_KNOWN: 409,
    Refusal.TOO_MUCH_EVIDENCE: 409,
    Refusal.ALREADY_SIGNED: 409,
    Refusal.SAME_HAND: 409,
    Refusal.OWN_AFFAIR: 422,
    Refusal.SECOND_PERSON: 409,
    Refusal.TOO_MANY_OPEN: 409,
    Refusal.NOT_ENTITLED: 422,
    Refusal.CANNOT_BE_GRANTED: 422,
    Refusal.NOT_A_CLIENT: 422,
    Refusal.NOT_AN_EMPLOYEE: 409,
    Refusal.LAST_TEAM: 409,
    Refusal.SERVES_TOO_MANY: 409,
    Refusal.STILL_OFFERED: 409,
    Refusal.TEAM_FULL: 409,
    Refusal.TOO_MANY_TEAMS: 409,
    Refusal.NAME_MISSING: 422,
    Refusal.NAME_HOLDS_A_NUMBER: 422,
    Refusal.OUT_OF_REACH: 422,
    Refusal.TOO_WEAK: 422,
    Refusal.UNKNOWN_VISIT: 404,
    Refusal.SUSPENDED_BY_ANOTHER: 409,
    Refusal.NOT_TO_REVIEW: 409,
    Refusal.SIGNED_TOGETHER: 422,
    Refusal.STOPPED: 409,
    Refusal.NOT_YET: 409,
    Refusal.TOO_LATE: 409,
    Refusal.NOT_BY_LIST: 409,
    Refusal.ALREADY_ASKED: 409,
    Refusal.REFERENCE_TOO_LONG: 422,
    Refusal.REFERENCE_HOLDS_A_NUMBER: 422,
    Refusal.NO_LETTERS: 404,
    Refusal.TOO_MANY_LETTERS: 409,
    Refusal.LIST_HAS_FAULTS: 422,
    Refusal.UNANSWERABLE: 422,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal. `detail` is fixed English, `faults` name members by JSON Pointer; neither repeats what was sent."""

    refusal: Refusal
    detail: str | None = None
    faults: tuple[tuple[str, str], ...] = ()  # where, and what is wrong
    code: str | None = None  # where another list has the code: a question's (`claims.register.asking.Why`)
    headers: Mapping[str, str] = field(default_factory=dict)


class Undone(Exception):
    """Something was changed, and then refused: the unit of work is undone, and this is the answer. It is kept under no key."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


def as_answer(problem: Problem) -> Answer:
    """The problem as it is sent."""
    refusal = problem.refusal
    document = problem_document(
        refusal.status, problem.code or refusal.value, detail=problem.detail, faults=problem.faults
    )
    headers = [("Cache-Control", "no-store"), *problem.headers.items(), _KIND]
    return Answer(refusal.status, headers, orjson.dumps(document))


def problem_document(
    status: int, code: str, *, detail: str | None = None, faults: tuple[tuple[str, str], ...] = ()
) -> dict[str, object]:
    """RFC 9457 3, of no `type`: what it is says `code`."""
    document: dict[str, object] = {"title": HTTPStatus(status).phrase, "status": status, "code": code}
    if detail is not None:
        document["detail"] = detail
    if faults:
        document["errors"] = [{"pointer": where, "detail": what} for where, what in faults]
    return document | {"request_id": request_id()}


def is_ours(path: str) -> bool:
    """Whether what goes wrong at this path is told so."""
    return path.startswith(PATHS)
