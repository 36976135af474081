"""What ends when, of an organisation: a year of months with how many, and one month with each of them."""

import re
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, request, url_for

from authz_server.i18n import gettext, month, until_words
from authz_server.login.arrival import the_context
from authz_server.pages import page
from authz_server.portal.entering import somebody
from authz_server.portal.office import Office, office_of
from claims.instants import Instant, day_of
from claims.register import endings, lookup
from claims.register.endings import Ending, Which
from claims.register.renewing import AHEAD
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("calendar", __name__, url_prefix="/portal")
_AT_ONCE: Final = 50
_MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@pages.get("/for/<opaque:party_id>/calendar")
def shown(party_id: str) -> Response:
    """The months from now on, and what ends in the one that was chosen."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("calendar.shown", party_id=party_id), now=now)
    with context.database.reading() as db:
        office = office_of(db, session, party_id, now=now)
        today = day_of(now)
        chosen = _chosen(request.args.get("month", ""), today)
        start, until = endings.month_of(chosen)
        found = endings.page(
            db, party_id, max(start, now + 1), until, after=request.args.get("after"), limit=_AT_ONCE
        )
        first = _first_shown(chosen, today)
        months = endings.months(db, party_id, first, now=now)
        further = None
        if found.next is not None:
            further = url_for("calendar.shown", party_id=party_id, month=f"{chosen:%Y-%m}", after=found.next)
        return page(
            "portal/calendar.html",
            **office.frame,
            months=[
                {
                    "words": month(one.first),
                    "count": one.count,
                    "chosen": one.first == chosen,
                    "address": _of_month(party_id, one.first),
                }
                for one in months
            ],
            chosen=month(chosen),
            later=_of_month(party_id, _later(first)),
            earlier=None if first == today.replace(day=1) else _of_month(party_id, today),
            endings=_rows(db, office, found.endings, now=now),
            further=further,
            several=url_for("several.shown", party_id=party_id),
        )


def _chosen(text: str, today: date) -> date:
    """The first day of the month in the address; of this month for anything else, or for one that has passed."""
    typed = _MONTH.fullmatch(text)
    first = today.replace(day=1)
    return first if typed is None else max(first, date(int(typed[1]), int(typed[2]), 1))


def _first_shown(chosen: date, today: date) -> date:
    """With which month the list begins: with this one, while the chosen one is within a year of it."""
    first = today.replace(day=1)
    return first if chosen < _later(first) else chosen


def _later(first: date) -> date:
    """As many months later as are shown."""
    return first.replace(year=first.year + endings.MOST_MONTHS // 12)


def _of_month(party_id: str, day: date) -> str:
    return url_for("calendar.shown", party_id=party_id, month=f"{day:%Y-%m}")


def _rows(db: Connected, office: Office, found: tuple[Ending, ...], *, now: Instant) -> list[dict[str, Any]]:
    parties = lookup.parties(db, [one.other for one in found if one.other])
    return [
        {
            "id": one.id,
            "which": one.which.value,
            "name": parties[one.other].name if one.other in parties else gettext("Whoever has the code"),
            "what": _what(one.which),
            "until": until_words(one.at),
            **_onwards(db, office, one, now=now),
        }
        for one in found
    ]


def _what(which: Which) -> str:
    match which:
        case Which.GIVEN:
            return gettext("may act for your organisation")
        case Which.RECEIVED:
            return gettext("lets your organisation act")
        case Which.APPOINTMENT:
            return gettext("arranges permissions for your organisation")
        case Which.OFFERED | Which.ASKED:
            return gettext("has not been answered yet")


def _onwards(db: Connected, office: Office, one: Ending, *, now: Instant) -> dict[str, str | None]:
    """Where it is renewed, or answered."""
    organisation = office.party.id
    match one.which:
        case Which.RECEIVED if one.at <= now + AHEAD:
            return {"to": url_for("several.shown", party_id=organisation), "words": gettext("Ask again")}
        case Which.RECEIVED if one.other is not None:
            return {
                "to": url_for("clients.shown", party_id=organisation, client_id=one.other),
                "words": gettext("Look"),
            }
        case Which.GIVEN:
            return {"to": url_for("giving.form", party_id=organisation), "words": gettext("Give again")}
        case Which.OFFERED | Which.ASKED:
            return {"to": url_for("offers.show", offer_id=one.id), "words": gettext("Look")}
    return {"to": None, "words": None}
