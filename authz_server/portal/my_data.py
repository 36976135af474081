"""What is known of a person, for that person to take along: a file of JSON.

It takes a login at substantial, or as sure a one as there is here: it is more at once than any page shows. Other people
are in it by name, as on the pages, and never by a number; one's own numbers by their last signs alone.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, Response, url_for

from authz_server.context import Context
from authz_server.login.arrival import the_context
from authz_server.login.lines import in_words
from authz_server.login.methods import reachable
from authz_server.login.sessions import Session
from authz_server.pages import page
from authz_server.portal.entering import somebody
from authz_server.portal.history import (
    acting_in,
    happened_words,
    is_told,
    method_words,
    seen_from,
    sides_of,
    who_words,
)
from authz_server.portal.office_words import appointment_told
from authz_server.portal.told import told
from claims.appointing import office_of
from claims.assurance import Loa
from claims.catalogue import Service
from claims.desk import DeskAppointment
from claims.instants import Instant, written
from claims.mandates import Mandate
from claims.organisation import Appointment
from claims.parties import Party
from claims.register import addresses, appointing, desk_appointing, history, lookup, means, overview, uses
from claims.register.history import Side
from claims.register.means import Used
from claims.register.standing_mandates import Listing
from claims.register.visits import desks_of_paths
from keys.storage import Connected

__all__ = ["needed", "pages"]

pages = Blueprint("my_data", __name__, url_prefix="/portal/my-data")
_AT_ONCE: Final = 500
_MOST_ENTRIES: Final = 500  # of one mandate
_MOST_USES: Final = 10_000
_SHOWN_SIGNS: Final = 3


@pages.get("")
def asked() -> Response:
    """What it is, and the way to it."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("my_data.asked"), now=now)
    with context.database.reading() as db:
        person = lookup.party(db, session.login.person)
        return page(
            "portal/my_data.html",
            person="" if person is None else person.name,
            possible=session.login.assurance >= needed(context),
            level=needed(context).word,
            file=url_for("my_data.file"),
            back=url_for("portal.home"),
        )


