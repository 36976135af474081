"""Pages on which a person says who they are: password, practice login, and the ways out."""

from flask import Blueprint, Response, current_app, request, url_for

from authz_server.context import Context
from authz_server.login import accounts, attempts, methods, time_limits, walk
from authz_server.login import interaction as interactions
from authz_server.login.arrival import Visit, arrive, log_in, prepare, the_context
from authz_server.login.authenticating_pages import LONGEST_NAME, methods_page, practice_page
from authz_server.login.authenticating_words import still_too_weak, too_busy, unknown_person, wrong_password
from authz_server.login.flow import CANCELLED, LEVEL_NOT_REACHED, Authenticate, Reason
from authz_server.login.interaction import Interaction
from authz_server.login.passwords import Busy, PasswordCheck, Passwords
from authz_server.login.presenting import Wrong, too_many_tries
from authz_server.login.sessions import Login, Session
from authz_server.pages import error_page, see_other
from claims.assurance import Loa
from claims.instants import Instant
from claims.register import lookup
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("login_methods", __name__, url_prefix="/login")
pages.before_request(prepare)
_BUSY_FOR = "2"  # seconds


@pages.get("/<interaction_id>")
def authenticate(interaction_id: str) -> Response:
    """The ways to log in, when it is time for that."""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        step = _turn(context, db, visit, now=now)
        if isinstance(step, Authenticate):
            weak = _is_stronger(step) and "weak" in request.args
            wrong = still_too_weak() if weak else None
            return methods_page(context, db, visit, step, wrong, now=now)
    return step or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>")
def password(interaction_id: str) -> Response:
    """Somebody typed a name and a password."""
    context = the_context()
    now = context.clock()
    name = request.form.get("username", "").strip()[:LONGEST_NAME]
    if time_limits.is_asked():
        return _longer(context, interaction_id, name, now=now)
    typed = request.form.get("password", "")
    counted = attempts.counted(context.codes, name, request.remote_addr)
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        if attempts.too_many(db, counted, now=now):
            return _again(context, db, visit, too_many_tries(), name, 429, now=now)
        kept = accounts.stored(db, name, demo=context.demo) if "\x00" not in name else None
    with context.database.writing() as db:
        if not attempts.tried(db, counted, now=now):
            return _again(context, db, visit, too_many_tries(), name, 429, now=now)
    # outside any transaction: hashing takes long on purpose
    try:
        checked = _passwords().check(kept[0] if kept else None, typed)
        renewed = _passwords().hash(typed) if checked is PasswordCheck.OUTDATED else None
    except Busy:
        with context.database.writing() as db:
            attempts.not_looked_at(db, counted)
        return _busy(context, interaction_id, name, now=now)
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        if kept is None or checked is PasswordCheck.WRONG or not _may_log_in(context, db, name, now=now):
            return _again(context, db, visit, wrong_password(), name, 401, now=now)
        if renewed is not None:
            accounts.rehash(db, name, renewed)
        attempts.right(db, counted)
        method = methods.PASSWORD
        login = Login(name, method.authenticator(name), min(method.reaches, kept[1]), now)
        return _logged_in(context, db, visit, login, now=now)


@pages.get("/<interaction_id>/practice")
def practice(interaction_id: str) -> Response:
    """The practice login: in the demo alone."""
    context = the_context()
    if not context.demo:
        return error_page("not_found", 404)
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        step = _turn(context, db, visit, now=now)
        if isinstance(step, Authenticate):
            return practice_page(context, db, visit, step)
    return step or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>/practice")
def practised(interaction_id: str) -> Response:
    """Somebody says who they are, and how sure we are to be."""
    context = the_context()
    if not context.demo:
        return error_page("not_found", 404)
    now = context.clock()
    name = request.form.get("person", "").strip()[:LONGEST_NAME]
    level = _practice_level(request.form.get("level"))
    longer = time_limits.is_asked()
    with context.database.writing() as db:
        visit = (time_limits.given if longer else arrive)(context, db, interaction_id, now=now)
        step = _turn(context, db, visit, now=now)
        if longer and isinstance(step, Authenticate):
            return practice_page(context, db, visit, step, person=name, level=level)
        if longer:
            return see_other(url_for("login_methods.practice", interaction_id=interaction_id))
        at_least = step.at_least if isinstance(step, Authenticate) else None
        if level is None or "\x00" in name or not _may_log_in(context, db, name, now=now):
            step = Authenticate(Reason.FIRST, at_least)
            return practice_page(context, db, visit, step, unknown_person(), name, 401)
        login = Login(name, methods.PRACTICE.authenticator(name), level, now)
        return _logged_in(context, db, visit, login, now=now)


