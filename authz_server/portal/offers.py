"""The page of one offer: what it is, who signed, for what it waits, and what this person can do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.login.arrival import the_context
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of
from authz_server.portal.codes import show_code
from authz_server.portal.entering import somebody
from authz_server.portal.leading_on import Destination, destinations
from authz_server.portal.offer_words import lines_of, refused_words, waits_words
from authz_server.portal.signing_words import signing_shown
from authz_server.portal.team_words import refused_words as team_refused_words
from authz_server.portal.told import told
from claims.appointing import reaches_offer
from claims.catalogue import Service
from claims.granting import Entitlement
from claims.instants import Instant
from claims.mandates import Mandate
from claims.offers import Offer, OfferKind, OfferState, Waits
from claims.parties import Party, PartyKind
from claims.register import (
    accepting,
    activating,
    appointing,
    declining,
    desk_appointing,
    landing,
    lookup,
    offering,
    overview,
    teams,
)
from claims.register.entitling import entitlements, powers
from claims.register.facts import StoredFacts
from claims.register.offer_judging import Refused
from claims.register.offers_kept import find
from claims.register.readable import Readable
from claims.register.standing_mandates import ended_at
from claims.register.team_rights import Refused as NotLanding
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("offers", __name__, url_prefix="/portal")
_ACTS: Final = ("approve", "accept", "confirm", "decline", "withdraw", "code")


@dataclass(frozen=True, slots=True)
class _Seen:
    """An offer that this person may see: what entitles them on either side, and what they can do with it."""

    offer: Offer
    gives: tuple[Entitlement, ...]
    receives: tuple[Entitlement, ...]
    acts: tuple[str, ...]

    @property
    def given(self) -> bool:
        """Whether they see it from the side that gives."""
        return bool(self.gives)

    def own(self, person: str) -> str:
        """The party for which they see it; themselves, for who filled in a code for others to decide on."""
        if self.gives:
            return self.offer.represented
        return self.offer.representative or person if self.receives else person

    def helps(self, person: str) -> bool:
        """Whether they are who was given it, or act for who was."""
        return self.offer.representative == person or (bool(self.receives) and not self.gives)

    def authority(self, act: str) -> Entitlement:
        """By what they do that."""
        side = self.receives if act in _ON_THE_OTHER_SIDE and self.receives else self.gives or self.receives
        return side[0]


_ON_THE_OTHER_SIDE: Final = frozenset({"accept", "decline"})
_CLOSING: Final[dict[str, Callable[..., Offer | Refused]]] = {
    "decline": declining.decline,
    "withdraw": declining.withdraw,
}


@pages.get("/offers/<opaque:offer_id>")
def show(offer_id: str) -> Response:
    """The offer."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("offers.show", offer_id=offer_id), now=now)
    with context.database.reading() as db:
        seen = _seen(db, StoredFacts(db), session, offer_id, now=now)
        return _page(context, db, session, seen, now=now)


