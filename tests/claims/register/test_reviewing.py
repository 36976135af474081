"""G13: what a signatory or administrator gave for an organisation stands when they leave, marked to be looked at."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.mandates import Evidence, Mandate
from claims.offers import Brought, Offer
from claims.organisation import Appointment
from claims.register import accepting, ending, journal, offering, overview, records, reviewing
from claims.register.actor import Actor
from claims.register.changing import Refused, Why
from claims.register.journal import Event
from claims.register.reviewing import Marked
from claims.register.saying_together import Waits
from claims.relations import LegalRelation
from claims.worldfile import record_as_json
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches, tampered
from tests.support.offers import actor, an_offer, fresh_world, made
from tests.support.register import VAULT, landed

LATER = TODAY + 1000
_NOTICES = Statement("SELECT recipient, change FROM register_notices WHERE at >= :since ORDER BY recipient")
_RELATION = Statement("SELECT body FROM register_links WHERE id = 'l-bakery-carla'")
_APPOINTMENT = Statement("SELECT body FROM register_appointments WHERE id = 'a-bakery-daan'")


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def given(database: Database, person: str, **changes: object) -> str:
    """A mandate of the bakery to Ömer, that this person gave."""
    offer = an_offer("bakery", "vat-return", representative="omer", **changes)
    offer = made(database, offer, person, level=Loa.HIGH)
    with database.recording() as db:
        done = accepting.accept(db, VAULT, offer.id, by=actor("omer"), now=TODAY, policy=DEFAULT_POLICY)
    assert isinstance(done, Offer), done
    return offer.parts[0].mandate


def signatory(database: Database) -> LegalRelation:
    """What lets Carla sign for the bakery, as it is now."""
    with database.reading() as db:
        row = db.one(_RELATION)
    assert row is not None
    found = records.link(row[0])
    assert isinstance(found, LegalRelation)
    return found


def administrator(database: Database) -> Appointment:
    """What lets Daan arrange its mandates, as it is now."""
    with database.reading() as db:
        row = db.one(_APPOINTMENT)
    assert row is not None
    return records.appointment(row[0])


def leaves(database: Database, one: LegalRelation | Appointment, until: int = TODAY + 100) -> None:
    """The power ends."""
    document = record_as_json(replace(one, until=until, recorded_at=None))
    which = "appointments" if isinstance(one, Appointment) else "legal_relations"
    landed(database, {which: [document]}, now=TODAY + 100)


def marked(database: Database, one: LegalRelation | Appointment, **more: int) -> Marked:
    with database.recording() as db:
        return reviewing.mark(db, VAULT, one, now=LATER, **more)


def open_ones(database: Database, party: str = "bakery") -> list[str]:
    with database.reading() as db:
        return [one.mandate.id for one in reviewing.reviews(db, party, now=LATER).reviews]


def kept(database: Database, mandate: str, person: str = "daan") -> Mandate | Refused:
    by = Actor(person, "bakery", "appointment a-bakery-daan", None, None)
    with database.recording() as db:
        return reviewing.keep(db, VAULT, mandate, by=by, now=LATER)


def test_g13_what_a_signatory_gave_stands_and_is_marked_when_they_leave(world: Database) -> None:
    director, other = given(world, "carla"), given(world, "daan")
    leaves(world, signatory(world))

    assert Marked(1, whole=True) == marked(world, signatory(world))

    assert [director] == open_ones(world)
    with world.reading() as db:
        mandate = overview.mandate(db, director)
        entries = journal.of_record(db, "mandate", director)
        told = db.all(_NOTICES, {"since": LATER})
    assert mandate is not None
    assert mandate.in_force(LATER)
    assert (Event.MARKED_FOR_REVIEW, f"relation {signatory(world).id} ended", None) == (
        entries[-1].event,
        entries[-1].by.authority,
        entries[-1].by.person,
    )
    assert [("bakery", "marked_for_review")] == told
    assert other not in open_ones(world)
    assert [] == breaches(world)


def test_g13_what_an_administrator_gave_is_marked_when_the_appointment_ends(world: Database) -> None:
    mandate = given(world, "daan")
    leaves(world, administrator(world))

    assert Marked(1, whole=True) == marked(world, administrator(world))
    assert [mandate] == open_ones(world)


def test_g13_nothing_is_marked_where_that_person_may_still_give(world: Database) -> None:
    given(world, "carla")
    again = {
        "id": "a-carla",
        "organisation": "bakery",
        "person": "carla",
        "services": "*",
        "assurance": "low",
        "from": "2026-01-01T00:00:00Z",
    }
    landed(world, {"appointments": [again]}, now=TODAY + 50)
    leaves(world, signatory(world))

    assert Marked(0, whole=True) == marked(world, signatory(world))


def test_g13_what_was_let_stand_is_not_marked_again_for_the_same_end(world: Database) -> None:
    mandate = given(world, "carla")
    leaves(world, signatory(world))
    marked(world, signatory(world))

    assert isinstance(kept(world, mandate), Mandate)

    assert [] == open_ones(world)
    assert Marked(0, whole=True) == marked(world, signatory(world))
    assert Refused(Why.NOT_TO_REVIEW) == kept(world, mandate)
    with world.reading() as db:
        last = journal.of_record(db, "mandate", mandate)[-1]
    assert (Event.REVIEWED, "daan", "bakery") == (last.event, last.by.person, last.by.on_behalf_of)
    assert [] == breaches(world)


def test_what_is_ended_is_not_to_be_looked_at_any_more(world: Database) -> None:
    mandate = given(world, "carla")
    leaves(world, signatory(world))
    marked(world, signatory(world))
    with world.recording() as db:
        ending.revoke(db, VAULT, mandate, by=actor("omer"), now=LATER)

    assert [] == open_ones(world)
    assert Refused(Why.ALREADY_ENDED) == kept(world, mandate)
    with world.reading() as db:
        assert not reviewing.is_open(db, mandate)


def test_g13_what_a_director_gave_over_a_holding_is_marked_where_the_holding_binds(world: Database) -> None:
    """Peeters is bound by its holding, and that by Fred: it is Fred's power over the holding that ends."""
    offer = made(world, an_offer("peeters", "vat-return", representative="omer"), "fred", level=Loa.HIGH)
    with world.recording() as db:
        assert isinstance(
            accepting.accept(db, VAULT, offer.id, by=actor("omer"), now=TODAY, policy=DEFAULT_POLICY), Offer
        )
    with world.reading() as db:
        row = db.one(Statement("SELECT body FROM register_links WHERE id = 'l-holding-fred'"))
    assert row is not None
    power = records.link(row[0])
    assert isinstance(power, LegalRelation)
    assert Marked(0, whole=True) == marked(world, power)
    leaves(world, power)

    assert Marked(1, whole=True) == marked(world, power)
    assert [offer.parts[0].mandate] == open_ones(world, "peeters")


