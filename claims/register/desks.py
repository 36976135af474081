"""Who works at whose desk now, and for which services."""

from typing import Final

from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.register import lookup, records
from keys.storage import Connected, Statement

__all__ = ["at_desk", "desks_of"]

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
    known = [lookup.service(db, id) for id in sorted(services)]
    for one in desks_of(db, person, now=now):
        covered = all(service is not None and one.services.covers(service) for service in known)
        if one.organisation == organisation and covered:
            return one
    return None
