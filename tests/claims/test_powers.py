"""Until when somebody may grant upon a legal relation."""

from datetime import date

from claims.instants import parse_instant
from claims.powers import power_until
from tests.support.worlds import party, relation

SEM = party("sem", born=date(2015, 8, 30))
MILA = party("mila")
GROWN_UP = parse_instant("2033-08-29T22:00:00Z")  # the first instant of 30 August in Amsterdam


def test_g13_parents_and_the_guardian_of_a_minor_have_power_until_the_child_comes_of_age() -> None:
    for basis, until in (("parent", GROWN_UP), ("guardian", GROWN_UP), ("curator", None), ("mentor", None)):
        assert until == power_until(relation("sem", "mila", basis), SEM, MILA)
    assert None is power_until(relation("sem", "mila", "parent"), party("sem"), MILA)


def test_an_earlier_end_counts() -> None:
    assert 5 == power_until(relation("sem", "mila", "parent", until="1970-01-01T00:00:05Z"), SEM, MILA)


def test_death_ends_power_but_that_which_begins_with_it() -> None:
    dead = party("sem", ceased_at="2026-01-01T00:00:00Z")
    died = dead.ceased_at

    assert died == power_until(relation("sem", "mila", "curator"), dead, MILA)
    assert None is power_until(relation("sem", "mila", "executor"), dead, MILA)
    assert died == power_until(relation("mila", "sem", "executor"), MILA, dead)
