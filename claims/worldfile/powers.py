"""Mandates, legal relations and restrictions as they stand in a world file."""

from claims.instants import Instant, parse_instant
from claims.limits import LIMITS
from claims.mandates import ALL_CLIENTS, EVIDENCE_KINDS, NO_CLIENTS, Clients, Evidence, Mandate, Suspension
from claims.parties import PartyKind
from claims.relations import Basis, LegalRelation, Source
from claims.restrictions import Restriction, RestrictionKind
from claims.worldfile.faults import FaultCode
from claims.worldfile.members import Members
from claims.worldfile.narrowing import OF_RELATIONS, read_limits
from claims.worldfile.references import References

__all__ = ["check_period", "read_mandate", "read_relation", "read_restriction", "suspensions"]

_EMPTY = FaultCode.EMPTY_PERIOD, "this period is empty", "end it after its start"
_BASES = {basis.value: basis for basis in Basis}
_RESTRICTIONS = {kind.value: kind for kind in RestrictionKind}
_EVIDENCE = {kind: kind for kind in EVIDENCE_KINDS}
_MOST_INTERMEDIARIES = 2**31 - 1


def read_mandate(members: Members, references: References) -> Mandate:
    """One record of the list `mandates`."""
    id = members.id()
    represented, representative = _ends(members, references)
    clients = _clients(members, references, represented)
    evidence = tuple(_evidence(members))
    mandate = Mandate(
        id=id,
        represented=represented,
        representative=representative,
        services=references.coverage(members),
        actions=_actions(members),
        assurance=members.loa("assurance"),
        starts=members.instant("from"),
        until=members.required_instant_or_none("until"),
        branch=references.branch(members, represented),
        further_intermediaries=members.number("further_intermediaries", 0, _MOST_INTERMEDIARIES),
        own_affairs=members.flag("own_affairs", clients == NO_CLIENTS),
        clients=clients,
        suspended=tuple(suspensions(members)),
        revoked_at=members.instant_or_none("revoked_at"),
        evidence=evidence,
        recorded_at=members.instant_or_none("recorded_at"),
        limits=read_limits(members, LIMITS),
    )
    members.close()
    check_period(members, mandate.starts, mandate.until)
    _check_mandate(members, references, mandate)
    return mandate


def read_relation(members: Members, references: References) -> LegalRelation:
    """One record of the list `legal_relations`."""
    id = members.id()
    represented, representative = _ends(members, references)
    relation = LegalRelation(
        id=id,
        represented=represented,
        representative=representative,
        basis=members.word("basis", _BASES, Basis.HEIR),
        services=references.coverage(members),
        actions=_actions(members),
        assurance=members.loa("assurance"),
        starts=members.instant("from"),
        until=members.instant_or_none("until"),
        source=_source(members),
        recorded_at=members.instant_or_none("recorded_at"),
        limits=read_limits(members, OF_RELATIONS),
    )
    members.close()
    check_period(members, relation.starts, relation.until)
    return relation


def read_restriction(members: Members, references: References) -> Restriction:
    """One record of the list `restrictions`."""
    restriction = Restriction(
        id=members.id(),
        party=references.party(members, "party"),
        kind=members.word("kind", _RESTRICTIONS, RestrictionKind.GUARDIANSHIP),
        services=references.coverage(members),
        starts=members.instant("from"),
        until=members.instant_or_none("until"),
        source=_source(members),
        recorded_at=members.instant_or_none("recorded_at"),
    )
    members.close()
    check_period(members, restriction.starts, restriction.until)
    return restriction


def check_period(members: Members, starts: Instant, until: Instant | None) -> None:
    """Note a period in which no instant lies."""
    if until is not None and until <= starts and not members.wrong() & {"from", "until"}:
        members.note("until", *_EMPTY)


