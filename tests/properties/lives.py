"""A register that is lived in: what its people can do with mandates, and what is known of it besides."""

import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, ClassVar
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.identifiers import Identifier, Scheme
from claims.instants import written
from claims.limits import NO_LIMITS
from claims.mandates import Clients, Mandate
from claims.offers import Offer, OfferKind, Waits
from claims.register import (
    accepting,
    activating,
    declining,
    ending,
    freezing,
    journal,
    lookup,
    offering,
    offers_kept,
    overview,
    resuming,
    suspending,
)
from claims.register.activating import Drawn, Typed
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from claims.register.world import export_lists, import_world
from keys.storage import Connected, Database
from tests.claims.register.test_resolving import TODAY
from tests.properties.rightly import Given
from tests.properties.who_lives import (
    BESIDE,
    DAY,
    FOR_ONE,
    GIVERS,
    OF_ORGANISATIONS,
    OF_PEOPLE,
    ORGANISATIONS,
    PEOPLE,
    SERVICES,
    TOGETHER,
    What,
    anything,
    givers,
    heeds,
    levels,
    patience,
    people,
    somebody,
    whats,
)
from tests.support.databases import a_database
from tests.support.offers import CODES, actor, an_offer, fresh_world
from tests.support.register import VAULT, landed

__all__ = ["Life"]


def drawn_from(source: Random) -> Callable[[int], str]:
    """Texts as `secrets.token_urlsafe` makes them, of numbers from `source`."""

    def text(size: int) -> str:
        return urlsafe_b64encode(source.randbytes(size)).rstrip(b"=").decode()

    return text


