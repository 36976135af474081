"""Several at once: offers to an organisation accepted, and clients asked anew for what ends, each judged by itself.

What was done, and what was not and why, stands on the page that answers the form.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext, until_words
from authz_server.limit_words import limits_words
from authz_server.login.arrival import the_context
from authz_server.login.lines import in_words
from authz_server.pages import page
from authz_server.portal.entering import somebody
from authz_server.portal.offer_words import fault_words, lines_of
from authz_server.portal.offer_words import refused_words as offer_refused_words
from authz_server.portal.office import Office, office_of
from authz_server.portal.team_words import refused_words as team_refused_words
from claims.catalogue import Service
from claims.instants import Instant
from claims.mandates import Mandate
from claims.offers import Offer, Waits
from claims.parties import Party
from claims.register import accepting, endings, landing, lookup, offers_kept, overview, renewing, teams
from claims.register.endings import Which
from claims.register.offer_judging import Refused
from claims.register.offers_kept import alone
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("several", __name__, url_prefix="/portal")
_AT_ONCE: Final = 40  # as many boxes as one form can have
_OFFER: Final = "offer:"
_MANDATE: Final = "mandate:"


@pages.get("/for/<opaque:party_id>/several")
def shown(party_id: str) -> Response:
    """What waits for this organisation's yes, and what ends soon."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("several.shown", party_id=party_id), now=now)
    with context.database.reading() as db:
        return _page(db, office_of(db, session, party_id, now=now), now=now)


