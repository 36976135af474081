"""Which paths there might be, between an acting person and one party or all: found here, judged elsewhere.

Power is looked for from its two ends. From the acting person the *bridges* are walked (links that may follow
the first one: few, and none of them is a client); from the represented party the first link is looked up, or
streamed in the order of R18. An intermediary's clients are never expanded to check one of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from claims.mandates import Mandate
from claims.paths import LONGEST
from claims.question import Question
from claims.register.facts import StoredFacts
from claims.register.many import ManyStatement
from claims.register.records import list_of
from claims.relations import Link
from keys.storage import Connected, Statement

__all__ = [
    "MOST_ENDINGS",
    "Ending",
    "WalkedFacts",
    "endings",
    "ends_by_head",
    "joined",
    "lengthened",
    "links_between",
    "links_to",
    "may_precede",
    "paths_from",
]

_UNLIMITED: Final = 2**31
# No honest register comes near: a director of ten thousand companies has ten thousand and one. A few dozen
# companies that all act for each other have millions; then the longest paths are left out, and nobody waits.
MOST_ENDINGS: Final = 100_000
_A_WALK: Final = 256  # bridges that are read from the acting person before the other end is tried

# Left to itself, PostgreSQL enters by what it thinks is rare: every link of one party, passing over those of others,
# eleven thousand for a bank and a hundred thousand for an office; or everything that holds something. So each id of a
# list is looked up by itself, and OFFSET keeps the planner from putting the two together again.
_EACH: Final = "(SELECT DISTINCT unnest(ARRAY[:ids]) AS id) AS one"
# The link comes along: a statement of its own costs more than the body, which is wanted nearly always.
_BRIDGE: Final = (
    "SELECT representative, represented, link, (SELECT body FROM register_links WHERE id = link) AS body"
    " FROM register_bridges WHERE representative {} AND holds = 1"
    " AND starts <= :at AND ends > :at AND assurance >= :assurance"
)
_BRIDGES = ManyStatement(
    _BRIDGE.format("IN (:ids)") + " LIMIT :most",
    postgresql=f"SELECT bridge.* FROM {_EACH},"  # noqa: S608 - ours alone, as below
    f" LATERAL ({_BRIDGE.format('= one.id')} OFFSET 0) AS bridge LIMIT :most",
)
_BRIDGES_UP = Statement(
    "SELECT representative, link FROM register_bridges"
    " WHERE represented = :represented AND holds = 1 AND to_organisation = 1"
    " AND starts <= :at AND ends > :at AND assurance >= :assurance"
)
_LAST_BRIDGE = Statement(
    "SELECT representative, link FROM register_bridges"
    " WHERE represented = :represented AND holds = 1 AND to_organisation = 0 AND representative = :representative"
    " AND starts <= :at AND ends > :at AND assurance >= :assurance"
)
_LINKS: Final = "SELECT id, body FROM register_links WHERE represented {} AND representative {}"
_EACH_LINK: Final = f"SELECT link.* FROM {_EACH}, LATERAL ({_LINKS} OFFSET 0) AS link"  # noqa: S608
_BETWEEN = ManyStatement(
    _LINKS.format("= :represented", "IN (:ids)"), postgresql=_EACH_LINK.format("= :represented", "= one.id")
)
_TO = ManyStatement(
    _LINKS.format("IN (:ids)", "= :head"), postgresql=_EACH_LINK.format("= one.id", "= :head")
)
_HELD_BY: Final = "SELECT party FROM register_clients WHERE party {} AND list = :list"
_HELD = ManyStatement(
    _HELD_BY.format("IN (:ids)"),
    postgresql=f"SELECT client.* FROM {_EACH}, LATERAL ({_HELD_BY.format('= one.id')} OFFSET 0) AS client",  # noqa: S608
)
_GIVEN = Statement("SELECT id, body FROM register_links WHERE represented = :represented LIMIT :most")


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a path: every link but the first, from the organisation `head` to the acting person.

    Without links, `head` is the acting person. `lists` names the lists of which one must hold the represented
    party, where one of these links serves listed clients; None where nothing is known to stand in the way.
    """

    head: str
    links: tuple[Link, ...]
    parties: frozenset[str]
    lists: tuple[str, ...] | None
    passed_on: int  # mandates among these links that lead to an organisation (R8)


def endings(
    db: Connected, facts: StoredFacts, question: Question, *, most: int | None = None
) -> list[Ending] | None:
    """Every ending for the question, the empty one first; None when more than `most` bridges were met.

    Bridges from whom nobody gave anything are not walked: of a director's thousands of companies few are left.
    """
    frontier = [Ending(question.acting, (), frozenset({question.acting}), None, 0)]
    found = list(frontier)
    read = 0
    bound = _bound(question)
    for _ in range(LONGEST - 1):
        by_head = ends_by_head(frontier)
        limit = _UNLIMITED if most is None else most - read + 1
        rows = _BRIDGES.rows(db, list(by_head), {**bound, "most": limit})
        read += len(rows)
        if most is not None and read > most:
            return None
        if len(found) + sum(len(by_head[row[0]]) for row in rows) > MOST_ENDINGS:
            break
        frontier = []
        for representative, represented, id, body in rows:
            if body is None:
                continue
            link = facts.keep_link(id, body)
            if link.services.covers(question.service):
                frontier += [
                    lengthened(link, ending)
                    for ending in by_head[representative]
                    if represented not in ending.parties and may_precede(link, ending)
                ]
        found += frontier
        if not frontier:
            break
    return found


