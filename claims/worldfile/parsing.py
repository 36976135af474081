"""A world file, record by record: either all of its records, or every fault in it (`mandates` 6)."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

from claims.organisation import Block
from claims.relations import Link
from claims.world import World
from claims.worldfile.faults import Fault, FaultCode
from claims.worldfile.inside import read_appointment, read_block, read_desk_appointment, read_group
from claims.worldfile.known import Known
from claims.worldfile.members import Members
from claims.worldfile.powers import read_mandate, read_relation, read_restriction
from claims.worldfile.references import References
from claims.worldfile.sets import check_sets, read_set
from claims.worldfile.what import check_uris, read_service
from claims.worldfile.who import Owners, read_party

__all__ = ["LISTS", "Batch", "parse", "read_records"]

TOGETHER: Final = 1000
"""How many records are read at a time."""
T = TypeVar("T")


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


def _id(record: _WithId) -> str:
    return record.id


def _block(block: Block) -> tuple[str, str, str, int]:
    return block.organisation, block.person, block.authenticator, block.starts


@dataclass(frozen=True, slots=True)
class _List:
    """How the records of one list are read, which members of one name parties, and what tells one from another."""

    key: str
    read: Callable[[Members, References], Any]
    parties: tuple[str, ...] = ()
    identity: Callable[[Any], Hashable] = _id
    identifying: frozenset[str] = frozenset({"", "id"})


_ENDS: Final = ("represented", "representative")
_INSIDE: Final = ("organisation", "person")
# In the order in which they refer to each other.
_LISTS: Final = (
    _List("parties", read_party, ("id",)),
    _List("services", read_service, ("provider",)),
    _List("service_sets", read_set),
    _List("client_groups", read_group, ("organisation",)),
    _List("mandates", read_mandate, _ENDS),
    _List("legal_relations", read_relation, _ENDS),
    _List("restrictions", read_restriction, ("party",)),
    _List("appointments", read_appointment, _INSIDE),
    _List("blocks", read_block, _INSIDE, _block, frozenset({"", *_INSIDE, "authenticator", "from"})),
    _List("desk_appointments", read_desk_appointment, _INSIDE),
)
_WHOLE: Final = ("services", "service_sets")  # read at once: they are few, and compared with one another
LISTS: Final = tuple(one.key for one in _LISTS)
"""The lists of a world file, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of one list, each with what it was read from."""

    key: str
    records: Sequence[tuple[Members, Any]]


def parse(document: object, known: Known) -> World | list[Fault]:
    """The records of a world file, or all that is wrong with it.

    `document` is what `read_json` gave, or any value of the same shape. `known` is what the register already
    holds: the file may refer to it, and may not contradict it. A record without `recorded_at` has None there.
    """
    faults: list[Fault] = []
    lists: dict[str, list[Any]] = {key: [] for key in LISTS}
    for batch in read_records(document, known, faults):
        lists[batch.key] += [record for _, record in batch.records]
    if faults:
        return faults
    return World(
        parties=lists["parties"],
        services=lists["services"],
        links=lists["mandates"] + lists["legal_relations"],
        restrictions=lists["restrictions"],
        groups=lists["client_groups"],
        appointments=lists["appointments"],
        blocks=lists["blocks"],
        desk_appointments=lists["desk_appointments"],
        sets=lists["service_sets"],
    )


def read_records(document: object, known: Known, faults: list[Fault]) -> Iterator[Batch]:
    """The records of a world file, batch by batch, in the order of `LISTS`.

    Every fault is added to `faults`, and is known for sure once all was read; a record with faults holds
    stand-ins. No record is held longer than its batch, but services are one batch, and so are their sets.
    """
    file = Members(document, "", faults)
    references = References(known)
    mandates: set[Hashable] = set()
    for one in _LISTS:
        met = mandates if one.key == "mandates" else set()
        records = file.items(one.key)
        batches = iter([list(records)]) if one.key in _WHOLE else _batched(records)
        owners = Owners()
        for items in batches:
            _expect(one, items, references)
            read = [_record(one, place, value, faults, references, met) for place, value in items]
            match one.key:
                case "parties":
                    owners.check(read, references)
                case "services":
                    references.services.update(service.id for _, service in read)
                    check_uris(read, references)
                case "service_sets":
                    check_sets(read, references)
                case "mandates" | "legal_relations":
                    _check_kinds(read, references, mandates)
            yield Batch(one.key, read)
        if one.key == "parties":
            owners.close(value for _, value in file.items("parties"))
    file.close()


def _record(
    one: _List,
    place: str,
    value: object,
    faults: list[Fault],
    references: References,
    met: set[Hashable],
) -> tuple[Members, Any]:
    members = Members(value, place, faults)
    record = one.read(members, references)
    wrong = members.wrong()
    if not wrong & one.identifying:
        who = one.identity(record)
        # the ids of the parties are kept already, with their kinds
        if references.names(record.id) if one.key == "parties" else who in met:
            members.note(
                "id" if members.has("id") else "",
                FaultCode.REPEATED_ID,
                "this record occurs twice in its list",
                "write it once",
            )
        if one.key != "parties":
            met.add(who)
    if one.key == "parties":
        references.name_party(record, wrong)
    elif one.key == "client_groups":
        references.name_group(record, wrong)
    return members, record


def _check_kinds(
    read: Sequence[tuple[Members, Link]], references: References, mandates: set[Hashable]
) -> None:
    """Mandates and legal relations share one id space."""
    for members, link in read:
        before = references.known.link(link.id) if link.id else None
        known_otherwise = before is not None and before.is_mandate is not link.is_mandate
        if known_otherwise or (link.id in mandates and not link.is_mandate):
            members.note(
                "id",
                FaultCode.REPEATED_ID,
                "a mandate and a legal relation would share this id",
                "give each its own id",
            )


def _expect(one: _List, items: Sequence[tuple[str, object]], references: References) -> None:
    """Let the register look up at once what it will be asked for."""
    records = [value for _, value in items if isinstance(value, dict)]
    parties = {id for key in one.parties for record in records if isinstance(id := record.get(key), str)}
    links = [id for record in records if one.parties is _ENDS and isinstance(id := record.get("id"), str)]
    references.known.expect(parties=[id for id in parties if not references.names(id)], links=links)


def _batched(items: Iterable[T]) -> Iterator[list[T]]:
    """Lists of as many as are read at a time."""
    items = iter(items)
    while batch := list(islice(items, TOGETHER)):
        yield batch
