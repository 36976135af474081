"""Until when an answer holds, by what is known now (R16)."""

from collections.abc import Iterator

from claims.instants import Instant
from claims.paths import Path, parent_ends

__all__ = ["holds_until"]


def holds_until(path: Path) -> Instant | None:
    """The first instant after the question's at which something ends `path`, a path that stands; None if nothing.

    What would improve or replace the answer does not count.
    """
    at = path.question.at
    return min((end for end in _ends(path) if end is not None and end > at), default=None)


def _ends(path: Path) -> Iterator[Instant | None]:
    facts, question = path.facts, path.question
    for place, link in enumerate(path.links):
        yield link.until
        yield link.revoked_at
        for start, _ in link.suspended:
            yield start
        yield parent_ends(link, path.parties[place], path)
    for place, party in enumerate(path.parties):
        if place > 0 or not path.may_outlive:
            yield party.ceased_at
        for restriction in facts.restrictions(party.id):
            if restriction.starts > question.at and restriction.services.covers(question.service):
                around = path.links[max(place - 1, 0) : place + 1]
                if any(restriction.takes_out(link) for link in around):
                    yield restriction.starts
    if question.authenticator is not None:
        for party in path.parties[:-1]:
            for block in facts.blocks(party.id, question.acting):
                if block.authenticator == question.authenticator:
                    yield block.starts
