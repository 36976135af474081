"""Records as they stand in a world file: what is written is read back as the same record.

Members are left out where they hold what leaving them out means.
"""

from collections.abc import Mapping, Sequence

from claims.addresses import Address
from claims.catalogue import Coverage, Service, ServiceSet, Text
from claims.desk import DeskAppointment, DeskVisit
from claims.instants import Instant, written
from claims.limits import limits_as_json
from claims.mandates import NO_CLIENTS, Clients, Evidence, Mandate, Suspension
from claims.organisation import Appointment, Block, ClientGroup
from claims.parties import Branch, JointRule, Party
from claims.relations import LegalRelation, Link, Source
from claims.restrictions import Restriction
from claims.world import World

__all__ = [
    "Json",
    "Record",
    "address_as_json",
    "coverage_as_json",
    "document_of",
    "evidence_as_json",
    "list_of",
    "record_as_json",
]

Json = dict[str, object]
Record = (
    Party
    | Service
    | ServiceSet
    | Mandate
    | LegalRelation
    | Restriction
    | ClientGroup
    | Appointment
    | Block
    | DeskAppointment
    | DeskVisit
)


def document_of(world: World) -> Json:
    """The world file of all records of `world`, by their ids."""
    links = sorted(world.links.values(), key=lambda link: link.id)
    return {
        "parties": list_of(world.parties),
        "services": list_of(world.services),
        "service_sets": list_of(world.sets),
        "mandates": [record_as_json(link) for link in links if link.is_mandate],
        "legal_relations": [record_as_json(link) for link in links if isinstance(link, LegalRelation)],
        "restrictions": list_of(world.restriction_records),
        "client_groups": list_of(world.groups),
        "appointments": list_of(world.appointments),
        "blocks": [record_as_json(world.block_records[key]) for key in sorted(world.block_records)],
        "desk_appointments": list_of(world.desk_appointments),
    }


def list_of(records: Mapping[str, Record]) -> list[Json]:
    """One list of a world file, by id."""
    return [record_as_json(records[id]) for id in sorted(records)]


def record_as_json(record: Record) -> Json:
    """One record of a world file."""
    match record:
        case Party():
            members = _party(record)
        case Service():
            members = _service(record)
        case ServiceSet():
            members = {
                "id": record.id,
                "name": _text(record.name),
                "services": sorted(record.services),
                "sets": sorted(record.sets) or None,
            }
        case Mandate():
            members = _mandate(record)
        case LegalRelation():
            members = _link(record) | {"basis": record.basis.value, "source": _source(record.source)}
        case Restriction():
            members = {
                "id": record.id,
                "party": record.party,
                "kind": record.kind.value,
                "services": coverage_as_json(record.services),
                **_period(record.starts, record.until),
                "source": _source(record.source),
            }
        case ClientGroup():
            members = {
                "id": record.id,
                "organisation": record.organisation,
                "name": record.name,
                "clients": sorted(record.clients),
                "receives_new": record.receives_new or None,
            }
        case Appointment():
            members = {
                "id": record.id,
                "organisation": record.organisation,
                "person": record.person,
                "services": coverage_as_json(record.services),
                "assurance": record.assurance.word,
                "may_grant_chain": record.may_grant_chain or None,
                "may_appoint": record.may_appoint or None,
                "may_manage_means": record.may_manage_means or None,
                **_period(record.starts, record.until),
                "suspended": _suspended(record.suspended),
                "revoked_at": _instant(record.revoked_at),
            }
        case DeskVisit():  # in no world file: none is as long as it takes to write one
            members = {
                "id": record.id,
                "basis": record.basis,
                "represented": record.represented,
                "representative": record.representative,
                "organisation": record.organisation,
                "appointment": record.appointment,
                "services": coverage_as_json(record.services),
                "assurance": record.assurance.word,
                "shown": record.shown.value,
                **_period(record.starts, record.until),
            }
        case DeskAppointment():
            members = {
                "id": record.id,
                "organisation": record.organisation,
                "person": record.person,
                "services": coverage_as_json(record.services),
                **_period(record.starts, record.until),
            }
        case Block():
            members = {
                "organisation": record.organisation,
                "person": record.person,
                "authenticator": record.authenticator,
                **_period(record.starts, record.until),
            }
    members["recorded_at"] = _instant(record.recorded_at)
    keeps_null = {"until"} if isinstance(record, Mandate) else set()
    return {key: value for key, value in members.items() if value is not None or key in keeps_null}


