"""What became of one mandate: every entry of the journal about it, and what that corrected of the past."""

from dataclasses import dataclass
from typing import Final

from claims.corrections import corrected
from claims.mandates import Mandate
from claims.register import journal, records
from claims.register.journal import Entry, Event
from keys.storage import Connected, Statement

__all__ = ["Change", "of_mandate"]

_VERSIONS: Final = Statement(
    "SELECT version, body FROM register_versions WHERE kind = 'mandate' AND id = :id ORDER BY version"
)
_PUT_NOTHING: Final = frozenset({Event.ERASED, Event.ERASED_RECORD})


@dataclass(frozen=True, slots=True)
class Change:
    """One entry; `corrects` are the dates by which the past is not what it was said to be (`corrections.corrected`).

    Empty too where the version before it was erased: nobody can say any more.
    """

    entry: Entry
    corrects: tuple[str, ...]
    first: bool  # whether it tells of the mandate for the first time


def of_mandate(db: Connected, id: str) -> list[Change]:
    """What happened to the mandate, oldest first."""
    versions: dict[int, Mandate] = {}
    for version, body in db.all(_VERSIONS, {"id": id}):
        found = records.link.__wrapped__(
            body
        )  # earlier contents are not worth a place among the decoded records
        if isinstance(found, Mandate):
            versions[version] = found
    return [_change(entry, versions) for entry in journal.of_record(db, "mandate", id)]


def _change(entry: Entry, versions: dict[int, Mandate]) -> Change:
    version = None if entry.subject is None else entry.subject.version
    if version is None or entry.event in _PUT_NOTHING:
        return Change(entry, (), first=False)
    after, before = versions.get(version), versions.get(version - 1)
    if after is None or (before is None and version > 1):
        return Change(entry, (), first=version == 1)
    return Change(entry, corrected(before, after, entry.at), first=version == 1)
