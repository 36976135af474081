"""G6a: letters with a code, asked for by helpers of who cannot log in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from claims.addresses import Address
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.identifiers import Identifier, Scheme
from claims.offers import Offer, OfferKind, OfferState, Waits
from claims.register import (
    accepting,
    activating,
    addresses,
    declining,
    journal,
    letters,
    offering,
    offers_kept,
    overview,
)
from claims.register.activating import NotRight
from claims.register.actor import OPERATOR, REGISTER
from claims.register.forgetting import NotForgotten, forget
from claims.register.journal import Event
from claims.register.letters import MOST_ASKED, MOST_SENT, PERIOD, Asked, NotAsked
from claims.register.offering import Refused, Why
from claims.register.offers_kept import LAPSES_AFTER
from keys.storage import Database, Statement
from tests.claims.register.test_activating import redeem, represents
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches, tampered
from tests.support.offers import CODES, actor, an_offer, fresh_world, made
from tests.support.register import VAULT, landed
from tests.support.work import statements_of

BORN = date(1948, 5, 2)
BSN = Identifier(Scheme.BSN, "999997221")
_NOTICES = Statement(
    "SELECT id, recipient, sealed FROM register_notices WHERE change = 'letter' ORDER BY at, id"
)
_LETTERS = Statement("SELECT helper, sealed, represented, offer FROM register_letters ORDER BY asked_at, id")


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def asked(
    service: str = "benefit",
    *,
    helper: str = "omer",
    born: date = BORN,
    known_by: Identifier | Address = BSN,
    **changes: Any,
) -> Asked:
    """What a helper fills in: nobody is found yet."""
    return Asked(an_offer("", service, representative=helper, **changes), born, known_by)


def ask(database: Database, what: Asked, *, person: str = "omer", now: int = TODAY) -> NotAsked | None:
    with database.writing() as db:
        return letters.ask(db, VAULT, what, by=actor(person, level=Loa.LOW), now=now)


def look(database: Database, *, now: int = TODAY) -> int:
    """Look at all that waits; how many that were."""
    looked_at = 0
    while True:
        with database.recording() as db:
            found = letters.next_waiting(db)
            if found is None:
                return looked_at
            letters.look_at(db, VAULT, CODES, found.id, now=now, policy=DEFAULT_POLICY)
        looked_at += 1


def codes(database: Database) -> list[tuple[str, str, str]]:
    """What the letters in the outbox say: to whom, of which offer, and the code."""
    with database.reading() as db:
        told = []
        for id, recipient, sealed in db.all(_NOTICES):
            one = addresses.addressed(db, VAULT, recipient, sealed, id)
            told.append((recipient, one.offer or "", one.code or ""))
        return told


def sent(database: Database, what: Asked, *, now: int = TODAY) -> tuple[str, str]:
    """The offer and the code of the one letter that comes of it."""
    before = codes(database)
    assert None is ask(database, what, person=what.offer.representative or "", now=now)
    look(database, now=now)
    (new,) = [one for one in codes(database) if one not in before]
    return new[1], new[2]


def offer_of(database: Database, id: str) -> Offer:
    with database.reading() as db:
        found = offers_kept.find(db, id)
    assert found is not None
    return found


def test_g6a_a_letter_goes_to_who_is_meant_and_its_code_opens_what_was_asked(world: Database) -> None:
    offer, code = sent(world, asked())
    waits = offer_of(world, offer)
    assert (OfferKind.LETTER, OfferState.OFFERED, Waits.CODE) == (waits.kind, waits.state, waits.waits_for)
    assert ("anna", "omer") == (waits.represented, waits.representative)
    assert not represents(world, "omer", "anna", "benefit")

    given = redeem(world, code)

    assert isinstance(given, Offer)
    assert OfferState.GIVEN is given.state
    assert represents(world, "omer", "anna", "benefit")
    assert [] == breaches(world)


def test_g4_what_is_given_by_letter_is_low_whatever_the_helper_logged_in_with(world: Database) -> None:
    offer, code = sent(world, asked())
    assert isinstance(redeem(world, code), Offer)

    (part,) = offer_of(world, offer).parts
    with world.reading() as db:
        mandate = overview.mandate(db, part.mandate)
    assert mandate is not None
    assert Loa.LOW is mandate.assurance


def test_no_record_says_that_the_citizen_did_it(world: Database) -> None:
    offer, code = sent(world, asked())
    redeem(world, code)

    (part,) = offer_of(world, offer).parts
    with world.reading() as db:
        of_offer = journal.of_record(db, "offer", offer)
        (of_mandate,) = journal.of_record(db, "mandate", part.mandate)
    assert [Event.REQUESTED, Event.CODE_DRAWN, Event.REDEEMED, Event.GIVEN] == [one.event for one in of_offer]
    assert ["omer", None, "omer", "omer"] == [one.by.person for one in of_offer]
    assert REGISTER == of_offer[1].by
    assert ("omer", f"letter {offer}") == (of_mandate.by.person, of_mandate.by.authority)
    assert () == offer_of(world, offer).approvals


@pytest.mark.parametrize(
    "nobody",
    [
        asked(born=date(1948, 5, 3)),
        asked(known_by=Identifier(Scheme.BSN, "123456782")),
        asked(known_by=Identifier(Scheme.KVK, "00436606")),
        asked(known_by=Address("1234AB", "12")),
        asked(born=date(1940, 1, 15), known_by=Identifier(Scheme.BSN, "999950678")),  # Wil died
        asked(born=date(1957, 10, 5), known_by=Identifier(Scheme.BSN, "999962863"), service="income-tax"),
        asked(born=date(2013, 6, 4), known_by=Identifier(Scheme.BSN, "999950046")),  # Noor is a child
        asked(born=date(1990, 2, 2), known_by=Identifier(Scheme.BSN, "999959669")),  # Ömer himself
        asked("income-tax"),  # wants more than a letter shows
        asked("vat-return"),  # for organisations
        asked("no-such-service"),
        asked(branch="000000000001"),
    ],
    ids=str,
)
def test_g6a_what_finds_nobody_or_cannot_be_given_is_asked_alike_and_sends_nothing(
    world: Database, nobody: Asked
) -> None:
    assert None is ask(world, nobody)

    assert 1 == look(world)

    assert [] == codes(world)
    with world.reading() as db:
        assert [("omer", None, None, None)] == db.all(_LETTERS)
    assert [] == breaches(world)


def test_g6a_asking_takes_the_same_work_whether_there_is_anybody_or_not(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(what: Asked) -> list[str]:
        with statements_of(monkeypatch) as done:
            ask(world, what)
        return [str(one) for one in done]

    assert work(asked()) == work(asked(born=date(1990, 1, 1))) == work(asked("income-tax"))


def test_what_was_asked_is_sealed_until_it_is_looked_at_and_wiped_then(world: Database) -> None:
    ask(world, asked())
    with world.reading() as db:
        (_, sealed, _, _) = db.all(_LETTERS)[0]
    assert BSN.value not in sealed
    assert "1948" not in sealed

    look(world)

    (recipient, offer, code) = codes(world)[0]
    with world.reading() as db:
        assert [("omer", None, "anna", offer)] == db.all(_LETTERS)
        kept = str(db.all(Statement("SELECT * FROM register_notices")))
        kept += str(db.all(Statement("SELECT * FROM register_activation_codes")))
        kept += str(db.all(Statement("SELECT * FROM register_versions WHERE kind = 'offer'")))
    assert "anna" == recipient
    assert code not in kept


def test_a_letter_whose_row_was_moved_or_changed_sends_nothing_and_holds_nobody_up(world: Database) -> None:
    ask(world, asked(helper="bram"), person="bram")
    tampered(world, "UPDATE register_letters SET helper = 'eva'")
    ask(world, asked(), now=TODAY + 1)

    assert 2 == look(world, now=TODAY + 1)

    assert ["anna"] == [recipient for recipient, _, _ in codes(world)]
    assert "omer" == offer_of(world, codes(world)[0][1]).representative


def test_g6a_a_helper_asks_for_so_many_letters_in_a_period_whoever_they_are_for(world: Database) -> None:
    nobody = asked(born=date(1990, 1, 1))
    assert [None] * MOST_ASKED == [ask(world, nobody) for _ in range(MOST_ASKED)]

    assert NotAsked.TOO_MANY_LETTERS is ask(world, asked())
    assert NotAsked.TOO_MANY_LETTERS is ask(world, nobody, now=TODAY + PERIOD - 1)
    assert None is ask(world, asked(helper="bram"), person="bram")
    assert None is ask(world, nobody, now=TODAY + PERIOD)


def test_of_many_that_a_helper_asks_for_at_once_no_more_are_taken(world: Database) -> None:
    together = Barrier(MOST_ASKED + 3)

    def one(_: int) -> NotAsked | None:
        together.wait()
        return ask(world, asked())

    with ThreadPoolExecutor(MOST_ASKED + 3) as pool:
        done = list(pool.map(one, range(MOST_ASKED + 3)))

    assert MOST_ASKED == done.count(None)


def test_g6a_nobody_is_sent_more_letters_than_a_period_has_whoever_asks(world: Database) -> None:
    helpers = ["omer", "bram", "eva", "lars", "lotte"]
    for helper in helpers:
        assert None is ask(world, asked(helper=helper), person=helper)
    assert len(helpers) == look(world)

    assert MOST_SENT == len(codes(world))
    ask(world, asked(helper="kees"), person="kees", now=TODAY + PERIOD)
    look(world, now=TODAY + PERIOD)
    assert MOST_SENT + 1 == len(codes(world))


def test_of_many_workers_that_look_at_once_each_letter_is_sent_once(world: Database) -> None:
    helpers = ["omer", "bram", "eva", "lars"]
    for helper in helpers:
        ask(world, asked(helper=helper), person=helper)
    together = Barrier(4)

    def one(_: int) -> int:
        together.wait()
        return look(world)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))

    assert MOST_SENT == len(codes(world))
    assert 0 == look(world)
    assert [] == breaches(world)


def test_g6a_the_code_works_for_the_helper_that_the_letter_names_alone(world: Database) -> None:
    offer, code = sent(world, asked())

    assert NotRight.WRONG is redeem(world, code, "bram")
    assert NotRight.WRONG is redeem(world, code, "eva", for_whom="peeters")
    assert NotRight.WRONG is redeem(world, code, born=date(1948, 5, 3))
    assert OfferState.OFFERED is offer_of(world, offer).state
    assert isinstance(redeem(world, code), Offer)
    assert NotRight.WRONG is redeem(world, code)


def test_g6a_a_code_of_a_letter_lapses_with_its_ninetieth_day(world: Database) -> None:
    _, code = sent(world, asked())

    assert NotRight.WRONG is redeem(world, code, now=TODAY + LAPSES_AFTER)
    assert isinstance(redeem(world, code, now=TODAY + LAPSES_AFTER - 1), Offer)


def test_g6a_another_letter_takes_the_place_of_the_one_before(world: Database) -> None:
    former, old = sent(world, asked())
    kept, of_another = sent(world, asked(helper="bram"), now=TODAY + 1)
    offer, new = sent(world, asked("energy-label"), now=TODAY + 2)

    assert OfferState.WITHDRAWN is offer_of(world, former).state
    assert OfferState.OFFERED is offer_of(world, kept).state
    assert NotRight.WRONG is redeem(world, old, now=TODAY + 3)
    assert isinstance(redeem(world, new, now=TODAY + 3), Offer)
    assert isinstance(redeem(world, of_another, "bram", now=TODAY + 3), Offer)
    assert OfferState.GIVEN is offer_of(world, offer).state


def test_g6a_nobody_draws_the_code_of_a_letter_anew_on_a_page(world: Database) -> None:
    offer, _ = sent(world, asked())

    for person in ("anna", "omer"):
        with world.recording() as db:
            drawn = activating.draw(
                db, VAULT, CODES, offer, by=actor(person), now=TODAY, policy=DEFAULT_POLICY
            )
        assert isinstance(drawn, Refused)
    for person in ("anna", "omer"):
        with world.recording() as db:
            by = actor(person)
            assert isinstance(
                offering.approve(db, VAULT, offer, login=Loa.HIGH, by=by, now=TODAY, policy=DEFAULT_POLICY),
                Refused,
            )
            assert isinstance(
                accepting.accept(db, VAULT, offer, by=by, now=TODAY, policy=DEFAULT_POLICY), Refused
            )
            assert isinstance(
                accepting.confirm(db, VAULT, offer, by=by, now=TODAY, policy=DEFAULT_POLICY), Refused
            )
    assert OfferState.OFFERED is offer_of(world, offer).state


def test_the_code_of_another_offer_is_not_drawn_by_the_register(world: Database) -> None:
    offer = made(world, an_offer("anna", "benefit"), "anna")

    with world.recording() as db:
        assert Refused(Why.NOT_NOW) == activating.draw_for_letter(db, VAULT, CODES, offer, now=TODAY)


def test_g6a_a_letter_that_was_refused_opens_nothing(world: Database) -> None:
    offer, code = sent(world, asked())
    with world.recording() as db:
        declined = declining.decline(db, VAULT, offer, by=OPERATOR, now=TODAY, reason="by telephone")
    assert isinstance(declined, Offer)

    assert NotRight.WRONG is redeem(world, code)
    assert offer_of(world, offer).is_silent


def test_who_was_restricted_after_the_letter_went_lets_nobody_do_anything_by_it(world: Database) -> None:
    _, code = sent(world, asked())
    restriction = {
        "id": "r-new",
        "party": "anna",
        "kind": "guardianship",
        "services": "*",
        "from": "2026-01-01T00:00:00Z",
    }
    landed(world, {"restrictions": [restriction]}, now=TODAY)

    done = redeem(world, code)

    assert isinstance(done, Refused)
    assert Why.CANNOT_BE_GRANTED is done.why
    assert not represents(world, "omer", "anna", "benefit")


def test_g6b_for_an_organisation_its_administrator_accepts(world: Database) -> None:
    what = Asked(an_offer("", "benefit", representative="peeters"), BORN, BSN)
    with world.writing() as db:
        letters.ask(db, VAULT, what, by=actor("eva", "peeters"), now=TODAY)
    look(world)
    ((_, offer, code),) = codes(world)

    taken = redeem(world, code, "eva", for_whom="peeters")

    assert isinstance(taken, Offer)
    assert Waits.ACCEPTANCE is taken.waits_for
    with world.recording() as db:
        given = accepting.accept(
            db, VAULT, offer, by=actor("lotte", "peeters"), now=TODAY, policy=DEFAULT_POLICY
        )
    assert isinstance(given, Offer)
    assert OfferState.GIVEN is given.state


def test_by_address_two_who_were_born_on_one_day_in_one_house_are_told_apart_by_nobody(
    world: Database,
) -> None:
    home = {"postcode": "1234AB", "house_number": "12"}
    one = {
        "id": "twin1",
        "kind": "person",
        "name": "A",
        "born": "1950-01-01",
        "identifiers": {},
        "address": home,
    }
    landed(world, {"parties": [one]}, now=TODAY)
    found = asked(born=date(1950, 1, 1), known_by=Address("1234AB", "12"))
    assert "twin1" == offer_of(world, sent(world, found)[0]).represented
    landed(world, {"parties": [{**one, "id": "twin2"}]}, now=TODAY)

    before = codes(world)
    ask(world, replace(found, offer=an_offer("", "benefit", representative="bram")), person="bram")
    look(world)

    assert before == codes(world)


def test_who_is_forgotten_is_in_no_letter_any_more(world: Database) -> None:
    lone = {
        "id": "lone",
        "kind": "person",
        "name": "L",
        "born": "1950-01-01",
        "identifiers": {"bsn": "999998286"},
    }
    landed(world, {"parties": [lone]}, now=TODAY)
    offer, _ = sent(world, asked(born=date(1950, 1, 1), known_by=Identifier(Scheme.BSN, "999998286")))
    with world.writing() as db:
        assert NotForgotten.STILL_CONCERNED is forget(db, VAULT, "lone", by=OPERATOR, now=TODAY)
    with world.recording() as db:
        declining.decline(db, VAULT, offer, by=OPERATOR, now=TODAY)
    with world.writing() as db:
        assert None is forget(db, VAULT, "lone", by=OPERATOR, now=TODAY)

    with world.reading() as db:
        assert [] == db.all(_LETTERS)
        assert [] == db.all(_NOTICES)
        assert [(None,)] == db.all(Statement("SELECT born FROM register_parties WHERE id = 'lone'"))
    assert [] == breaches(world)
