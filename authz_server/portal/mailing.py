"""Where somebody is mailed that something changed: typed by themselves, and theirs once they sent its code back.

Of a person only that person says so: who looks after somebody's affairs cannot lead their notices elsewhere. Of an
organisation who may arrange everything for it does.
"""

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import Lazy, language, lazy_gettext
from authz_server.login.arrival import the_context
from authz_server.login.presenting import Wrong
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page, see_other
from authz_server.portal.acting import page_of
from authz_server.portal.entering import somebody
from claims.instants import Instant
from claims.parties import Party, PartyKind
from claims.register import addresses, lookup, managing
from claims.register.addresses import NotAddressed
from claims.register.managing import Authority
from keys.storage import Connected

__all__ = ["mail_page_of", "pages"]

pages = Blueprint("mailing", __name__, url_prefix="/portal/mail")

_WRONG: dict[NotAddressed, tuple[Lazy, int]] = {
    NotAddressed.NOT_A_MAIL_ADDRESS: (lazy_gettext("This is not a mail address that we can mail to."), 422),
    NotAddressed.TOO_MANY_CODES: (
        lazy_gettext("You asked for many codes already. Try again tomorrow."),
        429,
    ),
    NotAddressed.WRONG_CODE: (
        lazy_gettext("This code is not right, or too old. Look at it once more, or ask for a new one."),
        422,
    ),
}


def mail_page_of(context: Context, session: Session, party: Party, ground: Authority | None) -> str | None:
    """Where this person says where the party is mailed; None where they do not, or nobody is mailed here."""
    if not _is_mailed(context) or not _may(session, party, ground):
        return None
    own = party.id == session.login.person
    return url_for("mailing.own") if own else url_for("mailing.of_party", party_id=party.id)


@pages.get("")
def own() -> Response:
    """One's own address."""
    return _shown(None)


@pages.post("")
def own_changed() -> Response:
    """Another one, its code, or none any more."""
    return _changed(None)


@pages.get("/<opaque:party_id>")
def of_party(party_id: str) -> Response:
    """The address of an organisation for which this person arranges everything."""
    return _shown(party_id)


@pages.post("/<opaque:party_id>")
def of_party_changed(party_id: str) -> Response:
    """Another one, its code, or none any more."""
    return _changed(party_id)


def _here(party_id: str | None) -> str:
    return url_for("mailing.own") if party_id is None else url_for("mailing.of_party", party_id=party_id)


def _shown(party_id: str | None) -> Response:
    context = the_context()
    now = context.clock()
    session = somebody(context, _here(party_id), now=now)
    with context.database.reading() as db:
        party = _party(context, db, session, party_id, now=now)
        return _page(context, db, session, party, now=now)


def _changed(party_id: str | None) -> Response:
    context = the_context()
    now = context.clock()
    session = somebody(context, _here(party_id), now=now)
    with context.database.recording() as db:
        party = _party(context, db, session, party_id, now=now)
        refused = _done(context, db, party.id, now=now)
        if refused is not None:
            words, status = _WRONG[refused]
            wrong = Wrong(refused.value, str(words))
            return _page(context, db, session, party, wrong, status, now=now)
    return see_other(_here(party_id))


def _done(context: Context, db: Connected, party: str, *, now: Instant) -> NotAddressed | None:
    """What the form asks for."""
    form, vault, codes = request.form, context.vault, context.codes
    match form.get("do"):
        case "want":
            mail = form.get("mail", "").strip()
            return addresses.want(db, vault, codes, party, mail, language=language(), now=now)
        case "confirm":
            code = "".join(form.get("code", "").split())[: addresses.CODE_DIGITS + 1]
            return addresses.confirm(db, vault, codes, party, code, language=language(), now=now)
        case "remove":
            addresses.remove(db, vault, party, now=now)
    return None


def _page(
    context: Context,
    db: Connected,
    session: Session,
    party: Party,
    wrong: Wrong | None = None,
    status: int = 200,
    *,
    now: Instant,
) -> Response:
    person = lookup.party(db, session.login.person)
    address = addresses.of(db, context.vault, party.id)
    return page(
        "portal/mail.html",
        status,
        person="" if person is None else person.name,
        oneself=party.id == session.login.person,
        party=party.name,
        address=None if address is None else address.mail,
        wanted=addresses.wanted(db, context.vault, party.id, now=now),
        post=context.settings.post.folder is not None,
        wrong=wrong,
        back=page_of(session, party.id),
        here=url_for("mailing.own") if party.id == session.login.person else _here(party.id),
    )


def _party(context: Context, db: Connected, session: Session, party_id: str | None, *, now: Instant) -> Party:
    """The party whose address it is; an unknown one and one that is not this person's to arrange look the same."""
    asked = session.login.person if party_id is None else party_id
    ground = managing.authority(db, session.login.person, asked, now)
    party = lookup.party(db, asked)
    theirs = party is not None and party_id != session.login.person and _may(session, party, ground)
    if party is None or not theirs or not _is_mailed(context):
        abort(error_page("not_found", 404))
    return party


def _may(session: Session, party: Party, ground: Authority | None) -> bool:
    if party.id == session.login.person:
        return True
    return party.kind is PartyKind.ORGANISATION and ground is not None and ground.services.everything


def _is_mailed(context: Context) -> bool:
    return context.settings.mail.host is not None or context.settings.mail.folder is not None