def test_many_are_marked_a_few_at_a_time(world: Database) -> None:
    mandates = sorted(given(world, "carla") for _ in range(5))
    leaves(world, signatory(world))

    assert Marked(2, whole=False) == marked(world, signatory(world), most=2)
    assert Marked(2, whole=False) == marked(world, signatory(world), most=2)
    assert Marked(1, whole=True) == marked(world, signatory(world), most=2)
    assert mandates == sorted(open_ones(world))


def test_pages_of_them_lead_on(world: Database) -> None:
    mandates = sorted(given(world, "carla") for _ in range(5))
    leaves(world, signatory(world))
    marked(world, signatory(world))

    with world.reading() as db:
        first = reviewing.reviews(db, "bakery", now=LATER, limit=2)
        second = reviewing.reviews(db, "bakery", now=LATER, limit=2, after=first.next)
        third = reviewing.reviews(db, "bakery", now=LATER, limit=2, after=second.next)
    found = [one.mandate.id for page in (first, second, third) for one in page.reviews]
    assert mandates == found
    assert None is third.next


def test_what_was_brought_for_a_signatory_is_marked_too(world: Database) -> None:
    """The account names the client that brought it; the offer tells by whose power it was given."""
    word = Brought("carla", "client desk", Evidence("desk", "visit 3", None, "desk 4", TODAY))
    offer = an_offer("bakery", "vat-return", representative="omer")
    by = Actor(None, None, "client desk", None, None)
    with world.recording() as db:
        assert isinstance(
            offering.make(db, VAULT, offer, login=word, by=by, now=TODAY, policy=DEFAULT_POLICY), Offer
        )
    with world.recording() as db:
        done = accepting.accept(db, VAULT, offer.id, by=actor("omer"), now=TODAY, policy=DEFAULT_POLICY)
    assert isinstance(done, Offer), done
    leaves(world, signatory(world))

    assert Marked(1, whole=True) == marked(world, signatory(world))
    assert [offer.parts[0].mandate] == open_ones(world)


