"""Offers in their table: found, held while a step is taken, counted, and kept with what the account tells of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from claims.instants import Instant
from claims.offers import Offer
from claims.register import journal
from claims.register.actor import Actor
from claims.register.erasing import erase_former
from claims.register.journal import Event
from claims.register.many import ManyStatement
from claims.register.offer_records import offer as read_offer
from claims.register.personal import Vault
from claims.register.shelves import OFFERS, put, ready
from keys.storage import Connected, Statement

__all__ = [
    "LAPSES_AFTER",
    "OfferPage",
    "alone",
    "every_open",
    "find",
    "given_to",
    "hold",
    "hold_all",
    "how_many_asked",
    "how_many_open",
    "how_many_requests",
    "keep",
    "open_between",
    "open_between_any",
    "open_offers",
]

LAPSES_AFTER: Final = 90 * 86400  # seconds for which an offer waits, counted anew with each new code

_FIND = Statement("SELECT body FROM register_offers WHERE id = :id")
_HOLD = Statement(
    "SELECT body FROM register_offers WHERE id = :id",
    postgresql="SELECT body FROM register_offers WHERE id = :id FOR UPDATE",
)
_HOLD_ALL = ManyStatement(
    "SELECT id FROM register_offers WHERE id IN (:ids)",
    postgresql="SELECT id FROM register_offers WHERE id IN (:ids) ORDER BY id FOR UPDATE",
)
_ALONE = Statement(
    "SELECT 1 WHERE :name <> ''", postgresql="SELECT pg_advisory_xact_lock(7162, hashtext(:name))"
)
_OPEN = "state IN ('requested', 'offered') AND lapses_at > :now"
_GIVEN = Statement(
    f"SELECT body FROM register_offers WHERE represented = :party AND id > :after AND {_OPEN}"  # noqa: S608 - ours
    " ORDER BY id LIMIT :most"
)
_RECEIVED = Statement(
    f"SELECT body FROM register_offers WHERE representative = :party AND id > :after AND {_OPEN}"  # noqa: S608
    " ORDER BY id LIMIT :most"
)
EVERY: Final = 2**31 - 1  # more than anybody has
_BETWEEN = Statement(
    f"SELECT body FROM register_offers WHERE represented = :represented AND {_OPEN}"  # noqa: S608 - ours
    " AND representative = :representative ORDER BY id LIMIT :most"
)
_BETWEEN_ANY = ManyStatement(
    f"SELECT body FROM register_offers WHERE represented = :represented AND {_OPEN}"  # noqa: S608 - ours
    " AND representative IN (:ids) ORDER BY id"
)
_EVERY = Statement(
    f"SELECT body FROM register_offers WHERE id > :after AND {_OPEN} ORDER BY id LIMIT :most"  # noqa: S608
)
_HOW_MANY_GIVEN = Statement(
    f"SELECT count(*) FROM register_offers WHERE represented = :party AND {_OPEN}"  # noqa: S608 - likewise
)
_HOW_MANY_ASKED = Statement(
    f"SELECT count(*) FROM register_offers WHERE representative = :party AND {_OPEN}"  # noqa: S608 - likewise
)


_HOW_MANY_REQUESTS = Statement(
    "SELECT count(*) FROM register_offers WHERE representative = :party AND state = 'requested' AND lapses_at > :now"
)


@dataclass(frozen=True, slots=True)
class OfferPage:
    """Offers, and what asks for the next page, None at the end."""

    offers: tuple[Offer, ...]
    next: str | None


def find(db: Connected, offer_id: str) -> Offer | None:
    """The offer of that id, open or over."""
    row = db.one(_FIND, {"id": offer_id}) if offer_id.isprintable() else None
    return None if row is None else read_offer(row[0])


def hold(db: Connected, offer_id: str) -> Offer | None:
    """The same, held until this unit of work ends."""
    row = db.one(_HOLD, {"id": offer_id}) if offer_id.isprintable() else None
    return None if row is None else read_offer(row[0])


def hold_all(db: Connected, offer_ids: Iterable[str]) -> None:
    """Hold these offers, in one order, for whoever takes a step with each of them."""
    _HOLD_ALL.rows(db, sorted({id for id in offer_ids if id.isprintable()}))


def alone(db: Connected, *names: str) -> None:
    """Let nobody else begin an offer of these parties, or of this id, until this unit of work ends.

    What has no row yet cannot be held by its row. Call it before anything else is held or written.
    """
    for name in sorted(set(names)):
        db.one(_ALONE, {"name": name})


def open_offers(
    db: Connected, party: str, *, now: Instant, after: str | None = None, limit: int = 100
) -> OfferPage:
    """What the party offered, or was asked for, and is open; `after` is the `next` of a page."""
    return _page(db, _GIVEN, party, now, after, limit)


def open_between(
    db: Connected, represented: str, representative: str, *, now: Instant, most: int = EVERY
) -> list[Offer]:
    """What one party offered one other, or was asked by it, and is open, by id: `most` at most."""
    sides = {"represented": represented, "representative": representative, "now": now, "most": most}
    return [read_offer(body) for (body,) in db.all(_BETWEEN, sides)]


def open_between_any(
    db: Connected, represented: str, representatives: Sequence[str], *, now: Instant
) -> list[Offer]:
    """What one party offered any of the others, or was asked by them, and is open."""
    rows = _BETWEEN_ANY.rows(db, representatives, {"represented": represented, "now": now})
    return [read_offer(body) for (body,) in rows]


def given_to(
    db: Connected,
    party: str,
    *,
    now: Instant,
    after: str | None = None,
    limit: int = 100,
    silent: bool = True,
) -> OfferPage:
    """What was offered to the party, or it asked for, and is open; without `silent`, not what nobody answered yet.

    Pages are filled without those: neither a row that is missing nor a next page tells that there are any.
    """
    if silent:
        return _page(db, _RECEIVED, party, now, after, limit)
    shown: list[Offer] = []
    while len(shown) <= limit:
        page = _page(db, _RECEIVED, party, now, after, limit)
        shown += [one for one in page.offers if not one.is_silent]
        if (after := page.next) is None:
            break
    return OfferPage(tuple(shown[:limit]), shown[limit - 1].id if len(shown) > limit else None)


def every_open(
    db: Connected, _: str = "", *, now: Instant, after: str | None = None, limit: int = 100
) -> OfferPage:
    """Everything that is open, whoever's it is."""
    return _page(db, _EVERY, "", now, after, limit)


