"""The pages on which a person says for whom: the choice, who cannot be chosen, and nobody at all.

What was searched for, and where in a list somebody is, stands in the address of the page, so that the browser's Back
and a reload show it again. It stands there sealed: a search is a name mostly, and addresses are kept in histories and
in the logs of proxies. Who has no more than the address reads nothing.
"""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request, url_for

from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login import interaction as interactions
from authz_server.login import walk
from authz_server.login.absent import absent
from authz_server.login.arrival import Visit, arrive, prepare, the_context
from authz_server.login.candidates import (
    Asked,
    can_be_named,
    hinted,
    known_parties,
    listed,
    standing,
    used_last,
)
from authz_server.login.flow import CANCELLED, NO_REPRESENTATION, Choose, Nobody
from authz_server.login.interaction import Interaction, Picked
from authz_server.login.lines import Line, line_of, oneself_line, service_words
from authz_server.login.not_chosen import absent_lines, reasons_for_nobody
from authz_server.login.presenting import Wrong, shown, where_from
from authz_server.login.sessions import Login, Session
from authz_server.login.walk import Walk
from authz_server.pages import page, see_other
from claims.instants import Instant
from claims.parties import cleaned
from claims.register import lookup, resolving
from claims.representation import Representation
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("choosing", __name__, url_prefix="/login")
pages.before_request(prepare)
_SELF = "self"
_LONGEST_SEARCH = 200
_FEW = 7  # with no more candidates than these nobody needs to search


@dataclass(frozen=True, slots=True)
class _Place:
    """What of the list is shown: those that a search finds, and the page that begins behind `after`."""

    search: str = ""
    after: str | None = None


_BEGINNING: Final = _Place()


