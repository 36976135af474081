"""Who cannot be chosen now although there is a mandate, or was one a short while ago, and why.

Never more than the person knows already: parties that gave them, or an organisation as whose person they act,
a mandate; and where their own mandate lists clients, only those. Never the cause behind an end: death, a court
and a quarrel read the same (`docs/mandates.md`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from authz_server.login.candidates import Asked, offerable
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits, together
from claims.mandates import Mandate
from claims.question import Question
from claims.refusals import Rule
from claims.register import overview, resolving
from claims.register.facts import StoredFacts
from claims.register.finding import Ending, endings, ends_by_head
from claims.register.listing import met_in_order
from claims.relations import Link
from claims.resolution import broken_rules
from keys.storage import Connected

__all__ = ["Absent", "AbsentPage", "Why", "absent", "bound_but_unable"]

_REMEMBERED: Final = 90 * 86400  # seconds that an ended mandate is still told of
_PAGE: Final = 25
_LOOK_AT_MOST: Final = 500  # mandates that one page looks at


class Why(StrEnum):
    """Why a party cannot be chosen; the codes are stable. In the order in which one is told before another."""

    WEAK = "weak"
    FEWER_ACTIONS = "fewer_actions"
    LIMITED = "limited"
    OTHER_DAY = "other_day"
    LATER = "later"
    PAUSED = "paused"
    ENDED = "ended"
    OTHER_SERVICE = "other_service"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class Absent:
    """A party that cannot be chosen. `on` is when it ended or begins; `ask` whom to ask, None where that is no use.

    `limits` are those of the mandate, where they stand in the way.
    """

    party: str
    why: Why
    ask: str | None
    on: Instant | None = None
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class AbsentPage:
    """Some of them; `next` asks for the page after it, None at the end."""

    absent: tuple[Absent, ...]
    next: str | None


def absent(db: Connected, asked: Asked, *, after: str | None = None) -> AbsentPage:
    """Who cannot be chosen, from `after` (the `next` of the page before) on."""
    facts = StoredFacts(db)
    by_head = ends_by_head(endings(db, facts, asked.question) or [])
    found: dict[str, Absent] = {}
    can: dict[str, bool] = {}
    looked = 0
    place: str | None = None
    for head, mandate in _mandates(db, list(by_head), _read(after)):
        if len(found) >= _PAGE or looked >= _LOOK_AT_MOST:
            return AbsentPage(tuple(found.values()), place)
        looked += 1
        place = json.dumps([head, mandate.id])
        one = _why(facts, asked, mandate, by_head[head])
        if one is None:
            continue
        if one.party not in can:
            answers = resolving.check(db, asked.question, one.party)
            can[one.party] = any(offerable(answer, asked.client) for answer in answers)
        before = found.get(one.party)
        if not can[one.party] and (before is None or _rank(one) < _rank(before)):
            found[one.party] = one
    return AbsentPage(tuple(found.values()), None)


def bound_but_unable(db: Connected, question: Question) -> Iterator[Absent]:
    """For whom the person acts by law, and cannot now, since that party ceased or is restricted; never which of them."""
    facts = StoredFacts(db)
    themselves = Ending(question.acting, (), frozenset({question.acting}), None, 0)
    met = met_in_order(db, question, [themselves], start=None, like=None)
    for one in islice(met, _LOOK_AT_MOST):
        facts.fetch_links(one.links)
        links = [link for id in one.links if (link := facts.link(id)) is not None and not link.is_mandate]
        broken = [{rule for rule, _ in broken_rules((link,), facts, question)} for link in links]
        if broken and all(rules & {Rule.R4, Rule.R19} for rules in broken):
            yield Absent(one.party, Why.NOT_NOW, None)


def _mandates(
    db: Connected, heads: list[str], after: tuple[str, str] | None
) -> Iterator[tuple[str, Mandate]]:
    """The mandates given to each head in turn, from the place on where a page ended."""
    begun = after is None or after[0] not in heads
    for head in heads:
        place = None
        if not begun and after is not None:
            if head != after[0]:
                continue
            begun, place = True, after[1]
        while True:
            page = overview.received(db, head, after=place, limit=100)
            for mandate in page.mandates:
                yield head, mandate
            if page.next is None:
                break
            place = page.next


def _why(facts: StoredFacts, asked: Asked, mandate: Mandate, ends: list[Ending]) -> Absent | None:
    """Why the paths that begin with this mandate do not stand, or cannot be told to this client; None where one can.

    None too where nothing is to be told.
    """
    question = asked.question
    told: list[Absent] = []
    for ending in ends:
        broken = broken_rules((mandate, *ending.links), facts, question)
        if not broken:
            limits = together([link.limits for link in (mandate, *ending.links)]) or NO_LIMITS
            if asked.client.heeds(None, limits):
                return None
            told.append(Absent(mandate.represented, Why.LIMITED, mandate.represented, limits=limits))
            continue
        rules = {rule for rule, _ in broken}
        if Rule.R2 in rules or (Rule.R9 in rules and (ending.links or mandate.in_force(question.at))):
            continue  # not one of the clients that this person works for
        one = _told(facts, question, mandate, ending, rules)
        if one is not None:
            told.append(one)
    return min(told, key=_rank, default=None)


def _told(
    facts: StoredFacts, question: Question, mandate: Mandate, ending: Ending, rules: set[Rule]
) -> Absent | None:
    party, at = mandate.represented, question.at
    over = [end for end in (mandate.revoked_at, mandate.until) if end is not None and end <= at]
    if over:
        return _ended(party, min(over), at, ask=party)
    if Rule.R4 in rules or Rule.R19 in rules:
        since = _stopped_since(facts, question, party)
        return Absent(party, Why.NOT_NOW, None) if since is None else _ended(party, since, at, ask=None)
    if Rule.R5 in rules:
        return Absent(party, Why.OTHER_SERVICE, party)
    if mandate.starts > at:
        return Absent(party, Why.LATER, party, mandate.starts)
    if Rule.R3 in rules:
        return Absent(party, Why.PAUSED, party)
    if Rule.R14 in rules:
        weak = [link for link in (mandate, *ending.links) if link.assurance < question.required]
        return Absent(party, Why.WEAK, weak[0].represented)
    if Rule.R6 in rules:
        wanted = set(question.actions)
        short = [link for link in (mandate, *ending.links) if not wanted <= _allowed(link, question)]
        return Absent(party, Why.FEWER_ACTIONS, short[0].represented if short else party)
    links = (mandate, *ending.links)
    limited = next((link for link in links if link.limits.kinds), mandate)
    if rules & {Rule.R20, Rule.R21}:
        return Absent(party, Why.LIMITED, limited.represented, limits=limited.limits)
    if Rule.R22 in rules:
        days = next((link.limits for link in links if link.limits.days is not None), NO_LIMITS)
        return Absent(party, Why.OTHER_DAY, party, limits=Limits(days=days.days))
    return Absent(party, Why.NOT_NOW, None)


def _ended(party: str, since: Instant, at: Instant, *, ask: str | None) -> Absent | None:
    return Absent(party, Why.ENDED, ask, since) if since > at - _REMEMBERED else None


def _stopped_since(facts: StoredFacts, question: Question, party_id: str) -> Instant | None:
    """Since when a party's death or a restriction stands in the way, where it is theirs."""
    party = facts.party(party_id)
    since = [party.ceased_at] if party is not None and party.ceased_at is not None else []
    since += [
        restriction.starts
        for restriction in facts.restrictions(party_id)
        if restriction.in_force(question.at)
    ]
    return min((instant for instant in since if instant <= question.at), default=None)


def _allowed(link: Link, question: Question) -> set[str]:
    actions = link.actions
    return set(question.service.actions if actions is None else actions)


def _rank(one: Absent) -> int:
    return list(Why).index(one.why)


def _read(after: str | None) -> tuple[str, str] | None:
    if after is None:
        return None
    head, mandate = json.loads(after)  # sealed by us
    return str(head), str(mandate)
