"""Means that were used on an organisation's behalf, and those that it does not want (G12, R11)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from claims.organisation import Block
from claims.register import forgetting, journal, means, resolving
from claims.register.actor import OPERATOR
from claims.register.journal import Event
from claims.register.means import Refused, Why
from claims.register.shelves import block_id
from keys.storage import Database, Statement
from tests.claims.register.test_leaving import used_for
from tests.claims.register.test_resolving import TODAY, ask
from tests.support.account import breaches
from tests.support.offers import actor, fresh_world
from tests.support.register import VAULT

_TOLD = Statement("SELECT recipient FROM register_notices WHERE mandate = :id AND change = :change")


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    with database.recording() as db:
        means.note(db, used_for("peeters", "eva"), "eva-password", now=TODAY - 100)
    return database


def step(
    database: Database, do: Any, person: str = "eva", authenticator: str = "eva-password", *, now: int = TODAY
) -> Any:
    with database.recording() as db:
        return do(db, VAULT, "peeters", person, authenticator, by=actor("lotte", "peeters"), now=now)


def other_means(database: Database, *, at: int = TODAY, authenticator: str = "eva-password") -> bool:
    with database.reading() as db:
        question = ask(db, "eva", "vat-return", at=at, authenticator=authenticator)
        [answer] = resolving.check(db, question, "bakery")
    return answer.other_means


def test_g12_what_was_blocked_opens_nothing_on_its_behalf_until_it_is_lifted(world: Database) -> None:
    assert not other_means(world)

    blocked = step(world, means.block)

    assert isinstance(blocked, Block)
    assert other_means(world)
    assert not other_means(world, at=TODAY - 1)
    assert not other_means(world, authenticator="eva-eid")
    assert Refused(Why.ALREADY_BLOCKED) == step(world, means.block, now=TODAY + 1)
    step(world, means.lift, now=TODAY + 2)
    assert not other_means(world, at=TODAY + 2)
    assert other_means(world, at=TODAY + 1)
    assert Refused(Why.NOT_BLOCKED) == step(world, means.lift, now=TODAY + 3)
    step(world, means.block, now=TODAY + 4)
    assert other_means(world, at=TODAY + 4)
    with world.reading() as db:
        entries = journal.of_record(db, "block", block_id(blocked))
        told = {one for (one,) in db.all(_TOLD, {"id": block_id(blocked), "change": "blocked"})}
    assert [Event.BLOCKED, Event.LIFTED] == [one.event for one in entries]
    assert ("lotte", "peeters") == (entries[0].by.person, entries[0].by.on_behalf_of)
    assert {"peeters", "eva"} == told
    assert [] == breaches(world)


def test_what_was_blocked_and_lifted_in_one_second_is_open_the_next(world: Database) -> None:
    step(world, means.block)
    step(world, means.lift)

    assert not other_means(world, at=TODAY + 1)
    step(world, means.block)
    assert other_means(world, at=TODAY + 1)
    assert [] == breaches(world)


def test_g12_a_means_that_was_never_used_for_the_organisation_is_neither_told_nor_blocked(
    world: Database,
) -> None:
    for person, authenticator in (("eva", "eva-eid"), ("bram", "bram-password"), ("eva", "a\x00b"), ("", "")):
        assert Refused(Why.UNKNOWN_MEANS) == step(world, means.block, person, authenticator)
    with world.reading() as db:
        assert [("eva", "eva-password")] == [
            (one.person, one.authenticator) for one in means.used(db, "peeters").used
        ]
        assert () == means.used(db, "bakery").used  # for whom she acts, and whose person she is not


def test_a_means_is_noted_for_organisations_alone_and_to_the_hour(world: Database) -> None:
    with world.recording() as db:
        means.note(db, used_for("anna", "bram"), "bram-eid", now=TODAY)
        for at in (TODAY - 50, TODAY + 3500, TODAY + 3501, TODAY):
            means.note(db, used_for("peeters", "eva"), "eva-password", now=at)
    with world.reading() as db:
        [one] = means.used(db, "peeters").used
        assert () == means.used(db, "anna").used
    assert (TODAY - 100, TODAY + 3501) == (one.first_at, one.last_at)


def test_means_are_told_page_by_page(world: Database) -> None:
    with world.recording() as db:
        for person, method in (("eva", "eid"), ("lars", "eid"), ("lars", "password")):
            means.note(db, used_for("peeters", person), f"{person}-{method}", now=TODAY)
    seen: list[str] = []
    after = None
    with world.reading() as db:
        while True:
            page = means.used(db, "peeters", after=after, limit=1)
            seen += [one.authenticator for one in page.used]
            if (after := page.next) is None:
                break
    assert ["eva-eid", "eva-password", "lars-eid", "lars-password"] == seen


def test_who_is_forgotten_is_not_noted_any_more(world: Database) -> None:
    with world.recording() as db:
        means.note(db, used_for("peeters", "tim"), "tim-eid", now=TODAY)
        means.forget(db, "tim")
        assert not means.is_used(db, "peeters", "tim", "tim-eid")
        assert means.is_used(db, "peeters", "eva", "eva-password")
        means.note(db, used_for("peeters", "ruben"), "ruben-eid", now=TODAY)
        assert None is forgetting.forget(db, VAULT, "ruben", by=OPERATOR, now=TODAY)
        assert not means.is_used(db, "peeters", "ruben", "ruben-eid")


def test_of_several_who_block_at_once_one_did(world: Database) -> None:
    together = Barrier(4)

    def block(number: int) -> object:
        together.wait()
        return step(world, means.block, now=TODAY + number)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(block, range(4)))

    assert 1 == sum(isinstance(one, Block) for one in done)
    assert [] == breaches(world)