def paths_from(
    db: Connected, facts: StoredFacts, question: Question, represented: str
) -> list[tuple[Link, ...]]:
    """Every path that might let the acting person represent this one party."""
    found = endings(db, facts, question, most=_A_WALK)
    if found is None:
        upwards = _upwards(db, facts, question, represented)
        if upwards is not None:
            return upwards
        found = endings(db, facts, question) or []
    by_head = ends_by_head(found)
    firsts = links_between(db, facts, represented, list(by_head))
    return joined(firsts, by_head)


class WalkedFacts(StoredFacts):
    """Facts that learn for many parties at once which of them the lists along some endings hold."""

    __slots__ = ("_groups",)

    def __init__(self, db: Connected) -> None:
        super().__init__(db)
        self._groups: list[str] = []

    def walked(self, ends: Iterable[Ending]) -> None:
        """Take the lists of these endings for those that will be asked about."""
        links = {link.id: link for ending in ends if ending.lists is not None for link in ending.links}
        self._groups = sorted(
            {group for link in links.values() if isinstance(link, Mandate) for group in link.clients.groups}
        )

    def fetch_members(self, parties: Sequence[str]) -> None:
        """Read which of these parties each list holds; many lists are left to be asked one by one."""
        if not parties or len(self._groups) > len(parties):
            return
        for group in self._groups:
            held = {party for (party,) in _HELD.rows(self._db, parties, {"list": list_of(group)})}
            self._members.update(((group, party), party in held) for party in parties)


def ends_by_head(ends: Iterable[Ending]) -> dict[str, list[Ending]]:
    """The endings by the party that they start from."""
    found: dict[str, list[Ending]] = {}
    for ending in ends:
        found.setdefault(ending.head, []).append(ending)
    return found


def joined(firsts: Iterable[Link], by_head: Mapping[str, Sequence[Ending]]) -> list[tuple[Link, ...]]:
    """The paths that these first links make with the endings; no party twice (R2)."""
    return [
        (first, *ending.links)
        for first in firsts
        for ending in by_head.get(first.representative, ())
        if first.represented not in ending.parties
    ]


def links_between(db: Connected, facts: StoredFacts, represented: str, heads: Sequence[str]) -> list[Link]:
    """The links from this party to one of `heads`."""
    rows = _BETWEEN.rows(db, heads, {"represented": represented})
    return [facts.keep_link(id, body) for id, body in rows]


def links_to(
    db: Connected, facts: StoredFacts, parties: Sequence[str], heads: Sequence[str]
) -> dict[str, list[Link]]:
    """The links from each of `parties` to one of `heads`; a party without them is left out."""
    found: dict[str, list[Link]] = {}
    if len(heads) > len(parties):
        for party in parties:
            found[party] = links_between(db, facts, party, heads)
        return found
    for head in heads:
        for id, body in _TO.rows(db, parties, {"head": head}):
            link = facts.keep_link(id, body)
            found.setdefault(link.represented, []).append(link)
    return found


def _upwards(
    db: Connected, facts: StoredFacts, question: Question, represented: str
) -> list[tuple[Link, ...]] | None:
    """The same paths walked from the represented party; None when too many links start there."""
    rows = db.all(_GIVEN, {"represented": represented, "most": _A_WALK + 1})
    if len(rows) > _A_WALK:
        return None
    found: list[tuple[Link, ...]] = []
    frontier: list[tuple[Link, ...]] = []
    for link_id, body in rows:
        link = facts.keep_link(link_id, body)
        if link.services.covers(question.service):
            (found if link.representative == question.acting else frontier).append((link,))
    bound = _bound(question)
    read = 0
    for _ in range(LONGEST - 1):
        reached: list[tuple[tuple[Link, ...], str]] = []
        for path in frontier:
            seen = {represented} | {link.representative for link in path}
            values = {**bound, "represented": path[-1].representative}
            last = db.all(_LAST_BRIDGE, {**values, "representative": question.acting})
            onwards = db.all(_BRIDGES_UP, values)
            read += len(last) + len(onwards)
            if read > _A_WALK * 4:
                return None
            reached += [(path, link) for party, link in (*last, *onwards) if party not in seen]
        facts.fetch_links([link for _, link in reached])
        frontier = []
        for path, link_id in reached:
            step = facts.link(link_id)
            if step is not None and step.services.covers(question.service):
                (found if step.representative == question.acting else frontier).append((*path, step))
        if not frontier:
            break
    return found


def _bound(question: Question) -> dict[str, int]:
    return {"at": question.at, "assurance": int(question.required)}


def may_precede(link: Link, ending: Ending) -> bool:
    """Whether the link may be passed on as often as it would be here (R8): it keeps a dense web from exploding."""
    return not isinstance(link, Mandate) or ending.passed_on <= link.further_intermediaries


def lengthened(link: Link, ending: Ending) -> Ending:
    """The ending with `link` before it."""
    leads_to_organisation = bool(ending.links)  # what starts a bridge is an organisation
    return Ending(
        link.represented,
        (link, *ending.links),
        ending.parties | {link.represented},
        ending.lists or _lists(link),
        ending.passed_on + int(link.is_mandate and leads_to_organisation),
    )


def _lists(link: Link) -> tuple[str, ...] | None:
    if not isinstance(link, Mandate) or link.clients.everyone:
        return None
    return ("m:" + link.id, *(list_of(group) for group in link.clients.groups))
