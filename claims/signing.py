"""Who binds a party, alone or together with others, when something is granted for it (G1, G2).

Signatories are counted as human beings: who signs for a holding and for themself is one (G2, "distinct natural
persons"). A power that is limited, to services, to actions or to an amount, counts as joint.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from claims.instants import Instant
from claims.limits import NO_LIMITS
from claims.parties import Party, PartyKind
from claims.powers import power_until
from claims.relations import Basis, LegalRelation
from claims.restrictions import Restriction

__all__ = ["GRANTING", "Powers", "Signatory", "Signing"]

_LONGEST: Final = 6  # relations from a human being to the party, as on a path (R2)
_MOST_CHAINS: Final = 500  # that are looked at of one person for one party

# By which relations somebody grants: for an organisation those that bind it (G2), for a person those of G1.
_FOR_PERSONS: Final = frozenset(
    {Basis.CURATOR, Basis.ASSET_ADMINISTRATOR, Basis.GUARDIAN, Basis.PARENT, Basis.EXECUTOR}
)
_FOR_ORGANISATIONS: Final = frozenset(
    {Basis.SOLE_SIGNATORY, Basis.OWNER, Basis.LIQUIDATOR, Basis.TRUSTEE, Basis.JOINT_SIGNATORY}
)
GRANTING: Final = _FOR_PERSONS | _FOR_ORGANISATIONS


@dataclass(frozen=True, slots=True)
class Signatory:
    """One of those who sign together: a party, and whether their signature is there."""

    party: str
    signed: bool


@dataclass(frozen=True, slots=True)
class Signing:
    """How far joint signing is: `needed` of these have to sign."""

    needed: int
    signatories: tuple[Signatory, ...]

    @property
    def signed(self) -> int:
        """How many did."""
        return sum(one.signed for one in self.signatories)

    @property
    def is_majority(self) -> bool:
        """Whether more than half of all signed (G4)."""
        return 2 * self.signed > len(self.signatories)


@dataclass(frozen=True, slots=True)
class _Fan:
    """The relations in force by which somebody grants for one party: by representative, and to whom they lead on."""

    relations: tuple[LegalRelation, ...]
    of: Mapping[str, Sequence[LegalRelation]]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Powers:
    """The relations around a party at one instant, asked for one party at a time.

    `relations` gives those whose represented party it is, whatever their period; `restrictions` those of the party.
    Organisations may sign for one another in rings, and many may sign for many: each is looked at once.
    """

    at: Instant
    party: Callable[[str], Party | None]
    relations: Callable[[str], Sequence[LegalRelation]]
    restrictions: Callable[[str], Sequence[Restriction]]
    _fans: dict[str, _Fan] = field(default_factory=dict, init=False, repr=False, compare=False)

    def granting(self, party_id: str) -> tuple[LegalRelation, ...]:
        """The relations in force by which somebody grants for the party."""
        return self._fan(party_id).relations

    def people(self, party_id: str) -> frozenset[str]:
        """The human beings who take part in granting for the party, be it over other organisations."""
        fans = [self._fan(one) for one in self._around(party_id)]
        return frozenset(one for fan in fans for one in fan.of if one not in fan.organisations)

    def chains(self, person: str, party_id: str) -> Iterator[tuple[LegalRelation, ...]]:
        """The relations over which the person takes part in granting for the party, from the party outwards.

        No party twice, and the shortest first; where there are very many, some hundreds of the shortest.
        """
        steps = self._steps_to(person, party_id)
        walk: deque[tuple[tuple[LegalRelation, ...], str]] = deque([((), party_id)])
        begun = 0
        while walk:
            chain, last = walk.popleft()
            fan = self._fan(last)
            for one in fan.of.get(person, ()):
                yield (*chain, one)
            met = {one.represented for one in chain} | {last}
            for organisation in fan.organisations:
                if organisation in met or len(chain) + 1 + steps.get(organisation, _LONGEST) > _LONGEST:
                    continue
                for one in fan.of[organisation]:
                    if (begun := begun + 1) <= _MOST_CHAINS:
                        walk.append(((*chain, one), organisation))

    def bound(self, party_id: str, signers: frozenset[str]) -> bool:
        """Whether these human beings, all of whom said yes, bind the party."""
        return party_id in self._bound(party_id, signers)

    def signing(self, party_id: str, signers: frozenset[str]) -> Signing:
        """How far joint signing for the party is, with these signatures."""
        matched = self._matched(party_id, signers, self._bound(party_id, signers, apart=party_id))
        together = {one.representative for one in self.granting(party_id) if not _alone(one)}
        needed = self._needed(party_id, len(together))
        return Signing(needed, tuple(Signatory(one, one in matched) for one in sorted(together)))

    def _bound(self, party_id: str, signers: frozenset[str], *, apart: str | None = None) -> set[str]:
        """The party, and the organisations that lead to who signs for it, as far as these human beings bind them.

        A round binds those for whom sign who signed, or who were bound in a round before. `apart` is not looked at.
        """
        around = self._around(party_id) - {apart}
        found: set[str] = set()
        for _ in range(_LONGEST):
            more = {one for one in around - found if self._binds(one, signers, found)}
            if not more:
                break
            found |= more
        return found

    def _binds(self, party_id: str, signers: frozenset[str], bound: set[str]) -> bool:
        """Whether who signed, or was bound, binds the party by what they hold of it."""
        fan = self._fan(party_id)
        who = self._who_sign(fan, signers, bound)
        if any(_alone(one) for representative in who for one in fan.of[representative]):
            return True
        together = {one.representative for one in fan.relations if not _alone(one)}
        return len(self._matched(party_id, signers, bound)) >= max(self._needed(party_id, len(together)), 1)

    def _needed(self, party_id: str, signatories: int) -> int:
        """How many of its joint signatories have to sign."""
        party = self.party(party_id)
        rule = None if party is None else party.joint_rule.count
        return signatories // 2 + 1 if rule is None else rule

    def _matched(self, party_id: str, signers: frozenset[str], bound: set[str]) -> set[str]:
        """Its joint signatories who signed, each with a human being of their own."""
        fan = self._fan(party_id)
        return _matched(
            {
                one: frozenset({one}) if one in signers else self._faces(one, signers)
                for one in self._who_sign(fan, signers, bound)
                if not all(_alone(relation) for relation in fan.of[one])
            }
        )

    def _who_sign(self, fan: _Fan, signers: frozenset[str], bound: set[str]) -> list[str]:
        return [
            *(one for one in signers if one in fan.of),
            *(one for one in fan.organisations if one in bound and one not in signers),
        ]

    def _faces(self, organisation: str, signers: frozenset[str]) -> frozenset[str]:
        """The human beings among the signers who take part in signing for this organisation."""
        fans = [self._fan(one) for one in self._around(organisation)]
        return frozenset(one for one in signers if any(one in fan.of for fan in fans))

    def _around(self, party_id: str) -> set[str]:
        """The party, and the organisations over which somebody signs for it."""
        found, edge = {party_id}, [party_id]
        for _ in range(_LONGEST - 1):
            edge = [one for last in edge for one in self._fan(last).organisations if one not in found]
            edge = list(dict.fromkeys(edge))
            found.update(edge)
        return found

    def _steps_to(self, person: str, party_id: str) -> dict[str, int]:
        """How many relations it takes at least from each organisation around the party to the person."""
        around = self._around(party_id)
        before: dict[str, list[str]] = {}
        for one in around:
            for organisation in self._fan(one).organisations:
                before.setdefault(organisation, []).append(one)
        edge = [one for one in around if person in self._fan(one).of]
        steps = dict.fromkeys(edge, 1)
        while edge:
            last = edge.pop(0)
            for one in before.get(last, ()):
                if one not in steps:
                    steps[one] = steps[last] + 1
                    edge.append(one)
        return steps

    def _fan(self, party_id: str) -> _Fan:
        if party_id not in self._fans:
            party = self.party(party_id)
            bases = _FOR_PERSONS if party and party.kind is PartyKind.PERSON else _FOR_ORGANISATIONS
            relations = tuple(
                one
                for one in (() if party is None else self.relations(party_id))
                if party is not None and one.basis in bases and self._holds(one, party)
            )
            of: dict[str, list[LegalRelation]] = {}
            for one in relations:
                of.setdefault(one.representative, []).append(one)
            self._fans[party_id] = _Fan(relations, of, tuple(filter(self._is_organisation, of)))
        return self._fans[party_id]

    def _is_organisation(self, party_id: str) -> bool:
        party = self.party(party_id)
        return party is not None and party.kind is PartyKind.ORGANISATION

    def _holds(self, relation: LegalRelation, represented: Party) -> bool:
        representative = self.party(relation.representative)
        if representative is None or not relation.in_force(self.at):
            return False
        until = power_until(relation, represented, representative)
        if until is not None and until <= self.at:
            return False
        return not any(
            one.in_force(self.at) and one.takes_out(relation) for one in self.restrictions(represented.id)
        )


def _alone(relation: LegalRelation) -> bool:
    """Whether who holds it needs nobody else: a joint signatory does, and whose power is limited (G2).

    What a court gave for a person is theirs alone, however narrow.
    """
    if relation.basis in _FOR_PERSONS:
        return True
    return (
        relation.binds_alone
        and relation.services.everything
        and relation.actions is None
        and relation.limits == NO_LIMITS
    )


def _matched(faces: dict[str, frozenset[str]]) -> set[str]:
    """As many signatories as can each be given a human being of their own (a matching in a bipartite graph)."""
    given: dict[str, str] = {}  # human being -> signatory

    def give(signatory: str, tried: set[str]) -> bool:
        for face in sorted(faces[signatory]):
            if face in tried:
                continue
            tried.add(face)
            if face not in given or give(given[face], tried):
                given[face] = signatory
                return True
        return False

    for signatory in sorted(faces):
        give(signatory, set())
    return set(given.values())
