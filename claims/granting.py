"""What somebody may grant, for whom, until when, and how sure that is (G1 to G5, G10)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from claims.assurance import Loa
from claims.catalogue import Coverage, Service
from claims.evidence import Fact, Policy, facts_of_evidence, facts_of_login, supported
from claims.instants import Instant, birthday, day_of
from claims.limits import NO_LIMITS, Limits
from claims.mandates import Mandate
from claims.offers import Approval, Brought, Offer, Part, Said
from claims.parties import Party, PartyKind
from claims.restrictions import Restriction

__all__ = [
    "FIRST_OFFERED",
    "LONGEST",
    "Entitlement",
    "Fault",
    "WhyNot",
    "assurance_of",
    "assurance_on",
    "faults",
    "faults_at",
    "latest_end",
    "of_period",
    "parts_of",
    "years_after",
]

LONGEST: Final = 5  # years (G5)
FIRST_OFFERED: Final = 1  # year


class WhyNot(StrEnum):
    """Why something cannot be granted; the codes are stable."""

    NOTHING_CHOSEN = "nothing_chosen"
    TO_ONESELF = "to_oneself"
    STARTS_IN_THE_PAST = "starts_in_the_past"
    ENDS_TOO_SOON = "ends_too_soon"
    ENDS_TOO_LATE = "ends_too_late"
    SERVICE_NOT_OFFERED = "service_not_offered"
    OTHER_KIND_OF_PARTY = "other_kind_of_party"
    NO_INTERMEDIARIES = "no_intermediaries"
    UNKNOWN_BRANCH = "unknown_branch"
    OUT_OF_REACH = "out_of_reach"
    NO_CHAINS = "no_chains"
    TOO_WEAK = "too_weak"
    RESTRICTED = "restricted"
    NO_APPOINTING = "no_appointing"
    NO_MEANS = "no_means"
    NOT_OF_THIS_DESK = "not_of_this_desk"  # a service of another provider
    CEASED = "ceased"
    LIMIT_NOT_HEEDED = "limit_not_heeded"
    CASE_OF_ONE_SERVICE = "case_of_one_service"
    BEYOND_LIMITS = "beyond_limits"
    ON_NO_DAY = "on_no_day"


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason against it; `service` is the id of the service that it is about, `needs` the level that is needed."""

    why: WhyNot
    service: str | None = None
    needs: Loa | None = None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """On what ground a person grants for a party.

    `authority` says it for the journal. A service lies within it where all of `services` cover it, an action where all
    of `actions` hold it (None: every one). `is_live`: it is known from an entry at most 24 hours old. `alone`:
    nobody else has to sign. `until` is when it ends, as far as is known. `passes_on`: what it lets one do may be passed on
    by whom it is given to; a power over a person may not (R8). `may_appoint` and `may_manage_means` are an appointment's
    (`organisation.Appointment`); who binds the organisation may do both. What is given lies within its `limits`.
    """

    person: str
    party: str
    authority: str
    services: tuple[Coverage, ...]
    actions: tuple[frozenset[str] | None, ...]
    assurance: Loa
    until: Instant | None
    alone: bool
    is_live: bool
    may_grant_chain: bool = True
    passes_on: bool = True
    may_appoint: bool = True
    may_manage_means: bool = True
    limits: Limits = NO_LIMITS

    @property
    def is_appointment(self) -> bool:
        """Whether it is that of an administrator (G3)."""
        return self.authority.startswith("appointment ")

    def reaches(self, service: Service, actions: frozenset[str] | None) -> bool:
        """Whether all of that lies within it (G10)."""
        wanted = frozenset(service.actions) if actions is None else actions
        return all(one.covers(service) for one in self.services) and all(
            one is None or wanted <= one for one in self.actions
        )

    def holds(self, part: Part, services: Mapping[str, Service]) -> bool:
        """Whether all of it lies within this, also what comes into its set later (G10); a service that is no more does."""
        if part.set is not None and not (
            all(one.includes(part.coverage) for one in self.services)
            and all(one is None for one in self.actions)
        ):
            return False
        return all(self.reaches(services[id], part.actions) for id in part.services if id in services)

    def approval(self, said: Said, at: Instant) -> Approval:
        """What the person's yes is worth, logged in at that level or brought by another."""
        login = None if isinstance(said, Brought) else said
        return Approval(
            person=self.person,
            authority=self.authority,
            login=login,
            assurance=self.assurance if login is None else min(login, self.assurance),
            is_live=self.is_live,
            alone=self.alone,
            at=at,
            brought=said if isinstance(said, Brought) else None,
        )


