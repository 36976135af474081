"""Putting records on their shelf: what is there already stays, and every version that a record had is kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

import orjson

from claims.instants import Instant, parse_instant, written
from claims.register.journal import Subject
from claims.register.records import body_of
from claims.register.shelves.shelf import Document, Shelf
from keys.storage import Connected, Statement

__all__ = ["Put", "Ready", "full_version", "put", "ready"]

R = TypeVar("R")

_KEEP_VERSION: Final = Statement(
    "INSERT INTO register_versions (kind, id, version, recorded_at, body)"
    " VALUES (:kind, :id, :version, :recorded_at, :body)"
)
_KEEP_FORMER: Final = Statement(
    "INSERT INTO register_former_parties (member, party, id) VALUES (:member, :party, :id) ON CONFLICT DO NOTHING"
)
_VERSION: Final = Statement(
    "SELECT body FROM register_versions WHERE kind = :kind AND id = :id AND version = :version"
)


class Ready(NamedTuple):
    """A record as it will be put: all that can be made of it while nobody waits for the database.

    `body` says `now` where the record does not say itself when it was recorded (`says_when`). `whole` is what its
    version says. `differs` where the record changed and its body does not show it.
    """

    kind: str
    id: str
    columns: dict[str, object]
    body: str
    whole: str
    recorded_at: Instant
    says_when: bool
    differs: bool

    def is_there(self, before: Document, shelf: Shelf[Any]) -> bool:
        """Whether `before`, the body that is there, says the same; a record does not differ by what it leaves out."""
        if self.differs:
            return False
        told = {key: value for key, value in before.items() if key not in shelf.derived}
        same: Document = orjson.loads(self.body)
        if not self.says_when:
            same["recorded_at"] = told["recorded_at"]
        return same == told

    def body_after(self, before: Document | None, shelf: Shelf[Any]) -> str:
        """Its body where that one is there: with what in it comes from other records."""
        derived = {} if before is None else {key: before[key] for key in shelf.derived & before.keys()}
        return body_of({**orjson.loads(self.body), **derived}) if derived else self.body


def ready(
    shelf: Shelf[R],
    record: R,
    *,
    now: Instant,
    differs: bool = False,
    besides: Mapping[str, object] | None = None,
) -> Ready:
    """The record made ready: its `recorded_at` is its own, else `now`.

    `besides` is what a version keeps beside the record as it is written.
    """
    whole: Document = dict(shelf.written(record))
    for personal in ("identifiers", "address"):  # sealed, and kept beside it
        whole.pop(personal, None)
    said = whole.get("recorded_at")
    whole["recorded_at"] = said or written(now)
    judged = whole if shelf.judged is None else shelf.judged(whole)
    body = body_of(judged)
    return Ready(
        kind=shelf.kind_of(record),
        id=shelf.id_of(record),
        columns=shelf.columns_of(record),
        body=body,
        whole=body if judged is whole and not besides else body_of({**whole, **(besides or {})}),
        recorded_at=now if said is None else parse_instant(said),
        says_when=said is not None,
        differs=differs,
    )


@dataclass(frozen=True, slots=True)
class Put(Generic[R]):
    """A record that was put: its kind and id, the version that it has now, and its body before, if it was there."""

    kind: str
    id: str
    version: int
    before: Document | None
    columns: Mapping[str, object]
    whole: str
    read: Callable[[str], R]

    @property
    def known(self) -> bool:
        """Whether it was there before."""
        return self.before is not None

    @property
    def subject(self) -> Subject:
        """What the journal says of it."""
        return Subject(self.kind, self.id, self.version, self.whole)

    @property
    def record(self) -> R:
        """The record; without the numbers of a party."""
        return self.read(self.whole)


def put(
    db: Connected,
    shelf: Shelf[R],
    given: Sequence[Ready],
    *,
    more_columns: Callable[[Ready], Mapping[str, object]] | None = None,
) -> list[Put[R]]:
    """Put every record whose content is not what is there already; what was put."""
    there = {
        id: (version, body) for id, version, body in shelf.read.rows(db, sorted(one.id for one in given))
    }
    changed: list[Put[R]] = []
    rows: list[dict[str, object]] = []
    versions: list[dict[str, object]] = []
    for one in given:
        version, body = there.get(one.id, (0, None))
        before: Document | None = None if body is None else orjson.loads(body)
        if before is not None and one.is_there(before, shelf):
            continue
        version += 1
        rows.append(
            {
                **one.columns,
                **({} if more_columns is None else more_columns(one)),
                **shelf.starting,
                "id": one.id,
                "version": version,
                "body": one.body_after(before, shelf),
            }
        )
        versions.append(
            {
                "kind": one.kind,
                "id": one.id,
                "version": version,
                "recorded_at": one.recorded_at,
                "body": one.whole,
            }
        )
        changed.append(Put(one.kind, one.id, version, before, one.columns, one.whole, shelf.record))
    db.many(shelf.write, rows)
    db.many(_KEEP_VERSION, versions)
    db.many(_KEEP_FORMER, [row for one in changed if one.known for row in _former(shelf, one)])
    return changed


def _former(shelf: Shelf[R], one: Put[R]) -> Iterator[dict[str, object]]:
    """The parties by which the record was found, and is not any more: its earlier versions still are."""
    before = one.before or {}
    for member in shelf.found_by:
        if before[member] != one.columns[member]:
            yield {"member": member, "party": before[member], "id": one.id}


def full_version(db: Connected, kind: str, id: str, version: int) -> Document:
    """Everything that this version of the record said."""
    row = db.one(_VERSION, {"kind": kind, "id": id, "version": version})
    if row is None:
        raise LookupError(f"no version {version} of {kind} {id}")
    document: Document = orjson.loads(row[0])
    return document
