"""Activation codes drawn for an offer, and typed by who takes it up (G6).

A code is kept as a keyed digest, works once, and lapses. Wrong tries are counted at the code that they met, if there is
one; who asks counts them per login and per network too. An answer never tells which part was wrong, nor that there is
such a code: whatever was typed, the same questions are asked of the database.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from claims import activation_codes
from claims.addresses import Address
from claims.assurance import Loa
from claims.evidence import Policy
from claims.identifiers import Identifier
from claims.instants import Instant
from claims.offers import Brought, Offer, OfferKind, Waits
from claims.parties import Party, PartyKind
from claims.register import accepting, lookup
from claims.register.actor import REGISTER, Actor
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.known_by import is_known_by
from claims.register.offer_judging import Refused, Why, begun, brought_by, entitled
from claims.register.offers_kept import LAPSES_AFTER, hold, keep
from claims.register.personal import Vault
from keys.in_use import Purpose, claim
from keys.sealing import KeyedDigest
from keys.storage import Connected, Statement

__all__ = ["MOST_WRONG", "Drawn", "NotRight", "Typed", "draw", "draw_for_letter", "redeem"]

MOST_WRONG: Final = 5  # tries at one code (G6)

_KEEP = Statement(
    "INSERT INTO register_activation_codes (offer, digest, lapses_at, wrong, used_at)"
    " VALUES (:offer, :digest, :lapses_at, 0, NULL)"
    " ON CONFLICT (offer) DO UPDATE SET digest = excluded.digest, lapses_at = excluded.lapses_at, wrong = 0"
    " WHERE register_activation_codes.used_at IS NULL RETURNING offer"
)
_FIND = Statement("SELECT offer FROM register_activation_codes WHERE digest = :digest")
# Counted as wrong before it is looked at: of tries that come at once, no more are looked at than may be.
_TRY = Statement(
    "UPDATE register_activation_codes SET wrong = wrong + 1"
    " WHERE digest = :digest AND used_at IS NULL AND lapses_at > :now AND wrong < :most RETURNING offer"
)
_USE = Statement(
    "UPDATE register_activation_codes SET used_at = :now, wrong = wrong - 1"
    " WHERE digest = :digest AND used_at IS NULL RETURNING offer"
)
_TAKE_BACK = Statement(
    "UPDATE register_activation_codes SET wrong = wrong - 1 WHERE digest = :digest AND used_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code, in plain once, and the last second in which it works."""

    code: str = field(repr=False)
    lapses_at: Instant


@dataclass(frozen=True, slots=True)
class Typed:
    """What the helper typed: a code whose check sign is right, and what shows that they know whose it is.

    Of a person the day of birth and the BSN, or the address where there is no ground for a BSN; of an organisation a
    `number` of its own.
    """

    code: str = field(repr=False)
    born: date | None = field(repr=False)
    known_by: Identifier | Address | None = field(repr=False)
    number: str = field(repr=False)


class NotRight(StrEnum):
    """No code, a code that is over, another's, or anything beside it that does not fit: never which."""

    WRONG = "wrong_code"


def draw(
    db: Connected,
    vault: Vault,
    codes: KeyedDigest,
    offer_id: str,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
    brought: Brought | None = None,
) -> Drawn | Refused:
    """A code for an offer that waits for one; the code before it works no more.

    Whoever has a code says to whom the offer goes: so only who may give all of it draws one, or has it drawn (G10). Who
    brought their word draws none that works for anybody, unless somebody looks at who came: it would say both sides' yes.
    """
    offer = hold(db, offer_id)
    person = by.person if brought is None else brought.person
    if offer is None or person is None:
        return Refused(Why.UNKNOWN_OFFER)
    # the code of a letter comes with a new letter alone
    if not offer.is_open(now) or offer.waits_for is not Waits.CODE or offer.kind is OfferKind.LETTER:
        return Refused(Why.NOT_NOW)
    works_for_anybody = offer.representative is None and offer.kind is not OfferKind.EMPLOYEE
    if works_for_anybody and brought_by(offer, brought):
        return Refused(Why.SAME_HAND)
    login = brought or by.assurance or Loa.BASIC
    ground = entitled(db, StoredFacts(db), begun(offer, now), person, login, now, policy)
    if isinstance(ground, Refused):
        return ground
    acting = by if by.person is None else replace(by, authority=ground.authority)
    return _drawn(db, vault, codes, offer, by=acting, now=now)


