"""The page that shows an activation code, once: as text, as a sheet to print, and as a QR code (G6).

The QR code holds our address and the code, and nothing else. The code stands behind the # of that address: no server
gets to see it, and it stands in no log. The page cannot be had again in the other language, so it holds both.
"""

from typing import Any

import segno
from flask import Response, render_template, url_for
from markupsafe import Markup

from authz_server.context import Context
from authz_server.i18n import day, language, speaking
from authz_server.login.sessions import Session
from authz_server.pages import page
from claims.activation_codes import shown
from claims.addresses import KnownBy
from claims.instants import Instant
from claims.offers import Offer, OfferKind
from claims.parties import PartyKind
from claims.register import lookup
from claims.register.activating import Drawn
from keys.storage import Connected

__all__ = ["show_code"]

_SIZE = 5  # pixels a module
_NAMES = {"nl": "Nederlands", "en": "English"}


def show_code(
    context: Context, db: Connected, session: Session, offer: Offer, drawn: Drawn, *, now: Instant
) -> Response:
    """The code of the offer: nobody sees it again after this."""
    parties = lookup.parties(db, [offer.represented, session.login.person])
    party = parties[offer.represented]
    code = shown(drawn.code)
    address = context.settings.issuer + url_for("activation.form")
    told: dict[str, Any] = {
        "party": party,
        "is_person": party.kind is PartyKind.PERSON,
        "by_address": context.settings.persons.known_by is KnownBy.ADDRESS,
        "for_office": offer.office is not None,
        "for_employee": offer.kind is OfferKind.EMPLOYEE,
        "code": code,
        "address": address,
    }
    return page(
        "portal/code_shown.html",
        **told,
        person=parties[session.login.person].name,
        # drawn by a library that escapes nothing since there is nothing to escape: paths, and numbers
        qr=Markup(segno.make(f"{address}#{code}", error="m").svg_inline(scale=_SIZE, omitsize=True)),  # noqa: S704
        until=day(drawn.lapses_at - 1),
        other=_in_the_other_language(told, drawn),
        offer=offer.id,
    )


def _in_the_other_language(told: dict[str, Any], drawn: Drawn) -> dict[str, Any]:
    """The sheet once more: whoever gets it may read the other language, and the page cannot be had again."""
    other = "en" if language() == "nl" else "nl"
    with speaking(other):
        sheet = render_template("portal/code_sheet.html", **told, own=False, until=day(drawn.lapses_at - 1))
    return {"language": other, "name": _NAMES[other], "sheet": Markup(sheet)}  # noqa: S704 - our own template
