"""Services as they stand in a world file."""

import re
from collections.abc import Sequence

from claims.catalogue import Service, Task, Text
from claims.limits import UNDERSTOOD
from claims.parties import PartyKind
from claims.relations import Basis
from claims.worldfile.faults import FaultCode
from claims.worldfile.members import Members
from claims.worldfile.references import References

__all__ = ["ALL_ACTIONS_TASK", "check_uris", "read_service"]

ALL_ACTIONS_TASK = "all"
"""The id of the one task of a service that names none."""
_BASES = ("mandate", *Basis)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[!-~]+")
_OLDEST = 999


def read_service(members: Members, references: References) -> Service:
    """One record of the list `services`."""
    name = _text(members.one("name"))
    actions = members.words("actions")
    if members.has("actions") and not actions and "actions" not in members.wrong():
        members.note("actions", FaultCode.MALFORMED, "this list is empty", "name at least one action")
    tasks = _tasks(members, actions) if members.has("tasks") else ()
    members.raw("tasks", None)
    service = Service(
        id=members.id(),
        uri=_uri(members),
        name=name,
        provider=references.party(members, "provider"),
        minimum_assurance=members.loa("minimum_assurance"),
        actions=actions,
        represented_kinds=frozenset(map(PartyKind, members.words_of("represented_kinds", tuple(PartyKind)))),
        tasks=tasks or (Task(ALL_ACTIONS_TASK, name, actions),),
        accepts_self=members.flag("accepts_self", False),
        self_from_age=members.number("self_from_age", 16, _OLDEST),
        accepts_intermediaries=members.flag("accepts_intermediaries", False),
        bases=_bases(members),
        parents_until_age=members.number("parents_until_age", 18, _OLDEST),
        understands=frozenset(members.words_of("understands", UNDERSTOOD, ())),
        offers_mandates=members.flag("offers_mandates", False),
        recorded_at=members.instant_or_none("recorded_at"),
    )
    members.close()
    return service


def check_uris(read: Sequence[tuple[Members, Service]], references: References) -> None:
    """Note every URI that two services would have, over the file and the register."""
    taken: dict[str, str] = {}
    for members, service in read:
        owner = taken.setdefault(service.uri, service.id)
        if owner == service.id:
            known = references.known.service_at(service.uri)
            owner = owner if known is None or known in references.services else known
        if service.uri and owner != service.id:
            members.note("uri", FaultCode.URI_TAKEN, "another service has this URI", "give each its own URI")


def _text(members: Members) -> Text:
    text = Text(members.text("nl"), members.text("en"))
    members.close()
    return text


def _uri(members: Members) -> str:
    uri = members.id("uri")
    if uri and not _URI.fullmatch(uri):
        members.note("uri", FaultCode.MALFORMED, "this is no URI", "write an absolute URI")
    return uri


def _bases(members: Members) -> frozenset[str] | None:
    if members.raw("bases", "*") == "*":
        return None
    return frozenset(members.words_of("bases", _BASES))


def _tasks(members: Members, actions: tuple[str, ...]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for task in members.each("tasks"):
        id = task.id()
        if any(id == other.id for other in tasks):
            task.note("id", FaultCode.REPEATED_ID, "this task occurs twice", "give each its own id")
        named = task.words_of("actions", actions)
        if not named and "actions" not in task.wrong():
            task.note("actions", FaultCode.MALFORMED, "this list is empty", "name at least one action")
        tasks.append(Task(id, _text(task.one("name")), named))
        task.close()
    return tuple(tasks)
