"""Where records of each kind are put: their table, its columns beside the body, and every version they had."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from claims.catalogue import Service
from claims.instants import Instant, parse_instant, written
from claims.organisation import Appointment, Block, ClientGroup
from claims.parties import Party
from claims.register.deriving import order_name, search_text
from claims.register.many import ManyStatement
from claims.register.records import LISTED_APART, body_of
from claims.relations import Link
from claims.restrictions import Restriction
from claims.worldfile import record_as_json
from keys.storage import Connected, Statement

__all__ = [
    "APPOINTMENTS",
    "BLOCKS",
    "GROUPS",
    "LINKS",
    "PARTIES",
    "RESTRICTIONS",
    "SERVICES",
    "Put",
    "Shelf",
    "block_id",
    "full_version",
    "put",
]

R = TypeVar("R")
Document = dict[str, Any]  # a record as JSON

_KEEP_VERSION: Final = Statement(
    "INSERT INTO register_versions (kind, id, version, recorded_at, body)"
    " VALUES (:kind, :id, :version, :recorded_at, :body)"
)
_VERSION: Final = Statement(
    "SELECT body FROM register_versions WHERE kind = :kind AND id = :id AND version = :version"
)


class Shelf(Generic[R]):
    """One table of facts.

    `columns_of` gives what stands in columns beside the body, `starting` what further columns begin with.
    `judged` makes of a whole record what stands in the body, where that is less; `derived` are members of the body
    that come from other records, and stay when the record itself is put anew.
    """

    def __init__(
        self,
        table: str,
        columns: tuple[str, ...],
        *,
        kind_of: Callable[[R], str],
        columns_of: Callable[[R], dict[str, object]],
        id_of: Callable[[R], str],
        starting: Mapping[str, object] | None = None,
        judged: Callable[[Document], Document] | None = None,
        derived: frozenset[str] = frozenset(),
    ) -> None:
        self.kind_of: Final = kind_of
        self.columns_of: Final = columns_of
        self.id_of: Final = id_of
        self.starting: Final = dict(starting or {})
        self.judged: Final = judged
        self.derived: Final = derived
        named = ("id", *columns, "version", "body")
        every = (*named, *self.starting)
        read = f"SELECT id, version, body FROM {table}"  # noqa: S608 - names of ours alone
        self.read: Final = ManyStatement(
            f"{read} WHERE id IN (:ids)", postgresql=f"{read} WHERE id IN (:ids) ORDER BY id FOR UPDATE"
        )
        self.after: Final = Statement(f"{read} WHERE id > :id ORDER BY id LIMIT :most")
        self.write: Final = Statement(
            f"INSERT INTO {table} ({', '.join(every)})"  # noqa: S608 - names of ours alone
            f" VALUES ({', '.join(':' + name for name in every)})"
            " ON CONFLICT (id) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in named if name != "id")
        )

    def everything(self, db: Connected) -> Iterator[tuple[str, int, str]]:
        """Id, version and body of every record, by id."""
        last = ""
        while rows := db.all(self.after, {"id": last, "most": 1000}):
            yield from rows
            last = rows[-1][0]


@dataclass(frozen=True, slots=True)
class Put(Generic[R]):
    """A record that was put: its kind and id, the version that it has now, and its body before, if it was there."""

    record: R
    kind: str
    id: str
    version: int
    before: Document | None

    @property
    def known(self) -> bool:
        """Whether it was there before."""
        return self.before is not None


def put(
    db: Connected,
    shelf: Shelf[R],
    given: Iterable[R],
    *,
    now: Instant,
    more_columns: Callable[[R], Mapping[str, object]] | None = None,
    also_changed: frozenset[str] = frozenset(),
    kept_besides: Callable[[R], Mapping[str, object]] | None = None,
) -> list[Put[R]]:
    """Put every record whose content is not what is there already; what was put.

    Its `recorded_at` is its own, else `now`; a record that does not say it does not differ by it. `also_changed`
    are ids of records that changed where the body does not show it. `kept_besides` is what a version keeps
    beside the record as it is written.
    """
    by_id = {shelf.id_of(record): record for record in given}
    there = {id: (version, json.loads(body)) for id, version, body in shelf.read.rows(db, sorted(by_id))}
    changed: list[Put[R]] = []
    rows: list[dict[str, object]] = []
    versions: list[dict[str, object]] = []
    for id, record in by_id.items():
        full: Document = dict(record_as_json(record))  # type: ignore[arg-type]
        full.pop("identifiers", None)
        version, before = there.get(id, (0, None))
        judged = full if shelf.judged is None else shelf.judged(full)
        if before is not None and shelf.derived:
            judged = {**judged, **{key: before[key] for key in shelf.derived & before.keys()}}
        if before is not None and id not in also_changed:
            recorded_at = full.get("recorded_at") or before["recorded_at"]
            if {**judged, "recorded_at": recorded_at} == before:
                continue
        recorded_at = full.get("recorded_at") or written(now)
        kind = shelf.kind_of(record)
        rows.append(
            {
                **shelf.columns_of(record),
                **({} if more_columns is None else more_columns(record)),
                **shelf.starting,
                "id": id,
                "version": version + 1,
                "body": body_of({**judged, "recorded_at": recorded_at}),
            }
        )
        besides = {} if kept_besides is None else kept_besides(record)
        versions.append(
            {
                "kind": kind,
                "id": id,
                "version": version + 1,
                "recorded_at": parse_instant(recorded_at),
                "body": body_of({**full, **besides, "recorded_at": recorded_at}),
            }
        )
        changed.append(Put(record, kind, id, version + 1, before))
    db.many(shelf.write, rows)
    db.many(_KEEP_VERSION, versions)
    return changed


def full_version(db: Connected, kind: str, id: str, version: int) -> Document:
    """Everything that this version of the record said."""
    row = db.one(_VERSION, {"kind": kind, "id": id, "version": version})
    if row is None:
        raise LookupError(f"no version {version} of {kind} {id}")
    document: Document = json.loads(row[0])
    return document


def block_id(block: Block) -> str:
    """What identifies a block, as one text."""
    return json.dumps([block.organisation, block.person, block.authenticator, written(block.starts)])


def _digest(ids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _judged_link(full: Document) -> Document:
    """A long list of clients stands in a table of its own; its digest stands here."""
    clients = full.get("clients")
    if not isinstance(clients, dict) or len(clients.get("parties", ())) <= LISTED_APART:
        return full
    apart = _digest(clients["parties"])
    return {**full, "clients": {"groups": clients.get("groups", [])}, "listed_apart": apart}


def _judged_group(full: Document) -> Document:
    """A group's clients stand in a table of their own; their digest stands here."""
    return {**full, "clients": [], "listed_apart": _digest(full["clients"])}


