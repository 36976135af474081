"""Whether a request tells the account in one unit of work: killed at any moment it has done all of it, or nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from flask import g, has_request_context, request

from claims.instants import Instant
from claims.register import journal
from claims.register.actor import Actor
from claims.register.journal import Event, Line
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["one_commit_for_each_request"]

# Begun at once and by no person, over what may be a hundred thousand mandates; the worker goes on where it was broken off,
# since the account tells how far it came (decision 119).
_GOES_ON_LATER: Final = frozenset({Event.MARKED_FOR_REVIEW, Event.GONE_THROUGH})


@contextmanager
def one_commit_for_each_request() -> Iterator[None]:
    """Fails at its end where a request wrote to the account in more than one unit of work."""
    twice: list[str] = []
    real = journal.write_many

    def told(db: Connected, vault: Vault, lines: Iterable[Line], *, by: Actor, now: Instant) -> None:
        lines = list(lines)
        if has_request_context() and not {event for event, *_ in lines} <= _GOES_ON_LATER:
            units: list[Any] = g.setdefault("units_that_told", [])
            if all(db is not one for one in units):
                units.append(db)
            if len(units) > 1:
                twice.append(f"{request.method} {request.path}")
        real(db, vault, lines, by=by, now=now)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(journal, "write_many", told)
        yield
    assert not twice, f"in more than one unit of work: {', '.join(twice)}"
