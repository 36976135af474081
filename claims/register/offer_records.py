"""Offers as the register keeps them: one JSON text each, read back without checks."""

from typing import Any

import orjson

from claims.assurance import Loa
from claims.evidence import Fact
from claims.instants import Instant, parse_instant, written
from claims.limits import NO_LIMITS, limits_as_json
from claims.mandates import ALL_CLIENTS, NO_CLIENTS, Clients
from claims.offers import Approval, Brought, Offer, OfferKind, OfferState, Office, Part, Taken
from claims.register.records import coverage, evidence, limits
from claims.worldfile import coverage_as_json, evidence_as_json

__all__ = ["document_of", "offer"]

Document = dict[str, Any]


def document_of(one: Offer) -> Document:
    """The offer as JSON; what is not there is left out."""
    document: Document = {
        "id": one.id,
        "kind": one.kind.value,
        "state": one.state.value,
        "represented": one.represented,
        "representative": one.representative,
        "parts": [_part_as_json(part) for part in one.parts],
        "assurance": one.assurance.word,
        "from": _written(one.starts),
        "until": written(one.until),
        "made_at": written(one.made_at),
        "lapses_at": written(one.lapses_at),
        "branch": one.branch,
        "limits": limits_as_json(one.limits) or None,
        "further_intermediaries": one.further_intermediaries,
        "own_affairs": one.own_affairs,
        "clients": _clients_as_json(one.clients),
        "reference": one.reference,
        "approvals": [_approval_as_json(by) for by in one.approvals],
        "taken": None
        if one.taken is None
        else _whole(
            person=one.taken.person, at=written(one.taken.at), brought=_brought_as_json(one.taken.brought)
        ),
        "recorded_at": _written(one.recorded_at),
        "confirmed": sorted(one.confirmed) or None,
        "office": None if one.office is None else _office_as_json(one.office),
        "accepted": _brought_as_json(one.accepted),
        "proof": sorted(one.proof) or None,
        "evidence": [evidence_as_json(told) for told in one.evidence] or None,
    }
    return _whole(**document)


def _part_as_json(part: Part) -> Document:
    return {
        "mandate": part.mandate,
        "services": sorted(part.services),
        "actions": "*" if part.actions is None else sorted(part.actions),
        **({} if part.set is None else {"set": part.set}),
    }


def _approval_as_json(by: Approval) -> Document:
    return _whole(
        person=by.person,
        authority=by.authority,
        login=None if by.login is None else by.login.word,
        assurance=by.assurance.word,
        is_live=by.is_live,
        alone=by.alone,
        at=written(by.at),
        brought=_brought_as_json(by.brought),
    )


def offer(body: str) -> Offer:
    """The offer in `body`."""
    told: Document = orjson.loads(body)
    taken = told.get("taken")
    return Offer(
        id=told["id"],
        kind=OfferKind(told["kind"]),
        state=OfferState(told["state"]),
        represented=told["represented"],
        representative=told.get("representative"),
        parts=tuple(
            Part(
                part["mandate"],
                frozenset(part["services"]),
                None if part["actions"] == "*" else frozenset(part["actions"]),
                part.get("set"),
            )
            for part in told["parts"]
        ),
        assurance=Loa.of_word(told["assurance"]),
        starts=_instant(told.get("from")),
        until=parse_instant(told["until"]),
        made_at=parse_instant(told["made_at"]),
        lapses_at=parse_instant(told["lapses_at"]),
        branch=told.get("branch"),
        further_intermediaries=told["further_intermediaries"],
        own_affairs=told["own_affairs"],
        clients=_clients(told["clients"]),
        reference=told.get("reference"),
        approvals=tuple(
            Approval(
                person=by["person"],
                authority=by["authority"],
                login=None if by.get("login") is None else Loa.of_word(by["login"]),
                assurance=Loa.of_word(by["assurance"]),
                is_live=by["is_live"],
                alone=by["alone"],
                at=parse_instant(by["at"]),
                brought=_brought(by.get("brought")),
            )
            for by in told["approvals"]
        ),
        taken=None
        if taken is None
        else Taken(taken["person"], parse_instant(taken["at"]), _brought(taken.get("brought"))),
        recorded_at=_instant(told.get("recorded_at")),
        confirmed=frozenset(told.get("confirmed", ())),
        office=None if told.get("office") is None else _office(told["office"]),
        accepted=_brought(told.get("accepted")),
        proof=frozenset(Fact(fact) for fact in told.get("proof", ())),
        evidence=tuple(evidence(one) for one in told.get("evidence", ())),
        limits=limits(told.get("limits")),
    )


def _office_as_json(office: Office) -> Document:
    return {
        "appointment": office.appointment,
        "services": coverage_as_json(office.services),
        "may_grant_chain": office.may_grant_chain,
        "may_appoint": office.may_appoint,
        "may_manage_means": office.may_manage_means,
        **({"at_desk": True} if office.at_desk else {}),
        **({} if office.limits == NO_LIMITS else {"limits": limits_as_json(office.limits)}),
    }


def _office(told: Document) -> Office:
    return Office(
        appointment=told["appointment"],
        services=coverage(told["services"]),
        may_grant_chain=told["may_grant_chain"],
        may_appoint=told["may_appoint"],
        may_manage_means=told["may_manage_means"],
        at_desk=told.get("at_desk", False),
        limits=limits(told.get("limits")),
    )


def _whole(**told: object) -> Document:
    return {key: value for key, value in told.items() if value is not None}


def _brought_as_json(one: Brought | None) -> Document | None:
    if one is None:
        return None
    return {"person": one.person, "by": one.by, "evidence": evidence_as_json(one.evidence)}


def _brought(told: Document | None) -> Brought | None:
    return None if told is None else Brought(told["person"], told["by"], evidence(told["evidence"]))


def _clients_as_json(clients: Clients) -> object:
    if clients.everyone:
        return "all"
    if not clients.listed:
        return "none"
    return {"parties": sorted(clients.parties), "groups": sorted(clients.groups)}


def _clients(told: Any) -> Clients:
    if told in ("none", "all"):
        return ALL_CLIENTS if told == "all" else NO_CLIENTS
    return Clients(parties=frozenset(told["parties"]), groups=frozenset(told["groups"]), listed=True)


def _instant(told: str | None) -> Instant | None:
    return None if told is None else parse_instant(told)


def _written(instant: Instant | None) -> str | None:
    return None if instant is None else written(instant)
