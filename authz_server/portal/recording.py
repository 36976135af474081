"""A paper that somebody signed, recorded at a desk: who gives, to whom, what, and how it was seen who signed (G7)."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login import attempts
from authz_server.login.arrival import the_context
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.entering import somebody_surely
from authz_server.portal.helping import by_address, offer_to, shown_by_provider, typed_known_by
from authz_server.portal.offer_words import refused_words
from authz_server.portal.wishes import new_id, wish_of
from claims.catalogue import Service
from claims.desk import DeskAppointment
from claims.formats.naming import is_personal
from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.mandates import is_digest
from claims.offers import Offer
from claims.parties import Party, PartyKind
from claims.register import lookup, papers
from claims.register.desks import desks_of
from claims.register.known_by import who_is
from claims.register.offer_judging import Refused, Why
from claims.register.papers import Checked
from claims.typed_days import typed_day
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("recording", __name__, url_prefix="/portal/desk")
_OFFER_ID: Final = re.compile(r"of-[A-Za-z0-9_-]{22}", re.ASCII)
_ASKED: Final = frozenset({"lasts", "until", "from"})
_TO: Final = "to_"


@pages.get("/<opaque:desk_id>/paper")
def form(desk_id: str) -> Response:
    """What there is to fill in of a paper."""
    context = the_context()
    now = context.clock()
    session = somebody_surely(context, url_for("recording.form", desk_id=desk_id), now=now)
    with context.database.reading() as db:
        return _Recording(context, db, session, desk_id, now=now).form_page()


@pages.post("/<opaque:desk_id>/paper")
def record(desk_id: str) -> Response:
    """A paper was filled in: it waits for somebody else of the desk."""
    context = the_context()
    now = context.clock()
    session = somebody_surely(context, url_for("recording.form", desk_id=desk_id), now=now)
    counted = attempts.counted_codes(context.codes, session.login.person, request.remote_addr)
    with context.database.reading() as db:
        recording = _Recording(context, db, session, desk_id, now=now)
        if wrong := recording.wrong():
            return recording.form_page(wrong)
    with context.database.writing() as db:
        if not attempts.tried(db, counted, now=now):
            return _Recording(context, db, session, desk_id, now=now).form_page(too_many=True)
    with context.database.recording() as db:
        recording = _Recording(context, db, session, desk_id, now=now)
        offer = recording.offer()
        if isinstance(offer, dict):
            return recording.form_page(offer)
        attempts.right(db, counted)  # both are who they are said to be
        done = papers.record(
            db,
            context.vault,
            offer,
            desk=desk_id,
            digest=recording.digest,
            checked=Checked(request.form["checked"]),
            by=actor_of(session, desk_id, "self"),
            now=now,
            policy=context.settings.evidence.policy,
        )
        if isinstance(done, Refused) and done.why is not Why.NOT_NOW:  # that it is there: it was sent twice
            return recording.form_page(refused=done)
    return see_other(url_for("papers.paper", offer_id=offer.id))


class _Recording:
    """One desk at which this person works, and what is filled in there; 404 for any other."""

    def __init__(
        self, context: Context, db: Connected, session: Session, desk_id: str, *, now: Instant
    ) -> None:
        person = session.login.person
        mine = [one for one in desks_of(db, person, now=now) if one.organisation == desk_id]
        desk = lookup.party(db, desk_id) if mine else None
        if desk is None:
            abort(error_page("not_found", 404))  # whether there is such a desk is nobody's business
        self._desk: Final = desk
        self._context: Final = context
        self._db: Final = db
        self._person: Final = person
        self._now: Final = now
        self._services: Final = _services(db, mine)
        self.digest: Final = request.form.get("digest", "").strip().lower()[:100]

    def wrong(self) -> dict[str, str]:
        """What is wrong with each field, whoever it is about."""
        offer = self._wished(None)
        wrong = dict(offer) if isinstance(offer, dict) else {}
        wrong |= self._wrong_person("", _typed_born("") is None)
        if request.form.get("to") == "organisation":
            if self._kvk() is None:
                wrong["to_kvk"] = gettext("Fill in the KVK number of the organisation: eight digits.")
        elif request.form.get("to") == "person":
            wrong |= self._wrong_person(_TO, _typed_born(_TO) is None)
        else:
            wrong["to"] = gettext("Choose who gets the permission.")
        if not is_digest(self.digest):
            wrong["digest"] = gettext(
                "Fill in the SHA-256 digest of the scanned paper: 64 letters and digits."
            )
        if request.form.get("checked") not in set(Checked):
            wrong["checked"] = gettext("Choose how you know who signed.")
        if not _OFFER_ID.fullmatch(request.form.get("offer", "")):
            abort(400)
        return wrong

    def offer(self) -> Offer | dict[str, str]:
        """What was signed, or who is not known; `wrong` has found nothing."""
        giver = self._meant("")
        helper = self._helper()
        unknown: dict[str, str] = {}
        if giver is None:
            unknown["born"] = gettext("We do not know a person with this date of birth and this number.")
        if helper is None:
            unknown["to"] = gettext("We do not know this person or this organisation.")
        offer = self._wished(helper)
        if giver is None or unknown or isinstance(offer, dict):
            return unknown or (offer if isinstance(offer, dict) else {})
        return replace(offer, represented=giver.id)

    def form_page(
        self,
        wrong: dict[str, str] | None = None,
        *,
        refused: Refused | None = None,
        too_many: bool = False,
    ) -> Response:
        """The form as far as it is filled in; what was typed of people is typed anew."""
        person = lookup.party(self._db, self._person)
        wish = wish_of(request.form)
        known = {one.id: one for one in self._services}
        sent = request.form.get("offer", "")
        return page(
            "portal/paper.html",
            429 if too_many else 422 if wrong or refused else 200,
            person=person.name if person else "",
            desk=self._desk,
            wish=wish,
            wrong=wrong or {},
            refused=refused_words(refused, known) if refused else [],
            too_many=too_many,
            by_address=by_address(self._context),
            providers=shown_by_provider(self._db, self._services, wish.tasks),
            picked=request.form.get("to", "person"),
            checked=request.form.get("checked", ""),
            digest=self.digest,
            offer=sent if _OFFER_ID.fullmatch(sent) else new_id("of"),
        )

    def _wished(self, helper: Party | None) -> Offer | dict[str, str]:
        given = {name: value for name, value in request.form.items() if _is_asked(name)}
        nobody = Party("?", PartyKind.PERSON, "")
        id = request.form.get("offer", "")
        return offer_to(helper or nobody, wish_of(given), self._services, offer_id=id, now=self._now)

    def _wrong_person(self, of: str, born_is_wrong: bool) -> dict[str, str]:
        wrong = {}
        if born_is_wrong:
            wrong[f"{of}born"] = gettext("Fill in a date like this: 31-12-2027.")
        if typed_known_by(self._context, of) is not None:
            return wrong
        if by_address(self._context):
            wrong[f"{of}postcode"] = gettext("Fill in a postcode like 1234 AB, and a house number.")
        else:
            wrong[f"{of}number"] = gettext("This is not a citizen service number. It has nine digits.")
        return wrong

    def _helper(self) -> Party | None:
        if request.form.get("to") != "organisation":
            return self._meant(_TO)
        number = self._kvk()
        found = None if number is None else lookup.party_by_identifier(self._db, self._context.vault, number)
        # the numbers of who trades in person tell nobody who that is
        if found is None or found.kind is not PartyKind.ORGANISATION or is_personal(found):
            return None
        return found

    def _meant(self, of: str) -> Party | None:
        born, known_by = _typed_born(of), typed_known_by(self._context, of)
        if born is None or known_by is None:
            return None
        id = who_is(self._db, self._context.vault, born, known_by)
        return None if id is None else lookup.party(self._db, id)

    def _kvk(self) -> Identifier | None:
        with suppress(ValueError):
            return Identifier(Scheme.KVK, request.form.get("to_kvk", "").strip())
        return None


def _typed_born(of: str) -> date | None:
    return typed_day(request.form.get(f"{of}born", ""))


def _is_asked(name: str) -> bool:
    """Whether the form asks that of the permission itself."""
    return name in _ASKED or name.startswith("task:")


def _services(db: Connected, mine: list[DeskAppointment]) -> list[Service]:
    """Those for which people give permission, and this person helps at the desk."""
    return [
        one
        for one in lookup.services(db)
        if one.takes_mandates
        and PartyKind.PERSON in one.represented_kinds
        and any(appointment.services.covers(one) for appointment in mine)
    ]
