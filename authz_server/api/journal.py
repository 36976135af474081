"""The journal, for whoever keeps a proof of it elsewhere: how long it is, and where the register signed that it ends."""

from typing import Final

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.shapes import Instant, Shape
from authz_server.oidc.register_api import Scope
from claims.instants import written
from claims.register import heads, journal

__all__ = ["OPERATIONS"]


class Head(Shape):
    """A signed head. `signed` is a JWS of type `journal-head+jwt`; the keys are at `/mandate-register/jwks`."""

    seq: int
    at: Instant
    signed: str


class HeadPage(Shape):
    """A page of signed heads, latest first, and how many entries the journal has by now."""

    entries: int
    heads: list[Head]
    next: str | None


def _heads(asked: Asked) -> Document:
    of = ["heads"]
    limit = asked.query.limit
    found = heads.before(asked.db, place(of, asked.query.cursor, int), limit=limit + 1)
    shown = found[:limit]
    return {
        "entries": journal.length(asked.db),
        "heads": [{"seq": one.seq, "at": written(one.at), "signed": one.signed} for one in shown],
        "next": cursor(of, shown[-1].seq) if len(found) > limit else None,
    }


OPERATIONS: Final = (
    Operation(
        "listJournalHeads", "GET", "/api/v1/journal/heads", Scope.AUDIT,
        "Where the journal ends, as the register signed it, latest first.", HeadPage, _heads, PageQuery,
    ),
)  # fmt: skip
