"""Random people give, sign, take up, help, appoint, stop and leave, day after day: nobody ever has more than was given them (G10).

After every step the register's answers are those of the reference on its own export, the journal verifies, and each
mandate and appointment that is new was given by people who could give it, as a few lines say it once more. What has
ended stays so, and nothing grows.

`NAMENS_TEST_LIVES` says how many lives are lived on SQLite; on PostgreSQL it is a third of them.
"""

import os
from typing import Any, ClassVar, Final

from hypothesis import HealthCheck, event, settings
from hypothesis.stateful import invariant

from claims.instants import written
from claims.register import lookup, offers_kept, papers, resolving
from tests.properties.comparing import WORLDS, question_of, resolution_of
from tests.properties.lives_at_desks import AtDesks
from tests.properties.lives_of_organisations import OfOrganisations
from tests.properties.rightly import Given
from tests.properties.who_lives import PEOPLE, SERVICES
from tests.reference.resolver import LEVELS, ReferenceWorld, seconds
from tests.support.account import breaches

LIVES: Final = int(os.environ.get("NAMENS_TEST_LIVES", max(2, WORLDS // 10)))
_SAME: Final = (
    "represented",
    "representative",
    "organisation",
    "person",
    "actions",
    "limits",
    "clients",
    "from",
)
_FLAGS: Final = ("may_grant_chain", "may_appoint", "may_manage_means", "own_affairs")
_NO_END: Final = "9999-12-31T23:59:59Z"


class Register(AtDesks, OfOrganisations):
    """A whole register, and what is held of it after every step."""

    kind: ClassVar[str] = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.turn = 0

    @invariant()
    def nobody_has_more_than_was_given(self) -> None:
        if not self.known:
            return
        given = Given(self.document(), self.now)
        for key, kept in (("mandates", self.known), ("appointments", self.appointed)):
            for one in given.document[key]:
                before = kept.get(one["id"])
                if before is None:
                    self._was_given_rightly(given, key, one)
                else:
                    never_grows(given, before, one)
        self.changed = [one for one in given.document["mandates"] if one != self.known.get(one["id"])]
        self.known = {one["id"]: one for one in given.document["mandates"]}
        self.appointed = {one["id"]: one for one in given.document["appointments"]}
        with self.database.reading() as db:
            found = [offers_kept.find(db, id) for id in self.offers]
        self.offers = [one.id for one in found if one is not None and one.is_open(self.now)]

    @invariant()
    def it_answers_as_the_reference_does(self) -> None:
        if not self.known:
            return
        reference = ReferenceWorld(self.document(), self.visits.values())
        self.turn += 1
        n = self.turn
        asked = [
            (PEOPLE[n % len(PEOPLE)], SERVICES[n % len(SERVICES)]),
            (PEOPLE[(5 * n + 1) % len(PEOPLE)], "permit"),
        ]
        asked += [("iris", "benefit"), ("otto", "benefit")] if self.visits else []
        persons = {id for id, one in reference.parties.items() if one["kind"] == "person"}
        asked += [
            (one["representative"], service)
            for one in self.changed[:3]
            if one["representative"] in persons and isinstance(one["services"], list)
            for service in one["services"]
        ]
        with self.database.reading() as db:
            services = {one.id: one for one in lookup.services(db)}
            for acting, service in asked:
                question = {
                    "acting": acting,
                    "service": service,
                    "at": written(self.now),
                    "login_assurance": "substantial",
                }
                answer = resolution_of(resolving.resolve(db, question_of(question, services)))
                for one in answer["representations"]:
                    event(f"an answer over {len(one['path'])} links")
                    if one["path"][0] in self.visits:
                        event("an answer by a visit to a desk")
                    if one.get("limits"):
                        event("an answer within limits")
                assert reference.resolve(question) == answer

    @invariant()
    def the_journal_verifies(self) -> None:
        assert [] == breaches(self.database)

    def _was_given_rightly(self, given: Given, key: str, one: dict[str, Any]) -> None:
        with self.database.reading() as db:
            if key == "appointments":
                offer = next(
                    found
                    for id in self.offers
                    if (found := offers_kept.find(db, id)) is not None
                    and found.office is not None
                    and found.office.appointment == one["id"]
                )
                given.appointment(one, offer)
                event(f"an appointment, signed by {len(offer.approvals)}")
                return
            [told] = [of["reference"] for of in one["evidence"] if of["reference"].startswith("offer ")]
            found = offers_kept.find(db, told.partition(" ")[2])
            assert found is not None
            given.mandate(one, found, papers.paper_of(db, found.id))
            event(f"a mandate by {found.kind}, signed by {len(found.approvals)}")
            for limit in one.get("limits") or {}:
                event(f"a mandate with a limit: {limit}")


def never_grows(given: Given, before: dict[str, Any], after: dict[str, Any]) -> None:
    """What has ended stays so, and nothing else of it is ever more than it was."""
    if (ended := before.get("revoked_at")) is not None:
        assert ended == after["revoked_at"]
    assert [before.get(name) for name in _SAME] == [after.get(name) for name in _SAME]
    assert LEVELS.index(after["assurance"]) <= LEVELS.index(before["assurance"])
    assert seconds(after.get("until") or _NO_END) <= seconds(before.get("until") or _NO_END)
    assert given.covers(before["services"], after["services"])
    assert after.get("further_intermediaries", 0) <= before.get("further_intermediaries", 0)
    assert not [name for name in _FLAGS if after.get(name) and not before.get(name)]


class OnPostgres(Register):
    """The same on PostgreSQL."""

    kind: ClassVar[str] = "postgresql"


def lives(count: int) -> settings:
    return settings(
        max_examples=max(1, count),
        stateful_step_count=50,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


TestRegister = Register.TestCase
TestRegister.settings = lives(LIVES)
TestOnPostgres = OnPostgres.TestCase
TestOnPostgres.settings = lives(LIVES // 3)
