"""What a record said, erased: its former contents, or all of it. The account tells that it was done, and stays whole."""

from collections.abc import Collection
from typing import Final

from claims.instants import Instant
from claims.register import journal
from claims.register.actor import Actor
from claims.register.journal import Event, Subject
from claims.register.many import ManyStatement
from claims.register.personal import Vault
from keys.storage import Connected, Statement

__all__ = ["ERASED_ONES", "erase_former", "tell_erased"]

_LATEST = Statement(
    "SELECT version, body FROM register_versions WHERE kind = :kind AND id = :record ORDER BY version DESC LIMIT 1"
)
_FORMER = Statement(
    "DELETE FROM register_versions WHERE kind = :kind AND id = :record AND version < :version"
)
_SAID = Statement(
    "UPDATE register_journal SET reason = NULL, salt = NULL WHERE kind = :kind AND record = :record"
    " AND (version < :version) AND salt IS NOT NULL"
)
_SAID_EVER: Final = ManyStatement(
    "UPDATE register_journal SET reason = NULL, salt = NULL"
    " WHERE kind = :kind AND record IN (:ids) AND salt IS NOT NULL"
)
ERASED_ONES: Final = ManyStatement(
    "SELECT DISTINCT record FROM register_journal WHERE kind IN ('mandate', 'legal_relation') AND record IN (:ids)"
    " AND event = 'erased_record'"
)
"""Which of these ids were those of links that were erased: an id is never used again (`mandates` 3)."""


def erase_former(
    db: Connected, vault: Vault, kind: str, record: str, *, by: Actor, now: Instant
) -> int | None:
    """Erase what earlier versions of a record said, and why it was changed to them; how many versions went.

    What it says now stays, and so do the ids, the instants and who did what. None where there is no such record. `kind`
    is that of the tables of versions (`party`, `mandate`, `legal_relation`, …).
    """
    latest = db.one(_LATEST, {"kind": kind, "record": record})
    if latest is None:
        return None
    version, body = latest
    which = {"kind": kind, "record": record, "version": version}
    erased = db.run(_FORMER, which)
    if erased:
        db.run(_SAID, which)
        # it tells up to which version, so that nothing that came later can go on the strength of it
        journal.write(db, vault, Event.ERASED, Subject(kind, record, version, body), by=by, now=now)
    return erased


def tell_erased(
    db: Connected, vault: Vault, kind: str, records: Collection[str], *, by: Actor, now: Instant
) -> None:
    """Erase from the account what it says in words of these records, which the caller erased whole, and tell of it.

    The ids stay, and the instants, and who did what.
    """
    _SAID_EVER.run(db, sorted(records), {"kind": kind})
    lines = [journal.line(Event.ERASED_RECORD, Subject(kind, record)) for record in sorted(records)]
    journal.write_many(db, vault, lines, by=by, now=now)
