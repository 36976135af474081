"""The questions that the register answers: whom may this person represent, may they still, and is it for themself?

Tables find, the judge decides (`claims.resolution`). `stands` is on the way of every request that carries a
token: two statements for a direct mandate, and no walk.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from claims.instants import Instant
from claims.limits import order_text
from claims.mandates import revoked_by_a_clock_ahead
from claims.parties import Party, searchable
from claims.question import Question
from claims.refusals import Rule
from claims.register.client_references import known_by
from claims.register.deriving import order_name
from claims.register.facts import StoredFacts
from claims.register.finding import Ending, WalkedFacts, endings, ends_by_head, joined, links_to, paths_from
from claims.register.listing import Met, met_in_order, pattern
from claims.register.lookup import by_number
from claims.register.personal import Vault
from claims.relations import Link
from claims.representation import Representation
from claims.resolution import (
    Broken,
    OwnAnswer,
    Resolution,
    best_per_capacity,
    for_oneself,
    in_order,
    judge,
)
from keys.storage import Connected

__all__ = ["ChoicePage", "check", "choices", "own", "resolve", "stands"]

_GONE: Final = Broken(((Rule.NOT_A_PATH, None),))
_TOGETHER: Final = 64  # parties whose records are fetched at once
_FEW_HEADS: Final = 256  # organisations among whose own references is searched


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """A page of answers in the order of R18, the parties that they name, and what asks for the next page."""

    representations: tuple[Representation, ...]
    parties: dict[str, Party]
    next: str | None


def stands(
    db: Connected,
    question: Question,
    *,
    represented: str,
    branch: str | None,
    path: tuple[str, ...],
    facts: StoredFacts | None = None,
) -> Representation | Broken:
    """Whether *that path* still stands, and what it allows now (claims.md 4, "The re-check").

    `question.at` is now: what another server revoked is revoked, also where its clock is ahead of ours
    (`docs/decisions/0069-clocks-that-differ.md`). Another path never takes its place. The answer may still say `step_up` or `other_means`: see `permits`. Who
    needs the parties of the path besides brings the `facts`, and finds them there.
    """
    facts = StoredFacts(db) if facts is None else facts
    facts.fetch_links(path)
    links = [link for id in path if (link := facts.link(id)) is not None]
    if not links or len(links) != len(path) or links[0].represented != represented:
        return _GONE
    for number, link in enumerate(links, 1):
        if link.revoked_at is not None and _is_revoked_elsewhere(link, question.at):
            return Broken(((Rule.R3, number),))
    facts.fetch_parties([link.represented for link in links] + [question.acting])
    answer = judge(links, facts, question)
    if isinstance(answer, Representation) and answer.branch != branch:
        return _GONE
    return answer


def _is_revoked_elsewhere(link: Link, now: Instant) -> bool:
    return revoked_by_a_clock_ahead(link.revoked_at, link.recorded_at, now)


def own(db: Connected, question: Question) -> OwnAnswer:
    """Whether the acting person may act for themself (R17)."""
    return for_oneself(StoredFacts(db), question)


def check(db: Connected, question: Question, represented: str) -> list[Representation]:
    """How the acting person may represent this one party, now: the best path per capacity (R15)."""
    facts = StoredFacts(db)
    if paths := paths_from(db, facts, question, represented):
        between = {link.represented for path in paths for link in path}
        facts.fetch_parties([question.acting, *sorted(between)])
    return _best(
        facts,
        question,
        [path for path in paths if not any(_is_revoked_elsewhere(one, question.at) for one in path)],
    )


def resolve(db: Connected, question: Question) -> Resolution:
    """The whole answer: for oneself, and every party that may be represented (R1 to R23)."""
    facts = WalkedFacts(db)
    ends = endings(db, facts, question) or []
    met = met_in_order(db, question, ends, start=None, like=None)
    found = [one for answers in _answered(db, facts, question, ends, met) for one in answers]
    return Resolution(for_oneself(facts, question), tuple(found))


def choices(
    db: Connected,
    question: Question,
    *,
    after: str | None = None,
    search: str | None = None,
    limit: int = 50,
    vault: Vault | None = None,
) -> ChoicePage:
    """A page of the answers, from `after` (the `next` of the page before) on.

    `search` is part of a name, trade name or place, spaces and all, or a whole number where a vault is given (R18); or
    by what one of the organisations knows it as whose person the acting one is. A page
    costs as much as its own length, whatever number of clients stands behind it.
    """
    facts = WalkedFacts(db)
    ends = endings(db, facts, question) or []
    last = None if after is None else _read_cursor(facts, after)
    named = []
    if vault is not None and search:
        numbered = by_number(db, vault, search.strip())
        heads = {ending.head for ending in ends} - {question.acting}
        if len(heads) <= _FEW_HEADS:
            numbered += known_by(db, vault, heads, search)
        facts.fetch_parties(numbered)
        named = [(order_name(party), id) for id in numbered if (party := facts.party(id)) is not None]
    start = None
    if last is not None:
        start = (last[0], last[1])
        named.append(start)
    like = pattern(searchable(search)) if search else None
    met = met_in_order(db, question, ends, start=start, like=like, named=named)
    answers = (one for group in _answered(db, facts, question, ends, met) for one in group)
    if last is not None:
        answers = (one for one in answers if _place(facts, one) > last)
    page = list(islice(answers, limit + 1))
    shown = tuple(page[:limit])
    ids = {id for one in shown for link in one.links for id in (link.represented, link.representative)}
    parties = {id: party for id in ids if (party := facts.party(id)) is not None}
    return ChoicePage(shown, parties, _cursor(shown[-1]) if len(page) > limit else None)


Place = tuple[str, str, str, str, str]  # of an answer in the order of R18


def _answered(
    db: Connected, facts: WalkedFacts, question: Question, ends: Sequence[Ending], met: Iterator[Met]
) -> Iterator[list[Representation]]:
    """The answers for each party that was met, judged; records are fetched for many parties at once."""
    by_head = ends_by_head(ends)
    heads = list(by_head)
    facts.walked(ends)
    while together := list(islice(met, _TOGETHER)):
        facts.fetch_links(link for one in together for link in one.links)
        facts.fetch_parties(one.party for one in together)
        facts.fetch_members([one.party for one in together])
        looked_up = links_to(db, facts, [one.party for one in together if one.look_up], heads)
        for one in together:
            firsts: dict[str, Link] = {}
            for id in one.links:
                if (link := facts.link(id)) is not None:
                    firsts[id] = link
            if one.look_up:
                firsts |= {link.id: link for link in looked_up.get(one.party, ())}
            if answers := _best(facts, question, joined(firsts.values(), by_head)):
                yield answers


def _best(facts: StoredFacts, question: Question, paths: list[tuple[Link, ...]]) -> list[Representation]:
    judged = (judge(path, facts, question) for path in paths)
    standing = [answer for answer in judged if isinstance(answer, Representation)]
    if len(standing) < 2:
        return standing
    return in_order(best_per_capacity(standing), facts)


def _place(facts: StoredFacts, answer: Representation) -> Place:
    party = facts.party(answer.represented)
    name = "" if party is None else order_name(party)
    return (name, answer.represented, answer.branch or "", answer.through or "", order_text(answer.limits))


def _cursor(answer: Representation) -> str:
    """Where a page ended, without a name: it may stand in a form."""
    told = json.dumps(
        [answer.represented, answer.branch or "", answer.through or "", order_text(answer.limits)]
    )
    return base64.urlsafe_b64encode(told.encode()).decode()


def _read_cursor(facts: StoredFacts, cursor: str) -> Place | None:
    """Where the page before ended; None, which begins anew, for what is no cursor of ours."""
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError):
        return None
    match told:
        case [str(id), str(branch), str(through), str(limits)] if (party := facts.party(id)) is not None:
            return (order_name(party), id, branch, through, limits)
    return None
