"""Where records of each kind are put: their table, its columns beside the body, and every version they had."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

import orjson

from claims.catalogue import Service, ServiceSet
from claims.desk import DeskAppointment, DeskVisit
from claims.instants import Instant, parse_instant, written
from claims.keeping import first_end
from claims.offers import Offer
from claims.organisation import Appointment, Block, ClientGroup
from claims.parties import Party
from claims.register import offer_records, records
from claims.register.deriving import order_name, search_text
from claims.register.journal import Subject
from claims.register.many import ManyStatement
from claims.register.records import LISTED_APART, body_of
from claims.relations import Link
from claims.restrictions import Restriction
from claims.worldfile import record_as_json
from keys.storage import Connected, Statement

__all__ = [
    "APPOINTMENTS",
    "BLOCKS",
    "DESK_APPOINTMENTS",
    "GROUPS",
    "LINKS",
    "OFFERS",
    "PARTIES",
    "RESTRICTIONS",
    "SERVICES",
    "SETS",
    "Put",
    "Ready",
    "Shelf",
    "block_id",
    "digest_of_ids",
    "full_version",
    "put",
    "ready",
]

R = TypeVar("R")
Document = dict[str, Any]  # a record as JSON

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


class Shelf(Generic[R]):
    """One table of facts.

    `columns_of` gives what stands in columns beside the body, `starting` what further columns begin with.
    `record` reads what `whole` says, `judged` makes of a whole record what stands in the body, where that is less;
    `derived` are members of the body that come from other records, and stay when the record itself is put anew. `found_by` are the members that name the parties by which an earlier
    version of it is found.
    """

    def __init__(
        self,
        table: str,
        columns: tuple[str, ...],
        *,
        kind_of: Callable[[R], str],
        columns_of: Callable[[R], dict[str, object]],
        id_of: Callable[[R], str],
        record: Callable[[str], R],
        starting: Mapping[str, object] | None = None,
        judged: Callable[[Document], Document] | None = None,
        derived: frozenset[str] = frozenset(),
        found_by: tuple[str, ...] = (),
        written: Callable[[R], Mapping[str, object]] = record_as_json,  # type: ignore[assignment]
    ) -> None:
        self.written: Final = written
        self.table: Final = table
        self.columns: Final = tuple(columns)
        self.kind_of: Final = kind_of
        self.columns_of: Final = columns_of
        self.id_of: Final = id_of
        self.record: Final = record
        self.starting: Final = dict(starting or {})
        self.judged: Final = judged
        self.derived: Final = derived
        self.found_by: Final = found_by
        named = ("id", *columns, "version", "body")
        every = (*named, *self.starting)
        read = f"SELECT id, version, body FROM {table}"  # noqa: S608 - names of ours alone
        self.read: Final = ManyStatement(
            f"{read} WHERE id IN (:ids)", postgresql=f"{read} WHERE id IN (:ids) ORDER BY id FOR UPDATE"
        )
        self.look: Final = ManyStatement(f"SELECT id, body FROM {table} WHERE id IN (:ids)")  # noqa: S608 - likewise
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

    def is_there(self, before: Document, shelf: "Shelf[Any]") -> bool:
        """Whether `before`, the body that is there, says the same; a record does not differ by what it leaves out."""
        if self.differs:
            return False
        told = {key: value for key, value in before.items() if key not in shelf.derived}
        same: Document = orjson.loads(self.body)
        if not self.says_when:
            same["recorded_at"] = told["recorded_at"]
        return same == told

    def body_after(self, before: Document | None, shelf: "Shelf[Any]") -> str:
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


def block_id(block: Block) -> str:
    """What identifies a block, as one text."""
    return json.dumps([block.organisation, block.person, block.authenticator, written(block.starts)])


def digest_of_ids(ids: Iterable[str]) -> str:
    """What stands in a body for a list that is kept apart."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _judged_link(full: Document) -> Document:
    """A long list of clients stands in a table of its own; its digest stands here."""
    clients = full.get("clients")
    if not isinstance(clients, dict) or len(clients.get("parties", ())) <= LISTED_APART:
        return full
    apart = digest_of_ids(clients["parties"])
    return {**full, "clients": {"groups": clients.get("groups", [])}, "listed_apart": apart}


