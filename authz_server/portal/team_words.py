"""Why a team or a reference stays as it is, in words for the person, each with what can be done."""

from authz_server.i18n import gettext, level_words
from claims.register import changing, client_references, team_mandates, teams
from claims.register.client_references import NotKept
from claims.register.team_rights import Refused, Why

__all__ = ["reference_words", "refused_words"]


def refused_words(refused: Refused | changing.Refused) -> str:
    """Why nothing was changed."""
    if isinstance(refused, changing.Refused):
        return gettext("This permission has stopped. Give a new one.")
    match refused.why:
        case Why.UNKNOWN_TEAM | Why.UNKNOWN_MANDATE | Why.NOT_A_CLIENT:
            return gettext("That is not there any more. Look at the list again.")
        case Why.NOT_ENTITLED:
            return gettext("You may not do this alone. Ask somebody who may sign for the organisation alone.")
        case Why.OUT_OF_REACH:
            return gettext(
                "The people of this team may do more than you may give. Ask somebody who may give it."
            )
        case Why.TOO_WEAK:
            level = level_words(refused.needs) if refused.needs is not None else ""
            return gettext("Log in in a more secure way first. This is needed: %(level)s.", level=level)
        case Why.NOT_AN_EMPLOYEE:
            return gettext("Only a permission of an employee for some clients can be for a team.")
        case Why.LAST_TEAM:
            return gettext("This permission would be for nobody. Stop the permission instead.")
        case Why.SERVES_TOO_MANY:
            return gettext(
                "One permission is for this many teams at most: %(count)s.", count=team_mandates.MOST_SERVED
            )
        case Why.TEAM_FULL:
            return gettext("A team has this many clients at most: %(count)s.", count=teams.MOST_IN_TEAM)
        case Why.STILL_OFFERED:
            return gettext("A permission for this team is still offered. Take that back first.")
        case Why.TOO_MANY_TEAMS:
            return gettext("An organisation has this many teams at most: %(count)s.", count=teams.MOST_TEAMS)
        case Why.NAME_MISSING:
            return gettext("Fill in a name.")
        case Why.NAME_HOLDS_A_NUMBER:
            return gettext("This looks like a BSN. Do not write one here.")


def reference_words(why: NotKept) -> str:
    """Why a reference is not kept."""
    if why is NotKept.TOO_LONG:
        return gettext("This is too long: %(count)s signs at most.", count=client_references.LONGEST)
    return gettext("This looks like a BSN. Do not write one here.")
