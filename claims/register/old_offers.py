"""Offers that were over longer ago than what came of them is kept: found a page at a time, and erased (G8).

One of which mandates came is over when those end; another when somebody closed it, or when it lapsed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from claims.instants import Instant
from claims.keeping import Periods
from claims.offers import Offer, OfferState
from claims.register import journal
from claims.register.actor import REGISTER
from claims.register.breaches import DAMAGED
from claims.register.erasing import tell_erased
from claims.register.journal import Event
from claims.register.many import ManyStatement
from claims.register.offer_records import offer as read_offer
from claims.register.offers_kept import keep
from claims.register.personal import Vault
from claims.register.turns import try_turn
from keys.storage import Connected, Row, Statement

__all__ = ["OldOffers", "erase", "forget_names", "look"]

ROWS: Final = 300
_TOGETHER: Final = 10

_LOOK: Final = Statement("SELECT id, body FROM register_offers WHERE id > :after ORDER BY id LIMIT :rows")
_HELD: Final = "SELECT id, body FROM register_offers WHERE id IN (:ids)"
_HOLD: Final = ManyStatement(_HELD, postgresql=f"{_HELD} ORDER BY id FOR UPDATE")
_DROP: Final = tuple(
    ManyStatement(f"DELETE FROM {table} WHERE {column} IN (:ids)")  # noqa: S608 - names of ours alone
    for table, column in (
        ("register_activation_codes", "offer"),
        ("register_papers", "offer"),
        ("register_versions", "kind = 'offer' AND id"),
        ("register_offers", "id"),
    )
)


@dataclass(frozen=True, slots=True)
class OldOffers:
    """Those of a page that are kept no longer; and after which id to look on, None at the end."""

    ids: tuple[str, ...]
    next: str | None
    named: tuple[str, ...] = ()  # lapsed, with by what an employee was known


def look(db: Connected, periods: Periods, after: str, *, at: Instant, rows: int = ROWS) -> OldOffers:
    """Look at the offers that come after the id `after` (empty: the first ones), for what is too old at `at`."""
    page = db.all(_LOOK, {"after": after, "rows": rows})
    old, named = _old(page, periods, at), _named(page, at)
    if len(old) > _TOGETHER or len(named) > _TOGETHER:
        last = min(one[_TOGETHER - 1] for one in (old, named) if len(one) > _TOGETHER)
        return OldOffers(*_until(last, old), last, *_until(last, named))
    return OldOffers(tuple(old), page[-1][0] if len(page) == rows else None, tuple(named))


def forget_names(db: Connected, vault: Vault, ids: Sequence[str], *, at: Instant, now: Instant) -> int | None:
    """Take from these lapsed offers, in all versions, by what an employee was known; how many they were, None likewise."""
    if not try_turn(db) or not journal.goes_on(db, now):
        return None
    rows = _HOLD.rows(db, sorted(ids))
    named = set(_named(rows, at))
    for id, body in rows:
        if id in named:
            nameless = replace(read_offer(body), reference=None)
            keep(db, vault, nameless, Event.LAPSED, by=REGISTER, now=now)
    return len(named)


def erase(
    db: Connected, vault: Vault, ids: Sequence[str], periods: Periods, *, at: Instant, now: Instant
) -> int | None:
    """Erase those of these offers that are kept no longer; None, with nothing done, where the clock may be wrong."""
    if not try_turn(db) or not journal.goes_on(db, now):
        return None
    old = _old(_HOLD.rows(db, sorted(ids)), periods, at)
    if not old:
        return 0
    for drop in _DROP:
        drop.run(db, old)
    tell_erased(db, vault, "offer", old, by=REGISTER, now=now)
    return len(old)


def _old(rows: Iterable[Row], periods: Periods, at: Instant) -> list[str]:
    found = []
    for id, body in rows:
        try:
            offer = read_offer(body)
        except DAMAGED:
            continue  # for `journal verify` to find
        if not periods.is_kept(_over_at(offer), at):
            found.append(str(id))
    return sorted(found)


def _named(rows: Iterable[Row], at: Instant) -> list[str]:
    found = []
    for id, body in rows:
        if '"reference":' not in body:
            continue
        try:
            offer = read_offer(body)
        except DAMAGED:
            continue
        if offer.reference is not None and offer.state.is_open and offer.lapses_at <= at:
            found.append(str(id))
    return sorted(found)


def _until(last: str, ids: list[str]) -> tuple[tuple[str, ...]]:
    return (tuple(id for id in ids if id <= last),)


def _over_at(offer: Offer) -> Instant:
    """When it is over, be it in a time to come."""
    if offer.state is OfferState.GIVEN:
        return offer.until
    if offer.state.is_open:
        return offer.lapses_at
    return offer.recorded_at or offer.lapses_at
