"""The lines of a list judged: an organisation gives, or an intermediary asks its clients (G7, G10).

Each line is judged by itself, as what a person fills in is. Of a line that asks nothing is looked up but what is the
asker's own: nobody is told whether there is anybody to ask.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from claims.assurance import Loa
from claims.catalogue import Service
from claims.evidence import Policy
from claims.formats.naming import is_personal
from claims.granting import Entitlement, Fault, WhyNot, of_period, parts_of
from claims.identifiers import Identifier
from claims.instants import Instant
from claims.lists.columns import Column
from claims.lists.faults import FaultCode, ListFault
from claims.lists.wishes import Wanted
from claims.mandates import ALL_CLIENTS, NO_CLIENTS, Clients
from claims.offers import Brought, Offer, OfferKind, OfferState, Part, Said
from claims.organisation import ClientGroup
from claims.parties import Party, PartyKind, searchable
from claims.register import landing, lookup, teams
from claims.register.actor import Actor
from claims.register.client_references import NotKept, as_kept
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.many import ManyStatement
from claims.register.offer_judging import Refused, by_grounds
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["Judged", "Listing", "Sort", "judge"]

_NOTED: Final = ManyStatement(
    "SELECT digest FROM register_list_lines WHERE organisation = :organisation AND digest IN (:ids)"
)


class Sort(StrEnum):
    """What a list is for. The words are stable."""

    GIVE = "give"  # the represented organisation gives permissions
    ASK = "ask"  # an intermediary asks its clients for permissions


@dataclass(frozen=True, slots=True)
class Judged:
    """One line, and what is against it; `offer` is what it would be, without the client where it asks.

    `to` is the organisation that a permission goes to, `team` the team in which a client would land, `before` whether the
    line was carried out before. `faults` are those of granting, `wrong` those of the line.
    """

    wanted: Wanted
    offer: Offer
    to: Party | None = None
    team: str | None = None
    before: bool = False
    faults: tuple[Fault, ...] = ()
    wrong: tuple[ListFault, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether something would come of it, or came of it before."""
        return not self.faults and not self.wrong


@dataclass(frozen=True, slots=True)
class Listing:
    """All that judging the lines of one list needs to know, read once: whose it is, who brings it, and when.

    With a word that is `brought` it is that person's who said it, and `by` is who brings it.
    """

    db: Connected
    vault: Vault
    organisation: Party
    by: Actor
    now: Instant
    policy: Policy
    facts: StoredFacts
    services: dict[str, Service]
    teams: Sequence[ClientGroup]
    brought: Brought | None = None
    _fills: dict[str, bool] = field(default_factory=dict)
    _grounds: list[Sequence[Entitlement]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        db: Connected,
        vault: Vault,
        organisation: Party,
        *,
        by: Actor,
        now: Instant,
        policy: Policy,
        brought: Brought | None = None,
    ) -> "Listing":
        """For a list of that organisation."""
        services = {one.id: one for one in lookup.services(db)}
        own_teams = teams.of_organisation(db, organisation.id)
        facts = StoredFacts(db)
        return cls(db, vault, organisation, by, now, policy, facts, services, own_teams, brought)

    def may_fill(self, team: str) -> bool:
        """Whether who brings the list may let clients land in this team (G10): the same for each of its lines."""
        if team not in self._fills:
            organisation = self.organisation.id
            refused = landing.may_land(
                self.db, organisation, team, by=self.by, now=self.now, policy=self.policy
            )
            self._fills[team] = refused is None
        return self._fills[team]

    @property
    def grounds(self) -> Sequence[Entitlement]:
        """What entitles whose list it is to grant for the organisation: the same for each of its lines."""
        if not self._grounds:
            found = entitlements(self.db, self.facts, self.person, self.organisation.id, now=self.now)
            self._grounds.append(found)
        return self._grounds[0]

    @property
    def person(self) -> str:
        """Whose list it is: who is logged in, or whose word is brought."""
        return (self.by.person if self.brought is None else self.brought.person) or ""

    @property
    def said(self) -> Said:
        """How they say so."""
        return self.brought or self.by.assurance or Loa.BASIC


def judge(listing: Listing, sort: Sort, lines: Iterable[Wanted]) -> list[Judged]:
    """What would come of each line now. Nothing is changed."""
    lines = list(lines)
    noted = _noted(listing, lines)
    if sort is Sort.ASK:
        return [_asking(listing, one, before=before) for one, before in zip(lines, noted, strict=True)]
    known = _organisations(listing, lines)
    return [_giving(listing, one, known, before=before) for one, before in zip(lines, noted, strict=True)]


def _noted(listing: Listing, lines: Sequence[Wanted]) -> list[bool]:
    """Of each whether a line that says the same was carried out before."""
    organisation = listing.organisation.id
    digests = [listing.vault.digest_of_line(organisation, one.key) for one in lines]
    there = {digest for (digest,) in _NOTED.rows(listing.db, digests, {"organisation": organisation})}
    return [digest in there for digest in digests]


def _organisations(listing: Listing, lines: Sequence[Wanted]) -> dict[Identifier, Party]:
    """Whom these lines name; the numbers of who trades in person tell nobody who that is."""
    numbers = {one.number for one in lines if one.number is not None}
    ids = lookup.ids_by_identifiers(listing.db, listing.vault, numbers)
    listing.facts.fetch_parties(ids.values())
    found = {number: listing.facts.party(id) for number, id in ids.items()}
    return {
        number: party
        for number, party in found.items()
        if party is not None and party.kind is PartyKind.ORGANISATION and not is_personal(party)
    }


