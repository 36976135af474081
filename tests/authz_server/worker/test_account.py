"""What is used is chained to the journal, and the register signs where that ends, a minute later at most."""

from typing import Any

import pytest

from authz_server.context import Context
from authz_server.worker import account
from authz_server.worker.working import Worker
from claims.register import journal, uses
from claims.register.actor import OPERATOR
from claims.register.auditing import Audit
from claims.register.breaches import Found
from claims.register.heads import HEAD_TYPE, signed_last
from claims.register.journal import Event
from keys import rotation
from keys.rings import REGISTER
from keys.storage import Statement
from tests.claims.register.test_uses import representation
from tests.support.account import tampered
from tests.support.clock import Clock

_UNCHAINED = Statement("SELECT count(*) FROM register_uses WHERE batch IS NULL")
_HEADS = Statement("SELECT seq FROM register_journal_heads ORDER BY seq")


def unchained(context: Context) -> int:
    with context.database.reading() as db:
        row = db.one(_UNCHAINED)
    assert row is not None
    return int(row[0])


def heads(context: Context) -> list[int]:
    with context.database.reading() as db:
        return [seq for (seq,) in db.all(_HEADS)]


def test_uses_are_chained_when_the_oldest_waits_for_a_minute(context: Context, clock: Clock) -> None:
    with context.database.writing() as db:
        for n in range(uses.TOGETHER + 10):
            uses.record(db, representation(f"p{n}"), client="c", now=clock.now)

    clock.now += 59
    Worker(context).keep_the_account()
    assert uses.TOGETHER + 10 == unchained(context)

    clock.now += 1
    Worker(context).keep_the_account()
    assert 0 == unchained(context)
    assert [2] == heads(context)
    assert [] == breaches(context)


def test_the_end_is_signed_at_once_and_then_once_a_minute(context: Context, clock: Clock) -> None:
    for seconds in (0, 30, 29, 1):
        clock.now += seconds
        with context.database.writing() as db:
            journal.write(db, context.vault, Event.IMPORTED, None, by=OPERATOR, now=clock.now)
        Worker(context).keep_the_account()

    assert [1, 4] == heads(context)


def test_what_does_not_follow_the_last_head_is_never_signed_and_the_log_says_so(
    context: Context, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        with context.database.writing() as db:
            journal.write(db, context.vault, Event.IMPORTED, None, by=OPERATOR, now=clock.now)
        Worker(context).keep_the_account()
    tampered(context.database, "UPDATE register_journal SET authority = 'self' WHERE seq = 2")

    clock.now += 60
    Worker(context).keep_the_account()

    assert [1] == heads(context)
    assert "journal_not_whole" in caplog.text


def test_a_head_of_a_server_whose_clock_is_ahead_outlives_its_key(context: Context, clock: Clock) -> None:
    clock.now += 3
    entered(context, clock)
    assert account.sign_now(context) is not None
    clock.now -= 2

    withdrawn(context, clock)

    assert [] == breaches(context)
    clock.now += 60
    entered(context, clock)
    assert account.sign_now(context) is not None
    assert [] == breaches(context)
    assert [1, 2] == heads(context)


def test_a_key_that_is_withdrawn_while_the_journal_is_proved_signs_nothing_more(
    context: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered(context, clock)
    prove = account.proved_end

    def slow(*given: Any, **named: Any) -> tuple[int, str] | None:
        end = prove(*given, **named)
        clock.now += 5
        withdrawn(context, clock)
        clock.now += 5
        return end

    context.register_keys.current()
    monkeypatch.setattr(account, "proved_end", slow)
    assert account.sign_now(context) is None
    monkeypatch.undo()

    assert [] == heads(context)
    assert account.sign_now(context) is not None
    assert [] == breaches(context)


def entered(context: Context, clock: Clock) -> None:
    with context.database.writing() as db:
        journal.write(db, context.vault, Event.IMPORTED, None, by=OPERATOR, now=clock.now)


def withdrawn(context: Context, clock: Clock) -> None:
    """As `namens keys withdraw` does it."""
    keys = context.register_keys
    rotation.withdraw(
        context.database,
        keys.sealer,
        keys.current().signing_kids["ES256"],
        now=clock.now,
        policy=keys.policy,
        ring=REGISTER,
        signed_last=signed_last,
    )


def breaches(context: Context) -> list[Found]:
    with context.database.reading() as db:
        keys = account.archive(context, db)
        audit = Audit(
            account.register_of(context), context.vault, lambda signed: keys.prove(signed, typ=HEAD_TYPE)
        )
        return list(audit.breaches(db))
