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

__all__ = ["Changing", "Refused", "Why", "change", "hold"]

_HOLD: Final = Statement(
    "SELECT kind, name FROM register_links WHERE id = :id",
    postgresql="SELECT kind, name FROM register_links WHERE id = :id FOR UPDATE",
)

_REVIEWED: Final = Statement("DELETE FROM register_reviews WHERE mandate = :id")


class Why(StrEnum):
    """Why a mandate was not changed; the codes are stable."""

    UNKNOWN_MANDATE = "unknown_mandate"
    NOT_A_MANDATE = "not_a_mandate"
    ALREADY_ENDED = "already_ended"
    ALREADY_SUSPENDED = "already_suspended"
    NOT_SUSPENDED = "not_suspended"
    EVIDENCE_KNOWN = "evidence_known"
    TOO_MUCH_EVIDENCE = "too_much_evidence"
    NOT_TO_REVIEW = "not_to_review"
    SUSPENDED_BY_ANOTHER = "suspended_by_another"  # and whoever asks may not resume what they did not suspend


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
    held = _held(db, mandate_id)
    if isinstance(held, Refused):
        return held
    mandate, name = held
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
    if outcome.revoked_at is not None:
        db.run(_REVIEWED, {"id": mandate_id})  # nobody need look at it again
    journal.write(db, vault, event, puts[0].subject, by=by, now=now, reason=reason)
    notices.tell(db, outcome, event, now=now)
    return outcome


def hold(db: Connected, mandate_id: str) -> Mandate | Refused:
    """The mandate, held until this unit of work ends."""
    held = _held(db, mandate_id)
    return held if isinstance(held, Refused) else held[0]


def _held(db: Connected, mandate_id: str) -> tuple[Mandate, str] | Refused:
    """The mandate, held, and the folded name of who gave it."""
    row = db.one(_HOLD, {"id": mandate_id}) if mandate_id.isprintable() else None
    if row is None:
        return Refused(Why.UNKNOWN_MANDATE)
    kind, name = row
    if kind != "mandate" or (mandate := whole_mandate(db, mandate_id)) is None:
        return Refused(Why.NOT_A_MANDATE)
    return mandate, name
