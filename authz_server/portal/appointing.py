"""Appointing an administrator, or somebody at the desk: whom, for which services, until when; what both see; and yes (G3, G10).

What was filled in stands in the form alone until the last yes, with the offer's id: whoever sends that yes twice comes
to the offer that is there.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import level_words
from authz_server.login.arrival import the_context
from authz_server.login.lines import marks_of, service_words
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.codes import show_code
from authz_server.portal.entering import somebody
from authz_server.portal.narrowing import heeded_in_office, weekday_fields
from authz_server.portal.offer_words import refused_words
from authz_server.portal.office import Office, office_of
from authz_server.portal.office_words import office_told
from authz_server.portal.offices import (
    OfficeWish,
    appointing_offer_of,
    desk_of_wish,
    office_of_wish,
    office_wish_of,
)
from authz_server.portal.wishes import grantable, new_id
from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage, Service
from claims.instants import Instant
from claims.offers import Offer, Waits
from claims.parties import Party, PartyKind
from claims.register import activating, lookup, offering, within_organisation
from claims.register.facts import StoredFacts
from claims.register.offer_judging import Refused, Why, entitled
from claims.register.offers_kept import find
from claims.representation import AT_DESK
from keys.storage import Connected

__all__ = ["desk_services", "pages"]

pages = Blueprint("appointing", __name__, url_prefix="/portal")
_OFFER_ID: Final = re.compile(r"of-[A-Za-z0-9_-]{22}", re.ASCII)
_KNOWN: Final = 100  # of its people, of whom one can be picked
_OURS: Final = frozenset({"csrf_token", "answer", "offer"})


class _To(Enum):
    """To what somebody is appointed; the value is the endpoint of its form."""

    ARRANGE = "appointing.form"
    DESK = "appointing.desk_form"


@pages.get("/for/<opaque:party_id>/appoint")
def form(party_id: str) -> Response:
    """What there is to fill in."""
    return _form(_To.ARRANGE, party_id)


@pages.post("/for/<opaque:party_id>/appoint")
def appoint(party_id: str) -> Response:
    """What was filled in: shown once more in the words that both sides see, then offered or given."""
    return _appoint(_To.ARRANGE, party_id)


@pages.get("/for/<opaque:party_id>/appoint-at-desk")
def desk_form(party_id: str) -> Response:
    """The same for the organisation's desk."""
    return _form(_To.DESK, party_id)


@pages.post("/for/<opaque:party_id>/appoint-at-desk")
def appoint_at_desk(party_id: str) -> Response:
    """Likewise."""
    return _appoint(_To.DESK, party_id)


def desk_services(services: Mapping[str, Service], mine: Office) -> list[Service]:
    """The organisation's own services with which people are helped at a desk, and for which this person may appoint."""
    return [
        one
        for one in services.values()
        if one.provider == mine.party.id
        and PartyKind.PERSON in one.represented_kinds
        and (AT_DESK in one.understands or one.offers_mandates)
        and any(ground.may_appoint and ground.reaches(one, None) for ground in mine.grounds)
    ]


def _form(to: _To, party_id: str) -> Response:
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for(to.value, party_id=party_id), now=now)
    with context.database.reading() as db:
        return _Appointing(to, db, session, party_id, now=now).form_page(office_wish_of({}))


def _appoint(to: _To, party_id: str) -> Response:
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for(to.value, party_id=party_id), now=now)
    filled = office_wish_of(request.form)
    if request.form.get("answer") == "yes":
        return _do(to, context, session, party_id, filled, now=now)
    with context.database.reading() as db:
        appointing = _Appointing(to, db, session, party_id, now=now)
        if request.form.get("answer") == "back":
            return appointing.form_page(filled)
        offer = appointing.offer(filled, new_id("of"))
        if isinstance(offer, dict):
            return appointing.form_page(filled, offer)
        person, level = session.login.person, session.login.assurance
        policy = context.settings.evidence.policy
        ground = entitled(db, StoredFacts(db), offer, person, level, now, policy)
        if isinstance(ground, Refused):
            return appointing.refused_page(filled, ground)
        return appointing.summary_page(offer, min(level, ground.assurance, offer.assurance))


def _do(
    to: _To, context: Context, session: Session, party_id: str, filled: OfficeWish, *, now: Instant
) -> Response:
    offer_id = request.form.get("offer", "")
    if not _OFFER_ID.fullmatch(offer_id):
        abort(400)
    with context.database.recording() as db:
        appointing = _Appointing(to, db, session, party_id, now=now)
        if find(db, offer_id) is not None:  # this form was sent before
            return see_other(url_for("offers.show", offer_id=offer_id))
        offer = appointing.offer(filled, offer_id)
        if isinstance(offer, dict):
            return appointing.form_page(filled, offer)
        by = actor_of(session, party_id, "self")
        level, policy = session.login.assurance, context.settings.evidence.policy
        made = offering.make(db, context.vault, offer, login=level, by=by, now=now, policy=policy)
        if isinstance(made, Refused):
            if made.why is Why.NOT_NOW:  # it was sent twice at once
                return see_other(url_for("offers.show", offer_id=offer_id))
            return appointing.refused_page(filled, made)
        if made.waits_for is not Waits.CODE:
            return see_other(url_for("offers.show", offer_id=made.id))
        drawn = activating.draw(db, context.vault, context.codes, made.id, by=by, now=now, policy=policy)
        if isinstance(drawn, Refused):
            raise LookupError("an offer that was just made waits for its code")
        return show_code(context, db, session, made, drawn, now=now)


