"""What somebody fills in to give a permission: read, and made an offer of, or told field by field what is wrong."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from authz_server.i18n import gettext
from authz_server.portal.narrowing import limits_wished
from claims.assurance import Loa
from claims.catalogue import Service
from claims.granting import FIRST_OFFERED, parts_of, years_after
from claims.identifiers import holds_a_bsn
from claims.instants import Instant, day_of, start_of_day
from claims.mandates import ALL_CLIENTS, NO_CLIENTS, Clients
from claims.offers import Offer, OfferKind, OfferState, Part
from claims.parties import Party, PartyKind, cleaned
from claims.typed_days import end_of, typed_day

__all__ = [
    "BY_CODE",
    "EMPLOYEE",
    "MYSELF",
    "ORGANISATION",
    "SET",
    "TEAM",
    "Wish",
    "grantable",
    "new_id",
    "offer_of",
    "period_of",
    "unknown_by",
    "wish_of",
]

BY_CODE: Final = "code"
EMPLOYEE: Final = "employee"
ORGANISATION: Final = "organisation"
MYSELF: Final = "myself"
TEAM: Final = "team:"  # before the id of a team, where a permission is for its clients
SET: Final = "set:"  # before the id of a set of services that is wished for as a whole
_TASK: Final = "task:"
_ON: Final = "on:"
_LONGEST: Final = 200  # characters of what is typed
_LONGEST_REFERENCE: Final = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """The form as it was sent. `to` is one of the words above, or the id of a party that had a permission before."""

    to: str
    number: str
    reference: str
    tasks: frozenset[str]
    sets: frozenset[str]
    lasts: str
    until: str
    starts: str
    for_whom: str
    further: bool
    branch: str
    case: str
    amount: str
    weekdays: frozenset[str]


def wish_of(form: Mapping[str, str]) -> Wish:
    """What was filled in; every text is bounded."""

    def text(name: str) -> str:
        return cleaned(form.get(name, "")).strip()[:_LONGEST]

    return Wish(
        to=text("to"),
        number=text("number").replace(" ", ""),
        reference=text("reference")[:_LONGEST_REFERENCE],
        tasks=frozenset(name.removeprefix(_TASK) for name in form if name.startswith(_TASK)),
        sets=frozenset(name.removeprefix(SET) for name in form if name.startswith(SET)),
        lasts=text("lasts") or "year",
        until=text("until"),
        starts=text("from"),
        for_whom=text("for_whom") or "own",
        further="further" in form,
        branch=text("branch"),
        case=text("case"),
        amount=text("amount"),
        weekdays=frozenset(name.removeprefix(_ON) for name in form if name.startswith(_ON)),
    )


def grantable(services: Mapping[str, Service], party: Party) -> list[Service]:
    """The services for which the party can give a permission, by provider."""
    found = [
        service
        for service in services.values()
        if service.takes_mandates and party.kind in service.represented_kinds
    ]
    return sorted(found, key=lambda service: (service.provider, service.id))


def new_id(kind: str) -> str:
    """An id for an offer or a mandate, which nobody can guess and nobody had before."""
    return f"{kind}-{secrets.token_urlsafe(16)}"


def offer_of(
    wish: Wish,
    represented: Party,
    person: str,
    to_whom: Party | None,
    services: Sequence[Service],
    *,
    offer_id: str,
    now: Instant,
    teams: Collection[str] = (),
    sets: Collection[str] = (),
) -> Offer | dict[str, str]:
    """The offer that was wished for, or what is wrong with each field.

    `teams` are those of the represented organisation, `sets` those of services that can be given. `to_whom` is the party that `wish.to` and `wish.number` name, None where there is none or nobody is named.
    """
    kind = _kind(wish, to_whom)
    wrong = _wrong_people(wish, kind, teams)
    ids = (new_id("m") for _ in iter(int, 1))
    chosen = [tuple(one.split(":", 1)) for one in wish.tasks if ":" in one]
    parts = parts_of([(service, task) for service, task in chosen], {one.id: one for one in services}, ids)
    parts += tuple(Part(next(ids), frozenset(), None, id) for id in sorted(wish.sets) if id in sets)
    if not parts:
        wrong["tasks"] = gettext("Choose at least one task.")
    starts, until, wrong_period = period_of(wish, now)
    limits, wrong_limits = limits_wished(wish.case, wish.amount, wish.weekdays)
    wrong |= wrong_period | wrong_limits
    if wrong or kind is None or until is None:
        return wrong
    to_organisation = to_whom is not None and to_whom.kind is PartyKind.ORGANISATION
    offer = Offer(
        id=offer_id,
        kind=kind,
        state=OfferState.OFFERED,
        represented=represented.id,
        representative=person if wish.to == MYSELF else to_whom.id if to_whom else None,
        parts=parts,
        assurance=Loa.HIGH,
        starts=starts,
        until=until,
        made_at=now,
        lapses_at=now,
        branch=wish.branch or None,
        further_intermediaries=1 if wish.further and to_organisation else 0,
        reference=wish.reference if kind is OfferKind.EMPLOYEE else None,
        limits=limits,
    )
    if represented.kind is PartyKind.ORGANISATION:
        for_clients = wish.for_whom == "clients" or wish.for_whom.startswith(TEAM)
        offer = replace(offer, clients=_clients(wish), own_affairs=not for_clients)
    return offer


def _wrong_people(wish: Wish, kind: OfferKind | None, teams: Collection[str]) -> dict[str, str]:
    """What is wrong with who gets it, and with for whom it may be used."""
    wrong: dict[str, str] = {}
    if kind is None and wish.to == ORGANISATION:
        wrong["number"] = gettext("We do not know an organisation with this number. Give it a code instead.")
    elif kind is None:
        wrong["to"] = gettext("Choose who gets the permission.")
    if kind is OfferKind.EMPLOYEE and (unknown := unknown_by(wish)) is not None:
        wrong["reference"] = unknown
    if wish.for_whom.startswith(TEAM) and wish.for_whom.removeprefix(TEAM) not in teams:
        wrong["for_whom"] = gettext("Choose for whom the permission may be used.")
    return wrong


def _clients(wish: Wish) -> Clients:
    """Of which clients of the organisation it may be used."""
    if wish.for_whom.startswith(TEAM):
        return Clients(groups=frozenset({wish.for_whom.removeprefix(TEAM)}), listed=True)
    return ALL_CLIENTS if wish.for_whom in ("clients", "both") else NO_CLIENTS


def unknown_by(wish: Wish) -> str | None:
    """Why nobody can be invited by what was filled in (G6c); None where somebody can.

    An organisation never types an employee's BSN: what passes as one is kept nowhere.
    """
    if wish.reference and not holds_a_bsn(wish.reference):
        return None
    return gettext("Fill in by what you know this employee: a staff number or a mail address.")


def period_of(wish: Wish, now: Instant) -> tuple[Instant | None, Instant | None, dict[str, str]]:
    """When it begins (None for at once) and ends, and what is wrong with either field."""
    starts, wrong_start = _start(wish, now)
    until, wrong_end = _end(wish, starts or now)
    return starts, until, wrong_start | wrong_end


def _kind(wish: Wish, to_whom: Party | None) -> OfferKind | None:
    match wish.to:
        case "code":
            return OfferKind.CODE
        case "employee":
            return OfferKind.EMPLOYEE
        case "myself":
            return OfferKind.PARTY
    return None if to_whom is None else OfferKind.PARTY


def _start(wish: Wish, now: Instant) -> tuple[Instant | None, dict[str, str]]:
    """When it begins, None for at once."""
    if not wish.starts:
        return None, {}
    day = typed_day(wish.starts)
    if day is None:
        return None, {"from": gettext("Fill in a date like this: 31-12-2027.")}
    if day < day_of(now):
        return None, {"from": gettext("A permission cannot begin in the past.")}
    return (None if day == day_of(now) else start_of_day(day)), {}


def _end(wish: Wish, start: Instant) -> tuple[Instant | None, dict[str, str]]:
    if wish.lasts == "year":
        return years_after(start, FIRST_OFFERED), {}
    day = typed_day(wish.until)
    if day is None:
        return None, {"until": gettext("Fill in a date like this: 31-12-2027.")}
    return end_of(day), {}
