"""G7: what is given or open already is not asked for again, and what is less is no answer to what is more."""

from dataclasses import replace
from typing import Any

import pytest

from claims.already import is_given, is_open
from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.instants import parse_instant
from claims.limits import NO_LIMITS, Limits
from claims.mandates import ALL_CLIENTS, NO_CLIENTS, Mandate
from claims.offers import Offer, OfferKind, OfferState, Part

NOW = parse_instant("2026-11-23T12:00:00Z")
UNTIL = parse_instant("2027-11-23T12:00:00Z")
DAY = 86400
ASKED = Offer(
    "of-1",
    OfferKind.REQUEST,
    OfferState.REQUESTED,
    "client",
    "office",
    (Part("m-1", frozenset({"s1"}), frozenset({"view"})),),
    Loa.HIGH,
    None,
    UNTIL,
    NOW,
    UNTIL,
)


def given(**changes: Any) -> Mandate:
    [same] = ASKED.mandates(Loa.LOW, NOW)
    return replace(same, **changes)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"actions": None},
        {"actions": frozenset({"view", "submit"})},
        {"until": None},
        {"until": UNTIL + 1},
        {"starts": NOW - DAY},
        {"clients": ALL_CLIENTS},
        {"further_intermediaries": 1},
        {"suspended": ((NOW - DAY, NOW),)},
    ],
)
def test_who_gave_as_much_or_more_is_not_asked(more: dict[str, Any]) -> None:
    assert is_given([given(**more)], ASKED, NOW)


@pytest.mark.parametrize(
    "less",
    [
        {"actions": frozenset({"submit"})},
        {"until": UNTIL - 1},
        {"starts": NOW + 1},
        {"branch": "b1"},
        {"limits": Limits(amount=100)},
        {"own_affairs": False, "clients": ALL_CLIENTS},
        {"suspended": ((NOW - DAY, None),)},
        {"revoked_at": NOW - 1},
    ],
)
def test_who_gave_less_is_asked(less: dict[str, Any]) -> None:
    assert not is_given([given(**less)], ASKED, NOW)


def test_the_whole_holds_what_is_narrower() -> None:
    assert is_given([given()], replace(ASKED, branch="b1"), NOW)
    assert not is_given([given(branch="b2")], replace(ASKED, branch="b1"), NOW)
    assert is_given([given()], replace(ASKED, limits=Limits(amount=100)), NOW)
    later = replace(ASKED, starts=NOW + DAY)
    assert is_given([given(starts=NOW + DAY)], later, NOW)
    assert not is_given([given(clients=NO_CLIENTS)], replace(ASKED, clients=ALL_CLIENTS), NOW)
    assert not is_given([given()], replace(ASKED, further_intermediaries=1), NOW)


def test_several_mandates_hold_it_together() -> None:
    both = replace(ASKED, parts=(*ASKED.parts, Part("m-2", frozenset({"s2"}), None)))
    first, second = both.mandates(Loa.LOW, NOW)

    assert is_given([second, first], both, NOW)
    assert not is_given([first], both, NOW)


@pytest.mark.parametrize(
    ("there", "same"),
    [
        ({}, True),
        ({"until": UNTIL + 1}, True),
        ({"until": UNTIL - 1}, False),
        ({"starts": NOW + 1}, False),
        ({"starts": NOW - 1}, True),
        ({"branch": "b1"}, False),
        ({"limits": Limits(amount=100)}, False),
        ({"parts": ()}, False),
    ],
)
def test_what_is_open_is_the_same_where_branch_limits_and_period_are(
    there: dict[str, Any], same: bool
) -> None:
    assert same is is_open(replace(ASKED, **there), ASKED, NOW)


def test_what_is_open_for_the_whole_is_another_question_than_for_a_part() -> None:
    assert NO_LIMITS == ASKED.limits
    assert not is_open(ASKED, replace(ASKED, limits=Limits(amount=100)), NOW)
    assert not is_open(ASKED, replace(ASKED, branch="b1"), NOW)


def test_it_may_end_a_little_earlier_where_that_is_said() -> None:
    yesterday = replace(ASKED, until=UNTIL - DAY)

    assert is_open(yesterday, ASKED, NOW, slack=DAY)
    assert not is_open(yesterday, ASKED, NOW, slack=DAY - 1)


def test_who_asks_for_a_set_is_not_held_by_one_service_of_it() -> None:
    """R23: a set is all that lies in it, now or later."""
    asked = replace(ASKED, parts=(Part("m-1", frozenset(), None, set="all"),))

    assert not is_given([given(actions=None)], asked, NOW)
    assert is_given([given(services=Coverage(set="all"), actions=None)], asked, NOW)
    assert is_given([given(services=Coverage(everything=True), actions=None)], asked, NOW)