def test_two_who_mark_at_once_mark_each_mandate_once(world: Database) -> None:
    mandates = [given(world, "carla") for _ in range(4)]
    leaves(world, signatory(world))
    one, together = signatory(world), Barrier(2)

    def go(_: int) -> int:
        together.wait()
        return marked(world, one).count

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(go, range(2)))

    assert 4 == sum(counts)
    with world.reading() as db:
        for mandate in mandates:
            events = [entry.event for entry in journal.of_record(db, "mandate", mandate)]
            assert 1 == events.count(Event.MARKED_FOR_REVIEW)
    assert [] == breaches(world)


@pytest.mark.parametrize("of", [signatory, administrator])
def test_an_end_is_gone_through_once_and_another_end_again(
    world: Database, of: Callable[[Database], LegalRelation | Appointment]
) -> None:
    one = of(world)
    for ended_at in (TODAY, TODAY + 1):
        with world.recording() as db:
            assert reviewing.is_to_go_through(db, one, ended_at)
            reviewing.gone_through(db, VAULT, one, ended_at, now=LATER)
            assert not reviewing.is_to_go_through(db, one, ended_at)
    assert [] == breaches(world)


@pytest.mark.parametrize(
    ("statement", "breach"),
    [
        ("DELETE FROM register_journal WHERE event = 'gone_through'", "cut"),
        ("UPDATE register_journal SET at = at + 1 WHERE event = 'gone_through'", "rewritten"),
        ("UPDATE register_journal SET record = 'other' WHERE event = 'gone_through'", "rewritten"),
        ("UPDATE register_journal SET authority = 'register' WHERE event = 'gone_through'", "rewritten"),
        ("UPDATE register_journal SET event = 'gone_through' WHERE seq = 5", "rewritten"),
    ],
)
def test_g13_who_was_at_the_tables_hides_no_end_from_being_gone_through(
    world: Database, statement: str, breach: str
) -> None:
    """It stands in the account and in no table: whoever makes it up, takes it away or changes it is found."""
    one = signatory(world)
    with world.recording() as db:
        reviewing.gone_through(db, VAULT, one, TODAY + 100, now=LATER)
    assert [] == breaches(world)

    tampered(world, statement)

    assert breach in {code for code, _ in breaches(world)}


def test_g13_what_two_gave_together_is_marked_once_when_both_leave(world: Database) -> None:
    """However many there are, and however few at once: going through what the second gave comes to an end."""
    mandates = []
    for _ in range(3):
        offer = an_offer("club", "vat-return", representative="omer")
        made(world, offer, "anja", level=Loa.HIGH)
        with world.recording() as db:
            bert = actor("bert", "club", Loa.HIGH)
            done = offering.approve(
                db, VAULT, offer.id, login=Loa.HIGH, by=bert, now=TODAY, policy=DEFAULT_POLICY
            )
        assert isinstance(done, Offer), done
        with world.recording() as db:
            done = accepting.accept(db, VAULT, offer.id, by=actor("omer"), now=TODAY, policy=DEFAULT_POLICY)
        assert isinstance(done, Offer), done
        mandates.append(offer.parts[0].mandate)
    powers = []
    for name in ("l-club-anja", "l-club-bert"):
        with world.reading() as db:
            row = db.one(Statement("SELECT body FROM register_links WHERE id = :id"), {"id": name})
        assert row is not None
        power = records.link(row[0])
        assert isinstance(power, LegalRelation)
        leaves(world, power)
        powers.append(power)

    assert Marked(2, whole=False) == marked(world, powers[0], most=2)
    assert Marked(1, whole=True) == marked(world, powers[0], most=2)
    assert Marked(0, whole=True) == marked(world, powers[1], most=2)
    assert sorted(mandates) == sorted(open_ones(world, "club"))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM register_reviews WHERE mandate = '{first}'",
        "UPDATE register_reviews SET power = 'appointment a-bakery-daan' WHERE mandate = '{first}'",
        "UPDATE register_reviews SET represented = 'club' WHERE mandate = '{first}'",
        "UPDATE register_reviews SET marked_at = marked_at + 1 WHERE mandate = '{first}'",
        "UPDATE register_reviews SET mandate = 'no-such' WHERE mandate = '{first}'",
        "INSERT INTO register_reviews VALUES ('m0010', 'bakery', 'relation l-bakery-carla', 1)",
        "INSERT INTO register_reviews VALUES ('{second}', 'bakery', 'relation l-bakery-carla', {later})",
    ],
)
def test_the_account_finds_who_was_at_the_table_of_what_is_to_be_looked_at(
    world: Database, statement: str
) -> None:
    first, second, third = (given(world, "carla") for _ in range(3))
    leaves(world, signatory(world))
    marked(world, signatory(world))
    kept(world, second)
    with world.recording() as db:
        ending.revoke(db, VAULT, third, by=actor("daan", "bakery"), now=LATER)
    assert [first] == open_ones(world)
    assert [] == breaches(world)

    tampered(world, statement.format(first=first, second=second, later=LATER))

    found = breaches(world)
    assert found
    assert {"review_altered"} == {code for code, _ in found}


