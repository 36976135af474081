"""G8: offers go when what came of them has gone, and the account stays whole."""

import pytest

from claims.evidence import DEFAULT_POLICY
from claims.instants import birthday, day_of
from claims.keeping import Periods
from claims.offers import Offer, OfferKind
from claims.register import accepting, declining, journal, offers_kept, old_offers
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches
from tests.support.offers import actor, an_offer, code_for, fresh_world, made
from tests.support.register import VAULT

PERIODS = Periods()
_KEPT = {
    table: Statement(f"SELECT count(*) FROM register_{table}") for table in ("offers", "activation_codes")
}


def over(at: int) -> int:
    """The first instant at which what was over at `at` is kept no longer."""
    return birthday(day_of(at), PERIODS.kept)


def erased(database: Database, now: int) -> list[str]:
    with database.writing() as db:  # the account was not silent: the clock is right
        journal.write(db, VAULT, Event.EXPORTED_PERSONAL_NUMBERS, None, by=OPERATOR, now=now - 60)
    with database.reading() as db:
        seen = old_offers.look(db, PERIODS, "", at=now)
    with database.writing() as db:
        count = old_offers.erase(db, VAULT, seen.ids, PERIODS, at=now, now=now)
    assert count == len(seen.ids)
    return list(seen.ids)


@pytest.fixture
def offers(database: Database) -> dict[str, Offer]:
    fresh_world(database)
    found = {
        name: made(database, an_offer("anna", "income-tax", representative=to), "anna")
        for name, to in (("given", "omer"), ("withdrawn", "omer"), ("lapsed", None))
    }
    code_for(database, found["lapsed"], "anna")
    with database.recording() as db:
        accepting.accept(db, VAULT, found["given"].id, by=actor("omer"), now=TODAY, policy=DEFAULT_POLICY)
        declining.withdraw(db, VAULT, found["withdrawn"].id, by=actor("anna"), now=TODAY)
    return found


def test_g8_each_goes_seven_years_after_it_was_over_and_not_a_second_before(
    database: Database, offers: dict[str, Offer]
) -> None:
    ends = {
        "withdrawn": over(TODAY),
        "lapsed": over(TODAY + offers_kept.LAPSES_AFTER),
        "given": over(offers["given"].until),
    }
    for name, end in sorted(ends.items(), key=lambda one: one[1]):
        assert [] == erased(database, end - 1)
        assert [offers[name].id] == erased(database, end)

    with database.reading() as db:
        assert [0, 0] == [(db.one(statement) or (1,))[0] for statement in _KEPT.values()]
        assert Event.ERASED_RECORD is journal.of_record(db, "offer", offers["given"].id)[-1].event
    assert [] == breaches(database)


def test_an_offer_that_waits_is_not_erased_whatever_the_look_said(
    database: Database, offers: dict[str, Offer]
) -> None:
    now = over(TODAY)
    with database.writing() as db:
        journal.write(db, VAULT, Event.EXPORTED_PERSONAL_NUMBERS, None, by=OPERATOR, now=now - 60)
        assert 0 == old_offers.erase(db, VAULT, [offers["lapsed"].id], PERIODS, at=now, now=now)


def test_nothing_is_erased_where_the_clock_may_have_jumped(
    database: Database, offers: dict[str, Offer]
) -> None:
    now = over(TODAY)
    with database.writing() as db:
        assert None is old_offers.erase(db, VAULT, [offers["withdrawn"].id], PERIODS, at=now, now=now)


def test_a_page_leads_on(database: Database, offers: dict[str, Offer]) -> None:
    with database.reading() as db:
        first = old_offers.look(db, PERIODS, "", at=TODAY, rows=2)
        assert first.next is not None
        assert None is old_offers.look(db, PERIODS, first.next, at=TODAY, rows=2).next


def test_by_what_an_employee_was_known_goes_once_the_offer_has_lapsed(database: Database) -> None:
    fresh_world(database)
    invited = made(
        database, an_offer("bakery", "vat-return", kind=OfferKind.EMPLOYEE, reference="4711"), "daan"
    )
    bodies = Statement(
        "SELECT body FROM register_offers UNION ALL SELECT body FROM register_versions WHERE kind = 'offer'"
    )

    for now, there in ((invited.lapses_at - 1, True), (invited.lapses_at, False)):
        with database.writing() as db:
            journal.write(db, VAULT, Event.EXPORTED_PERSONAL_NUMBERS, None, by=OPERATOR, now=now - 60)
        with database.reading() as db:
            named = old_offers.look(db, PERIODS, "", at=now).named
        with database.writing() as db:
            old_offers.forget_names(db, VAULT, named or [invited.id], at=now, now=now)
        with database.reading() as db:
            assert there == any("4711" in body for (body,) in db.all(bodies))
    assert [] == breaches(database)
