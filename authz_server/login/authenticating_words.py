"""What the pages of logging in say: why somebody logs in, and what went wrong."""

from authz_server.i18n import gettext
from authz_server.login import methods, walk
from authz_server.login.arrival import Visit
from authz_server.login.candidates import who_blocks
from authz_server.login.flow import Authenticate, Reason
from authz_server.login.presenting import Wrong
from claims.register import lookup
from keys.storage import Connected

__all__ = ["still_too_weak", "too_busy", "unknown_person", "why_log_in", "wrong_password"]


def why_log_in(
    step: Authenticate, looked: walk.Walk | None, visit: Visit, db: Connected
) -> tuple[str, list[str]]:
    """The heading of the page and what stands below it."""
    match step.reason:
        case Reason.STRONGER:
            return gettext("Log in once more, in a more secure way."), [
                gettext("This organisation wants to know more surely who you are.")
                if visit.interaction.request
                else gettext("For this we want to know more surely who you are."),
                *_what_becomes_of_the_choice(step, visit, db),
            ]
        case Reason.OTHER_MEANS:
            return gettext("Choose another way to log in."), [_who_does_not_want_it(looked, db)]
        case Reason.AGAIN:
            return gettext("Log in again"), [gettext("The organisation asks you to log in again.")]
        case Reason.FIRST:
            return gettext("Log in"), []


def _what_becomes_of_the_choice(step: Authenticate, visit: Visit, db: Connected) -> list[str]:
    picked = visit.interaction.picked
    if picked is None or visit.session is None or not picked.by(visit.session.login):
        return []
    party = lookup.party(db, picked.represented) if picked.represented else None
    name = party.name if party else gettext("yourself")
    method = methods.of_authenticator(visit.session.login.authenticator)
    if method is not None and step.at_least is not None and method.reaches >= step.at_least:
        return [gettext("Your choice (%(name)s) stays.", name=name)]
    # another authenticator asks for the choice anew (claims.md 4)
    return [gettext("After that you choose once more for whom: %(name)s is at the top.", name=name)]


def _who_does_not_want_it(looked: walk.Walk | None, db: Connected) -> str:
    chosen = looked.situation.chosen if looked else None
    party = None
    if looked is not None and looked.asked is not None and chosen is not None and chosen.representation:
        party = who_blocks(db, looked.asked, chosen.representation)
    if party is None:
        return gettext("The organisation does not want you to log in like this. Choose another way.")
    return gettext(
        "%(organisation)s does not want you to log in like this. Choose another way.",
        organisation=party.name,
    )


def wrong_password() -> Wrong:
    """Which of both was wrong is not said."""
    return Wrong("wrong_credentials", gettext("This user name and password do not belong together."))


def still_too_weak() -> Wrong:
    """Somebody was asked for a more secure way, and took one that is not."""
    return Wrong(
        "still_too_weak",
        gettext("You are logged in, but not securely enough for this service. Choose a more secure way."),
    )


def unknown_person() -> Wrong:
    """The try-out world has nobody of that name."""
    return Wrong("unknown_person", gettext("Nobody in the try-out world has that short name."))


def too_busy() -> Wrong:
    """Too many people log in just now."""
    return Wrong("busy", gettext("Many people are logging in just now. Wait a moment and try again."))
