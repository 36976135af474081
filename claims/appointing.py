"""(pure) What may be given with an appointment, and by whom: never more than who gives it has (G3, G10)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from claims.assurance import Loa
from claims.catalogue import Coverage, Service
from claims.desk import DeskAppointment
from claims.evidence import Policy
from claims.granting import Entitlement, Fault, WhyNot, assurance_of, of_period
from claims.instants import Instant
from claims.mandates import Mandate
from claims.offers import Offer, Office, Said
from claims.organisation import Appointment
from claims.parties import Party, PartyKind
from claims.restrictions import Restriction

__all__ = [
    "arranges",
    "beyond",
    "faults",
    "gives_again",
    "is_narrower",
    "office_of",
    "reaches_offer",
    "too_weak",
]


def faults(
    offer: Offer,
    office: Office,
    by: Entitlement,
    services: Mapping[str, Service],
    organisation: Party,
    person: Party | None,
    restrictions: Sequence[Restriction],
    *,
    login: Said,
    now: Instant,
    policy: Policy,
) -> list[Fault]:
    """Everything that is against appointing somebody to `office`, for who is entitled by `by` and said so by `login`.

    Empty where nothing is. `services` are those of the office; `person` is None until it is known who it will be;
    `restrictions` are those of both.
    """
    found = [*of_period(offer, now, by.until), *_of_parties(offer, by, organisation, person, now)]
    found += beyond(by, office, services)
    if office.at_desk and not _is_of(organisation.id, office.services, services):
        found.append(Fault(WhyNot.NOT_OF_THIS_DESK))
    else:
        level = assurance_of(offer.assurance, [by.approval(login, now)], is_majority=True, policy=policy)
        found += too_weak(office, level, services)
    days = office.limits.days
    if days is not None and days.none_between(now if offer.starts is None else offer.starts, offer.until):
        found.append(Fault(WhyNot.ON_NO_DAY))
    if person is not None and any(
        one.in_force(now) and one.takes_out(_as_mandate(offer, office, person, now)) for one in restrictions
    ):
        found.append(Fault(WhyNot.RESTRICTED))
    return found


def beyond(by: Entitlement, office: Office, services: Mapping[str, Service]) -> Iterator[Fault]:
    """What of `office` who is entitled by `by` does not have, and so cannot give (G10)."""
    if not by.may_appoint:
        yield Fault(WhyNot.NO_APPOINTING)
    if office.services == Coverage():
        yield Fault(WhyNot.NOTHING_CHOSEN)
    if office.services.listed:
        for id in sorted(office.services.listed):
            service = services.get(id)
            if service is None:
                yield Fault(WhyNot.SERVICE_NOT_OFFERED, id)
            elif not by.reaches(service, None):
                yield Fault(WhyNot.OUT_OF_REACH, id)
            elif not office.limits.kinds <= service.understands:
                yield Fault(WhyNot.LIMIT_NOT_HEEDED, id)
    elif not _hold(by.services, office.services) or any(one is not None for one in by.actions):
        yield Fault(WhyNot.OUT_OF_REACH)
    if office.limits.case is not None:  # it arranges more than one case
        yield Fault(WhyNot.CASE_OF_ONE_SERVICE)
    if not office.limits.within(by.limits):
        yield Fault(WhyNot.BEYOND_LIMITS)
    if office.may_grant_chain and not by.may_grant_chain:
        yield Fault(WhyNot.NO_CHAINS)
    if office.may_manage_means and not by.may_manage_means:
        yield Fault(WhyNot.NO_MEANS)


def too_weak(office: Office, level: Loa, services: Mapping[str, Service]) -> Iterator[Fault]:
    """What `office` is not sure enough for at that level (G4): each service that it names wants what it wants of a mandate.

    One that is for more than it names is too weak where nothing at all could be given with it; at a desk, where nobody
    could be helped with any of it.
    """
    if office.services.listed:
        for id in sorted(office.services.listed & services.keys()):
            if level < services[id].minimum_assurance:
                yield Fault(WhyNot.TOO_WEAK, id, services[id].minimum_assurance)
        return
    given = (
        one
        for one in services.values()
        if (office.at_desk or one.takes_mandates)
        and (PartyKind.PERSON if office.at_desk else PartyKind.ORGANISATION) in one.represented_kinds
        and office.services.covers(one)
    )
    least = min((one.minimum_assurance for one in given), default=level)
    if level < least:
        yield Fault(WhyNot.TOO_WEAK, None, least)


def arranges(
    by: Entitlement, appointment: Appointment | DeskAppointment, services: Mapping[str, Service]
) -> bool:
    """Whether who is entitled by `by` may end the appointment, suspend and narrow it: they could have given all of it.

    For how long, and how sure of it, is not looked at: ending is for everybody who could begin. A service that is no
    more, or heeds a limit no more, keeps nobody from it.
    """
    if by.party != appointment.organisation:
        return False
    left_out = {WhyNot.SERVICE_NOT_OFFERED, WhyNot.NOTHING_CHOSEN, WhyNot.LIMIT_NOT_HEEDED}
    return all(one.why in left_out for one in beyond(by, office_of(appointment), services))


def gives_again(
    by: Entitlement,
    appointment: Appointment | DeskAppointment,
    services: Mapping[str, Service],
    restrictions: Sequence[Restriction],
    *,
    login: Loa,
    now: Instant,
) -> bool:
    """Whether who is entitled by `by`, logged in at `login`, may let a suspended appointment hold again (G3, G10).

    Ending is for everybody who could begin; to let it hold again is to give it: for who could give all of it now, and
    needs nobody else for it. `restrictions` are those of both. A service that is no more keeps nobody from it.
    """
    to_oneself = by.is_appointment and by.person == appointment.person
    too_long = by.until is not None and (appointment.until is None or appointment.until > by.until)
    too_sure = isinstance(appointment, Appointment) and appointment.assurance > min(login, by.assurance)
    at_other = isinstance(appointment, DeskAppointment) and not _is_of(
        appointment.organisation, appointment.services, services
    )
    if not by.alone or to_oneself or too_long or too_sure or at_other:
        return False
    given = _like_mandate(appointment)
    return arranges(by, appointment, services) and not any(
        one.in_force(now) and one.takes_out(given) for one in restrictions
    )


def reaches_offer(by: Entitlement, offer: Offer, services: Mapping[str, Service]) -> bool:
    """Whether all that is offered lies within what entitles: else it is another's to offer, and to take back."""
    if offer.office is not None:
        return not any(beyond(by, offer.office, services))
    return all(by.holds(part, services) for part in offer.parts)


