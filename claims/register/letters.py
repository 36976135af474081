"""Letters with a code, which helpers ask for, to people who cannot log in (G6a).

Who asks is never told whether there is anybody, nor whether a letter went: what was filled in is put aside as it is, and
looked at later, out of reach of who asked. Until then it is sealed under the helper's own key, and then it is wiped. A
helper may ask for so many letters in a period, whoever they are for; a person gets so many, whoever asks.

The letter names the helper, says what both sides will see, and brings a code that works for that helper alone. Another
letter of the same helper takes the place of the one before.
"""

import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from claims.addresses import Address
from claims.assurance import Loa
from claims.evidence import Fact, Policy, supported
from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.offers import Offer, OfferKind, OfferState
from claims.register import activating, addresses, declining, offer_records
from claims.register.activating import Drawn
from claims.register.actor import Actor
from claims.register.addresses import Addressed
from claims.register.breaches import DAMAGED
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.known_by import who_is
from claims.register.notices import Occasion
from claims.register.offer_judging import against
from claims.register.offers_kept import LAPSES_AFTER, alone, keep, open_offers
from claims.register.party_keys import PartyKeys
from claims.register.personal import PartyKey, Vault
from keys.sealing import KeyedDigest, Unsealable
from keys.storage import Connected, Statement

__all__ = [
    "MOST_ASKED",
    "MOST_SENT",
    "PERIOD",
    "PROOF",
    "Asked",
    "NotAsked",
    "Waiting",
    "ask",
    "ask_of",
    "forget",
    "level_of_letters",
    "look_at",
    "next_waiting",
]

MOST_ASKED: Final = 5  # letters that one helper asks for in a period
MOST_SENT: Final = 3  # letters that go to one person in a period
PERIOD: Final = 30 * 86400  # seconds
PROOF: Final = frozenset({Fact.LETTER})

_ASKED = Statement("SELECT count(*) FROM register_letters WHERE helper = :helper AND asked_at > :since")
_ADD = Statement(
    "INSERT INTO register_letters (id, helper, asked_at, sealed) VALUES (:id, :helper, :now, :sealed)"
)
_NEXT = Statement(
    "SELECT asked_at, id FROM register_letters WHERE looked_at IS NULL AND (asked_at, id) > (:asked_at, :id)"
    " ORDER BY asked_at, id LIMIT 1"
)
_WAITS = Statement("SELECT helper, sealed FROM register_letters WHERE id = :id AND looked_at IS NULL")
_LOOKED_AT = Statement(
    "UPDATE register_letters SET looked_at = :now, sealed = NULL WHERE id = :id AND looked_at IS NULL RETURNING id"
)
_SENT = Statement("SELECT count(*) FROM register_letters WHERE represented = :person AND asked_at > :since")
_GOES_TO = Statement("UPDATE register_letters SET represented = :person, offer = :offer WHERE id = :id")
_FORGET = Statement("DELETE FROM register_letters WHERE helper = :party OR represented = :party")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a helper filled in: an offer of a person who is still to be found, and by what they know that person."""

    offer: Offer
    born: date = field(repr=False)
    known_by: Identifier | Address = field(repr=False)


class Waiting(NamedTuple):
    """Something that was asked and nobody looked at; the one that was asked first comes first."""

    asked_at: Instant
    id: str


_BEFORE_ALL: Final = Waiting(-1, "")


class NotAsked(StrEnum):
    """Why nothing was asked; the codes are stable."""

    TOO_MANY_LETTERS = "too_many_letters"


def level_of_letters(policy: Policy) -> Loa:
    """How sure a mandate is that was given by letter: no service that wants more can be asked for."""
    return supported(PROOF, policy)


def ask(db: Connected, vault: Vault, asked: Asked, *, by: Actor, now: Instant) -> NotAsked | None:
    """Put aside what the person of `by` asks; None: it will be looked at. LookupError where nobody asks."""
    if by.person is None:
        raise LookupError("somebody asks for a letter")
    key = addresses.key_of(db, vault, by.person)
    alone(db, by.person)
    counted = db.one(_ASKED, {"helper": by.person, "since": now - PERIOD})
    if counted is None or counted[0] >= MOST_ASKED:
        return NotAsked.TOO_MANY_LETTERS
    id = secrets.token_urlsafe(16)
    sealed = key.seal_for(json.dumps(_written(asked, by)), place=_place(id))
    db.run(_ADD, {"id": id, "helper": by.person, "now": now, "sealed": sealed})
    return None


def next_waiting(db: Connected, after: Waiting | None = None) -> Waiting | None:
    """What was asked first, after that: a look, before anything is held."""
    row = db.one(_NEXT, (after or _BEFORE_ALL)._asdict())
    return None if row is None else Waiting(*row)


def look_at(
    db: Connected, vault: Vault, codes: KeyedDigest, id: str, *, now: Instant, policy: Policy
) -> None:
    """Look at what was asked, and put a letter in the outbox where there is somebody to write to.

    Of several who look at once one does: the others find it looked at.
    """
    row = db.one(_WAITS, {"id": id})
    if row is None:
        return
    helper, sealed = row
    read = _read(db, vault, id, helper, sealed)
    person = None if read is None else who_is(db, vault, read[0].born, read[0].known_by)
    if read is None or person is None:
        db.one(_LOOKED_AT, {"id": id, "now": now})
        return
    asked, by = read
    key = addresses.key_of(db, vault, person)
    alone(db, person, asked.offer.representative or "")
    if db.one(_LOOKED_AT, {"id": id, "now": now}) is None:
        return
    _write(db, vault, codes, id, _offer(asked.offer, person, now), key, by=by, now=now, policy=policy)


def ask_of(
    db: Connected,
    vault: Vault,
    codes: KeyedDigest,
    offer: Offer,
    person: str,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> NotAsked | None:
    """Ask it of a person whom who asks knows in the register; None: it was looked at.

    Whether a letter goes is told to nobody either. LookupError where nobody asks.
    """
    if by.speaker is None:
        raise LookupError("somebody asks for a letter")
    key = addresses.key_of(db, vault, person)
    alone(db, by.speaker, person, offer.representative or "")
    counted = db.one(_ASKED, {"helper": by.speaker, "since": now - PERIOD})
    if counted is None or counted[0] >= MOST_ASKED:
        return NotAsked.TOO_MANY_LETTERS
    id = secrets.token_urlsafe(16)
    db.run(_ADD, {"id": id, "helper": by.speaker, "now": now, "sealed": None})
    db.one(_LOOKED_AT, {"id": id, "now": now})
    _write(db, vault, codes, id, _offer(offer, person, now), key, by=by, now=now, policy=policy)
    return None


def _write(
    db: Connected,
    vault: Vault,
    codes: KeyedDigest,
    id: str,
    offer: Offer,
    key: PartyKey,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> None:
    """Put the letter with the offer's code in the outbox, where it may go; what is asked by `id` was looked at."""
    person = offer.represented
    sent = db.one(_SENT, {"person": person, "since": now - PERIOD})
    too_many = sent is None or sent[0] >= MOST_SENT
    if too_many or against(db, StoredFacts(db), offer, now, policy):
        return
    _replace_former(db, vault, offer, by=by, now=now)
    kept = keep(db, vault, offer, Event.REQUESTED, by=by, now=now)
    drawn = activating.draw_for_letter(db, vault, codes, kept, now=now)
    if not isinstance(drawn, Drawn):
        raise LookupError("an offer that was just made waits for its code")
    told = Addressed(None, drawn.code, None, offer.id)
    addresses.tell_apart(db, key, person, Occasion.LETTER, told, now=now)
    db.run(_GOES_TO, {"id": id, "person": person, "offer": offer.id})


