"""One case, an amount, days: how limits are written, what lies inside several, and when a day ends (R20 to R22)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.instants import parse_instant
from claims.limits import (
    NO_LIMITS,
    WEEKDAYS,
    Days,
    Limits,
    amount_of,
    limits_as_json,
    limits_of,
    together,
)

WEEKDAYS_DRAWN = st.frozensets(st.integers(0, 6), min_size=1, max_size=6).map(
    lambda days: Days(weekdays=days)
)
DATES_DRAWN = st.frozensets(st.dates(date(2026, 11, 1), date(2026, 11, 30)), min_size=1, max_size=8).map(
    lambda days: Days(dates=days)
)
LIMITS = st.builds(
    Limits,
    case=st.sampled_from([None, None, "Z-1", "Z-2"]),
    amount=st.one_of(st.none(), st.integers(1, 10**9)),
    days=st.one_of(st.none(), WEEKDAYS_DRAWN, DATES_DRAWN),
)
NOVEMBER = [date(2026, 11, day) for day in range(1, 31)]


def euros(value: str) -> dict[str, str]:
    return {"currency": "EUR", "value": value}


@given(LIMITS)
def test_limits_that_are_written_are_read_as_the_same(limits: Limits) -> None:
    if limits.kinds:
        assert limits == limits_of(limits_as_json(limits))


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        [],
        "amount",
        {"place": "Utrecht"},
        {"case": "Z-1", "hours": "9-17"},
        *({"case": case} for case in ("", " Z", "Z ", "x" * 65, "a\nb", "a\u200bb", 1, None, ["Z"])),
        *({"amount": amount} for amount in (100, "100.00", {}, euros("100"), euros("0.00"), euros("-1.00"))),
        *(
            {"amount": euros(value)}
            for value in ("01.00", "1.0", "1,00", "1e3", "NaN", "９.00", "1.00\n", "")
        ),
        {"amount": {"currency": "USD", "value": "1.00"}},
        {"amount": {"value": "1.00"}},
        {"amount": {**euros("1.00"), "per": "day"}},
        {"amount": euros("1" * 13 + ".00")},
        *({"days": days} for days in (None, [], "monday", {}, [1], ["Monday"], ["monday", "monday"])),
        {"days": list(WEEKDAYS)},
        {"days": ["monday", "2026-12-01"]},
        {"days": ["2026-02-30"]},
        {"days": ["20261201"]},
        {"days": ["9001-01-01"]},
        {"days": ["2026-12-01", "2026-12-01"]},
        {"days": [f"{year}-01-01" for year in range(2000, 2367)]},
    ],
    ids=lambda told: repr(told)[:60],
)
def test_what_is_no_limit_is_refused(told: Any) -> None:
    with pytest.raises(ValueError, match=r"limit|case|amount|days|day is|month|isoformat|range"):
        limits_of(told)


def test_an_amount_is_whole_cents() -> None:
    assert (1, 125000, 99999999999999) == (
        amount_of("0.01"),
        amount_of("1250.00"),
        amount_of("999999999999.99"),
    )


@given(st.lists(LIMITS, min_size=1, max_size=4))
def test_r21_what_is_left_lies_inside_every_link(links: list[Limits]) -> None:
    left = together(links)
    allowed_by_all = [
        day for day in NOVEMBER if all(one.days is None or one.days.holds(day) for one in links)
    ]
    cases = {one.case for one in links} - {None}

    if left is None:
        assert len(cases) > 1 or any(one.days for one in links)
        assert len(cases) > 1 or not allowed_by_all or not any(one.days for one in links)
        return
    assert {left.case} - {None} == cases
    assert all(one.amount is None or (left.amount or 0) <= one.amount for one in links)
    assert left.amount in {one.amount for one in links}
    assert allowed_by_all == [day for day in NOVEMBER if left.days is None or left.days.holds(day)]
    assert all(left.within(one) for one in links)


@given(st.lists(LIMITS, min_size=1, max_size=4), st.randoms())
def test_r21_the_order_of_the_links_does_not_matter(links: list[Limits], dice: Any) -> None:
    shuffled = [*links]
    dice.shuffle(shuffled)

    assert together(links) == together(shuffled)


def test_r21_no_limits_at_all_are_the_one_value() -> None:
    assert together([Limits(), Limits()]) is NO_LIMITS


@pytest.mark.parametrize(
    ("inner", "outer", "inside"),
    [
        (Limits(amount=100), Limits(amount=100), True),
        (Limits(amount=101), Limits(amount=100), False),
        (NO_LIMITS, Limits(amount=100), False),
        (Limits(case="Z-1"), NO_LIMITS, True),
        (Limits(case="Z-1"), Limits(case="Z-2"), False),
        (Limits(days=Days(weekdays=frozenset({0}))), Limits(days=Days(weekdays=frozenset({0, 1}))), True),
        (Limits(days=Days(weekdays=frozenset({0, 2}))), Limits(days=Days(weekdays=frozenset({0, 1}))), False),
        (
            Limits(days=Days(dates=frozenset({date(2026, 11, 30)}))),
            Limits(days=Days(weekdays=frozenset({0}))),
            True,
        ),
        (
            Limits(days=Days(weekdays=frozenset({0}))),
            Limits(days=Days(dates=frozenset({date(2026, 11, 30)}))),
            False,
        ),
    ],
)
def test_g10_what_is_given_on_lies_within(inner: Limits, outer: Limits, inside: bool) -> None:
    assert inside is inner.within(outer)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-11-30T08:00:00Z", "2026-11-30T23:00:00Z"),
        ("2026-11-30T22:59:59Z", "2026-11-30T23:00:00Z"),
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),  # the clock goes forward that Sunday: 23 hours
        ("2026-10-24T22:00:00Z", "2026-10-26T23:00:00Z"),  # it goes back: Sunday and Monday are 49 hours
    ],
)
def test_r22_a_day_ends_at_midnight_in_amsterdam(at: str, ends: str) -> None:
    days = Days(
        dates=frozenset(map(date.fromisoformat, ("2026-11-30", "2026-03-29", "2026-10-25", "2026-10-26")))
    )

    assert parse_instant(ends) == days.end_after(parse_instant(at))


def test_r22_days_of_the_week_that_follow_one_another_end_together() -> None:
    weekend = Days(weekdays=frozenset({5, 6}))

    assert parse_instant("2026-11-29T23:00:00Z") == weekend.end_after(parse_instant("2026-11-28T12:00:00Z"))


@pytest.mark.parametrize(
    ("days", "none"),
    [
        (Days(weekdays=frozenset({6})), True),
        (Days(weekdays=frozenset({0})), False),
        (Days(weekdays=frozenset({2})), True),
        (Days(dates=frozenset({date(2026, 12, 1)})), False),
        (Days(dates=frozenset({date(2026, 12, 2)})), True),
    ],
)
def test_g5_a_period_in_which_no_such_day_lies(days: Days, none: bool) -> None:
    start, until = parse_instant("2026-11-30T12:00:00Z"), parse_instant("2026-12-01T23:00:00Z")

    assert none is days.none_between(start, until)
