"""`namens accounts`: passwords on standard input, refusals by code, sessions that end."""

import pytest
from flask import Flask

from authz_server.config import Settings
from authz_server.context import Context
from authz_server.login import accounts, sessions
from authz_server.login.passwords import PasswordCheck, Passwords
from claims.assurance import Loa
from tests.support.commands import Ran, run_namens
from tests.support.small_world import lay

PASSWORD = "een goed wachtwoord"


@pytest.fixture
def world(app: Flask, context: Context, now: int) -> Context:
    with context.database.writing() as db:
        lay(db, context.vault, now=now)
    return context


def run(settings: Settings, *arguments: str, stdin: str | None = PASSWORD + "\n") -> Ran:
    return run_namens("accounts", *arguments, settings=settings, stdin=stdin)


def kept(context: Context, party: str) -> str | None:
    with context.database.reading() as db:
        found = accounts.stored(db, party)
    return None if found is None else found[0]


def test_an_account_opens_with_the_password_of_standard_input(world: Context, settings: Settings) -> None:
    ran = run(settings, "add", "p2")

    assert (0, "p2 can log in.\n") == (ran.status, ran.out)
    assert PasswordCheck.RIGHT == Passwords(patience=None).check(kept(world, "p2"), PASSWORD)
    assert PASSWORD not in ran.out + ran.err


def test_a_password_is_replaced_and_sessions_end(world: Context, settings: Settings, now: int) -> None:
    run(settings, "add", "p2")
    with world.database.writing() as db:
        session, _ = sessions.start(db, sessions.Login("p2", "p2-password", Loa.BASIC, now))

    ran = run(settings, "password", "p2", "--json", stdin="een ander wachtwoord")

    assert {"party": "p2", "account": "open"} == ran.json
    assert PasswordCheck.RIGHT == Passwords(patience=None).check(kept(world, "p2"), "een ander wachtwoord")
    with world.database.reading() as db:
        assert not sessions.alive(db, session.id, sessions.Lifetimes(10**9, 10**9), now=now)


def test_an_account_closes_and_opens_again(world: Context, settings: Settings) -> None:
    run(settings, "add", "p2")

    assert 0 == run(settings, "close", "p2").status
    assert kept(world, "p2") is None
    assert 0 == run(settings, "add", "p2").status


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (("add", "p9"), PASSWORD, "party_unknown"),
        (("add", "o1"), PASSWORD, "party_is_no_person"),
        (("add", "p2"), "", "password_too_short"),
        (("add", "p2"), "short", "password_too_short"),
        (("add", "p2"), "x" * 300, "password_too_long"),
        (("add", "p2\x00"), PASSWORD, "party_unknown"),
        (("password", "p2"), PASSWORD, "account_unknown"),
        (("close", "p2"), None, "account_unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_by_code(
    world: Context, settings: Settings, arguments: tuple[str, ...], stdin: str | None, code: str
) -> None:
    ran = run(settings, *arguments, stdin=stdin)

    assert 1 == ran.status
    assert ran.err.startswith(code)
    assert kept(world, "p2") is None


def test_an_account_is_not_opened_twice(world: Context, settings: Settings) -> None:
    run(settings, "add", "p2")

    ran = run(settings, "add", "p2", stdin="een ander wachtwoord")

    assert (1, True) == (ran.status, ran.err.startswith("account_exists"))
    assert PasswordCheck.RIGHT == Passwords(patience=None).check(kept(world, "p2"), PASSWORD)


def test_wrong_usage_is_wrong_usage(settings: Settings) -> None:
    assert 2 == run(settings, "add").status
    assert 2 == run(settings, "open", "p2").status
