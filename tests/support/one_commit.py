"""Whether a request tells the account in one unit of work: killed at any moment it has done all of it, or nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import g, has_request_context, request

from claims.instants import Instant
from claims.register import journal
from claims.register.actor import Actor
from claims.register.journal import Line
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["one_commit_for_each_request"]


@contextmanager
def one_commit_for_each_request() -> Iterator[None]:
    """Fails at its end where a request wrote to the account in more than one unit of work."""
    twice: list[str] = []
    real = journal.write_many

    def told(db: Connected, vault: Vault, lines: Iterable[Line], *, by: Actor, now: Instant) -> None:
        if has_request_context():
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