def _judged_group(full: Document) -> Document:
    """A group's clients stand in a table of their own; their digest stands here."""
    return {**full, "clients": [], "listed_apart": digest_of_ids(full["clients"])}


def _kind_of_link(link: Link) -> str:
    if isinstance(link, DeskVisit):
        return "desk_visit"
    return "mandate" if link.is_mandate else "legal_relation"


PARTIES: Final = Shelf[Party](
    "register_parties",
    ("kind", "name", "search", "born"),
    kind_of=lambda party: "party",
    id_of=lambda party: party.id,
    record=records.party,
    columns_of=lambda party: {
        "kind": party.kind.value,
        "name": order_name(party),
        "search": search_text(party),
        "born": None if party.born is None else party.born.isoformat(),
    },
    starting={"restricted": 0, "blocking": 0},
    derived=frozenset({"owned"}),
)
SERVICES: Final = Shelf[Service](
    "register_services",
    ("uri", "provider"),
    kind_of=lambda service: "service",
    id_of=lambda service: service.id,
    record=records.service,
    columns_of=lambda service: {"uri": service.uri, "provider": service.provider},
    derived=frozenset({"in_sets"}),
)
SETS: Final = Shelf[ServiceSet](
    "register_service_sets",
    (),
    kind_of=lambda one: "service_set",
    id_of=lambda one: one.id,
    record=records.service_set,
    columns_of=lambda one: {},
)
LINKS: Final = Shelf[Link](
    "register_links",
    ("kind", "represented", "representative", "name", "ends"),
    kind_of=_kind_of_link,
    id_of=lambda link: link.id,
    record=records.link,
    columns_of=lambda link: {
        "kind": str(link.basis),
        "represented": link.represented,
        "representative": link.representative,
        "ends": first_end(link.until, link.revoked_at),
    },
    judged=_judged_link,
    found_by=("represented", "representative"),
)
RESTRICTIONS: Final = Shelf[Restriction](
    "register_restrictions",
    ("party",),
    kind_of=lambda restriction: "restriction",
    id_of=lambda restriction: restriction.id,
    record=records.restriction,
    columns_of=lambda restriction: {"party": restriction.party},
    found_by=("party",),
)
GROUPS: Final = Shelf[ClientGroup](
    "register_groups",
    ("organisation",),
    kind_of=lambda group: "client_group",
    id_of=lambda group: group.id,
    record=records.group,
    columns_of=lambda group: {"organisation": group.organisation},
    judged=_judged_group,
)
APPOINTMENTS: Final = Shelf[Appointment](
    "register_appointments",
    ("organisation", "person"),
    kind_of=lambda appointment: "appointment",
    id_of=lambda appointment: appointment.id,
    record=records.appointment,
    columns_of=lambda appointment: {"organisation": appointment.organisation, "person": appointment.person},
)
BLOCKS: Final = Shelf[Block](
    "register_blocks",
    ("organisation", "person"),
    kind_of=lambda block: "block",
    id_of=block_id,
    record=records.block,
    columns_of=lambda block: {"organisation": block.organisation, "person": block.person},
)
DESK_APPOINTMENTS: Final = Shelf[DeskAppointment](
    "register_desk_appointments",
    ("organisation", "person"),
    kind_of=lambda appointment: "desk_appointment",
    id_of=lambda appointment: appointment.id,
    record=records.desk_appointment,
    columns_of=lambda appointment: {"organisation": appointment.organisation, "person": appointment.person},
)
OFFERS: Final = Shelf[Offer](
    "register_offers",
    ("represented", "representative", "state", "lapses_at"),
    kind_of=lambda offer: "offer",
    id_of=lambda offer: offer.id,
    record=offer_records.offer,
    written=offer_records.document_of,
    columns_of=lambda offer: {
        "represented": offer.represented,
        "representative": offer.representative,
        "state": offer.state.value,
        "lapses_at": offer.lapses_at,
    },
)