@pages.post(f"/offers/<opaque:offer_id>/<any({', '.join(_ACTS)}):act>")
def do(offer_id: str, act: str) -> Response:
    """Something is done about it."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("offers.show", offer_id=offer_id), now=now)
    with context.database.recording() as db:
        seen = _seen(db, StoredFacts(db), session, offer_id, now=now)
        if act not in seen.acts:
            return _page(context, db, session, seen, now=now, refused=True)
        done = _done(context, db, session, seen, act, now=now)
        if isinstance(done, NotLanding):
            return _page(context, db, session, seen, now=now, wrong=[team_refused_words(done)])
        if isinstance(done, Refused):
            services = {one.id: one for one in lookup.services(db)}
            return _page(context, db, session, seen, now=now, wrong=refused_words(done, services))
        if isinstance(done, activating.Drawn):
            return show_code(context, db, session, seen.offer, done, now=now)
    return see_other(url_for("offers.show", offer_id=offer_id))


def _done(
    context: Context, db: Connected, session: Session, seen: _Seen, act: str, *, now: Instant
) -> Offer | Refused | NotLanding | activating.Drawn:
    ground = seen.authority(act)
    by = actor_of(session, ground.party, ground.authority)
    id = seen.offer.id
    policy = context.settings.evidence.policy
    if act == "code":
        return activating.draw(db, context.vault, context.codes, id, by=by, now=now, policy=policy)
    if act == "accept":
        team = request.form.get("team") or None
        refused = (
            None if team is None else landing.may_land(db, ground.party, team, by=by, now=now, policy=policy)
        )
        return refused or accepting.accept(db, context.vault, id, by=by, now=now, policy=policy, team=team)
    if act == "approve":
        level = session.login.assurance
        return offering.approve(db, context.vault, id, login=level, by=by, now=now, policy=policy)
    if act in _CLOSING:
        return _CLOSING[act](db, context.vault, id, by=by, now=now)
    return accepting.confirm(db, context.vault, id, by=by, now=now, policy=policy)


def _seen(db: Connected, facts: StoredFacts, session: Session, offer_id: str, *, now: Instant) -> _Seen:
    """The offer, where this person stands on one of its sides; an unknown one and another's look the same."""
    offer = find(db, offer_id)
    person = session.login.person
    if offer is None:
        abort(error_page("not_found", 404))
    services = {one.id: one for one in lookup.services(db)}
    gives = tuple(
        ground
        for ground in entitlements(db, facts, person, offer.represented, now=now)
        # what lies beyond an appointment is another's to offer, and to take back
        if reaches_offer(ground, offer, services)
    )
    receives = (
        tuple(entitlements(db, facts, person, offer.representative, now=now)) if offer.representative else ()
    )
    took = offer.taken is not None and offer.taken.person == person
    if not gives and (offer.is_silent or not (took or receives)):
        abort(error_page("not_found", 404))
    return _Seen(offer, gives, receives, tuple(_acts(offer, person, gives, receives, now)))


def _acts(
    offer: Offer,
    person: str,
    gives: tuple[Entitlement, ...],
    receives: tuple[Entitlement, ...],
    now: Instant,
) -> Iterator[str]:
    """What somebody who is entitled so can do with it; stopping is each one's own, on either side."""
    if not offer.is_open(now):
        return
    waits = offer.waits_for
    if gives:
        if waits is Waits.APPROVAL and all(one.person != person for one in offer.approvals):
            yield "approve"
        if waits is Waits.CODE and offer.kind is not OfferKind.LETTER:
            yield "code"
        if waits is Waits.CONFIRMATION and person not in offer.confirmed:
            yield "confirm"
        asked = offer.kind in (OfferKind.REQUEST, OfferKind.LETTER, OfferKind.PAPER)
        yield "decline" if asked or waits is Waits.CONFIRMATION else "withdraw"
    if waits is Waits.ACCEPTANCE and any(one.alone for one in receives):
        yield "accept"  # also who gives: who signs for both organisations says yes for each
    if receives and not gives:
        yield "decline"


