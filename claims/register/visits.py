"""Visits to a desk: somebody who works there acts for the person at the counter, at one service, for half an hour at most.

Who was seen how, and that the person asked for it, is the word of who works there: the account tells it as theirs, and
nothing tells that the person did it. One person of a desk helps one at a time; any of the desk may end a visit.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from claims.assurance import Loa
from claims.catalogue import Coverage, Service
from claims.desk import LONGEST_VISIT, DeskAppointment, DeskVisit, Shown
from claims.evidence import Fact, Policy, supported
from claims.instants import Instant, birthday
from claims.parties import Party, PartyKind
from claims.register import journal, lookup, notices, records
from claims.register.actor import Actor
from claims.register.deriving import order_name
from claims.register.desks import at_desk, desks_of, works_until
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.many import ManyStatement
from claims.register.offers_kept import alone
from claims.register.personal import Vault
from claims.register.rederiving import links_changed
from claims.register.shelves import LINKS, put, ready
from claims.representation import AT_DESK
from keys.storage import Connected, Statement

__all__ = [
    "NotOpened",
    "close",
    "desks_of_paths",
    "end_now",
    "end_with_the_work",
    "find",
    "level_of_visits",
    "now_with",
    "open_visit",
]


class NotOpened(StrEnum):
    """Why there is no visit; the codes are stable."""

    NOT_AT_THIS_DESK = "not_at_this_desk"
    UNKNOWN_PERSON = "unknown_person"
    OWN_AFFAIR = "own_affair"
    NO_DESKS = "no_desks"  # the service does not read what a desk is
    TOO_WEAK = "too_weak"
    RESTRICTED = "restricted"  # or too young to arrange it
    ONE_AT_A_TIME = "one_at_a_time"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class _Who:
    """Who works at the desk, by what, and who came."""

    clerk: str
    appointment: DeskAppointment
    person: Party


_ADD = Statement(
    "INSERT INTO register_visits (id, clerk, desk, represented, service, opened_at, ends_at, open)"
    " VALUES (:id, :clerk, :desk, :represented, :service, :now, :until, 1) ON CONFLICT DO NOTHING RETURNING id"
)
_PASS = Statement("UPDATE register_visits SET open = 0 WHERE clerk = :clerk AND open = 1 AND ends_at <= :now")
_NOW = Statement("SELECT id FROM register_visits WHERE clerk = :clerk AND open = 1 AND ends_at > :now")
_OPEN = Statement("SELECT id FROM register_visits WHERE open = 1 AND ends_at > :now ORDER BY id")
_DESK = Statement("SELECT desk, clerk FROM register_visits WHERE id = :id")
_CLOSE = Statement(
    "UPDATE register_visits SET open = 0, ends_at = :now WHERE id = :id AND open = 1 AND ends_at > :now RETURNING id"
)
_SHORTEN = Statement(
    "UPDATE register_visits SET open = :open, ends_at = :until WHERE id = :id AND open = 1 AND ends_at > :now RETURNING id"
)
_LINK = Statement("SELECT body FROM register_links WHERE id = :id AND kind = 'desk'")
_OF_PATHS = ManyStatement("SELECT id, desk FROM register_visits WHERE id IN (:ids)")
_SEEN: Final = frozenset({Fact.OWN_STATEMENT, Fact.DESK_DOCUMENT})


def level_of_visits(policy: Policy) -> Loa:
    """How sure it is that it is the person at the counter: an identity document was looked at there (G4)."""
    return supported(_SEEN, policy)


def open_visit(
    db: Connected,
    vault: Vault,
    *,
    person: str,
    service: str,
    desk: str,
    shown: Shown,
    by: Actor,
    now: Instant,
    lasts: int = LONGEST_VISIT,
    policy: Policy,
) -> DeskVisit | NotOpened:
    """Open a visit of that person, who showed this document and asked for it, to that organisation's desk.

    It ends at the latest when whoever helps works there no longer.
    ValueError where it would last longer than half an hour, or not at all.
    """
    if not 0 < lasts <= LONGEST_VISIT:
        raise ValueError(f"a visit lasts 1 to {LONGEST_VISIT} seconds")
    clerk = by.person or ""
    alone(db, clerk)
    facts = StoredFacts(db)
    who = _who(db, facts, clerk, person, service, desk, now)
    if isinstance(who, NotOpened):
        return who
    works = works_until(db, clerk, desk, frozenset({service}), now=now)
    until = now + lasts if works is None else min(now + lasts, works)
    visit = DeskVisit(
        id=f"visit-{secrets.token_urlsafe(16)}",
        represented=person,
        representative=clerk,
        organisation=desk,
        appointment=who.appointment.id,
        services=Coverage(listed=frozenset({service})),
        assurance=level_of_visits(policy),
        starts=now,
        until=until,
        shown=shown,
        recorded_at=now,
    )
    offered = lookup.service(db, service)
    against = None if offered is None else _against(facts, visit, offered, who.person, now)
    if offered is None or against is not None:
        return against or NotOpened.NO_DESKS
    db.run(_PASS, {"clerk": clerk, "now": now})
    row = {"id": visit.id, "clerk": clerk, "desk": desk, "represented": person, "service": service}
    if db.one(_ADD, {**row, "now": now, "until": until}) is None:
        return NotOpened.ONE_AT_A_TIME
    acting = replace(by, on_behalf_of=desk, authority=f"desk {who.appointment.id}")
    _keep(db, vault, facts, visit, Event.OPENED, by=acting, now=now)
    notices.tell_visit(db, visit, now=now)
    return _as_it_stands(db, vault, visit, by=acting, now=now)


def _as_it_stands(
    db: Connected, vault: Vault, visit: DeskVisit, *, by: Actor, now: Instant
) -> DeskVisit | NotOpened:
    """The visit that was just opened, after who changed something meanwhile had the account and let go of it.

    An import ends what is open once it has the account, and did not see this one (G9).
    """
    end = works_until(db, visit.representative, visit.organisation, visit.services.listed, now=now)
    if end is None or end >= visit.until:
        return visit
    end_with_the_work(db, vault, [visit.appointment], by=by, now=now)
    kept = _visit(db, visit.id) or visit
    return kept if kept.until > now else NotOpened.NOT_AT_THIS_DESK


def now_with(db: Connected, clerk: str, *, now: Instant) -> DeskVisit | None:
    """The visit at which this person helps somebody now."""
    row = db.one(_NOW, {"clerk": clerk, "now": now})
    return None if row is None else _visit(db, row[0])


def close(db: Connected, vault: Vault, visit_id: str, *, by: Actor, now: Instant) -> DeskVisit | NotOpened:
    """End a visit before its time: whoever works at that desk may. Tokens that rest on it hold no longer."""
    row = db.one(_DESK, {"id": visit_id}) if visit_id.isprintable() else None
    mine = [] if by.person is None else desks_of(db, by.person, now=now)
    working = next((one for one in mine if row is not None and one.organisation == row[0]), None)
    if row is None or (working is None and by.person != row[1]):
        return NotOpened.NOT_AT_THIS_DESK
    journal.hold(db, vault)  # an import has it too, before it ends what is open
    before = _visit(db, visit_id)
    if before is None:
        return NotOpened.OVER
    appointment = before.appointment if working is None else working.id
    acting = replace(by, on_behalf_of=before.organisation, authority=f"desk {appointment}")
    return end_now(db, vault, before, by=acting, now=now)


def find(db: Connected, visit_id: str) -> DeskVisit | None:
    """The visit of that id, be it over or not."""
    return _visit(db, visit_id) if visit_id.isprintable() else None


def end_now(
    db: Connected, vault: Vault, before: DeskVisit, *, by: Actor, now: Instant, reason: str | None = None
) -> DeskVisit | NotOpened:
    """End that visit. Whether `by` may is the caller's to know."""
    if db.one(_CLOSE, {"id": before.id, "now": now}) is None:
        return NotOpened.OVER
    ended = replace(before, until=max(now, before.starts), recorded_at=now)
    _keep(db, vault, StoredFacts(db), ended, Event.CLOSED, by=by, now=now, reason=reason)
    return ended


