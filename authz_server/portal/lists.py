"""A list in a file: looked at line by line, and carried out after a yes: an organisation gives, an intermediary asks (G7).

Nothing is kept of a file before that yes. What was read stands in the form of the page that shows what is wrong with it,
and is read and judged once more when the yes comes.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.context import Context
from authz_server.i18n import day, gettext
from authz_server.login.arrival import the_context
from authz_server.login.lines import in_words
from authz_server.login.sessions import Session
from authz_server.pages import error_page, page
from authz_server.portal.entering import somebody
from authz_server.portal.files import csv_file
from authz_server.portal.list_words import column_words, fault_words, outcome_words, where_words
from authz_server.portal.offer_words import fault_words as granting_words
from authz_server.portal.offer_words import lines_of, refused_words
from authz_server.portal.office import Office, office_of
from claims.activation_codes import shown as code_shown
from claims.catalogue import Service
from claims.instants import Instant
from claims.lists.columns import Column
from claims.lists.faults import ListFault
from claims.lists.reading import MOST_BYTES, MOST_LINES, Read
from claims.parties import PartyKind
from claims.register import lookup
from claims.register.lists_done import Done, Outcome, carry_out
from claims.register.lists_judged import Judged, Listing, Sort
from claims.register.lists_looked import COLUMNS, look
from keys.storage import Connected

__all__ = ["pages"]

pages = Blueprint("lists", __name__, url_prefix="/portal")
_PATH: Final = f"/for/<opaque:party_id>/list/<any({', '.join(Sort)}):sort>"
_SHOWN: Final = 50  # good lines that the page shows; every fault is shown


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file as it was read and judged: what would be done, and what is wrong with the rest."""

    content: bytes
    read: Read
    good: Sequence[Judged]  # the lines that can be carried out
    faults: Sequence[
        tuple[ListFault, list[str]]
    ]  # by line; with words of their own where granting says why not

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults


@pages.get(_PATH)
def form(party_id: str, sort: str) -> Response:
    """Where a file is chosen."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("lists.form", party_id=party_id, sort=sort), now=now)
    with context.database.reading() as db:
        return _form(db, _office(db, session, party_id, Sort(sort), now=now), Sort(sort))


@pages.get(f"{_PATH}/example.csv")
def example(party_id: str, sort: str) -> Response:
    """A file to begin from: the columns, and a line for each service."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("lists.form", party_id=party_id, sort=sort), now=now)
    with context.database.reading() as db:
        _office(db, session, party_id, Sort(sort), now=now)
        services = _services(db, Sort(sort))
    columns = COLUMNS[Sort(sort)]
    rows = [[column_words(column) for column in columns]]
    for service in services:
        cells = {Column.SERVICE: in_words(service.name)}
        if service.tasks:
            cells[Column.TASK] = in_words(service.tasks[0].name)
        rows.append([cells.get(column, "") for column in columns])
    return csv_file(rows, "example.csv")


@pages.post(_PATH)
def sent(party_id: str, sort: str) -> Response:
    """The file looked at; its faults as a file; or the yes."""
    context = the_context()
    now = context.clock()
    session = somebody(context, url_for("lists.form", party_id=party_id, sort=sort), now=now)
    answer = request.form.get("answer")
    if answer in ("all", "good"):
        return _carry_out(context, session, party_id, Sort(sort), answer, now=now)
    content = _kept() if answer == "faults" else _uploaded()
    with context.database.reading() as db:
        office = _office(db, session, party_id, Sort(sort), now=now)
        if content is None:
            return _form(db, office, Sort(sort), wrong=gettext("Choose a file."))
        looked = _look(context, db, office, Sort(sort), content, now=now)
        if answer == "faults":
            return csv_file(list(_fault_rows(looked)), "faults.csv")
        return _looked_page(db, office, Sort(sort), looked, now=now)


def _carry_out(
    context: Context, session: Session, party_id: str, sort: Sort, answer: str, *, now: Instant
) -> Response:
    content = _kept()
    if content is None:
        abort(400)
    try:
        with context.database.recording() as db:
            office = _office(db, session, party_id, sort, now=now)
            looked = _look(context, db, office, sort, content, now=now)
            if answer == "all" and not looked.is_whole:
                return _looked_page(db, office, sort, looked, now=now, changed=True)
            listing = _listing(context, db, office, now=now)
            done = carry_out(listing, context.codes, sort, [one.wanted for one in looked.good])
            if answer == "all" and any(one.outcome is Outcome.REFUSED for one in done):
                raise _NotAll
            return _done_page(db, office, sort, looked, done)
    except _NotAll:
        with context.database.reading() as db:
            office = _office(db, session, party_id, sort, now=now)
            looked = _look(context, db, office, sort, content, now=now)
            return _looked_page(db, office, sort, looked, now=now, changed=True)


class _NotAll(Exception):
    """All lines were wanted, and one of them was refused: nothing is to be kept."""


def _office(db: Connected, session: Session, party_id: str, sort: Sort, *, now: Instant) -> Office:
    office = office_of(db, session, party_id, now=now)
    if sort is Sort.ASK and not office.alone:
        abort(error_page("not_found", 404))
    return office


def _uploaded() -> bytes | None:
    """The file that was chosen; None where none was."""
    file = request.files.get("file")
    content = b"" if file is None else file.read(MOST_BYTES + 1)
    return content or None


