"""What a verified token says, in words for the people on a demo service provider's pages, in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from authz_server.demo.speech import Lazy, date_and_time, day, gettext, lazy_gettext, weekday
from claims.instants import AMSTERDAM, Instant, start_of_day
from claims.verify import Identified, Limits, Loa, MandateLink, OnBehalfOf, OwnBehalf

__all__ = [
    "ACTIONS",
    "BASES",
    "SURE",
    "Line",
    "action",
    "date_and_time",
    "day",
    "euros",
    "failure",
    "known_as",
    "limits",
    "lines",
    "number_kind",
    "recorded",
    "refusal",
    "until",
    "working_now",
]

ACTIONS: Final[Mapping[str, Lazy]] = {
    "view": lazy_gettext("View"),
    "prepare": lazy_gettext("Fill in"),
    "submit": lazy_gettext("Send"),
    "apply": lazy_gettext("Apply"),
    "withdraw": lazy_gettext("Withdraw the application"),
    "change": lazy_gettext("Change"),
}
SURE: Final[Mapping[Loa, Lazy]] = {
    Loa.BASIC: lazy_gettext("a little sure (basic)"),
    Loa.LOW: lazy_gettext("fairly sure (low)"),
    Loa.SUBSTANTIAL: lazy_gettext("sure (substantial)"),
    Loa.HIGH: lazy_gettext("very sure (high)"),
}
BASES: Final[Mapping[str, Lazy]] = {
    "mandate": lazy_gettext("given by somebody"),
    "legal": lazy_gettext("by law"),
    "desk": lazy_gettext("somebody came to a desk"),
}
_KINDS: Final = {"mandate": lazy_gettext("Permission"), "desk": lazy_gettext("Help at a desk")}
_NUMBERS: Final[Mapping[str, str | Lazy]] = {
    "KvKnr": lazy_gettext("KVK number"),
    "RSIN": "RSIN",
    "oin": "OIN",
    "lei": "LEI",
    "eidas": lazy_gettext("eIDAS number"),
}
_FAILURES: Final = {
    "access_denied": lazy_gettext("You did not go on. Nothing was done."),
    "unknown_state": lazy_gettext("This page belongs to a login that is there no more. Begin again."),
    "provider_unavailable": lazy_gettext("The login service does not answer. Try again later."),
    "unmet_authentication_requirements": lazy_gettext("You did not log in in the way that is needed."),
}
_REFUSALS: Final = {
    "inactive": lazy_gettext("You may do this no more. The permission was stopped, or you logged out."),
    "mandate_ended": lazy_gettext("You may do this no more. The permission was stopped."),
    "expired": lazy_gettext("You logged in too long ago. Log in again."),
    "action_not_allowed": lazy_gettext("You have no permission to do this."),
    "outside_limits": lazy_gettext(
        "This is outside your permission: it is another case, too high an amount or another day."
    ),
    "login_too_weak": lazy_gettext("Log in again, in a safer way."),
    "issuer_unavailable": lazy_gettext(
        "We cannot find out now whether you may do this. Nothing was done. Try again later."
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what the service provider knows: `id` is the element's, `answers` one or more texts."""

    id: str
    question: str
    answers: tuple[str, ...]


def lines(
    shown: OwnBehalf | OnBehalfOf, *, name: str | None, service: str, session_ends: Instant
) -> list[Line]:
    """Who acts, for whom, through whom, for what, how surely and until when.

    `name` is the acting person's, where the service provider gets it; `service` is the service's.
    """
    login = str(SURE[shown.person.assurance])
    acting = name or gettext("Somebody who is known here as %(value)s", value=shown.person.sub)
    who = Line("who-acts", gettext("Who does this?"), (acting, *_logged_in(shown)))
    for_whom, for_what = gettext("For whom?"), gettext("What for?")
    how_sure, until_when = gettext("How sure are we of this?"), gettext("Until when?")
    of_login = gettext("Of your login: %(level)s", level=login)
    if isinstance(shown, OwnBehalf):
        ends = gettext("You can work until %(moment)s", moment=date_and_time(session_ends))
        return [
            who,
            Line("for-whom", for_whom, (gettext("For yourself"),)),
            Line("for-what", for_what, (service, _may(shown.actions))),
            Line("how-sure", how_sure, (of_login,)),
            Line("until-when", until_when, (ends,)),
        ]
    mandate = shown.mandate
    through = tuple(known_as(party) for party in shown.intermediaries)
    branch = () if mandate.branch is None else (gettext("For branch %(number)s only", number=mandate.branch),)
    return [
        who,
        Line("for-whom", for_whom, (known_as(shown.represented), *branch)),
        Line(
            "through-whom",
            gettext("Through whom?"),
            through or (gettext("Nobody: you do this without anybody in between"),),
        ),
        Line("for-what", for_what, (service, _may(mandate.actions), *limits(mandate.limits))),
        Line(
            "how-sure",
            how_sure,
            (
                of_login,
                gettext("Of the permission: %(level)s", level=SURE[mandate.assurance]),
                gettext("Together: %(level)s", level=SURE[mandate.effective_assurance]),
            ),
        ),
        Line("until-when", until_when, (until(mandate.not_after),)),
        Line("by-which-mandate", gettext("What shows that?"), tuple(_link(link) for link in mandate.links)),
    ]


