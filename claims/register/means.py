"""With which means people acted for an organisation as its own people, and which of them it does not want used (G12).

A means is noted when somebody logs in with it on the organisation's behalf, never otherwise: what a person uses in
private, or for others, stands nowhere here. What is noted is erased with the uses, and when the person leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from claims.instants import Instant
from claims.organisation import Block
from claims.register import journal, notices, records
from claims.register.actor import Actor
from claims.register.journal import Event
from claims.register.many import ManyStatement
from claims.register.offers_kept import alone
from claims.register.personal import Vault
from claims.register.shelves import BLOCKS, block_id, put, ready
from claims.representation import Representation
from keys.storage import Connected, Statement

__all__ = [
    "Refused",
    "Used",
    "UsedPage",
    "Why",
    "block",
    "blocks_of",
    "forget",
    "is_used",
    "lift",
    "mark_blocking",
    "note",
    "used",
    "used_by",
]

# Of a person's mandate nothing is noted: no organisation is there to ask.
_NOTE = Statement(
    "INSERT INTO register_means_used (organisation, person, authenticator, first_at, last_at)"
    " SELECT id, :person, :authenticator, :now, :now FROM register_parties"
    " WHERE id = :organisation AND kind = 'organisation'"
    " ON CONFLICT (organisation, person, authenticator) DO UPDATE SET last_at = excluded.last_at"
    " WHERE register_means_used.last_at < excluded.last_at - :often"
)
_OFTEN: Final = 3600  # seconds in which one note does
_USED = Statement(
    "SELECT person, authenticator, first_at, last_at FROM register_means_used"
    " WHERE organisation = :organisation AND (person, authenticator) > (:person, :authenticator)"
    " ORDER BY person, authenticator LIMIT :most"
)
_OF_PERSON = Statement(
    "SELECT organisation, authenticator, first_at, last_at FROM register_means_used"
    " WHERE person = :person ORDER BY organisation, authenticator"
)
_ONE = Statement(
    "SELECT 1 FROM register_means_used"
    " WHERE organisation = :organisation AND person = :person AND authenticator = :authenticator"
)
_FORGET = Statement(
    "DELETE FROM register_means_used WHERE person = :person AND (organisation = :organisation OR :organisation = '')"
)
_BLOCKS = Statement("SELECT body FROM register_blocks WHERE organisation = :organisation ORDER BY person, id")
_BLOCKING = ManyStatement("UPDATE register_parties SET blocking = 1 WHERE id IN (:ids)")


class Why(StrEnum):
    """Why nothing was blocked or lifted; the codes are stable."""

    UNKNOWN_MEANS = "unknown_means"
    ALREADY_BLOCKED = "already_blocked"
    NOT_BLOCKED = "not_blocked"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed."""

    why: Why


@dataclass(frozen=True, slots=True)
class Used:
    """A person of the organisation logged in on its behalf with this authenticator: first and last when, to the hour."""

    person: str
    authenticator: str
    first_at: Instant
    last_at: Instant


@dataclass(frozen=True, slots=True)
class UsedPage:
    """Some of them, by person and authenticator; `next` asks for the page after it, None at the end."""

    used: tuple[Used, ...]
    next: tuple[str, str] | None


def note(db: Connected, representation: Representation, authenticator: str, *, now: Instant) -> None:
    """Remember with which means the acting person acted for the organisation whose person they are on this path."""
    db.run(
        _NOTE,
        {
            "organisation": representation.through or representation.represented,
            "person": representation.acting,
            "authenticator": authenticator,
            "now": now,
            "often": _OFTEN,
        },
    )


def used(
    db: Connected, organisation: str, *, after: tuple[str, str] | None = None, limit: int = 100
) -> UsedPage:
    """The means that were used on the organisation's behalf by its own people."""
    person, authenticator = after or ("", "")
    values = {
        "organisation": organisation,
        "person": person,
        "authenticator": authenticator,
        "most": limit + 1,
    }
    rows = db.all(_USED, values)
    shown = tuple(Used(*row) for row in rows[:limit])
    return UsedPage(shown, (shown[-1].person, shown[-1].authenticator) if len(rows) > limit else None)