def draw_for_letter(
    db: Connected, vault: Vault, codes: KeyedDigest, offer: Offer, *, now: Instant
) -> Drawn | Refused:
    """The code of a letter, which the register itself draws: nobody sees it but who opens the letter (G6a)."""
    if offer.kind is not OfferKind.LETTER or offer.waits_for is not Waits.CODE:
        return Refused(Why.NOT_NOW)
    return _drawn(db, vault, codes, offer, by=REGISTER, now=now)


def _drawn(
    db: Connected, vault: Vault, codes: KeyedDigest, offer: Offer, *, by: Actor, now: Instant
) -> Drawn | Refused:
    lapses_at = min(now + LAPSES_AFTER, offer.until)
    code = activation_codes.draw()
    claim(db, Purpose.CODES, codes.key_id)
    row = {"offer": offer.id, "digest": _digest(codes, code), "lapses_at": lapses_at}
    if db.one(_KEEP, row) is None:
        return Refused(Why.NOT_NOW)
    waiting = replace(offer, lapses_at=max(offer.lapses_at, lapses_at))
    keep(db, vault, waiting, Event.CODE_DRAWN, by=by, now=now)
    return Drawn(code, lapses_at)


def redeem(
    db: Connected,
    vault: Vault,
    codes: KeyedDigest,
    typed: Typed,
    representative: str,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> Offer | NotRight | Refused:
    """Take up the offer of the code that was typed, for `representative`: the person of `by`, or an organisation of theirs.

    A try that is wrong is counted: keep what this unit of work wrote. `Refused` is told to who typed all of it right,
    and uses nothing up.
    """
    digest = _digest(codes, typed.code)
    found = db.one(_FIND, {"digest": digest})
    offer = hold(db, found[0] if found else "")
    tried = db.one(_TRY, {"digest": digest, "now": now, "most": MOST_WRONG})
    party = lookup.party(db, offer.represented if offer else "")
    is_known = _is_known(db, vault, party, typed)
    if offer is None or party is None or tried is None or offer.id != tried[0]:
        return NotRight.WRONG
    if not is_known or not _is_for(offer, representative, by):
        return NotRight.WRONG
    if not offer.is_open(now) or offer.waits_for is not Waits.CODE:
        return NotRight.WRONG
    taken = accepting.take(db, vault, offer, representative, by=by, now=now, policy=policy)
    if isinstance(taken, Refused):
        db.run(_TAKE_BACK, {"digest": digest})
        return taken
    if db.one(_USE, {"digest": digest, "now": now}) is None:
        raise LookupError("a code that was tried is there, and its offer is held")
    return taken


def _is_known(db: Connected, vault: Vault, party: Party | None, typed: Typed) -> bool:
    """Whether all that was typed is that party's; the same questions are asked whoever it is, and of nobody."""
    numbered = lookup.by_number(db, vault, typed.number)
    person = "" if party is None else party.id
    known = typed.known_by is not None and is_known_by(db, vault, person, typed.known_by)
    if party is None:
        return False
    if party.kind is PartyKind.ORGANISATION:
        return party.id in numbered
    return known and party.born is not None and party.born == typed.born


def _is_for(offer: Offer, representative: str, by: Actor) -> bool:
    """Whether this helper may be the one: a code for a named helper works for them alone, an employee comes in person."""
    if offer.representative is not None and offer.representative != representative:
        return False
    return offer.kind is not OfferKind.EMPLOYEE or representative == by.person


def _digest(codes: KeyedDigest, code: str) -> str:
    return codes.of("activation code", code)