def _giving(listing: Listing, wanted: Wanted, known: Mapping[Identifier, Party], *, before: bool) -> Judged:
    to = None if wanted.number is None else known.get(wanted.number)
    wrong: list[ListFault] = []
    if wanted.number is not None and to is None:
        wrong.append(_wrong(wanted, FaultCode.UNKNOWN_ORGANISATION, Column.NUMBER))
    clients = _clients(listing, wanted.for_whom)
    if clients is None:
        wrong.append(_wrong(wanted, FaultCode.UNKNOWN_TEAM, Column.FOR))
    offer = replace(
        _offer(listing, wanted),
        kind=OfferKind.EMPLOYEE if wanted.number is None else OfferKind.PARTY,
        represented=listing.organisation.id,
        representative=None if to is None else to.id,
        own_affairs=wanted.for_whom in ("own", "both"),
        clients=clients or NO_CLIENTS,
        reference=wanted.employee if wanted.number is None else None,
    )
    if wrong:
        return Judged(wanted, offer, to, wrong=tuple(wrong))
    if before:  # nothing is done anew, whatever would be against it by now
        return Judged(wanted, offer, to, before=True)
    ground = by_grounds(
        listing.db,
        listing.facts,
        offer,
        listing.grounds,
        listing.said,
        listing.now,
        listing.policy,
        services=listing.services,
    )
    faults = (ground.faults or (Fault(WhyNot.OUT_OF_REACH),)) if isinstance(ground, Refused) else ()
    return Judged(wanted, offer, to, faults=faults)


def _asking(listing: Listing, wanted: Wanted, *, before: bool) -> Judged:
    offer = replace(_offer(listing, wanted), kind=OfferKind.REQUEST, representative=listing.organisation.id)
    wrong: list[ListFault] = []
    kept = as_kept(wanted.reference)
    if isinstance(kept, NotKept):
        long = kept is NotKept.TOO_LONG
        code = FaultCode.TOO_LONG if long else FaultCode.HOLDS_A_BSN
        wrong.append(_wrong(wanted, code, Column.REFERENCE))
    team = _team(listing, wanted.team) if wanted.team else None
    if wanted.team and team is None:
        wrong.append(_wrong(wanted, FaultCode.UNKNOWN_TEAM, Column.TEAM))
    elif team is not None and not listing.may_fill(team):
        wrong.append(_wrong(wanted, FaultCode.CANNOT_BE_GRANTED, Column.TEAM))
    faults = () if before else (*of_period(offer, listing.now), *_of_services(listing, offer))
    return Judged(wanted, offer, team=team, before=before, faults=faults, wrong=tuple(wrong))


def _offer(listing: Listing, wanted: Wanted) -> Offer:
    """What the line says, with the parties left out."""
    ids = (f"m-{secrets.token_urlsafe(16)}" for _ in iter(int, 1))
    return Offer(
        id=f"of-{secrets.token_urlsafe(16)}",
        kind=OfferKind.PARTY,
        state=OfferState.OFFERED,
        represented="",
        representative=None,
        parts=parts_of(wanted.chosen, listing.services, ids)
        if wanted.set is None
        else (Part(next(ids), frozenset(), None, wanted.set),),
        assurance=Loa.HIGH,
        starts=wanted.starts,
        until=wanted.until,
        made_at=listing.now,
        lapses_at=listing.now,
        branch=wanted.branch,
        limits=wanted.limits,
    )


def _of_services(listing: Listing, offer: Offer) -> Iterator[Fault]:
    """What is against asking organisations for it, whoever they are: they give it to an organisation."""
    for part in offer.parts:
        inside = part.services_for(PartyKind.ORGANISATION, listing.services)
        if not inside:
            yield Fault(WhyNot.NOTHING_CHOSEN)
        if offer.limits.case is not None and part.set is not None:
            yield Fault(WhyNot.CASE_OF_ONE_SERVICE)
        for id in inside:
            service = listing.services[id]
            if not service.takes_mandates:
                yield Fault(WhyNot.SERVICE_NOT_OFFERED, id)
            elif PartyKind.ORGANISATION not in service.represented_kinds:
                yield Fault(WhyNot.OTHER_KIND_OF_PARTY, id)
            elif not service.accepts_intermediaries:
                yield Fault(WhyNot.NO_INTERMEDIARIES, id)
            elif not offer.limits.kinds <= service.understands:
                yield Fault(WhyNot.LIMIT_NOT_HEEDED, id)


def _clients(listing: Listing, for_whom: str) -> Clients | None:
    """The clients for whom it may be used; None where a team is named that there is not."""
    if not for_whom.startswith("team:"):
        return ALL_CLIENTS if for_whom in ("clients", "both") else NO_CLIENTS
    team = _team(listing, for_whom.removeprefix("team:"))
    return None if team is None else Clients(groups=frozenset({team}), listed=True)


def _team(listing: Listing, name: str) -> str | None:
    """The one team that is called so, or has that id."""
    plain = searchable(name)
    found = [one.id for one in listing.teams if one.id == name or searchable(one.name) == plain]
    return found[0] if len(found) == 1 else None


def _wrong(wanted: Wanted, code: FaultCode, column: Column) -> ListFault:
    return ListFault(code, wanted.line, column.value)
