"""The pages of choosing as they are drawn: who can be chosen, and who cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response

from authz_server import support_codes
from authz_server.context import Context
from authz_server.i18n import gettext
from authz_server.login import interaction as interactions
from authz_server.login.absent import absent
from authz_server.login.candidates import Asked, can_be_named, hinted, known_parties, listed, used_last
from authz_server.login.choosing_places import BEGINNING, Place, address, here_of, known, opened, sealed
from authz_server.login.interaction import Interaction
from authz_server.login.lines import Line, line_of, oneself_line, service_words
from authz_server.login.not_chosen import absent_lines
from authz_server.login.presenting import Wrong, shown, where_from
from authz_server.login.walk import Walk
from authz_server.pages import page
from claims.parties import Party
from claims.register import lookup, resolving
from claims.register.resolving import ChoicePage
from claims.representation import Representation
from keys.storage import Connected

__all__ = ["SELF", "choose_page", "not_listed_page"]

SELF: Final = "self"  # the value of choosing oneself
_ON_TOP: Final = "latest-"
_IN_LIST: Final = "represented-"
_FEW: Final = 7  # with no more candidates than these nobody needs to search


def choose_page(
    context: Context,
    db: Connected,
    looked: Walk,
    *,
    here: Place | None = None,
    wrong: Wrong | None = None,
    value: str | None = None,
    status: int = 200,
) -> Response:
    """For whom do you want to do this: the place of the list, and above it what is likely meant.

    `here` is the place, where it is not the one that the address tells; `value` is that of who was picked on this
    page already, and stays picked.
    """
    asked, _ = known(looked)
    where_from(looked.interaction)
    here = here_of(looked) if here is None else here
    first = here == BEGINNING
    found = listed(db, asked, after=here.after, search=here.search or None, vault=context.vault)
    many = found.next is not None or len(found.representations) > _FEW
    top = _on_top(context, db, looked, first=first, many=many)
    parties = known_parties(db, context.vault, [*top.representations, *found.representations])
    again = {_what_is_chosen(one) for one in top.representations}
    candidates = [
        _line(looked, parties, f"{_IN_LIST}{number}", one)
        for number, one in enumerate(found.representations)
        if _what_is_chosen(one) not in again
    ]
    oneself = None if here.search or found.next is not None else _oneself(db, asked)
    service = asked.question.service
    return page(
        "login/choose.html",
        status,
        client=shown(looked.client),
        service=service_words(service, lookup.parties(db, [service.provider])),
        here=address(looked, here),
        wrong=wrong,
        stronger=asked.question.step_up is not None,
        searchable=many or not first,
        search=here.search,
        told=_told(here, found),
        found_nothing=bool(here.search) and not found.representations,
        latest=[
            _line(looked, parties, f"{_ON_TOP}{number}", one)
            for number, one in enumerate(top.representations)
        ],
        latest_heading=_heading(looked, top),
        picked=_still_picked(looked, value, top, found)
        or (f"{_ON_TOP}0" if top.meant and len(top.representations) == 1 else None),
        candidates=candidates,
        oneself=oneself,
        only_oneself=first and oneself is not None and not candidates and not top.representations,
        beginning=None if first else address(looked, BEGINNING),
        next=address(looked, Place(here.search, found.next)) if found.next else None,
        not_listed=address(looked, here, "choosing.not_listed"),
    )


def _told(here: Place, found: ChoicePage) -> str:
    """How many a search found, where that is known."""
    if not here.search or here.after:
        return ""
    if not found.representations:
        return gettext("Nobody found for “%(search)s”.", search=here.search)
    if found.next is not None:
        return gettext(
            "More than %(number)s found. Type more to find fewer.", number=len(found.representations)
        )
    return gettext("%(number)s found.", number=len(found.representations))


@dataclass(frozen=True, slots=True)
class _Top:
    """What stands above the list; `meant` by the client, else what was chosen before."""

    representations: Sequence[Representation]
    meant: bool


def _on_top(context: Context, db: Connected, looked: Walk, *, first: bool, many: bool) -> _Top:
    """Nothing but on the `first` page. A list that is not of `many` needs no shortcut, but what was chosen before
    logging in again stands on top."""
    interaction = looked.interaction
    if not first:
        return _Top((), meant=False)
    asked, session = known(looked)
    if interaction.picked is None and (meant := hinted(context, db, asked)):
        return _Top(meant, meant=True)
    latest = used_last(db, asked, interaction.picked, session.login)
    return _Top(latest if many else [one for one in latest if _was_picked(interaction, one)], meant=False)


def _oneself(db: Connected, asked: Asked) -> Line | None:
    if asked.ask.mode != "optional":
        return None
    own = resolving.own(db, asked.question)
    return oneself_line(value=SELF) if own is not None and own.allowed else None


def _line(looked: Walk, parties: Mapping[str, Party], id: str, one: Representation) -> Line:
    return line_of(
        one,
        parties,
        id=id,
        value=interactions.reference(looked.interaction, known(looked)[1].login, _meant_by(one)),
        nameable=can_be_named(one, parties, looked.client),
    )


def _meant_by(one: Representation) -> list[str | None]:
    """What the value of a line stands for."""
    return [one.represented, one.branch, *one.path]


def _still_picked(looked: Walk, value: str | None, top: "_Top", found: ChoicePage) -> str | None:
    """The id of the line that was picked before this page was drawn anew, where it is on it."""
    if value == SELF or not value:
        return oneself_line().id if value else None
    what = interactions.opened(looked.interaction, known(looked)[1].login, value)
    for name, lines in ((_ON_TOP, top.representations), (_IN_LIST, found.representations)):
        for number, one in enumerate(lines):
            if _meant_by(one) == what:
                return f"{name}{number}"
    return None


def _what_is_chosen(one: Representation) -> tuple[object, ...]:
    return (one.represented, one.branch, one.through, one.limits)


def _heading(looked: Walk, top: _Top) -> str:
    """What stands above the candidates that stand on top."""
    if top.meant:
        return gettext("%(client)s proposes", client=shown(looked.client).name)
    before = bool(top.representations) and all(
        _was_picked(looked.interaction, one) for one in top.representations
    )
    return gettext("Your choice of just now") if before else gettext("Used last")


def _was_picked(interaction: Interaction, one: Representation) -> bool:
    before = interaction.picked
    return before is not None and (before.represented, before.branch) == (one.represented, one.branch)


def not_listed_page(context: Context, db: Connected, looked: Walk) -> Response:
    """Who cannot be chosen now, each with the reason; further on where the address says so."""
    asked, _ = known(looked)
    where_from(looked.interaction)
    here, begun = here_of(looked), opened(looked, "after")
    found = absent(db, asked, after=begun[0] if begun else None)
    service = asked.question.service
    lines = absent_lines(context, db, asked, found.absent)
    following = sealed(looked, "after", found.next) if found.next else None
    return page(
        "login/not_listed.html",
        here=address(looked, here, "choosing.not_listed"),
        service=service_words(service, lookup.parties(db, [service.provider])),
        lines=lines,
        support=support_codes.told("not_listed", dict.fromkeys(one.code for one in lines)) if lines else None,
        next=address(looked, here, "choosing.not_listed", after=following) if following else None,
        back=address(looked, here),
    )
