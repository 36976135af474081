"""Records as the register keeps them: the world file's own JSON, one record a body, read back without checks.

What is read here passed every check of `claims.worldfile` on its way in. A decoded record is kept in the
process under its whole body: since the body is read each time, a change is seen at once.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

import orjson

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage, Service, ServiceSet, Task, Text
from claims.desk import DeskAppointment, DeskVisit, Shown
from claims.instants import Instant, parse_instant
from claims.limits import NO_LIMITS, Limits, limits_of
from claims.mandates import ALL_CLIENTS, NO_CLIENTS, Clients, Evidence, Mandate, Suspension
from claims.organisation import Appointment, Block, ClientGroup
from claims.parties import Branch, JointRule, Party, PartyKind
from claims.relations import Basis, LegalRelation, Link, Source
from claims.representation import AT_DESK
from claims.restrictions import Restriction, RestrictionKind

__all__ = [
    "LISTED_APART",
    "OWN_LIST",
    "appointment",
    "block",
    "body_of",
    "coverage",
    "desk_appointment",
    "evidence",
    "group",
    "limits",
    "link",
    "list_of",
    "party",
    "restriction",
    "service",
    "service_set",
]

_KEPT: Final = 16_384

# A mandate that lists more clients than this keeps them in `register_clients` alone, as a group of its own.
LISTED_APART: Final = 64
OWN_LIST: Final = "\x1f"  # begins the id of such a group; no id of the world file holds a control character


def body_of(document: Mapping[str, object]) -> str:
    """The one text of a record: keys in order, nothing to spare."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


@lru_cache(_KEPT)
def party(body: str) -> Party:
    """The party in `body`, without its identifiers."""
    told: dict[str, Any] = orjson.loads(body)
    born = told.get("born")
    joint = told.get("joint_rule")
    return Party(
        id=told["id"],
        kind=PartyKind(told["kind"]),
        name=told["name"],
        trade_names=tuple(told.get("trade_names", ())),
        legal_form=told.get("legal_form"),
        place=told.get("place"),
        branches=tuple(
            Branch(one["number"], one["name"], one.get("place")) for one in told.get("branches", ())
        ),
        born=None if born is None else date.fromisoformat(born),
        ceased_at=_instant(told.get("ceased_at")),
        joint_rule=JointRule() if joint is None else JointRule(joint.get("count")),
        signatories_serve_clients=told.get("signatories_serve_clients", True),
        recorded_at=_instant(told.get("recorded_at")),
        owned=told.get("owned", False),
    )


@lru_cache(1024)
def service(body: str) -> Service:
    """The service in `body`."""
    told: dict[str, Any] = orjson.loads(body)
    bases = told.get("bases", "*")
    return Service(
        id=told["id"],
        uri=told["uri"],
        name=_text(told["name"]),
        provider=told["provider"],
        minimum_assurance=Loa.of_word(told["minimum_assurance"]),
        actions=tuple(told["actions"]),
        represented_kinds=frozenset(PartyKind(kind) for kind in told["represented_kinds"]),
        tasks=tuple(
            Task(task["id"], _text(task["name"]), tuple(task["actions"])) for task in told.get("tasks", ())
        ),
        accepts_self=told.get("accepts_self", False),
        self_from_age=told.get("self_from_age", 16),
        accepts_intermediaries=told.get("accepts_intermediaries", False),
        bases=None if bases == "*" else frozenset(bases),
        parents_until_age=told.get("parents_until_age", 18),
        understands=frozenset(told.get("understands", ())),
        offers_mandates=told.get("offers_mandates", False),
        recorded_at=_instant(told.get("recorded_at")),
        sets=frozenset(told.get("in_sets", ())),
    )


@lru_cache(1024)
def service_set(body: str) -> ServiceSet:
    """The set of services in `body`."""
    told: dict[str, Any] = orjson.loads(body)
    return ServiceSet(
        id=told["id"],
        name=_text(told["name"]),
        services=frozenset(told["services"]),
        sets=frozenset(told.get("sets", ())),
        recorded_at=_instant(told.get("recorded_at")),
    )


@lru_cache(_KEPT)
def link(body: str) -> Link:
    """The mandate, legal relation or visit to a desk in `body`."""
    told: dict[str, Any] = orjson.loads(body)
    if told.get("basis") == AT_DESK:
        return _visit(told)
    actions = told["actions"]
    of_both: dict[str, Any] = {
        "id": told["id"],
        "represented": told["represented"],
        "representative": told["representative"],
        "services": coverage(told["services"]),
        "actions": None if actions == "*" else frozenset(actions),
        "assurance": Loa.of_word(told["assurance"]),
        "starts": parse_instant(told["from"]),
        "until": _instant(told.get("until")),
        "recorded_at": _instant(told.get("recorded_at")),
        "limits": limits(told.get("limits")),
    }
    if (basis := told.get("basis")) is not None:
        return LegalRelation(**of_both, basis=Basis(basis), source=_source(told.get("source")))
    clients = _clients(told.get("clients", "none"))
    if told.get("listed_apart"):
        clients = Clients(groups=clients.groups | {OWN_LIST + told["id"]}, listed=True)
    return Mandate(
        **of_both,
        branch=told.get("branch"),
        further_intermediaries=told.get("further_intermediaries", 0),
        own_affairs=told.get("own_affairs", clients is NO_CLIENTS),
        clients=clients,
        suspended=_suspended(told),
        revoked_at=_instant(told.get("revoked_at")),
        evidence=tuple(evidence(one) for one in told.get("evidence", ())),
    )


