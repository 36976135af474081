"""What must change here so that we say of a party what its source says: new, changed and ended records.

A record is a source's where it names that register as its own source; no other is ever touched. What a fact is known
by again is its reference, and for a relation its basis and its representative too: another representative under the
same reference is another power, and the first one is over. Our ids are made here, of those, and never taken from an
answer.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from claims.catalogue import EVERYTHING, Coverage
from claims.instants import Instant
from claims.parties import Party
from claims.relations import Basis, LegalRelation
from claims.relations import Source as Origin
from claims.restrictions import Restriction
from claims.sources.told import Answer, SourceRegister, ToldParty, ToldRelation, ToldRestriction

__all__ = ["Changes", "Held", "changes", "closing"]

# The period of what was to begin later and never will: no question is about then, and an empty period is none.
_NEVER: Final[tuple[Instant, Instant]] = (0, 1)
R = TypeVar("R", LegalRelation, Restriction)


@dataclass(frozen=True, slots=True)
class Held:
    """What we say of a party now: its record, and what this source told, ended or not."""

    party: Party
    relations: Sequence[LegalRelation]
    restrictions: Sequence[Restriction]


@dataclass(frozen=True, slots=True)
class Changes:
    """The records to put: of the party itself (None: as it is), of others that we did not know, and of what is told.

    `added` are the ids of those that are new. `over` are relations that held and whose power has ended.
    """

    party: Party | None
    relations: tuple[LegalRelation, ...]
    restrictions: tuple[Restriction, ...]
    added: frozenset[str]
    over: tuple[LegalRelation, ...]


def changes(
    held: Held,
    answer: Answer,
    source: SourceRegister,
    *,
    who: Callable[[ToldParty, str], str],
    services: Mapping[str, str],
    fetched_at: Instant,
    now: Instant,
) -> Changes:
    """What to put so that we say what `answer` says.

    `who` gives the party id of a representative, for one without a number by the id of its relation; `services` gives
    the ids of services by their URIs, and what a fact is narrowed to besides is nothing of ours. A party that the
    source does not know (any more) is represented by nobody from there; what restricted it goes on to do so, since
    nothing was said of that.
    """
    line = _Line(held.party.id, source, services, fetched_at, now)
    relations, told = line.relations(held.relations, answer.relations, who)
    restrictions = line.restrictions(held.restrictions, answer.restrictions) if answer.known else []
    party = answer.facts.of(held.party)
    going_on = {(one.basis, one.representative) for one in told if one.in_force(now)}
    lasts = {one.id: one.until is None or one.until > now for one in told}
    before = {one.id for one in held.relations} | {one.id for one in held.restrictions}
    put = {one.id for one in relations} | {one.id for one in restrictions}
    return Changes(
        party=None if party == held.party else replace(party, recorded_at=None),
        relations=tuple(relations),
        restrictions=tuple(restrictions),
        added=frozenset(put - before),
        over=tuple(
            one
            for one in held.relations
            if not lasts.get(one.id, False) and (one.basis, one.representative) not in going_on
        ),
    )


def closing(held: Held, *, now: Instant) -> tuple[LegalRelation, ...]:
    """The relations of a source that does not answer, ended until it does: put, nobody acts on the strength of them."""
    return tuple(ended for one in held.relations if (ended := _ended(one, now)) is not None)


def relation_id(register: str, party: str, reference: str, basis: Basis, representative: str) -> str:
    """The id of what a source told, the same each time and no one's else."""
    return _id("relation", register, party, reference, basis.value, representative)


class _Line:
    """What is the same for all facts of one answer."""

    def __init__(
        self,
        party: str,
        source: SourceRegister,
        services: Mapping[str, str],
        fetched_at: Instant,
        now: Instant,
    ) -> None:
        self.party: Final = party
        self.register: Final = source.register
        self.services: Final = services
        self.fetched_at: Final = fetched_at
        self.now: Final = now

    def relations(
        self,
        held: Sequence[LegalRelation],
        told: Iterable[ToldRelation],
        who: Callable[[ToldParty, str], str],
    ) -> tuple[list[LegalRelation], list[LegalRelation]]:
        """Those to put, and all that are told as they then are."""
        left = sorted(held, key=lambda one: one.id)
        now_told = []
        for one in told:
            unnumbered = _id("party", self.register, self.party, one.reference)
            made = self._relation(one, who(one.representative, unnumbered))
            now_told.append(_taken_over(made, left, _is_same_power))
        return self._differing(held, now_told), now_told

    def restrictions(self, held: Sequence[Restriction], told: Iterable[ToldRestriction]) -> list[Restriction]:
        left = sorted(held, key=lambda one: one.id)
        now_told = [_taken_over(self._restriction(one), left, _is_same_restriction) for one in told]
        return self._differing(held, now_told)

    def _differing(self, held: Sequence[R], told: Sequence[R]) -> list[R]:
        """What is told and differs from what is held, and the end of what is told no more."""
        before = {one.id: one for one in held}
        differing = [
            one
            for one in told
            if (known := before.get(one.id)) is None
            or replace(one, source=known.source, recorded_at=known.recorded_at) != known
        ]
        over = [_ended(one, self.now) for one in _no_longer(held, told)]
        return differing + [one for one in over if one is not None]

    def _relation(self, told: ToldRelation, representative: str) -> LegalRelation:
        return LegalRelation(
            id=relation_id(self.register, self.party, told.reference, told.basis, representative),
            represented=self.party,
            representative=representative,
            basis=told.basis,
            services=self._coverage(told.services),
            actions=told.actions,
            assurance=told.assurance,
            starts=told.starts,
            until=told.until,
            source=self._origin(told.reference),
            limits=told.limits,
        )

    def _restriction(self, told: ToldRestriction) -> Restriction:
        return Restriction(
            id=_id("restriction", self.register, self.party, told.reference, told.kind.value),
            party=self.party,
            kind=told.kind,
            services=self._coverage(told.services),
            starts=told.starts,
            until=told.until,
            source=self._origin(told.reference),
        )

    def _coverage(self, uris: frozenset[str] | None) -> Coverage:
        if uris is None:
            return EVERYTHING
        return Coverage(listed=frozenset(self.services[uri] for uri in uris if uri in self.services))

    def _origin(self, reference: str) -> Origin:
        return Origin(self.register, reference, self.fetched_at)


def _is_same_power(told: LegalRelation, held: LegalRelation) -> bool:
    return told.basis is held.basis and told.representative == held.representative


def _is_same_restriction(told: Restriction, held: Restriction) -> bool:
    return told.kind is held.kind


def _taken_over(told: R, left: list[R], is_same: Callable[[R, R], bool]) -> R:
    """`told` under the id of the record that said so before, which is taken out of `left`; else as it is.

    A record of this source that an operator brought in without a reference is known by the rest alone.
    """
    reference = None if told.source is None else told.source.reference
    for wanted in (reference, None):
        for held in left:
            if held.source is not None and held.source.reference == wanted and is_same(told, held):
                left.remove(held)
                return replace(told, id=held.id)
    return told


def _no_longer(held: Sequence[R], told: Sequence[R]) -> list[R]:
    ids = {one.id for one in told}
    return [one for one in held if one.id not in ids]


def _ended(record: R, now: Instant) -> R | None:
    """`record` as it is when it holds no longer than `now`; None where it does not already."""
    if record.until is not None and record.until <= now:
        return None
    if record.starts >= now:
        starts, until = _NEVER
        return replace(record, starts=starts, until=until, recorded_at=None)
    return replace(record, until=now, recorded_at=None)


def _id(*parts: str) -> str:
    return "src-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
