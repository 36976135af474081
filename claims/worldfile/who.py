"""Parties as they stand in a world file."""

from collections.abc import Iterable, Sequence

from claims.addresses import Address
from claims.identifiers import Identifier, Scheme, branch_number
from claims.parties import Branch, JointRule, Party, PartyKind
from claims.worldfile.faults import FaultCode
from claims.worldfile.members import Members, shown
from claims.worldfile.references import References

__all__ = ["Owners", "read_party"]

_KINDS = {kind.value: kind for kind in PartyKind}
_SCHEMES = {scheme.value: scheme for scheme in Scheme}
_MOST_SIGNATORIES = 2**31 - 1


def read_party(members: Members, references: References) -> Party:
    """One record of the list `parties`."""
    party = Party(
        id=members.id(),
        kind=members.word("kind", _KINDS, PartyKind.PERSON),
        name=members.text("name"),
        trade_names=members.texts("trade_names"),
        legal_form=members.text_or_none("legal_form"),
        place=members.text_or_none("place"),
        identifiers=_identifiers(members),
        branches=tuple(_branches(members)),
        born=members.day_or_none("born"),
        address=_address(members),
        ceased_at=members.instant_or_none("ceased_at"),
        joint_rule=_joint_rule(members),
        signatories_serve_clients=members.flag("signatories_serve_clients", True),
        recorded_at=members.instant_or_none("recorded_at"),
    )
    members.close()
    if "kind" in members.wrong():
        return party
    if party.born is not None and party.kind is PartyKind.ORGANISATION:
        members.note("born", FaultCode.WRONG_KIND, "an organisation is not born", "leave it out")
    if party.address is not None and party.kind is PartyKind.ORGANISATION:
        members.note("address", FaultCode.WRONG_KIND, "an address is asked of persons alone", "leave it out")
    before = references.known.party(party.id) if party.id else None
    if before is not None and before.kind is not party.kind:
        right = "keep its kind, or take a new id"
        members.note("kind", FaultCode.CHANGED_KIND, f"this party is known as {before.kind}", right)
    return party


class Owners:
    """Whose each identifier is, over the file and the register: it belongs to one party only."""

    def __init__(self) -> None:
        self._taken: dict[Scheme, dict[str, str]] = {scheme: {} for scheme in Scheme}
        self._known_elsewhere: list[tuple[Members, Scheme, str]] = []

    def check(self, read: Sequence[tuple[Members, Party]], references: References) -> None:
        """Note every identifier of these parties that another of the file has."""
        known = references.known.owners([one for _, party in read for one in party.identifiers])
        for members, party in read:
            for identifier in party.identifiers:
                if self._taken[identifier.scheme].setdefault(identifier.value, party.id) != party.id:
                    _note_taken(members, identifier.scheme)
                elif (owner := known.get(identifier, party.id)) != party.id:
                    self._known_elsewhere.append((members, identifier.scheme, owner))

    def close(self, parties: Iterable[object]) -> None:
        """Note every identifier that another party of the register has and keeps; `parties` is the list of the file."""
        if not self._known_elsewhere:
            return
        owners = {owner for _, _, owner in self._known_elsewhere}
        # these have what the file says, and may have given up what they had; the others keep it
        said = {
            str(party.get("id"))
            for party in parties
            if isinstance(party, dict) and "identifiers" in party and str(party.get("id")) in owners
        }
        for members, scheme, owner in self._known_elsewhere:
            if owner not in said:
                _note_taken(members, scheme)


def _note_taken(members: Members, scheme: Scheme) -> None:
    members.note(
        f"identifiers.{scheme}",
        FaultCode.IDENTIFIER_TAKEN,
        "another party has this identifier",
        "an identifier belongs to one party only",
    )


def _identifiers(members: Members) -> tuple[Identifier, ...]:
    found = []
    if members.has("identifiers"):
        numbers = members.one("identifiers")
        for scheme in numbers.own_keys():
            if scheme not in _SCHEMES:
                right = f"known here: {', '.join(_SCHEMES)}"
                numbers.note(shown(scheme), FaultCode.UNKNOWN_KEY, "this scheme is not known", right)
                continue
            value = numbers.text(scheme)
            if not value:
                continue
            try:
                found.append(Identifier(_SCHEMES[scheme], value))
            except ValueError as wrong:
                numbers.note(scheme, FaultCode.MALFORMED, "this is no such number", str(wrong))
    else:
        members.raw("identifiers", None)
    return tuple(sorted(found, key=lambda identifier: identifier.scheme))


def _address(members: Members) -> Address | None:
    told = members.one_or_none("address")
    if told is None:
        return None
    postcode, house_number = told.text("postcode"), told.text("house_number")
    told.close()
    if told.wrong():
        return None
    try:
        return Address(postcode, house_number)
    except ValueError as wrong:
        members.note("address", FaultCode.MALFORMED, "this is no address", str(wrong))
        return None


def _branches(members: Members) -> list[Branch]:
    branches: list[Branch] = []
    for branch in members.each("branches"):
        number = branch.text("number")
        try:
            number = number and branch_number(number)
        except ValueError as wrong:
            branch.note("number", FaultCode.MALFORMED, "this is no branch number", str(wrong))
        if any(number == other.number for other in branches):
            branch.note("number", FaultCode.REPEATED_ID, "this branch occurs twice", "write it once")
        branches.append(Branch(number, branch.text("name"), branch.text_or_none("place")))
        branch.close()
    return branches


def _joint_rule(members: Members) -> JointRule:
    rule = members.one_or_none("joint_rule") if members.has("joint_rule") else None
    members.raw("joint_rule", None)
    if rule is None:
        return JointRule()
    if rule.has("majority"):
        if rule.flag("majority", True) is not True:
            rule.note("majority", FaultCode.MALFORMED, "this says nothing", "write true, or a count instead")
        joint = JointRule(count=None)
    else:
        joint = JointRule(count=rule.number("count", 2, _MOST_SIGNATORIES, least=1))
    rule.close()
    return joint
