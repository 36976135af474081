"""Small worlds for the tests of the rules: links by the names of their parties, all else telling or left out.

Whoever is named after an organisation is one; everybody else is a person. Service `s` has the actions view and
submit, requires substantial and accepts intermediaries, persons and organisations. Links cover all services, for
all actions, at substantial, from 2025 until 2027.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Service, ServiceSet, Text
from claims.explanation import Explanation, explain
from claims.instants import Instant, parse_instant
from claims.mandates import ALL_CLIENTS, Clients, Mandate
from claims.organisation import Block, ClientGroup
from claims.parties import Party, PartyKind
from claims.relations import Basis, LegalRelation, Link
from claims.representation import Representation
from claims.resolution import Question, Resolution
from claims.restrictions import Restriction, RestrictionKind
from claims.world import World, resolve

ORGANISATIONS = frozenset(
    {"bakery", "accountants", "holding", "office", "payroll", "tax", *(f"o{number}" for number in range(10))}
)
NOW = "2026-03-04T08:30:00Z"
START = parse_instant("2025-01-01T00:00:00Z")
END = parse_instant("2027-01-01T00:00:00Z")
CLIENTS_ONLY = {"own_affairs": False, "clients": ALL_CLIENTS}
CLIENTS_TOO = {"own_affairs": True, "clients": ALL_CLIENTS}


def instant(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text)


def mandate(represented: str, representative: str, **more: Any) -> Mandate:
    """A mandate; its id is made of its two parties, periods are written as instants are."""
    return Mandate(
        **{
            "id": f"{represented}>{representative}",
            "represented": represented,
            "representative": representative,
            "services": EVERYTHING,
            "actions": None,
            "assurance": Loa.SUBSTANTIAL,
            "starts": START,
            "until": END,
            **_read(more),
        }
    )


def relation(represented: str, representative: str, basis: str, **more: Any) -> LegalRelation:
    """A legal relation, without an end."""
    return LegalRelation(
        **{
            "id": f"{represented}>{representative}",
            "represented": represented,
            "representative": representative,
            "basis": Basis(basis),
            "services": EVERYTHING,
            "actions": None,
            "assurance": Loa.SUBSTANTIAL,
            "starts": START,
            **_read(more),
        }
    )


def restriction(party: str, kind: str, **more: Any) -> Restriction:
    """A restriction for all services, in force since 2025."""
    return Restriction(
        **{
            "id": f"{party}!{kind}",
            "party": party,
            "kind": RestrictionKind(kind),
            "services": EVERYTHING,
            "starts": START,
            **_read(more),
        }
    )


def block(organisation: str, person: str, authenticator: str, starts: str, until: str | None = None) -> Block:
    """A block of an authenticator."""
    return Block(organisation, person, authenticator, parse_instant(starts), instant(until))


def group(id: str, organisation: str, *clients: str) -> ClientGroup:
    """A client group."""
    return ClientGroup(id, organisation, id, frozenset(clients))


def only_for(*parties: str) -> dict[str, Any]:
    """What a mandate for some clients alone has."""
    return {"own_affairs": False, "clients": Clients(parties=frozenset(parties), listed=True)}


def only_for_groups(*groups: str) -> dict[str, Any]:
    """What a mandate for the clients of some groups alone has."""
    return {"own_affairs": False, "clients": Clients(groups=frozenset(groups), listed=True)}


def service(**more: Any) -> Service:
    """The service `s`, or one that differs from it as told."""
    return Service(
        **{
            "id": "s",
            "uri": "https://tax.example.nl/services/s",
            "name": Text("Dienst", "Service"),
            "provider": "tax",
            "minimum_assurance": Loa.SUBSTANTIAL,
            "actions": ("view", "submit"),
            "represented_kinds": frozenset(PartyKind),
            "accepts_self": True,
            "accepts_intermediaries": True,
            **more,
        }
    )


def party(id: str, **more: Any) -> Party:
    """A party that is called as its id is."""
    kind = PartyKind.ORGANISATION if id in ORGANISATIONS else PartyKind.PERSON
    return Party(**{"id": id, "kind": kind, "name": id.capitalize(), **_read(more)})


def a_world(
    *links: Link,
    services: Iterable[Service] = (),
    parties: Iterable[Party] = (),
    restrictions: Iterable[Restriction] = (),
    groups: Iterable[ClientGroup] = (),
    blocks: Iterable[Block] = (),
    sets: Iterable[ServiceSet] = (),
) -> World:
    """A world of these links; the parties that they name, and service `s`, are added where they are not given."""
    given = {one.id: one for one in parties}
    named = {id: party(id) for link in links for id in (link.represented, link.representative)}
    return World(
        parties=(named | given).values(),
        services=tuple(services) or (service(),),
        links=links,
        restrictions=restrictions,
        groups=groups,
        blocks=blocks,
        sets=sets,
    )


def asked(world: World, acting: str, *, at: str = NOW, login: Loa = Loa.SUBSTANTIAL, **more: Any) -> Question:
    """A question about the first service of `world`."""
    return Question(acting, next(iter(world.services.values())), parse_instant(at), login, **more)


def answer(world: World, acting: str, **more: Any) -> Resolution:
    """The whole answer to that question."""
    return resolve(world, asked(world, acting, **more))


def found(world: World, acting: str, **more: Any) -> Sequence[Representation]:
    """The representations of that answer."""
    return answer(world, acting, **more).representations


def whom(world: World, acting: str, **more: Any) -> list[str]:
    """The represented parties of that answer, each with `through` where there is one: `bakery through accountants`."""
    return [
        one.represented if one.through is None else f"{one.represented} through {one.through}"
        for one in found(world, acting, **more)
    ]


def why(world: World, acting: str, represented: str, **more: Any) -> Explanation:
    """The explanation of the same question for one represented party."""
    return explain(world, asked(world, acting, **more), represented)


def broken(world: World, acting: str, represented: str, **more: Any) -> list[tuple[str, int | None]]:
    """What the only chain between the two breaks."""
    (only,) = why(world, acting, represented, **more).paths
    return [(rule.value, link) for rule, link in only.broken]


def _read(more: Mapping[str, Any]) -> dict[str, Any]:
    times = {"starts", "until", "revoked_at", "ceased_at"}
    read = {key: instant(value) if key in times else value for key, value in more.items()}
    if "suspended" in read:
        read["suspended"] = tuple((parse_instant(start), instant(end)) for start, end in read["suspended"])
    return read
