"""Records as they stand in a world file: what is written is read back as the same record.

Members are left out where they hold what leaving them out means.
"""

from collections.abc import Mapping

from claims.catalogue import Service, ServiceSet
from claims.desk import DeskAppointment, DeskVisit
from claims.limits import limits_as_json
from claims.mandates import Mandate
from claims.organisation import Appointment, Block, ClientGroup
from claims.parties import Party
from claims.relations import LegalRelation, Link
from claims.restrictions import Restriction
from claims.world import World
from claims.worldfile.writing_members import (
    Json,
    address_as_json,
    branch_as_json,
    clients_as_json,
    coverage_as_json,
    evidence_as_json,
    instant_as_json,
    joint_rule_as_json,
    period_as_json,
    source_as_json,
    suspended_as_json,
    text_as_json,
)

__all__ = [
    "Record",
    "document_of",
    "list_of",
    "record_as_json",
]

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
    members = _members(record)
    members["recorded_at"] = instant_as_json(record.recorded_at)
    keeps_null = {"until"} if isinstance(record, Mandate) else set()
    return {key: value for key, value in members.items() if value is not None or key in keeps_null}


def _members(record: Record) -> Json:
    match record:
        case Party():
            return _party(record)
        case Service():
            return _service(record)
        case ServiceSet():
            return _service_set(record)
        case Mandate():
            return _mandate(record)
        case LegalRelation():
            return _link(record) | {"basis": record.basis.value, "source": source_as_json(record.source)}
        case Restriction():
            return _restriction(record)
        case ClientGroup():
            return _group(record)
        case Appointment():
            return _appointment(record)
        case DeskVisit():  # in no world file: none is as long as it takes to write one
            return _visit(record)
        case DeskAppointment():
            return _desk_appointment(record)
        case Block():
            return _block(record)


def _party(party: Party) -> Json:
    return {
        "id": party.id,
        "kind": party.kind.value,
        "name": party.name,
        "trade_names": list(party.trade_names) or None,
        "legal_form": party.legal_form,
        "place": party.place,
        "identifiers": {identifier.scheme.value: identifier.value for identifier in party.identifiers},
        "branches": [branch_as_json(branch) for branch in party.branches] or None,
        "born": None if party.born is None else party.born.isoformat(),
        "address": None if party.address is None else address_as_json(party.address),
        "ceased_at": instant_as_json(party.ceased_at),
        "joint_rule": joint_rule_as_json(party.joint_rule),
        "signatories_serve_clients": None if party.signatories_serve_clients else False,
    }


def _service(service: Service) -> Json:
    return {
        "id": service.id,
        "uri": service.uri,
        "name": text_as_json(service.name),
        "provider": service.provider,
        "minimum_assurance": service.minimum_assurance.word,
        "actions": list(service.actions),
        "tasks": [
            {"id": task.id, "name": text_as_json(task.name), "actions": list(task.actions)}
            for task in service.tasks
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


def _service_set(one: ServiceSet) -> Json:
    return {
        "id": one.id,
        "name": text_as_json(one.name),
        "services": sorted(one.services),
        "sets": sorted(one.sets) or None,
    }


def _mandate(mandate: Mandate) -> Json:
    return _link(mandate) | {
        "branch": mandate.branch,
        "further_intermediaries": mandate.further_intermediaries or None,
        "own_affairs": mandate.own_affairs,
        "clients": clients_as_json(mandate.clients),
        "suspended": suspended_as_json(mandate.suspended),
        "revoked_at": instant_as_json(mandate.revoked_at),
        "evidence": [evidence_as_json(proof) for proof in mandate.evidence] or None,
    }


def _link(link: Link) -> Json:
    return {
        "id": link.id,
        "represented": link.represented,
        "representative": link.representative,
        "services": coverage_as_json(link.services),
        "actions": "*" if link.actions is None else sorted(link.actions),
        "assurance": link.assurance.word,
        "limits": limits_as_json(link.limits) or None,
        **period_as_json(link.starts, link.until),
    }


def _restriction(restriction: Restriction) -> Json:
    return {
        "id": restriction.id,
        "party": restriction.party,
        "kind": restriction.kind.value,
        "services": coverage_as_json(restriction.services),
        **period_as_json(restriction.starts, restriction.until),
        "source": source_as_json(restriction.source),
    }


def _group(group: ClientGroup) -> Json:
    return {
        "id": group.id,
        "organisation": group.organisation,
        "name": group.name,
        "clients": sorted(group.clients),
        "receives_new": group.receives_new or None,
        "removed_at": instant_as_json(group.removed_at),
    }


def _appointment(appointment: Appointment) -> Json:
    return {
        "id": appointment.id,
        "organisation": appointment.organisation,
        "person": appointment.person,
        "services": coverage_as_json(appointment.services),
        "assurance": appointment.assurance.word,
        "may_grant_chain": appointment.may_grant_chain or None,
        "may_appoint": appointment.may_appoint or None,
        "may_manage_means": appointment.may_manage_means or None,
        "limits": limits_as_json(appointment.limits) or None,
        **period_as_json(appointment.starts, appointment.until),
        "suspended": suspended_as_json(appointment.suspended),
        "revoked_at": instant_as_json(appointment.revoked_at),
    }


def _visit(visit: DeskVisit) -> Json:
    return {
        "id": visit.id,
        "basis": visit.basis,
        "represented": visit.represented,
        "representative": visit.representative,
        "organisation": visit.organisation,
        "appointment": visit.appointment,
        "services": coverage_as_json(visit.services),
        "assurance": visit.assurance.word,
        "shown": visit.shown.value,
        **period_as_json(visit.starts, visit.until),
    }


def _desk_appointment(appointment: DeskAppointment) -> Json:
    return {
        "id": appointment.id,
        "organisation": appointment.organisation,
        "person": appointment.person,
        "services": coverage_as_json(appointment.services),
        **period_as_json(appointment.starts, appointment.until),
        "suspended": suspended_as_json(appointment.suspended),
        "revoked_at": instant_as_json(appointment.revoked_at),
    }


def _block(block: Block) -> Json:
    return {
        "organisation": block.organisation,
        "person": block.person,
        "authenticator": block.authenticator,
        **period_as_json(block.starts, block.until),
    }
