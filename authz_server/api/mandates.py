"""Mandates: what they say, what became of them, and stopping them on request."""

from collections.abc import Callable
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Entry, Shape
from authz_server.api.shapes import Mandate as MandateShape
from authz_server.oidc.register_api import Scope
from claims.identifiers import holds_a_bsn
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import ending, journal, on_request, overview, suspending
from claims.register.answering import entry_as_json, mandate_as_json
from claims.register.changing import Changing, Why
from claims.register.changing import Refused as NotChanged

__all__ = [
    "OPERATIONS",
    "SUSPENDED_BY_ANOTHER",
    "UNKNOWN",
    "HistoryPage",
    "MandateFound",
    "Reason",
    "Reasoned",
    "a_number_in",
    "changed",
    "history_page",
    "legible",
    "not_changed",
    "told",
]

_CLIENTS_TOLD: Final = 100
UNKNOWN: Final = Problem(Refusal.UNKNOWN_MANDATE, "there is no mandate with that id")
SUSPENDED_BY_ANOTHER: Final = Problem(
    Refusal.SUSPENDED_BY_ANOTHER, "it was not suspended on request: who suspended it lets it hold again"
)
_WHY_NOT: Final = {
    Why.UNKNOWN_MANDATE: UNKNOWN,
    Why.NOT_A_MANDATE: Problem(
        Refusal.NOT_A_MANDATE, "that is a legal relation, which changes in the register that it comes from"
    ),
    Why.ALREADY_ENDED: Problem(Refusal.ALREADY_ENDED, "that mandate has ended already"),
    Why.ALREADY_SUSPENDED: Problem(Refusal.ALREADY_SUSPENDED, "that mandate is suspended already"),
    Why.NOT_SUSPENDED: Problem(Refusal.NOT_SUSPENDED, "that mandate is not suspended"),
    Why.EVIDENCE_KNOWN: Problem(Refusal.EVIDENCE_KNOWN, "that mandate has that evidence already"),
    Why.SUSPENDED_BY_ANOTHER: SUSPENDED_BY_ANOTHER,
    Why.NOT_TO_REVIEW: Problem(Refusal.NOT_TO_REVIEW, "nobody has to look at that mandate again"),
    Why.TOO_MUCH_EVIDENCE: Problem(
        Refusal.TOO_MUCH_EVIDENCE, "that mandate has as much evidence as it can have"
    ),
}


class MandateFound(Shape):
    """One mandate."""

    mandate: MandateShape


class HistoryPage(Shape):
    """A page of what happened, oldest first."""

    history: list[Entry]
    next: str | None


def legible(text: str) -> str:
    """The text, where all of it can be seen; ValueError else."""
    if not text.isprintable() or "\ufffd" in text:
        raise ValueError("must be printable")
    return text


Reason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(legible),
    Field(description="why, without personal data: the journal keeps it for good"),
]


class Reasoned(Shape):
    """On whose request, and why."""

    reason: Reason


def told(mandate: Mandate, now: Instant) -> Document:
    """The mandate as the API gives it: of a long list of clients the beginning."""
    document = mandate_as_json(mandate, now)
    clients = document["clients"]
    if isinstance(clients, dict) and len(clients["parties"]) > _CLIENTS_TOLD:
        document["clients_left_out"] = len(clients["parties"]) - _CLIENTS_TOLD
        document["clients"] = clients | {"parties": clients["parties"][:_CLIENTS_TOLD]}
    return document


def _show(asked: Asked) -> Document | Problem:
    mandate = overview.mandate(asked.db, asked.ids["mandate"])
    return UNKNOWN if mandate is None else {"mandate": told(mandate, asked.now)}


def _history(asked: Asked) -> Document | Problem:
    id = asked.ids["mandate"]
    return UNKNOWN if overview.mandate(asked.db, id) is None else history_page(asked, "mandate", id)


def history_page(asked: Asked, kind: str, id: str) -> Document:
    """A page of what happened to the record of that kind and id, which there is (`HistoryPage`)."""
    of = ["history", id] if kind == "mandate" else [f"history of {kind}", id]
    first = place(of, asked.query.cursor, int) or 0
    last = first + asked.query.limit
    entries = journal.of_record(asked.db, kind, id)
    return {
        "history": [entry_as_json(entry) for entry in entries[first:last]],
        "next": cursor(of, last) if len(entries) > last else None,
    }


def a_number_in(reason: str) -> Problem | None:
    """What is wrong with a reason that holds a number that passes as a BSN; None where it holds none."""
    if not holds_a_bsn(reason):
        return None
    return Problem(
        Refusal.REASON_HOLDS_A_NUMBER,
        "the reason holds a number that is written as a BSN, and would stand in the journal for good",
    )


def _changes(change: Changing) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        reason = asked.body.reason
        if (problem := a_number_in(reason)) is not None:
            return problem
        outcome = change(
            asked.db, asked.context.vault, asked.ids["mandate"], by=asked.by, now=asked.now, reason=reason
        )
        return changed(outcome, asked.now)

    return answer


def changed(outcome: Mandate | NotChanged, now: Instant) -> Document | Problem:
    """The mandate as it is now, or why it was not changed."""
    return not_changed(outcome) if isinstance(outcome, NotChanged) else {"mandate": told(outcome, now)}


def not_changed(refused: NotChanged) -> Problem:
    """Why a mandate stays as it is."""
    return _WHY_NOT[refused.why]


_ONE: Final = "/api/v1/mandates/{mandate}"
_NOT_DONE: Final = (
    Refusal.UNKNOWN_MANDATE,
    Refusal.NOT_A_MANDATE,
    Refusal.ALREADY_ENDED,
    Refusal.REASON_HOLDS_A_NUMBER,
)


def _changing(name: str, word: str, summary: str, change: Changing, *refuses: Refusal) -> Operation:
    return Operation(
        name,
        "POST",
        f"{_ONE}/{word}",
        Scope.SUPPORT,
        summary,
        MandateFound,
        _changes(change),
        body=Reasoned,
        changes=True,
        refuses=(*_NOT_DONE, *refuses),
    )


OPERATIONS: Final = (
    Operation(
        "showMandate", "GET", _ONE, Scope.READ, "One mandate.",
        MandateFound, _show, refuses=(Refusal.UNKNOWN_MANDATE,),
    ),
    Operation(
        "listMandateHistory", "GET", f"{_ONE}/history", Scope.READ, "What happened to a mandate, oldest first.",
        HistoryPage, _history, PageQuery, refuses=(Refusal.UNKNOWN_MANDATE,),
    ),
    _changing(
        "revokeMandate", "revoke", "End a mandate on the represented side's request, at once and everywhere.",
        ending.revoke,
    ),
    _changing(
        "suspendMandate", "suspend", "Stop a mandate for a while, until it is resumed.",
        suspending.suspend, Refusal.ALREADY_SUSPENDED,
    ),
    _changing(
        "resumeMandate", "resume", "Let a mandate hold again that was suspended on request.",
        on_request.resume, Refusal.NOT_SUSPENDED, Refusal.SUSPENDED_BY_ANOTHER,
    ),
    _changing(
        "renounceMandate", "renounce", "End a mandate on the representative's request, at once and everywhere.",
        ending.renounce,
    ),
)  # fmt: skip
