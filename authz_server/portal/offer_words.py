"""An offer as both sides read it, in the words of the mandate that it becomes (G11), and why one cannot be given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from authz_server.i18n import Lazy, day, gettext, lazy_gettext
from authz_server.login.lines import in_words
from authz_server.portal.office_words import office_told
from authz_server.portal.told import Given, told
from claims.catalogue import Service
from claims.granting import Fault, WhyNot
from claims.instants import Instant
from claims.offers import Offer, OfferKind, Office, Waits
from claims.parties import Party
from claims.register.offer_judging import Refused, Why

__all__ = ["Waiting", "fault_words", "lines_of", "refused_words", "waiting_line", "waits_words", "words_of"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open offer in a list: who is on the other side, what it is about, and for what it waits."""

    id: str
    name: str
    what: str
    until: str
    waits: str


def lines_of(
    offer: Offer, services: Mapping[str, Service], parties: Mapping[str, Party], *, now: Instant
) -> list[Given]:
    """What it will be, one line for each mandate, or for the appointment."""
    if offer.office is not None:
        return [_office_line(offer, offer.office, services, parties, now=now)]
    known = replace(offer, representative=offer.representative or "")
    other = parties.get(offer.representative or "")
    return [
        told(one, other, services, parties, now=now, ways=()) for one in known.mandates(offer.assurance, now)
    ]


def _office_line(
    offer: Offer,
    office: Office,
    services: Mapping[str, Service],
    parties: Mapping[str, Party],
    *,
    now: Instant,
) -> Given:
    other = parties.get(offer.representative or "")
    name = other.name if other else ""
    line = office_told(office, offer.assurance, offer.starts, offer.until, name, services, parties, now=now)
    return Given(line.id, name, None, line.words, None, line.until, None, ())


def words_of(
    offer: Offer, services: Mapping[str, Service], parties: Mapping[str, Party], *, now: Instant
) -> list[str]:
    """The same as lines of text, where there is no page: on paper, and in what is told of it."""
    return [
        ", ".join(filter(None, (line.what, line.branch, line.limits, line.for_whom, line.until)))
        for line in lines_of(offer, services, parties, now=now)
    ]


def waiting_line(
    offer: Offer, services: Mapping[str, Service], parties: Mapping[str, Party], *, given: bool, now: Instant
) -> Waiting:
    """It in a list of those that wait; `given` on the page of the party that gives."""
    other = offer.representative if given else offer.represented
    lines = lines_of(offer, services, parties, now=now)
    party = parties.get(other) if other else None
    return Waiting(
        id=offer.id,
        name=party.name if party else _whoever(offer),
        what="; ".join(line.what for line in lines),
        until=lines[0].until if lines else "",
        waits=waits_words(offer, given=given),
    )


def waits_words(offer: Offer, *, given: bool) -> str:
    """For what it waits, to who reads it."""
    match offer.waits_for:
        case Waits.APPROVAL if offer.kind is OfferKind.REQUEST:
            return gettext("They ask for your permission.")
        case Waits.APPROVAL:
            return gettext("Waits until enough people have signed.")
        case Waits.CODE if offer.kind is OfferKind.LETTER:
            return gettext(
                "They ask for your permission. The letter that we sent you holds a code, which works until and including"
                " %(day)s.",
                day=day(offer.lapses_at - 1),
            )
        case Waits.CODE:
            return gettext("Waits for the code, until and including %(day)s.", day=day(offer.lapses_at - 1))
        case Waits.SECOND_PAIR:
            return gettext("Recorded at a desk, from paper. Waits until a second person there confirms it.")
        case Waits.ACCEPTANCE:
            return gettext("Waits for their answer.") if given else gettext("Waits for your answer.")
        case Waits.CONFIRMATION:
            return (
                gettext("Waits until you confirm who came.")
                if given
                else gettext("Waits until they confirm that it is you.")
            )
    return gettext("This is over.")


