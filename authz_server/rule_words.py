"""What a broken rule means, for each who may hear of it (`mandates` 4): the person, the service provider, the operator.

The person reads what is wrong with a permission and what to do about it; never why somebody cannot be helped now: a
death, a court and a bankruptcy read the same. The service provider hears one and the same answer for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel.support import Translations

from claims.refusals import Rule

__all__ = ["HEARD_BY_PROVIDER", "WORDS", "RuleWords", "in_both_languages"]

HEARD_BY_PROVIDER: Final = "access_denied (no_representation)"
"""All that a service provider hears of it, whatever the rule: that nobody was chosen."""


def _(text: str) -> str:
    """Marks a text of the catalogue: it is looked up where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class RuleWords:
    """`person` and `step` are texts of the catalogue; `operator` says all of it, in the words of the rules."""

    person: str
    step: str
    operator: str


_NOT_NOW: Final = _("Nothing can be done with this permission now.")
_WHO_ARRANGES: Final = _("Ask whoever arranges their affairs.")

WORDS: Final[Mapping[Rule, RuleWords]] = {
    Rule.NOT_A_PATH: RuleWords(
        _("These permissions do not lead from the one to the other."),
        _("Ask for permission."),
        "The links do not lead from the represented party to the acting person, or a party is unknown.",
    ),
    Rule.R1: RuleWords(
        _("Whoever has permission as a person cannot let somebody else do it."),
        _("Ask for a permission of your own."),
        "A party between the represented party and the acting person is a person: their power goes no further.",
    ),
    Rule.R2: RuleWords(
        _("This goes through too many companies, or in a circle."),
        _("Ask for a permission that goes through fewer companies."),
        "A party occurs twice on the path, or it has more than six links.",
    ),
    Rule.R3: RuleWords(
        _("This permission does not hold now: it has stopped, or has not begun yet."),
        _("Ask for a new one, or come back when it has begun."),
        "The link is not in force at this instant: outside its period, suspended, revoked, or a parent's of a child that"
        " is old enough.",
    ),
    Rule.R4: RuleWords(
        _NOT_NOW,
        _WHO_ARRANGES,
        "A party of the path has ceased: a person died, an organisation ceased to exist.",
    ),
    Rule.R5: RuleWords(
        _("This permission is for something else."),
        _("Ask for permission for this."),
        "The link does not cover the service, or the service does not accept power of its kind (`bases`).",
    ),
    Rule.R6: RuleWords(
        _("With this permission you may do less than is needed here."),
        _("Ask for permission to do more."),
        "The links allow no action of the service together, or not every action that was asked for.",
    ),
    Rule.R7: RuleWords(
        _("This cannot be done for this kind of person or company, or not through another company."),
        _("Ask the organisation where you want to do it how it can be done."),
        "The service is not for the represented party's kind (`represented_kinds`), or it accepts no intermediaries.",
    ),
    Rule.R8: RuleWords(
        _("The company that has this permission may not let another company help."),
        _("Ask whoever gave it to allow that."),
        "More mandates that lead to an organisation come after the link than it allows (`further_intermediaries`).",
    ),
    Rule.R9: RuleWords(
        _("This permission is not for this client."),
        _("Ask whoever gave it to add the client."),
        "The link is not for this party's affairs: the first is not for `own_affairs`, or a later one not for this client.",
    ),
    Rule.R10: RuleWords(
        _("Whoever signs together with others cannot do this alone."),
        _("Ask the others to give permission together."),
        "The link is a joint signatory's: nobody binds alone what must be signed together.",
    ),
    Rule.R12: RuleWords(
        _("This permission is for one branch only."),
        _("Ask for permission for the whole company."),
        "The link is for one branch, and the service does not understand branches or the path is for another party.",
    ),
    Rule.R14: RuleWords(
        _("This permission is not strong enough for what you want to do here."),
        _("Ask whoever gave it to make it stronger."),
        "The assurance of the path, the lowest of its links, is below what is required.",
    ),
    Rule.R19: RuleWords(
        _NOT_NOW,
        _WHO_ARRANGES,
        "A restriction of capacity (guardianship, asset administration, bankruptcy, …) takes the link out.",
    ),
    Rule.R20: RuleWords(
        _("This permission has a limit, and the organisation where you want to do this cannot keep to it."),
        _("Ask for a permission without this limit."),
        "The link is limited to a case, an amount or days, and the service does not heed such a limit (`understands`).",
    ),
    Rule.R21: RuleWords(
        _("The limits of these permissions leave nothing that you may do."),
        _("Ask whoever gave them to change a limit."),
        "No case, or no day, lies inside the limits of all links of the path.",
    ),
    Rule.R22: RuleWords(
        _("This permission is for other days."),
        _("Come back on a day for which it is."),
        "The link holds on certain days only, and the instant that is asked about lies on another day in Amsterdam.",
    ),
}


def in_both_languages(text: str) -> dict[str, str]:
    """A text of the catalogue in Dutch and in English, outside a request."""
    return {"nl": _dutch()(text), "en": text}


@cache
def _dutch() -> Callable[[str], str]:
    return Translations.load(str(Path(__file__).parent / "translations"), ["nl"]).gettext
