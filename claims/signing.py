"""Who binds a party, alone or together with others, when something is granted for it (G1, G2).

Signatories are counted as human beings: who signs for a holding and for themself is one (G2, "distinct natural
persons"). A power that is limited, to services or to actions, counts as joint.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.parties import Party, PartyKind
from claims.powers import power_until
from claims.relations import Basis, LegalRelation
from claims.restrictions import Restriction

__all__ = ["GRANTING", "Powers", "Signatory", "Signing"]

_LONGEST: Final = 6  # relations from a human being to the party, as on a path (R2)

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
class Powers:
    """The relations around a party at one instant, asked for one party at a time.

    `relations` gives those whose represented party it is, whatever their period; `restrictions` those of the party.
    """

    at: Instant
    party: Callable[[str], Party | None]
    relations: Callable[[str], Sequence[LegalRelation]]
    restrictions: Callable[[str], Sequence[Restriction]]

    def granting(self, party_id: str) -> tuple[LegalRelation, ...]:
        """The relations in force by which somebody grants for the party."""
        party = self.party(party_id)
        if party is None:
            return ()
        bases = _FOR_PERSONS if party.kind is PartyKind.PERSON else _FOR_ORGANISATIONS
        return tuple(
            one for one in self.relations(party_id) if one.basis in bases and self._holds(one, party)
        )

    def chains(self, person: str, party_id: str) -> Iterator[tuple[LegalRelation, ...]]:
        """The relations over which the person takes part in granting for the party, from the party outwards."""
        walk: list[tuple[LegalRelation, ...]] = [(one,) for one in self.granting(party_id)]
        while walk:
            chain = walk.pop(0)
            last = chain[-1].representative
            if last == person:
                yield chain
            elif len(chain) < _LONGEST and self._is_organisation(last):
                met = {one.represented for one in chain}
                walk += [(*chain, one) for one in self.granting(last) if one.represented not in met - {last}]

    def bound(self, party_id: str, signers: frozenset[str]) -> bool:
        """Whether these human beings, all of whom said yes, bind the party."""
        return self._bound(party_id, signers, ())

    def signing(self, party_id: str, signers: frozenset[str]) -> Signing:
        """How far joint signing for the party is, with these signatures."""
        together = [one for one in self.granting(party_id) if not _alone(one)]
        faces = {
            one.representative: self._faces(one.representative, signers, (party_id,)) for one in together
        }
        matched = _matched(faces)
        party = self.party(party_id)
        rule = None if party is None else party.joint_rule.count
        needed = len(faces) // 2 + 1 if rule is None else rule
        return Signing(needed, tuple(Signatory(one, one in matched) for one in sorted(faces)))

    def _bound(self, party_id: str, signers: frozenset[str], met: tuple[str, ...]) -> bool:
        if len(met) >= _LONGEST or party_id in met:
            return False
        for one in self.granting(party_id):
            if _alone(one) and self._signs(one.representative, signers, (*met, party_id)):
                return True
        signing = self.signing(party_id, signers)
        return signing.signed >= max(signing.needed, 1)

    def _signs(self, representative: str, signers: frozenset[str], met: tuple[str, ...]) -> bool:
        return representative in signers or (
            self._is_organisation(representative) and self._bound(representative, signers, met)
        )

    def _faces(self, representative: str, signers: frozenset[str], met: tuple[str, ...]) -> frozenset[str]:
        """The human beings among the signers who stand for this signatory; none where it did not sign."""
        if representative in signers:
            return frozenset({representative})
        if not self._is_organisation(representative) or not self._bound(representative, signers, met):
            return frozenset()
        return frozenset(
            chain[-1].representative for person in signers for chain in self.chains(person, representative)
        )

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
    return relation.binds_alone and relation.services.everything and relation.actions is None


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
