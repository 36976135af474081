"""How a candidate reads on a page: a name, a second mark, through whom, what may be done and until when."""

from collections.abc import Mapping
from dataclasses import dataclass

from authz_server.i18n import action_words, gettext, language, until_words
from authz_server.limit_words import limits_words
from claims.catalogue import Service, Text
from claims.formats.naming import is_personal
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.parties import Party, PartyKind
from claims.representation import AT_DESK, Representation

__all__ = [
    "Line",
    "branch_words",
    "dot_behind",
    "in_words",
    "line_of",
    "marks_of",
    "may_words",
    "oneself_line",
    "service_words",
]


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate. `value` is what its radio button sends; None where it cannot be chosen."""

    name: str
    id: str = ""
    value: str | None = None
    marks: str | None = None
    through: str | None = None
    may: str | None = None
    notices: tuple[str, ...] = ()
    oneself: bool = False

    @property
    def dot(self) -> str:
        """The full stop behind the name in a sentence; a name that ends in one, as in B.V., takes no second."""
        return dot_behind(self.name)


def dot_behind(name: str) -> str:
    """The full stop at the end of a sentence that ends in this name."""
    return "" if name.endswith(".") else "."


def in_words(text: Text) -> str:
    """The words in the language of the page."""
    return text.nl if language() == "nl" else text.en


def service_words(service: Service, parties: Mapping[str, Party]) -> str:
    """What it is for and whose service that is."""
    provider = parties.get(service.provider)
    if provider is None:
        return in_words(service.name)
    return gettext("%(service)s, at %(provider)s", service=in_words(service.name), provider=provider.name)


def marks_of(party: Party, branch: str | None = None) -> str | None:
    """What tells two parties of one name apart: branch, place, number, year of birth. Never a personal number."""
    marks = []
    if branch is not None:
        marks.append(branch_words(party, branch))
    if party.place and branch is None:
        marks.append(party.place)
    if party.kind == PartyKind.PERSON and party.born is not None:
        marks.append(gettext("born in %(year)s", year=str(party.born.year)))
    if not is_personal(party):
        number = next((one.value for one in party.identifiers if one.scheme == "kvk"), None)
        if number is not None:
            marks.append(gettext("KVK number %(number)s", number=number))
    return " · ".join(marks) or None


def branch_words(party: Party, branch: str) -> str:
    """A branch by its place, or else its name, and its number."""
    named = next((one for one in party.branches if one.number == branch), None)
    where = (named.place or named.name) if named else ""
    return gettext("branch %(name)s", name=f"{where} ({branch})" if where else branch)


def may_words(actions: tuple[str, ...], until: Instant | None, limits: Limits = NO_LIMITS) -> str:
    """mag: bekijken, invullen · alleen voor zaak Z-2026-1 · tot en met 31 mei 2027"""
    may = gettext("may: %(actions)s", actions=action_words(actions))
    return " · ".join((may, *limits_words(limits), until_words(until)))


def line_of(
    representation: Representation,
    parties: Mapping[str, Party],
    *,
    id: str = "",
    value: str | None = None,
    nameable: bool = True,
) -> Line:
    """A candidate's line. `parties` holds the represented party and the intermediaries."""
    party = parties[representation.represented]
    through = ", ".join(parties[one].name for one in representation.intermediaries if one in parties)
    notices = []
    if not nameable:
        notices.append(gettext("You cannot choose this one here: the organisation does not read its number."))
    elif representation.other_means:
        notices.append(
            gettext("You cannot use this way of logging in for this. You can log in in another way.")
        )
    if AT_DESK in representation.needs_understanding:
        notices.append(gettext("This person is with you at the desk."))
    return Line(
        name=party.name,
        id=id,
        value=value if nameable else None,
        marks=marks_of(party, representation.branch),
        through=through or None,
        may=may_words(representation.actions, representation.until, representation.limits),
        notices=tuple(notices),
    )


def oneself_line(*, value: str = "") -> Line:
    """The line for acting for oneself."""
    return Line(name=gettext("For myself"), id="represented-self", value=value, oneself=True)
