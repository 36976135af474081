"""R20 to R23: paths that are narrower than a service. Named after the rules of docs/mandates.md."""

from datetime import date

import pytest

from claims.assurance import Loa
from claims.catalogue import MOST_LAYERS, Coverage, ServiceSet, Text, sets_of
from claims.instants import parse_instant
from claims.limits import NO_LIMITS, Days, Limits
from tests.support.worlds import (
    CLIENTS_ONLY,
    a_world,
    broken,
    found,
    mandate,
    relation,
    restriction,
    service,
    whom,
)

ALL = frozenset({"case", "amount", "days"})
AWARE = service(understands=ALL)
CASE = Limits(case="Z-2026-1")
MONDAYS = Days(weekdays=frozenset({0}))
MONDAY, TUESDAY = "2026-03-02T08:30:00Z", "2026-03-03T08:30:00Z"


def set_of(id: str, *services: str, sets: tuple[str, ...] = ()) -> ServiceSet:
    return ServiceSet(id, Text(id, id), frozenset(services), frozenset(sets))


# R20


@pytest.mark.parametrize(
    ("kind", "limits"), [("case", CASE), ("amount", Limits(amount=1)), ("days", Limits(days=MONDAYS))]
)
def test_r20_a_limit_needs_a_service_that_heeds_it(kind: str, limits: Limits) -> None:
    link = mandate("anna", "bram", limits=limits)

    (heard,) = found(a_world(link, services=[service(understands={kind})]), "bram", at=MONDAY)

    assert limits == heard.limits
    assert [("R20", 1)] == broken(
        a_world(link, services=[service(understands=ALL - {kind})]), "bram", "anna", at=MONDAY
    )


def test_r20_it_is_told_of_each_link_that_has_such_a_limit() -> None:
    world = a_world(
        mandate("bakery", "accountants", limits=Limits(amount=500)),
        mandate("accountants", "eva", limits=CASE, **CLIENTS_ONLY),
        services=[service(understands={"case"})],
    )

    assert [("R20", 1)] == broken(world, "eva", "bakery")


def test_r20_a_branch_is_no_limit_and_a_limit_no_branch() -> None:
    world = a_world(mandate("anna", "bram", limits=CASE), services=[service(understands={"branch"})])

    assert [("R20", 1)] == broken(world, "bram", "anna")


# R21


def test_r21_a_path_carries_the_smallest_amount_of_its_links() -> None:
    world = a_world(
        mandate("bakery", "accountants", limits=Limits(amount=100_000)),
        mandate("accountants", "eva", limits=Limits(amount=25_000), **CLIENTS_ONLY),
        services=[AWARE],
    )

    (bakery,) = found(world, "eva")

    assert Limits(amount=25_000) == bakery.limits


def test_r21_the_limits_of_all_links_hold_together() -> None:
    world = a_world(
        mandate("bakery", "accountants", limits=CASE),
        mandate("accountants", "eva", limits=Limits(amount=5, days=MONDAYS), **CLIENTS_ONLY),
        services=[AWARE],
    )

    (bakery,) = found(world, "eva", at=MONDAY)

    assert Limits(case="Z-2026-1", amount=5, days=MONDAYS) == bakery.limits


def test_r21_two_cases_leave_nothing() -> None:
    world = a_world(
        mandate("bakery", "accountants", limits=CASE),
        mandate("accountants", "eva", limits=Limits(case="Z-2026-2"), **CLIENTS_ONLY),
        services=[AWARE],
    )

    assert [("R21", None)] == broken(world, "eva", "bakery")


def test_r21_days_that_never_meet_leave_nothing() -> None:
    weekend = Days(weekdays=frozenset({5, 6}))
    world = a_world(
        mandate("bakery", "accountants", limits=Limits(days=MONDAYS)),
        mandate("accountants", "eva", limits=Limits(days=weekend), **CLIENTS_ONLY),
        services=[AWARE],
    )

    assert [("R21", None), ("R22", 2)] == broken(world, "eva", "bakery", at=MONDAY)


def test_r21_a_signatory_whose_power_is_limited_passes_the_limit_on() -> None:
    world = a_world(
        mandate("bakery", "accountants"),
        relation("accountants", "fred", "sole_signatory", limits=Limits(amount=1_000_000)),
        services=[AWARE],
    )

    assert {Limits(amount=1_000_000)} == {one.limits for one in found(world, "fred")}
    assert ["accountants", "bakery through accountants"] == whom(world, "fred")


# R22


def test_r22_a_mandate_for_mondays_stands_on_mondays_alone() -> None:
    world = a_world(mandate("anna", "bram", limits=Limits(days=MONDAYS)), services=[AWARE])

    assert ["anna"] == whom(world, "bram", at=MONDAY)
    assert [("R22", 1)] == broken(world, "bram", "anna", at=TUESDAY)


