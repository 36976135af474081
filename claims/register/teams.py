"""Teams of an organisation: groups of its clients, and the mandates of its people that serve them (`mandates` 3).

A team is a client group. Who is in it is read at each question, so that whoever leaves it is served no more at once (G9).
Its clients stand in a table of their own; each change keeps the whole list as a version, and for that reason a team has a
bounded number of clients.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from claims.evidence import Policy
from claims.identifiers import holds_a_bsn
from claims.instants import Instant
from claims.organisation import ClientGroup
from claims.parties import cleaned
from claims.register import journal, records
from claims.register.actor import Actor
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offers_kept import alone
from claims.register.personal import Vault
from claims.register.records import body_of
from claims.register.rederiving import groups_changed
from claims.register.shelves import GROUPS, full_version, put, ready
from claims.register.team_mandates import serving
from claims.register.team_reading import (
    ClientsPage,
    are_clients,
    clients_of,
    find,
    hold,
    how_many,
    of_organisation,
    receiving,
    teams_of,
)
from claims.register.team_rights import Refused, Why, may_narrow, may_widen
from keys.storage import Connected

__all__ = [
    "LONGEST_NAME",
    "MOST_IN_TEAM",
    "MOST_TEAMS",
    "ClientsPage",
    "add",
    "are_clients",
    "change",
    "clients_of",
    "find",
    "hold",
    "how_many",
    "make",
    "of_organisation",
    "put_in",
    "receive_new",
    "receiving",
    "rename",
    "take_out",
    "teams_of",
]

MOST_TEAMS: Final = 200  # of one organisation
MOST_IN_TEAM: Final = 5_000  # clients
LONGEST_NAME: Final = 80  # signs
_BLANKS: Final = re.compile(r"\s+")


def make(
    db: Connected, vault: Vault, organisation: str, team: str, name: str, *, by: Actor, now: Instant
) -> ClientGroup | Refused:
    """Make a team of that id, with nobody in it; the one that is there where it was made already.

    An id that is another organisation's is none to make a team of: what has that id stays theirs.
    """
    alone(db, organisation, team)
    ground = may_narrow(db, StoredFacts(db), organisation, by=by, now=now)
    if isinstance(ground, Refused):
        return ground
    called = _called(name)
    if isinstance(called, Refused):
        return called
    if (there := find(db, organisation, team)) is not None:
        return there
    if GROUPS.read.rows(db, [team]):
        return Refused(Why.UNKNOWN_TEAM)
    if len(of_organisation(db, organisation)) >= MOST_TEAMS:
        return Refused(Why.TOO_MANY_TEAMS)
    made = ClientGroup(team, organisation, called, frozenset())
    return _keep(db, vault, made, Event.ADDED, by=by.on(ground.authority), now=now)


def rename(
    db: Connected, vault: Vault, organisation: str, team: str, name: str, *, by: Actor, now: Instant
) -> ClientGroup | Refused:
    """Call it otherwise."""
    called = _called(name)
    if isinstance(called, Refused):
        return called

    def renamed(group: ClientGroup) -> ClientGroup:
        return replace(group, name=called)

    return _narrow(db, vault, organisation, team, renamed, by=by, now=now)


def receive_new(
    db: Connected,
    vault: Vault,
    organisation: str,
    team: str | None,
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> ClientGroup | Refused | None:
    """Let new clients land in this team, and in no other; None: in none.

    It lets the people of the team serve whoever comes: who may say so is asked as for each client.
    """
    alone(db, organisation)
    hold(db, [one.id for one in of_organisation(db, organisation)])
    allowed = by if team is None else _may_fill(db, organisation, team, by=by, now=now, policy=policy)
    if isinstance(allowed, Refused):
        return allowed
    for other in of_organisation(db, organisation):
        if other.receives_new and other.id != team:
            done = _narrow(db, vault, organisation, other.id, _off, by=by, now=now)
            if isinstance(done, Refused):
                return done
    if team is None:
        return None
    return change(db, vault, organisation, team, _on, by=allowed, now=now)


def put_in(
    db: Connected,
    vault: Vault,
    organisation: str,
    team: str,
    clients: Sequence[str],
    *,
    by: Actor,
    now: Instant,
    policy: Policy,
) -> ClientGroup | Refused:
    """Let the people of the team serve these clients too; nothing changes for those who are in it."""
    allowed = _may_fill(db, organisation, team, by=by, now=now, policy=policy)
    if isinstance(allowed, Refused):
        return allowed
    if are_clients(db, organisation, clients, now=now) != set(clients):
        return Refused(Why.NOT_A_CLIENT)
    return add(db, vault, organisation, team, clients, by=allowed, now=now)


def add(
    db: Connected,
    vault: Vault,
    organisation: str,
    team: str,
    clients: Sequence[str],
    *,
    by: Actor,
    now: Instant,
) -> ClientGroup | Refused:
    """Put clients in a team. Whether `by` may, and whether they are clients, is the caller's to know."""

    def filled(group: ClientGroup) -> ClientGroup | Refused:
        everybody = group.clients | frozenset(clients)
        if len(everybody) > max(MOST_IN_TEAM, len(group.clients)):
            return Refused(Why.TEAM_FULL)
        return replace(group, clients=everybody)

    return change(db, vault, organisation, team, filled, by=by, now=now)


