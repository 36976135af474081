"""Giving a permission: whom, what, until when; the words that both sides see; and yes (G5, G10, G11).

What was filled in stands in the form alone until the last yes. The offer's id does so too: whoever sends that yes twice
comes to the offer that is there.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import level_words
from authz_server.limit_words import or_none
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import in_words, marks_of
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.codes import show_code
from authz_server.portal.entering import somebody
from authz_server.portal.narrowing import heeded, weekday_fields
from authz_server.portal.offer_words import lines_of, refused_words
from authz_server.portal.sets import SetToGive, sets_to_give
from authz_server.portal.wishes import (
    EMPLOYEE,
    MYSELF,
    ORGANISATION,
    SET,
    TEAM,
    Wish,
    grantable,
    new_id,
    offer_of,
    wish_of,
)
from claims.catalogue import Service
from claims.formats.naming import is_personal
from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.offers import Offer, Waits
from claims.parties import Party, PartyKind
from claims.register import activating, lookup, offering, overview, teams
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.offer_judging import Refused, Why, entitled
from claims.register.offers_kept import find
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("giving", __name__, url_prefix="/portal")
_OFFER_ID: Final = re.compile(r"of-[A-Za-z0-9_-]{22}", re.ASCII)
_KNOWN: Final = 100  # parties that had a permission before, of which one can be picked


@pages.get("/give")
@pages.get("/for/<opaque:party_id>/give")
def form(party_id: str | None = None) -> Response:
    """What there is to fill in."""
    context = the_context()
    now = context.clock()
    session = somebody(context, _address(party_id), now=now)
    with context.database.reading() as db:
        giving = _Giving(db, session, party_id, now=now)
        team = request.args.get("team", "")
        return giving.form_page(wish_of({"for_whom": TEAM + team, "to": EMPLOYEE} if team else {}))


@pages.post("/give")
@pages.post("/for/<opaque:party_id>/give")
def give(party_id: str | None = None) -> Response:
    """What was filled in: shown once more in the words that both sides see, then given."""
    context = the_context()
    now = context.clock()
    session = somebody(context, _address(party_id), now=now)
    wish = wish_of(request.form)
    if request.form.get("answer") == "yes":
        return _do(context, session, party_id, wish, now=now)
    with context.database.reading() as db:
        giving = _Giving(db, session, party_id, now=now)
        if request.form.get("answer") == "back":
            return giving.form_page(wish)
        offer = giving.offer(wish, new_id("of"), context)
        if isinstance(offer, dict):
            return giving.form_page(wish, offer)
        login, policy = session.login, context.settings.evidence.policy
        refused = entitled(db, giving.facts, offer, login.person, login.assurance, now, policy)
        if isinstance(refused, Refused):
            return giving.refused_page(wish, refused)
        return giving.summary_page(wish, offer)


def _do(context: Context, session: Session, party_id: str | None, wish: Wish, *, now: Instant) -> Response:
    offer_id = request.form.get("offer", "")
    if not _OFFER_ID.fullmatch(offer_id):
        abort(400)
    with context.database.recording() as db:
        giving = _Giving(db, session, party_id, now=now)
        if find(db, offer_id) is not None:  # this form was sent before
            return see_other(url_for("offers.show", offer_id=offer_id))
        offer = giving.offer(wish, offer_id, context)
        if isinstance(offer, dict):
            return giving.form_page(wish, offer)
        by = actor_of(session, giving.party.id, "self")
        level, policy = session.login.assurance, context.settings.evidence.policy
        made = offering.make(db, context.vault, offer, login=level, by=by, now=now, policy=policy)
        if isinstance(made, Refused):
            if made.why is Why.NOT_NOW:  # it was sent twice at once
                return see_other(url_for("offers.show", offer_id=offer_id))
            return giving.refused_page(wish, made)
        if made.waits_for is not Waits.CODE:
            return see_other(url_for("offers.show", offer_id=made.id))
        drawn = activating.draw(db, context.vault, context.codes, made.id, by=by, now=now, policy=policy)
        if isinstance(drawn, Refused):
            raise LookupError("an offer that was just made waits for its code")
        return show_code(context, db, session, made, drawn, now=now)


class _Giving:
    """One party for which this person may give permissions, and what stands on its form; 404 for any other."""

    def __init__(self, db: Connected, session: Session, party_id: str | None, *, now: Instant) -> None:
        person = session.login.person
        self.facts: Final = StoredFacts(db)
        grounds = entitlements(db, self.facts, person, party_id or person, now=now)
        party = self.facts.party(party_id or person)
        if party is None or not grounds or party_id == person:
            abort(error_page("not_found", 404))  # whether there is such a party is nobody's business
        self.party: Final[Party] = party
        self._grounds: Final = grounds
        self._db: Final = db
        self._session: Final = session
        self._now: Final = now
        self._services: Final = {one.id: one for one in lookup.services(db)}
        self._offered: Final = grantable(self._services, party)
        self._sets: Final = sets_to_give(lookup.service_sets(db), self._services, party, grounds)
        self._known: Final = self._known_parties()
        self._teams: Final = teams.of_organisation(db, party.id)

    @property
    def oneself(self) -> bool:
        """Whether the person gives for themself."""
        return self.party.id == self._session.login.person

    def offer(self, wish: Wish, offer_id: str, context: Context) -> Offer | dict[str, str]:
        """The offer that was wished for, or what is wrong with each field."""
        return offer_of(
            wish,
            self.party,
            self._session.login.person,
            self._to_whom(wish, context),
            self._offered,
            offer_id=offer_id,
            now=self._now,
            teams={one.id for one in self._teams},
            sets={one.set.id for one in self._sets},
        )

    def form_page(
        self, wish: Wish, wrong: Mapping[str, str] | None = None, *, refused: list[str] | None = None
    ) -> Response:
        """The form, as far as it is filled in."""
        known = with_numbers(self._db, the_context().vault, self._known)
        return page(
            "portal/give.html",
            422 if wrong or refused else 200,
            **self._frame(),
            wish=wish,
            wrong=wrong or {},
            refused=refused or [],
            known=[{"id": id, "name": one.name, "marks": marks_of(one)} for id, one in known.items()],
            providers=list(self._providers(wish)),
            sets=[self._set_fields(one, wish) for one in self._sets],
            is_organisation=self.party.kind is PartyKind.ORGANISATION,
            serves_clients=self.party.kind is PartyKind.ORGANISATION
            and bool(overview.received(self._db, self.party.id, limit=1).mandates),
            branches=self.party.branches,
            teams=[(TEAM + one.id, one.name) for one in self._teams],
            heeded=heeded(self._offered),
            weekdays=weekday_fields(wish.weekdays),
            stronger=self._stronger(wish),
            limited=self._limited(),
            is_live=any(one.is_live for one in self._grounds),
        )

    def refused_page(self, wish: Wish, refused: Refused) -> Response:
        """The form, with why it cannot be given."""
        if refused.why in (Why.NOT_ENTITLED, Why.UNKNOWN_OFFER):
            abort(error_page("not_found", 404))
        return self.form_page(wish, refused=refused_words(refused, self._services))

    def summary_page(self, wish: Wish, offer: Offer) -> Response:
        """What it will be, in the words that the other side sees too."""
        parties = dict(self._known)
        for id in (offer.representative, *(service.provider for service in self._offered)):
            if id is not None and (one := self.facts.party(id)) is not None:
                parties[id] = one
        parties[self.party.id] = self.party
        signing = not any(one.alone for one in self._grounds)
        return page(
            "portal/give_summary.html",
            **self._frame(),
            lines=lines_of(offer, self._services, parties, now=self._now),
            to=parties[offer.representative].name if offer.representative in parties else None,
            myself=offer.representative == self._session.login.person,
            reference=offer.reference,
            passes_on=offer.further_intermediaries > 0,
            signing=signing,
            offer=offer.id,
            fields=[(name, value) for name, value in request.form.items() if name not in _OURS],
        )

    def _frame(self) -> dict[str, Any]:
        person = self.facts.party(self._session.login.person)
        return {
            "person": person.name if person else "",
            "party": self.party,
            "oneself": self.oneself,
            "back": url_for("portal.home")
            if self.oneself
            else url_for("portal.managed", party_id=self.party.id),
        }

    def _to_whom(self, wish: Wish, context: Context) -> Party | None:
        if wish.to == MYSELF:
            return self.facts.party(self._session.login.person)
        if wish.to != ORGANISATION:
            return self._known.get(wish.to)
        for scheme in (Scheme.KVK, Scheme.RSIN, Scheme.OIN):
            with suppress(ValueError):
                number = Identifier(scheme, wish.number)
                found = lookup.party_by_identifier(self._db, context.vault, number)
                # the numbers of who trades in person tell nobody who that is
                if found is not None and found.kind is PartyKind.ORGANISATION and not is_personal(found):
                    return found
        return None

    def _known_parties(self) -> dict[str, Party]:
        given = overview.given(self._db, self.party.id, limit=_KNOWN).mandates
        ids = dict.fromkeys(one.representative for one in given)
        found = lookup.parties(self._db, ids)
        return {
            id: found[id] for id in ids if id in found and (found[id].ceased_at or self._now + 1) > self._now
        }

    def _providers(self, wish: Wish) -> Iterator[dict[str, Any]]:
        """The services, under the organisation whose they are, with the tasks of each."""
        for service in self._offered:
            if not any(one.reaches(service, None) for one in self._grounds) and not any(
                one.reaches(service, frozenset(task.actions))
                for one in self._grounds
                for task in service.tasks
            ):
                continue
            provider = self.facts.party(service.provider)
            yield {
                "provider": provider.name if provider else service.provider,
                "service": in_words(service.name),
                "too_weak": self._is_too_weak(service),
                "tasks": [
                    {
                        "field": f"task:{service.id}:{task.id}",
                        "name": in_words(task.name),
                        "chosen": f"{service.id}:{task.id}" in wish.tasks,
                    }
                    for task in service.tasks
                ],
            }

    def _limited(self) -> list[str]:
        """To what all that this person can give here is limited; nothing where they can give anything without."""
        found = [or_none(one.limits) for one in self._grounds]
        return [] if None in found else sorted({one for one in found if one is not None})

    def _set_fields(self, one: SetToGive, wish: Wish) -> dict[str, Any]:
        return {
            "field": SET + one.set.id,
            "name": in_words(one.set.name),
            "holds": ", ".join(sorted(in_words(service.name) for service in one.services)),
            "too_weak": any(self._is_too_weak(service) for service in one.services),
            "chosen": one.set.id in wish.sets,
        }

    def _is_too_weak(self, service: Service) -> bool:
        return self._session.login.assurance < service.minimum_assurance

    def _stronger(self, wish: Wish) -> dict[str, str] | None:
        """The login that opens what was chosen, or else the next services, where there is one."""
        weak = [one for one in self._offered if self._is_too_weak(one)]
        if not weak:
            return None
        chosen = {task.partition(":")[0] for task in wish.tasks}
        chosen |= {inside.id for one in self._sets if one.set.id in wish.sets for inside in one.services}
        level = max(
            (one.minimum_assurance for one in weak if one.id in chosen),
            default=min(one.minimum_assurance for one in weak),
        )
        return {"level": level.word, "words": level_words(level), "back": request.path}


_OURS: Final = frozenset({"csrf_token", "answer", "offer"})


def _address(party_id: str | None) -> str:
    return url_for("giving.form") if party_id is None else url_for("giving.form", party_id=party_id)
