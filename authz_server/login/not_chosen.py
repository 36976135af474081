"""Why somebody cannot be chosen now and what to do about it, in words; and why there is nobody at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from flask import url_for

from authz_server.context import Context
from authz_server.i18n import day, gettext
from authz_server.limit_words import or_none
from authz_server.login.absent import Absent, Why, absent, bound_but_unable
from authz_server.login.candidates import Asked, with_numbers
from authz_server.login.lines import dot_behind, in_words, marks_of
from claims.instants import birthday
from claims.parties import Party
from claims.register import managing
from claims.register.facts import StoredFacts
from claims.relations import Basis
from keys.storage import Connected

__all__ = ["Told", "absent_lines", "reasons_for_nobody"]

_SHOWN_AT_ONCE = 5
_LOOKED_AT = 100  # of the parties that somebody arranges for


@dataclass(frozen=True, slots=True)
class Told:
    """A reason as a person reads it, with what to do about it."""

    code: str
    reason: str
    advice: str
    name: str | None = None
    marks: str | None = None
    page: str | None = None  # of the party, for who can arrange there what is missing


def absent_lines(context: Context, db: Connected, asked: Asked, absents: Iterable[Absent]) -> list[Told]:
    """A line for each party that cannot be chosen."""
    absents = list(absents)
    ids = {id for one in absents for id in (one.party, one.ask) if id is not None}
    parties = with_numbers(db, context.vault, ids)
    return [_line(one, parties, asked) for one in absents if one.party in parties]


def reasons_for_nobody(context: Context, db: Connected, asked: Asked) -> list[Told]:
    """Why there is nobody to choose, as far as the person may know; never nothing."""
    absents = list(absent(db, asked).absent)
    told = {one.party for one in absents}
    unable = islice(bound_but_unable(db, asked.question), _SHOWN_AT_ONCE)
    absents += [one for one in unable if one.party not in told]
    reasons = _own(db, asked)
    reasons += _once(absent_lines(context, db, asked, absents))[:_SHOWN_AT_ONCE]
    reasons += _offices(db, asked)
    if not reasons:
        reasons.append(
            Told(
                "never",
                gettext("You have no permission to help anybody yet."),
                gettext("Ask the person or the company that you want to do this for."),
            )
        )
    return reasons


def _own(db: Connected, asked: Asked) -> list[Told]:
    """Why the person cannot do this for themself, where client and service allow that: it is their own affair."""
    question = asked.question
    if asked.ask.mode != "optional" or not question.service.accepts_self:
        return []
    facts = StoredFacts(db)
    if any(
        restriction.in_force(question.at) and restriction.services.covers(question.service)
        for restriction in facts.restrictions(question.acting)
    ):
        reason = gettext("You cannot do this for yourself now. Somebody else looks after this for you.")
        return [Told("own", reason, gettext("Ask the person or the office that looks after it."))]
    person = facts.party(question.acting)
    if person is None or person.born is None:
        return []
    if birthday(person.born, question.service.self_from_age) > question.at:
        reason = gettext("You are too young to do this for yourself.")
        return [Told("own", reason, gettext("Ask your parent or guardian."))]
    return []


def _once(lines: list[Told]) -> list[Told]:
    """Each reason once: what keeps an employee from all clients is told as one thing, without their names."""
    found: dict[tuple[str, str], Told] = {}
    for line in lines:
        said = (line.reason, line.advice)
        found[said] = replace(line, name=None, marks=None) if said in found else line
    return list(found.values())


def _line(one: Absent, parties: Mapping[str, Party], asked: Asked) -> Told:
    party = parties[one.party]
    asks = parties[one.ask].name if one.ask is not None and one.ask in parties else ""
    on = day(one.on) if one.on is not None else ""
    advice = gettext("Ask the organisation that you came from for help.")
    match one.why:
        case Why.ENDED:
            reason = gettext("Your permission for %(name)s stopped on %(day)s.", name=party.name, day=on)
            advice = gettext("Ask for a new one.") if one.ask else advice
        case Why.WEAK:
            reason = gettext("This permission is not strong enough for what you want to do here.")
            advice = gettext("Ask %(name)s to make it stronger.", name=asks)
        case Why.LIMITED:
            reason = gettext(
                "This permission has a limit: %(limits)s. This organisation cannot keep to it.",
                limits=or_none(one.limits) or "",
            )
            advice = gettext("Ask %(name)s for a permission without this limit.", name=asks)
        case Why.OTHER_DAY:
            reason = gettext(
                "You may not use this permission today: %(limits)s.", limits=or_none(one.limits) or ""
            )
            advice = gettext("Come back on a day for which it is.")
        case Why.LATER:
            reason = gettext("This permission begins on %(day)s.", day=on)
            advice = gettext("Come back then.")
        case Why.PAUSED:
            reason = gettext("This permission was stopped for a while.")
            advice = gettext("Ask %(name)s to let it go on.", name=asks)
        case Why.OTHER_SERVICE:
            reason = gettext("This permission is for something else.")
            service = in_words(asked.question.service.name)
            advice = gettext("Ask %(name)s for permission for: %(service)s.", name=asks, service=service)
        case Why.FEWER_ACTIONS:
            reason = gettext("With this permission you may do less than is needed here.")
            advice = gettext("Ask %(name)s for permission to do more.", name=asks)
        case Why.NOT_NOW:
            reason = gettext(
                "You cannot do this now for %(name)s%(dot)s", name=party.name, dot=dot_behind(party.name)
            )
    return Told(one.why, reason, advice, party.name, marks_of(party))


def _offices(db: Connected, asked: Asked) -> list[Told]:
    """Those for whom the person arranges or signs, without being allowed to act for them alone."""
    question = asked.question
    facts = StoredFacts(db)
    told: list[Told] = []
    for authority in managing.managed(db, question.acting, question.at, limit=_LOOKED_AT).authorities:
        party = facts.party(authority.party)
        if party is None or len(told) >= _SHOWN_AT_ONCE:
            continue
        ground, _, ids = authority.words.partition(" ")
        link = facts.link(ids.split(" ")[0]) if ground == "relation" else None
        if ground == "appointment":
            told.append(
                Told(
                    "administrator",
                    gettext("At %(name)s you arrange who may work there.", name=party.name),
                    gettext("You yourself may not do anything for %(name)s yet.", name=party.name),
                    party.name,
                    page=url_for("portal.managed", party_id=party.id),
                )
            )
        elif link is not None and link.basis == Basis.JOINT_SIGNATORY:
            told.append(
                Told(
                    "joint_signatory",
                    gettext("At %(name)s you sign together with somebody else.", name=party.name),
                    gettext("Ask for permission together."),
                    party.name,
                    page=url_for("portal.managed", party_id=party.id),
                )
            )
    return told
