"""The rules of one path, R1 to R12, R14 and R19 to R22 of `mandates`: which of them does it break, and where?

A rule is a function from a path to the places where the path breaks it: the numbers of links, counted from 1, or
`None` for a rule about the whole path. It is about the whole path where its sentence is about the path or its
parties (R1, R2, R4, R6, R7, R14, R21), and about links where its sentence is about a link.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from claims.assurance import Loa
from claims.facts import Facts
from claims.instants import Instant, birthday, day_of
from claims.limits import NO_LIMITS, Limits, together
from claims.parties import Party, PartyKind
from claims.question import Question
from claims.refusals import Rule
from claims.relations import Basis, LegalRelation, Link
from claims.representation import AT_DESK

__all__ = ["LONGEST", "RULES", "RULES_OF_WHOLE_SERVICES", "Path", "broken_by", "parent_ends"]

LONGEST: Final = 6
"""The links that a path has at most (R2)."""

Places = Sequence[int | None]
_FINE: Final[Places] = ()
# named here, since looking up a member of an enumeration costs as much as asking a rule
_PERSON: Final = PartyKind.PERSON
_ORGANISATION: Final = PartyKind.ORGANISATION
_PARENT: Final = Basis.PARENT
_JOINT: Final = Basis.JOINT_SIGNATORY
_WHOLE: Final[Places] = (None,)


class Path:
    """Links that lead from a represented party to the acting person, with what the rules ask of them.

    `parties` are those of the path in its order: the represented party, the intermediaries, the acting person.
    """

    __slots__ = (
        "actions",
        "assurance",
        "facts",
        "limits",
        "links",
        "narrowed",
        "numbered",
        "parties",
        "question",
        "service",
    )

    def __init__(
        self, links: Sequence[Link], parties: Sequence[Party], facts: Facts, question: Question
    ) -> None:
        self.links = links
        self.parties = parties
        self.facts = facts
        self.question = question
        self.service = question.service
        self.numbered = tuple(enumerate(links, 1))
        actions = question.service.actions
        assurance = Loa.HIGH
        narrowed = False
        for link in links:
            if (allowed := link.actions) is not None:
                actions = tuple([action for action in actions if action in allowed])
            if link.assurance < assurance:
                assurance = link.assurance
            if link.narrowed:
                narrowed = True
        self.narrowed = narrowed
        """Whether a link has a branch or limits."""
        self.limits: Limits | None = together([link.limits for link in links]) if narrowed else NO_LIMITS
        """What lies inside the limits of all links (R21); None where nothing does."""
        self.actions = actions
        """The service's actions that every link allows, in the service's order (R6)."""
        self.assurance = assurance
        """The lowest assurance of its links (R13)."""

    @classmethod
    def joined(cls, links: Sequence[Link], facts: Facts, question: Question) -> "Path | None":
        """The path that `links` form, None where they do not lead to the acting person or a party is unknown."""
        parties = []
        before: str | None = None
        for link in links:
            if before is not None and link.represented != before:
                return None
            before = link.representative
            if (party := facts.party(link.represented)) is None:
                return None
            parties.append(party)
        if before != question.acting or (acting := facts.party(before)) is None:
            return None
        parties.append(acting)
        return cls(links, parties, facts, question)

    @property
    def organisations(self) -> list[Party]:
        """The organisations among its parties, which may block an authenticator (R11)."""
        return [party for party in self.parties if party.kind is _ORGANISATION]

    @property
    def may_outlive(self) -> bool:
        """Whether the represented party may have ceased (R4)."""
        basis = self.links[0].basis
        return isinstance(basis, Basis) and basis.outlives


def broken_by(path: Path) -> Iterator[tuple[Rule, int | None]]:
    """Every rule that `path` breaks and where, in the order of the rules; nothing where it stands."""
    for rule, places in RULES if path.narrowed else RULES_OF_WHOLE_SERVICES:
        for place in places(path):
            yield rule, place


def parent_ends(link: Link, child: Party, path: Path) -> Instant | None:
    """The instant until which a `parent` relation is in force for the service; None where there is no such limit."""
    if link.basis is not _PARENT or child.born is None:
        return None
    return birthday(child.born, path.service.parents_until_age)


def _r1(path: Path) -> Places:
    parties = path.parties
    if parties[-1].kind is not _PERSON:
        return _WHOLE
    return _WHOLE if _PERSON in [party.kind for party in parties[1:-1]] else _FINE


def _r2(path: Path) -> Places:
    different = {party.id for party in path.parties}
    return _FINE if len(different) == len(path.parties) and len(path.links) <= LONGEST else _WHOLE


def _r3(path: Path) -> Places:
    at = path.question.at
    broken = []
    for number, link in path.numbered:
        if not link.in_force(at) or (
            (end := parent_ends(link, path.parties[number - 1], path)) is not None and end <= at
        ):
            broken.append(number)
    return broken


def _r4(path: Path) -> Places:
    at = path.question.at
    ceased = [party for party in path.parties if party.ceased_at is not None and party.ceased_at <= at]
    if ceased and path.may_outlive:
        ceased = [party for party in ceased if party is not path.parties[0]]
    return _WHOLE if ceased else _FINE


def _r5(path: Path) -> Places:
    service = path.service
    bases = service.bases
    return [
        number
        for number, link in path.numbered
        if not link.services.covers(service)
        or (bases is not None and link.basis not in bases and link.basis != AT_DESK)
        # "all of them" never means a desk: a service says that it reads what that is
        or (link.basis == AT_DESK and AT_DESK not in service.understands)
    ]


def _r6(path: Path) -> Places:
    actions = path.actions
    return _FINE if actions and set(path.question.actions).issubset(actions) else _WHOLE


def _r7(path: Path) -> Places:
    service = path.service
    if path.parties[0].kind not in service.represented_kinds:
        return _WHOLE
    return _FINE if service.accepts_intermediaries or not _uses_intermediary(path) else _WHOLE


def _uses_intermediary(path: Path) -> bool:
    """Whether a mandate leads to an organisation, or a mandate follows an organisation that binds alone (R7)."""
    before: Link | None = None
    for number, link in path.numbered:
        if link.is_mandate:
            if path.parties[number].kind is _ORGANISATION:
                return True
            # what follows a link is given by the party that it leads to: an organisation (R1)
            if before is not None and before.binds_alone and _leads_to_organisation(path, number - 1):
                return True
        before = link
    return False


def _leads_to_organisation(path: Path, number: int) -> bool:
    return path.parties[number].kind is _ORGANISATION


def _r8(path: Path) -> Places:
    broken: list[int] = []
    passed_on = 0  # mandates after this link that lead to an organisation
    for number, link in reversed(path.numbered):
        if passed_on and not link.binds_alone:
            allowed = 0 if isinstance(link, LegalRelation) else link.further_intermediaries
            if passed_on > allowed:
                broken.append(number)
        if link.is_mandate and _leads_to_organisation(path, number):
            passed_on += 1
    return broken[::-1]


def _r9(path: Path) -> Places:
    return [
        number
        for number, link in path.numbered
        if not (_for_own_affairs(link) if number == 1 else _for_client(link, path, number))
    ]


def _for_own_affairs(link: Link) -> bool:
    return isinstance(link, LegalRelation) or link.own_affairs


def _for_client(link: Link, path: Path, number: int) -> bool:
    """Whether a later link is for the represented party of the path as a client."""
    if isinstance(link, LegalRelation):
        return link.binds_alone and path.parties[number - 1].signatories_serve_clients
    clients = link.clients
    client = path.parties[0].id
    return (
        clients.everyone
        or client in clients.parties
        or any(path.facts.in_group(group, client) for group in clients.groups)
    )


def _r10(path: Path) -> Places:
    return [number for number, link in path.numbered if link.basis is _JOINT]


def _r12(path: Path) -> Places:
    broken = []
    for number, link in path.numbered:
        if link.branch is None:
            continue
        # a later link serves its own branch only, and the path is for another party (R2)
        understood = number == 1 and "branch" in path.service.understands
        if not understood or not path.parties[0].has_branch(link.branch):
            broken.append(number)
    return broken


def _r14(path: Path) -> Places:
    return _WHOLE if path.assurance < path.question.required else _FINE


def _r19(path: Path) -> Places:
    at = path.question.at
    broken: set[int] = set()
    restrictions = path.facts.restrictions
    for place, party in enumerate(path.parties):
        for restriction in restrictions(party.id):
            if restriction.in_force(at) and restriction.services.covers(path.service):
                # the links on either side of the party: to it, and from it
                for number in (place, place + 1):
                    if 1 <= number <= len(path.links) and restriction.takes_out(path.links[number - 1]):
                        broken.add(number)
    return sorted(broken) if broken else _FINE


def _r20(path: Path) -> Places:
    understands = path.service.understands
    return [number for number, link in path.numbered if not link.limits.kinds <= understands]


def _r21(path: Path) -> Places:
    return _WHOLE if path.limits is None else _FINE


def _r22(path: Path) -> Places:
    today = day_of(path.question.at)
    return [
        number
        for number, link in path.numbered
        if link.limits.days is not None and not link.limits.days.holds(today)
    ]


RULES: Final[tuple[tuple[Rule, Callable[[Path], Places]], ...]] = (
    (Rule.R1, _r1),
    (Rule.R2, _r2),
    (Rule.R3, _r3),
    (Rule.R4, _r4),
    (Rule.R5, _r5),
    (Rule.R6, _r6),
    (Rule.R7, _r7),
    (Rule.R8, _r8),
    (Rule.R9, _r9),
    (Rule.R10, _r10),
    (Rule.R12, _r12),
    (Rule.R14, _r14),
    (Rule.R19, _r19),
    (Rule.R20, _r20),
    (Rule.R21, _r21),
    (Rule.R22, _r22),
)
RULES_OF_WHOLE_SERVICES: Final = tuple(
    (rule, places) for rule, places in RULES if rule not in {Rule.R12, Rule.R20, Rule.R21, Rule.R22}
)
"""Those to ask of a path on which no link is narrowed: the others are about what such a link has."""
