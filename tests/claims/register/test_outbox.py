"""Notices on their way: to one sender at a time, at least once, tried again, given up in the end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from claims.register import ending, outbox, suspending
from claims.register.actor import OPERATOR
from claims.register.outbox import LEASE, Batch, Outcome
from keys.storage import Database, Statement
from tests.claims.register.test_notices import NOW, mandate, relation, world
from tests.support.register import VAULT, landed

HOUR = 3600
DUE = Statement("SELECT min(due_at) FROM register_notices WHERE recipient = :recipient")


@pytest.fixture
def changed(database: Database) -> Database:
    """Anna's mandate to Bram was suspended and revoked: two notices to each."""
    landed(database, world(), now=NOW - 10)
    with database.writing() as db:
        suspending.suspend(db, VAULT, "m", by=OPERATOR, now=NOW)
        ending.revoke(db, VAULT, "m", by=OPERATOR, now=NOW)
    return database


def handed(database: Database, holder: str = "one", *, now: int = NOW, every: int = HOUR) -> Batch | None:
    with database.writing() as db:
        return outbox.hand_out(db, holder, now=now, at_most_every=every)


def settled(
    database: Database, batch: Batch, outcome: Outcome, holder: str = "one", *, now: int = NOW
) -> bool:
    with database.writing() as db:
        return outbox.settle(db, batch, holder, outcome, now=now)


def everything(database: Database, *, now: int, every: int = 0) -> Iterator[Batch]:
    """Handed out and said to be sent, until nothing is left."""
    while (batch := handed(database, now=now, every=every)) is not None:
        assert settled(database, batch, Outcome.POST, now=now)
        yield batch


def test_a_recipient_gets_one_message_for_all_that_is_due(changed: Database) -> None:
    batches = list(everything(changed, now=NOW))

    assert ["anna", "bram"] == sorted(one.recipient for one in batches)
    assert [2, 2] == [len(one.notices) for one in batches]
    assert None is handed(changed)


def test_nobody_is_told_more_often_than_is_set_and_of_the_rest_all_at_once(changed: Database) -> None:
    landed(changed, {"mandates": [mandate("m2"), mandate("m3")]}, now=NOW)
    list(everything(changed, now=NOW))
    for second, id in enumerate(("m2", "m3")):
        with changed.writing() as db:
            ending.revoke(db, VAULT, id, by=OPERATOR, now=NOW + second)

    assert [] == list(everything(changed, now=NOW + HOUR - 1, every=HOUR))
    later = list(everything(changed, now=NOW + HOUR, every=HOUR))

    assert [("m2", "m3")] * 2 == [tuple(one.mandate for one in batch.notices) for batch in later]


def test_what_somebody_sends_is_handed_to_nobody_else_until_the_lease_ends(changed: Database) -> None:
    mine, theirs = handed(changed, "one"), handed(changed, "two")
    assert mine is not None
    assert theirs is not None
    assert mine.recipient != theirs.recipient

    assert None is handed(changed, "three", now=NOW + LEASE - 1)
    again = handed(changed, "three", now=NOW + LEASE)

    assert again is not None
    assert {2} == {one.tries for one in again.notices}


def test_who_was_killed_between_sending_and_saying_so_leaves_it_to_the_next(changed: Database) -> None:
    killed = handed(changed, "killed")
    assert killed is not None  # it went out, and nobody said so

    recipients = [one.recipient for one in everything(changed, now=NOW + LEASE)]

    assert 1 == recipients.count(killed.recipient)
    assert {one.id for one in killed.notices} <= {one.id for one in _listed(changed)}


def _listed(database: Database) -> list[outbox.Notice]:
    with database.reading() as db:
        return outbox.listed(db, every=True)[0]


def test_who_lost_the_lease_says_nothing_more_of_it(changed: Database) -> None:
    late = handed(changed, "late")
    assert late is not None
    assert list(everything(changed, now=NOW + LEASE))

    assert not settled(changed, late, Outcome.GIVEN_UP, "late", now=NOW + LEASE + 1)
    with changed.writing() as db:
        outbox.again(db, late, "late", now=NOW + LEASE + 1)

    assert {Outcome.POST} == {one.outcome for one in _listed(changed)}
    assert None is handed(changed, now=NOW + 10 * LEASE)


