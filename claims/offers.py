"""A mandate or an appointment before it is one: asked for, offered, signed, taken up by somebody (`mandates` 5, states).

An offer is on no path (R3): the register keeps it apart from links, and makes mandates of it when both sides
have said yes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from claims.assurance import Loa
from claims.catalogue import Coverage, Service
from claims.desk import DeskAppointment
from claims.evidence import Fact
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits
from claims.mandates import NO_CLIENTS, Clients, Evidence, Mandate
from claims.organisation import Appointment
from claims.parties import PartyKind

__all__ = [
    "Approval",
    "Brought",
    "Offer",
    "OfferKind",
    "OfferState",
    "Office",
    "Part",
    "Said",
    "Taken",
    "Waits",
]


class OfferKind(StrEnum):
    """How the other side comes to it."""

    CODE = "code"  # whoever has the code, or the named helper alone (G6)
    EMPLOYEE = "employee"  # a code, after which the organisation confirms who came (G6c)
    PARTY = "party"  # a party that is known, which says yes itself (G7)
    REQUEST = "request"  # the helper asked: for themself, or for whom they may accept, that was their yes
    LETTER = "letter"  # the helper asked, and a letter with a code goes to who cannot log in (G6a)
    PAPER = "paper"  # signed on paper, recorded at a desk, and confirmed by a second person there (G7)


class OfferState(StrEnum):
    """Where it is; the words are stable. That it lapsed follows from time."""

    REQUESTED = "requested"
    OFFERED = "offered"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"

    @property
    def is_open(self) -> bool:
        """Whether something can still become of it."""
        return self in (OfferState.REQUESTED, OfferState.OFFERED)


class Waits(StrEnum):
    """For what an open offer waits."""

    APPROVAL = "approval"  # of who may grant for the represented party
    CODE = "code"  # until somebody types it
    ACCEPTANCE = "acceptance"  # of who may accept for the representative
    CONFIRMATION = "confirmation"  # of the represented organisation, of who came with the code
    SECOND_PAIR = "second_pair"  # of eyes: another person of the desk


_BY_CODE: Final = frozenset({OfferKind.CODE, OfferKind.EMPLOYEE, OfferKind.LETTER})


@dataclass(frozen=True, slots=True)
class Part:
    """One mandate of it: services, by id, with what may be done there (None: everything).

    With a `set` it is for all that lies in that, now or later (R23), and lists no services.
    """

    mandate: str
    services: frozenset[str]
    actions: frozenset[str] | None
    set: str | None = None

    @property
    def coverage(self) -> Coverage:
        """What it is for, as a mandate says it."""
        return Coverage(listed=self.services, set=self.set)

    def services_for(self, kind: PartyKind, services: Mapping[str, Service]) -> list[str]:
        """The ids of those it is for, also of listed ones that are not among `services`.

        What lies in its set and is for another kind of party is not among them: it is nothing to who gives this.
        """
        inside = {
            one.id
            for one in services.values()
            if self.set is not None and self.set in one.sets and kind in one.represented_kinds
        }
        return sorted(self.services | inside)


@dataclass(frozen=True, slots=True)
class Brought:
    """The yes of a person who did not log in: `by` whom it was brought, as the account says it, and what it rests on."""

    person: str
    by: str
    evidence: Evidence


Said = Loa | Brought
"""How somebody said yes: logged in at that level, or not logged in at all."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody who may grant for the represented party said yes.

    `assurance` is the lower of the login's level and of what entitles them. `is_live`: that was known from an entry
    at most 24 hours old. `alone`: they need no other to sign. `login` is None where their word was `brought`.
    """

    person: str
    authority: str
    login: Loa | None
    assurance: Loa
    is_live: bool
    alone: bool
    at: Instant
    brought: Brought | None = None

    @property
    def said(self) -> Said:
        """How they said it."""
        return self.brought or self.login or Loa.BASIC


@dataclass(frozen=True, slots=True)
class Office:
    """What somebody is appointed to arrange for an organisation: an offer that has one becomes an appointment.

    `appointment` is the id that it will have. `at_desk`: they arrange nothing, and help at the desk with these services.
    """

    appointment: str
    services: Coverage
    may_grant_chain: bool = False
    may_appoint: bool = False
    may_manage_means: bool = False
    at_desk: bool = False
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took it up with a code, or asked for it, and when; `person` acts for the representative."""

    person: str
    at: Instant
    brought: Brought | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer or request. `starts` is None for "as soon as it is given"; `representative` None until it is known.

    `assurance` is what was asked for. `reference` is what an organisation knows the invited employee by. With an
    `office` it has no parts: it becomes an appointment of the representative at the represented organisation (G3).
    `confirmed` are those who sign together and have seen who came with the code (G6c). `accepted` is the last yes, where
    it was brought. `proof` is what shows that the represented party wants it where nobody logged in to say so: then nobody approves, and it alone sets how
    sure the mandate is (G4). `evidence` is what the mandate will say that it was recorded from.
    """

    id: str
    kind: OfferKind
    state: OfferState
    represented: str
    representative: str | None
    parts: tuple[Part, ...]
    assurance: Loa
    starts: Instant | None
    until: Instant
    made_at: Instant
    lapses_at: Instant
    branch: str | None = None
    further_intermediaries: int = 0
    own_affairs: bool = True
    clients: Clients = NO_CLIENTS
    reference: str | None = field(default=None, repr=False)
    approvals: tuple[Approval, ...] = ()
    taken: Taken | None = None
    recorded_at: Instant | None = None
    office: Office | None = None
    confirmed: frozenset[str] = frozenset()
    accepted: Brought | None = None
    proof: frozenset[Fact] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    limits: Limits = NO_LIMITS

    def is_open(self, at: Instant) -> bool:
        """Whether something can still become of it at `at`."""
        return self.state.is_open and at < self.lapses_at

    def confirmed_by(self, approval: Approval) -> "Offer":
        """It with one more of those who sign together, who has seen who came: their yes is said anew."""
        others = tuple(one for one in self.approvals if one.person != approval.person)
        return replace(self, approvals=(*others, approval), confirmed=self.confirmed | {approval.person})

    def as_confirmed(self) -> "Offer":
        """It with those yeses alone that were said of who came."""
        return replace(self, approvals=tuple(one for one in self.approvals if one.person in self.confirmed))

    @property
    def is_silent(self) -> bool:
        """Whether it is a question that nobody answered: who asks is not told whether there was anybody to ask.

        A letter is answered with its code alone: that somebody got it, and refused, is not told either.
        """
        if self.kind is OfferKind.LETTER:
            return self.taken is None
        return self.kind is OfferKind.REQUEST and self.state is OfferState.REQUESTED

    @property
    def waits_for(self) -> Waits | None:
        """For what it waits; None where it is over."""
        if not self.state.is_open:
            return None
        if self.state is OfferState.REQUESTED:
            return Waits.SECOND_PAIR if self.kind is OfferKind.PAPER else Waits.APPROVAL
        if self.kind in _BY_CODE and self.taken is None:
            return Waits.CODE
        return Waits.CONFIRMATION if self.kind is OfferKind.EMPLOYEE else Waits.ACCEPTANCE

    @property
    def what(self) -> frozenset[tuple[Coverage, frozenset[str] | None]]:
        """For which services it is and what may be done there, whoever is to get it and until when."""
        return frozenset((part.coverage, part.actions) for part in self.parts)

    @property
    def brought(self) -> tuple[Brought, ...]:
        """Every word in it of who did not log in."""
        asked = None if self.taken is None else self.taken.brought
        words = (*(one.brought for one in self.approvals), asked, self.accepted)
        return tuple(one for one in words if one is not None)

    def mandates(self, assurance: Loa, now: Instant) -> tuple[Mandate, ...]:
        """What it is when it is given at `now`; LookupError where nobody is known to give it to."""
        if self.representative is None:
            raise LookupError("an offer is given to somebody")
        return tuple(
            Mandate(
                id=part.mandate,
                represented=self.represented,
                representative=self.representative,
                services=part.coverage,
                actions=part.actions,
                assurance=assurance,
                starts=max(now, self.starts or now),
                until=self.until,
                branch=self.branch,
                further_intermediaries=self.further_intermediaries,
                own_affairs=self.own_affairs,
                clients=self.clients,
                evidence=(
                    *self.evidence,
                    Evidence("register", f"offer {self.id}"),
                    *dict.fromkeys(one.evidence for one in self.brought),
                ),
                recorded_at=now,
                limits=self.limits,
            )
            for part in self.parts
        )

    def appointment(self, assurance: Loa, now: Instant) -> Appointment | None:
        """The appointment that it is when it is given at `now`; None where it is no offer of one. LookupError likewise."""
        if self.office is None or self.office.at_desk:
            return None
        if self.representative is None:
            raise LookupError("an offer is given to somebody")
        return Appointment(
            id=self.office.appointment,
            organisation=self.represented,
            person=self.representative,
            services=self.office.services,
            assurance=assurance,
            starts=max(now, self.starts or now),
            until=self.until,
            may_grant_chain=self.office.may_grant_chain,
            may_appoint=self.office.may_appoint,
            may_manage_means=self.office.may_manage_means,
            recorded_at=now,
            limits=self.office.limits,
        )

    def desk_appointment(self, now: Instant) -> DeskAppointment | None:
        """The appointment at a desk that it is when it is given at `now`; None and LookupError likewise."""
        if self.office is None or not self.office.at_desk:
            return None
        if self.representative is None:
            raise LookupError("an offer is given to somebody")
        return DeskAppointment(
            id=self.office.appointment,
            organisation=self.represented,
            person=self.representative,
            services=self.office.services,
            starts=max(now, self.starts or now),
            until=self.until,
            recorded_at=now,
        )