def signed_by(database: Database, *persons: str) -> str:
    """A mandate of the club to Ömer, that these gave together."""
    offer = made(database, an_offer("club", "permit", representative="omer"), persons[0], level=Loa.HIGH)
    with database.recording() as db:
        for one in persons[1:]:
            offering.approve(
                db, VAULT, offer.id, login=Loa.HIGH, by=actor(one, "club"), now=TODAY, policy=DEFAULT_POLICY
            )
        done = accepting.accept(db, VAULT, offer.id, by=actor("omer"), now=TODAY, policy=DEFAULT_POLICY)
    assert isinstance(done, Offer), done
    return offer.parts[0].mandate


def leaves_the_club(database: Database) -> None:
    """Anja does, of the three of whom two sign together."""
    with database.reading() as db:
        row = db.one(Statement("SELECT body FROM register_links WHERE id = 'l-club-anja'"))
    assert row is not None
    relation = records.link(row[0])
    assert isinstance(relation, LegalRelation)
    leaves(database, relation)
    marked(database, replace(relation, until=TODAY + 100))


def says(database: Database, mandate: str, person: str) -> object:
    with database.recording() as db:
        return reviewing.keep_by(db, VAULT, mandate, by=actor(person, "club"), now=LATER)


def test_g2_g13_what_is_given_together_is_let_stand_together(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    leaves_the_club(world)
    assert [mandate] == open_ones(world, "club")

    for _ in range(2):  # the same one twice is one
        assert Waits(("bert",)) == says(world, mandate, "cor")
    assert [mandate] == open_ones(world, "club")
    assert Refused(Why.NOT_TO_REVIEW) == says(world, mandate, "carla")  # nobody of the club
    with world.reading() as db:
        assert ("cor",) == reviewing.said_so(db, mandate)
    assert isinstance(says(world, mandate, "bert"), Mandate)

    assert [] == open_ones(world, "club")
    with world.reading() as db:
        entries = journal.of_record(db, "mandate", mandate)
    assert [
        (Event.MARKED_FOR_REVIEW, None), (Event.REVIEW_APPROVED, "cor"), (Event.REVIEWED, "bert")
    ] == [(one.event, one.by.person) for one in entries[-3:]]  # fmt: skip
    assert Refused(Why.NOT_TO_REVIEW) == says(world, mandate, "bert")
    assert [] == breaches(world)


def test_g3_g13_who_may_give_alone_lets_it_stand_alone_and_each_ends_it_alone(world: Database) -> None:
    first, second = signed_by(world, "anja", "cor"), signed_by(world, "anja", "bert")
    administrator = {
        "id": "a-club-vera",
        "organisation": "club",
        "person": "vera",
        "services": ["permit"],
        "assurance": "high",
        "from": "2025-01-01T00:00:00Z",
    }
    landed(world, {"appointments": [administrator]}, now=TODAY)
    leaves_the_club(world)

    assert isinstance(says(world, first, "vera"), Mandate)
    with world.recording() as db:
        ending.revoke(db, VAULT, second, by=actor("cor", "club"), now=LATER)

    assert [] == open_ones(world, "club")
    assert [] == breaches(world)


def test_two_who_say_so_at_once_both_count(world: Database) -> None:
    mandate = signed_by(world, "anja", "cor")
    leaves_the_club(world)
    together = Barrier(2)

    def say(person: str) -> object:
        together.wait()
        return says(world, mandate, person)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(say, ("bert", "cor")))

    assert 1 == sum(isinstance(one, Mandate) for one in done)
    assert [] == open_ones(world, "club")
    assert [] == breaches(world)
