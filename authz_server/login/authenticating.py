"""Pages on which a person says who they are: password, practice login, and the ways out."""

from flask import Blueprint, Response, current_app, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext, level_words
from authz_server.login import accounts, attempts, methods, walk
from authz_server.login import interaction as interactions
from authz_server.login.arrival import Visit, arrive, log_in, prepare, the_context
from authz_server.login.candidates import who_blocks
from authz_server.login.flow import CANCELLED, LEVEL_NOT_REACHED, Authenticate, Reason
from authz_server.login.interaction import Interaction
from authz_server.login.passwords import Busy, PasswordCheck, Passwords
from authz_server.login.presenting import Wrong, client_line, too_many_tries, where_from
from authz_server.login.sessions import Login, Session
from authz_server.pages import error_page, page, see_other
from claims.assurance import Loa
from claims.instants import Instant
from claims.parties import cleaned
from claims.register import lookup
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("login_methods", __name__, url_prefix="/login")
pages.before_request(prepare)
_LONGEST_NAME = 200
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
            wrong = _still_too_weak() if weak else None
            return _methods_page(context, db, visit, step, wrong, now=now)
    return step or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>")
def password(interaction_id: str) -> Response:
    """Somebody typed a name and a password."""
    context = the_context()
    now = context.clock()
    name = request.form.get("username", "").strip()[:_LONGEST_NAME]
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
            return _again(context, db, visit, _wrong_password(), name, 401, now=now)
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
            return _practice_page(context, db, visit, step)
    return step or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>/practice")
def practised(interaction_id: str) -> Response:
    """Somebody says who they are, and how sure we are to be."""
    context = the_context()
    if not context.demo:
        return error_page("not_found", 404)
    now = context.clock()
    name = request.form.get("person", "").strip()[:_LONGEST_NAME]
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        step = _turn(context, db, visit, now=now)
        at_least = step.at_least if isinstance(step, Authenticate) else None
        level = _practice_level(request.form.get("level"))
        if level is None or "\x00" in name or not _may_log_in(context, db, name, now=now):
            wrong = Wrong("unknown_person", gettext("Nobody in the try-out world has that short name."))
            return _practice_page(context, db, visit, Authenticate(Reason.FIRST, at_least), wrong, name, 401)
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
    wrong = Wrong("busy", gettext("Many people are logging in just now. Wait a moment and try again."))
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        response = _again(context, db, visit, wrong, name, 503, now=now)
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


def _methods_page(
    context: Context,
    db: Connected,
    visit: Visit,
    step: Authenticate,
    wrong: Wrong | None = None,
    name: str | None = None,
    status: int = 200,
    *,
    now: Instant,
) -> Response:
    interaction = visit.interaction
    where_from(interaction)
    at_least = step.at_least
    # what is strong enough comes first
    offered = sorted(
        methods.offered(demo=context.demo), key=lambda one: at_least is not None and one.reaches < at_least
    )
    asked = interaction.request
    line = client_line(context, db, asked) if asked else None
    looked = walk.look(context, db, interaction, visit.session, now=now) if asked else None
    heading, explanation = _why(step, looked, visit, db)
    return page(
        "login/authenticate.html",
        status,
        client=line,
        heading=heading,
        explanation=explanation,
        wrong=wrong,
        username=cleaned(name if name is not None else _expected_name(visit)),
        methods=[
            {
                "name": method.name,
                "action": url_for("login_methods.authenticate", interaction_id=interaction.id)
                if method is methods.PASSWORD
                else url_for("login_methods.practice", interaction_id=interaction.id),
                "too_weak": at_least is not None and method.reaches < at_least,
                "best": at_least is not None and method.reaches >= at_least,
            }
            for method in offered
        ],
        cancel=url_for("login_methods.cancel", interaction_id=interaction.id)
        if asked or step.reason is Reason.STRONGER
        else None,
        cannot=asked is not None and step.reason is Reason.STRONGER,
    )


def _expected_name(visit: Visit) -> str:
    if visit.session is not None:
        return visit.session.login.person
    asked = visit.interaction.request
    return (asked.login_hint or "")[:_LONGEST_NAME] if asked else ""


def _why(step: Authenticate, looked: walk.Walk | None, visit: Visit, db: Connected) -> tuple[str, list[str]]:
    """The heading of the page and what stands below it."""
    match step.reason:
        case Reason.STRONGER:
            return gettext("Log in once more, in a more secure way."), [
                gettext("This organisation wants to know more surely who you are.")
                if visit.interaction.request
                else gettext("For this we want to know more surely who you are."),
                *_what_becomes_of_the_choice(step, visit, db),
            ]
        case Reason.OTHER_MEANS:
            return gettext("Choose another way to log in."), [_who_does_not_want_it(looked, db)]
        case Reason.AGAIN:
            return gettext("Log in again"), [gettext("The organisation asks you to log in again.")]
        case Reason.FIRST:
            return gettext("Log in"), []


def _what_becomes_of_the_choice(step: Authenticate, visit: Visit, db: Connected) -> list[str]:
    picked = visit.interaction.picked
    if picked is None or visit.session is None or not picked.by(visit.session.login):
        return []
    party = lookup.party(db, picked.represented) if picked.represented else None
    name = party.name if party else gettext("yourself")
    method = methods.of_authenticator(visit.session.login.authenticator)
    if method is not None and step.at_least is not None and method.reaches >= step.at_least:
        return [gettext("Your choice (%(name)s) stays.", name=name)]
    # another authenticator asks for the choice anew (claims.md 4)
    return [gettext("After that you choose once more for whom: %(name)s is at the top.", name=name)]


def _who_does_not_want_it(looked: walk.Walk | None, db: Connected) -> str:
    chosen = looked.situation.chosen if looked else None
    party = None
    if looked is not None and looked.asked is not None and chosen is not None and chosen.representation:
        party = who_blocks(db, looked.asked, chosen.representation)
    if party is None:
        return gettext("The organisation does not want you to log in like this. Choose another way.")
    return gettext(
        "%(organisation)s does not want you to log in like this. Choose another way.",
        organisation=party.name,
    )


def _practice_page(
    context: Context,
    db: Connected,
    visit: Visit,
    step: Authenticate,
    wrong: Wrong | None = None,
    person: str | None = None,
    status: int = 200,
) -> Response:
    interaction = visit.interaction
    where_from(interaction)
    suggested = max(step.at_least or Loa.SUBSTANTIAL, Loa.LOW)
    return page(
        "login/practice.html",
        status,
        client=client_line(context, db, interaction.request) if interaction.request else None,
        wrong=wrong,
        person=cleaned(person if person is not None else _expected_name(visit)),
        level=suggested.word,
        levels=[(level.word, level_words(level)) for level in (Loa.LOW, Loa.SUBSTANTIAL, Loa.HIGH)],
        back=url_for("login_methods.authenticate", interaction_id=interaction.id),
    )


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
    return _methods_page(context, db, visit, step, wrong, name, status, now=now)


def _wrong_password() -> Wrong:
    return Wrong("wrong_credentials", gettext("This user name and password do not belong together."))


def _still_too_weak() -> Wrong:
    """Somebody was asked for a more secure way, and took one that is not."""
    return Wrong(
        "still_too_weak",
        gettext("You are logged in, but not securely enough for this service. Choose a more secure way."),
    )
