"""A mandate as both sides read it: who, which tasks, until when, and for whose affairs (G11)."""

from collections.abc import Mapping
from dataclasses import dataclass

from authz_server.i18n import action_words, day, gettext, language, until_words
from authz_server.limit_words import or_none
from authz_server.login.lines import branch_words, in_words, marks_of
from claims.catalogue import Service
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import Party, PartyKind
from claims.register.standing_mandates import ended_at

__all__ = ["Given", "set_words", "told", "ways"]


@dataclass(frozen=True, slots=True)
class Given:
    """One row: `ways` are those in which it can be stopped or taken up again here and now.

    `history` says whether this reader may see what happened to it, `review` that who gave it has left (G13).
    """

    id: str
    name: str
    marks: str | None
    what: str
    branch: str | None
    until: str
    for_whom: str | None
    ways: tuple[str, ...]
    history: bool = False
    review: bool = False
    limits: str | None = None


def told(
    mandate: Mandate,
    other: Party | None,
    services: Mapping[str, Service],
    parties: Mapping[str, Party],
    *,
    now: Instant,
    ways: tuple[str, ...],
    history: bool = False,
    review: bool = False,
) -> Given:
    """The row of a mandate; `other` is the party on the other side of it."""
    ended = _ended(mandate, parties, now)
    represented = parties.get(mandate.represented)
    branch = branch_words(represented, mandate.branch) if represented and mandate.branch else None
    return Given(
        id=mandate.id,
        name=other.name if other else "",
        marks=marks_of(other) if other else None,
        what=_what(mandate, services, parties),
        branch=branch,
        until=ended or _until(mandate, now),
        for_whom=_for_whom(mandate),
        ways=() if ended else ways,
        history=history,
        review=review and not ended,
        limits=or_none(mandate.limits),
    )


def ways(mandate: Mandate, now: Instant, *, given: bool) -> tuple[str, ...]:
    """What whoever gave the mandate, or else whoever was given it, can do with it (G8)."""
    if mandate.has_ended(now):
        return ()
    if not given:
        return ("renounce",)
    return ("stop", "resume" if mandate.is_suspended(now) else "pause")


def _ended(mandate: Mandate, parties: Mapping[str, Party], now: Instant) -> str | None:
    """That it is over and since when; never why: stopped, past its end, or with somebody who is no longer there (R4)."""
    since = ended_at(mandate, parties, now)
    return None if since is None else gettext("stopped on %(day)s", day=day(since))


def _until(mandate: Mandate, now: Instant) -> str:
    words = until_words(mandate.until)
    if mandate.starts > now:
        words = gettext("from %(day)s", day=day(mandate.starts)) + ", " + words
    if mandate.is_suspended(now):
        words += " · " + gettext("stopped for a while")
    return words


def _what(mandate: Mandate, services: Mapping[str, Service], parties: Mapping[str, Party]) -> str:
    covered = mandate.services
    if covered.everything:
        name = gettext("everything, at all organisations")
    elif covered.set is not None:
        represented = parties.get(mandate.represented)
        name = set_words(covered.set, services, represented.kind if represented else None)
    elif covered.provider is not None:
        provider = parties.get(covered.provider)
        name = gettext("everything at %(provider)s", provider=provider.name if provider else covered.provider)
    else:
        listed = [services[one] for one in sorted(covered.listed) if one in services]
        name = ", ".join(in_words(one.name) for one in listed)
        if len(listed) == 1 and (task := _task(mandate, listed[0])):
            return name if task == name else f"{name}: {task}"
    if mandate.actions is not None:
        name = f"{name} ({action_words(sorted(mandate.actions))})"
    return name


def set_words(id: str, services: Mapping[str, Service], kind: PartyKind | None = None) -> str:
    """Which services lie in the set now, and that more can come (R23); those for parties of that kind, where it is known."""
    inside = sorted(
        in_words(one.name)
        for one in services.values()
        if id in one.sets and (kind is None or kind in one.represented_kinds)
    )
    if not inside:
        return gettext("a group of services, in which there is none now, and what is added to it later")
    return gettext(
        "a group of services: %(services)s, and what is added to it later", services=", ".join(inside)
    )


def _task(mandate: Mandate, service: Service) -> str | None:
    """The task that these actions are, in its own words."""
    allowed = set(service.actions if mandate.actions is None else mandate.actions)
    for task in service.tasks:
        if set(task.actions) == allowed & set(service.actions):
            return task.name.nl if language() == "nl" else task.name.en
    return None


def _for_whom(mandate: Mandate) -> str | None:
    """What `clients` reaches; None for one's own affairs alone."""
    clients = mandate.clients
    if clients.everyone:
        reach = gettext("for all clients, also those who come later")
    elif not clients.listed:
        return None
    else:
        reach = gettext("for some clients")
    return gettext("for your own affairs, and %(reach)s", reach=reach) if mandate.own_affairs else reach
