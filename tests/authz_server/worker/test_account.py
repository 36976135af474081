"""What is used is chained to the journal, and the register signs where that ends, a minute later at most."""

import pytest

from authz_server.context import Context
from authz_server.worker import account
from authz_server.worker.working import Worker
from claims.register import journal, uses
from claims.register.actor import OPERATOR
from claims.register.auditing import Audit
from claims.register.heads import HEAD_TYPE
from claims.register.journal import Event
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
    with context.database.reading() as db:
        keys = account.archive(context, db)
        audit = Audit(account.register_of(context), context.vault, lambda signed: keys.prove(signed, typ=HEAD_TYPE))
        assert [] == list(audit.breaches(db))


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
