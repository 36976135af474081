"""What an organisation gave people and is not over, and what they may do for it by law: of many people at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.mandates import Mandate
from claims.offers import Offer
from claims.organisation import Appointment
from claims.register import appointing, desk_appointing, legal, offers_kept, overview
from claims.relations import LegalRelation
from keys.storage import Connected

__all__ = ["Has", "has", "have"]


@dataclass(frozen=True, slots=True)
class Has:
    """What a person has of an organisation that is not over; `by_law` are relations in force."""

    mandates: tuple[Mandate, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    at_desk: tuple[DeskAppointment, ...] = ()
    offers: tuple[Offer, ...] = ()
    by_law: tuple[LegalRelation, ...] = ()

    @property
    def nothing_to_end(self) -> bool:
        """Whether the organisation gave nothing that can be ended."""
        return not (self.mandates or self.appointments or self.at_desk or self.offers)


def has(db: Connected, organisation: str, person: str, *, now: Instant) -> Has:
    """What the person has of the organisation."""
    return have(db, organisation, [person], now=now)[person]


def have(db: Connected, organisation: str, persons: Sequence[str], *, now: Instant) -> dict[str, Has]:
    """What each of these people has of the organisation; by five statements, however many they are."""
    mandates: defaultdict[str, list[Mandate]] = defaultdict(list)
    appointments: defaultdict[str, list[Appointment]] = defaultdict(list)
    at_desk: defaultdict[str, list[DeskAppointment]] = defaultdict(list)
    offers: defaultdict[str, list[Offer]] = defaultdict(list)
    by_law: defaultdict[str, list[LegalRelation]] = defaultdict(list)
    for mandate in overview.between_any(db, organisation, persons):
        if not mandate.has_ended(now):
            mandates[mandate.representative].append(mandate)
    for appointment in appointing.of_people(db, organisation, persons):
        if not appointment.has_ended(now):
            appointments[appointment.person].append(appointment)
    for one in desk_appointing.of_people(db, organisation, persons):
        if not one.has_ended(now):
            at_desk[one.person].append(one)
    for offer in offers_kept.open_between_any(db, organisation, persons, now=now):
        if offer.representative is not None:
            offers[offer.representative].append(offer)
    for relation in legal.between_any(db, organisation, persons):
        if relation.in_force(now):
            by_law[relation.representative].append(relation)
    return {
        one: Has(
            tuple(mandates[one]),
            tuple(appointments[one]),
            tuple(at_desk[one]),
            tuple(offers[one]),
            tuple(by_law[one]),
        )
        for one in persons
    }
