"""Asking for one party and for those that are due: what lands, what is remembered of failures, what is closed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from authz_server.context import Context
from authz_server.sources.refreshing import Outcome, close_if_unreachable, refresh
from authz_server.sources.rounds import close_unreachable, refresh_due
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.identifiers import Identifier
from claims.offers import Offer
from claims.register import accepting, offering, reviewing, source_answers
from claims.register.actor import Actor
from claims.register.source_answers import THE_SOURCE
from claims.register.syncing import Landed, held
from claims.sources.told import Answer, NoAnswer, NoAnswerReason
from tests.support.account import tampered
from tests.support.clock import Clock
from tests.support.dumped import dumped
from tests.support.offers import an_offer
from tests.support.register import landed
from tests.support.sources import (
    ANNA,
    BAKERY,
    BRAM,
    CARLA,
    COURT,
    SMALL,
    TRADE,
    Saying,
    answer,
    configured,
    identifier,
    relation,
)

REGISTER = COURT.register
GONE = NoAnswer(NoAnswerReason.UNREACHABLE, "court.example.nl: ConnectionRefusedError")


@pytest.fixture(autouse=True)
def _world(context: Context, clock: Clock) -> None:
    landed(context.database, SMALL, now=clock.now - 100)


def says(number: Identifier) -> Answer:
    """Something of whoever is asked for."""
    basis = relation("C1", number=CARLA if number.value != CARLA else BRAM)
    return answer(COURT, number.value, number.scheme, relations=[basis])


def freshness(context: Context, party: str = "anna", register: str = REGISTER) -> source_answers.Seen:
    with context.database.reading() as db:
        return source_answers.seen(db, register, party)


def due(context: Context, *parties: str) -> None:
    with context.database.writing() as db:
        for party in parties:
            source_answers.ask_soon(db, REGISTER, party, now=context.clock())


def open_relations(context: Context, party: str = "anna") -> int:
    with context.database.reading() as db:
        found = held(db, COURT, party)
    assert found is not None
    return sum(one.until is None for one in found.relations)


def test_a_party_is_asked_for_by_the_first_number_that_the_source_knows(context: Context) -> None:
    source = Saying(NoAnswer(NoAnswerReason.TIMEOUT))

    refresh(context, configured(source), "anna")
    refresh(context, configured(source), "bakery")
    refresh(context, configured(source, TRADE), "carla")

    assert [identifier(ANNA), identifier(BAKERY, "kvk"), identifier(CARLA)] == source.asked


def test_who_has_no_number_there_is_not_asked_for_and_the_source_is_not_said_to_fail(
    context: Context,
) -> None:
    source = Saying(says)

    outcome = refresh(context, configured(source), "tax")

    assert outcome.failure is not None
    assert (NoAnswerReason.NO_NUMBER, []) == (outcome.failure.reason, source.asked)
    assert None is freshness(context, THE_SOURCE).freshness.failed_since


def test_an_answer_is_as_old_as_the_moment_at_which_it_was_asked_for(context: Context, clock: Clock) -> None:
    asked = clock.now

    def slowly(number: Identifier) -> Answer:
        clock.now += 25
        return says(number)

    outcome = refresh(context, configured(Saying(slowly)), "anna")

    assert (Outcome.LANDED, Landed(1, 0)) == (outcome.outcome, outcome.landed)
    assert asked == freshness(context).freshness.fetched_at
    assert asked + 25 + 1800 == freshness(context).due_at


def test_a_failure_is_remembered_from_the_first_one_on_until_an_answer_comes(
    context: Context, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    refresh(context, configured(Saying(says)), "anna")
    began = clock.now + 10
    for _ in range(3):
        clock.now += 10
        refresh(context, configured(Saying(GONE)), "anna")

    of_party, of_source = freshness(context).freshness, freshness(context, THE_SOURCE)
    assert (began - 10, began, "unreachable") == (
        of_party.fetched_at,
        of_party.failed_since,
        of_party.outcome,
    )
    assert (began, clock.now + 30) == (of_source.freshness.failed_since, of_source.due_at)
    assert 1 == open_relations(context)
    assert "source_failed" in caplog.messages
    assert not any(secret in caplog.text for secret in (ANNA, "anna"))

    clock.now += 10
    refresh(context, configured(Saying(says)), "anna")

    assert None is freshness(context).freshness.failed_since
    assert None is freshness(context, THE_SOURCE).freshness.failed_since


def test_of_two_who_ask_at_once_one_lands(context: Context) -> None:
    together = Barrier(2)

    def at_once(number: Identifier) -> Answer:
        together.wait(10)
        return says(number)

    source = configured(Saying(at_once))
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda _: refresh(context, source, "anna"), range(2)))

    assert {Outcome.LANDED, Outcome.OVERTAKEN} == {one.outcome for one in outcomes}
    assert 1 == open_relations(context)


def test_a_failure_that_is_told_late_does_not_hide_the_answer_that_came_meanwhile(context: Context) -> None:
    def overtaken(_: Identifier) -> NoAnswer:
        refresh(context, configured(Saying(says)), "anna")
        return replace(GONE, reason=NoAnswerReason.NOT_UNDERSTOOD)

    refresh(context, configured(Saying(overtaken)), "anna")

    assert None is freshness(context).freshness.failed_since
    assert "told" == freshness(context).freshness.outcome


def test_who_is_due_is_asked_for_and_then_not_until_half_the_time_has_passed(
    context: Context, clock: Clock
) -> None:
    source = Saying(says)
    due(context, "anna", "bram")

    assert (2, 0) == (refresh_due(context, configured(source)), refresh_due(context, configured(source)))
    clock.now += 1799
    assert 0 == refresh_due(context, configured(source))
    clock.now += 1
    assert 2 == refresh_due(context, configured(source))


def test_a_source_that_does_not_answer_is_left_alone_ever_longer(context: Context, clock: Clock) -> None:
    source = Saying(GONE)
    due(context, "anna", "bram", "carla")

    assert 1 == refresh_due(context, configured(source))
    assert 0 == refresh_due(context, configured(source))
    pauses = []
    for _ in range(10):
        pause = freshness(context, THE_SOURCE).due_at - clock.now
        pauses.append(pause)
        clock.now += pause
        due(context, "anna")
        assert 1 == refresh_due(context, configured(source))

    assert (30, 900) == (pauses[0], max(freshness(context, THE_SOURCE).due_at - clock.now, pauses[-1], 900))
    assert pauses == sorted(pauses)


def test_one_party_of_which_nonsense_is_told_does_not_keep_the_others_waiting(context: Context) -> None:
    def half(number: Identifier) -> Answer | NoAnswer:
        return NoAnswer(NoAnswerReason.NOT_UNDERSTOOD) if number.value == ANNA else says(number)

    due(context, "anna", "bram")

    assert 2 == refresh_due(context, configured(Saying(half)))
    assert None is not freshness(context).freshness.failed_since
    assert None is not freshness(context, "bram").freshness.fetched_at


def test_a_number_that_does_not_open_does_not_keep_the_others_waiting(context: Context) -> None:
    due(context, "anna", "bram")
    tampered(context.database, "UPDATE register_identifiers SET sealed = 's1.x' WHERE party = 'anna'")

    assert 2 == refresh_due(context, configured(Saying(says)))

    assert "unsealable" == freshness(context).freshness.outcome
    assert None is not freshness(context, "bram").freshness.fetched_at


def test_whoever_is_told_to_stop_does(context: Context) -> None:
    due(context, "anna")

    assert 0 == refresh_due(context, configured(Saying(says)), goes_on=lambda: False)


def test_relations_of_a_source_that_is_gone_for_longer_than_set_are_closed_and_not_a_second_before(
    context: Context, clock: Clock
) -> None:
    gone, answers = configured(Saying(GONE), close_after=7200), configured(Saying(says), close_after=7200)
    for party in ("anna", "bram"):
        refresh(context, answers, party)
    clock.now += 10
    refresh(context, gone, "anna")  # of all that the source tells it is known to be gone by one
    clock.now += 7199
    assert 0 == close_unreachable(context, gone)

    clock.now += 1
    assert 2 == close_unreachable(context, gone)
    assert 0 == close_unreachable(context, gone)
    assert (0, 0) == (open_relations(context), open_relations(context, "bram"))

    refresh(context, answers, "anna")
    assert (1, 0) == (open_relations(context), open_relations(context, "bram"))
    assert 0 == close_unreachable(context, answers)


def test_one_party_of_which_no_answer_comes_is_closed_alone(context: Context, clock: Clock) -> None:
    source = configured(Saying(says), close_after=7200)
    for party in ("anna", "bram"):
        refresh(context, source, party)
    refresh(context, configured(Saying(NoAnswer(NoAnswerReason.NOT_UNDERSTOOD))), "anna")
    clock.now += 7200

    assert 1 == close_unreachable(context, source)

    assert (0, 1) == (open_relations(context), open_relations(context, "bram"))


def test_nothing_is_closed_where_nothing_is_set_or_an_answer_came_meanwhile(
    context: Context, clock: Clock
) -> None:
    refresh(context, configured(Saying(says)), "anna")
    refresh(context, configured(Saying(GONE)), "anna")
    clock.now += 10**8

    assert 0 == close_unreachable(context, configured(Saying(GONE)))
    refresh(context, configured(Saying(says)), "anna")
    assert 0 == close_if_unreachable(context, configured(Saying(GONE), close_after=7200), "anna")
    assert 1 == open_relations(context)


def test_how_fresh_an_answer_is_is_told_without_a_number(context: Context) -> None:
    answers: list[Callable[[Identifier], Answer | NoAnswer]] = [says, lambda _: GONE]
    for one in answers:
        refresh(context, configured(Saying(one)), "anna")

    rows = dumped(context.database)["register_source_answers"]
    assert "anna" in rows
    assert not any(number in rows for number in (ANNA, CARLA))


def test_g13_what_a_signatory_gave_is_marked_as_soon_as_the_source_tells_them_no_more(
    context: Context, clock: Clock
) -> None:
    service = {
        "id": "s7",
        "uri": "https://tax.example.nl/services/seven",
        "name": {"nl": "Zeven", "en": "Seven"},
        "provider": "bakery",
        "minimum_assurance": "low",
        "actions": ["view"],
        "represented_kinds": ["organisation"],
        "offers_mandates": True,
    }
    landed(context.database, {"services": [service]}, now=clock.now)
    signs = relation("D1", "sole_signatory", number=CARLA)
    refresh(context, configured(Saying(answer(TRADE, BAKERY, "kvk", relations=[signs])), TRADE), "bakery")
    offer = an_offer("bakery", "s7", representative="anna", until=clock.now + 86400)
    carla = Actor("carla", "bakery", "self", Loa.SUBSTANTIAL, "carla-eid")
    anna = Actor("anna", None, "self", Loa.LOW, "anna-eid")
    with context.database.recording() as db:
        offering.make(
            db, context.vault, offer, login=Loa.SUBSTANTIAL, by=carla, now=clock.now, policy=DEFAULT_POLICY
        )
        done = accepting.accept(db, context.vault, offer.id, by=anna, now=clock.now, policy=DEFAULT_POLICY)
    assert isinstance(done, Offer), done
    clock.now += 3600

    outcome = refresh(
        context, configured(Saying(answer(TRADE, BAKERY, "kvk", relations=[])), TRADE), "bakery"
    )

    assert Outcome.LANDED is outcome.outcome
    with context.database.reading() as db:
        found = reviewing.reviews(db, "bakery", now=clock.now).reviews
    assert [offer.parts[0].mandate] == [one.mandate.id for one in found]
    assert found[0].mandate.in_force(clock.now)