def known_as(party: Identified) -> str:
    """A party by name and number; a person's pairwise value says nothing to people, and is left out."""
    kind = number_kind(party.sub_id_type)
    number = f"{kind} {party.sub}" if kind else None
    if party.name is None:
        return number or gettext("Somebody of whom we do not get the name")
    return f"{party.name} ({number})" if number else party.name


def number_kind(sub_id_type: str) -> str | None:
    """What a kind of number is called; None for a value that was made for one service alone."""
    kind = _NUMBERS.get(sub_id_type.replace("/", ":").rsplit(":", 1)[-1])
    return None if kind is None else str(kind)


def until(not_after: Instant | None) -> str:
    """The end of a power: its last day where it ends at midnight, else the minute."""
    if not_after is None:
        return gettext("No end is known")
    local = datetime.fromtimestamp(not_after, AMSTERDAM)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return gettext("Until and including %(day)s", day=day(not_after - 1))
    return gettext("Until %(moment)s", moment=date_and_time(not_after))


def limits(of: Limits) -> tuple[str, ...]:
    """What the mandate is limited to, each limit as a sentence."""
    told = []
    if of.case is not None:
        told.append(gettext("Only for case %(case)s", case=of.case))
    if of.amount is not None:
        told.append(gettext("Up to and including %(amount)s each time", amount=euros(of.amount)))
    if of.days is not None:
        days = [day(start_of_day(one)) for one in sorted(of.days.dates)]
        days += [weekday(number) for number in sorted(of.days.weekdays)]
        told.append(gettext("Only on %(days)s", days=", ".join(days)))
    return tuple(told)


def euros(cents: int) -> str:
    """As in: € 10.000,00. Dutch amounts are written so in English too: people compare them with their papers."""
    return f"€ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"


def action(word: str) -> str:
    """What an action is called; a word that we have no translation for stands as it is."""
    return str(ACTIONS.get(word, word))


def refusal(code: str) -> str:
    """Why an act was refused."""
    found = _REFUSALS.get(code)
    return gettext("We cannot tell that you may do this. Nothing was done.") if found is None else str(found)


def failure(code: str) -> str:
    """Why nobody was logged in."""
    found = _FAILURES.get(code)
    return gettext("Logging in did not work. Nothing was done.") if found is None else str(found)


def working_now(party: str, service: str) -> str:
    """Why nothing was done: the page was another's, or another service's."""
    return gettext(
        "You work for somebody else now, or at something else than this page said. You now work for %(party)s, at:"
        " %(service)s. Nothing was done. Go back, and look for whom you work.",
        party=party,
        service=service,
    )


def recorded(written: str) -> str:
    """A day as the register writes it, as people do."""
    return day(start_of_day(datetime.strptime(written, "%Y-%m-%d").date()))  # noqa: DTZ007 - a day has no zone


def _logged_in(shown: OwnBehalf | OnBehalfOf) -> tuple[str, ...]:
    at = shown.person.auth_time
    return () if at is None else (gettext("Logged in on %(moment)s", moment=date_and_time(at)),)


def _may(actions: tuple[str, ...]) -> str:
    return gettext("May: %(actions)s", actions=", ".join(action(one).lower() for one in actions))


def _link(link: MandateLink) -> str:
    kind = _KINDS.get(link.basis)
    return gettext(
        "%(kind)s %(id)s, recorded on %(day)s, %(level)s",
        kind=gettext("Representation by law") if kind is None else kind,
        id=link.id,
        day=recorded(link.recorded_at),
        level=SURE[link.assurance],
    )
