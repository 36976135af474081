"""Until when an answer holds, by what is known now (R16)."""

from claims.instants import Instant
from claims.paths import Path, parent_ends

__all__ = ["holds_until"]


def holds_until(path: Path) -> Instant | None:
    """The first instant after the question's at which something ends `path`, a path that stands; None if nothing.

    What would improve or replace the answer does not count.
    """
    at = path.question.at
    return min([end for end in _ends(path) if end > at], default=None)


def _ends(path: Path) -> list[Instant]:
    """Every instant, past ones too, at which a link, a party, a restriction or a block could end the path."""
    question, facts = path.question, path.facts
    ends: list[Instant | None] = []
    for link, represented in zip(path.links, path.parties, strict=False):
        ends += (link.until, link.revoked_at, parent_ends(link, represented, path))
        ends += [start for start, _ in link.suspended]
    for place, party in enumerate(path.parties):
        if party.ceased_at is not None and not (place == 0 and path.may_outlive):
            ends.append(party.ceased_at)
        for restriction in facts.restrictions(party.id):
            around = path.links[max(place - 1, 0) : place + 1]
            if restriction.services.covers(path.service) and any(map(restriction.takes_out, around)):
                ends.append(restriction.starts)
    if question.authenticator is not None:
        for party in path.organisations:
            blocks = facts.blocks(party.id, question.acting)
            ends += [block.starts for block in blocks if block.authenticator == question.authenticator]
    if path.narrowed and path.limits is not None and path.limits.days is not None:
        ends.append(path.limits.days.end_after(question.at))
    return [end for end in ends if end is not None]