def used_by(db: Connected, person: str) -> list[tuple[str, Used]]:
    """For which organisations this person used which means: all that is noted of them."""
    rows = db.all(_OF_PERSON, {"person": person})
    return [(organisation, Used(person, *rest)) for organisation, *rest in rows]


def is_used(db: Connected, organisation: str, person: str, authenticator: str) -> bool:
    """Whether this person used it on the organisation's behalf."""
    return db.one(_ONE, _three(organisation, person, authenticator)) is not None


def blocks_of(db: Connected, organisation: str) -> list[Block]:
    """The organisation's blocks, past ones too, by person."""
    return [records.block(body) for (body,) in db.all(_BLOCKS, {"organisation": organisation})]


def block(
    db: Connected,
    vault: Vault,
    organisation: str,
    person: str,
    authenticator: str,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> Block | Refused:
    """Let this authenticator of this person open nothing on the organisation's behalf, from `now` on, at every service.

    One that was never used so is refused: whether there is one is the person's to tell. Whether `by` may block is the
    caller's to know.
    """
    alone(db, organisation)
    if not is_used(db, organisation, person, authenticator):
        return Refused(Why.UNKNOWN_MEANS)
    if _in_force(db, organisation, person, authenticator, now):
        return Refused(Why.ALREADY_BLOCKED)
    one = Block(organisation, person, authenticator, now)
    mark_blocking(db, [organisation])
    return _keep(db, vault, one, Event.BLOCKED, by=by, now=now, reason=reason)


def lift(
    db: Connected,
    vault: Vault,
    organisation: str,
    person: str,
    authenticator: str,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> Block | Refused:
    """Let it be used again, from `now` on."""
    alone(db, organisation)
    found = _in_force(db, organisation, person, authenticator, now)
    if not found:
        return Refused(Why.NOT_BLOCKED)
    lifted = [
        # a period is not empty: what was blocked this very second is so until the next one
        _keep(
            db,
            vault,
            replace(one, until=max(now, one.starts + 1)),
            Event.LIFTED,
            by=by,
            now=now,
            reason=reason,
        )
        for one in found
    ]
    return lifted[-1]


def mark_blocking(db: Connected, organisations: Sequence[str]) -> None:
    """Let answers look for blocks of these organisations from now on."""
    _BLOCKING.run(db, sorted(organisations))


def forget(db: Connected, person: str, *, organisation: str | None = None) -> None:
    """Erase what was noted of the person: at this organisation, or everywhere."""
    db.run(_FORGET, {"person": person, "organisation": organisation or ""})


def _in_force(db: Connected, organisation: str, person: str, authenticator: str, now: Instant) -> list[Block]:
    # one that ends the next second was lifted in this one
    return [
        one
        for one in blocks_of(db, organisation)
        if one.person == person
        and one.authenticator == authenticator
        and (one.until is None or one.until > max(now, one.starts) + 1)
    ]


def _three(organisation: str, person: str, authenticator: str) -> dict[str, str]:
    three = {"organisation": organisation, "person": person, "authenticator": authenticator}
    return three if all(one.isprintable() for one in three.values()) else dict.fromkeys(three, "")


def _keep(
    db: Connected,
    vault: Vault,
    one: Block,
    event: Event,
    *,
    by: Actor,
    now: Instant,
    reason: str | None,
) -> Block:
    kept = replace(one, recorded_at=now)
    puts = put(db, BLOCKS, [ready(BLOCKS, kept, now=now, differs=True)])
    journal.write(db, vault, event, puts[0].subject, by=by, now=now, reason=reason)
    notices.tell_of(db, block_id(kept), (kept.organisation, kept.person), event, now=now)
    return kept
