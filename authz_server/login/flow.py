"""What comes next for a waiting request: a pure function of what is known so far.

Every page asks it whether it is its turn, so that no step can be skipped by typing its address. Nothing is
read or written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from authz_server.asking import AuthorizationRequest
from authz_server.login.sessions import Login
from authz_server.outcome import Denied
from claims.assurance import Loa
from claims.instants import Instant
from claims.representation import Representation

__all__ = [
    "CANCELLED",
    "LEVEL_NOT_REACHED",
    "NO_REPRESENTATION",
    "Authenticate",
    "Choose",
    "Chosen",
    "Confirm",
    "Consent",
    "Finish",
    "Nobody",
    "Reason",
    "Refuse",
    "Situation",
    "Step",
    "asks_the_unreachable",
    "demanded_level",
    "next_step",
    "wished_level",
]

# All that a client is told of a refusal; which rule, link or party it was is for the person (claims.md 4).
CANCELLED: Final = Denied("access_denied", "cancelled")
NO_REPRESENTATION: Final = Denied("access_denied", "no_representation")
LEVEL_NOT_REACHED: Final = Denied("unmet_authentication_requirements", "level_not_reached")
ANOTHER_PERSON: Final = Denied("login_required")


class Reason(StrEnum):
    """Why a person is asked to log in."""

    FIRST = "first"
    AGAIN = "again"  # prompt=login, max_age, or another person is expected
    STRONGER = "stronger"
    OTHER_MEANS = "other_means"


@dataclass(frozen=True, slots=True)
class Chosen:
    """For whom, as it stands now: `representation` is None for oneself, who may have to `step_up` too."""

    representation: Representation | None
    step_up: Loa | None = None
    actions: tuple[str, ...] = ()

    @property
    def stronger(self) -> Loa | None:
        """The level that the login must reach before this choice permits anything."""
        return self.representation.step_up if self.representation else self.step_up


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a waiting request.

    `logged_in_here`: the login was made in this very interaction. `reachable`: the highest level that any
    login method here can reach. `anybody`: whether there is anything to choose (only read where nothing was
    chosen). `consent_needed`: the person has yet to agree to what the client would get.
    """

    request: AuthorizationRequest
    began_at: Instant
    login: Login | None
    logged_in_here: bool
    reachable: Loa
    chosen: Chosen | None = None
    anybody: bool = True
    confirmed: bool = False
    consent_needed: bool = False


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Log in, at `at_least` this level where one is demanded."""

    reason: Reason
    at_least: Loa | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Say for whom."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """There is nobody whom this person can represent here, and not themselves either."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Say that the choice is right."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Agree to what the client gets."""


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing is left to ask."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The client gets an error."""

    denied: Denied


Step = Authenticate | Choose | Nobody | Confirm | Consent | Finish | Refuse


def next_step(situation: Situation) -> Step:
    """The one thing to do now."""
    request, login = situation.request, situation.login
    if login is None:
        return Authenticate(Reason.FIRST, _floor(request, situation.reachable))
    if not situation.logged_in_here and _is_to_log_in_again(situation, login):
        return Authenticate(Reason.AGAIN, _floor(request, situation.reachable))
    if request.hinted_person not in (None, login.person):
        return Refuse(ANOTHER_PERSON)
    if step := _level_of_login(situation, login):
        return step
    if request.ask is not None and (step := _representation(situation)):
        return step
    return Consent() if situation.consent_needed else Finish()


def _is_to_log_in_again(situation: Situation, login: Login) -> bool:
    request = situation.request
    if request.prompt & {"login", "select_account"} or request.hinted_person not in (None, login.person):
        return True
    # measured from the moment of asking: a slow reader need not log in twice
    return request.max_age is not None and login.auth_time < situation.began_at - request.max_age


def _level_of_login(situation: Situation, login: Login) -> Step | None:
    request = situation.request
    if asks_the_unreachable(request):
        return Refuse(LEVEL_NOT_REACHED)
    demanded = demanded_level(request)
    if demanded is not None and login.assurance < demanded:
        if situation.reachable < demanded:
            return Refuse(LEVEL_NOT_REACHED)
        return Authenticate(Reason.STRONGER, demanded)
    wished = wished_level(request)
    # a wish is put once: who logged in here and stayed below it goes on, and `acr` says what was reached
    if (
        wished is not None
        and not situation.logged_in_here
        and login.assurance < wished <= situation.reachable
    ):
        return Authenticate(Reason.STRONGER, wished)
    return None


def _representation(situation: Situation) -> Step | None:
    chosen = situation.chosen
    if chosen is None:
        return Choose() if situation.anybody else Nobody()
    if chosen.stronger is not None:
        if situation.reachable < chosen.stronger:
            return Refuse(LEVEL_NOT_REACHED)
        return Authenticate(Reason.STRONGER, chosen.stronger)
    if chosen.representation is not None and chosen.representation.other_means:
        return Authenticate(Reason.OTHER_MEANS)
    return None if situation.confirmed else Confirm()


def asks_the_unreachable(request: AuthorizationRequest) -> bool:
    """Whether `acr` is essential and none of its values is a level of ours: no login will ever do."""
    return request.acr_essential and bool(request.acr_values) and _lowest(request.acr_values) is None


def demanded_level(request: AuthorizationRequest) -> Loa | None:
    """The level below which no login will do: what client and request require, and essential `acr` values."""
    essential = _lowest(request.acr_values) if request.acr_essential else None
    levels = [level for level in (request.required_login, essential) if level is not None]
    return max(levels, default=None)


def wished_level(request: AuthorizationRequest) -> Loa | None:
    """The level that satisfies voluntary `acr_values`: the lowest of them that is ours, or a higher one."""
    return None if request.acr_essential else _lowest(request.acr_values)


def _lowest(acr_values: Sequence[str]) -> Loa | None:
    levels = [level for value in acr_values if (level := Loa.of_acr(value)) is not None]
    return min(levels, default=None)


def _floor(request: AuthorizationRequest, reachable: Loa) -> Loa | None:
    wished = wished_level(request)
    levels = [demanded_level(request), wished if wished is not None and wished <= reachable else None]
    return max((level for level in levels if level is not None), default=None)
