"""One mandate changed by somebody: held, put as a new version, told in the account and to both sides, or refused."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import journal, notices
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.overview import mandate as whole_mandate
from claims.register.personal import Vault
from claims.register.rederiving import links_changed
from claims.register.shelves import LINKS, put, ready
from keys.storage import Connected, Statement

__all__ = ["Changing", "Refused", "Why", "change"]

_HOLD: Final = Statement(
    "SELECT kind, name FROM register_links WHERE id = :id",
    postgresql="SELECT kind, name FROM register_links WHERE id = :id FOR UPDATE",
)


class Why(StrEnum):
    """Why a mandate was not changed; the codes are stable."""

    UNKNOWN_MANDATE = "unknown_mandate"
    NOT_A_MANDATE = "not_a_mandate"
    ALREADY_ENDED = "already_ended"
    ALREADY_SUSPENDED = "already_suspended"
    NOT_SUSPENDED = "not_suspended"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed. A legal relation changes in the register that it comes from, not here."""

    why: Why


class Changing(Protocol):
    """One of the ways in which somebody changes a mandate."""

    def __call__(
        self,
        db: Connected,
        vault: Vault,
        mandate_id: str,
        *,
        by: Actor,
        now: Instant,
        reason: str | None = None,
    ) -> Mandate | Refused: ...


def change(
    db: Connected,
    vault: Vault,
    mandate_id: str,
    event: Event,
    changed: Callable[[Mandate], Mandate | Why],
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> Mandate | Refused:
    """Make of the mandate what `changed` makes of it; the mandate as it is then.

    One that has ended changes no more, and where the outcome says the same nothing is told. Whether `by` may do so is the caller's to know (`overview.within_reach`).
    """
    row = db.one(_HOLD, {"id": mandate_id}) if mandate_id.isprintable() else None
    if row is None:
        return Refused(Why.UNKNOWN_MANDATE)
    kind, name = row
    if kind != "mandate" or (mandate := whole_mandate(db, mandate_id)) is None:
        return Refused(Why.NOT_A_MANDATE)
    if mandate.has_ended(now):
        return Refused(Why.ALREADY_ENDED)
    outcome = changed(mandate)
    if isinstance(outcome, Why):
        return Refused(outcome)
    if outcome == mandate:
        return mandate
    outcome = replace(outcome, recorded_at=now)
    puts = put(db, LINKS, [ready(LINKS, outcome, now=now)], more_columns=lambda _: {"name": name})
    links_changed(db, StoredFacts(db), puts)
    journal.write(db, vault, event, puts[0].subject, by=by, now=now, reason=reason)
    notices.tell(db, outcome, event, now=now)
    return outcome
