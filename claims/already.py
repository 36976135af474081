"""Whether somebody has already what is asked for, given or still open: nobody is asked for the same twice (G7)."""

from collections.abc import Iterable

from claims.instants import Instant
from claims.mandates import NO_CLIENTS, Mandate
from claims.offers import Offer, Part

__all__ = ["is_given", "is_open"]


def is_given(given: Iterable[Mandate], asked: Offer, now: Instant) -> bool:
    """Whether these mandates of the one to the other, as they hold at `now`, let do all that is asked, for as long."""
    there = [one for one in given if not one.has_ended(now) and not one.is_suspended(now)]
    return all(any(_holds(one, asked, part, now) for one in there) for part in asked.parts)


def is_open(one: Offer, asked: Offer, now: Instant, *, slack: int = 0) -> bool:
    """Whether this, which is open between the two, is what is asked: as narrow, for as much, and for as long.

    Whoever asked or offered it, they who say yes have it before them. It may end `slack` seconds earlier. What is less
    narrow is another question: who says no to that may say yes to this.
    """
    same = (one.branch, one.limits) == (asked.branch, asked.limits)
    return same and asked.what <= one.what and _lasts(one.starts, one.until, asked, now, slack)


def _holds(one: Mandate, asked: Offer, part: Part, now: Instant) -> bool:
    return (
        one.services.includes(part.coverage)
        and (one.actions is None or (part.actions is not None and part.actions <= one.actions))
        and one.branch in (None, asked.branch)
        and asked.limits.within(one.limits)
        and one.own_affairs >= asked.own_affairs
        and (asked.clients == NO_CLIENTS or one.clients.everyone or one.clients == asked.clients)
        and one.further_intermediaries >= asked.further_intermediaries
        and _lasts(one.starts, one.until, asked, now)
    )


def _lasts(starts: Instant | None, until: Instant | None, asked: Offer, now: Instant, slack: int = 0) -> bool:
    """Whether all of the period that is asked for lies in this one; one that begins as soon as it is given begins now."""
    begins = (now if starts is None else starts) <= max(now, asked.starts or now)
    return begins and (until is None or until >= asked.until - slack)
