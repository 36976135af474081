"""Former contents of a record, erased; the account tells that it was done, and stays whole."""

from claims.instants import Instant
from claims.register import journal
from claims.register.actor import Actor
from claims.register.journal import Event, Subject
from keys.storage import Connected, Statement

__all__ = ["erase_former"]

_LATEST = Statement("SELECT max(version) FROM register_versions WHERE kind = :kind AND id = :record")
_FORMER = Statement(
    "DELETE FROM register_versions WHERE kind = :kind AND id = :record AND version < :version"
)
_SAID = Statement(
    "UPDATE register_journal SET reason = NULL, salt = NULL WHERE kind = :kind AND record = :record"
    " AND (version < :version) AND salt IS NOT NULL"
)


def erase_former(db: Connected, kind: str, record: str, *, by: Actor, now: Instant) -> int | None:
    """Erase what earlier versions of a record said, and why it was changed to them; how many versions went.

    What it says now stays, and so do the ids, the instants and who did what. None where there is no such record. `kind`
    is that of the tables of versions (`party`, `mandate`, `legal_relation`, …).
    """
    latest = db.one(_LATEST, {"kind": kind, "record": record})
    if latest is None or latest[0] is None:
        return None
    which = {"kind": kind, "record": record, "version": latest[0]}
    erased = db.run(_FORMER, which)
    if erased:
        db.run(_SAID, which)
        journal.write(db, Event.ERASED, Subject(kind, record), by=by, now=now)
    return erased
