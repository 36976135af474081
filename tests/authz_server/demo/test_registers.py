"""The try-out world's own registers, asked over HTTP by the provider's adapter, and landed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from authz_server.context import Context, join
from authz_server.demo.preparing import Prepared
from authz_server.demo.register_counter import beside, create_registers
from authz_server.demo.registers import PATH, REGISTERS
from authz_server.demo.serving import Listening
from authz_server.sources.configured import ConfiguredSource, configured, configured_sources
from authz_server.sources.refreshing import Outcome, refresh
from claims.register import source_answers
from claims.register.syncing import Landed
from claims.sources.told import NoAnswer, NoAnswerReason
from keys.storage import Database, Statement
from tests.support.sources import identifier

_COUNT = Statement("SELECT count(*) FROM register_journal")


@pytest.fixture(scope="module")
def tokens(prepared: Prepared) -> dict[str, str]:
    return {
        name: one.token.get_secret_value() for name, one in prepared.settings.sources.items() if one.token
    }


@pytest.fixture(scope="module")
def registers(prepared: Prepared, tokens: dict[str, str]) -> Flask:
    return create_registers(prepared.world, tokens)


@pytest.fixture(scope="module")
def port(registers: Flask) -> Iterator[int]:
    """The registers and a website beside them, listening."""
    website = Flask("website")
    website.add_url_rule("/", view_func=lambda: "the website")
    listening = Listening([0])
    listening.serve([beside(website, registers)])
    yield listening.ports[0]
    listening.close()


@pytest.fixture
def context(prepared: Prepared, demo_database: Database, told_at: int, port: int) -> Context:
    """The demo's own, with its sources where they listen in this test."""
    sources = {
        name: one.model_copy(update={"url": f"http://localhost:{port}{PATH}/{name}"})
        for name, one in prepared.settings.sources.items()
    }
    settings = prepared.settings.model_copy(update={"sources": sources})
    return join(settings, demo_database, clock=lambda: told_at, demo=True)


def told_of(prepared: Prepared, source: ConfiguredSource) -> set[str]:
    """Everybody of whom that register tells in the world."""
    register = source.register.register
    return {
        party
        for key, member in (("legal_relations", "represented"), ("restrictions", "party"))
        for one in prepared.world[key]
        if one["source"]["register"] == register and (party := one[member])
    }


def test_each_register_says_what_the_world_says_so_that_nothing_changes_but_how_fresh_it_is(
    prepared: Prepared, context: Context
) -> None:
    with context.database.reading() as db:
        before = db.all(_COUNT)
    asked = 0

    for source in configured_sources(context):
        for party in sorted(told_of(prepared, source)):
            outcome = refresh(context, source, party)
            assert (Outcome.LANDED, Landed()) == (outcome.outcome, outcome.landed), (source, party, outcome)
            asked += 1

    with context.database.reading() as db:
        assert before == db.all(_COUNT)
        assert context.clock() == source_answers.answered_at(db, "Handelsregister (nagebootst)", "bakery")
    assert len(REGISTERS) == len({source.register.register for source in configured_sources(context)})
    assert 16 < asked


def test_what_a_register_comes_to_say_otherwise_holds_in_the_demo(
    prepared: Prepared, context: Context, tokens: dict[str, str]
) -> None:
    world = {**prepared.world, "legal_relations": []}
    silent = create_registers(world, tokens)
    trade = configured(context, "trade")
    assert trade is not None
    listening = Listening([0])
    listening.serve([silent])
    try:
        url = f"http://localhost:{listening.ports[0]}{PATH}/trade"
        sources = {
            **context.settings.sources,
            "trade": context.settings.sources["trade"].model_copy(update={"url": url}),
        }
        moved = replace(context, settings=context.settings.model_copy(update={"sources": sources}))
        gone = configured(moved, "trade")
        assert gone is not None
        ended = refresh(moved, gone, "linde")
    finally:
        listening.close()

    again = refresh(context, trade, "linde")

    assert (Landed(0, 1), Landed(0, 1)) == (ended.landed, again.landed)


def test_who_shows_no_token_or_another_register_s_is_told_nothing(
    registers: Flask, tokens: dict[str, str]
) -> None:
    browser = registers.test_client()
    question = {"party": {"scheme": "kvk", "number": "00436606"}}

    def status(name: str, token: str | None, **more: Any) -> int:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return browser.post(f"{PATH}/{name}", headers=headers, **({"json": question} | more)).status_code

    assert 200 == status("trade", tokens["trade"])
    assert [401] * 4 == [status("trade", one) for one in (None, "", "é", tokens["court"])]
    assert 404 == status("other", tokens["trade"])
    for body in (b"", b"[]", b"{}", b'{"party": 1}', b'{"party": {"scheme": [], "number": {}}}', b"\xff"):
        assert 400 == status("trade", tokens["trade"], json=None, data=body)
    assert 405 == browser.get(f"{PATH}/trade").status_code


def test_a_register_knows_people_by_its_own_numbers_alone(context: Context) -> None:
    population = configured(context, "population")
    assert population is not None

    unknown = population.adapter.ask(identifier("00436606", "kvk"))

    assert not isinstance(unknown, NoAnswer)
    assert not unknown.known


def test_outside_the_demo_s_process_its_registers_are_not_spoken_to(context: Context) -> None:
    outside = configured(replace(context, demo=False), "trade")
    assert outside is not None

    told = outside.adapter.ask(identifier("00436606", "kvk"))

    assert isinstance(told, NoAnswer)
    assert NoAnswerReason.UNREACHABLE is told.reason


def test_an_entry_that_is_struck_at_the_counter_is_told_no_more_until_it_is_put_back(
    prepared: Prepared, tokens: dict[str, str]
) -> None:
    browser = create_registers(prepared.world, tokens).test_client()

    def told() -> int:
        answer = browser.post(
            f"{PATH}/trade",
            json={"party": {"scheme": "kvk", "number": "00436606"}},
            headers={"Authorization": f"Bearer {tokens['trade']}"},
        )
        return len(answer.json["relations"])  # type: ignore[index]

    def turn(entry: str, **headers: str) -> int:
        return browser.post(f"{PATH}/", data={"entry": entry}, headers=headers).status_code

    assert 1 == told()
    assert 303 == turn("l-bakery-carla")
    assert 0 == told()
    assert "(geschrapt)" in browser.get(f"{PATH}/").text
    assert 303 == turn("l-bakery-carla")
    assert (1, 403) == (told(), turn("l-bakery-carla", Origin="https://elsewhere.example"))
    assert (303, 303) == (turn("<script>"), turn(""))
    page = browser.get(f"{PATH}/").text
    assert (1, False) == (told(), "geschrapt)" in page)
    for register in REGISTERS.values():
        assert register.register in page