def forget(db: Connected, party: str) -> None:
    """Keep nothing of which letters the party asked for, or was sent."""
    db.run(_FORGET, {"party": party})


def _offer(asked: Offer, person: str, now: Instant) -> Offer:
    return replace(
        asked,
        kind=OfferKind.LETTER,
        state=OfferState.OFFERED,
        represented=person,
        assurance=Loa.HIGH,  # as much as the letter is worth
        starts=None if asked.starts is None or asked.starts <= now else asked.starts,
        made_at=now,
        lapses_at=min(now + LAPSES_AFTER, asked.until),
        reference=None,
        approvals=(),
        taken=None,
        proof=PROOF,
    )


def _replace_former(db: Connected, vault: Vault, offer: Offer, *, by: Actor, now: Instant) -> None:
    """Take back what an earlier letter of this helper brought the code of."""
    after: str | None = None
    while True:
        page = open_offers(db, offer.represented, now=now, after=after)
        for one in page.offers:
            if one.kind is OfferKind.LETTER and one.representative == offer.representative and one.is_silent:
                declining.withdraw(db, vault, one.id, by=by, now=now)
        if (after := page.next) is None:
            return


def _written(asked: Asked, by: Actor) -> dict[str, Any]:
    known_by = asked.known_by
    return {
        "offer": offer_records.document_of(asked.offer),
        "born": asked.born.isoformat(),
        "bsn": known_by.value if isinstance(known_by, Identifier) else None,
        "address": known_by.value if isinstance(known_by, Address) else None,
        "on_behalf_of": by.on_behalf_of,
        "authority": by.authority,
        "assurance": None if by.assurance is None else by.assurance.word,
        "authenticator": by.authenticator,
    }


def _read(db: Connected, vault: Vault, id: str, helper: str, sealed: str) -> tuple[Asked, Actor] | None:
    """What was put aside; None where somebody was at the table."""
    try:
        told = json.loads(PartyKeys(db, vault, [helper]).of(helper).open_for(sealed, place=_place(id)))
        bsn, level = told["bsn"], told["assurance"]
        asked = Asked(
            offer_records.offer(json.dumps(told["offer"])),
            date.fromisoformat(told["born"]),
            Address.of_value(told["address"]) if bsn is None else Identifier(Scheme.BSN, bsn),
        )
        assurance = None if level is None else Loa.of_word(level)
        return asked, Actor(helper, told["on_behalf_of"], told["authority"], assurance, told["authenticator"])
    except (Unsealable, *DAMAGED):
        return None


def _place(id: str) -> str:
    return f"register_letters.sealed:{id}"
