"""A mandate made stronger: who gave it, or may give it, confirms it with a surer login (G4)."""

from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import Lazy, lazy_gettext, level_words
from authz_server.login.arrival import the_context
from authz_server.login.methods import reachable
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import actor_of, page_of
from authz_server.portal.entering import somebody
from authz_server.portal.signing_words import signing_shown
from authz_server.portal.told import told
from claims.assurance import Loa
from claims.confirming import Confirmed, WhyWeak
from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import lookup, overview
from claims.register.countersigning import Joined
from claims.register.readable import Readable
from claims.register.strengthening import by_login, strengthen
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("strengthening", __name__, url_prefix="/portal")
_PATH: Final = "/strengthen/<opaque:mandate_id>"
_WHY: Final[dict[WhyWeak, Lazy]] = {
    WhyWeak.NOT_ENTITLED: lazy_gettext("You cannot give this permission yourself just now."),
    WhyWeak.OUT_OF_REACH: lazy_gettext("This permission is for more than you may give yourself."),
    WhyWeak.RESTRICTED: lazy_gettext("This permission cannot be given just now."),
    WhyWeak.NOT_SURER: lazy_gettext("This permission cannot be made stronger in this way."),
}


@pages.get(_PATH)
def ask(mandate_id: str) -> Response:
    """How strong it is, and how strong it can become."""
    context = the_context()
    now = context.clock()
    session = somebody(context, _address(mandate_id), now=now)
    with context.database.reading() as db:
        return _page(context, db, session, _within_reach(context, db, session, mandate_id, now=now), now=now)


@pages.post(_PATH)
def do(mandate_id: str) -> Response:
    """Yes; or back."""
    context = the_context()
    now = context.clock()
    session = somebody(context, _address(mandate_id), now=now)
    with context.database.recording() as db:
        mandate = _within_reach(context, db, session, mandate_id, now=now)
        if request.form.get("answer") != "yes":
            return see_other(page_of(session, mandate.represented))
        done = strengthen(
            db,
            context.vault,
            mandate_id,
            login=session.login.assurance,
            by=actor_of(session, mandate.represented, "self"),
            now=now,
            policy=context.settings.evidence.policy,
        )
        if isinstance(done, Joined):  # it waits for others
            return see_other(_address(mandate_id))
        if isinstance(done, WhyWeak):
            if done is WhyWeak.NOT_SURER:  # it is as strong as that already: sent twice, or done elsewhere
                return see_other(url_for("history.shown", mandate_id=mandate_id))
            return _page(context, db, session, mandate, now=now, status=409)
    return see_other(url_for("history.shown", mandate_id=mandate_id))


def _page(
    context: Context, db: Connected, session: Session, mandate: Mandate, *, now: Instant, status: int = 200
) -> Response:
    person = session.login.person
    services = {service.id: service for service in lookup.services(db)}
    parties = lookup.parties(
        db,
        [
            mandate.represented,
            mandate.representative,
            person,
            *(service.provider for service in services.values()),
        ],
    )
    outcome = _by_login(context, db, session, mandate, session.login.assurance, now)
    return page(
        "portal/strengthen.html",
        status,
        act="strengthen",
        person=parties[person].name,
        oneself=mandate.represented == person,
        represented=parties[mandate.represented].name,
        mandate=told(mandate, parties.get(mandate.representative), services, parties, now=now, ways=()),
        level=level_words(mandate.assurance),
        becomes=level_words(outcome.assurance) if isinstance(outcome, Confirmed) else None,
        together=_together(db, outcome) if isinstance(outcome, Joined) else None,
        stronger=_stronger(context, db, session, mandate, outcome, now=now),
        why=str(_WHY.get(outcome, "")) if isinstance(outcome, WhyWeak) else None,
        back=url_for("history.shown", mandate_id=mandate.id),
    )


def _stronger(
    context: Context,
    db: Connected,
    session: Session,
    mandate: Mandate,
    outcome: Confirmed | Joined | WhyWeak,
    *,
    now: Instant,
) -> dict[str, Any] | None:
    """The login that makes it stronger than this one does, where there is one here."""
    least = mandate.assurance if isinstance(outcome, WhyWeak) else outcome.assurance
    for level in Loa:
        if session.login.assurance < level <= reachable(demo=context.demo):
            then = _by_login(context, db, session, mandate, level, now)
            if not isinstance(then, WhyWeak) and then.assurance > least:
                return {
                    "level": level.word,
                    "becomes": level_words(then.assurance),
                    "back": _address(mandate.id),
                }
    return None


def _together(db: Connected, outcome: Joined) -> dict[str, Any]:
    """Who sign together, and who of them did; how sure it becomes when enough have."""
    return {
        "said": outcome.said,
        "becomes": level_words(outcome.assurance),
        **signing_shown(
            outcome.signing, lookup.parties(db, (one.party for one in outcome.signing.signatories))
        ),
    }


def _by_login(
    context: Context, db: Connected, session: Session, mandate: Mandate, login: Loa, now: Instant
) -> Confirmed | Joined | WhyWeak:
    policy = context.settings.evidence.policy
    return by_login(db, mandate, session.login.person, login=login, now=now, policy=policy)


def _within_reach(
    context: Context, db: Connected, session: Session, mandate_id: str, *, now: Instant
) -> Mandate:
    """The mandate, for whoever may stop it too; an unknown one, another's, and one that is over look the same."""
    found = overview.within_reach(db, session.login.person, mandate_id, now)
    if found is None or not Readable(db, context.settings.keeping.periods, now).shows(found[0]):
        abort(error_page("not_found", 404))
    if found[0].has_ended(now):
        abort(error_page("not_found", 404))
    return found[0]


def _address(mandate_id: str) -> str:
    return url_for("strengthening.ask", mandate_id=mandate_id)
