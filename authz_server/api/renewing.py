"""Asking a client anew for a mandate that ends, on the word of who may grant for the organisation that has it (G5, G7)."""

from typing import Final

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import UNKNOWN
from authz_server.api.offers import OfferFound, offer_told
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.steps import refused
from authz_server.api.words_brought import Word, bringing
from authz_server.oidc.register_api import Scope
from claims.parties import PartyKind
from claims.register import lookup, offer_judging, overview, renewing
from claims.register.renewing import Why

__all__ = ["OPERATIONS"]

_WHY_NOT: Final = {
    Why.UNKNOWN_MANDATE: UNKNOWN,
    Why.NOT_ENTITLED: Problem(Refusal.NOT_ENTITLED, "that person may not say so for that party, now"),
    Why.STOPPED: Problem(Refusal.STOPPED, "one of its sides ended it: that is no end that came by itself"),
    Why.NOT_YET: Problem(Refusal.NOT_YET, "it lasts for more than 120 days yet, or has no end"),
    Why.TOO_LATE: Problem(Refusal.TOO_LATE, "it ended more than 90 days ago: ask for a new one"),
    Why.NOT_BY_LIST: Problem(Refusal.NOT_BY_LIST, "it names no services one by one: it is given anew"),
    Why.ALREADY_ASKED: Problem(Refusal.ALREADY_ASKED, "that was asked, and is not answered yet"),
    Why.TOO_MANY_OPEN: Problem(Refusal.TOO_MANY_OPEN, "that party has too many offers open"),
}


def _renew(asked: Asked) -> Document | Problem:
    by = bringing(asked)
    if isinstance(by, Problem):
        return by
    mandate = overview.mandate(asked.db, asked.ids["mandate"])
    if mandate is None:
        return UNKNOWN
    holder = lookup.party(asked.db, mandate.representative)
    if holder is None or holder.kind is not PartyKind.ORGANISATION:
        return Problem(Refusal.NOT_ENTITLED, "an organisation renews: a person asks anew, by askForMandate")
    done = renewing.renew(asked.db, asked.context.vault, holder.id, mandate.id, by=by, now=asked.now)
    if not isinstance(done, renewing.Refused):
        return {"offer": offer_told(done, asked.now)}
    if done.why is Why.CANNOT_BE_GRANTED:
        return refused(asked, offer_judging.Refused(offer_judging.Why.CANNOT_BE_GRANTED, done.faults))
    return _WHY_NOT[done.why]


OPERATIONS: Final = (
    Operation(
        "renewMandate", "POST", "/api/v1/mandates/{mandate}/renew", Scope.GRANT,
        "Ask the client for the same, for a year from the end of a mandate that an organisation has.",
        OfferFound, _renew, body=Word, changes=True,
        refuses=(
            Refusal.UNKNOWN_MANDATE, Refusal.NOT_ENTITLED, Refusal.STOPPED, Refusal.NOT_YET, Refusal.TOO_LATE,
            Refusal.NOT_BY_LIST, Refusal.ALREADY_ASKED, Refusal.TOO_MANY_OPEN, Refusal.CANNOT_BE_GRANTED,
        ),
    ),
)  # fmt: skip
