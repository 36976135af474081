"""An answer of a source register, read from JSON: whole, or not at all, with every fault by its place.

An answer is about the party that was asked for, and can speak of power over that party and of restrictions of it
alone: whom it is about is not said with each fact, so that no fact can be about somebody else. Unknown members are
faults, since one could narrow what we would take for the whole.
"""

from collections.abc import Iterable
from typing import Final, TypeVar

from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.parties import JointRule, PartyKind
from claims.relations import Basis
from claims.restrictions import RestrictionKind
from claims.sources.told import (
    Answer,
    Fact,
    PartyFacts,
    SourceRegister,
    ToldParty,
    ToldRelation,
    ToldRestriction,
)
from claims.worldfile import Fault, FaultCode
from claims.worldfile.members import Members
from claims.worldfile.narrowing import OF_RELATIONS, read_limits

__all__ = ["LONGEST_NAME", "LONGEST_REFERENCE", "read_answer"]

LONGEST_REFERENCE: Final = 200  # signs
LONGEST_NAME: Final = 400
_KINDS: Final = {kind.value: kind for kind in PartyKind}
_MOST_SIGNATORIES: Final = 2**31 - 1
_ANOTHER_PARTY: Final = "this is another party than was asked for", "answer about the party of the request"
_EMPTY: Final = "this period is empty", "end it after its start"
T = TypeVar("T", Basis, RestrictionKind)


def read_answer(document: object, asked: Identifier, source: SourceRegister) -> Answer | list[Fault]:
    """What the source says of the party `asked`, or everything that is wrong with its answer.

    `document` is parsed JSON of whatever shape. Faults never repeat a value.
    """
    faults: list[Fault] = []
    answer = Members(document, "", faults)
    if _identifier(answer.one("party"), tuple(Scheme)) != asked and not faults:
        answer.note("party", FaultCode.MALFORMED, *_ANOTHER_PARTY)
    known = answer.flag("known", True)
    facts = _facts(answer, source)
    relations = tuple(_relation(one, asked, source) for one in answer.each("relations"))
    restrictions = tuple(_restriction(one, source) for one in answer.each("restrictions"))
    answer.close()
    if not known and (relations or restrictions or facts.told):
        answer.note("known", FaultCode.MALFORMED, "something is told of an unknown party", "tell nothing")
    _check_references(
        answer, [*(one.reference for one in relations), *(one.reference for one in restrictions)]
    )
    return faults or Answer(known, facts, relations, restrictions)


def _check_references(answer: Members, references: Iterable[str]) -> None:
    met: set[str] = set()
    for reference in references:
        if reference and reference in met:
            answer.note(
                "",
                FaultCode.REPEATED_ID,
                "a reference occurs twice",
                "a reference is of one entry of the register",
            )
        met.add(reference)


def _identifier(members: Members, schemes: tuple[Scheme, ...]) -> Identifier | None:
    scheme = members.word("scheme", {one.value: one for one in schemes}, Scheme.OIN)
    number = members.text("number")
    members.close()
    if members.absent or members.wrong():
        return None
    try:
        return Identifier(scheme, number)
    except ValueError as wrong:
        members.note("number", FaultCode.MALFORMED, "this is no such number", str(wrong))
        return None


def _facts(answer: Members, source: SourceRegister) -> PartyFacts:
    members = answer.one_or_none("facts")
    if members is None:
        return PartyFacts()
    told = frozenset(fact for fact in Fact if members.has(fact.value))
    for fact in sorted(told):
        if not source.may_tell(fact):
            members.note(fact.value, FaultCode.UNKNOWN_KEY, "this source is not asked for it", "leave it out")
    facts = PartyFacts(
        told,
        members.instant_or_none("ceased_at"),
        members.text_or_none("legal_form"),
        _joint_rule(members),
    )
    _check_length(members, "legal_form", facts.legal_form or "", LONGEST_NAME)
    members.close()
    return facts


def _joint_rule(members: Members) -> JointRule:
    rule = members.one_or_none("joint_rule")
    if rule is None:
        return JointRule()
    if rule.has("majority"):
        if rule.flag("majority", True) is not True:
            rule.note("majority", FaultCode.MALFORMED, "this says nothing", "write true, or a count instead")
        joint = JointRule(count=None)
    else:
        joint = JointRule(rule.number("count", 2, _MOST_SIGNATORIES, least=1))
    rule.close()
    return joint


def _relation(members: Members, asked: Identifier, source: SourceRegister) -> ToldRelation:
    relation = ToldRelation(
        reference=_reference(members),
        basis=members.word("basis", _believed(Basis, source), Basis.HEIR),
        representative=_representative(members, source),
        services=_services(members),
        actions=None if members.raw("actions") == "*" else frozenset(members.words("actions")),
        assurance=min(source.assurance, members.loa("assurance"))
        if members.has("assurance")
        else source.assurance,
        starts=members.instant("from"),
        until=members.required_instant_or_none("until"),
        limits=read_limits(members, OF_RELATIONS),
    )
    members.close()
    _check_period(members, relation.starts, relation.until)
    if relation.representative.identifier == asked:
        members.note(
            "representative",
            FaultCode.LINK_TO_ITSELF,
            "this is the represented party itself",
            "name another party",
        )
    return relation


def _restriction(members: Members, source: SourceRegister) -> ToldRestriction:
    restriction = ToldRestriction(
        reference=_reference(members),
        kind=members.word("kind", _believed(RestrictionKind, source), RestrictionKind.GUARDIANSHIP),
        services=_services(members),
        starts=members.instant("from"),
        until=members.required_instant_or_none("until"),
    )
    members.close()
    _check_period(members, restriction.starts, restriction.until)
    return restriction


def _representative(members: Members, source: SourceRegister) -> ToldParty:
    who = members.one("representative")
    number = who.one_or_none("identifier") if who.has("identifier") else who.one("identifier")
    party = ToldParty(
        kind=who.word("kind", _KINDS, PartyKind.PERSON),
        name=who.text("name"),
        identifier=None if number is None else _identifier(number, source.schemes),
        born=who.day_or_none("born"),
    )
    who.close()
    _check_length(who, "name", party.name, LONGEST_NAME)
    if party.kind is PartyKind.ORGANISATION and not who.wrong():
        if party.born is not None:
            who.note("born", FaultCode.WRONG_KIND, "an organisation is not born", "leave it out")
        if party.identifier is not None and party.identifier.scheme is Scheme.BSN:
            who.note(
                "identifier", FaultCode.WRONG_KIND, "an organisation has no such number", "name a person"
            )
    return party


def _reference(members: Members) -> str:
    reference = members.text("reference")
    _check_length(members, "reference", reference, LONGEST_REFERENCE)
    return reference


def _services(members: Members) -> frozenset[str] | None:
    return None if members.raw("services") == "*" else frozenset(members.ids("services"))


def _believed(kinds: type[T], source: SourceRegister) -> dict[str, T]:
    return {kind.value: kind for kind in kinds if source.may_tell(kind)}


def _check_period(members: Members, starts: Instant, until: Instant | None) -> None:
    if until is not None and until <= starts and not members.wrong() & {"from", "until"}:
        members.note("until", FaultCode.EMPTY_PERIOD, *_EMPTY)


def _check_length(members: Members, key: str, text: str, most: int) -> None:
    if len(text) > most:
        members.note(key, FaultCode.MALFORMED, "this is too long", f"write at most {most} signs")
