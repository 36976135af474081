"""What is to be given, as the body of a request says it: an offer made of it, or what is wrong at its place."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from authz_server.api.declaring import Asked
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Level, Limits, OfProvider, OfSet, Shape
from authz_server.api.words_brought import InstantGiven, Word
from authz_server.portal.wishes import new_id
from claims import catalogue
from claims import limits as limiting
from claims.assurance import Loa
from claims.granting import parts_of
from claims.identifiers import holds_a_bsn
from claims.instants import parse_instant
from claims.mandates import ALL_CLIENTS, NO_CLIENTS, Clients
from claims.offers import Offer, OfferKind, OfferState, Part
from claims.register import lookup, team_mandates, teams
from claims.register.offers_kept import alone
from keys.storage import Connected

__all__ = ["Chosen", "Content", "OfTeams", "coverage_told", "limits_told", "offer_of"]

_MOST_SERVICES: Final = 50
_Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class Chosen(Shape):
    """A service, by its id, with the tasks that are chosen there; left out: everything that can be done there."""

    service: _Name
    tasks: Annotated[list[_Name], Field(min_length=1, max_length=50)] | None = None


class OfTeams(Shape):
    """The clients in these teams of the organisation, now or later."""

    groups: Annotated[list[_Name], Field(min_length=1, max_length=team_mandates.MOST_SERVED)]


class Content(Word):
    """What is to be given."""

    services: Annotated[list[Chosen], Field(max_length=_MOST_SERVICES, default_factory=list)]
    sets: Annotated[
        list[_Name],
        Field(
            max_length=_MOST_SERVICES,
            default_factory=list,
            description="sets of services, wholly: what is added to them later counts too",
        ),
    ]
    from_: Annotated[
        InstantGiven | None, Field(alias="from", description="left out: as soon as it is given")
    ] = None
    until: InstantGiven
    assurance: Annotated[Level, Field(description="how sure it is at most")] = "high"
    branch: _Name | None = None
    limits: Annotated[
        Limits | None, Field(description="what it is narrowed to; each service has to heed it")
    ] = None
    further_intermediaries: Annotated[int, Field(ge=0, le=5)] = 0
    own_affairs: bool = True
    clients: Literal["all", "none"] | OfTeams = "none"


def offer_of(
    asked: Asked, kind: OfferKind, represented: str, representative: str | None, reference: str | None
) -> Offer | Problem:
    """The offer of that kind that the body asks for, or what in it is wrong."""
    content: Content = asked.body
    parts = _parts(asked)
    if isinstance(parts, Problem):
        return parts
    limits = limits_told(content.limits)
    if isinstance(limits, Problem):
        return limits
    clients = _clients(asked.db, content.clients, represented)
    if isinstance(clients, Problem):
        return clients
    return Offer(
        id=new_id("of"),
        kind=kind,
        state=OfferState.OFFERED,
        represented=represented,
        representative=representative,
        parts=parts,
        assurance=Loa.of_word(content.assurance),
        starts=None if content.from_ is None else parse_instant(content.from_),
        until=parse_instant(content.until),
        made_at=asked.now,
        lapses_at=asked.now,
        branch=content.branch,
        further_intermediaries=content.further_intermediaries,
        own_affairs=content.own_affairs,
        clients=clients,
        reference=reference,
        limits=limits,
    )


def _clients(db: Connected, told: str | OfTeams, organisation: str) -> Clients | Problem:
    """Of which clients of the organisation it may be used; a team is one of its own, and is not removed meanwhile."""
    if not isinstance(told, OfTeams):
        return ALL_CLIENTS if told == "all" else NO_CLIENTS
    alone(db, organisation)
    known = {one.id for one in teams.of_organisation(db, organisation)}
    wrong = tuple(
        (f"/clients/groups/{number}", "the organisation has no team with that id")
        for number, id in enumerate(told.groups)
        if id not in known
    )
    if wrong:
        return Problem(Refusal.MALFORMED, "the body", wrong)
    return Clients(groups=frozenset(told.groups), listed=True)


def limits_told(told: Limits | None) -> limiting.Limits | Problem:
    """What it is narrowed to. A case is never known by a personal number."""
    if told is None:
        return limiting.NO_LIMITS
    if told.case is not None and holds_a_bsn(told.case):
        return _wrong_limits("holds a number that is written as a BSN")
    try:
        return limiting.limits_of(told.model_dump(exclude_none=True))
    except ValueError as wrong:
        return _wrong_limits(str(wrong))


def _wrong_limits(why: str) -> Problem:
    return Problem(Refusal.MALFORMED, "the body", (("/limits", why),))


def coverage_told(db: Connected, told: str | list[str] | OfProvider | OfSet) -> catalogue.Coverage | Problem:
    """The services that an appointment is for, as the body says them; what there is not is named at its place."""
    if isinstance(told, OfProvider):
        if lookup.party(db, told.provider) is None:
            return _wrong_services("/provider", "there is no party with that id")
        return catalogue.Coverage(provider=told.provider)
    if isinstance(told, OfSet):
        if told.set not in lookup.service_sets(db):
            return _wrong_services("/set", "there is no set with that id")
        return catalogue.Coverage(set=told.set)
    if isinstance(told, str):
        return catalogue.EVERYTHING
    for number, id in enumerate(told):
        if lookup.service(db, id) is None:
            return _wrong_services(f"/{number}", "there is no service with that id")
    if not told:
        return _wrong_services("", "something is to be arranged")
    return catalogue.Coverage(listed=frozenset(told))


def _wrong_services(where: str, what: str) -> Problem:
    return Problem(Refusal.MALFORMED, "the body", ((f"/services{where}", what),))


def _parts(asked: Asked) -> tuple[Part, ...] | Problem:
    """The mandates that it becomes: one for each set of actions, and one for what is wholly chosen."""
    chosen: list[Chosen] = asked.body.services
    services = {one.service: lookup.service(asked.db, one.service) for one in chosen}
    known = {id: service for id, service in services.items() if service is not None}
    wrong = []
    for number, one in enumerate(chosen):
        tasks = {task.id for task in known[one.service].tasks} if one.service in known else None
        if tasks is None:
            wrong.append((f"/services/{number}/service", "there is no service with that id"))
        elif one.tasks is not None and not set(one.tasks) <= tasks:
            wrong.append((f"/services/{number}/tasks", "holds a task that the service has not"))
    if len(services) < len(chosen):
        wrong.append(("/services", "names a service twice"))
    sets: list[str] = asked.body.sets
    there = lookup.service_sets(asked.db) if sets else {}
    wrong += [(f"/sets/{n}", "there is no set with that id") for n, id in enumerate(sets) if id not in there]
    if len(set(sets)) < len(sets):
        wrong.append(("/sets", "names a set twice"))
    if not chosen and not sets:
        wrong.append(("/services", "something is to be given: services, sets or both"))
    if wrong:
        return Problem(Refusal.MALFORMED, "the body", tuple(wrong))
    pairs = [(one.service, task) for one in chosen for task in one.tasks or ()]
    parts = parts_of(pairs, known, (new_id("m") for _ in iter(int, 1)))
    whole = frozenset(one.service for one in chosen if one.tasks is None)
    if whole:
        parts = (*parts, Part(new_id("m"), whole, None))
    return (*parts, *(Part(new_id("m"), frozenset(), None, id) for id in sorted(sets)))