def parts_of(
    chosen: Iterable[tuple[str, str]], services: Mapping[str, Service], mandate_ids: Iterator[str]
) -> tuple[Part, ...]:
    """One part for each set of actions among the chosen tasks (pairs of service id and task id).

    Services share a part only where what is chosen for them is the same, so that no service gets what was chosen for
    another. A service or task that there is not is left out.
    """
    actions: dict[str, frozenset[str]] = {}
    for service_id, task_id in chosen:
        service = services.get(service_id)
        task = None if service is None else next((one for one in service.tasks if one.id == task_id), None)
        if task is not None:
            actions[service_id] = actions.get(service_id, frozenset()) | frozenset(task.actions)
    together: dict[frozenset[str], set[str]] = {}
    for service_id, of_service in actions.items():
        together.setdefault(of_service, set()).add(service_id)
    grouped = sorted(together.items(), key=lambda one: sorted(one[1]))
    return tuple(Part(next(mandate_ids), frozenset(ids), of_all) for of_all, ids in grouped)


def assurance_of(asked: Loa, approvals: Sequence[Approval], *, is_majority: bool, policy: Policy) -> Loa:
    """How sure a mandate is that these gave: the lowest of what G4 names. Basic without any approval."""
    if not approvals:
        return Loa.BASIC
    shared: set[Fact] = set()
    if all(one.is_live for one in approvals):
        shared.add(Fact.LIVE_ENTRY)
    if is_majority or any(one.alone for one in approvals):
        shared.add(Fact.SIGNATORIES)
    weakest = min(supported(_facts_of(one) | shared, policy) for one in approvals)
    return min(asked, weakest, *(one.assurance for one in approvals))


def _facts_of(approval: Approval) -> frozenset[Fact]:
    """What this yes is worth by itself. Without a login evidence alone sets the level (G4)."""
    if approval.brought is not None:
        return facts_of_evidence(approval.brought.evidence.kind)
    return facts_of_login(approval.login or Loa.BASIC)


def assurance_on(asked: Loa, proof: Collection[Fact], policy: Policy) -> Loa:
    """How sure a mandate is that nobody logged in to give: what shows that it was given says so alone (G4)."""
    return min(asked, supported(proof, policy))


def years_after(start: Instant, years: int) -> Instant:
    """The first instant of the day that many years after the one of `start`."""
    return birthday(day_of(start), years)


def latest_end(start: Instant) -> Instant:
    """When a mandate that begins at `start` ends at the latest (G5): by the clock, not by the day."""
    day = day_of(start)
    return birthday(day, LONGEST) + (start - birthday(day, 0))


def faults(
    offer: Offer,
    by: Entitlement,
    services: Mapping[str, Service],
    represented: Party,
    representative: Party | None,
    restrictions: Sequence[Restriction],
    *,
    login: Said,
    now: Instant,
    policy: Policy,
) -> list[Fault]:
    """Everything that is against it, for who is entitled by `by` and said so by `login`; empty where nothing is.

    `restrictions` are those of both parties.
    """
    worth = by.approval(login, now)
    level = assurance_of(offer.assurance, [worth], is_majority=True, policy=policy)
    return faults_at(level, offer, by, services, represented, representative, restrictions, now=now)


def faults_at(
    level: Loa,
    offer: Offer,
    by: Entitlement,
    services: Mapping[str, Service],
    represented: Party,
    representative: Party | None,
    restrictions: Sequence[Restriction],
    *,
    now: Instant,
) -> list[Fault]:
    """The same of a mandate that is known to be as sure as `level`."""
    found = [*of_period(offer, now, by.until), *_of_parties(offer, by, represented, representative, now)]
    found += [Fault(why) for why in _of_limits(offer, by, now)]
    if not offer.parts:
        found.append(Fault(WhyNot.NOTHING_CHOSEN))
    for part in offer.parts:
        chosen = part.services_for(represented.kind, services)
        if part.set is not None and not by.holds(part, services):
            found.append(Fault(WhyNot.OUT_OF_REACH))
        if not chosen:  # nothing lies in the set, for who gives this
            found.append(Fault(WhyNot.NOTHING_CHOSEN))
        for service_id in chosen:
            service = services.get(service_id)
            if service is None:
                found.append(Fault(WhyNot.SERVICE_NOT_OFFERED, service_id))
                continue
            found += [
                Fault(why, service.id)
                for why in _of_service(service, part, offer, by, represented, representative)
            ]
            if level < service.minimum_assurance:
                found.append(Fault(WhyNot.TOO_WEAK, service.id, service.minimum_assurance))
            if _is_restricted(offer, service, restrictions, represented, representative, now):
                found.append(Fault(WhyNot.RESTRICTED, service.id))
    return found