def how_many_open(db: Connected, party: str, *, now: Instant) -> int:
    """How many offers of the party, and requests to it, are open."""
    return _count(db, _HOW_MANY_GIVEN, party, now)


def how_many_asked(db: Connected, party: str, *, now: Instant) -> int:
    """How many offers to the party, and requests of it, are open."""
    return _count(db, _HOW_MANY_ASKED, party, now)


def how_many_requests(db: Connected, party: str, *, now: Instant) -> int:
    """How many of those nobody answered yet."""
    return _count(db, _HOW_MANY_REQUESTS, party, now)


def keep(
    db: Connected,
    vault: Vault,
    offer: Offer,
    event: Event,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> Offer:
    """Keep the offer as it is now, and tell of it; what an employee was known by goes, in all versions, where it is over."""
    kept = replace(offer, recorded_at=now)
    before = find(db, offer.id)
    puts = put(db, OFFERS, [ready(OFFERS, kept, now=now, differs=True)])  # a new code is told of, too
    for one in puts:
        journal.write(db, vault, event, one.subject, by=by, now=now, reason=reason)
    if before is not None and before.reference is not None and kept.reference is None:
        erase_former(db, vault, "offer", offer.id, by=by, now=now)
    return kept


def _count(db: Connected, statement: Statement, party: str, now: Instant) -> int:
    row = db.one(statement, {"party": party, "now": now})
    return 0 if row is None else int(row[0])


def _page(
    db: Connected, statement: Statement, party: str, now: Instant, after: str | None, limit: int
) -> OfferPage:
    place = after if after is not None and after.isprintable() else ""
    rows = db.all(statement, {"party": party, "after": place, "now": now, "most": limit + 1})
    shown = tuple(read_offer(body) for (body,) in rows[:limit])
    return OfferPage(shown, shown[-1].id if len(rows) > limit else None)
