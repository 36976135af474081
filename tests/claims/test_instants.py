"""Instants and days: one way of writing, and days as they begin in Amsterdam."""

from datetime import date, timedelta

import pytest

from claims.instants import birthday, day_of, parse_instant, start_of_day, written


@pytest.mark.parametrize(
    "text", ["1970-01-01T00:00:00Z", "2026-03-29T01:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
)
def test_what_is_written_is_read_back(text):
    assert text == written(parse_instant(text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00:00.0Z",
        "2026-01-01T24:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-01-01T00:00:60Z",
        "2016-12-31T23:59:60Z",  # a leap second that there was: no instant of ours
        "0000-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z\n",
        "٢026-01-01T00:00:00Z",
        "",
        None,
        1767225600,
    ],
)
def test_nothing_else_is_an_instant(text):
    with pytest.raises(ValueError, match=r"YYYY-MM-DDThh:mm:ssZ|range|month|day|second|hour|year"):
        parse_instant(text)


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        (date(2026, 1, 1), "2025-12-31T23:00:00Z"),
        (date(2026, 7, 1), "2026-06-30T22:00:00Z"),
        (date(2026, 3, 29), "2026-03-28T23:00:00Z"),  # the clock goes forward that night
        (date(2026, 3, 30), "2026-03-29T22:00:00Z"),
        (date(2026, 10, 25), "2026-10-24T22:00:00Z"),  # it goes back that night
        (date(2026, 10, 26), "2026-10-25T23:00:00Z"),
    ],
)
def test_a_day_begins_at_midnight_in_amsterdam(day, begins):
    assert begins == written(start_of_day(day))
    assert day == day_of(start_of_day(day))
    assert day != day_of(start_of_day(day) - 1)


@pytest.mark.parametrize(
    ("born", "age", "reached"),
    [
        (date(2008, 2, 29), 16, "2024-02-28T23:00:00Z"),
        (date(2008, 2, 29), 18, "2026-02-28T23:00:00Z"),
        (date(2000, 2, 29), 100, "2100-02-28T23:00:00Z"),
        (date(2008, 2, 28), 18, "2026-02-27T23:00:00Z"),
        (date(2010, 1, 1), 0, "2009-12-31T23:00:00Z"),
        (date(9000, 12, 31), 150, "9150-12-30T23:00:00Z"),
    ],
)
def test_an_age_is_reached_at_the_first_instant_of_the_birthday(born, age, reached):
    assert reached == written(birthday(born, age))


@pytest.mark.parametrize(
    ("first", "last", "begins", "ends", "hours"),
    [
        (date(2026, 3, 29), date(2026, 3, 29), "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23),
        (date(2026, 10, 25), date(2026, 10, 25), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25),
        (date(2026, 3, 29), date(2026, 10, 25), "2026-03-28T23:00:00Z", "2026-10-25T23:00:00Z", 211 * 24),
        (date(2026, 1, 1), date(2026, 3, 31), "2025-12-31T23:00:00Z", "2026-03-31T22:00:00Z", 90 * 24 - 1),
        (date(2026, 1, 1), date(2026, 12, 31), "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z", 365 * 24),
        (date(2028, 2, 29), date(2028, 2, 29), "2028-02-28T23:00:00Z", "2028-02-29T23:00:00Z", 24),
    ],
)
def test_until_and_including_a_day_ends_at_the_first_instant_of_the_next(first, last, begins, ends, hours):
    start, until = start_of_day(first), start_of_day(last + timedelta(days=1))

    assert (begins, ends) == (written(start), written(until))
    assert hours * 3600 == until - start
    assert (first, last) == (day_of(start), day_of(until - 1))


def test_a_year_ends_in_amsterdam_an_hour_before_it_ends_elsewhere():
    last = parse_instant("2026-12-31T22:59:59Z")

    assert (date(2026, 12, 31), date(2027, 1, 1)) == (day_of(last), day_of(last + 1))
    assert "2026-12-31T23:59:59Z" == written(parse_instant("2027-01-01T00:00:00Z") - 1)


def test_even_the_first_day_of_the_calendar_has_a_birthday():
    assert birthday(date(1, 1, 1), 16) < 0