def of_period(offer: Offer, now: Instant, until: Instant | None = None) -> Iterator[Fault]:
    """What is against its period, whoever gives it (G5); `until` is when what entitles them ends."""
    start = now if offer.starts is None else offer.starts
    if start < now:
        yield Fault(WhyNot.STARTS_IN_THE_PAST)
        start = now
    if offer.until <= start:
        yield Fault(WhyNot.ENDS_TOO_SOON)
    if offer.until > latest_end(start) or (until is not None and offer.until > until):
        yield Fault(WhyNot.ENDS_TOO_LATE)


def _of_parties(
    offer: Offer, by: Entitlement, represented: Party, representative: Party | None, now: Instant
) -> Iterator[Fault]:
    if any(
        party is not None and party.ceased_at is not None and party.ceased_at <= now
        for party in (represented, representative)
    ):
        yield Fault(WhyNot.CEASED)
    if offer.branch is not None and not represented.has_branch(offer.branch):
        yield Fault(WhyNot.UNKNOWN_BRANCH)
    if representative is None:
        return
    if representative.id == represented.id:
        yield Fault(WhyNot.TO_ONESELF)
    if offer.further_intermediaries and not by.passes_on:
        yield Fault(WhyNot.NO_CHAINS)
        return
    is_chain = {represented.kind, representative.kind} == {PartyKind.ORGANISATION}
    if is_chain and not by.may_grant_chain:
        yield Fault(WhyNot.NO_CHAINS)


def _of_limits(offer: Offer, by: Entitlement, now: Instant) -> Iterator[WhyNot]:
    """What is against its limits: that they lie outside those of who gives it (G10), or leave nothing."""
    if not offer.limits.within(by.limits):
        yield WhyNot.BEYOND_LIMITS
    listed = {id for part in offer.parts for id in part.services}
    if offer.limits.case is not None and (len(listed) > 1 or any(one.set for one in offer.parts)):
        yield WhyNot.CASE_OF_ONE_SERVICE
    days = offer.limits.days
    if days is not None and days.none_between(now if offer.starts is None else offer.starts, offer.until):
        yield WhyNot.ON_NO_DAY


def _of_service(
    service: Service,
    part: Part,
    offer: Offer,
    by: Entitlement,
    represented: Party,
    representative: Party | None,
) -> Iterator[WhyNot]:
    if not service.takes_mandates:
        yield WhyNot.SERVICE_NOT_OFFERED
    if represented.kind not in service.represented_kinds:
        yield WhyNot.OTHER_KIND_OF_PARTY
    if offer.branch is not None and "branch" not in service.understands:
        yield WhyNot.UNKNOWN_BRANCH
    if not offer.limits.kinds <= service.understands:
        yield WhyNot.LIMIT_NOT_HEEDED
    to_organisation = representative is not None and representative.kind is PartyKind.ORGANISATION
    if to_organisation and not service.accepts_intermediaries:
        yield WhyNot.NO_INTERMEDIARIES
    if not by.reaches(service, part.actions):
        yield WhyNot.OUT_OF_REACH


def _is_restricted(
    offer: Offer,
    service: Service,
    restrictions: Sequence[Restriction],
    represented: Party,
    representative: Party | None,
    now: Instant,
) -> bool:
    """Whether a restriction would take the mandate out as soon as it is given (R19)."""
    if not restrictions:
        return False
    to_whom = representative.id if representative is not None else ""
    return any(
        one.in_force(now)
        and one.services.covers(service)
        and any(one.takes_out(mandate) for mandate in _as_given(offer, to_whom, now))
        for one in restrictions
    )


def _as_given(offer: Offer, representative: str, now: Instant) -> Iterator[Mandate]:
    yield from replace(offer, representative=representative).mandates(offer.assurance, now)
