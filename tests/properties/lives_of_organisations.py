"""Who arranges what for an organisation: appointments given, narrowed, suspended, laid down and ended, and who leaves."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage
from claims.instants import parse_instant
from claims.register import appointing, leaving
from claims.register.appointing import Narrower
from tests.properties.lives import Life
from tests.properties.rightly import Given
from tests.properties.who_lives import (
    DAY,
    FOR_ONE,
    ORGANISATIONS,
    TOGETHER,
    anything,
    givers,
    levels,
    patience,
    people,
)
from tests.support.appointments import an_appointment
from tests.support.offers import actor
from tests.support.register import VAULT

__all__ = ["OfOrganisations"]

reaches = st.sampled_from(
    (
        EVERYTHING,
        Coverage(listed=frozenset({"vat-return"})),
        Coverage(listed=frozenset({"permit", "benefit"})),
        Coverage(set="s-town"),
        Coverage(set="s-business"),
    )
)


class OfOrganisations(Life):
    """The steps of those who sign, and of those whom they appoint."""

    @rule(
        giver=st.one_of(st.sampled_from(FOR_ONE), st.sampled_from(TOGETHER), givers),
        to=st.one_of(st.none(), people),
        services=reaches,
        flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
        level=levels,
        days=st.integers(1, 800),
        taker=people,
        steps=patience,
    )
    def appoints_somebody(
        self,
        giver: tuple[str, str],
        to: str | None,
        services: Coverage,
        flags: tuple[bool, bool, bool],
        level: Loa,
        days: int,
        taker: str,
        steps: int,
    ) -> None:
        person, organisation = giver
        if organisation not in ORGANISATIONS:
            return
        chain, appoint, means = flags
        offer = an_appointment(
            organisation,
            to,
            services=services,
            may_grant_chain=chain,
            may_appoint=appoint,
            may_manage_means=means,
            assurance=level,
            until=self.now + days * DAY,
        )
        self.makes(offer, person, level, taker, steps)

    @rule(which=anything, person=people, act=st.sampled_from(("end", "suspend", "resume", "narrow")))
    def an_appointment_is_changed(self, which: int, person: str, act: str) -> None:
        """By who may: one who signs, or one who could have given all of it."""
        id = self.one(sorted(self.appointed), which)
        with self.recording() as db:
            found = appointing.find(db, id)
            assert found is not None
            ground = next(iter(appointing.within_reach(db, person, found, now=self.now)), None)
            if ground is None:
                return
            by = actor(person, found.organisation)
            if act == "narrow":
                left = Narrower(
                    services=Coverage(listed=frozenset({"vat-return"})) if which % 3 else found.services,
                    assurance=Loa.LOW if which % 2 else found.assurance,
                    until=self.now + DAY if which % 5 else found.until,
                    may_grant_chain=found.may_grant_chain and bool(which % 7),
                    may_appoint=found.may_appoint and bool(which % 11),
                    may_manage_means=found.may_manage_means,
                )
                appointing.narrow(db, VAULT, id, left, by=by, now=self.now)
                return
            steps: dict[str, Any] = {
                "end": appointing.end,
                "suspend": appointing.suspend,
                "resume": appointing.resume,
            }
            steps[act](db, VAULT, id, by=by, now=self.now)

    @rule(which=anything)
    def an_administrator_lays_it_down(self, which: int) -> None:
        one = self.appointed[self.one(sorted(self.appointed), which)]
        with self.recording() as db:
            appointing.resign(db, VAULT, one["id"], by=actor(one["person"]), now=self.now)

    @rule(giver=givers, who=people)
    def somebody_leaves(self, giver: tuple[str, str], who: str) -> None:
        """Uit dienst: who binds the organisation alone leaves them nothing of it (G8)."""
        person, organisation = giver
        if organisation not in ORGANISATIONS or who == person:
            return
        before = Given(self.document(), self.now)
        with self.recording() as db:
            reach = leaving.within(db, person, organisation, now=self.now)
            if not reach.authorities and not reach.grounds:
                return
            gone = leaving.leave(
                db, VAULT, organisation, who, reach, by=actor(person, organisation), now=self.now
            )
        if any(
            one.alone and one.services == "*" and not one.is_appointment
            for one in before.grounds(person, organisation)
        ):
            assert () == gone.beyond
            after = self.document()
            assert not [
                one
                for key, side, other in (
                    ("mandates", "represented", "representative"),
                    ("appointments", "organisation", "person"),
                )
                for one in after[key]
                if (one[side], one[other]) == (organisation, who)
                and not one.get("revoked_at")
                and self.now < parse_instant(one.get("until") or "9999-01-01T00:00:00Z")
            ]