class Life(RuleBasedStateMachine):
    """A register on a database of `kind`, and the steps by which mandates come and go."""

    kind: ClassVar[str] = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="namens-lived-in-")
        self._opened = a_database(self.kind, Path(self._folder.name))
        self.database: Database = self._opened.__enter__()
        # The ids that the register draws are the same whenever the same life is lived: what is listed is listed by id.
        self._ids = patch("secrets.token_urlsafe", drawn_from(Random(0)))
        self._ids.start()
        self.now = TODAY
        self.offers: list[str] = []  # those that are open
        self.codes: list[tuple[str, str]] = []  # the offer's represented party, and a code
        self.known: dict[str, dict[str, Any]] = {}  # mandates by id, as they were last seen
        self.appointed: dict[str, dict[str, Any]] = {}  # and appointments
        self.visits: dict[str, dict[str, Any]] = {}  # to a desk, as links of the reference
        self.changed: list[dict[str, Any]] = []  # mandates that are not what they were a step ago

    def teardown(self) -> None:
        self._ids.stop()
        self._opened.__exit__(None, None, None)
        self._folder.cleanup()

    @initialize()
    def begin(self) -> None:
        fresh_world(self.database)
        landed(self.database, BESIDE, now=TODAY - 5)
        document = self.document()
        self.known = {one["id"]: one for one in document["mandates"]}
        self.appointed = {one["id"]: one for one in document["appointments"]}

    @rule(giver=st.sampled_from(GIVERS[: len(PEOPLE)]), to=somebody, what=whats, taker=people, steps=patience)
    def a_person_gives(
        self, giver: tuple[str, str], to: str | None, what: What, taker: str, steps: int
    ) -> None:
        self.offers_something(giver, to, what, taker, steps)

    @rule(giver=st.sampled_from(FOR_ONE), to=somebody, what=whats, taker=people, steps=patience)
    def who_binds_alone_gives(
        self, giver: tuple[str, str], to: str | None, what: What, taker: str, steps: int
    ) -> None:
        self.offers_something(giver, to, what, taker, steps)

    @rule(giver=st.sampled_from(TOGETHER), to=somebody, what=whats, taker=people, steps=patience)
    def who_sign_together_give(
        self, giver: tuple[str, str], to: str | None, what: What, taker: str, steps: int
    ) -> None:
        self.offers_something(giver, to, what, taker, steps)

    @rule(which=anything, to=somebody, what=whats, taker=people, steps=patience)
    def an_administrator_gives(self, which: int, to: str | None, what: What, taker: str, steps: int) -> None:
        """Of those whom somebody appointed, also meanwhile."""
        one = self.appointed[self.one(sorted(self.appointed), which)]
        self.offers_something((one["person"], one["organisation"]), to, what, taker, steps)

    @rule(giver=givers, to=somebody, what=whats, taker=people, steps=patience)
    def somebody_gives(
        self, giver: tuple[str, str], to: str | None, what: What, taker: str, steps: int
    ) -> None:
        """Who may, or may not."""
        self.offers_something(giver, to, what, taker, steps)

    def offers_something(
        self, giver: tuple[str, str], to: str | None, what: What, taker: str, steps: int
    ) -> None:
        """Whoever it goes to, or `taker` with a code, has it after so many `steps`, where nothing is against it."""
        person, represented = giver
        of_organisation = represented in ORGANISATIONS
        service = self.one(OF_ORGANISATIONS if of_organisation else OF_PEOPLE, what.service)
        if to == represented:
            return
        changes: dict[str, Any] = {
            "until": self.now + what.days * DAY,
            "assurance": what.level,
            "limits": what.limits if what.blindly or heeds(service, what.limits) else NO_LIMITS,
        }
        if of_organisation and to is None and what.to_employee:
            changes |= {"kind": OfferKind.EMPLOYEE, "reference": "staff 17"}
        if of_organisation and what.for_clients:
            changes |= {"own_affairs": False, "clients": Clients(everyone=True)}
        if to in ORGANISATIONS and what.passes_on:
            changes["further_intermediaries"] = 1
        offer = an_offer(represented, service, representative=to, **changes)
        self.makes(offer, person, what.level, taker, steps)

    def makes(self, offer: Offer, person: str, level: Loa, taker: str, steps: int) -> None:
        """`person` offers it, and then it goes as many steps on as it takes, or as many as it gets."""
        with self.recording() as db:
            by = actor(person, None if person == offer.represented else offer.represented, level)
            done = offering.make(db, VAULT, offer, login=level, by=by, now=self.now, policy=DEFAULT_POLICY)
        if isinstance(done, Offer):
            self.offers.append(done.id)
            for step in range(steps):
                self._goes_on(done.id, taker, level, step)

    def _goes_on(self, id: str, taker: str, level: Loa, step: int) -> None:
        with self.database.reading() as db:
            offer = offers_kept.find(db, id)
            waits = None if offer is None else offer.waits_for
            next_giver = self._who_gives(db, id, step)
        place = self.offers.index(id)
        match waits:
            case Waits.APPROVAL:
                self.signs_too(place, next_giver, level)
            case Waits.CODE:
                self.somebody_takes_it_up(place, taker)
            case Waits.ACCEPTANCE:
                self.accepts(place, None)
            case Waits.CONFIRMATION:
                self.confirms_who_came(place, step, level)
            case _:
                pass

    @precondition(lambda self: self.offers)
    @rule(which=anything, person=st.one_of(st.none(), st.sampled_from(("henk", *PEOPLE))), level=levels)
    def signs_too(self, which: int, person: str | None, level: Loa) -> None:
        id = self.one(self.offers, which)
        with self.recording() as db:
            by = actor(person or self._who_gives(db, id, which), level=level)
            offering.approve(db, VAULT, id, login=level, by=by, now=self.now, policy=DEFAULT_POLICY)

    @precondition(lambda self: self.offers)
    @rule(which=anything, person=st.one_of(st.none(), people))
    def accepts(self, which: int, person: str | None) -> None:
        """Whoever it goes to, mostly, or who binds the organisation that it goes to."""
        id = self.one(self.offers, which)
        with self.recording() as db:
            offer = offers_kept.find(db, id)
            to = None if offer is None else offer.representative
            binds = {party: one for one, party in GIVERS if one != party}
            by = person or binds.get(to or "", to or "anna")
            accepting.accept(db, VAULT, id, by=actor(by), now=self.now, policy=DEFAULT_POLICY)

    @precondition(lambda self: self.offers)
    @rule(which=anything, other=anything, level=levels)
    def confirms_who_came(self, which: int, other: int, level: Loa) -> None:
        id = self.one(self.offers, which)
        with self.recording() as db:
            by = actor(self._who_gives(db, id, other), level=level)
            accepting.confirm(db, VAULT, id, by=by, now=self.now, policy=DEFAULT_POLICY)

    def _who_gives(self, db: Connected, id: str, which: int) -> str:
        offer = offers_kept.find(db, id)
        givers = [one for one, party in GIVERS if offer is not None and party == offer.represented]
        return str(self.one(givers or PEOPLE, which))

    @precondition(lambda self: self.offers)
    @rule(which=anything, other=st.one_of(st.none(), people))
    def a_code_is_drawn(self, which: int, other: str | None) -> None:
        self._draw(which, other)

    def _draw(self, which: int, other: str | None) -> None:
        id = self.one(self.offers, which)
        with self.recording() as db:
            offer = offers_kept.find(db, id)
            person = other or (offer.approvals[0].person if offer is not None and offer.approvals else "anna")
            drawn = activating.draw(
                db, VAULT, CODES, id, by=actor(person), now=self.now, policy=DEFAULT_POLICY
            )
        if isinstance(drawn, Drawn) and offer is not None:
            self.codes.append((offer.represented, drawn.code))

    @precondition(lambda self: self.codes)
    @rule(which=anything, person=people, right=st.booleans())
    def a_code_is_typed(self, which: int, person: str, right: bool) -> None:
        self.types(which, person, right)

    def types(self, which: int, person: str, right: bool) -> None:
        represented, code = self.one(self.codes, which)
        with self.recording() as db:
            party = lookup.party(db, represented)
            assert party is not None
            numbers = lookup.kept_of(db, VAULT, [represented]).get(represented, {})
            bsn, kvk = numbers.get("bsn"), numbers.get("kvk", "")
            known_by = Identifier(Scheme.BSN, bsn) if right and bsn is not None else None
            typed = Typed(code, party.born if right else None, known_by, kvk if right else "")
            activating.redeem(
                db, VAULT, CODES, typed, person, by=actor(person), now=self.now, policy=DEFAULT_POLICY
            )

    @precondition(lambda self: self.offers)
    @rule(which=anything, person=people)
    def somebody_takes_it_up(self, which: int, person: str) -> None:
        """With a code that the granter has drawn for them, and all that must be typed beside it."""
        self._draw(which, None)
        if self.codes:
            self.types(len(self.codes) - 1, person, True)

    @precondition(lambda self: self.offers)
    @rule(which=anything)
    def the_granter_takes_it_back(self, which: int) -> None:
        id = self.one(self.offers, which)
        with self.recording() as db:
            declining.withdraw(db, VAULT, id, by=actor("carla"), now=self.now)

    @rule(which=anything, person=people, act=st.sampled_from(("revoke", "suspend", "resume", "freeze")))
    def the_represented_side_stops_it(self, which: int, person: str, act: str) -> None:
        id = self.one(sorted(self.known), which)
        with self.recording() as db:
            if id is None or overview.within_reach(db, person, id, self.now) is None:
                return
            steps: dict[str, Any] = {
                "revoke": ending.revoke,
                "suspend": suspending.suspend,
                "resume": resuming.resume_by,
                "freeze": freezing.freeze,
            }
            done = steps[act](db, VAULT, id, by=actor(person), now=self.now)
        if act == "resume" and isinstance(done, Mandate):
            self.is_let_hold_again_rightly(id, person)

    def is_let_hold_again_rightly(self, id: str, person: str) -> None:
        """By who stopped it, or by who may give it: with those who said so since, if need be (G2)."""
        with self.database.reading() as db:
            told = [(one.event, one.by.person) for one in journal.of_record(db, "mandate", id)][:-1]
        held = max((n for n, (event, _) in enumerate(told) if event is Event.RESUMED), default=-1)
        stops = [
            n for n, (event, _) in enumerate(told) if n > held and event in (Event.SUSPENDED, Event.FROZEN)
        ]
        last = stops[-1] if stops else -1
        if stops and all(told[n][1] == person for n in stops):
            return
        said = {one for event, one in told[last + 1 :] if event is Event.RESUME_APPROVED and one}
        document = self.document()
        [mandate] = [one for one in document["mandates"] if one["id"] == id]
        assert Given(document, self.now).may_give_again(mandate, {person, *said})

    @rule(which=anything, person=people)
    def who_helps_stops(self, which: int, person: str) -> None:
        id = self.one(sorted(self.known), which)
        with self.recording() as db:
            if id is not None and overview.received_within_reach(db, person, id, self.now) is not None:
                ending.renounce(db, VAULT, id, by=actor(person), now=self.now)

    @rule(which=anything)
    def a_source_ends_a_power(self, which: int) -> None:
        relations = self.document()["legal_relations"]
        relation = relations[which % len(relations)]
        if relation["from"] < written(self.now) < relation.get("until", "9999"):
            self.imports({"legal_relations": [{**relation, "until": written(self.now)}]})

    @rule(services=st.sets(st.sampled_from(SERVICES), min_size=1))
    def a_set_holds_other_services(self, services: set[str]) -> None:
        """And what is for the set is for those from now on (R23)."""
        [town] = [one for one in self.document()["service_sets"] if one["id"] == "s-town"]
        self.imports({"service_sets": [{**town, "services": sorted(services)}]})

    @rule(seconds=st.sampled_from((600, 600, DAY, DAY, 7 * DAY, 30 * DAY, 200 * DAY)), asks=st.booleans())
    def time_passes(self, seconds: int, asks: bool) -> None:
        """And the sources are asked again, mostly: upon what they told long ago nobody is sure."""
        self.now += seconds
        if not asks and seconds < 7 * DAY:
            return
        relations = self.document()["legal_relations"]
        for one in relations:
            if one.get("source"):
                one["source"]["fetched_at"] = written(self.now - 3600)
        self.imports({"legal_relations": relations})

    def imports(self, document: dict[str, Any]) -> None:
        """The operator brings it."""
        with self.recording() as db:
            import_world(db, VAULT, document, by=OPERATOR, now=self.now)

    def document(self) -> dict[str, Any]:
        """The register's own export."""
        with self.database.reading() as db:
            return {key: list(records) for key, records in export_lists(db, VAULT, personal_numbers=True)}

    @contextmanager
    def recording(self) -> Iterator[Connected]:
        with self.database.recording() as db:
            yield db

    @staticmethod
    def one(things: Any, which: int) -> Any:
        """One of them, None of nothing."""
        return things[which % len(things)] if things else None