class _Appointing:
    """One organisation for which this person may appoint, and what stands on its form; 404 for any other."""

    def __init__(self, to: _To, db: Connected, session: Session, party_id: str, *, now: Instant) -> None:
        self._office: Final[Office] = office_of(db, session, party_id, now=now)
        if not self._office.appoints:
            abort(error_page("not_found", 404))
        self._to: Final = to
        self._db: Final = db
        self._session: Final = session
        self._now: Final = now
        self._services: Final = {one.id: one for one in lookup.services(db)}
        self._grounds: Final = [one for one in self._office.grounds if one.may_appoint]
        self._offered: Final = self._to_choose_from()
        if to is _To.DESK and not self._offered:
            abort(error_page("not_found", 404))  # nobody is helped at a desk of theirs
        self._known: Final = self._people()

    def offer(self, filled: OfficeWish, offer_id: str) -> Offer | dict[str, str]:
        """The offer that was wished for, or what is wrong with each field."""
        office = (
            desk_of_wish(filled, self._offered, self._office.party.id)
            if self._to is _To.DESK
            else office_of_wish(filled, self._offered)
        )
        return appointing_offer_of(
            filled,
            self._office.party,
            self._session.login.person,
            self._known,
            office,
            offer_id=offer_id,
            now=self._now,
        )

    def form_page(
        self,
        filled: OfficeWish,
        wrong: Mapping[str, str] | None = None,
        *,
        refused: list[str] | None = None,
    ) -> Response:
        """The form, as far as it is filled in."""
        parties = lookup.parties(self._db, [one.provider for one in self._offered])
        return page(
            "portal/appoint.html",
            422 if wrong or refused else 200,
            **self._frame(),
            filled=filled,
            wish=filled.wish,
            wrong=wrong or {},
            refused=refused or [],
            known=[{"id": id, "name": one.name, "marks": marks_of(one)} for id, one in self._known.items()],
            signs=self._office.signs,
            everything=any(
                all(c.includes(self._everything()) for c in one.services) for one in self._grounds
            ),
            services=[
                {
                    "id": one.id,
                    "words": service_words(one, parties),
                    "chosen": one.id in filled.services,
                }
                for one in self._offered
            ],
            levels=[(one.word, level_words(one)) for one in reversed(Loa) if one is not Loa.BASIC],
            may_chain=any(one.may_grant_chain for one in self._grounds),
            may_means=any(one.may_manage_means for one in self._grounds),
            heeded=heeded_in_office(self._offered),
            weekdays=weekday_fields(filled.wish.weekdays),
        )

    def refused_page(self, filled: OfficeWish, refused: Refused) -> Response:
        """The form, with why it cannot be."""
        if refused.why in (Why.NOT_ENTITLED, Why.UNKNOWN_OFFER):
            abort(error_page("not_found", 404))
        return self.form_page(filled, refused=refused_words(refused, self._services))

    def summary_page(self, offer: Offer, level: Loa) -> Response:
        """What it will be, in the words that the other side sees too."""
        person = self._session.login.person
        office = offer.office
        if office is None:
            raise LookupError("what is offered here is an appointment")
        to = self._known.get(offer.representative or "")
        told = office_told(
            office, level, offer.starts, offer.until, "", self._services, self._known, now=self._now
        )
        return page(
            "portal/appoint_summary.html",
            **self._frame(),
            told=told,
            to=to.name if to else None,
            myself=offer.representative == person,
            reference=offer.reference,
            signing=not self._office.appoints_alone,
            offer=offer.id,
            fields=[(name, value) for name, value in request.form.items() if name not in _OURS],
        )

    def _frame(self) -> dict[str, Any]:
        person = lookup.party(self._db, self._session.login.person)
        return {
            "person": person.name if person else "",
            "party": self._office.party,
            "at_desk": self._to is _To.DESK,
            "back": url_for("staff.people", party_id=self._office.party.id),
        }

    def _everything(self) -> Coverage:
        if self._to is _To.DESK:
            return Coverage(provider=self._office.party.id)
        return EVERYTHING

    def _to_choose_from(self) -> list[Service]:
        if self._to is _To.DESK:
            return desk_services(self._services, self._office)
        return [
            one
            for one in grantable(self._services, self._office.party)
            if any(ground.reaches(one, None) for ground in self._grounds)
        ]

    def _people(self) -> dict[str, Party]:
        some = within_organisation.people(self._db, self._office.party.id, most=_KNOWN)
        found = lookup.parties(self._db, some.ids)
        me = self._session.login.person
        return {
            id: found[id]
            for id in some.ids
            if id in found
            and id != me
            and found[id].kind is PartyKind.PERSON
            and (found[id].ceased_at or self._now + 1) > self._now
        }