@pages.post("/<interaction_id>/cancel")
def cancel(interaction_id: str) -> Response:
    """The person goes back to the client: they do not want to, or cannot log in as surely as is asked."""
    context = the_context()
    now = context.clock()
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        if visit.interaction.request is None:
            return see_other(url_for("portal.home"))
        denied = LEVEL_NOT_REACHED if request.form.get("why") == "cannot" else CANCELLED
        return walk.complete(context, db, visit.interaction, denied, now=now)


def _longer(context: Context, interaction_id: str, name: str, *, now: Instant) -> Response:
    """The same page with the name that was typed, open for longer; the password is in no answer."""
    with context.database.writing() as db:
        visit = time_limits.given(context, db, interaction_id, now=now)
        step = _turn(context, db, visit, now=now)
        if isinstance(step, Authenticate):
            return methods_page(context, db, visit, step, name=name, now=now)
    return step or walk.go_on(context, interaction_id, now=now)


def _turn(context: Context, db: Connected, visit: Visit, *, now: Instant) -> Authenticate | Response | None:
    """The step, when it is time to log in; else where to go on, None where that is to answer the client."""
    if visit.interaction.request is None:
        return _step_to_own_page(visit.interaction, visit.session) or _to_own_page(visit)
    looked = walk.look(context, db, visit.interaction, visit.session, now=now)
    step = looked.step
    return step if isinstance(step, Authenticate) else walk.onwards(looked)


def _logged_in(context: Context, db: Connected, visit: Visit, login: Login, *, now: Instant) -> Response:
    asked_before = _turn(context, db, visit, now=now)
    session = log_in(context, db, visit, login, now=now)
    if visit.interaction.request is None:
        if _step_to_own_page(visit.interaction, session) is None:
            return _to_own_page(visit)
        return see_other(url_for("login_methods.authenticate", interaction_id=visit.interaction.id, weak=1))
    interaction = interactions.find(db, visit.interaction.id)
    if interaction is None:
        raise LookupError("an interaction is there until it expires")
    looked = walk.look(context, db, interaction, session, now=now)
    if _is_stronger(asked_before) and _is_stronger(looked.step):
        return see_other(url_for("login_methods.authenticate", interaction_id=interaction.id, weak=1))
    return walk.proceed(context, db, looked, now=now)


def _step_to_own_page(interaction: Interaction, session: Session | None) -> Authenticate | None:
    """How to log in for a page of our own; None for who is logged in as it wants."""
    at_least = interaction.at_least
    if session is None:
        return Authenticate(Reason.FIRST, at_least)
    if at_least is None or session.login.assurance >= at_least:
        return None
    return Authenticate(Reason.STRONGER, at_least)


def _is_stronger(step: object) -> bool:
    return isinstance(step, Authenticate) and step.reason is Reason.STRONGER


def _to_own_page(visit: Visit) -> Response:
    return see_other(visit.interaction.destination or url_for("portal.home"))


def _may_log_in(context: Context, db: Connected, name: str, *, now: Instant) -> bool:
    """Whether this is a person with an open account who has not died."""
    if not accounts.exists(db, name):
        return False
    party = lookup.party(db, name)
    return (
        party is not None
        and party.kind == "person"
        and not (party.ceased_at is not None and party.ceased_at <= now)
    )


def _busy(context: Context, interaction_id: str, name: str, *, now: Instant) -> Response:
    """Too many people log in just now: nothing was looked at, and nothing counts as a try."""
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        response = _again(context, db, visit, too_busy(), name, 503, now=now)
    response.headers["Retry-After"] = _BUSY_FOR
    return response


def _passwords() -> Passwords:
    made: Passwords = current_app.extensions["namens.passwords"]
    return made


def _practice_level(word: str | None) -> Loa | None:
    try:
        level = Loa.of_word(word)
    except ValueError:
        return None
    return level if level > Loa.BASIC else None


def _again(
    context: Context,
    db: Connected,
    visit: Visit,
    wrong: Wrong,
    name: str,
    status: int,
    *,
    now: Instant,
) -> Response:
    if visit.interaction.request is None:
        step = _step_to_own_page(visit.interaction, visit.session) or Authenticate(Reason.FIRST)
    else:
        found = walk.look(context, db, visit.interaction, visit.session, now=now).step
        step = found if isinstance(found, Authenticate) else Authenticate(Reason.FIRST)
    return methods_page(context, db, visit, step, wrong, name, status, now=now)
