"""A whole register in memory: small worlds, for tests, for trying out and for a look before an import.

It finds paths by walking links from the acting person outwards; the register finds them in its tables. Both
leave the decision to `resolution.judge`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from claims.catalogue import Service, ServiceSet, in_sets
from claims.chains import Step
from claims.desk import DeskAppointment
from claims.organisation import Appointment, Block, ClientGroup
from claims.parties import Party, PartyKind
from claims.paths import LONGEST
from claims.question import Question
from claims.relations import LegalRelation, Link
from claims.representation import Representation
from claims.resolution import Resolution, best_per_capacity, for_oneself, in_order, judge
from claims.restrictions import Restriction

__all__ = ["World", "resolve"]


class World:
    """The records of a register, found as `Facts` wants it. Later records of one id replace earlier ones."""

    def __init__(
        self,
        *,
        parties: Iterable[Party] = (),
        services: Iterable[Service] = (),
        links: Iterable[Link] = (),
        restrictions: Iterable[Restriction] = (),
        groups: Iterable[ClientGroup] = (),
        appointments: Iterable[Appointment] = (),
        blocks: Iterable[Block] = (),
        desk_appointments: Iterable[DeskAppointment] = (),
        sets: Iterable[ServiceSet] = (),
    ) -> None:
        self.parties = {party.id: party for party in parties}
        self.sets = {one.id: one for one in sets}
        self.services = {service.id: service for service in in_sets(services, self.sets)}
        self.links = {link.id: link for link in links}
        self.restriction_records = {restriction.id: restriction for restriction in restrictions}
        self.groups = {group.id: group for group in groups}
        self.appointments = {appointment.id: appointment for appointment in appointments}
        self.block_records = {(b.organisation, b.person, b.authenticator, b.starts): b for b in blocks}
        self.desk_appointments = {one.id: one for one in desk_appointments}
        self._held: defaultdict[str, list[Link]] = defaultdict(list)
        self._given: defaultdict[str, list[Link]] = defaultdict(list)
        for link in self.links.values():
            self._held[link.representative].append(link)
            self._given[link.represented].append(link)
        self._restrictions: defaultdict[str, list[Restriction]] = defaultdict(list)
        for restriction in self.restriction_records.values():
            self._restrictions[restriction.party].append(restriction)
        self._blocks: defaultdict[tuple[str, str], list[Block]] = defaultdict(list)
        for block in self.block_records.values():
            self._blocks[block.organisation, block.person].append(block)

    def party(self, id: str) -> Party | None:
        return self.parties.get(id)

    def link(self, id: str) -> Link | None:
        return self.links.get(id)

    def restrictions(self, party_id: str) -> Sequence[Restriction]:
        return self._restrictions.get(party_id, ())

    def blocks(self, organisation_id: str, person_id: str) -> Sequence[Block]:
        return self._blocks.get((organisation_id, person_id), ())

    def in_group(self, group_id: str, party_id: str) -> bool:
        group = self.groups.get(group_id)
        return group is not None and party_id in group.clients

    def held_by(self, party_id: str) -> Sequence[Link]:
        """The links whose representative is the party."""
        return self._held.get(party_id, ())

    def steps_from(self, parties: Collection[str]) -> Iterator[Step]:
        for link in (link for id in parties for link in self._given.get(id, ())):
            yield Step(link.id, link.represented, link.representative)

    def steps_to(self, parties: Collection[str]) -> Iterator[Step]:
        for link in (link for id in parties for link in self._held.get(id, ())):
            yield Step(link.id, link.represented, link.representative)

    def how_many_from(self, parties: Collection[str]) -> int:
        return sum(len(self._given.get(id, ())) for id in parties)

    def how_many_to(self, parties: Collection[str]) -> int:
        return sum(len(self._held.get(id, ())) for id in parties)


def resolve(world: World, question: Question) -> Resolution:
    """Whether the acting person may act for themself, and whom they may represent: all of it, in order."""
    standing = (
        answer
        for links in _paths_to(world, question.acting)
        if isinstance(answer := judge(links, world, question), Representation)
    )
    representations = in_order(best_per_capacity(standing), world)
    return Resolution(for_oneself(world, question), tuple(representations))


def _paths_to(world: World, acting: str) -> Iterator[tuple[Link, ...]]:
    """Every path of organisations to the acting person (R1, R2); those on which a link serves no client are left out."""
    walk: list[tuple[Link, ...]] = [(link,) for link in world.held_by(acting)]
    while walk:
        path = walk.pop()
        yield path
        first = path[0]
        party = world.party(first.represented)
        if (
            party is None
            or party.kind is PartyKind.PERSON
            or len(path) == LONGEST
            or not _serves_clients(first)
        ):
            continue
        met = {acting, *(link.represented for link in path)}
        walk.extend((link, *path) for link in world.held_by(party.id) if link.represented not in met)


def _serves_clients(link: Link) -> bool:
    """Whether `link` may stand anywhere but first on a path (R9)."""
    if isinstance(link, LegalRelation):
        return link.binds_alone
    return link.clients.everyone or bool(link.clients.parties or link.clients.groups)
