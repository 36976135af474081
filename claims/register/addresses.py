"""Where people want to be told: a mail address of their own, sealed under the key of the party.

Whoever types an address shows that it is theirs by a code that is mailed there. A code works once, for the address and
the party it was made for, for an hour and five tries; and five codes a day are made for a party, so that nobody is
mailed by somebody else more often than that.
"""

import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from claims.instants import Instant
from claims.mail_address import is_mail_address
from claims.register.notices import Occasion
from claims.register.party_keys import PartyKeys, keep_keys
from claims.register.personal import PartyKey, Vault
from claims.register.turns import take_turn
from keys.in_use import Purpose, claim
from keys.sealing import KeyedDigest
from keys.storage import Connected, Statement

__all__ = [
    "CODE_DIGITS", "CODE_LIVES", "Address", "Addressed", "NotAddressed", "addressed", "confirm", "forget",
    "key_of", "of", "put", "remove", "tell_apart", "want", "wanted",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """Where a party is mailed, and in which language (`nl`, `en`) where that is known."""

    mail: str
    language: str | None
    confirmed_at: Instant

    def __repr__(self) -> str:
        return "Address()"


@dataclass(frozen=True, slots=True)
class Addressed:
    """What is in a notice that goes its own way: with a code to the address that is wanted, without to the one that was.

    `mail` is None for a letter: until now there was no address.
    """

    mail: str | None
    code: str | None
    language: str | None
    offer: str | None = None  # of which a letter brings the code (G6a)

    def __repr__(self) -> str:
        return "Addressed()"


class NotAddressed(StrEnum):
    """Why an address was not taken; the codes are stable."""

    NOT_A_MAIL_ADDRESS = "not_a_mail_address"
    TOO_MANY_CODES = "too_many_codes"
    WRONG_CODE = "wrong_code"  # or one that is too old, or tried too often: nobody is told which


CODE_DIGITS: Final = 8
CODE_LIVES: Final = 3600  # seconds
_TRIES: Final = 5
_CODES: Final = 5
_DAY: Final = 86400
_CONFIRMED: Final = "register_addresses.sealed"
_NOT_YET: Final = "register_addresses.wanted"

_OF = Statement("SELECT sealed, language, confirmed_at FROM register_addresses WHERE party = :party")
_WANTED = Statement(
    "SELECT wanted FROM register_addresses WHERE party = :party AND code IS NOT NULL AND code_until > :now AND wrong < :tries"
)
# Of codes that are asked for at once no more are made than a day takes.
_WANT = Statement(
    "INSERT INTO register_addresses (party, wanted, code, code_until, wrong, asked_since, asked)"
    " VALUES (:party, :wanted, :code, :until, 0, :now, 1)"
    " ON CONFLICT (party) DO UPDATE SET wanted = excluded.wanted, code = excluded.code,"
    " code_until = excluded.code_until, wrong = 0,"
    " asked = CASE WHEN register_addresses.asked_since > :yesterday THEN register_addresses.asked + 1 ELSE 1 END,"
    " asked_since = CASE WHEN register_addresses.asked_since > :yesterday"
    " THEN register_addresses.asked_since ELSE :now END"
    " WHERE register_addresses.asked < :codes OR register_addresses.asked_since <= :yesterday"
)
_TRY = Statement(
    "UPDATE register_addresses SET wrong = wrong + 1"
    " WHERE party = :party AND code IS NOT NULL AND code_until > :now AND wrong < :tries RETURNING wanted"
)
_CONFIRM = Statement(
    "UPDATE register_addresses SET sealed = :sealed, language = :language, confirmed_at = :now,"
    " wanted = NULL, code = NULL, code_until = NULL, wrong = 0"
    " WHERE party = :party AND code = :code AND wanted = :wanted AND code_until > :now AND wrong <= :tries"
)
_PUT = Statement(
    "INSERT INTO register_addresses (party, sealed, language, confirmed_at, wrong, asked_since, asked)"
    " VALUES (:party, :sealed, :language, :now, 0, :now, 0) ON CONFLICT (party) DO UPDATE SET"
    " sealed = excluded.sealed, language = excluded.language, confirmed_at = excluded.confirmed_at,"
    " wanted = NULL, code = NULL, code_until = NULL"
)
_REMOVE = Statement(
    "UPDATE register_addresses SET sealed = NULL, language = NULL, confirmed_at = NULL, wanted = NULL, code = NULL,"
    " code_until = NULL WHERE party = :party AND (sealed IS NOT NULL OR wanted IS NOT NULL)"
)
_FORGET: Final = (
    Statement("DELETE FROM register_addresses WHERE party = :party"),
    Statement("DELETE FROM register_notices WHERE recipient = :party OR beside = :party"),
)
_ADD_NOTICE = Statement(
    "INSERT INTO register_notices (id, at, recipient, subject, change, sealed, due_at, tries)"
    " VALUES (:id, :now, :party, :party, :change, :sealed, :now, 0)"
)


def of(db: Connected, vault: Vault, party: str) -> Address | None:
    """Where the party is mailed; None where it has no address. `Unsealable` where the row was changed or moved."""
    row = db.one(_OF, {"party": party})
    if row is None or row[0] is None:
        return None
    key = PartyKeys(db, vault, [party]).of(party)
    return Address(key.open_for(row[0], place=_CONFIRMED), row[1], row[2])


def wanted(db: Connected, vault: Vault, party: str, *, now: Instant) -> str | None:
    """The address that waits for its code; None where none does."""
    row = db.one(_WANTED, {"party": party, "now": now, "tries": _TRIES})
    return None if row is None else PartyKeys(db, vault, [party]).of(party).open_for(row[0], place=_NOT_YET)


def want(
    db: Connected,
    vault: Vault,
    codes: KeyedDigest,
    party: str,
    mail: str,
    *,
    language: str,
    now: Instant,
) -> NotAddressed | None:
    """Have a code mailed to `mail`, in that language: with it the address becomes the party's. None: it is on its way.

    A code of before works no more.
    """
    if not is_mail_address(mail):
        return NotAddressed.NOT_A_MAIL_ADDRESS
    key = key_of(db, vault, party)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    values = {
        "party": party,
        "wanted": key.seal_for(mail, place=_NOT_YET),
        "code": codes.of("mail address", party, mail, code),
        "until": now + CODE_LIVES,
        "now": now,
        "yesterday": now - _DAY,
        "codes": _CODES,
    }
    if not db.run(_WANT, values):
        return NotAddressed.TOO_MANY_CODES
    tell_apart(db, key, party, Occasion.ADDRESS_CODE, Addressed(mail, code, language), now=now)
    return None


def confirm(
    db: Connected,
    vault: Vault,
    codes: KeyedDigest,
    party: str,
    code: str,
    *,
    language: str,
    now: Instant,
) -> NotAddressed | None:
    """Take the address that waits as the party's, by its code. The address that was is told; None where it is done.

    A try counts before it is looked at: of tries that come at once no more are looked at than a code has.
    """
    row = db.one(_TRY, {"party": party, "now": now, "tries": _TRIES})
    if row is None:
        return NotAddressed.WRONG_CODE
    key = PartyKeys(db, vault, [party]).of(party)
    mail = key.open_for(row[0], place=_NOT_YET)
    before = of(db, vault, party)
    taken = {
        "party": party,
        "code": codes.of("mail address", party, mail, code),
        "wanted": row[0],
        "sealed": key.seal_for(mail, place=_CONFIRMED),
        "language": language,
        "now": now,
        "tries": _TRIES,
    }
    if not db.run(_CONFIRM, taken):
        return NotAddressed.WRONG_CODE
    _tell_former(db, key, party, before, mail, now=now)
    return None


def put(
    db: Connected, vault: Vault, party: str, mail: str, *, language: str | None, now: Instant
) -> NotAddressed | None:
    """Make this the address of the party, as the operator knows it; the address that was is told."""
    if not is_mail_address(mail):
        return NotAddressed.NOT_A_MAIL_ADDRESS
    key = key_of(db, vault, party)
    before = of(db, vault, party)
    sealed = key.seal_for(mail, place=_CONFIRMED)
    db.run(_PUT, {"party": party, "sealed": sealed, "language": language, "now": now})
    _tell_former(db, key, party, before, mail, now=now)
    return None


def remove(db: Connected, vault: Vault, party: str, *, now: Instant) -> bool:
    """The party has no mail address any more, nor one that waits; what it had is told. False where it had none."""
    before = of(db, vault, party)
    if not db.run(_REMOVE, {"party": party}):
        return False
    if before is not None:
        _tell_former(db, key_of(db, vault, party), party, before, None, now=now)
    return True


def forget(db: Connected, party: str) -> None:
    """Keep nothing of where the party was told, and of what."""
    for statement in _FORGET:
        db.run(statement, {"party": party})


def addressed(db: Connected, vault: Vault, party: str, sealed: str, id: str) -> Addressed:
    """Where and what, of a notice that is addressed apart; `Unsealable` where it was changed or moved."""
    key = PartyKeys(db, vault, [party]).of(party)
    told = json.loads(key.open_for(sealed, place=_place_of_notice(id)))
    return Addressed(told["mail"], told["code"], told["language"], told.get("offer"))


def _place_of_notice(id: str) -> str:
    return f"register_notices.sealed:{id}"


def key_of(db: Connected, vault: Vault, party: str) -> PartyKey:
    """The party's key, made where it has none yet. Call it before anything is written to the account."""
    keys = PartyKeys(db, vault, [party])
    key = keys.of(party)
    if not keys.made:
        return key
    take_turn(db)  # no import gives it one meanwhile
    keys = PartyKeys(db, vault, [party])
    key = keys.of(party)
    if keys.made:
        claim(db, Purpose.SEAL, vault.seal_id)
        keep_keys(db, keys.made)
    return key


def _tell_former(
    db: Connected, key: PartyKey, party: str, before: Address | None, mail: str | None, *, now: Instant
) -> None:
    """Somebody who took a login over cannot lead its notices elsewhere unseen."""
    if before is None:
        tell_apart(db, key, party, Occasion.ADDRESS_LEFT, Addressed(None, None, None), now=now)
    elif before.mail != mail:
        was = Addressed(before.mail, None, before.language)
        tell_apart(db, key, party, Occasion.ADDRESS_LEFT, was, now=now)


def tell_apart(
    db: Connected, key: PartyKey, party: str, change: Occasion, told: Addressed, *, now: Instant
) -> None:
    """Put a notice in the outbox that goes its own way, sealed under the key of the party."""
    id = secrets.token_urlsafe(16)
    written = json.dumps(
        {"mail": told.mail, "code": told.code, "language": told.language, "offer": told.offer}
    )
    sealed = key.seal_for(written, place=_place_of_notice(id))
    db.run(_ADD_NOTICE, {"id": id, "now": now, "party": party, "change": change.value, "sealed": sealed})
