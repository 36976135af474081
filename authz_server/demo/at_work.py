"""What the pages of a service provider tell of a visit: who works for whom, at what, and what their forms hold."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from authz_server.demo import words
from authz_server.demo.choices import Choice
from authz_server.demo.counters import COUNTERS, FILLED_IN, Counter, Entry
from authz_server.demo.dossiers import Done, Dossier
from authz_server.demo.relying import Tokens
from authz_server.demo.speech import Lazy, gettext
from authz_server.demo.visits import Visit
from claims.instants import Instant
from claims.verify import Limits, OnBehalfOf, OwnBehalf

__all__ = [
    "AtWork",
    "Filled",
    "actions_of",
    "counter_of",
    "drafted",
    "entries_of",
    "form_of",
    "lines_of",
    "name_of",
    "told_of",
    "work_of",
    "working_for",
]


@dataclass(frozen=True, slots=True, repr=False)
class AtWork:
    """A visit of somebody who logged in, as it was at one moment: what they are at, what was verified, by which tokens."""

    visit: Visit
    choice: Choice
    shown: OwnBehalf | OnBehalfOf
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Filled:
    """One field of a form as a page shows it; `fault` is what is wrong with it."""

    name: str
    label: str
    kind: str
    value: str
    options: tuple[tuple[str, str], ...]
    fault: str | None


def counter_of(choice: Choice, shown: OwnBehalf | OnBehalfOf) -> Counter:
    """What is shown and asked there, for who may do this much."""
    counter = COUNTERS[choice.kind]
    return counter.narrowed(shown.mandate.limits) if isinstance(shown, OnBehalfOf) else counter


def form_of(
    counter: Counter, shown: OwnBehalf | OnBehalfOf, values: Mapping[str, str], faults: Mapping[str, Lazy]
) -> list[Filled]:
    """The fields of the form; none for who only looks."""
    if not FILLED_IN & set(actions_of(shown)):
        return []
    return [
        Filled(
            one.name,
            str(one.label),
            one.kind,
            values[one.name],
            tuple((value, str(text)) for value, text in one.options),
            str(faults[one.name]) if one.name in faults else None,
        )
        for one in counter.fields
    ]


def drafted(dossier: Dossier, shown: OwnBehalf | OnBehalfOf) -> dict[str, str]:
    """What the form holds before anybody types: what was last filled in, and the one case that it may be about."""
    limits = shown.mandate.limits if isinstance(shown, OnBehalfOf) else Limits()
    case = {} if limits.case is None else {"case": limits.case}
    return {**dossier.draft, **case}


def told_of(done: Done, counter: Counter) -> list[tuple[str, str]]:
    """An act, as its confirmation tells it: for whom, through whom, by whom, when, and what was filled in."""
    lines = [
        (gettext("On behalf of"), done.party or gettext("yourself")),
        *((gettext("Through"), one) for one in done.through),
        (gettext("Done by"), done.by),
        (gettext("When"), words.date_and_time(done.at)),
        (gettext("Number"), done.number),
    ]
    return [*lines, *counter.told(done.values)]


def entries_of(counter: Counter, dossier: Dossier, whose: str, now: Instant) -> list[Entry]:
    """What stands in the file: what was done here, and before that what stands in everybody's."""
    here = [
        Entry(
            what=f"{words.action(one.action)} ({one.number})",
            at=words.day(one.at),
            amount="",
            state=gettext("by %(name)s", name=one.by),
        )
        for one in dossier.done
    ]
    return here + counter.entries(whose, now)


def lines_of(found: AtWork) -> list[words.Line]:
    """By which right somebody is at work: who, for whom, for what, how surely, until when."""
    ends = found.shown.claims.get("exp")
    return words.lines(
        found.shown,
        name=found.visit.name,
        service=found.choice.service_name,
        session_ends=ends if isinstance(ends, int) else 0,
    )


def name_of(login: OwnBehalf | OnBehalfOf) -> str | None:
    """The name of who logged in, where the provider told it."""
    name = login.claims.get("name")
    return name if isinstance(name, str) else None


def working_for(visit: Visit) -> str | None:
    """For whom, in words; None where nobody logged in yet."""
    match visit.shown:
        case OwnBehalf():
            return gettext("yourself")
        case OnBehalfOf(_, represented):
            return words.known_as(represented)
        case _:
            return None if visit.tokens is None else gettext("nobody any more")


def work_of(shown: OwnBehalf | OnBehalfOf, choice: Choice) -> str:
    """Who does what for whom: another person, task, party, branch or limit is other work. The same chosen anew is not."""
    told: list[object] = [shown.person.sub, choice.id]
    if isinstance(shown, OnBehalfOf):
        told += [shown.represented.sub_id_type, shown.represented.sub, shown.mandate.branch or ""]
        told += [repr(sorted(_narrowed(shown.mandate.limits).items()))]
        told += [party.sub for party in shown.intermediaries]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def actions_of(shown: OwnBehalf | OnBehalfOf) -> tuple[str, ...]:
    """What they may do."""
    return shown.actions if isinstance(shown, OwnBehalf) else shown.mandate.actions


def _narrowed(limits: Limits) -> dict[str, object]:
    days = limits.days
    return {
        "case": limits.case,
        "amount": limits.amount,
        "days": None if days is None else (sorted(days.weekdays), sorted(map(str, days.dates))),
    }