def take_out(
    db: Connected,
    vault: Vault,
    organisation: str,
    team: str,
    clients: Sequence[str],
    *,
    by: Actor,
    now: Instant,
) -> ClientGroup | Refused:
    """Let the people of the team serve these clients no more; nothing changes for those who are not in it."""

    def emptied(group: ClientGroup) -> ClientGroup:
        return replace(group, clients=group.clients - frozenset(clients))

    return _narrow(db, vault, organisation, team, emptied, by=by, now=now)


def _may_fill(
    db: Connected, organisation: str, team: str, *, by: Actor, now: Instant, policy: Policy
) -> Actor | Refused:
    """`by`, on the ground on which they may let the people of the team serve more clients."""
    if find(db, organisation, team) is None:
        return Refused(Why.UNKNOWN_TEAM)
    mandates = serving(db, organisation, team, now=now)
    ground = may_widen(db, StoredFacts(db), organisation, mandates, by=by, now=now, policy=policy)
    return ground if isinstance(ground, Refused) else by.on(ground.authority)


def _narrow(
    db: Connected,
    vault: Vault,
    organisation: str,
    team: str,
    changed: Callable[[ClientGroup], ClientGroup],
    *,
    by: Actor,
    now: Instant,
) -> ClientGroup | Refused:
    ground = may_narrow(db, StoredFacts(db), organisation, by=by, now=now)
    if isinstance(ground, Refused):
        return ground
    acting = by.on(ground.authority)
    return change(db, vault, organisation, team, changed, by=acting, now=now)


def change(
    db: Connected,
    vault: Vault,
    organisation: str,
    team: str,
    changed: Callable[[ClientGroup], ClientGroup | Refused],
    *,
    by: Actor,
    now: Instant,
    event: Event = Event.CHANGED,
) -> ClientGroup | Refused:
    """Hold the team, and keep what `changed` makes of it; nothing is kept where that says the same.

    Whether `by` may is the caller's to know.
    """
    rows = GROUPS.read.rows(db, [team]) if team.isprintable() else []
    for id, version, _ in rows:
        group = records.group(body_of(full_version(db, "client_group", id, version)))
        if group.organisation != organisation or group.removed_at is not None:
            break
        outcome = changed(group)
        if isinstance(outcome, Refused) or outcome == group:
            return outcome
        return _keep(db, vault, outcome, event, by=by, now=now)
    return Refused(Why.UNKNOWN_TEAM)


def _keep(
    db: Connected, vault: Vault, group: ClientGroup, event: Event, *, by: Actor, now: Instant
) -> ClientGroup:
    kept = replace(group, recorded_at=now)
    puts = put(db, GROUPS, [ready(GROUPS, kept, now=now)])
    groups_changed(db, StoredFacts(db), puts)
    for one in puts:
        journal.write(db, vault, event, one.subject, by=by, now=now)
    return kept


def _called(name: str) -> str | Refused:
    """The name as it is kept."""
    called = _BLANKS.sub(" ", cleaned(name)).strip()[:LONGEST_NAME]
    if not called:
        return Refused(Why.NAME_MISSING)
    return Refused(Why.NAME_HOLDS_A_NUMBER) if holds_a_bsn(called) else called


def _on(group: ClientGroup) -> ClientGroup:
    return replace(group, receives_new=True)


def _off(group: ClientGroup) -> ClientGroup:
    return replace(group, receives_new=False)
