"""Are the mandates that are to be looked at those of which the account says so? (G13)

The table finds what is open: who is at the tables can hide a mandate from review, or have one looked at by the end of
another power. The last mark that the account tells of a mandate is compared with its row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.register.breaches import Breach, Found
from claims.register.journal import Event
from claims.register.many import ManyStatement
from keys.storage import Connected, Statement

__all__ = ["audit_reviews"]

_PAGE: Final = 256

_ROWS: Final = Statement(
    "SELECT mandate FROM register_reviews WHERE mandate > :after ORDER BY mandate LIMIT :most"
)
_MARKED: Final = Statement(
    "SELECT DISTINCT record FROM register_journal WHERE kind = 'mandate' AND event = :marked AND record > :after"
    " ORDER BY record LIMIT :most"
)
_TOLD: Final = ManyStatement(
    "SELECT record, event, at, authority FROM register_journal WHERE kind = 'mandate' AND record IN (:ids)"
    " AND event IN ('marked_for_review', 'reviewed', 'revoked', 'renounced', 'left') ORDER BY record, seq"
)
_KEPT: Final = ManyStatement(
    "SELECT mandate, represented, power, marked_at FROM register_reviews WHERE mandate IN (:ids)"
)
_MANDATES: Final = ManyStatement(
    "SELECT id, represented FROM register_links WHERE id IN (:ids) AND kind = 'mandate'"
)
# A text in JSON has no bare quotation marks: this is the member.
_REVOKED_ONCE: Final = ManyStatement(
    "SELECT DISTINCT id FROM register_versions WHERE kind = 'mandate' AND id IN (:ids)"
    ' AND body LIKE \'%"revoked_at":"%\''
)


@dataclass(frozen=True, slots=True)
class _Mark:
    """The last mark of a mandate that nobody answered: by the end of what power, and when. `over`: it ended since."""

    authority: str
    at: Instant
    over: bool


def audit_reviews(db: Connected) -> Iterator[Found]:
    """Every row that the account tells otherwise of, and every mark without its row."""
    for statement, more in ((_ROWS, {}), (_MARKED, {"marked": Event.MARKED_FOR_REVIEW.value})):
        after = ""
        while rows := db.all(statement, {**more, "after": after, "most": _PAGE}):
            ids = [id for (id,) in rows]
            after = ids[-1]
            yield from _wrong(db, ids, missing=statement is _MARKED)


def _wrong(db: Connected, ids: list[str], *, missing: bool) -> Iterator[Found]:
    """Of these mandates those whose row is not as the account says; with `missing` those alone that have none."""
    marks = _marks(db, ids)
    rows = {mandate: tuple(rest) for mandate, *rest in _KEPT.rows(db, ids)}
    there: dict[str, str] = dict(_MANDATES.rows(db, ids))
    revoked = {id for (id,) in _REVOKED_ONCE.rows(db, ids)}
    for id in ids:
        mark, row = marks.get(id), rows.get(id)
        if missing:
            is_wrong = (
                row is None and mark is not None and not mark.over and id in there and id not in revoked
            )
        else:
            is_wrong = mark is None or row != (there.get(id), mark.authority.removesuffix(" ended"), mark.at)
        if is_wrong:
            yield Found(Breach.REVIEW_ALTERED, f"review {id}")


def _marks(db: Connected, ids: list[str]) -> dict[str, _Mark]:
    found: dict[str, _Mark] = {}
    for id, event, at, authority in _TOLD.rows(db, ids):
        if event == Event.MARKED_FOR_REVIEW:
            found[id] = _Mark(authority, at, over=False)
        elif event == Event.REVIEWED:
            found.pop(id, None)
        elif id in found:
            found[id] = _Mark(found[id].authority, found[id].at, over=True)
    return found
