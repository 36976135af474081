import json
from datetime import date
from pathlib import Path

import pytest

import authz_server.demo
from authz_server.demo.calendar import TOLD_ON, moved, moved_instant
from claims.instants import parse_instant, start_of_day, written

WORLD = json.loads((Path(authz_server.demo.__file__).parent / "world.json").read_text(encoding="utf-8"))


def test_on_the_day_it_was_told_the_world_is_as_written() -> None:
    assert WORLD == moved(WORLD, start_of_day(TOLD_ON) + 43_200)


@pytest.mark.parametrize(
    ("instant", "days", "expected"),
    [
        ("2026-11-22T23:00:00Z", 1, "2026-11-23T23:00:00Z"),
        ("2026-11-22T23:00:00Z", 180, "2027-05-21T22:00:00Z"),  # midnight in winter stays midnight in summer
        ("2026-03-03T08:30:00Z", 365, "2027-03-03T08:30:00Z"),
        ("2027-03-27T01:30:00Z", 1, "2027-03-28T01:30:00Z"),  # 02:30 does not exist that night: 03:30
        ("2026-10-24T00:30:00Z", 1, "2026-10-25T00:30:00Z"),  # 02:30 comes twice: the first
        ("2026-10-25T01:30:00Z", 0, "2026-10-25T01:30:00Z"),  # the second 02:30 of that night stays itself
        ("2026-10-25T01:30:00Z", 154, "2027-03-28T01:30:00Z"),  # and moved to where there is none: 03:30
        ("2028-02-28T23:00:00Z", 366, "2029-02-28T23:00:00Z"),  # 29 February: a year on it is 1 March
        ("2026-01-01T00:00:00Z", -1, "2025-12-31T00:00:00Z"),
    ],
)
def test_an_instant_keeps_its_time_of_day_in_amsterdam(instant: str, days: int, expected: str) -> None:
    assert expected == written(moved_instant(parse_instant(instant), days))


def test_who_was_under_21_stays_as_old_as_the_story_says() -> None:
    later = moved(WORLD, start_of_day(date(2028, 2, 29)))
    ages = {party["id"]: party.get("born") for party in later["parties"]}

    assert "2015-08-30" != ages["sem"]
    assert (date(2028, 2, 29) - TOLD_ON).days == (date.fromisoformat(ages["sem"]) - date(2015, 8, 30)).days


def test_who_was_grown_up_keeps_their_birthday() -> None:
    later = moved(WORLD, start_of_day(date(2029, 6, 1)))
    born = {party["id"]: party.get("born") for party in later["parties"]}

    assert "1948-05-02" == born["anna"]


def test_every_instant_of_the_world_moves() -> None:
    before = json.dumps(WORLD)
    after = json.dumps(moved(WORLD, start_of_day(date(2027, 11, 23))))

    assert before.count("T") == after.count("T")
    assert "2026-11-22T03:00:00Z" not in after
    assert "2027-11-22T03:00:00Z" in after


def test_a_birth_on_29_february_moves_by_days_like_every_other() -> None:
    world = {"parties": [{"born": "2008-02-29"}, {"born": "2005-11-23"}, {"born": "2005-11-24"}]}

    [leap, just_21, not_yet_21] = moved(world, start_of_day(date(2027, 11, 23)))["parties"]

    assert "2009-02-28" == leap["born"]
    assert "2005-11-23" == just_21["born"]
    assert "2006-11-24" == not_yet_21["born"]
