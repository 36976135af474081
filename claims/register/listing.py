"""Whom a person may represent, party by party in the order of R18: streams that are merged as they are read.

A stream is one range of an index: the candidates of a head within one scope, or the parties of one list. Each
is read in chunks and only as far as the page needs. What comes out is not judged yet.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Final

from claims.question import Question
from claims.register.finding import Ending
from claims.register.many import LARGEST, ManyStatement
from keys.storage import Connected, Row, Statement

__all__ = ["Met", "met_in_order", "pattern"]

_FIRST_CHUNK: Final = 80  # more than a page is judged at once, so that a page mostly needs no second one
_LARGEST_CHUNK: Final = 640
_FEW_HEADS: Final = 32

_WHAT = "SELECT name, represented, link FROM register_candidates WHERE representative"
_RANGE = (
    "AND (name, represented, link) > (:name, :party, :link)"
    " AND starts <= :at AND ends > :at AND assurance >= :assurance AND kind IN (:kind, :other_kind)"
)
_ORDER = "ORDER BY name, represented, link LIMIT :most"
# The text comes before all else that is asked of a row: it leaves out most of them, and both ask in this order. A LIKE
# of PostgreSQL that names its sign of escape would read the pattern anew for each row; the backslash is its own.
_SEARCHED = "AND search LIKE :pattern"
_ESCAPED = f"{_SEARCHED} ESCAPE '\\'"
_CANDIDATES = Statement(f"{_WHAT} = :head AND scope = :scope {_RANGE} {_ORDER}")
# PostgreSQL reads rows in the order of a primary key each from another place, and thrice as slowly; so a search passes
# once over all that the head has (`tables.SEARCHED`), and what was found is sorted.
_CANDIDATES_SEARCHED = ManyStatement(
    f"{_WHAT} = :head {_ESCAPED} AND scope IN (:ids) {_RANGE} {_ORDER}",
    postgresql=f"{_WHAT} || '' = :head {_SEARCHED} AND scope IN (:ids) {_RANGE} {_ORDER}",
)
_CANDIDATES_OF_MANY = ManyStatement(f"{_WHAT} IN (:ids) AND scope = :scope {_RANGE} {_ORDER}")
_CANDIDATES_OF_MANY_SEARCHED = ManyStatement(
    f"{_WHAT} IN (:ids) {_ESCAPED} AND scope = :scope {_RANGE} {_ORDER}",
    postgresql=f"{_WHAT} IN (:ids) {_SEARCHED} AND scope = :scope {_RANGE} {_ORDER}",
)
_LISTING = "SELECT name, party, '' FROM register_clients WHERE list = :list"
_FURTHER = "AND (name, party) > (:name, :party) ORDER BY name, party LIMIT :most"
_LISTED = Statement(f"{_LISTING} {_FURTHER}")
_LISTED_SEARCHED = Statement(
    f"{_LISTING} {_ESCAPED} {_FURTHER}", postgresql=f"{_LISTING} {_SEARCHED} {_FURTHER}"
)


@dataclass(frozen=True, slots=True)
class Met:
    """One party that was met, with the links that may be the first of a path.

    `look_up` is true where it was met in a list (or named), so that its links are still to be looked up.
    """

    name: str  # folded
    party: str
    links: tuple[str, ...]
    look_up: bool


def met_in_order(
    db: Connected,
    question: Question,
    ends: Sequence[Ending],
    *,
    start: tuple[str, str] | None,
    like: str | None,
    named: Iterable[tuple[str, str]] = (),
) -> Iterator[Met]:
    """Every party that some stream holds, by folded name and id, from `start` (name and id) on, itself included.

    `like` keeps parties whose searchable text matches; `named` adds parties (name and id) whatever it says.
    """
    heads = {ending.head for ending in ends if ending.lists is None}
    lists = {
        one
        for ending in ends
        if ending.lists is not None and ending.head not in heads
        for one in ending.lists
    }
    scopes = [(scope,) for scope in _scopes(question)]
    once = [_scopes(question)] if like is not None and db.dialect == "postgresql" else scopes
    streams = [
        _candidates(db, question, piece, some, start, like)
        for piece in _pieces(sorted(heads))
        for some in (once if len(piece) == 1 else scopes)
    ]
    streams += [_listed(db, one, start, like) for one in sorted(lists)]
    least = ("", "") if start is None else start
    streams.append(iter(sorted((name, party, "") for name, party in named if (name, party) >= least)))
    for (name, party), rows in groupby(merge(*streams), key=lambda row: (row[0], row[1])):
        links = [link for _, _, link in rows]
        yield Met(name, party, tuple(dict.fromkeys(link for link in links if link)), "" in links)


def pattern(folded: str) -> str:
    """The LIKE pattern (with a backslash to escape) that finds `folded` anywhere in a text."""
    escaped = folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _candidates(
    db: Connected,
    question: Question,
    heads: Sequence[str],
    scopes: Sequence[str],
    start: tuple[str, str] | None,
    like: str | None,
) -> Iterator[Row]:
    kinds = sorted(question.service.represented_kinds)
    bound: dict[str, object] = {
        "scope": scopes[0],
        "at": question.at,
        "assurance": int(question.required),
        "kind": kinds[0],
        "other_kind": kinds[-1],
    }
    if like is not None:
        bound["pattern"] = like
    name, party = ("", "") if start is None else start
    link = ""
    most = _FIRST_CHUNK
    while True:
        values = {**bound, "name": name, "party": party, "link": link, "most": most}
        if len(heads) == 1:
            values["head"] = heads[0]
            rows = (
                db.all(_CANDIDATES, values) if like is None else _CANDIDATES_SEARCHED.rows(db, scopes, values)
            )
        else:
            many = _CANDIDATES_OF_MANY if like is None else _CANDIDATES_OF_MANY_SEARCHED
            rows = many.rows(db, heads, values)
        yield from rows
        if len(rows) < most:
            return
        name, party, link = rows[-1]
        most = min(most * 2, _LARGEST_CHUNK)


def _listed(db: Connected, one: str, start: tuple[str, str] | None, like: str | None) -> Iterator[Row]:
    bound: dict[str, object] = {"list": one}
    if like is not None:
        bound["pattern"] = like
    name, party = ("", "") if start is None else start
    most = _FIRST_CHUNK
    while True:
        values = {**bound, "name": name, "party": party, "most": most}
        rows = db.all(_LISTED if like is None else _LISTED_SEARCHED, values)
        yield from rows
        if len(rows) < most:
            return
        name, party, _ = rows[-1]
        most = min(most * 2, _LARGEST_CHUNK)


def _scopes(question: Question) -> tuple[str, ...]:
    service = question.service
    return ("s:" + service.id, "p:" + service.provider, *(f"t:{one}" for one in sorted(service.sets)), "*")


def _pieces(heads: Sequence[str]) -> list[Sequence[str]]:
    """One stream a head while they are few; else heads together, so that no page begins with 30,000 look-ups."""
    size = 1 if len(heads) <= _FEW_HEADS else LARGEST
    return [heads[n : n + size] for n in range(0, len(heads), size)]