@pages.post("/for/<opaque:party_id>/several")
def done(party_id: str) -> Response:
    """Those that were chosen, one after the other."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("several.shown", party_id=party_id), now=now)
    do = request.form.get("do")
    if do not in ("accept", "renew"):
        abort(400)
    prefix = _OFFER if do == "accept" else _MANDATE
    chosen = [name.removeprefix(prefix) for name in request.form if name.startswith(prefix)][:_AT_ONCE]
    with context.database.recording() as db:
        office = office_of(db, session, party_id, now=now)
        if not chosen:
            return _page(db, office, wrong=gettext("Choose at least one."), now=now)
        step = _accepted if do == "accept" else _renewed
        outcomes = list(step(context, db, office, chosen, now=now))
        return page(
            "portal/several_done.html",
            **{**office.frame, "back": url_for("several.shown", party_id=party_id)},
            accepting=do == "accept",
            done=[one for one in outcomes if one["why"] is None],
            not_done=[one for one in outcomes if one["why"] is not None],
        )


def _accepted(
    context: Context, db: Connected, office: Office, ids: list[str], *, now: Instant
) -> Iterator[dict[str, Any]]:
    """Each offer accepted, into the team that was chosen; or why not. All are held first, in one order."""
    organisation, team = office.party.id, request.form.get("team") or None
    alone(db, organisation)
    offers_kept.hold_all(db, ids)
    teams.hold(db, [one.id for one in teams.of_organisation(db, organisation)])
    services = {one.id: one for one in lookup.services(db)}
    policy = context.settings.evidence.policy
    refused = landing.may_land(db, organisation, team, by=office.by, now=now, policy=policy) if team else None
    for id in sorted(ids):
        offer = offers_kept.find(db, id)
        if offer is None or offer.representative != organisation or offer.is_silent:
            yield {"id": id, "name": None, "why": [gettext("That is not there any more.")]}
            continue
        party = lookup.party(db, offer.represented)
        name = "" if party is None else party.name
        if refused is not None:
            yield {"id": id, "name": name, "why": [team_refused_words(refused)]}
            continue
        outcome = accepting.accept(db, context.vault, id, by=office.by, now=now, policy=policy, team=team)
        if isinstance(outcome, Refused):
            yield {"id": id, "name": name, "why": offer_refused_words(outcome, services)}
            continue
        yield {"id": id, "name": name, "why": None}


def _renewed(
    context: Context, db: Connected, office: Office, ids: list[str], *, now: Instant
) -> Iterator[dict[str, Any]]:
    """Each client asked; or why not."""
    organisation = office.party.id
    mandates = {id: overview.mandate(db, id, given_to=(organisation,)) for id in sorted(ids)}
    clients = {one.represented for one in mandates.values() if one is not None}
    alone(db, organisation, *clients)
    services = {one.id: one for one in lookup.services(db)}
    parties = lookup.parties(db, clients)
    for id, mandate in mandates.items():
        outcome = renewing.renew(db, context.vault, organisation, id, by=office.by, now=now)
        name = None if mandate is None else _name(parties, mandate.represented)
        why = _not_renewed(outcome, services) if isinstance(outcome, renewing.Refused) else None
        yield {"id": id, "name": name, "why": why}


def _not_renewed(refused: renewing.Refused, services: Mapping[str, Service]) -> list[str]:
    match refused.why:
        case renewing.Why.UNKNOWN_MANDATE:
            return [gettext("That is not there any more.")]
        case renewing.Why.NOT_ENTITLED:
            return [gettext("You may not do this.")]
        case renewing.Why.STOPPED:
            return [gettext("This permission was stopped. Ask the client first.")]
        case renewing.Why.NOT_YET:
            return [gettext("This permission lasts for a while yet.")]
        case renewing.Why.TOO_LATE:
            return [gettext("This permission stopped too long ago. Ask for a new one.")]
        case renewing.Why.NOT_BY_LIST:
            return [
                gettext("This permission is for everything of an organisation. The client must give it anew.")
            ]
        case renewing.Why.ALREADY_ASKED:
            return [gettext("The client was asked already, and has not answered yet.")]
        case renewing.Why.TOO_MANY_OPEN:
            return [gettext("There are too many that wait. Take some back first.")]
        case renewing.Why.CANNOT_BE_GRANTED:
            return fault_words(refused.faults, services)


def _page(db: Connected, office: Office, *, wrong: str | None = None, now: Instant) -> Response:
    organisation = office.party.id
    waiting = offers_kept.given_to(
        db, organisation, now=now, after=request.args.get("offers"), limit=_AT_ONCE, silent=False
    )
    offers = [one for one in waiting.offers if one.waits_for is Waits.ACCEPTANCE]
    ending = endings.page(
        db,
        organisation,
        now + 1,
        now + renewing.AHEAD + 1,
        after=request.args.get("mandates"),
        limit=_AT_ONCE,
        only=Which.RECEIVED,
    )
    mandates = [found for one in ending.endings if (found := overview.mandate(db, one.id)) is not None]
    services = {one.id: one for one in lookup.services(db)}
    named = {one.represented for one in offers} | {one.represented for one in mandates}
    parties = lookup.parties(db, [*named, organisation, *(one.provider for one in services.values())])

    here = partial(url_for, "several.shown", party_id=organisation)

    return page(
        "portal/several.html",
        422 if wrong else 200,
        **office.frame,
        offers=[_offer_row(one, services, parties, now=now) for one in offers],
        more_offers=here(offers=waiting.next) if waiting.next else None,
        mandates=[_mandate_row(one, services, parties) for one in mandates],
        more_mandates=here(mandates=ending.next) if ending.next else None,
        teams=teams.of_organisation(db, organisation),
        receiving=teams.receiving(db, organisation),
        alone=office.alone,
        wrong=wrong,
    )


def _offer_row(
    offer: Offer, services: dict[str, Service], parties: dict[str, Party], *, now: Instant
) -> dict[str, Any]:
    lines = lines_of(offer, services, parties, now=now)
    return {
        "field": f"{_OFFER}{offer.id}",
        "name": _name(parties, offer.represented),
        "what": "; ".join(" · ".join(filter(None, (one.what, one.limits))) for one in lines),
        "until": lines[0].until if lines else "",
    }


def _mandate_row(mandate: Mandate, services: dict[str, Service], parties: dict[str, Party]) -> dict[str, Any]:
    covered = [services[id] for id in sorted(mandate.services.listed) if id in services]
    name = ", ".join(in_words(one.name) for one in covered) or gettext("everything")
    return {
        "field": f"{_MANDATE}{mandate.id}",
        "name": _name(parties, mandate.represented),
        "what": " · ".join((name, *limits_words(mandate.limits))),
        "until": until_words(mandate.until),
    }


def _name(parties: dict[str, Party], id: str) -> str:
    return parties[id].name if id in parties else ""
