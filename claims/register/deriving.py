"""The rows that only find: candidates, bridges and listed clients, derived from the facts.

A link gets a row per interval in which it is in force by its own period, suspensions and revocation (R3), so
that a look-up at an instant is one range. What else might take a link out is the judge's.
"""

from collections.abc import Iterator
from typing import Final

from claims.catalogue import Coverage
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party, PartyKind, folded, searchable
from claims.relations import Basis, Link

__all__ = ["FOREVER", "bridge_rows", "candidate_rows", "intervals", "order_name", "search_text"]

FOREVER: Final = 2**62
_LONGEST_NAME: Final = 400  # signs; an entry of PostgreSQL's indexes holds 2,700 bytes
Rows = Iterator[dict[str, object]]


def order_name(party: Party) -> str:
    """By which the party is put in order (R18): as much of its folded name as an index can hold."""
    return folded(party.name)[:_LONGEST_NAME]


def search_text(party: Party) -> str:
    """In which the party is searched for: name, trade names and place, a line each (R18)."""
    return "\n".join(searchable(text) for text in (party.name, *party.trade_names, party.place) if text)


def intervals(link: Link) -> list[tuple[Instant, Instant]]:
    """When the link is in force by its own dates, `[from, until)` each, in order, none empty."""
    end = FOREVER if link.until is None else link.until
    if link.revoked_at is not None:
        end = min(end, link.revoked_at)
    found: list[tuple[Instant, Instant]] = []
    at = link.starts
    for start, until in sorted(
        (start, FOREVER if until is None else until) for start, until in link.suspended
    ):
        if at < min(start, end):
            found.append((at, min(start, end)))
        at = max(at, until)
    if at < end:
        found.append((at, end))
    return found


def candidate_rows(link: Link, represented: Party) -> Rows:
    """The rows of a link that may be the first of a path: for its party's own affairs, not joint (R9, R10)."""
    if isinstance(link, Mandate):
        if not link.own_affairs:
            return
    elif link.basis is Basis.JOINT_SIGNATORY:
        return
    for start, end in intervals(link):
        for scope in _scopes(link.services):
            yield {
                "representative": link.representative,
                "scope": scope,
                "name": order_name(represented),
                "represented": link.represented,
                "link": link.id,
                "starts": start,
                "ends": end,
                "assurance": int(link.assurance),
                "kind": represented.kind.value,
                "search": search_text(represented),
            }


def bridge_rows(link: Link, represented: Party, representative: Party, *, holds: bool) -> Rows:
    """The rows of a link that may follow another: it serves clients, or binds alone (R9), and has no branch (R12).

    What it starts from stands between represented party and acting person: an organisation (R1). `holds` says
    whether any link leads there, since nothing can be followed by this one otherwise.
    """
    if represented.kind is PartyKind.PERSON or link.branch is not None:
        return
    if isinstance(link, Mandate):
        serves = link.clients.everyone or bool(link.clients.parties or link.clients.groups)
    else:
        serves = link.binds_alone
    if not serves:
        return
    for start, end in intervals(link):
        yield {
            "representative": link.representative,
            "represented": link.represented,
            "link": link.id,
            "starts": start,
            "ends": end,
            "assurance": int(link.assurance),
            "to_organisation": int(representative.kind is PartyKind.ORGANISATION),
            "holds": int(holds),
        }


def _scopes(services: Coverage) -> list[str]:
    if services.everything:
        return ["*"]
    if services.set is not None:
        return ["t:" + services.set]
    if services.provider is not None:
        return ["p:" + services.provider]
    return ["s:" + service for service in sorted(services.listed)]
