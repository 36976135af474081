"""(pure) What a verified token says, in words for the people on a demo service provider's pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from claims.instants import AMSTERDAM, Instant
from claims.verify import Identified, Limits, Loa, MandateLink, OnBehalfOf, OwnBehalf

__all__ = [
    "ACTIONS",
    "Line",
    "date_and_time",
    "day",
    "euros",
    "failure",
    "known_as",
    "limits",
    "lines",
    "refusal",
    "until",
    "working_now",
]

ACTIONS: Final = {
    "view": "Bekijken",
    "prepare": "Invullen",
    "submit": "Versturen",
    "apply": "Aanvragen",
    "withdraw": "De aanvraag terugtrekken",
    "change": "Aanpassen",
}
_KINDS: Final = {"mandate": "Machtiging", "desk": "Hulp aan een balie"}
_MONTHS: Final = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_WEEKDAYS: Final = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_SURE: Final = {
    Loa.BASIC: "een beetje zeker (basis)",
    Loa.LOW: "redelijk zeker (laag)",
    Loa.SUBSTANTIAL: "zeker (substantieel)",
    Loa.HIGH: "heel zeker (hoog)",
}
_NUMBERS: Final = {"KvKnr": "KVK-nummer", "RSIN": "RSIN", "oin": "OIN", "lei": "LEI", "eidas": "eIDAS-nummer"}
_FAILURES: Final = {
    "access_denied": "U bent niet verder gegaan. Er is niets gedaan.",
    "unknown_state": "Deze pagina hoort bij een inlog die er niet meer is. Begin opnieuw.",
    "provider_unavailable": "De inlogdienst geeft geen antwoord. Probeer het straks opnieuw.",
    "unmet_authentication_requirements": "U bent niet ingelogd op de manier die nodig is.",
}
_REFUSALS: Final = {
    "inactive": "Dit mag niet meer. De toestemming is gestopt, of u bent uitgelogd.",
    "mandate_ended": "Dit mag niet meer. De toestemming is gestopt.",
    "expired": "U bent te lang geleden ingelogd. Log opnieuw in.",
    "action_not_allowed": "Voor deze handeling heeft u geen toestemming.",
    "outside_limits": "Dit valt buiten uw toestemming: het is een andere zaak, een te hoog bedrag of een andere dag.",
    "login_too_weak": "Log opnieuw in, op een veiligere manier.",
    "issuer_unavailable": "We kunnen nu niet nagaan of dit mag. Er is niets gedaan. Probeer het straks opnieuw.",
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
    login = _SURE[shown.person.assurance]
    acting = name or f"Iemand die hier bekend is als {shown.person.sub}"
    who = Line("who-acts", "Wie doet dit?", (acting, *_logged_in(shown)))
    if isinstance(shown, OwnBehalf):
        return [
            who,
            Line("for-whom", "Voor wie?", ("Voor uzelf",)),
            Line("for-what", "Waarvoor?", (service, _may(shown.actions))),
            Line("how-sure", "Hoe zeker weten we dit?", (f"Van uw inlog: {login}",)),
            Line("until-when", "Tot wanneer?", (f"U kunt werken tot {date_and_time(session_ends)}",)),
        ]
    mandate = shown.mandate
    through = tuple(known_as(party) for party in shown.intermediaries)
    branch = () if mandate.branch is None else (f"Alleen voor vestiging {mandate.branch}",)
    return [
        who,
        Line("for-whom", "Voor wie?", (known_as(shown.represented), *branch)),
        Line("through-whom", "Via wie?", through or ("Niemand: u doet dit rechtstreeks",)),
        Line("for-what", "Waarvoor?", (service, _may(mandate.actions), *limits(mandate.limits))),
        Line(
            "how-sure",
            "Hoe zeker weten we dit?",
            (
                f"Van uw inlog: {login}",
                f"Van de toestemming: {_SURE[mandate.assurance]}",
                f"Samen: {_SURE[mandate.effective_assurance]}",
            ),
        ),
        Line("until-when", "Tot wanneer?", (until(mandate.not_after),)),
        Line("by-which-mandate", "Waar blijkt dat uit?", tuple(_link(link) for link in mandate.links)),
    ]


def known_as(party: Identified) -> str:
    """A party by name and number; a person's pairwise value says nothing to people, and is left out."""
    kind = _NUMBERS.get(party.sub_id_type.replace("/", ":").rsplit(":", 1)[-1])
    number = f"{kind} {party.sub}" if kind else None
    if party.name is None:
        return number or "Iemand van wie wij de naam niet krijgen"
    return f"{party.name} ({number})" if number else party.name


def until(not_after: Instant | None) -> str:
    """The end of a power: its last day where it ends at midnight, else the minute."""
    if not_after is None:
        return "Er is geen einde bekend"
    local = datetime.fromtimestamp(not_after, AMSTERDAM)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"Tot en met {day(not_after - 1)}"
    return f"Tot {date_and_time(not_after)}"


def day(instant: Instant) -> str:
    """As in: 31 december 2028."""
    local = datetime.fromtimestamp(instant, AMSTERDAM)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def date_and_time(instant: Instant) -> str:
    """As in: 31 december 2028, 14:05 uur."""
    local = datetime.fromtimestamp(instant, AMSTERDAM)
    return f"{day(instant)}, {local.hour:02}:{local.minute:02} uur"


def limits(of: Limits) -> tuple[str, ...]:
    """What the mandate is limited to, each limit as a sentence."""
    told = []
    if of.case is not None:
        told.append(f"Alleen voor zaak {of.case}")
    if of.amount is not None:
        told.append(f"Tot en met {euros(of.amount)} per keer")
    if of.days is not None:
        days = [f"{one.day} {_MONTHS[one.month - 1]} {one.year}" for one in sorted(of.days.dates)]
        days += [_WEEKDAYS[number] for number in sorted(of.days.weekdays)]
        told.append(f"Alleen op {', '.join(days)}")
    return tuple(told)


def euros(cents: int) -> str:
    """As in: € 10.000,00."""
    return f"€ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"


def refusal(code: str) -> str:
    """Why an act was refused."""
    return _REFUSALS.get(code, "We kunnen niet vaststellen dat dit mag. Er is niets gedaan.")


def failure(code: str) -> str:
    """Why nobody was logged in."""
    return _FAILURES.get(code, "Het inloggen is niet gelukt. Er is niets gedaan.")


def working_now(party: str, service: str) -> str:
    """Why nothing was done: the page was another's, or another service's."""
    return (
        f"U werkt nu voor iemand anders, of aan iets anders dan op deze pagina stond. U werkt nu voor {party},"
        f" aan: {service}. Er is niets gedaan. Ga terug, en kijk voor wie u werkt."
    )


def _logged_in(shown: OwnBehalf | OnBehalfOf) -> tuple[str, ...]:
    at = shown.person.auth_time
    return () if at is None else (f"Ingelogd op {date_and_time(at)}",)


def _may(actions: tuple[str, ...]) -> str:
    return "Mag: " + ", ".join(ACTIONS.get(action, action).lower() for action in actions)


def _link(link: MandateLink) -> str:
    year, month, number = (int(part) for part in link.recorded_at.split("-"))
    kind = _KINDS.get(link.basis, "Wettelijke vertegenwoordiging")
    return f"{kind} {link.id}, vastgelegd op {number} {_MONTHS[month - 1]} {year}, {_SURE[link.assurance]}"
