"""A service reports what was done with a representation: once, of its own tokens alone, for the represented party to read."""

import base64
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from authz_server.context import Context
from authz_server.oidc import reporting
from claims.instants import written
from claims.register import uses
from keys.storage import Statement
from tests.support.account import breaches
from tests.support.relying_party import (
    RelyingParty,
    ResourceServer,
    a_representing_client,
    a_resource,
)
from tests.support.small_world import INCOME_TAX

OTHER = "https://other.example.nl"


@pytest.fixture
def bram(world: Flask) -> RelyingParty:
    return a_representing_client(world, INCOME_TAX)


@pytest.fixture
def service(world: Flask) -> ResourceServer:
    return a_resource(world, INCOME_TAX, reports=True)


def token_of(party: RelyingParty, resource: ResourceServer, represented: str | None = "p1") -> str:
    session = party.log_in("p2")
    hint = party.choose(session, represented, INCOME_TAX)
    tokens = party.tokens(id_token_hint=hint, resource=resource.uri)
    return str(tokens["access_token"])


def tells(resource: ResourceServer, **told: str) -> TestResponse:
    credentials = base64.b64encode(f"{quote(resource.uri, safe='')}:{resource.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}"}
    return resource.app.test_client().post("/report", data=told, headers=headers)


def done(token: str, **changed: str) -> dict[str, str]:
    return {"token": token, "action": "submit", "reference": "2026-118", "report": "r1"} | changed


def lines(app: Flask, party: str = "p1") -> list[uses.Use]:
    context: Context = app.extensions["namens"]
    with context.database.reading() as db:
        return [one for one in uses.of(db, party).uses if one.done is not None]


def refused(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def test_what_was_done_stands_with_the_logins_and_is_chained_as_they_are(
    world: Flask, bram: RelyingParty, service: ResourceServer
) -> None:
    context: Context = world.extensions["namens"]
    token = token_of(bram, service)

    answer = tells(service, **done(token))

    assert (200, True) == (answer.status_code, answer.get_json()["new"])
    [line] = lines(world)
    assert ("p1", "p2", "submit", "2026-118", service.uri, ("m1",)) == (
        line.represented,
        line.acting,
        line.done,
        line.reference,
        line.told_by,
        line.path,
    )
    with context.database.recording() as db:
        assert 2 == uses.chain_some(db, context.vault, now=context.clock())
    assert [] == breaches(context.database)
    with context.database.writing() as db:
        db.run(Statement("UPDATE register_uses SET reference = 'another' WHERE done IS NOT NULL"))
    assert breaches(context.database)


def test_sent_twice_it_counts_once_and_a_name_is_one_report_s(
    world: Flask, bram: RelyingParty, service: ResourceServer
) -> None:
    token = token_of(bram, service)
    tells(service, **done(token))

    again = tells(service, **done(token))

    assert (200, False) == (again.status_code, again.get_json()["new"])
    assert (409, "report_reused") == refused(tells(service, **done(token, action="view")))
    assert 200 == tells(service, **done(token, report="r2", action="view")).status_code
    assert 2 == len(lines(world))


def test_a_service_reports_of_its_own_tokens_alone(
    world: Flask, bram: RelyingParty, service: ResourceServer
) -> None:
    other = a_resource(world, INCOME_TAX, uri=OTHER, reports=True)
    token = token_of(bram, service)

    for told in (tells(other, **done(token)), tells(other, **done("x" * 22)), tells(other, **done(""))):
        assert (404, "invalid_token") == refused(told)
    assert [] == lines(world)


def test_who_is_not_registered_to_report_does_not(world: Flask, bram: RelyingParty) -> None:
    silent = a_resource(world, INCOME_TAX)
    token = token_of(bram, silent)

    assert (403, "unauthorized_client") == refused(tells(silent, **done(token)))
    assert (403, "unauthorized_client") == refused(bram.post("/report", done(token)))
    assert 401 == world.test_client().post("/report", data=done(token)).status_code
    assert [] == lines(world)


def test_of_who_acts_for_themself_there_is_nobody_to_tell(
    world: Flask, bram: RelyingParty, service: ResourceServer
) -> None:
    session = bram.log_in("p1")
    hint = bram.choose(session, None, INCOME_TAX)
    tokens = bram.tokens(id_token_hint=hint, resource=service.uri)

    answer = tells(service, **done(tokens["access_token"]))

    assert (404, "invalid_token") == refused(answer)


@pytest.mark.parametrize(
    "changed",
    [
        {"action": "delete"},
        {"action": ""},
        {"reference": "a" * 101},
        {"reference": "999990019"},
        {"reference": "a\u0001b"},
        {"report": ""},
        {"report": "a b"},
        {"report": "a" * 65},
        {"time": "yesterday"},
        {"time": "2020-01-01T00:00:00Z"},
        {"time": "2990-01-01T00:00:00Z"},
    ],
)
def test_what_cannot_be_so_is_refused(
    world: Flask, bram: RelyingParty, service: ResourceServer, changed: dict[str, str]
) -> None:
    answer = tells(service, **done(token_of(bram, service), **changed))

    assert (400, "invalid_request") == refused(answer)
    assert [] == lines(world)


def test_what_was_done_before_the_login_ended_is_told_afterwards_and_nothing_after_it(
    world: Flask, bram: RelyingParty, service: ResourceServer, clock: Any
) -> None:
    token = token_of(bram, service)
    began = clock.now
    context: Context = world.extensions["namens"]
    clock.now += 30
    with context.database.writing() as db:
        db.run(Statement("UPDATE oidc_grants SET ended_at = :now"), {"now": clock.now})
    clock.now += 30

    late = tells(service, **done(token))
    before = tells(service, **done(token, time=written(began + 10)))

    assert (400, "invalid_request") == refused(late)
    assert 200 == before.status_code
    assert [began + 10] == [one.at for one in lines(world)]


def test_no_more_than_can_be_read_is_taken_under_one_login(
    world: Flask, bram: RelyingParty, service: ResourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST", 2)
    token = token_of(bram, service)

    answers = [tells(service, **done(token, report=f"r{number}")) for number in range(3)]

    assert [200, 200, 409] == [one.status_code for one in answers]
    assert (409, "too_many_reports") == refused(answers[2])
    assert 200 == tells(service, **done(token, report="r0")).status_code