def office_of(appointment: Appointment | DeskAppointment) -> Office:
    """What the person of `appointment` arranges, or helps with at the desk."""
    if isinstance(appointment, DeskAppointment):
        return Office(appointment.id, appointment.services, at_desk=True)
    return Office(
        appointment=appointment.id,
        services=appointment.services,
        may_grant_chain=appointment.may_grant_chain,
        may_appoint=appointment.may_appoint,
        may_manage_means=appointment.may_manage_means,
        limits=appointment.limits,
    )


def is_narrower(after: Appointment, before: Appointment, services: Mapping[str, Service]) -> bool:
    """Whether `after` is the same appointment, gives nothing that `before` did not give, and is not the same."""
    same = replace(
        after,
        services=before.services,
        assurance=before.assurance,
        until=before.until,
        may_grant_chain=before.may_grant_chain,
        may_appoint=before.may_appoint,
        may_manage_means=before.may_manage_means,
        limits=before.limits,
        recorded_at=before.recorded_at,
    )
    if same != before or after == before:
        return False
    listed = after.services.listed
    held = before.services.includes(after.services) or (
        bool(listed) and all(id in services and before.services.covers(services[id]) for id in listed)
    )
    return (
        held
        and after.assurance <= before.assurance
        and after.limits.case is None
        and after.limits.within(before.limits)
        and (before.until is None or (after.until is not None and after.until <= before.until))
        and before.may_grant_chain >= after.may_grant_chain
        and before.may_appoint >= after.may_appoint
        and before.may_manage_means >= after.may_manage_means
    )


def _of_parties(
    offer: Offer, by: Entitlement, organisation: Party, person: Party | None, now: Instant
) -> Iterator[Fault]:
    if organisation.kind is not PartyKind.ORGANISATION:
        yield Fault(WhyNot.OTHER_KIND_OF_PARTY)
    if person is not None and person.kind is not PartyKind.PERSON:
        yield Fault(WhyNot.OTHER_KIND_OF_PARTY)
    both = (organisation, person)
    if any(one is not None and one.ceased_at is not None and one.ceased_at <= now for one in both):
        yield Fault(WhyNot.CEASED)
    # an administrator would only make longer, under another id, what somebody else may end
    if by.is_appointment and person is not None and person.id == by.person:
        yield Fault(WhyNot.TO_ONESELF)


def _is_of(organisation: str, coverage: Coverage, services: Mapping[str, Service]) -> bool:
    """Whether all of it is the organisation's own: at its desk people are helped with that, by whom it appoints.

    Whoever works at a desk acts for everybody who comes. Whose services those are has a say in it; for services of
    others the operator opens a desk.
    """
    if coverage.listed:
        return all(id in services and services[id].provider == organisation for id in coverage.listed)
    return coverage.provider == organisation


def _hold(mine: Sequence[Coverage], wanted: Coverage) -> bool:
    return all(one.includes(wanted) for one in mine)


def _as_mandate(offer: Offer, office: Office, person: Party, now: Instant) -> Mandate:
    """What a restriction would look at if the offer were a mandate (R19)."""
    starts = max(now, offer.starts or now)
    return _like_mandate(
        DeskAppointment(
            office.appointment, offer.represented, person.id, office.services, starts, offer.until
        )
    )


def _like_mandate(one: Appointment | DeskAppointment) -> Mandate:
    """A mandate of the same reach (R19)."""
    return Mandate(
        id=one.id,
        represented=one.organisation,
        representative=one.person,
        services=one.services,
        actions=None,
        assurance=Loa.BASIC,  # no restriction looks at it
        starts=one.starts,
        until=one.until,
    )