def test_of_many_workers_at_once_each_notice_goes_to_one(database: Database) -> None:
    people = 12
    document = world(mandates=[mandate(f"m{n}", "anna", "bram") for n in range(people)])
    landed(database, document, now=NOW - 10)
    with database.writing() as db:
        for n in range(people):
            ending.revoke(db, VAULT, f"m{n}", by=OPERATOR, now=NOW)
    together = Barrier(6)

    def work(number: int) -> list[str]:
        together.wait()
        mine = []
        for _ in range(6):
            if (batch := handed(database, f"worker {number}", every=0)) is not None:
                mine += [one.id for one in batch.notices]
        return mine

    with ThreadPoolExecutor(6) as pool:
        sent = [id for mine in pool.map(work, range(6)) for id in mine]

    assert 2 * people == len(sent) == len(set(sent))


def test_what_fails_is_tried_again_after_longer_and_longer_and_given_up_after_days(
    changed: Database,
) -> None:
    now, pauses = NOW, []
    for _ in range(8):
        batch = handed(changed, now=now)
        assert batch is not None
        assert None is batch.worn()
        with changed.writing() as db:
            outbox.again(db, batch, "one", now=now)
            row = db.one(DUE, {"recipient": batch.recipient})
        assert row is not None
        pauses.append(row[0] - now)
        if (other := handed(changed, now=now)) is not None:
            assert other.recipient != batch.recipient
            settled(changed, other, Outcome.MAIL, now=now)
        assert None is handed(changed, now=row[0] - 1)
        now = row[0]

    last = handed(changed, now=now)
    assert last is not None
    assert last == last.worn()
    assert None is last.fresh()
    assert pauses == sorted(pauses)
    assert 2 * 86400 < now - NOW < 5 * 86400


def test_nobody_is_told_beside_a_person_before_that_person_was(database: Database) -> None:
    landed(database, world(relation("curator", "anna", "petra")), now=NOW - 10)
    with database.writing() as db:
        ending.revoke(db, VAULT, "m", by=OPERATOR, now=NOW)

    told = [one.recipient for one in everything(database, now=NOW)]
    assert ["anna", "bram", "petra"] == sorted(told)
    assert told.index("anna") < told.index("petra")


@pytest.mark.parametrize("outcome", [Outcome.GIVEN_UP, Outcome.NO_WAY])
def test_where_a_person_could_not_be_told_nobody_is_told_in_their_place(
    database: Database, outcome: Outcome
) -> None:
    landed(database, world(relation("curator", "anna", "petra")), now=NOW - 10)
    with database.writing() as db:
        ending.revoke(db, VAULT, "m", by=OPERATOR, now=NOW)
    while (batch := handed(database)) is not None:
        settled(database, batch, outcome if batch.recipient == "anna" else Outcome.MAIL)

    became = {one.recipient: one.outcome for one in _listed(database)}
    assert {"anna": outcome, "bram": Outcome.MAIL, "petra": outcome} == became

    with database.writing() as db:
        assert 2 == outbox.retry(db, now=NOW + 10)
    again = [one.recipient for one in everything(database, now=NOW + 10)]
    assert ["anna", "petra"] == again


def test_what_reached_nobody_is_listed_and_sent_again_when_somebody_says_so(changed: Database) -> None:
    while (batch := handed(changed)) is not None:
        settled(changed, batch, Outcome.NO_WAY)
    with changed.reading() as db:
        failed, waiting = outbox.listed(db, every=False)
    assert (4, 0) == (len(failed), waiting)

    with changed.writing() as db:
        assert 4 == outbox.retry(db, now=NOW + 5)
    list(everything(changed, now=NOW + 5))

    with changed.reading() as db:
        assert ([], 0) == outbox.listed(db, every=False)
