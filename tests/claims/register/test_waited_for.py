"""Who is told that somebody waits for their yes: those whose it is, once, and never who asked or offered."""

from dataclasses import replace
from datetime import date

import pytest

from claims import activation_codes
from claims.evidence import DEFAULT_POLICY
from claims.identifiers import Identifier, Scheme
from claims.offers import Offer, OfferKind
from claims.register import accepting, activating, offering
from claims.register.activating import Typed
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY
from tests.support.offers import CODES, actor, an_offer, code_for, fresh_world, made
from tests.support.register import VAULT, landed

_WAITING = Statement(
    "SELECT recipient, subject, beside FROM register_notices WHERE change = 'waits' ORDER BY recipient"
)


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def told(database: Database) -> list[tuple[str, str, str | None]]:
    with database.reading() as db:
        return [tuple(row) for row in db.all(_WAITING)]


def asks(database: Database, represented: str, service: str, helper: str) -> Offer:
    with database.recording() as db:
        offer = an_offer(represented, service, representative=helper, kind=OfferKind.REQUEST)
        asked = offering.ask(db, VAULT, offer, by=actor(helper), now=TODAY)
    assert isinstance(asked, Offer), asked
    return asked


def test_who_is_asked_for_a_permission_is_told_and_who_asked_is_not(world: Database) -> None:
    asks(world, "anna", "income-tax", "omer")

    assert [("anna", "anna", None)] == told(world)


def test_who_looks_after_somebody_by_law_is_told_beside_that_person(world: Database) -> None:
    asks(world, "greet", "benefit", "omer")

    assert [("greet", "greet", None), ("piet", "greet", "greet")] == told(world)


def test_an_organisation_that_is_asked_and_those_who_sign_for_it_are_told(world: Database) -> None:
    asks(world, "club", "permit", "omer")

    assert ["anja", "bert", "club", "cor"] == [one for one, _, _ in told(world)]
    assert {"club"} == {subject for _, subject, _ in told(world)}


def test_g2_of_those_who_sign_together_the_others_are_told_once(world: Database) -> None:
    made(world, an_offer("club", "permit", representative="omer"), "anja")

    assert ["bert", "club", "cor"] == [one for one, _, _ in told(world)]


def test_g7_whoever_is_offered_something_is_told_once_enough_have_signed(world: Database) -> None:
    offer = made(world, an_offer("bakery", "vat-return", representative="peeters"), "carla")

    assert [("peeters", "peeters", None)] == told(world)
    with world.recording() as db:
        accepting.accept(db, VAULT, offer.id, by=actor("lotte"), now=TODAY, policy=DEFAULT_POLICY)
    assert [("peeters", "peeters", None)] == told(world)


def test_g6b_an_office_whose_employee_brought_a_code_is_told(world: Database) -> None:
    offer = made(world, an_offer("anna", "income-tax"), "anna")
    code = activation_codes.read(code_for(world, offer, "anna"))
    assert code is not None
    assert [] == told(world)
    with world.recording() as db:
        born, number = date(1948, 5, 2), Identifier(Scheme.BSN, "999997221")
        taken = activating.redeem(
            db,
            VAULT,
            CODES,
            Typed(code, born, number, ""),
            "peeters",
            by=actor("eva"),
            now=TODAY,
            policy=DEFAULT_POLICY,
        )
    assert isinstance(taken, Offer), taken

    assert [("peeters", "peeters", None)] == told(world)


def test_g6c_an_organisation_is_told_that_somebody_came_as_its_employee(world: Database) -> None:
    offer = made(world, an_offer("bakery", "vat-return", kind=OfferKind.EMPLOYEE, reference="17"), "carla")
    code = activation_codes.read(code_for(world, offer, "carla"))
    assert code is not None
    with world.recording() as db:
        taken = activating.redeem(
            db,
            VAULT,
            CODES,
            Typed(code, None, None, "00436606"),
            "omer",
            by=actor("omer"),
            now=TODAY,
            policy=DEFAULT_POLICY,
        )
    assert isinstance(taken, Offer), taken

    assert [("bakery", "bakery", None)] == told(world)


def test_what_is_given_at_once_and_what_waits_for_a_code_waits_for_nobody(world: Database) -> None:
    made(world, an_offer("anna", "income-tax"), "anna")
    made(
        world,
        replace(an_offer("bakery", "vat-return"), representative="carla", kind=OfferKind.PARTY),
        "carla",
    )

    assert [] == told(world)


def test_who_is_no_more_is_not_told(world: Database) -> None:
    landed(
        world,
        {
            "parties": [
                {"id": "cor", "kind": "person", "name": "Cor de Haan", "ceased_at": "2026-11-20T00:00:00Z"}
            ]
        },
        now=TODAY,
    )
    made(world, an_offer("club", "permit", representative="omer"), "anja")

    assert ["bert", "club"] == [one for one, _, _ in told(world)]
