"""A world file, read whole: either all of its records, or every fault in it (`mandates` 6)."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Hashable
from typing import Final, NoReturn, Protocol, TypeVar

from claims.catalogue import Service
from claims.organisation import Block, ClientGroup
from claims.parties import Party
from claims.relations import Link
from claims.world import World
from claims.worldfile.faults import Fault, FaultCode
from claims.worldfile.inside import read_appointment, read_block, read_group
from claims.worldfile.known import Known
from claims.worldfile.members import Members, Repeated
from claims.worldfile.powers import read_mandate, read_relation, read_restriction
from claims.worldfile.references import References
from claims.worldfile.what import check_uris, read_service
from claims.worldfile.who import check_owners, read_party

__all__ = ["parse", "read_json"]

_IDENTIFY_A_BLOCK: Final = frozenset({"organisation", "person", "authenticator", "from"})
R = TypeVar("R")
Read = tuple[Members, R, frozenset[str]]
"""What a record was read from, the record, and which of its keys are wrong."""


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


def read_json(content: bytes | str) -> object | Fault:
    """The JSON value that a file holds, with its repeated keys kept for `parse` to find."""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        value: object = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as wrong:
        where = f"this is no JSON, at line {wrong.lineno}, column {wrong.colno}"
        return Fault("", FaultCode.NOT_JSON, where, "write one JSON object, in UTF-8")
    except (ValueError, RecursionError):
        return Fault("", FaultCode.NOT_JSON, "this cannot be read as JSON", "write one JSON object, in UTF-8")
    return value


def parse(document: object, known: Known) -> World | list[Fault]:
    """The records of a world file, or all that is wrong with it.

    `document` is what `read_json` gave, or any value of the same shape. `known` is what the register already
    holds: the file may refer to it, and may not contradict it. A record without `recorded_at` has None there.
    """
    faults: list[Fault] = []
    file = Members(document, "", faults)
    references = References(known)
    # in the order in which they refer to each other
    parties = _parties(file, references)
    services = _services(file, references)
    groups = _groups(file, references)
    links = _links(file, references)
    restrictions = _records(file, "restrictions", read_restriction, references, _id)
    appointments = _records(file, "appointments", read_appointment, references, _id)
    blocks = _records(file, "blocks", read_block, references, _block, _IDENTIFY_A_BLOCK)
    file.close()
    if faults:
        return faults
    return World(
        parties=parties,
        services=services,
        links=links,
        restrictions=[restriction for _, restriction, _ in restrictions],
        groups=groups,
        appointments=[appointment for _, appointment, _ in appointments],
        blocks=[block for _, block, _ in blocks],
    )


def _records(
    file: Members,
    key: str,
    read: Callable[[Members, References], R],
    references: References,
    identity: Callable[[R], Hashable],
    identifying: Collection[str] = ("id",),
) -> list[Read[R]]:
    """The records of one list, each with what it was read from; those with faults hold stand-ins."""
    records = []
    met = set()
    for members in file.each(key):
        record = read(members, references)
        wrong = members.wrong()
        if not wrong & {"", *identifying}:
            who = identity(record)
            if who in met:
                members.note(
                    "id" if members.has("id") else "",
                    FaultCode.REPEATED_ID,
                    "this record occurs twice in its list",
                    "write it once",
                )
            met.add(who)
        records.append((members, record, wrong))
    return records


def _parties(file: Members, references: References) -> list[Party]:
    read = _records(file, "parties", read_party, references, _id)
    for _, party, wrong in read:
        references.name_party(party, wrong)
    check_owners([(members, party) for members, party, _ in read], references)
    return [party for _, party, _ in read]


def _services(file: Members, references: References) -> list[Service]:
    read = _records(file, "services", read_service, references, _id)
    references.services.update(service.id for _, service, _ in read)
    check_uris([(members, service) for members, service, _ in read], references)
    return [service for _, service, _ in read]


def _groups(file: Members, references: References) -> list[ClientGroup]:
    read = _records(file, "client_groups", read_group, references, _id)
    for _, group, wrong in read:
        references.name_group(group, wrong)
    return [group for _, group, _ in read]


def _links(file: Members, references: References) -> list[Link]:
    """Mandates and legal relations, which share one id space."""
    mandates = _records(file, "mandates", read_mandate, references, _id)
    relations = _records(file, "legal_relations", read_relation, references, _id)
    links: list[tuple[Members, Link]] = [(members, link) for members, link, _ in mandates]
    links += [(members, link) for members, link, _ in relations]
    named = {mandate.id for _, mandate, _ in mandates}
    for members, link in links:
        before = references.known.link(link.id) if link.id else None
        known_otherwise = before is not None and before.is_mandate is not link.is_mandate
        if known_otherwise or (link.id and link.id in named and not link.is_mandate):
            members.note(
                "id",
                FaultCode.REPEATED_ID,
                "a mandate and a legal relation would share this id",
                "give each its own id",
            )
    return [link for _, link in links]


def _id(record: _WithId) -> str:
    return record.id


def _block(block: Block) -> tuple[str, str, str, int]:
    return block.organisation, block.person, block.authenticator, block.starts


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    times = Counter(key for key, _ in pairs)
    repeated = Repeated(members)
    repeated.keys_repeated = tuple(key for key in members if times[key] > 1)
    return repeated


def _no_number(_word: str) -> NoReturn:
    raise ValueError("no JSON number")