def end_with_the_work(
    db: Connected, vault: Vault, changed: Iterable[str], *, by: Actor, now: Instant
) -> None:
    """End visits when somebody may not help any more, where their desk, who helps there, or the appointment changed.

    `changed` are the ids of these. What ends later than now is known to end then, and no visit goes on after it (G9).
    """
    touched = set(changed)
    open_ones = [_visit(db, id) for (id,) in db.all(_OPEN, {"now": now})] if touched else []
    for visit in open_ones:
        if visit is None or touched.isdisjoint((visit.organisation, visit.representative, visit.appointment)):
            continue
        services = visit.services.listed
        end = works_until(db, visit.representative, visit.organisation, services, now=now)
        if end is None or end >= visit.until:
            continue
        end = max(now, end)
        row = {"id": visit.id, "now": now, "until": end, "open": int(end > now)}
        if db.one(_SHORTEN, row):
            ended = replace(visit, until=max(end, visit.starts), recorded_at=now)
            event = Event.CHANGED if end > now else Event.CLOSED
            _keep(db, vault, StoredFacts(db), ended, event, by=by, now=now)


def desks_of_paths(db: Connected, paths: Iterable[Iterable[str]]) -> dict[str, str]:
    """Of the links in these paths, those that were visits, each with the organisation whose desk it was."""
    return dict(_OF_PATHS.rows(db, sorted({link for path in paths for link in path})))


