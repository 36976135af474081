"""Who is support: stops and pauses mandates of others on request, on pages of their own, and nothing else.

The operator says so by a command. It comes beside what somebody is in the register: for themselves they have their own page.
"""

from typing import Final

from claims.instants import Instant
from claims.register import journal
from claims.register.actor import OPERATOR
from claims.register.journal import Event, Subject
from claims.register.personal import Vault
from keys.storage import Connected, Statement

__all__ = ["end", "every", "is_support", "make"]

_MAKE: Final = Statement(
    "INSERT INTO login_support (person, since) VALUES (:person, :now) ON CONFLICT (person) DO NOTHING"
)
_END: Final = Statement("DELETE FROM login_support WHERE person = :person")
_IS: Final = Statement("SELECT 1 FROM login_support WHERE person = :person")
_EVERY: Final = Statement("SELECT person, since FROM login_support ORDER BY person")


def make(db: Connected, vault: Vault, person: str, *, now: Instant) -> bool:
    """Let this person be support from now on; False where they are."""
    if not db.run(_MAKE, {"person": person, "now": now}):
        return False
    journal.write(db, vault, Event.SUPPORT_BEGUN, Subject("party", person), by=OPERATOR, now=now)
    return True


def end(db: Connected, vault: Vault, person: str, *, now: Instant) -> bool:
    """Let this person be support no more; False where they are not."""
    if not db.run(_END, {"person": person}):
        return False
    journal.write(db, vault, Event.SUPPORT_ENDED, Subject("party", person), by=OPERATOR, now=now)
    return True


def is_support(db: Connected, person: str) -> bool:
    """Whether this person is."""
    return db.one(_IS, {"person": person}) is not None


def every(db: Connected) -> list[tuple[str, Instant]]:
    """Who is, by id, and since when."""
    return [(person, since) for person, since in db.all(_EVERY)]