PARTIES: Final = Shelf[Party](
    "register_parties",
    ("kind", "name", "search"),
    kind_of=lambda party: "party",
    id_of=lambda party: party.id,
    columns_of=lambda party: {
        "kind": party.kind.value,
        "name": order_name(party),
        "search": search_text(party),
    },
    starting={"restricted": 0, "blocking": 0},
    derived=frozenset({"owned"}),
)
SERVICES: Final = Shelf[Service](
    "register_services",
    ("uri", "provider"),
    kind_of=lambda service: "service",
    id_of=lambda service: service.id,
    columns_of=lambda service: {"uri": service.uri, "provider": service.provider},
)
LINKS: Final = Shelf[Link](
    "register_links",
    ("kind", "represented", "representative", "name"),
    kind_of=lambda link: "mandate" if link.is_mandate else "legal_relation",
    id_of=lambda link: link.id,
    columns_of=lambda link: {
        "kind": str(link.basis),
        "represented": link.represented,
        "representative": link.representative,
    },
    judged=_judged_link,
)
RESTRICTIONS: Final = Shelf[Restriction](
    "register_restrictions",
    ("party",),
    kind_of=lambda restriction: "restriction",
    id_of=lambda restriction: restriction.id,
    columns_of=lambda restriction: {"party": restriction.party},
)
GROUPS: Final = Shelf[ClientGroup](
    "register_groups",
    ("organisation",),
    kind_of=lambda group: "client_group",
    id_of=lambda group: group.id,
    columns_of=lambda group: {"organisation": group.organisation},
    judged=_judged_group,
)
APPOINTMENTS: Final = Shelf[Appointment](
    "register_appointments",
    ("organisation", "person"),
    kind_of=lambda appointment: "appointment",
    id_of=lambda appointment: appointment.id,
    columns_of=lambda appointment: {"organisation": appointment.organisation, "person": appointment.person},
)
BLOCKS: Final = Shelf[Block](
    "register_blocks",
    ("organisation", "person"),
    kind_of=lambda block: "block",
    id_of=block_id,
    columns_of=lambda block: {"organisation": block.organisation, "person": block.person},
)