@pages.get("/file")
def file() -> Response:
    """The file, for who is logged in surely enough."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("my_data.asked"), now=now)
    if session.login.assurance < needed(context):
        return Response("", 303, {"Location": url_for("my_data.asked"), "Cache-Control": "no-store"})
    with context.database.reading() as db:
        document = _document(context, db, session, now=now)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="my-data.json"',
        "Content-Type": "application/json; charset=utf-8",
    }
    return Response(text, 200, headers)


def needed(context: Context) -> Loa:
    """How sure the login must be."""
    return min(Loa.SUBSTANTIAL, reachable(demo=context.demo))


def _document(context: Context, db: Connected, session: Session, *, now: Instant) -> dict[str, Any]:
    person = session.login.person
    given = list(_every(db, overview.given, person))
    received = list(_every(db, overview.received, person))
    used = uses.of(db, person, limit=_MOST_USES)
    arranges = appointing.of_person(db, person)
    helps = desk_appointing.of_person(db, person)
    noted = means.used_by(db, person)
    desks = desks_of_paths(db, [use.path for use in used.uses])
    services = {service.id: service for service in lookup.services(db)}
    named = {
        person,
        *(id for one in (*given, *received) for id in (one.represented, one.representative)),
        *(one.organisation for one in arranges),
        *(one.organisation for one in helps),
        *(organisation for organisation, _ in noted),
        *(id for use in used.uses for id in (use.acting, use.through) if id is not None),
        *desks.values(),
        *(service.provider for service in services.values()),
    }
    parties = lookup.parties(db, named)
    telling = _Telling(context, db, services, parties, desks, now)
    address = addresses.of(db, context.vault, person)
    return {
        "made_at": written(now),
        "you": _oneself(parties[person], lookup.identifiers(db, context.vault, person)),
        "mail_address": None if address is None else address.mail,
        "gave": [telling.mandate(one, Side.REPRESENTED) for one in given],
        "was_given": [telling.mandate(one, Side.REPRESENTATIVE) for one in received],
        "arranges": [telling.appointment(one) | {"level": one.assurance.word} for one in arranges],
        "helps_at_desks": [telling.appointment(one) for one in helps],
        "logged_in_for_organisations_by": [telling.means(organisation, one) for organisation, one in noted],
        "logged_in_on_your_behalf": [telling.use(use) for use in used.uses],
        "more_logins_than_these": used.next is not None,
    }


def _oneself(party: Party, numbers: dict[str, str]) -> dict[str, Any]:
    return {
        "name": party.name,
        "born": None if party.born is None else party.born.isoformat(),
        "place": party.place,
        "numbers": {scheme: f"…{value[-_SHOWN_SIGNS:]}" for scheme, value in sorted(numbers.items())},
    }


def _every(db: Connected, listing: Listing, party: str) -> Iterator[Mandate]:
    after: str | None = None
    while True:
        found = listing(db, party, after=after, limit=_AT_ONCE)
        yield from found.mandates
        if (after := found.next) is None:
            return


class _Telling:
    """Mandates and logins as they are written down for one person."""

    def __init__(
        self,
        context: Context,
        db: Connected,
        services: dict[str, Service],
        parties: dict[str, Party],
        desks: dict[str, str],
        now: Instant,
    ) -> None:
        self._operator: Final = context.settings.operator.name
        self._db: Final = db
        self._services: Final = services
        self._parties: Final = parties
        self._desks: Final = desks
        self._now: Final = now

    def mandate(self, mandate: Mandate, side: Side) -> dict[str, Any]:
        other = mandate.representative if side is Side.REPRESENTED else mandate.represented
        row = told(mandate, self._parties.get(other), self._services, self._parties, now=self._now, ways=())
        entries = history.of_mandate(self._db, mandate, limit=_MOST_ENTRIES).entries
        acted = acting_in(entries) - self._parties.keys()
        parties = self._parties | lookup.parties(self._db, acted)
        return {
            "id": mandate.id,
            "who": row.name,
            "what": row.what,
            "branch": row.branch,
            "limits": row.limits,
            "for_whom": row.for_whom,
            "how_long": row.until,
            "from": written(mandate.starts),
            "until": None if mandate.until is None else written(mandate.until),
            "level": mandate.assurance.word,
            "history": [
                {
                    "at": written(one.at),
                    "event": seen_from(one.event, side).value,
                    "what": happened_words(one, side),
                    "who": who_words(one, sides_of(mandate), parties, side, operator=self._operator),
                }
                for one in entries
                if is_told(one.event, side)
            ],
        }

    def appointment(self, one: Appointment | DeskAppointment) -> dict[str, Any]:
        name = self._name(one.organisation) or ""
        row = appointment_told(one, office_of(one), name, self._services, self._parties, now=self._now)
        side = Side.REPRESENTATIVE
        sides = {Side.REPRESENTED: one.organisation, Side.REPRESENTATIVE: one.person}
        entries = history.of_appointment(self._db, one, limit=_MOST_ENTRIES).entries
        return {
            "id": one.id,
            "organisation": name,
            "what": row.words,
            "how_long": row.until,
            "history": [
                {
                    "at": written(entry.at),
                    "event": entry.event.value,
                    "what": happened_words(entry, side),
                    "who": who_words(entry, sides, self._parties, side, operator=self._operator),
                }
                for entry in entries
            ],
        }

    def means(self, organisation: str, one: Used) -> dict[str, Any]:
        return {
            "organisation": self._name(organisation),
            "how": method_words(one.authenticator),
            "first": written(one.first_at),
            "last": written(one.last_at),
        }

    def use(self, use: uses.Use) -> dict[str, Any]:
        service = self._services.get(use.service)
        return {
            "at": written(use.at),
            "who": self._name(use.acting),
            "through": self._name(use.through),
            "at_desk_of": self._name(self._desks.get(use.path[0])) if use.path else None,
            "service": use.service if service is None else in_words(service.name),
            "provider": None if service is None else self._name(service.provider),
            "actions": list(use.actions),
            **({} if use.done is None else {"done": use.done, "reference": use.reference}),
        }

    def _name(self, party: str | None) -> str | None:
        found = None if party is None else self._parties.get(party)
        return None if found is None else found.name