def _party(party: Party) -> Json:
    return {
        "id": party.id,
        "kind": party.kind.value,
        "name": party.name,
        "trade_names": list(party.trade_names) or None,
        "legal_form": party.legal_form,
        "place": party.place,
        "identifiers": {identifier.scheme.value: identifier.value for identifier in party.identifiers},
        "branches": [_branch(branch) for branch in party.branches] or None,
        "born": None if party.born is None else party.born.isoformat(),
        "address": None if party.address is None else address_as_json(party.address),
        "ceased_at": _instant(party.ceased_at),
        "joint_rule": _joint_rule(party.joint_rule),
        "signatories_serve_clients": None if party.signatories_serve_clients else False,
    }


def address_as_json(address: Address) -> Json:
    """The member `address` of a party."""
    return {"postcode": address.postcode, "house_number": address.house_number}


def _branch(branch: Branch) -> Json:
    members: Json = {"number": branch.number, "name": branch.name}
    return members if branch.place is None else members | {"place": branch.place}


def _joint_rule(rule: JointRule) -> Json | None:
    if rule == JointRule():
        return None
    return {"majority": True} if rule.count is None else {"count": rule.count}


def _service(service: Service) -> Json:
    return {
        "id": service.id,
        "uri": service.uri,
        "name": _text(service.name),
        "provider": service.provider,
        "minimum_assurance": service.minimum_assurance.word,
        "actions": list(service.actions),
        "tasks": [
            {"id": task.id, "name": _text(task.name), "actions": list(task.actions)} for task in service.tasks
        ],
        "represented_kinds": sorted(service.represented_kinds),
        "accepts_self": service.accepts_self or None,
        "self_from_age": service.self_from_age,
        "accepts_intermediaries": service.accepts_intermediaries or None,
        "bases": "*" if service.bases is None else sorted(service.bases),
        "parents_until_age": service.parents_until_age,
        "understands": sorted(service.understands) or None,
        "offers_mandates": service.offers_mandates or None,
    }


def _text(text: Text) -> Json:
    return {"nl": text.nl, "en": text.en}


def _mandate(mandate: Mandate) -> Json:
    return _link(mandate) | {
        "branch": mandate.branch,
        "further_intermediaries": mandate.further_intermediaries or None,
        "own_affairs": mandate.own_affairs,
        "clients": _clients(mandate.clients),
        "suspended": _suspended(mandate.suspended),
        "revoked_at": _instant(mandate.revoked_at),
        "evidence": [evidence_as_json(proof) for proof in mandate.evidence] or None,
    }


def _suspended(suspended: Sequence[Suspension]) -> object:
    return [[written(start), _instant(end)] for start, end in suspended] or None


def evidence_as_json(proof: Evidence) -> Json:
    """One piece of evidence; what is not there is left out."""
    told = {
        "kind": proof.kind,
        "reference": proof.reference,
        "digest": proof.digest,
        "verifier": proof.verifier,
        "at": _instant(proof.at),
    }
    return {key: value for key, value in told.items() if value is not None}


def _clients(clients: Clients) -> object:
    if clients.everyone:
        return "all"
    if clients == NO_CLIENTS:
        return "none"
    return {"parties": sorted(clients.parties), "groups": sorted(clients.groups)}


def _link(link: Link) -> Json:
    return {
        "id": link.id,
        "represented": link.represented,
        "representative": link.representative,
        "services": coverage_as_json(link.services),
        "actions": "*" if link.actions is None else sorted(link.actions),
        "assurance": link.assurance.word,
        "limits": limits_as_json(link.limits) or None,
        **_period(link.starts, link.until),
    }


def coverage_as_json(coverage: Coverage) -> object:
    """Which services something is about, as it stands in a world file."""
    if coverage.everything:
        return "*"
    if coverage.set is not None:
        return {"set": coverage.set}
    return sorted(coverage.listed) if coverage.provider is None else {"provider": coverage.provider}


def _period(starts: Instant, until: Instant | None) -> Json:
    return {"from": written(starts), "until": _instant(until)}


def _source(source: Source | None) -> Json | None:
    if source is None:
        return None
    members = {
        "register": source.register,
        "reference": source.reference,
        "fetched_at": _instant(source.fetched_at),
    }
    return {key: value for key, value in members.items() if value is not None}


def _instant(instant: Instant | None) -> str | None:
    return None if instant is None else written(instant)