def _who(
    db: Connected, facts: StoredFacts, clerk: str, person: str, service: str, desk: str, now: Instant
) -> _Who | NotOpened:
    appointment = at_desk(db, clerk, desk, frozenset({service}), now=now)
    if appointment is None:
        return NotOpened.NOT_AT_THIS_DESK
    party = facts.party(person)
    if party is None or party.kind is not PartyKind.PERSON:
        return NotOpened.UNKNOWN_PERSON
    if party.ceased_at is not None and party.ceased_at <= now:
        return NotOpened.UNKNOWN_PERSON
    if person == clerk:
        return NotOpened.OWN_AFFAIR
    return _Who(clerk, appointment, party)


def _against(
    facts: StoredFacts, visit: DeskVisit, service: Service, person: Party, now: Instant
) -> NotOpened | None:
    if AT_DESK not in service.understands or PartyKind.PERSON not in service.represented_kinds:
        return NotOpened.NO_DESKS
    if visit.assurance < service.minimum_assurance:
        return NotOpened.TOO_WEAK
    too_young = person.born is not None and birthday(person.born, service.self_from_age) > now
    if too_young or any(
        one.in_force(now) and one.services.covers(service) and one.takes_out(visit)
        for party in (visit.represented, visit.representative)
        for one in facts.restrictions(party)
    ):
        return NotOpened.RESTRICTED
    return None


def _keep(
    db: Connected,
    vault: Vault,
    facts: StoredFacts,
    visit: DeskVisit,
    event: Event,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> None:
    party = facts.party(visit.represented)
    if party is None:
        raise LookupError("who came to the desk is in the register")
    name = order_name(party)
    puts = put(db, LINKS, [ready(LINKS, visit, now=now, differs=True)], more_columns=lambda _: {"name": name})
    links_changed(db, facts, puts)
    if event is Event.OPENED:
        reason = f"{visit.shown.value} looked at; they said that it was asked for"
    journal.write(db, vault, event, puts[0].subject, by=by, now=now, reason=reason)


def _visit(db: Connected, id: str) -> DeskVisit | None:
    row = db.one(_LINK, {"id": id})
    found = None if row is None else records.link(row[0])
    return found if isinstance(found, DeskVisit) else None
