"""G6: codes drawn, typed, mistyped, tried too often, used at once by many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from claims import activation_codes
from claims.addresses import Address
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.identifiers import Identifier, Scheme
from claims.offers import Offer, OfferKind, OfferState, Waits
from claims.register import accepting, activating, declining, journal, offers_kept, resolving
from claims.register.activating import MOST_WRONG, NotRight, Typed
from claims.register.journal import Event
from claims.register.offering import Refused, Why
from keys.in_use import AnotherSecret
from keys.sealing import KeyedDigest
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.account import breaches
from tests.support.offers import CODES, actor, an_offer, code_for, fresh_world, made
from tests.support.register import VAULT, landed
from tests.support.work import statements_of

ANNA = {"born": date(1948, 5, 2), "number": "999997221"}  # a person is known by a BSN here
_ROWS = Statement("SELECT * FROM register_activation_codes")


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


@pytest.fixture
def offer(world: Database) -> Offer:
    return made(world, an_offer("anna", "income-tax"), "anna")


def redeem(
    database: Database,
    code: str,
    person: str = "omer",
    *,
    for_whom: str | None = None,
    now: int = TODAY,
    **typed: Any,
) -> Offer | NotRight | Refused:
    shown = ANNA | typed
    try:
        known_by = Identifier(Scheme.BSN, shown["number"])
    except ValueError:
        known_by = None
    given = Typed(code, known_by=typed.pop("known_by", known_by), **(ANNA | typed))
    by = actor(person, for_whom, Loa.BASIC)
    with database.recording() as db:
        return activating.redeem(
            db, VAULT, CODES, given, for_whom or person, by=by, now=now, policy=DEFAULT_POLICY
        )


def represents(database: Database, person: str, party: str, service: str) -> bool:
    with database.reading() as db:
        return bool(resolving.check(db, ask(db, person, service), party))


def test_g6_who_types_code_birth_and_number_may_act_at_once(world: Database, offer: Offer) -> None:
    given = redeem(world, code_for(world, offer, "anna"))

    assert isinstance(given, Offer)
    assert (OfferState.GIVEN, "omer") == (given.state, given.representative)
    assert represents(world, "omer", "anna", "income-tax")
    with world.reading() as db:
        told = journal.of_record(db, "offer", offer.id)
    assert [Event.OFFERED, Event.CODE_DRAWN, Event.REDEEMED, Event.GIVEN] == [one.event for one in told]
    assert "omer" == told[2].by.person
    assert [] == breaches(world)


@pytest.mark.parametrize(
    "wrong",
    [
        {"born": date(1948, 5, 3)},
        {"born": None},
        {"number": "999981869"},
        {"number": ""},
        {"number": "12345678"},
        {"number": "9" * 5000},
    ],
)
def test_g6_the_answer_never_tells_which_part_was_wrong_nor_that_there_is_a_code(
    world: Database, offer: Offer, wrong: dict[str, Any]
) -> None:
    code = code_for(world, offer, "anna")

    assert NotRight.WRONG is redeem(world, code, **wrong)
    assert NotRight.WRONG is redeem(world, activation_codes.draw())
    assert NotRight.WRONG is redeem(world, code, "bram", now=TODAY + 90 * 86400)
    assert not represents(world, "omer", "anna", "income-tax")


def test_g6_a_code_that_there_is_and_one_that_there_is_not_take_the_same_work(
    world: Database, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_for(world, offer, "anna")

    def work(code: str) -> int:
        with statements_of(monkeypatch) as asked:
            assert NotRight.WRONG is redeem(world, code, number="999981869")
        return len(asked)

    assert work(code) == work(activation_codes.draw())


def test_g6_a_code_works_until_its_ninetieth_day_and_no_second_longer(world: Database, offer: Offer) -> None:
    code = code_for(world, offer, "anna")

    assert NotRight.WRONG is redeem(world, code, now=TODAY + 90 * 86400)
    assert isinstance(redeem(world, code, now=TODAY + 90 * 86400 - 1), Offer)


def test_g6_a_code_works_once(world: Database, offer: Offer) -> None:
    code = code_for(world, offer, "anna")
    assert isinstance(redeem(world, code), Offer)

    assert NotRight.WRONG is redeem(world, code)
    assert NotRight.WRONG is redeem(world, code, "bram")
    with world.recording() as db:
        again = activating.draw(
            db, VAULT, CODES, offer.id, by=actor("anna"), now=TODAY, policy=DEFAULT_POLICY
        )
    assert Refused(Why.NOT_NOW) == again


def test_g6_of_many_who_type_a_code_at_once_one_gets_it(world: Database) -> None:
    code = code_for(world, made(world, an_offer("anna", "benefit"), "anna"), "anna")
    people = ["omer", "bram", "eva", "fred", "lars", "lotte", "kees", "ines"]
    together = Barrier(len(people))

    def one(person: str) -> object:
        together.wait()
        return redeem(world, code, person)

    with ThreadPoolExecutor(len(people)) as pool:
        done = list(pool.map(one, people))

    got = [one.representative for one in done if isinstance(one, Offer)]
    assert 1 == len(got)
    assert got == [person for person in people if represents(world, person, "anna", "benefit")]
    assert [] == breaches(world)


def test_g6_five_wrong_tries_at_a_code_are_the_last_and_a_new_code_begins_anew(
    world: Database, offer: Offer
) -> None:
    code = code_for(world, offer, "anna")
    for _ in range(MOST_WRONG):
        assert NotRight.WRONG is redeem(world, code, number="999981869")

    assert NotRight.WRONG is redeem(world, code)
    fresh = code_for(world, offer, "anna")
    assert NotRight.WRONG is redeem(world, code)
    assert isinstance(redeem(world, fresh), Offer)


def test_g6_four_wrong_tries_leave_one(world: Database, offer: Offer) -> None:
    code = code_for(world, offer, "anna")
    for _ in range(MOST_WRONG - 1):
        redeem(world, code, born=None)

    assert isinstance(redeem(world, code), Offer)


def test_g6_tries_that_come_at_once_are_no_more_than_five(world: Database, offer: Offer) -> None:
    code = code_for(world, offer, "anna")
    together = Barrier(8)

    def one(place: int) -> object:
        together.wait()
        return [redeem(world, code, number="999981869") for _ in range(3)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))

    with world.reading() as db:
        row = db.one(Statement("SELECT wrong FROM register_activation_codes"))
    assert row is not None
    assert MOST_WRONG == row[0]
    assert NotRight.WRONG is redeem(world, code)


def test_g6_a_new_code_takes_the_place_of_the_old_without_redoing_the_mandate(
    world: Database, offer: Offer
) -> None:
    old = code_for(world, offer, "anna")
    new = code_for(world, offer, "anna", now=TODAY + 80 * 86400)

    assert NotRight.WRONG is redeem(world, old)
    given = redeem(world, new, now=TODAY + 100 * 86400)
    assert isinstance(given, Offer)
    assert offer.parts == given.parts
    assert offer.until == given.until


def test_g6_codes_are_kept_as_keyed_digests_only(world: Database, offer: Offer) -> None:
    code = code_for(world, offer, "anna")

    with world.reading() as db:
        rows = db.all(_ROWS)
    assert 1 == len(rows)
    assert code not in str(rows)
    assert activation_codes.shown(code) not in str(rows)
    assert CODES.of("activation code", code) in rows[0]


def test_g6_a_code_for_a_named_helper_works_for_them_alone(world: Database) -> None:
    named = an_offer("anna", "income-tax", representative="omer", kind=OfferKind.CODE)
    named = made(world, named, "anna")
    code = code_for(world, named, "anna")

    assert NotRight.WRONG is redeem(world, code, "bram")
    assert isinstance(redeem(world, code, "omer"), Offer)


def test_nobody_takes_up_what_they_gave_themselves_and_the_code_is_not_used_up(
    world: Database, offer: Offer
) -> None:
    code = code_for(world, offer, "anna")
    for _ in range(MOST_WRONG + 1):
        refused = redeem(world, code, "anna")
        assert isinstance(refused, Refused)
        assert Why.CANNOT_BE_GRANTED is refused.why

    assert isinstance(redeem(world, code), Offer)


def test_g6b_an_employee_takes_it_up_for_the_office_and_its_administrator_accepts(
    world: Database, offer: Offer
) -> None:
    taken = redeem(world, code_for(world, offer, "anna"), "eva", for_whom="peeters")

    assert isinstance(taken, Offer)
    assert (OfferState.OFFERED, Waits.ACCEPTANCE, "peeters") == (
        taken.state,
        taken.waits_for,
        taken.representative,
    )
    with world.recording() as db:
        by = actor("lotte", "peeters")
        given = accepting.accept(db, VAULT, offer.id, by=by, now=TODAY, policy=DEFAULT_POLICY)
    assert isinstance(given, Offer)
    assert OfferState.GIVEN is given.state


def test_g6b_the_administrator_who_types_the_code_has_accepted_it(world: Database, offer: Offer) -> None:
    given = redeem(world, code_for(world, offer, "anna"), "lotte", for_whom="peeters")

    assert isinstance(given, Offer)
    assert OfferState.GIVEN is given.state
    with world.reading() as db:
        told = journal.of_record(db, "offer", offer.id)
    assert "appointment a-peeters-lotte" == told[-1].by.authority


def test_g6c_the_administrator_confirms_the_employee_whose_name_was_proved(world: Database) -> None:
    invited = an_offer("bakery", "vat-return", kind=OfferKind.EMPLOYEE, reference="4711")
    invited = made(world, invited, "daan")
    code = code_for(world, invited, "daan")
    number = next(
        one["identifiers"]["kvk"]  # type: ignore[index]
        for one in demo_document()["parties"]
        if one["id"] == "bakery"
    )

    assert NotRight.WRONG is redeem(world, code, "omer", for_whom="peeters", number=number)
    taken = redeem(world, code, "omer", number=number, born=None)

    assert isinstance(taken, Offer)
    assert (Waits.CONFIRMATION, "omer") == (taken.waits_for, taken.representative)
    assert not represents(world, "omer", "bakery", "vat-return")
    with world.recording() as db:
        assert Refused(Why.NOT_ENTITLED) == accepting.confirm(
            db,
            VAULT,
            invited.id,
            by=actor("omer"),
            now=TODAY,
            policy=DEFAULT_POLICY,
        )
        given = accepting.confirm(
            db, VAULT, invited.id, by=actor("daan", "bakery"), now=TODAY, policy=DEFAULT_POLICY
        )
    assert isinstance(given, Offer)
    assert represents(world, "omer", "bakery", "vat-return")
    with world.reading() as db:
        kept = offers_kept.find(db, invited.id)
    assert kept is not None
    assert None is kept.reference


def test_a_code_whose_giver_has_died_gives_nothing(world: Database, offer: Offer) -> None:
    code = code_for(world, offer, "anna")
    anna: dict[str, Any] = next(one for one in demo_document()["parties"] if one["id"] == "anna")
    landed(world, {"parties": [{**anna, "ceased_at": "2026-11-23T11:59:59Z"}]}, now=TODAY)

    assert isinstance(redeem(world, code), Refused)
    assert not represents(world, "omer", "anna", "income-tax")


def test_a_code_is_drawn_only_for_what_waits_for_one(world: Database) -> None:
    to_omer = made(world, an_offer("anna", "income-tax", representative="omer"), "anna")

    with world.recording() as db:
        for id, why in ((to_omer.id, Why.NOT_NOW), ("no-such", Why.UNKNOWN_OFFER)):
            assert Refused(why) == activating.draw(
                db, VAULT, CODES, id, by=actor("anna"), now=TODAY, policy=DEFAULT_POLICY
            )


def test_a_code_and_an_offer_taken_back_at_once_end_in_one_of_the_two(world: Database) -> None:
    for _ in range(5):
        offer = made(world, an_offer("anna", "income-tax"), "anna")
        code = code_for(world, offer, "anna")
        together = Barrier(2)

        def take(code: str = code, together: Barrier = together) -> object:
            together.wait()
            return redeem(world, code)

        def back(offer: Offer = offer, together: Barrier = together) -> object:
            together.wait()
            with world.recording() as db:
                return declining.withdraw(db, VAULT, offer.id, by=actor("anna"), now=TODAY)

        with ThreadPoolExecutor(2) as pool:
            taken, withdrawn = pool.submit(take), pool.submit(back)
        assert isinstance(taken.result(), Offer) != isinstance(withdrawn.result(), Offer)


def test_codes_by_another_secret_are_never_written_beside_these(world: Database, offer: Offer) -> None:
    code_for(world, offer, "anna")

    with pytest.raises(AnotherSecret), world.recording() as db:
        activating.draw(
            db,
            VAULT,
            KeyedDigest(bytes([9]) * 32),
            offer.id,
            by=actor("anna"),
            now=TODAY,
            policy=DEFAULT_POLICY,
        )


def test_g6_where_no_law_allows_the_bsn_postcode_and_house_number_take_its_place(world: Database) -> None:
    anna: dict[str, Any] = next(one for one in demo_document()["parties"] if one["id"] == "anna")
    address = {"postcode": "1234AB", "house_number": "12-A"}
    landed(world, {"parties": [{**anna, "address": address}]}, now=TODAY)
    code = code_for(world, made(world, an_offer("anna", "benefit"), "anna"), "anna")

    assert NotRight.WRONG is redeem(world, code, known_by=Address("1234AB", "12"))
    assert NotRight.WRONG is redeem(world, code, known_by=Address("1234AC", "12-A"))
    assert NotRight.WRONG is redeem(world, code, known_by=None)
    assert isinstance(redeem(world, code, known_by=Address("1234AB", "12-A")), Offer)


def test_g10_an_administrator_draws_no_code_for_services_beyond_the_appointment(world: Database) -> None:
    """With the code in hand they would take for themself what they may not give."""
    appointment = {
        "id": "a-bakery-eva",
        "organisation": "bakery",
        "person": "eva",
        "services": ["energy-label"],
        "assurance": "substantial",
        "from": "2026-01-01T00:00:00Z",
    }
    landed(world, {"appointments": [appointment]}, now=TODAY - 5)
    offer = made(world, an_offer("bakery", "vat-return"), "carla")
    code = code_for(world, offer, "carla")

    for person, level in (("eva", Loa.HIGH), ("omer", Loa.HIGH), ("carla", Loa.LOW)):
        with world.recording() as db:
            by = actor(person, "bakery", level)
            assert isinstance(
                activating.draw(db, VAULT, CODES, offer.id, by=by, now=TODAY, policy=DEFAULT_POLICY), Refused
            )

    # and the code that was drawn before works as it did
    with world.reading() as db:
        rows = db.all(_ROWS)
    assert [CODES.of("activation code", code)] == [row[1] for row in rows]
