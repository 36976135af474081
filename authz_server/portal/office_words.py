"""What an administrator arranges, in the words that both sides read (G3, G11)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from authz_server.i18n import day, gettext, level_words, until_words
from authz_server.limit_words import or_none
from authz_server.login.lines import in_words
from authz_server.portal.told import set_words
from claims.assurance import Loa
from claims.catalogue import Service
from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.offers import Office
from claims.organisation import Appointment
from claims.parties import Party, PartyKind

__all__ = ["Told", "appointment_told", "office_told"]


@dataclass(frozen=True, slots=True)
class Told:
    """One appointment, or what will be one. `may` is what it lets the person do besides; `ways` what can be done with it."""

    id: str
    name: str
    what: str
    may: tuple[str, ...]
    level: str
    until: str
    ways: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All that they arrange, in one line."""
        return "; ".join([self.what, *self.may])


def office_told(
    office: Office,
    assurance: Loa,
    starts: Instant | None,
    until: Instant | None,
    name: str,
    services: Mapping[str, Service],
    parties: Mapping[str, Party],
    *,
    now: Instant,
) -> Told:
    """What somebody of that name is appointed to arrange, or to help with at the desk."""
    which = _which(office, services, parties)
    if office.at_desk:
        what = gettext("Helps people at the desk with: %(services)s", services=which)
        return Told(office.appointment, name, what, (), "", _period(starts, until, now))
    return Told(
        id=office.appointment,
        name=name,
        what=gettext("Arranges who may do something: %(services)s", services=which),
        may=tuple(_besides(office)),
        level=gettext("We are at most this sure of what they give: %(level)s", level=level_words(assurance)),
        until=_period(starts, until, now),
    )


def appointment_told(
    one: Appointment | DeskAppointment,
    office: Office,
    name: str,
    services: Mapping[str, Service],
    parties: Mapping[str, Party],
    *,
    now: Instant,
    ways: tuple[str, ...] = (),
) -> Told:
    """The same of an appointment, with where it is in its life."""
    level = one.assurance if isinstance(one, Appointment) else Loa.BASIC
    told = office_told(office, level, one.starts, one.until, name, services, parties, now=now)
    period = told.until
    if one.revoked_at is not None and one.revoked_at <= now:
        period = gettext("stopped on %(day)s", day=day(one.revoked_at))
    elif one.until is not None and one.until <= now:
        period = gettext("stopped on %(day)s", day=day(one.until))
    elif one.is_suspended(now):
        period += " · " + gettext("stopped for a while")
    return Told(told.id, told.name, told.what, told.may, told.level, period, ways)


def _which(office: Office, services: Mapping[str, Service], parties: Mapping[str, Party]) -> str:
    if office.services.everything:
        return gettext("everything")
    if office.services.set is not None:
        return set_words(office.services.set, services, PartyKind.ORGANISATION)
    if office.services.provider is not None:
        provider = parties.get(office.services.provider)
        name = office.services.provider if provider is None else provider.name
        return gettext("everything at %(provider)s", provider=name)
    return ", ".join(
        in_words(services[id].name) if id in services else id for id in sorted(office.services.listed)
    )


def _besides(office: Office) -> Iterator[str]:
    if (limits := or_none(office.limits)) is not None:
        yield gettext("what this person gives is limited: %(limits)s", limits=limits)
    if office.may_grant_chain:
        yield gettext("may let another organisation act")
    if office.may_appoint:
        yield gettext("may appoint others who arrange this")
    if office.may_manage_means:
        yield gettext("may decide how people log in for the organisation")


def _period(starts: Instant | None, until: Instant | None, now: Instant) -> str:
    words = until_words(until)
    if starts is None or starts <= now:
        return words
    return gettext("from %(day)s", day=day(starts)) + ", " + words