@pages.get("/<interaction_id>/choose")
def choose(interaction_id: str) -> Response:
    """For whom do you want to do this?"""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if _is_to_choose(looked):
            return _page(context, db, looked)
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>/choose")
def chosen(interaction_id: str) -> Response:
    """A search, a way back, or the choice."""
    context = the_context()
    now = context.clock()
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        if request.form.get("do") == "cancel":
            return walk.complete(context, db, visit.interaction, CANCELLED, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if not _is_to_choose(looked):
            return walk.proceed(context, db, looked, now=now)
        value = request.form.get("represented")
        wanted = request.form.get("do") or ("choose" if value or not request.form.get("search") else "search")
        if wanted == "search":
            search = cleaned(request.form.get("search", "")[:_LONGEST_SEARCH]).strip()
            return see_other(_address(looked, _Place(search)))
        return _choose(context, db, looked, value, now=now)


def _choose(context: Context, db: Connected, looked: Walk, value: str | None, *, now: Instant) -> Response:
    asked, session = _known(looked)
    if not value:
        wrong = Wrong("nothing_chosen", gettext("Choose for whom you want to do this."))
        return _page(context, db, looked, wrong=wrong, status=422)
    picked = _picked(looked.interaction, session.login, value)
    chosen_now = standing(db, asked, picked) if picked else None
    if picked is None or chosen_now is None or not _nameable(context, db, chosen_now.representation, looked):
        wrong = Wrong("choice_gone", gettext("That choice is no longer possible. Choose again."))
        return _page(context, db, looked, wrong=wrong, status=409)
    interactions.choose(db, looked.interaction, picked)
    return _on(context, db, Visit(looked.interaction, session), now=now)


def _known(looked: Walk) -> tuple[Asked, Session]:
    """What stands where it is time to choose."""
    if looked.asked is None or looked.session is None:
        raise ValueError("nobody chooses before logging in, or where nothing is asked")
    return looked.asked, looked.session


def _picked(interaction: Interaction, login: Login, value: str) -> Picked | None:
    """The choice that an opaque value stands for; None for one that this page never gave."""
    if value == _SELF:
        return Picked(login.person, login.authenticator)
    what = interactions.opened(interaction, login, value)
    if what is None or len(what) < 3 or what[0] is None:
        return None
    path = tuple(link for link in what[2:] if link is not None)
    return Picked(login.person, login.authenticator, what[0], what[1], path)


def _nameable(context: Context, db: Connected, representation: Representation | None, looked: Walk) -> bool:
    if representation is None:
        return True
    parties = known_parties(db, context.vault, [representation])
    return can_be_named(representation, parties, looked.client)


def _is_to_choose(looked: Walk) -> bool:
    """Whether the choice can be made, or, as long as the client was not answered, made again."""
    step = looked.step
    if looked.asked is None or looked.session is None or isinstance(step, Nobody):
        return False
    return looked.situation.chosen is not None or isinstance(step, Choose)


def _on(context: Context, db: Connected, visit: Visit, *, now: Instant) -> Response:
    """To whatever comes next, with what was just kept."""
    interaction = interactions.find(db, visit.interaction.id)
    if interaction is None:
        raise LookupError("an interaction is there until it expires")
    return walk.proceed(context, db, walk.look(context, db, interaction, visit.session, now=now), now=now)


def _page(
    context: Context,
    db: Connected,
    looked: Walk,
    *,
    wrong: Wrong | None = None,
    status: int = 200,
) -> Response:
    interaction = looked.interaction
    asked, session = _known(looked)
    where_from(interaction)
    login = session.login
    here = _here(looked)
    search = here.search
    found = listed(db, asked, after=here.after, search=search or None, vault=context.vault)
    first = here == _BEGINNING
    many = found.next is not None or len(found.representations) > _FEW
    meant = hinted(context, db, asked) if first and interaction.picked is None else []
    latest = meant or (used_last(db, asked, interaction.picked, login) if first else [])
    if not many and not meant:
        # a short list needs no shortcut, but what was chosen before logging in again stands on top
        latest = [one for one in latest if _was_picked(interaction, one)]
    parties = known_parties(db, context.vault, [*latest, *found.representations])
    again = {(one.represented, one.branch, one.through, one.limits) for one in latest}

    def line(place: int, prefix: str, one: Representation) -> Line:
        what = [one.represented, one.branch, *one.path]
        return line_of(
            one,
            parties,
            id=f"{prefix}-{place}",
            value=interactions.reference(interaction, login, what),
            nameable=can_be_named(one, parties, looked.client),
        )

    own = resolving.own(db, asked.question) if asked.ask.mode == "optional" else None
    oneself = (
        oneself_line(value=_SELF)
        if own is not None and own.allowed and not search and found.next is None
        else None
    )
    candidates = [
        line(number, "represented", one)
        for number, one in enumerate(found.representations)
        if (one.represented, one.branch, one.through, one.limits) not in again
    ]
    service = asked.question.service
    picked_before = bool(latest) and not meant and all(_was_picked(interaction, one) for one in latest)
    return page(
        "login/choose.html",
        status,
        client=shown(looked.client),
        service=service_words(service, lookup.parties(db, [service.provider])),
        here=_address(looked, here),
        wrong=wrong,
        stronger=asked.question.step_up is not None,
        searchable=many or not first,
        search=search,
        found_nothing=bool(search) and not found.representations,
        latest=[line(number, "latest", one) for number, one in enumerate(latest)],
        latest_heading=_heading(looked, meant=bool(meant), picked_before=picked_before),
        picked="latest-0" if len(meant) == 1 else None,
        candidates=candidates,
        oneself=oneself,
        only_oneself=first and oneself is not None and not candidates and not latest,
        beginning=None if first else _address(looked, _BEGINNING),
        next=_address(looked, _Place(search, found.next)) if found.next else None,
        not_listed=_address(looked, here, "choosing.not_listed"),
    )


def _heading(looked: Walk, *, meant: bool, picked_before: bool) -> str:
    """What stands above the candidates that stand on top."""
    if meant:
        return gettext("%(client)s proposes", client=shown(looked.client).name)
    return gettext("Your choice of just now") if picked_before else gettext("Used last")


def _was_picked(interaction: Interaction, one: Representation) -> bool:
    before = interaction.picked
    return before is not None and (before.represented, before.branch) == (one.represented, one.branch)


def _address(looked: Walk, place: _Place, page: str = "choosing.choose", *, after: str | None = None) -> str:
    """The address of a page at this place of the list; `after` is sealed already."""
    at = None if place == _BEGINNING else _sealed(looked, "at", place.search, place.after)
    return url_for(page, interaction_id=looked.interaction.id, at=at, after=after)


def _here(looked: Walk) -> _Place:
    """The place in the address of this request; the beginning for one that is not ours or another login's."""
    what = _opened(looked, "at")
    return _BEGINNING if what is None else _Place(what[0] or "", what[1])


# Before what an address holds: no choice begins like this, so that neither is ever taken for the other.
_IN_ADDRESSES: Final = ""


def _sealed(looked: Walk, name: str, *what: str | None) -> str:
    login = _known(looked)[1].login
    return interactions.reference(looked.interaction, login, [_IN_ADDRESSES, name, *what])


def _opened(looked: Walk, name: str) -> list[str | None] | None:
    login, text = _known(looked)[1].login, request.args.get(name)
    what = interactions.opened(looked.interaction, login, text) if text else None
    return what[2:] if what is not None and what[:2] == [_IN_ADDRESSES, name] else None


@pages.get("/<interaction_id>/not-listed")
def not_listed(interaction_id: str) -> Response:
    """Who cannot be chosen now, each with the reason and what to do about it."""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        if _is_to_choose(looked):
            return _not_listed(context, db, looked)
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


def _not_listed(context: Context, db: Connected, looked: Walk) -> Response:
    asked, _ = _known(looked)
    where_from(looked.interaction)
    here, begun = _here(looked), _opened(looked, "after")
    found = absent(db, asked, after=begun[0] if begun else None)
    service = asked.question.service
    following = _sealed(looked, "after", found.next) if found.next else None
    return page(
        "login/not_listed.html",
        here=_address(looked, here, "choosing.not_listed"),
        service=service_words(service, lookup.parties(db, [service.provider])),
        lines=absent_lines(context, db, asked, found.absent),
        next=_address(looked, here, "choosing.not_listed", after=following) if following else None,
        back=_address(looked, here),
    )


@pages.get("/<interaction_id>/nobody")
def nobody(interaction_id: str) -> Response:
    """There is nobody to represent: why, and what to do about it."""
    context = the_context()
    now = context.clock()
    with context.database.reading() as db:
        visit = arrive(context, db, interaction_id, now=now)
        looked = walk.look(context, db, visit.interaction, visit.session, now=now)
        asked = looked.asked
        if asked is not None and isinstance(looked.step, Nobody):
            where_from(visit.interaction)
            service = asked.question.service
            return page(
                "login/nobody.html",
                client=shown(looked.client),
                service=service_words(service, lookup.parties(db, [service.provider])),
                reasons=reasons_for_nobody(context, db, asked),
                ask=url_for("asking.form", service=service.id),
            )
        elsewhere = walk.onwards(looked)
    return elsewhere or walk.go_on(context, interaction_id, now=now)


@pages.post("/<interaction_id>/nobody")
def nobody_return(interaction_id: str) -> Response:
    """Back to the client, without anybody."""
    context = the_context()
    now = context.clock()
    with context.database.writing() as db:
        visit = arrive(context, db, interaction_id, now=now)
        if visit.interaction.request is None:
            return see_other(url_for("portal.home"))
        return walk.complete(context, db, visit.interaction, NO_REPRESENTATION, now=now)
