"""Who works at whose desk now, and for which services."""

from collections.abc import Iterator
from typing import Final

from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.register import lookup, records
from keys.storage import Connected, Statement

__all__ = ["at_desk", "desks_of", "works_until"]

_OF: Final = Statement(
    "SELECT body FROM register_desk_appointments WHERE person = :person ORDER BY organisation, id"
)


def desks_of(db: Connected, person: str, *, now: Instant) -> list[DeskAppointment]:
    """The appointments at desks that the person has now, by organisation: none of an organisation, or a person, that is gone."""
    found = [records.desk_appointment(body) for (body,) in db.all(_OF, {"person": person})]
    there = [one for one in found if one.entitles(now)]
    parties = lookup.parties(db, {id for one in there for id in (one.organisation, one.person)})
    gone = {id for id, party in parties.items() if party.ceased_at is not None and party.ceased_at <= now}
    return [one for one in there if not {one.organisation, one.person} & gone]


def at_desk(
    db: Connected, person: str, organisation: str, services: frozenset[str], *, now: Instant
) -> DeskAppointment | None:
    """By what the person helps at that desk with all of these services, given by id; None where they do not."""
    return next(_all_at_desk(db, person, organisation, services, now), None)


def works_until(
    db: Connected, person: str, organisation: str, services: frozenset[str], *, now: Instant
) -> Instant | None:
    """When the person helps at that desk with all of these services no longer, as far as is known; None: without end.

    `now` itself where they do not.
    """
    ends = [one.holds_until(now) for one in _all_at_desk(db, person, organisation, services, now)]
    last = None if None in ends else max((end for end in ends if end is not None), default=now)
    ceased = [party.ceased_at for party in lookup.parties(db, {organisation, person}).values()]
    return min((end for end in (last, *ceased) if end is not None), default=None)


def _all_at_desk(
    db: Connected, person: str, organisation: str, services: frozenset[str], now: Instant
) -> Iterator[DeskAppointment]:
    known = [lookup.service(db, id) for id in sorted(services)]
    for one in desks_of(db, person, now=now):
        covered = all(service is not None and one.services.covers(service) for service in known)
        if one.organisation == organisation and covered:
            yield one
