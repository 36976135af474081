"""How old an answer may be: to the second, and never from the future."""

import pytest

from claims.relations import LegalRelation, Source
from claims.sources.freshness import OLDEST_FOR_GRANTING, Liveness, is_live, liveness
from tests.support.worlds import relation

NOW = 1_764_028_800


def told(fetched_at: int | None, register: str | None = "Court") -> LegalRelation:
    return relation("anna", "bram", "curator", source=Source(register, "C1", fetched_at))


@pytest.mark.parametrize(
    ("answered_at", "live"),
    [
        (NOW, True),
        (NOW - OLDEST_FOR_GRANTING, True),
        (NOW - OLDEST_FOR_GRANTING - 1, False),
        (None, False),
        (NOW + 60, True),
        (NOW + 61, False),
        (2**62, False),
    ],
)
def test_g4_a_register_entry_is_live_for_24_hours(answered_at: int | None, live: bool) -> None:
    assert live == is_live(told(None), answered_at, now=NOW)
    assert live == is_live(told(answered_at), None, now=NOW)


def test_the_newest_of_two_times_counts_and_one_from_the_future_does_not_hide_it() -> None:
    assert is_live(told(NOW - 10**6), NOW - 10, now=NOW)
    assert is_live(told(NOW - 10), NOW - 10**6, now=NOW)
    assert is_live(told(NOW + 10**6), NOW - 10, now=NOW)


def test_what_no_register_tells_is_live_never_and_said_to_be_something_else() -> None:
    unsourced = relation("anna", "bram", "curator")

    assert not is_live(unsourced, NOW, now=NOW)
    assert Liveness.UNSOURCED is liveness(unsourced, NOW, now=NOW)
    assert Liveness.UNSOURCED is liveness(told(NOW, None), NOW, now=NOW)
    assert Liveness.STALE is liveness(told(None), NOW - 61, now=NOW, max_age=60)
