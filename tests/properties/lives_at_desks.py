"""What is done for people who cannot log in: letters, papers, and visits to a desk."""

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from claims.assurance import Loa
from claims.desk import DeskVisit, Shown
from claims.evidence import DEFAULT_POLICY
from claims.identifiers import Identifier, Scheme
from claims.instants import written
from claims.offers import Offer, OfferState
from claims.register import addresses, letters, lookup, papers, visits
from claims.register.letters import Asked
from claims.register.papers import Checked
from keys.storage import Statement
from tests.properties.lives import Life
from tests.properties.rightly import Given
from tests.properties.who_lives import DAY, OF_PEOPLE, ORGANISATIONS, anything, people
from tests.support.offers import CODES, actor, an_offer
from tests.support.register import VAULT

__all__ = ["AtDesks"]

_LETTERS: Final = Statement(
    "SELECT id, recipient, sealed FROM register_notices WHERE change = 'letter' ORDER BY at, id"
)
_HELPED: Final = ("joke", "joke", "sanne", "sanne", "anna", "noor", "greet")
clerks = st.sampled_from(("iris", "otto", "iris", "otto", "omer"))


class AtDesks(Life):
    """The steps of those who help, and of those who are helped."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: dict[str, tuple[str, str, str]] = {}  # by notice: represented, helper, code
        self.papers: list[str] = []

    @rule(
        helper=people,
        is_read=st.booleans(),
        who=st.sampled_from(_HELPED),
        service=st.sampled_from(OF_PEOPLE),
        days=st.integers(1, 400),
    )
    def a_helper_asks_for_a_letter(
        self, helper: str, who: str, service: str, days: int, is_read: bool
    ) -> None:
        if helper == who:
            return
        with self.recording() as db:
            party = lookup.party(db, who)
            assert party is not None
            assert party.born is not None
            bsn = Identifier(Scheme.BSN, lookup.kept_of(db, VAULT, [who])[who]["bsn"])
            offer = an_offer("", service, representative=helper, until=self.now + days * DAY)
            asked = Asked(offer, party.born, bsn)
            letters.ask(db, VAULT, asked, by=actor(helper, level=Loa.LOW), now=self.now)
        came: str | None = None
        with self.recording() as db:
            while (waiting := letters.next_waiting(db, None)) is not None:
                letters.look_at(db, VAULT, CODES, waiting.id, now=self.now, policy=DEFAULT_POLICY)
            for id, recipient, sealed in db.all(_LETTERS):
                told = addresses.addressed(db, VAULT, recipient, sealed, id)
                if id not in self.letters and told.code is not None and told.offer is not None:
                    assert recipient == who
                    self.letters[id] = (recipient, helper, told.code)
                    self.offers.append(told.offer)
                    came = id
        if is_read and came is not None:
            self.the_letter_is_read(sorted(self.letters).index(came), None)

    @precondition(lambda self: self.letters)
    @rule(which=anything, other=st.one_of(st.none(), people))
    def the_letter_is_read(self, which: int, other: str | None) -> None:
        """Its code works for who asked alone."""
        represented, helper, code = self.letters[self.one(sorted(self.letters), which)]
        self.codes.append((represented, code))
        self.types(len(self.codes) - 1, other or helper, True)

    @rule(
        clerk=clerks,
        giver=st.sampled_from(_HELPED),
        to=st.one_of(people, st.sampled_from(sorted(ORGANISATIONS))),
        service=st.sampled_from(OF_PEOPLE),
        checked=st.sampled_from(Checked),
        other=st.one_of(st.none(), clerks),
        days=st.integers(1, 400),
    )
    def a_paper_is_recorded(
        self, clerk: str, giver: str, to: str, service: str, checked: Checked, other: str | None, days: int
    ) -> None:
        offer = an_offer(giver, service, representative=to, until=self.now + days * DAY)
        with self.recording() as db:
            done = papers.record(
                db,
                VAULT,
                offer,
                desk="town",
                digest="ab" * 32,
                checked=checked,
                by=actor(clerk),
                now=self.now,
                policy=DEFAULT_POLICY,
            )
        if isinstance(done, Offer):
            assert Given(self.document(), self.now).works_at(clerk, "town")
            assert OfferState.REQUESTED is done.state
            self.papers.append(done.id)
            self.offers.append(done.id)
            if other is not None:
                self.somebody_looks_at_the_paper_too(len(self.papers) - 1, other, True)

    @precondition(lambda self: self.papers)
    @rule(which=anything, clerk=clerks, right=st.sampled_from((True, True, False)))
    def somebody_looks_at_the_paper_too(self, which: int, clerk: str, right: bool) -> None:
        with self.recording() as db:
            if right:
                papers.confirm(
                    db,
                    VAULT,
                    self.one(self.papers, which),
                    by=actor(clerk),
                    now=self.now,
                    policy=DEFAULT_POLICY,
                )
            else:
                papers.refuse(db, VAULT, self.one(self.papers, which), by=actor(clerk), now=self.now)

    @rule(
        clerk=clerks,
        who=st.sampled_from(_HELPED),
        service=st.sampled_from(("benefit", "benefit", "permit")),
        lasts=st.sampled_from((600, 1800)),
    )
    def somebody_comes_to_the_desk(self, clerk: str, who: str, service: str, lasts: int) -> None:
        with self.recording() as db:
            visit = visits.open_visit(
                db,
                VAULT,
                person=who,
                service=service,
                desk="town",
                shown=Shown.PASSPORT,
                by=actor(clerk),
                now=self.now,
                lasts=lasts,
                policy=DEFAULT_POLICY,
            )
        if isinstance(visit, DeskVisit):
            assert Given(self.document(), self.now).works_at(clerk, "town")
            assert not any(
                one["representative"] == clerk and written(self.now) < one["until"]
                for one in self.visits.values()
            )
            self.visits[visit.id] = {
                "id": visit.id,
                "represented": who,
                "representative": clerk,
                "services": [service],
                "assurance": "substantial",
                "from": written(self.now),
                "until": min(written(self.now + lasts), self._works_until(clerk)),
            }

    @precondition(lambda self: self.visits)
    @rule(which=anything, clerk=clerks)
    def the_visit_is_over(self, which: int, clerk: str) -> None:
        one = self.visits[self.one(sorted(self.visits), which)]
        with self.recording() as db:
            done = visits.close(db, VAULT, one["id"], by=actor(clerk), now=self.now)
        if isinstance(done, DeskVisit):
            one["until"] = written(self.now)

    @rule(clerk=st.sampled_from(("iris", "otto")), comes_back=st.booleans(), later=st.sampled_from((0, 300)))
    def a_clerk_leaves_the_desk(self, clerk: str, comes_back: bool, later: int) -> None:
        """Now, or some minutes from now; what they do there ends with it (G9)."""
        [appointment] = [one for one in self.document()["desk_appointments"] if one["person"] == clerk]
        end = written(self.now + later)
        if comes_back:
            self.imports({"desk_appointments": [{**appointment, "until": None}]})
            return
        if appointment["from"] >= end:
            return
        self.imports({"desk_appointments": [{**appointment, "until": end}]})
        for one in self.visits.values():
            if one["representative"] == clerk:
                one["until"] = min(one["until"], end)

    def _works_until(self, clerk: str) -> str:
        appointments: list[dict[str, Any]] = self.document()["desk_appointments"]
        return min(one.get("until") or "9999" for one in appointments if one["person"] == clerk)