def _kept() -> bytes | None:
    """The file as the form of the page before has it; None for what no page of ours wrote."""
    try:
        content = base64.b64decode(request.form.get("list", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if 0 < len(content) <= MOST_BYTES else None


def _services(db: Connected, sort: Sort) -> list[Service]:
    """What a list may name: the services for which organisations give permissions."""
    return [
        one
        for one in lookup.services(db)
        if one.takes_mandates
        and PartyKind.ORGANISATION in one.represented_kinds
        and (sort is Sort.GIVE or one.accepts_intermediaries)
    ]


def _listing(context: Context, db: Connected, office: Office, *, now: Instant) -> Listing:
    policy = context.settings.evidence.policy
    return Listing.of(db, context.vault, office.party, by=office.by, now=now, policy=policy)


def _look(
    context: Context, db: Connected, office: Office, sort: Sort, content: bytes, *, now: Instant
) -> _Looked:
    listing = _listing(context, db, office, now=now)
    found = look(listing, sort, content)
    told = [
        (fault, granting_words(why, listing.services) if why else [fault_words(fault)])
        for fault, why in found.faults
    ]
    return _Looked(content, found.read, found.good, told)


def _form(db: Connected, office: Office, sort: Sort, *, wrong: str | None = None) -> Response:
    return page(
        "portal/list.html",
        422 if wrong else 200,
        **office.frame,
        sort=sort.value,
        columns=[(column_words(one), _meaning(one), one.required) for one in COLUMNS[sort]],
        services=[in_words(one.name) for one in _services(db, sort)],
        example=url_for("lists.example", party_id=office.party.id, sort=sort.value),
        most_lines=MOST_LINES,
        most_kilobytes=MOST_BYTES // 1024,
        wrong={"file": wrong} if wrong else {},
    )


def _meaning(column: Column) -> str:
    """What is written in a column."""
    match column:
        case Column.NUMBER:
            return gettext("the organisation on the other side, in 8 digits")
        case Column.EMPLOYEE:
            return gettext("for an employee: staff number or mail address, never a BSN")
        case Column.SERVICE:
            return gettext("the name of the service")
        case Column.TASK:
            return gettext("one task, or more with | between them; empty: all tasks")
        case Column.UNTIL:
            return gettext("the last day, for example 31-12-2027; empty: for one year")
        case Column.FROM:
            return gettext("the first day; empty: at once")
        case Column.BRANCH:
            return gettext("12 digits; empty: the whole organisation")
        case Column.FOR:
            return gettext("“own”, “clients”, “both”, or the name of a team; empty: own")
        case Column.REFERENCE:
            return gettext("by what you know the client; only you see it")
        case Column.TEAM:
            return gettext("the team in which the client comes; empty: the team for new clients")
        case Column.SET:
            return gettext("the name of a group of services, instead of a service")
        case Column.CASE:
            return gettext("only for this case; empty: for every case")
        case Column.AMOUNT:
            return gettext("at most this amount each time, for example 1250,00; empty: any amount")
        case Column.DAYS:
            return gettext("only on these days, for example monday|friday; empty: every day")


def _looked_page(
    db: Connected, office: Office, sort: Sort, looked: _Looked, *, now: Instant, changed: bool = False
) -> Response:
    good = looked.good
    services = {one.id: one for one in lookup.services(db)}
    providers = lookup.parties(db, [one.provider for one in services.values()])
    return page(
        "portal/list_looked.html",
        409 if changed else 200,
        **{**office.frame, "back": url_for("lists.form", party_id=office.party.id, sort=sort.value)},
        sort=sort.value,
        changed=changed,
        good=[
            {
                "line": one.wanted.line,
                "who": _who(one),
                "what": "; ".join(
                    ", ".join(filter(None, (line.what, line.limits, line.until)))
                    for line in lines_of(one.offer, services, providers, now=now)
                ),
                "before": one.before,
            }
            for one in good[:_SHOWN]
        ],
        more=max(0, len(good) - _SHOWN),
        count=len(good),
        lines=len(good) + len({fault.line for fault, _ in looked.faults if fault.line is not None}),
        faults=[
            {"code": fault.code.value, "where": where_words(fault, looked.read.names), "words": words}
            for fault, words in looked.faults
        ],
        list=base64.b64encode(looked.content).decode() if len(looked.content) <= MOST_BYTES else None,
    )


def _who(one: Judged) -> str:
    if one.to is not None:
        return one.to.name
    if one.wanted.employee:
        return gettext("Employee %(reference)s", reference=one.wanted.employee)
    return gettext("KVK number %(number)s", number=one.wanted.number.value if one.wanted.number else "")


def _fault_rows(looked: _Looked) -> list[list[str]]:
    rows = [[gettext("Where"), gettext("What is wrong")]]
    rows += [[where_words(fault, looked.read.names), " ".join(words)] for fault, words in looked.faults]
    return rows


def _done_page(db: Connected, office: Office, sort: Sort, looked: _Looked, done: Sequence[Done]) -> Response:
    services = {one.id: one for one in lookup.services(db)}
    response = page(
        "portal/list_done.html",
        **office.frame,
        sort=sort.value,
        done=[
            {
                "line": one.judged.wanted.line,
                "who": _who(one.judged),
                "outcome": one.outcome.value,
                "words": outcome_words(one.outcome),
                "why": refused_words(one.refused, services) if one.refused else [],
                "code": code_shown(one.drawn.code) if one.drawn else None,
                "code_until": day(one.drawn.lapses_at - 1) if one.drawn else None,
            }
            for one in done
        ],
        left=len({fault.line for fault, _ in looked.faults}),
        codes=any(one.drawn for one in done),
        clients=url_for("clients.listed", party_id=office.party.id),
    )
    response.headers["Cache-Control"] = "no-store"
    return response