def _page(
    context: Context,
    db: Connected,
    session: Session,
    seen: _Seen,
    *,
    now: Instant,
    wrong: list[str] | None = None,
    refused: bool = False,
) -> Response:
    offer = seen.offer
    facts = StoredFacts(db)
    services = {one.id: one for one in lookup.services(db)}
    ids = [offer.represented, session.login.person, *(one.provider for one in services.values())]
    ids += [one for one in (offer.representative, offer.taken and offer.taken.person) if one]
    ids += offer.confirmed
    parties = lookup.parties(db, ids)
    waits = waits_words(offer, given=seen.given) if offer.is_open(now) else None
    became = _became(context, db, offer, now=now)
    holding = [one for one in became if _holds(one, parties, now)]
    person = session.login.person
    return page(
        "portal/offer.html",
        409 if refused else 422 if wrong else 200,
        person=parties[person].name,
        offer=offer,
        given=seen.given,
        represented=parties[offer.represented].name,
        oneself=offer.represented == person,
        appointment=_appointment_address(db, session, offer, seen),
        # who acts for the other side is theirs to tell
        confirmed=[_name(parties, one) for one in sorted(offer.confirmed)] if seen.given else [],
        representative=_name(parties, offer.representative),
        taker=_name(
            parties, offer.taken.person if offer.taken and offer.kind is not OfferKind.REQUEST else None
        ),
        myself=offer.representative == person,
        is_organisation=_is_organisation(parties, offer.representative),
        lines=[told(one, None, services, parties, now=now, ways=()) for one in became]
        or lines_of(offer, services, parties, now=now),
        holds=bool(holding),
        destinations=_destinations(db, holding, services) if seen.helps(person) else [],
        waits=waits,
        state=_state(offer, now),
        acts=seen.acts,
        teams=_teams(db, offer) if "accept" in seen.acts else [],
        wrong=wrong or [],
        signing=_signing(db, facts, offer, now) if seen.given else None,
        back=_back(session, seen.own(person)),
    )


def _teams(db: Connected, offer: Offer) -> list[tuple[str, str]]:
    """In which teams of the organisation that accepts it the client can come."""
    if offer.representative is None:
        return []
    return [(one.id, one.name) for one in teams.of_organisation(db, offer.representative)]


def _appointment_address(db: Connected, session: Session, offer: Offer, seen: _Seen) -> str | None:
    """Where the appointment stands that it became, for who sees that."""
    id = "" if offer.office is None else offer.office.appointment
    one = appointing.find(db, id) or desk_appointing.find(db, id)
    if one is None or not (seen.gives or one.person == session.login.person):
        return None
    return url_for("appointments.show", appointment_id=one.id)


def _became(context: Context, db: Connected, offer: Offer, *, now: Instant) -> list[Mandate]:
    """The mandates that were made of it, as they are now and may still be shown."""
    if offer.state is not OfferState.GIVEN:
        return []
    readable = Readable(db, context.settings.keeping.periods, now)
    found = (overview.mandate(db, part.mandate) for part in offer.parts)
    return [one for one in found if one is not None and readable.shows(one)]


def _holds(mandate: Mandate, parties: dict[str, Party], now: Instant) -> bool:
    begun = mandate.starts <= now and not mandate.is_suspended(now)
    return begun and ended_at(mandate, parties, now) is None


def _destinations(db: Connected, mandates: list[Mandate], services: dict[str, Service]) -> list[Destination]:
    return destinations(
        db, [one for one in services.values() if any(mandate.services.covers(one) for mandate in mandates)]
    )


def _is_organisation(parties: dict[str, Party], id: str | None) -> bool:
    return id is not None and id in parties and parties[id].kind is PartyKind.ORGANISATION


def _state(offer: Offer, now: Instant) -> str:
    """Its state as a word for the page: `lapsed` follows from time."""
    if offer.state.is_open and not offer.is_open(now):
        return "lapsed"
    return offer.state.value


def _signing(db: Connected, facts: StoredFacts, offer: Offer, now: Instant) -> dict[str, Any] | None:
    """Who signed and who did not, where some sign together."""
    if offer.state is not OfferState.REQUESTED or any(one.alone for one in offer.approvals):
        return None
    signers = frozenset(one.person for one in offer.approvals)
    signing = powers(db, facts, now).signing(offer.represented, signers)
    if not signing.signatories:
        return None
    parties = lookup.parties(db, [one.party for one in signing.signatories])
    return signing_shown(signing, parties)


def _name(parties: dict[str, Party], id: str | None) -> str | None:
    return parties[id].name if id is not None and id in parties else None


def _back(session: Session, party: str) -> str:
    if party == session.login.person:
        return url_for("portal.home")
    return url_for("portal.managed", party_id=party)
