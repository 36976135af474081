"""Members of records as they stand in a world file; None, for what leaving it out says."""

from collections.abc import Sequence

from claims.addresses import Address
from claims.catalogue import Coverage, Text
from claims.instants import Instant, written
from claims.mandates import NO_CLIENTS, Clients, Evidence, Suspension
from claims.parties import Branch, JointRule
from claims.relations import Source

__all__ = [
    "Json",
    "address_as_json",
    "branch_as_json",
    "clients_as_json",
    "coverage_as_json",
    "evidence_as_json",
    "instant_as_json",
    "joint_rule_as_json",
    "period_as_json",
    "source_as_json",
    "suspended_as_json",
    "text_as_json",
]

Json = dict[str, object]


def address_as_json(address: Address) -> Json:
    """The member `address` of a party."""
    return {"postcode": address.postcode, "house_number": address.house_number}


def branch_as_json(branch: Branch) -> Json:
    """One of the branches of a party."""
    members: Json = {"number": branch.number, "name": branch.name}
    return members if branch.place is None else members | {"place": branch.place}


def joint_rule_as_json(rule: JointRule) -> Json | None:
    """How many sign together; left out where it is two."""
    if rule == JointRule():
        return None
    return {"majority": True} if rule.count is None else {"count": rule.count}


def text_as_json(text: Text) -> Json:
    """The same in both languages."""
    return {"nl": text.nl, "en": text.en}


def evidence_as_json(proof: Evidence) -> Json:
    """One piece of evidence; what is not there is left out."""
    told = {
        "kind": proof.kind,
        "reference": proof.reference,
        "digest": proof.digest,
        "verifier": proof.verifier,
        "at": instant_as_json(proof.at),
    }
    return {key: value for key, value in told.items() if value is not None}


def suspended_as_json(suspended: Sequence[Suspension]) -> object:
    """The periods in which it stood still."""
    return [[written(start), instant_as_json(end)] for start, end in suspended] or None


def clients_as_json(clients: Clients) -> object:
    """For whom somebody else may be helped: all, none, or who is listed."""
    if clients.everyone:
        return "all"
    if clients == NO_CLIENTS:
        return "none"
    return {"parties": sorted(clients.parties), "groups": sorted(clients.groups)}


def coverage_as_json(coverage: Coverage) -> object:
    """Which services something is about, as it stands in a world file."""
    if coverage.everything:
        return "*"
    if coverage.set is not None:
        return {"set": coverage.set}
    return sorted(coverage.listed) if coverage.provider is None else {"provider": coverage.provider}


def period_as_json(starts: Instant, until: Instant | None) -> Json:
    """From when, and until when."""
    return {"from": written(starts), "until": instant_as_json(until)}


def source_as_json(source: Source | None) -> Json | None:
    """The source register of a record; what is not there is left out."""
    if source is None:
        return None
    members = {
        "register": source.register,
        "reference": source.reference,
        "fetched_at": instant_as_json(source.fetched_at),
    }
    return {key: value for key, value in members.items() if value is not None}


def instant_as_json(instant: Instant | None) -> str | None:
    """As it is written."""
    return None if instant is None else written(instant)