def evidence(told: Mapping[str, Any]) -> Evidence:
    """One piece of evidence, in a mandate or an offer."""
    return Evidence(
        told["kind"], told["reference"], told.get("digest"), told.get("verifier"), _instant(told.get("at"))
    )


@lru_cache(1024)
def restriction(body: str) -> Restriction:
    """The restriction in `body`."""
    told: dict[str, Any] = orjson.loads(body)
    return Restriction(
        id=told["id"],
        party=told["party"],
        kind=RestrictionKind(told["kind"]),
        services=coverage(told["services"]),
        starts=parse_instant(told["from"]),
        until=_instant(told.get("until")),
        source=_source(told.get("source")),
        recorded_at=_instant(told.get("recorded_at")),
    )


def group(body: str) -> ClientGroup:
    """The client group in `body`."""
    told: dict[str, Any] = orjson.loads(body)
    return ClientGroup(
        id=told["id"],
        organisation=told["organisation"],
        name=told["name"],
        clients=frozenset(told["clients"]),
        recorded_at=_instant(told.get("recorded_at")),
        receives_new=told.get("receives_new", False),
        removed_at=_instant(told.get("removed_at")),
    )


def appointment(body: str) -> Appointment:
    """The appointment in `body`."""
    told: dict[str, Any] = orjson.loads(body)
    return Appointment(
        id=told["id"],
        organisation=told["organisation"],
        person=told["person"],
        services=coverage(told["services"]),
        assurance=Loa.of_word(told["assurance"]),
        starts=parse_instant(told["from"]),
        until=_instant(told.get("until")),
        may_grant_chain=told.get("may_grant_chain", False),
        may_appoint=told.get("may_appoint", False),
        may_manage_means=told.get("may_manage_means", False),
        suspended=_suspended(told),
        revoked_at=_instant(told.get("revoked_at")),
        recorded_at=_instant(told.get("recorded_at")),
        limits=limits(told.get("limits")),
    )


def _visit(told: dict[str, Any]) -> DeskVisit:
    return DeskVisit(
        id=told["id"],
        represented=told["represented"],
        representative=told["representative"],
        organisation=told["organisation"],
        appointment=told["appointment"],
        services=coverage(told["services"]),
        assurance=Loa.of_word(told["assurance"]),
        starts=parse_instant(told["from"]),
        until=parse_instant(told["until"]),
        shown=Shown(told["shown"]),
        recorded_at=_instant(told.get("recorded_at")),
    )


def desk_appointment(body: str) -> DeskAppointment:
    """The appointment at a desk in `body`."""
    told: dict[str, Any] = orjson.loads(body)
    return DeskAppointment(
        id=told["id"],
        organisation=told["organisation"],
        person=told["person"],
        services=coverage(told["services"]),
        starts=parse_instant(told["from"]),
        until=_instant(told.get("until")),
        suspended=_suspended(told),
        revoked_at=_instant(told.get("revoked_at")),
        recorded_at=_instant(told.get("recorded_at")),
    )


@lru_cache(1024)
def block(body: str) -> Block:
    """The block in `body`."""
    told: dict[str, Any] = orjson.loads(body)
    return Block(
        organisation=told["organisation"],
        person=told["person"],
        authenticator=told["authenticator"],
        starts=parse_instant(told["from"]),
        until=_instant(told.get("until")),
        recorded_at=_instant(told.get("recorded_at")),
    )


def limits(told: Any) -> Limits:
    """What `limits` of a record says; none where it says nothing."""
    return NO_LIMITS if told is None else limits_of(told)


def list_of(group_id: str) -> str:
    """The list in `register_clients` of a group, or of the clients that a mandate lists apart."""
    return "m:" + group_id[1:] if group_id.startswith(OWN_LIST) else "g:" + group_id


def _suspended(told: Mapping[str, Any]) -> tuple[Suspension, ...]:
    return tuple((parse_instant(start), _instant(until)) for start, until in told.get("suspended", ()))


def _instant(written: str | None) -> Instant | None:
    return None if written is None else parse_instant(written)


def _text(told: Mapping[str, str]) -> Text:
    return Text(nl=told["nl"], en=told["en"])


def coverage(told: Any) -> Coverage:
    """The services that a record says it is about."""
    if told == "*":
        return EVERYTHING
    if isinstance(told, dict):
        return Coverage(provider=told.get("provider"), set=told.get("set"))
    return Coverage(listed=frozenset(told))


def _clients(told: Any) -> Clients:
    if told in ("none", "all"):
        return ALL_CLIENTS if told == "all" else NO_CLIENTS
    return Clients(
        parties=frozenset(told.get("parties", ())), groups=frozenset(told.get("groups", ())), listed=True
    )


def _source(told: Mapping[str, str | None] | None) -> Source | None:
    if told is None:
        return None
    return Source(told.get("register"), told.get("reference"), _instant(told.get("fetched_at")))