def _check_mandate(members: Members, references: References, mandate: Mandate) -> None:
    """Note what does not go together in a mandate."""
    if members.absent:
        return
    wrong = members.wrong()
    deeds = [proof for proof in mandate.evidence if proof.kind == "notarial_deed"]
    if mandate.until is None and not deeds and not wrong & {"until", "evidence"}:
        members.note(
            "until",
            FaultCode.NO_DEED,
            "a mandate without end needs evidence of a notarial deed",
            "write its end, or the deed among its evidence",
        )
    if mandate.limits.case is not None and len(mandate.services.listed) != 1 and "services" not in wrong:
        members.note(
            "services",
            FaultCode.NOT_ONE_SERVICE,
            "a case is one of one service",
            "list that service alone, or leave the case out",
        )
    if wrong & {"represented", "clients", "own_affairs"}:
        return
    if references.kind(mandate.represented) is PartyKind.PERSON:
        if mandate.clients != NO_CLIENTS:
            members.note(
                "clients", FaultCode.PERSON_HAS_NO_CLIENTS, "a person has no clients", 'leave it "none"'
            )
        if not mandate.own_affairs:
            members.note(
                "own_affairs",
                FaultCode.PERSON_HAS_NO_CLIENTS,
                "a person's mandate is for their own affairs",
                "leave it true",
            )
    elif not mandate.own_affairs and mandate.clients == NO_CLIENTS:
        members.note(
            "own_affairs",
            FaultCode.FOR_NOTHING,
            "this mandate is for nothing",
            "write whose affairs it is for: own_affairs, clients, or both",
        )


def _ends(members: Members, references: References) -> tuple[str, str]:
    represented = references.party(members, "represented")
    representative = references.party(members, "representative")
    if represented and represented == representative:
        members.note(
            "representative",
            FaultCode.LINK_TO_ITSELF,
            "this is the represented party itself",
            "name another party",
        )
    return represented, representative


def _actions(members: Members) -> frozenset[str] | None:
    return None if members.raw("actions") == "*" else frozenset(members.words("actions"))


def _clients(members: Members, references: References, organisation: str) -> Clients:
    value = members.raw("clients", "none")
    if value == "none":
        return NO_CLIENTS
    if value == "all":
        return ALL_CLIENTS
    if not isinstance(value, dict):
        members.note(
            "clients",
            FaultCode.MALFORMED,
            "this says nothing about clients",
            'write "none", "all" or {"parties": [ids], "groups": [ids]}',
        )
        return NO_CLIENTS
    listed = members.one("clients")
    parties = references.parties_of(listed, "parties", listed.ids("parties", ()))
    groups = listed.ids("groups", ())
    for number, group in enumerate(groups):
        references.group(listed, f"groups[{number}]", group, organisation)
    listed.close()
    return Clients(parties=parties, groups=frozenset(groups), listed=True)


def suspensions(members: Members) -> list[Suspension]:
    """The member `suspended`."""
    found: list[Suspension] = []
    for number, (_, value) in enumerate(members.items("suspended")):
        key = f"suspended[{number}]"
        try:
            starts, until = _suspension(value)
        except ValueError:
            right = "write [from, until], two instants, until null while open"
            members.note(key, FaultCode.MALFORMED, "this is no period", right)
            continue
        if until is not None and until <= starts:
            members.note(key, *_EMPTY)
        found.append((starts, until))
    return found


def _suspension(value: object) -> Suspension:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError
    starts, until = value
    return parse_instant(starts), None if until is None else parse_instant(until)


def _evidence(members: Members) -> list[Evidence]:
    found = []
    for proof in members.each("evidence"):
        found.append(
            Evidence(
                kind=proof.word("kind", _EVIDENCE, ""),
                reference=proof.text("reference"),
                digest=proof.digest_or_none("digest"),
                verifier=proof.text_or_none("verifier"),
                at=proof.instant_or_none("at"),
            )
        )
        proof.close()
    return found


def _source(members: Members) -> Source | None:
    source = members.one_or_none("source")
    if source is None:
        return None
    read = Source(
        source.text_or_none("register"),
        source.text_or_none("reference"),
        source.instant_or_none("fetched_at"),
    )
    source.close()
    return read
