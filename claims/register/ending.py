"""Ending a mandate: at once, everywhere, with who did it and on whose authority."""

from dataclasses import dataclass, replace
from enum import StrEnum

from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import journal
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.overview import mandate as whole_mandate
from claims.register.personal import Vault
from claims.register.rederiving import links_changed
from claims.register.shelves import LINKS, put, ready
from keys.storage import Connected, Statement

__all__ = ["Refused", "Why", "revoke"]

_HOLD = Statement(
    "SELECT kind, name FROM register_links WHERE id = :id",
    postgresql="SELECT kind, name FROM register_links WHERE id = :id FOR UPDATE",
)


class Why(StrEnum):
    """Why a mandate was not ended; the codes are stable."""

    UNKNOWN_MANDATE = "unknown_mandate"
    NOT_A_MANDATE = "not_a_mandate"
    ALREADY_ENDED = "already_ended"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed. A legal relation ends in the register that it comes from, not here."""

    why: Why


def revoke(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Mandate | Refused:
    """End the mandate from `now` on, on the represented side; the mandate as it is then.

    Whether `by` may do so is the caller's to know (`overview.within_reach`).
    """
    row = db.one(_HOLD, {"id": mandate_id}) if mandate_id.isprintable() else None
    if row is None:
        return Refused(Why.UNKNOWN_MANDATE)
    kind, name = row
    if kind != "mandate" or (mandate := whole_mandate(db, mandate_id)) is None:
        return Refused(Why.NOT_A_MANDATE)
    if any(end is not None and end <= now for end in (mandate.revoked_at, mandate.until)):
        return Refused(Why.ALREADY_ENDED)
    revoked = replace(mandate, revoked_at=now, recorded_at=now)
    puts = put(db, LINKS, [ready(LINKS, revoked, now=now)], more_columns=lambda _: {"name": name})
    links_changed(db, StoredFacts(db), puts)
    journal.write(db, vault, Event.REVOKED, puts[0].subject, by=by, now=now, reason=reason)
    return revoked
