"""How many people can act over mandates of one party: those to whom they were given, and who works there.

It is counted to be said before all of them are stopped, whatever the service and the level: at most that many.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import PartyKind
from claims.paths import LONGEST
from claims.register import records
from claims.register.facts import StoredFacts
from claims.relations import Link
from keys.storage import Connected, Statement

__all__ = ["MOST", "Reach", "reach"]

MOST: Final = 1000  # people that are counted
_FROM: Final = Statement(
    "SELECT body FROM register_links WHERE represented = :party ORDER BY representative, id LIMIT :most"
)
_MOST_READ: Final = 5000  # links


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people; `more` where there are more than were counted."""

    people: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """An organisation to which the power came, and how often it may be passed on from there (R8)."""

    organisation: str
    passes: int


def reach(db: Connected, mandates: Iterable[Mandate], *, now: Instant) -> Reach:
    """The people who can act over one of these mandates, in force or not, by links that are in force."""
    facts = StoredFacts(db)
    people: set[str] = set()
    read = 0
    for mandate in mandates:
        seen: set[_Place] = set()
        ahead = list(_arrived(facts, mandate, mandate.further_intermediaries, people))
        for _ in range(LONGEST - 1):
            onwards: list[_Place] = []
            for place in ahead:
                if place in seen or len(people) > MOST or read > _MOST_READ:
                    continue
                seen.add(place)
                rows = db.all(_FROM, {"party": place.organisation, "most": _MOST_READ})
                read += len(rows)
                for (body,) in rows:
                    onwards += _goes_on(facts, mandate, place, records.link(body), people, now)
            ahead = onwards
    return Reach(min(len(people), MOST), len(people) > MOST or read > _MOST_READ)


def _goes_on(
    facts: StoredFacts, first: Mandate, place: _Place, link: Link, people: set[str], now: Instant
) -> Iterator[_Place]:
    """Where the power comes to by a link from there."""
    if not link.in_force(now) or link.branch is not None or link.representative == first.represented:
        return
    if isinstance(link, Mandate):
        if not _serves(facts, link, first):
            return
        passes = min(place.passes - 1, link.further_intermediaries)
    else:
        party = facts.party(link.represented)
        if not link.binds_alone or party is None or not party.signatories_serve_clients:
            return
        passes = place.passes
    yield from _arrived(facts, link, passes, people)


def _arrived(facts: StoredFacts, link: Link, passes: int, people: set[str]) -> Iterator[_Place]:
    """A person, who is counted, or an organisation from which it may go on; none where it was passed on too often."""
    party = facts.party(link.representative)
    if party is None:
        return
    if party.kind is PartyKind.PERSON:
        people.add(party.id)
    elif passes >= 0:
        yield _Place(party.id, passes)


def _serves(facts: StoredFacts, link: Mandate, first: Mandate) -> bool:
    """Whether it is for the party that gave the first mandate as a client, or for some client where that one is for those (R9)."""
    clients = link.clients
    if clients.everyone or not first.own_affairs:
        return clients.everyone or clients.listed
    return first.represented in clients.parties or any(
        facts.in_group(group, first.represented) for group in sorted(clients.groups)
    )