@pytest.mark.parametrize(
    ("at", "stands"),
    [
        ("2026-03-01T22:59:59Z", False),
        ("2026-03-01T23:00:00Z", True),  # the first instant of Monday 2 March in Amsterdam
        ("2026-03-02T22:59:59Z", True),
        ("2026-03-02T23:00:00Z", False),
    ],
)
def test_r22_the_day_is_one_in_amsterdam(at: str, stands: bool) -> None:
    world = a_world(mandate("anna", "bram", limits=Limits(days=MONDAYS)), services=[AWARE])

    assert stands is bool(whom(world, "bram", at=at))


def test_r16_an_answer_for_certain_days_ends_with_the_day() -> None:
    world = a_world(mandate("anna", "bram", limits=Limits(days=MONDAYS)), services=[AWARE])

    (anna,) = found(world, "bram", at=MONDAY)

    assert parse_instant("2026-03-02T23:00:00Z") == anna.until


def test_r16_an_earlier_end_still_ends_it() -> None:
    ends = "2026-03-02T12:00:00Z"
    world = a_world(mandate("anna", "bram", until=ends, limits=Limits(days=MONDAYS)), services=[AWARE])

    (anna,) = found(world, "bram", at=MONDAY)

    assert parse_instant(ends) == anna.until


# R15 and R18


def test_r15_what_is_limited_stands_beside_what_is_not_and_never_in_its_place() -> None:
    world = a_world(
        mandate("anna", "bram", id="whole", actions=frozenset({"view"})),
        mandate("anna", "bram", id="limited", assurance=Loa.HIGH, limits=Limits(amount=100)),
        mandate("anna", "bram", id="one", limits=Limits(case="Z-1")),
        mandate("anna", "bram", id="two", limits=Limits(case="Z-2")),
        mandate("anna", "bram", id="two-again", limits=Limits(case="Z-2"), assurance=Loa.HIGH),
        services=[AWARE],
    )

    assert [("whole",), ("limited",), ("one",), ("two-again",)] == [
        one.path for one in found(world, "bram", login=Loa.HIGH)
    ]


def test_r18_without_limits_comes_first() -> None:
    world = a_world(
        mandate("anna", "bram", id="a", limits=Limits(case="Z-1")),
        mandate("anna", "bram", id="z"),
        services=[AWARE],
    )

    assert [NO_LIMITS, Limits(case="Z-1")] == [one.limits for one in found(world, "bram")]


# R23


def test_r23_a_mandate_for_a_set_covers_what_lies_in_it_at_whatever_depth() -> None:
    link = mandate("anna", "bram", services=Coverage(set="all"))
    sets = [set_of("all", sets=("some",)), set_of("some", sets=("inner",)), set_of("inner", "s")]

    assert ["anna"] == whom(a_world(link, sets=sets), "bram")
    assert [("R5", 1)] == broken(a_world(link, sets=[set_of("all", "t"), *sets[1:]]), "bram", "anna")


def test_r23_a_set_that_holds_nothing_covers_nothing() -> None:
    world = a_world(mandate("anna", "bram", services=Coverage(set="all")), sets=[set_of("all")])

    assert [("R5", 1)] == broken(world, "bram", "anna")


def test_r23_an_inner_set_covers_no_more_than_itself() -> None:
    world = a_world(
        mandate("anna", "bram", services=Coverage(set="inner")),
        sets=[set_of("all", "s", sets=("inner",)), set_of("inner", "t")],
    )

    assert [] == whom(world, "bram")


def test_r23_a_restriction_for_a_set_takes_out_what_lies_in_it() -> None:
    world = a_world(
        mandate("anna", "bram"),
        restrictions=[restriction("anna", "guardianship", services=Coverage(set="all"))],
        sets=[set_of("all", "s")],
    )

    assert [("R19", 1)] == broken(world, "bram", "anna")


def test_r23_a_ring_of_sets_ends_where_it_began() -> None:
    ring = {one.id: one for one in (set_of("a", "s", sets=("b",)), set_of("b", sets=("a", "gone")))}

    assert {"s": frozenset({"a", "b"})} == sets_of(ring)


def test_r23_sets_lie_eight_deep() -> None:
    assert 8 == MOST_LAYERS


def test_r22_dates_hold_on_those_dates() -> None:
    days = Days(dates=frozenset({date(2026, 3, 3)}))
    world = a_world(mandate("anna", "bram", limits=Limits(days=days)), services=[AWARE])

    assert ["anna"] == whom(world, "bram", at=TUESDAY)
    assert [] == whom(world, "bram", at=MONDAY)
