"""“Uit dienst”: a person leaves an organisation, and all that it gave them ends at once, in one transaction (G3, G8).

What ends are their mandates from it, their appointments at it and at its desk with the visits there, and what it offered
them or they asked of it and is open.
What they may do by law stands, and changes in the register that it comes from; so does what they granted for it (G13),
and what others gave the organisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from claims.appointing import arranges, reaches_offer
from claims.catalogue import Service
from claims.desk import DeskAppointment
from claims.granting import Entitlement
from claims.instants import Instant
from claims.mandates import Mandate
from claims.offers import Offer, OfferKind
from claims.organisation import Appointment
from claims.register import (
    appointing,
    declining,
    desk_appointing,
    ended_powers,
    ending,
    lookup,
    managing,
    means,
)
from claims.register.actor import Actor
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.managing import Authority
from claims.register.may_grant import nobody_may_grant
from claims.register.offers_kept import alone, hold, open_between
from claims.register.personal import Vault
from claims.register.what_people_have import Has, has
from keys.storage import Connected

__all__ = ["EVERYTHING", "Leaving", "Within", "leave", "leaving", "within"]


@dataclass(frozen=True, slots=True)
class Within:
    """By what somebody ends what a person has at an organisation. `everything` is an operator's, on request."""

    authorities: tuple[Authority, ...] = ()
    grounds: tuple[Entitlement, ...] = ()
    everything: bool = False

    def of_mandate(self, mandate: Mandate) -> str | None:
        """On what authority the mandate is ended; None where it may not be."""
        return next((one.words for one in self.authorities if one.reaches(mandate)), None)

    def of_appointment(
        self, appointment: Appointment | DeskAppointment, services: Mapping[str, Service]
    ) -> str | None:
        """The same of an appointment."""
        return next((one.authority for one in self.grounds if arranges(one, appointment, services)), None)

    def of_offer(self, offer: Offer, services: Mapping[str, Service]) -> str | None:
        """The same of what is offered and open."""
        return next((one.authority for one in self.grounds if reaches_offer(one, offer, services)), None)

    def actor(self, by: Actor, ground: str | None) -> Actor:
        """`by` as who ends it on that ground; an operator's own, where everything is."""
        return by if self.everything else replace(by, authority=ground or by.authority)


EVERYTHING: Final = Within(everything=True)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What ends when the person leaves, and what does not.

    `beyond` is given by the organisation too, and lies beyond what who does this may end, and so do so many open offers
    (`offers_beyond`); `by_law` are relations in
    force. `nobody_left`: nobody may grant for the organisation then.
    """

    ends: Has
    beyond: tuple[Mandate | Appointment | DeskAppointment, ...]
    offers_beyond: int
    nobody_left: bool


def within(db: Connected, person: str, organisation: str, *, now: Instant) -> Within:
    """By what this person, a signatory or an administrator, ends what somebody has at the organisation."""
    return Within(
        managing.grounds(db, person, organisation, now),
        tuple(entitlements(db, StoredFacts(db), person, organisation, now=now)),
    )


def leaving(db: Connected, organisation: str, person: str, reach: Within, *, now: Instant) -> Leaving:
    """What would end, for who acts within `reach`."""
    services = {one.id: one for one in lookup.services(db)}
    every = has(db, organisation, person, now=now)
    mandates, appointments, offers = every.mandates, every.appointments, every.offers
    at_desk = every.at_desk
    if not reach.everything:
        mandates = tuple(one for one in mandates if reach.of_mandate(one) is not None)
        appointments = tuple(one for one in appointments if reach.of_appointment(one, services) is not None)
        at_desk = tuple(one for one in at_desk if reach.of_appointment(one, services) is not None)
        offers = tuple(one for one in offers if reach.of_offer(one, services) is not None)
    beyond: tuple[Mandate | Appointment | DeskAppointment, ...] = (
        *(one for one in every.mandates if one not in mandates),
        *(one for one in every.appointments if one not in appointments),
        *(one for one in every.at_desk if one not in at_desk),
    )
    nobody_left = nobody_may_grant(db, organisation, now=now, ending=[one.id for one in appointments])
    ends = replace(every, mandates=mandates, appointments=appointments, at_desk=at_desk, offers=offers)
    return Leaving(ends, beyond, len(every.offers) - len(offers), nobody_left)


def leave(
    db: Connected,
    vault: Vault,
    organisation: str,
    person: str,
    reach: Within,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> Leaving:
    """End all of it from `now` on; what ended. With which means they acted for it is forgotten where nothing is left.

    Both sides are told of each. That `by` may act for the organisation at all is the caller's to know.
    """
    alone(db, organisation, person)  # nothing new is offered meanwhile, and no visit opened
    for offer in open_between(db, organisation, person, now=now):
        hold(db, offer.id)  # what somebody accepts at this moment is a mandate from here on
    before = has(db, organisation, person, now=now)
    ended_powers.hold(db, [one.id for one in before.mandates])
    appointing.hold(db, [one.id for one in before.appointments])
    desk_appointing.hold(db, [one.id for one in before.at_desk])
    gone = leaving(db, organisation, person, reach, now=now)
    ends = gone.ends
    services = {one.id: one for one in lookup.services(db)}
    for offer in ends.offers:
        close = declining.decline if offer.kind is OfferKind.REQUEST else declining.withdraw
        acting = reach.actor(by, reach.of_offer(offer, services))
        close(db, vault, offer.id, by=acting, now=now, reason=reason)
    for mandate in ends.mandates:
        acting = reach.actor(by, reach.of_mandate(mandate))
        ending.revoke(db, vault, mandate.id, event=Event.LEFT, by=acting, now=now, reason=reason)
    for one in ends.appointments:
        acting = reach.actor(by, reach.of_appointment(one, services))
        appointing.end(db, vault, one.id, event=Event.LEFT, by=acting, now=now, reason=reason)
    for at_desk in ends.at_desk:
        acting = reach.actor(by, reach.of_appointment(at_desk, services))
        desk_appointing.end(db, vault, at_desk.id, event=Event.LEFT, by=acting, now=now, reason=reason)
    if not (ends.nothing_to_end or gone.beyond or ends.by_law):  # whoever still acts for it is asked of (G12)
        means.forget(db, person, organisation=organisation)
    return gone
