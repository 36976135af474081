"""Where in the list of candidates somebody is, and the addresses that say so.

It stands there sealed: a search is a name mostly, and addresses are kept in histories and in the logs of proxies. Who
has no more than the address reads nothing.
"""

from dataclasses import dataclass
from typing import Final

from flask import request, url_for

from authz_server.login import interaction as interactions
from authz_server.login.candidates import Asked
from authz_server.login.sessions import Session
from authz_server.login.walk import Walk

__all__ = ["BEGINNING", "Place", "address", "here_of", "known", "opened", "sealed"]

# Before what an address holds: no choice begins like this, so that neither is ever taken for the other.
_IN_ADDRESSES: Final = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What of the list is shown: those that a search finds, and the page that begins behind `after`."""

    search: str = ""
    after: str | None = None


BEGINNING: Final = Place()


def known(looked: Walk) -> tuple[Asked, Session]:
    """What stands where it is time to choose."""
    if looked.asked is None or looked.session is None:
        raise ValueError("nobody chooses before logging in, or where nothing is asked")
    return looked.asked, looked.session


def address(looked: Walk, place: Place, page: str = "choosing.choose", *, after: str | None = None) -> str:
    """The address of a page at this place of the list; `after` is sealed already."""
    at = None if place == BEGINNING else sealed(looked, "at", place.search, place.after)
    return url_for(page, interaction_id=looked.interaction.id, at=at, after=after)


def here_of(looked: Walk) -> Place:
    """The place in the address of this request; the beginning for one that is not ours or another login's."""
    what = opened(looked, "at")
    return BEGINNING if what is None else Place(what[0] or "", what[1])


def sealed(looked: Walk, name: str, *what: str | None) -> str:
    """`what`, for the part `name` of an address: this interaction and this login alone open it."""
    login = known(looked)[1].login
    return interactions.reference(looked.interaction, login, [_IN_ADDRESSES, name, *what])


def opened(looked: Walk, name: str) -> list[str | None] | None:
    """What was sealed in the part `name` of this request's address; None for what is not ours, or another login's."""
    login, text = known(looked)[1].login, request.args.get(name)
    what = interactions.opened(looked.interaction, login, text) if text else None
    return what[2:] if what is not None and what[:2] == [_IN_ADDRESSES, name] else None
