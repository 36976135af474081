"""Appointments in a test: what somebody of the try-out world offers to arrange, and what came of it."""

import itertools
from dataclasses import replace
from typing import Any

from claims.assurance import Loa
from claims.catalogue import EVERYTHING
from claims.evidence import DEFAULT_POLICY
from claims.granting import years_after
from claims.offers import Offer, OfferKind, OfferState, Office
from claims.organisation import Appointment
from claims.register import accepting, appointing
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY
from tests.support.offers import actor, made
from tests.support.register import VAULT

_ids = itertools.count(1)


def an_appointment(organisation: str, person: str | None = None, **changes: Any) -> Offer:
    """To arrange everything for a year: by code, or to a person of the organisation. `changes` are of offer or office."""
    number = next(_ids)
    office = Office(f"ap-{number}", EVERYTHING)
    of_office = {name: changes.pop(name) for name in list(changes) if hasattr(office, name)}
    offer = Offer(
        id=f"oa-{number}",
        kind=OfferKind.EMPLOYEE if person is None else OfferKind.PARTY,
        state=OfferState.OFFERED,
        represented=organisation,
        representative=person,
        parts=(),
        assurance=Loa.HIGH,
        starts=None,
        until=years_after(TODAY, 1),
        made_at=TODAY,
        lapses_at=TODAY,
        reference="staff 17" if person is None else None,
        office=replace(office, **of_office),
    )
    return replace(offer, **changes)


def appointment_of(database: Database, offer: Offer) -> Appointment | None:
    """What became of it."""
    assert offer.office is not None
    with database.reading() as db:
        return appointing.find(db, offer.office.appointment)


def appointed(
    database: Database,
    organisation: str,
    person: str,
    by: str,
    *,
    level: Loa = Loa.SUBSTANTIAL,
    **changes: Any,
) -> Appointment:
    """Appointed by who does so alone, and accepted."""
    offer = made(database, an_appointment(organisation, person, **changes), by, level=level)
    if offer.state is not OfferState.GIVEN:
        with database.recording() as db:
            done = accepting.accept(db, VAULT, offer.id, by=actor(person), now=TODAY, policy=DEFAULT_POLICY)
        assert isinstance(done, Offer), done
    found = appointment_of(database, offer)
    assert found is not None
    return found
