from datetime import date

import pytest

from authz_server.demo.mark import is_marked
from authz_server.demo.preparing import PASSWORD, Prepared, can_log_in, world_at
from authz_server.demo.stories import STORIES, Story
from authz_server.login import accounts
from authz_server.login.passwords import PasswordCheck, Passwords
from claims.instants import start_of_day
from claims.question import Question
from claims.register import lookup
from claims.register.resolving import resolve
from keys.storage import Connected, Database


def answer(db: Connected, story: Story, at: int) -> set[str]:
    """The parties that the choice offers in this story."""
    service = lookup.service(db, story.service)
    assert service is not None
    actions = next(task.actions for task in service.tasks if task.id == story.task)
    question = Question(
        story.person, service, at, story.level, authenticator=f"{story.person}-eid", actions=actions
    )
    found = resolve(db, question).representations
    return {one.represented for one in found if one.step_up is None and not one.other_means}


def test_the_database_carries_the_mark(demo_database: Database) -> None:
    with demo_database.reading() as db:
        assert is_marked(db)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_each_story_comes_out_as_its_card_says(story: Story, demo_database: Database, told_at: int) -> None:
    with demo_database.reading() as db:
        offered = answer(db, story, told_at)

    assert set(story.may) <= offered
    assert not set(story.may_not) & offered


def test_eva_can_choose_among_some_two_hundred(demo_database: Database, told_at: int) -> None:
    with demo_database.reading() as db:
        offered = answer(db, STORIES[0], told_at)

    assert 150 < len(offered) < 300


def test_everybody_who_may_has_the_published_password(
    prepared: Prepared, demo_database: Database, told_at: int
) -> None:
    people = [party["id"] for party in prepared.world["parties"] if can_log_in(party, told_at)]

    with demo_database.reading() as db:
        stored = {person: accounts.stored(db, person, demo=True) for person in people}

    assert {"eva", "carla", "anna", "tim"} <= set(people)
    assert all(stored.values())
    secret = next(iter(stored.values()))
    assert secret is not None
    assert PasswordCheck.RIGHT == Passwords(patience=None).check(secret[0], PASSWORD)


@pytest.mark.parametrize("person", ["wil", "sem", "noor", "bakery"])
def test_the_dead_children_and_companies_do_not_log_in(
    person: str, prepared: Prepared, demo_database: Database, told_at: int
) -> None:
    party = next(party for party in prepared.world["parties"] if party["id"] == person)

    with demo_database.reading() as db:
        assert not accounts.exists(db, person)

    assert not can_log_in(party, told_at)


def test_who_dies_later_can_log_in_until_then() -> None:
    party = {"kind": "person", "born": "1950-01-01", "ceased_at": "2027-01-01T00:00:00Z"}

    assert can_log_in(party, start_of_day(date(2026, 12, 31)))
    assert not can_log_in(party, start_of_day(date(2027, 1, 2)))


def test_no_day_of_ten_years_makes_a_period_of_the_world_empty() -> None:
    for days in range(0, 3660, 61):
        world = world_at(start_of_day(date(2026, 11, 23)) + days * 86_400 + 43_200)
        for name in ("mandates", "legal_relations", "restrictions", "appointments", "blocks"):
            for record in world[name]:
                assert record.get("until") is None or record["from"] < record["until"]
                assert all(end is None or start < end for start, end in record.get("suspended", []))
