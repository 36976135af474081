"""What somebody fills in to appoint an administrator, or somebody at the desk, or to leave one less: made an office of (G3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from authz_server.i18n import gettext
from authz_server.portal.narrowing import limits_wished
from authz_server.portal.wishes import EMPLOYEE, MYSELF, Wish, new_id, period_of, unknown_by, wish_of
from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage, Service
from claims.instants import Instant
from claims.offers import Offer, OfferKind, OfferState, Office
from claims.parties import Party

__all__ = [
    "ALL",
    "SOME",
    "OfficeWish",
    "appointing_offer_of",
    "coverage_of",
    "desk_of_wish",
    "office_of_wish",
    "office_wish_of",
]

ALL = "all"
SOME = "some"
_SERVICE = "service:"


@dataclass(frozen=True, slots=True)
class OfficeWish:
    """The form as it was sent. `to` and the period stand in `wish`; `reach` is one of the words above."""

    wish: Wish
    reach: str
    services: frozenset[str]
    level: Loa
    chain: bool
    appoint: bool
    means: bool


def office_wish_of(form: Mapping[str, str]) -> OfficeWish:
    """What was filled in; every text is bounded."""
    return OfficeWish(
        wish=wish_of(form),
        reach=form.get("reach", ALL) if form.get("reach") in (ALL, SOME) else ALL,
        services=frozenset(name.removeprefix(_SERVICE) for name in form if name.startswith(_SERVICE)),
        level=_level(form.get("level")),
        chain="chain" in form,
        appoint="appoint" in form,
        means="means" in form,
    )


def coverage_of(filled: OfficeWish, services: Sequence[Service]) -> Coverage:
    """The services that were chosen, among those that there are to choose from."""
    if filled.reach == ALL:
        return EVERYTHING
    return Coverage(listed=frozenset(one.id for one in services if one.id in filled.services))


def office_of_wish(filled: OfficeWish, services: Sequence[Service]) -> Office:
    """What was chosen for somebody to arrange."""
    coverage = coverage_of(filled, services)
    return Office(new_id("ap"), coverage, filled.chain, filled.appoint, filled.means)


def desk_of_wish(filled: OfficeWish, services: Sequence[Service], organisation: str) -> Office:
    """What was chosen for somebody to help with at the organisation's desk."""
    coverage = coverage_of(filled, services)
    if coverage.everything:
        coverage = Coverage(provider=organisation)
    return Office(new_id("ad"), coverage, at_desk=True)


def appointing_offer_of(
    filled: OfficeWish,
    organisation: Party,
    person: str,
    known: Mapping[str, Party],
    office: Office,
    *,
    offer_id: str,
    now: Instant,
) -> Offer | dict[str, str]:
    """The offer of an appointment that was wished for, or what is wrong with each field.

    `known` are the persons who can be picked; `person` is who fills this in; `office` is what was chosen.
    """
    wish = filled.wish
    wrong: dict[str, str] = {}
    if wish.to == EMPLOYEE:
        if (unknown := unknown_by(wish)) is not None:
            wrong["reference"] = unknown
    elif wish.to != MYSELF and wish.to not in known:
        wrong["to"] = (
            gettext("Choose who will work at the desk.")
            if office.at_desk
            else gettext("Choose who will arrange this.")
        )
    if office.services == Coverage():
        wrong["reach"] = gettext("Choose at least one service.")
    starts, until, wrong_period = period_of(wish, now)
    limits, wrong_limits = limits_wished("", wish.amount, wish.weekdays)
    wrong |= wrong_period | wrong_limits
    if wrong or until is None:
        return wrong
    by_code = wish.to == EMPLOYEE
    return Offer(
        id=offer_id,
        kind=OfferKind.EMPLOYEE if by_code else OfferKind.PARTY,
        state=OfferState.OFFERED,
        represented=organisation.id,
        representative=None if by_code else person if wish.to == MYSELF else wish.to,
        parts=(),
        assurance=filled.level,
        starts=starts,
        until=until,
        made_at=now,
        lapses_at=now,
        reference=wish.reference if by_code else None,
        office=office if office.at_desk else replace(office, limits=limits),
    )


def _level(word: str | None) -> Loa:
    try:
        return Loa.of_word(word or "")
    except ValueError:
        return Loa.HIGH
