"""Why not: an organisation's administrator or signatory asks whether one of its people may do something, for whom."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.datastructures import MultiDict

from authz_server.context import Context
from authz_server.i18n import gettext, level_words
from authz_server.login.arrival import the_context
from authz_server.login.candidates import with_numbers
from authz_server.login.lines import dot_behind, may_words, service_words
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page
from authz_server.portal.entering import somebody
from authz_server.rule_words import WORDS
from claims.assurance import Loa
from claims.catalogue import Service
from claims.instants import Instant
from claims.parties import Party, PartyKind, cleaned
from claims.question import Question
from claims.refusals import Rule
from claims.register import lookup, managing, within_organisation
from claims.register.managing import Authority
from claims.register.within_organisation import Answer
from claims.relations import Link
from claims.representation import Representation
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("why", __name__, url_prefix="/portal")
_LONGEST: Final = 100  # signs of a name that is searched for
_SHOWN: Final = 5  # reasons, the fewest first


@dataclass(frozen=True, slots=True)
class _Reason:
    """What is wrong with which permission, and what to do about it."""

    code: str
    about: str | None
    words: str
    step: str


@pages.get("/for/<opaque:party_id>/why")
def form(party_id: str) -> Response:
    """What there is to ask."""
    return _answered(party_id, MultiDict())


@pages.post("/for/<opaque:party_id>/why")
def ask(party_id: str) -> Response:
    """The answer, where the question is complete: by a form, since a name belongs in no address. Asking changes nothing."""
    return _answered(party_id, request.form)


def _answered(party_id: str, asked: MultiDict[str, str]) -> Response:
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("portal.managed", party_id=party_id), now=now)
    with context.database.reading() as db:
        authority = _authority(db, session, party_id, now=now)
        organisation = lookup.party(db, party_id)
        if authority is None or organisation is None or organisation.kind is not PartyKind.ORGANISATION:
            abort(error_page("not_found", 404))
        return _page(context, db, session, organisation, authority, asked, now=now)


def _authority(db: Connected, session: Session, party_id: str, *, now: Instant) -> Authority | None:
    return managing.authority(db, session.login.person, party_id, now)


def _page(
    context: Context,
    db: Connected,
    session: Session,
    organisation: Party,
    authority: Authority,
    filled: MultiDict[str, str],
    *,
    now: Instant,
) -> Response:
    like = cleaned(filled.get("search", "")[:_LONGEST]).strip()
    people = within_organisation.people(db, organisation.id, like=like)
    clients = within_organisation.clients(db, organisation.id, like=like)
    services = {one.id: one for one in lookup.services(db) if authority.services.covers(one)}
    parties = with_numbers(
        db,
        context.vault,
        {
            organisation.id,
            session.login.person,
            *people.ids,
            *clients.ids,
            *(one.provider for one in services.values()),
        },
    )
    asked = {name: filled.get(name, "") for name in ("person", "service", "client")}
    level = _level(filled.get("level"))
    service = services.get(asked["service"])
    answer = None
    if service is not None and asked["person"]:
        question = Question(asked["person"], service, now, level)
        answer = within_organisation.ask(db, question, organisation.id, asked["client"] or organisation.id)
        if answer is not None:  # they are known, then
            both = {id for id in (asked["person"], asked["client"]) if id}
            parties |= with_numbers(db, context.vault, both)
    return page(
        "portal/why.html",
        organisation=organisation,
        person=parties[session.login.person].name,
        asked=asked,
        search=like,
        people=_named(people.ids, parties),
        clients=_named(clients.ids, parties),
        more=people.more or clients.more,
        services=[(one.id, service_words(one, parties)) for one in services.values()],
        levels=[(one.word, level_words(one)) for one in Loa],
        level=level.word,
        answer=None
        if answer is None or service is None
        else _told(answer, parties, service, asked["person"], asked["client"] or organisation.id),
        unknown=answer is None and service is not None and asked["person"] != "",
        back=url_for("portal.managed", party_id=organisation.id),
    )


def _told(
    answer: Answer, parties: dict[str, Party], service: Service, person: str, represented: str
) -> dict[str, Any]:
    """The answer in words."""
    who = {
        "person": parties[person].name,
        "party": parties[represented].name,
        "dot": dot_behind(parties[represented].name),
    }
    if answer.standing:
        return {
            "may": True,
            "summary": gettext("%(person)s may do this for %(party)s%(dot)s", **who),
            "lines": [_standing_words(one) for one in answer.standing],
            "reasons": [],
        }
    reasons = _reasons(answer, parties)
    if not reasons:
        words = gettext("There is no permission between %(person)s and %(party)s%(dot)s", **who)
        reasons = [_Reason("none", None, words, gettext("Give a permission first."))]
    return {
        "may": False,
        "summary": gettext("%(person)s may not do this for %(party)s%(dot)s", **who),
        "lines": [],
        "reasons": reasons,
    }


def _standing_words(one: Representation) -> str:
    words = may_words(one.actions, one.until, one.limits)
    if one.step_up is not None:
        level = level_words(one.step_up)
        words += ". " + gettext("For this, log in in a safer way: at least %(level)s.", level=level)
    return words


def _reasons(answer: Answer, parties: dict[str, Party]) -> list[_Reason]:
    """What breaks the chains that break least, each once: there is least to mend."""
    found: dict[tuple[Rule, str | None], _Reason] = {}
    for path in answer.paths:
        if len(path.broken) > len(answer.paths[0].broken):
            break
        for rule, place in path.broken:
            link = None if place is None else answer.links[path.path[place - 1]]
            words = WORDS[rule]
            about = None if link is None else _about(link, parties)
            # R4 and R19 read the same, and which of the two it was does not stand in the page either
            code = "not_now" if rule in {Rule.R4, Rule.R19} else rule.value
            if code == "not_now":
                about = None
            reason = _Reason(code, about, gettext(words.person), gettext(words.step))
            found.setdefault((Rule.R4 if code == "not_now" else rule, about), reason)
    return list(found.values())[:_SHOWN]


def _about(link: Link, parties: dict[str, Party]) -> str | None:
    ends = [parties.get(id) for id in (link.represented, link.representative)]
    if ends[0] is None or ends[1] is None:
        return None
    return gettext("The permission of %(giver)s to %(helper)s", giver=ends[0].name, helper=ends[1].name)


def _named(ids: tuple[str, ...], parties: dict[str, Party]) -> list[tuple[str, str]]:
    return [(id, parties[id].name) for id in ids if id in parties]


def _level(word: str | None) -> Loa:
    try:
        return Loa.of_word(word)
    except ValueError:
        return Loa.SUBSTANTIAL
