"""Random people give, sign, take up, stop and leave, day after day: nobody ever has more than was given them (G10).

After every step the register's answers are those of the reference on its own export, the journal verifies, and each
mandate that is new was given by people who could give it, as a few lines here say it once more. What has ended stays so.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.granting import years_after
from claims.identifiers import Identifier, Scheme
from claims.instants import parse_instant, written
from claims.offers import Offer, OfferKind, OfferState
from claims.register import (
    activating,
    ending,
    freezing,
    lookup,
    offering,
    offers_kept,
    overview,
    resolving,
    suspending,
)
from claims.register.activating import Drawn, Typed
from claims.register.actor import OPERATOR
from claims.register.world import export_lists, import_world
from keys.storage import Connected, Database
from tests.claims.register.test_resolving import TODAY
from tests.properties.comparing import WORLDS, question_of, resolution_of
from tests.reference.resolver import ReferenceWorld
from tests.support.account import breaches
from tests.support.databases import a_database
from tests.support.offers import CODES, actor, an_offer, fresh_world
from tests.support.register import VAULT

PEOPLE: Final = (
    "anna",
    "bram",
    "carla",
    "daan",
    "eva",
    "fred",
    "gea",
    "karin",
    "noor",
    "omer",
    "petra",
    "piet",
)
PARTIES: Final = (*PEOPLE, "bakery", "bos", "office", "peeters", "holding", "greet")
OF_PEOPLE, OF_ORGANISATIONS = ("income-tax", "permit", "benefit"), ("vat-return", "permit")
SERVICES: Final = (*OF_PEOPLE, "vat-return")
ORGANISATIONS: Final = {"bakery", "bos", "office", "peeters", "holding"}
LEVELS: Final = (Loa.LOW, Loa.SUBSTANTIAL, Loa.HIGH)
FOR_PERSONS: Final = {"curator", "asset_administrator", "guardian", "parent", "executor"}
BINDING: Final = {"sole_signatory", "owner", "liquidator", "trustee"}
DAY: Final = 86_400

# Who may give for whom, mostly; the rest is chosen blindly.
GIVERS: Final = (
    *((person, person) for person in PEOPLE),
    *(("carla", "bakery"), ("daan", "bakery"), ("petra", "office"), ("fred", "peeters"), ("fred", "holding")),
    *(
        ("gea", "bos"),
        ("henk", "bos"),
        ("piet", "greet"),
        ("bram", "noor"),
        ("petra", "jan"),
    ),
)

people, levels = st.sampled_from(PEOPLE), st.sampled_from(LEVELS)
anything = st.integers(0, 10_000)
givers = st.one_of(
    st.sampled_from(GIVERS), st.sampled_from(GIVERS), st.tuples(people, st.sampled_from(PARTIES))
)


class Register(RuleBasedStateMachine):
    """A register on SQLite, and what is known of it besides."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="namens-lived-in-")
        self._opened = a_database("sqlite", Path(self._folder.name))
        self.database: Database = self._opened.__enter__()
        self.now = TODAY
        self.offers: list[str] = []  # those that are open
        self.codes: list[tuple[str, str]] = []  # the offer's represented party, and a code
        self.known: dict[str, dict[str, Any]] = {}  # mandates by id, as they were last seen
        self.turn = 0

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)
        self._folder.cleanup()

    @initialize()
    def begin(self) -> None:
        fresh_world(self.database)
        self.known = {one["id"]: one for one in self._document()["mandates"]}

    @rule(
        giver=givers,
        to=st.one_of(st.none(), st.sampled_from(PARTIES)),
        which=anything,
        level=levels,
        days=st.integers(1, 400),
    )
    def offers_something(
        self, giver: tuple[str, str], to: str | None, which: int, level: Loa, days: int
    ) -> None:
        person, represented = giver
        service = self._one(OF_ORGANISATIONS if represented in ORGANISATIONS else OF_PEOPLE, which)
        if to == represented:
            return
        offer = an_offer(
            represented, service, representative=to, until=self.now + days * DAY, assurance=level
        )
        with self._recording() as db:
            by = actor(person, None if person == represented else represented, level)
            done = offering.make(db, VAULT, offer, login=level, by=by, now=self.now, policy=DEFAULT_POLICY)
        if isinstance(done, Offer):
            self.offers.append(done.id)

    @precondition(lambda self: self.offers)
    @rule(which=anything, person=st.sampled_from(("gea", "henk", *PEOPLE)), level=levels)
    def signs_too(self, which: int, person: str, level: Loa) -> None:
        id = self._one(self.offers, which)
        with self._recording() as db:
            offering.approve(
                db, VAULT, id, login=level, by=actor(person, level=level), now=self.now, policy=DEFAULT_POLICY
            )

    @precondition(lambda self: self.offers)
    @rule(which=anything, person=st.one_of(st.none(), people))
    def accepts(self, which: int, person: str | None) -> None:
        """Whoever it goes to, mostly, or who binds the organisation that it goes to."""
        id = self._one(self.offers, which)
        with self._recording() as db:
            offer = offers_kept.find(db, id)
            to = None if offer is None else offer.representative
            binds = {party: one for one, party in GIVERS if one != party}
            by = person or binds.get(to or "", to or "anna")
            offering.accept(db, VAULT, id, by=actor(by), now=self.now, policy=DEFAULT_POLICY)

    @precondition(lambda self: self.offers)
    @rule(which=anything, other=st.one_of(st.none(), people))
    def a_code_is_drawn(self, which: int, other: str | None) -> None:
        self._draw(which, other)

    def _draw(self, which: int, other: str | None) -> None:
        id = self._one(self.offers, which)
        with self._recording() as db:
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
        self._type(which, person, right)

    def _type(self, which: int, person: str, right: bool) -> None:
        represented, code = self._one(self.codes, which)
        with self._recording() as db:
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
            self._type(len(self.codes) - 1, person, True)

    @precondition(lambda self: self.offers)
    @rule(which=anything)
    def the_granter_takes_it_back(self, which: int) -> None:
        id = self._one(self.offers, which)
        with self._recording() as db:
            offering.withdraw(db, VAULT, id, by=actor("carla"), now=self.now)

    @rule(which=anything, person=people, act=st.sampled_from(("revoke", "suspend", "resume", "freeze")))
    def the_represented_side_stops_it(self, which: int, person: str, act: str) -> None:
        id = self._one(sorted(self.known), which)
        with self._recording() as db:
            found = None if id is None else overview.within_reach(db, person, id, self.now)
            if found is None:
                return
            steps: dict[str, Any] = {
                "revoke": ending.revoke,
                "suspend": suspending.suspend,
                "resume": suspending.resume,
                "freeze": freezing.freeze,
            }
            steps[act](db, VAULT, id, by=actor(person), now=self.now)

    @rule(which=anything, person=people)
    def who_helps_stops(self, which: int, person: str) -> None:
        id = self._one(sorted(self.known), which)
        with self._recording() as db:
            if id is not None and overview.received_within_reach(db, person, id, self.now) is not None:
                ending.renounce(db, VAULT, id, by=actor(person), now=self.now)

    @rule(which=anything)
    def a_source_ends_a_power(self, which: int) -> None:
        relations = self._document()["legal_relations"]
        relation = relations[which % len(relations)]
        if relation["from"] < written(self.now) < relation.get("until", "9999"):
            with self._recording() as db:
                document = {"legal_relations": [{**relation, "until": written(self.now)}]}
                import_world(db, VAULT, document, by=OPERATOR, now=self.now)

    @rule(days=st.sampled_from((1, 7, 30, 200)))
    def time_passes(self, days: int) -> None:
        """And the sources are asked again: upon what they told long ago nobody grants."""
        self.now += days * DAY
        relations = self._document()["legal_relations"]
        for one in relations:
            if one.get("source"):
                one["source"]["fetched_at"] = written(self.now - 3600)
        with self._recording() as db:
            import_world(db, VAULT, {"legal_relations": relations}, by=OPERATOR, now=self.now)

    @invariant()
    def nobody_has_more_than_was_given(self) -> None:
        document = self._document()
        for mandate in document["mandates"]:
            before = self.known.get(mandate["id"])
            if before is None:
                self._was_given_rightly(document, mandate)
            elif (ended := before.get("revoked_at")) is not None:
                assert ended == mandate["revoked_at"]
        self.known = {one["id"]: one for one in document["mandates"]}
        with self.database.reading() as db:
            found = [offers_kept.find(db, id) for id in self.offers]
        self.offers = [one.id for one in found if one is not None and one.is_open(self.now)]

    @invariant()
    def it_answers_as_the_reference_does(self) -> None:
        if not self.known:
            return
        document = self._document()
        reference = ReferenceWorld(document)
        self.turn += 1
        for n in (self.turn, 5 * self.turn + 1):
            asked = {
                "acting": PEOPLE[n % len(PEOPLE)],
                "service": SERVICES[n % len(SERVICES)],
                "at": written(self.now),
                "login_assurance": "substantial",
            }
            with self.database.reading() as db:
                services = {one.id: one for one in lookup.services(db)}
                resolution = resolving.resolve(db, question_of(asked, services))
            assert reference.resolve(asked) == resolution_of(resolution)

    @invariant()
    def the_journal_verifies(self) -> None:
        assert [] == breaches(self.database)

    def _was_given_rightly(self, document: dict[str, Any], mandate: dict[str, Any]) -> None:
        [told] = [one["reference"] for one in mandate["evidence"] if one["reference"].startswith("offer ")]
        with self.database.reading() as db:
            offer = offers_kept.find(db, told.partition(" ")[2])
        assert offer is not None
        assert OfferState.GIVEN is offer.state
        signed = {one.person for one in offer.approvals}
        grounds = [ground for person in signed for ground in self._grounds(document, person, mandate)]
        party = next(one for one in document["parties"] if one["id"] == mandate["represented"])
        alone = [one for one in grounds if one["alone"]]
        assert alone or len({one["person"] for one in grounds}) >= self._how_many(document, party), mandate
        usable = alone or grounds
        order = ["basic", "low", "substantial", "high"]
        highest = max(order.index(one["assurance"]) for one in usable)
        assert order.index(mandate["assurance"]) <= highest
        assert parse_instant(mandate["until"]) <= years_after(self.now, 5)
        if offer.kind is OfferKind.PARTY:
            assert offer.representative == mandate["representative"]

    def _grounds(
        self, document: dict[str, Any], person: str, mandate: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """By what the person might give this mandate, whatever is against it besides."""
        party = mandate["represented"]
        if party == person:
            yield {"person": person, "alone": True, "assurance": "high"}
        for one in document["appointments"]:
            if (one["organisation"], one["person"]) == (party, person) and self._holds(one, mandate):
                yield {"person": person, "alone": True, "assurance": one["assurance"]}
        acting = self._as_whom(document, person)
        for one in document["legal_relations"]:
            if (
                one["represented"] == party
                and one["representative"] in acting
                and self._holds(one, mandate)
                and one["basis"] in BINDING | FOR_PERSONS | {"joint_signatory"}
            ):
                is_joint = one["basis"] == "joint_signatory" or one.get("limits") is not None
                yield {"person": person, "alone": not is_joint, "assurance": one["assurance"]}

    def _as_whom(self, document: dict[str, Any], person: str) -> set[str]:
        """The person, and every organisation that they bind alone."""
        found = {person}
        while True:
            more = {
                one["represented"]
                for one in document["legal_relations"]
                if one["representative"] in found and one["basis"] in BINDING and self._is_in_force(one)
            }
            if more <= found:
                return found
            found |= more

    def _holds(self, one: dict[str, Any], mandate: dict[str, Any]) -> bool:
        covers = one["services"] == "*" or (
            isinstance(one["services"], list) and set(mandate["services"]) <= set(one["services"])
        )
        return covers and self._is_in_force(one)

    def _is_in_force(self, one: dict[str, Any]) -> bool:
        return parse_instant(one["from"]) <= self.now and (
            one.get("until") is None or self.now < parse_instant(one["until"])
        )

    def _how_many(self, document: dict[str, Any], party: dict[str, Any]) -> int:
        told = party.get("joint_rule") or {"count": 2}
        if "count" in told:
            return int(told["count"])
        all_of_them = {
            one["representative"]
            for one in document["legal_relations"]
            if one["represented"] == party["id"]
            and one["basis"] == "joint_signatory"
            and self._is_in_force(one)
        }
        return len(all_of_them) // 2 + 1

    def _document(self) -> dict[str, Any]:
        with self.database.reading() as db:
            return {key: list(records) for key, records in export_lists(db, VAULT, personal_numbers=True)}

    @contextmanager
    def _recording(self) -> Iterator[Connected]:
        with self.database.recording() as db:
            yield db

    @staticmethod
    def _one(things: Any, which: int) -> Any:
        return things[which % len(things)] if things else None


TestRegister = Register.TestCase
TestRegister.settings = settings(
    max_examples=max(2, WORLDS // 10),
    stateful_step_count=50,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