def refused_words(refused: Refused, services: Mapping[str, Service]) -> list[str]:
    """Why it cannot be, in words for the person, each with what can be done."""
    match refused.why:
        case Why.CANNOT_BE_GRANTED:
            return fault_words(refused.faults, services)
        case Why.ALREADY_SIGNED:
            return [gettext("You have signed already. Somebody else must sign too.")]
        case Why.TOO_MANY_OPEN:
            return [gettext("There are too many that wait. Take some back first.")]
        case Why.NOT_NOW:
            return [gettext("This is no longer open. Look at what became of it.")]
        case Why.OWN_AFFAIR:
            return [gettext("This is about yourself. Let two others at the desk do it.")]
        case Why.SECOND_PERSON:
            return [gettext("You recorded this yourself. Somebody else at the desk must confirm it.")]
        case Why.NOT_ENTITLED | Why.UNKNOWN_OFFER | Why.SAME_HAND:
            return [gettext("You may not do this.")]


_FAULTS: Final[dict[WhyNot, Lazy]] = {
    WhyNot.NOTHING_CHOSEN: lazy_gettext("Choose at least one task."),
    WhyNot.TO_ONESELF: lazy_gettext("You cannot give yourself this permission."),
    WhyNot.STARTS_IN_THE_PAST: lazy_gettext("A permission cannot begin in the past."),
    WhyNot.ENDS_TOO_SOON: lazy_gettext("The last day must be later than the first."),
    WhyNot.ENDS_TOO_LATE: lazy_gettext(
        "A permission lasts five years at most, and no longer than your own right to give it. Choose an earlier day."
    ),
    WhyNot.SERVICE_NOT_OFFERED: lazy_gettext("No permission can be given for %(service)s."),
    WhyNot.OTHER_KIND_OF_PARTY: lazy_gettext(
        "%(service)s is for others: not for this person or this organisation."
    ),
    WhyNot.NO_INTERMEDIARIES: lazy_gettext(
        "%(service)s does not work with organisations that help. Choose a person."
    ),
    WhyNot.UNKNOWN_BRANCH: lazy_gettext("This branch cannot be chosen for %(service)s."),
    WhyNot.OUT_OF_REACH: lazy_gettext("You may not give a permission for %(service)s."),
    WhyNot.NO_CHAINS: lazy_gettext(
        "You may not let another organisation act. Ask somebody who may sign for the organisation."
    ),
    WhyNot.TOO_WEAK: lazy_gettext("For %(service)s we want to know more surely who gives the permission."),
    WhyNot.RESTRICTED: lazy_gettext(
        "This permission cannot be given for %(service)s. Ask the legal representative."
    ),
    WhyNot.NO_APPOINTING: lazy_gettext(
        "You may not appoint anybody to arrange this. Ask somebody who may sign for the organisation."
    ),
    WhyNot.NO_MEANS: lazy_gettext(
        "You may not let anybody decide how people log in. Ask somebody who may sign for the organisation."
    ),
    WhyNot.LIMIT_NOT_HEEDED: lazy_gettext(
        "%(service)s cannot keep to this limit. Leave the limit out, or choose something else."
    ),
    WhyNot.CASE_OF_ONE_SERVICE: lazy_gettext(
        "A case belongs to one service. Choose tasks of one service only."
    ),
    WhyNot.BEYOND_LIMITS: lazy_gettext(
        "You may not give more than you may yourself. Choose a lower amount, or fewer days."
    ),
    WhyNot.NOT_OF_THIS_DESK: lazy_gettext(
        "At your desk people are helped with services of your own organisation."
    ),
    WhyNot.ON_NO_DAY: lazy_gettext(
        "On none of these days the permission holds. Choose other days, or a later end."
    ),
    WhyNot.CEASED: lazy_gettext("This permission cannot be given: somebody is no longer there."),
}


def fault_words(faults: Iterable[Fault], services: Mapping[str, Service]) -> list[str]:
    """Each of them, once."""
    return list(dict.fromkeys(_fault(one, services.get(one.service or "")) for one in faults))


def _fault(fault: Fault, service: Service | None) -> str:
    name = in_words(service.name) if service else gettext("this service")
    return str(_FAULTS[fault.why]).replace("%(service)s", name)


def _whoever(offer: Offer) -> str:
    if offer.kind is OfferKind.EMPLOYEE and offer.reference:
        return gettext("Employee %(reference)s", reference=offer.reference)
    return gettext("Whoever has the code")
