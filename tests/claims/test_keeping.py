"""G8: what is over is readable for two years and kept for seven, counted in days in Amsterdam."""

import pytest

from claims.instants import parse_instant
from claims.keeping import Periods, first_end


@pytest.mark.parametrize(
    ("over", "unreadable", "erased"),
    [
        ("2020-03-01T12:00:00Z", "2022-02-28T23:00:00Z", "2027-02-28T23:00:00Z"),
        ("2020-06-30T22:30:00Z", "2022-06-30T22:00:00Z", "2027-06-30T22:00:00Z"),  # 1 July in Amsterdam
        ("2020-02-29T12:00:00Z", "2022-02-28T23:00:00Z", "2027-02-28T23:00:00Z"),  # 1 March in either year
    ],
)
def test_g8_it_stays_readable_for_two_years_and_is_kept_for_seven(
    over: str, unreadable: str, erased: str
) -> None:
    periods, ended = Periods(), parse_instant(over)

    assert periods.is_readable(ended, parse_instant(unreadable) - 1)
    assert not periods.is_readable(ended, parse_instant(unreadable))
    assert periods.is_kept(ended, parse_instant(erased) - 1)
    assert not periods.is_kept(ended, parse_instant(erased))


def test_what_is_not_over_is_readable_and_kept_however_long_it_lasts(now: int) -> None:
    periods = Periods(1, 1)

    for over in (None, now + 1):
        assert periods.is_readable(over, now)
        assert periods.is_kept(over, now)


def test_the_first_of_all_ends_is_the_end() -> None:
    assert 3 == first_end(5, None, 3)
    assert first_end(None, None) is None
