"""The outbox emptied by workers: by mail, else by post, at least once, never twice by two."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Event

import pytest

from authz_server.context import Context
from authz_server.notices import ahead
from authz_server.notices.mail import Mail
from authz_server.notices.post import LetterFolder, Post
from authz_server.notices.sending import Sender
from authz_server.notices.ways import Delivery
from authz_server.notices.words import Message
from authz_server.worker.expiry import Round
from authz_server.worker.working import Worker
from claims.parties import Party
from claims.register import addresses, ending, outbox, suspending
from claims.register.actor import OPERATOR
from claims.register.addresses import CODE_LIVES
from claims.register.forgetting import forget
from claims.register.outbox import KEPT, LEASE, Notice
from keys.storage import Database, Statement
from tests.claims.register.test_notices import mandate, relation, world
from tests.support.account import tampered
from tests.support.clock import Clock
from tests.support.register import VAULT, landed
from tests.support.settings import settings_with

ROOT = Path(__file__).parents[3]
ANNA = "anna@example.nl"
DAY = 86400


@dataclass
class Mailed:
    """A mail server that takes everything, or says what it is told to."""

    says: Delivery = Delivery.DONE
    taken: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def deliver(self, to: str, message: Message, *, id: str, now: int) -> Delivery:
        self.taken.append((to, id))
        self.texts.append(message.text)
        return self.says


@dataclass
class Posted:
    """Post that takes everything, or says what it is told to."""

    says: Delivery = Delivery.DONE
    taken: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def deliver(self, to: Party, message: Message, *, id: str, now: int) -> Delivery:
        self.taken.append(to.id)
        self.texts.append(message.text)
        return self.says


@pytest.fixture
def changed(context: Context, clock: Clock) -> Context:
    """Anna, who is mailed in Dutch, has a mandate to Bram, who is not mailed, that was revoked."""
    clock.now = 1_772_366_400  # 1 March 2026
    landed(context.database, world(relation("curator", "anna", "petra")), now=clock.now - 10)
    with context.database.writing() as db:
        addresses.put(db, VAULT, "anna", ANNA, language="nl", now=clock.now - 10)
        db.run(Statement("DELETE FROM register_notices"))
        ending.revoke(db, VAULT, "m", by=OPERATOR, now=clock.now)
    return context


def sender(context: Context, mail: Mail | None, post: Post | None, holder: str = "one") -> Sender:
    return Sender(context, holder, mail=mail, post=post)


def became(database: Database) -> dict[str, str | None]:
    with database.reading() as db:
        found = outbox.listed(db, every=True)[0]
    return {one.recipient: None if one.outcome is None else one.outcome.value for one in found}


def test_by_mail_where_there_is_an_address_and_by_post_where_there_is_none(changed: Context) -> None:
    mail, post = Mailed(), Posted()

    sent = sender(changed, mail, post).send_due()

    assert {"mail": 1, "post": 2} == sent
    assert [ANNA] == [to for to, _ in mail.taken]
    assert ["bram", "petra"] == sorted(post.taken)
    assert "Something" not in mail.texts[0]
    assert "Something" in post.texts[0]  # nobody knows what Bram reads: Dutch, and English below
    assert {"anna": "mail", "bram": "post", "petra": "post"} == became(changed.database)
    assert {} == sender(changed, mail, post).send_due()


def test_whoever_looks_after_somebody_is_not_told_before_and_never_instead(changed: Context) -> None:
    mail, post = Mailed(Delivery.LATER), Posted()
    for _ in range(3):
        sender(changed, mail, post).send_due()
    assert ["bram"] == post.taken

    mail.says = Delivery.DONE
    changed.clock.now += 60  # type: ignore[attr-defined]
    sender(changed, mail, post).send_due()

    assert ["bram", "petra"] == post.taken


def test_a_mailbox_that_is_not_there_is_followed_by_a_letter(changed: Context) -> None:
    mail, post = Mailed(Delivery.NEVER), Posted()

    sender(changed, mail, post).send_due()

    assert "anna" in post.taken
    assert 1 == len(mail.taken)


def test_without_mail_and_post_it_is_said_at_once_that_nobody_was_told(changed: Context) -> None:
    assert {"no_way": 2} == sender(changed, None, None).send_due()

    assert {"anna": "no_way", "bram": "no_way", "petra": "no_way"} == became(changed.database)


def test_mail_that_fails_for_days_is_given_up_and_becomes_a_letter_where_there_is_post(
    changed: Context, clock: Clock
) -> None:
    mail, post = Mailed(Delivery.LATER), Posted(Delivery.LATER)
    for _ in range(200):
        sender(changed, mail, post).send_due()
        clock.now += 3600

    assert {"anna": "given_up", "bram": "given_up", "petra": "given_up"} == became(changed.database)
    assert 9 == len(mail.taken)
    with changed.database.writing() as db:
        outbox.retry(db, now=clock.now)
    post.says = Delivery.DONE
    for _ in range(200):
        sender(changed, mail, post).send_due()
        clock.now += 3600
    assert {"anna": "post", "bram": "post", "petra": "post"} == became(changed.database)


def test_what_is_new_is_not_given_up_with_what_was_tried_for_days(changed: Context, clock: Clock) -> None:
    landed(changed.database, {"mandates": [mandate("m2")]}, now=clock.now)
    mail = Mailed(Delivery.LATER)
    while len(mail.taken) < 8:
        sender(changed, mail, None).send_due()
        clock.now += 3600
    with changed.database.writing() as db:
        suspending.suspend(db, VAULT, "m2", by=OPERATOR, now=clock.now)
    for _ in range(24):
        sender(changed, mail, None).send_due()
        clock.now += 3600

    def of_anna() -> dict[str | None, str | None]:
        with changed.database.reading() as db:
            listed = outbox.listed(db, every=True)[0]
        return {one.mandate: one.outcome for one in listed if "anna" == one.recipient}

    assert {"m": "given_up", "m2": None} == of_anna()
    mail.says = Delivery.DONE
    for _ in range(24):
        sender(changed, mail, None).send_due()
        clock.now += 3600
    assert {"m": "given_up", "m2": "mail"} == of_anna()


def test_two_workers_at_once_send_nothing_twice(context: Context, clock: Clock) -> None:
    clock.now = 1_772_366_400
    landed(context.database, world(), now=clock.now - 10)
    with context.database.writing() as db:
        ending.revoke(db, VAULT, "m", by=OPERATOR, now=clock.now)
    together = Barrier(4)
    post = Posted()

    def work(number: int) -> None:
        together.wait()
        for _ in range(4):
            sender(context, None, post, f"worker {number}").send_due()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert ["anna", "bram"] == sorted(post.taken)


def test_who_is_slow_and_loses_the_lease_does_not_undo_what_another_did(
    changed: Context, clock: Clock
) -> None:
    other = Mailed()

    class Slow(Mailed):
        def deliver(self, to: str, message: Message, *, id: str, now: int) -> Delivery:
            clock.now += LEASE
            sender(changed, other, Posted(), "another").send_due()
            return Delivery.LATER

    sender(changed, Slow(), Posted(), "slow").send_due()

    assert [ANNA] == [to for to, _ in other.taken]
    assert {"anna": "mail", "bram": "post", "petra": "post"} == became(changed.database)
    assert {} == sender(changed, other, Posted()).send_due()


KILLED = """
import os, signal, sys
from pathlib import Path
from authz_server.context import join
from authz_server.notices.post import LetterFolder
from authz_server.notices.sending import Sender
from claims.register import outbox
from keys.storage import Database, connect
from tests.support.settings import settings_with
def killed(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
outbox.settle = killed  # sent, and not yet said so
context = join(settings_with(sys.argv[1]), Database(connect(sys.argv[1])), clock=lambda: int(sys.argv[3]))
Sender(context, "killed", mail=None, post=LetterFolder(Path(sys.argv[2]))).send_due()
"""


def test_a_worker_that_is_killed_between_sending_and_saying_so_sends_the_same_message_again(
    changed: Context, clock: Clock, tmp_path: Path
) -> None:
    url = changed.database.engine.url.render_as_string(hide_password=False)
    letters = tmp_path / "letters"
    program = [sys.executable, "-c", KILLED, url, str(letters), str(clock.now)]
    ended = subprocess.run(program, cwd=ROOT, env=dict(os.environ), check=False)
    assert -signal.SIGKILL == ended.returncode
    (before,) = letters.iterdir()

    assert sum(sender(changed, None, LetterFolder(letters)).send_due().values()) < 3  # the lease stands
    clock.now += LEASE
    sender(changed, None, LetterFolder(letters)).send_due()

    assert {"post"} == set(became(changed.database).values())
    assert before in list(letters.iterdir())
    assert 3 == len(list(letters.iterdir()))  # the same letter has the same name


def test_a_code_is_mailed_at_once_to_the_address_that_wants_it_and_not_when_it_is_too_old(
    changed: Context, clock: Clock
) -> None:
    mail = Mailed()
    sender(changed, mail, Posted()).send_due()
    for other in ("one@example.nl", "two@example.nl"):
        with changed.database.writing() as db:
            addresses.want(db, VAULT, changed.codes, "anna", other, language="nl", now=clock.now)

    assert {"mail": 2} == sender(changed, mail, Posted()).send_due()
    assert ["one@example.nl", "two@example.nl"] == sorted(to for to, _ in mail.taken[1:])

    with changed.database.writing() as db:
        addresses.want(db, VAULT, changed.codes, "anna", "3@example.nl", language="nl", now=clock.now)
    clock.now += CODE_LIVES
    assert {"given_up": 1} == sender(changed, mail, Posted()).send_due()
    assert "3@example.nl" not in dict(mail.taken)


def test_who_gets_a_mail_address_is_told_so_by_letter(changed: Context, clock: Clock) -> None:
    sender(changed, Mailed(), Posted()).send_due()
    with changed.database.writing() as db:
        addresses.put(db, VAULT, "bram", "bram@example.nl", language=None, now=clock.now)
    mail, post = Mailed(), Posted()

    sender(changed, mail, post).send_due()

    assert ([], ["bram"]) == (mail.taken, post.taken)
    assert "Vanaf nu mailen wij u" in post.texts[0]


def test_an_address_that_somebody_altered_keeps_nobody_else_from_being_told(changed: Context) -> None:
    tampered(changed.database, "UPDATE register_addresses SET sealed = 'p1.x.y' WHERE party = 'anna'")
    post = Posted()

    sender(changed, Mailed(), post).send_due()

    assert ["bram"] == post.taken
    assert "given_up" == became(changed.database)["anna"]


def test_who_was_forgotten_is_told_nothing_more(changed: Context, clock: Clock) -> None:
    with changed.database.writing() as db:
        assert None is forget(db, VAULT, "bram", by=OPERATOR, now=clock.now)
    post = Posted()

    sender(changed, Mailed(), post).send_due()

    assert ["petra"] == post.taken


def test_a_worker_ends_between_two_messages_when_it_is_told_to(changed: Context) -> None:
    told = Event()
    mail, post = Mailed(), Posted()

    def goes_on() -> bool:
        going = not told.is_set()
        told.set()
        return going

    sender(changed, mail, post).send_due(goes_on)

    assert 1 == len(mail.taken) + len(post.taken)


def test_a_letter_names_who_it_is_for_and_nobody_else(changed: Context, tmp_path: Path) -> None:
    sender(changed, None, LetterFolder(tmp_path / "letters")).send_due()

    letters = {
        file.read_text().splitlines()[0]: file.read_text() for file in (tmp_path / "letters").iterdir()
    }
    assert {"Anna", "Bram", "Petra"} == letters.keys()
    assert "Anna" not in letters["Petra"]
    assert "Bram" not in letters["Anna"]


def test_a_worker_tells_of_ends_by_itself_once_and_by_one_process(
    context: Context, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_PAUSE", 0)
    monkeypatch.setattr(ahead, "_SHORTEST_PAUSE", 0)
    monkeypatch.setattr(ahead, "_ROWS", 3)
    clock.now = 1_772_366_400
    soon = [mandate(f"m{n}", until="2026-03-20T00:00:00Z") for n in range(8)]
    landed(context.database, world(mandates=soon), now=clock.now - 10)

    for _ in range(2):
        Worker(context).look_ahead()
    with context.database.reading() as db:
        listed = outbox.listed(db, every=True)[0]

    assert 16 == len(listed)
    assert {"ends_soon"} == {one.change for one in listed}


def test_what_became_of_a_notice_is_known_for_more_than_a_year_and_then_no_more(
    changed: Context, clock: Clock
) -> None:
    sender(changed, Mailed(), Posted()).send_due()

    def left() -> list[Notice]:
        one = Round(changed.database, changed.settings.lifetimes)
        while one.step(now=clock.now):
            pass
        with changed.database.reading() as db:
            return outbox.listed(db, every=True)[0]

    clock.now += KEPT - 1
    assert 3 == len(left())
    clock.now += 1
    assert [] == left()


def test_what_is_not_sent_yet_is_never_swept(changed: Context, clock: Clock) -> None:
    clock.now += 10 * KEPT
    one = Round(changed.database, changed.settings.lifetimes)
    while one.step(now=clock.now):
        pass

    assert {"mail": 1, "post": 2} == sender(changed, Mailed(), Posted()).send_due()


def test_a_mail_address_that_nobody_showed_to_be_theirs_is_swept(changed: Context, clock: Clock) -> None:
    with changed.database.writing() as db:
        addresses.want(db, VAULT, changed.codes, "bram", "bram@example.nl", language="nl", now=clock.now)
    clock.now += DAY

    one = Round(changed.database, changed.settings.lifetimes)
    while one.step(now=clock.now):
        pass

    with changed.database.reading() as db:
        rows = db.all(Statement("SELECT party FROM register_addresses"))
    assert [("anna",)] == [tuple(row) for row in rows]


def test_the_ways_that_are_set_are_gone(tmp_path: Path, context: Context, clock: Clock) -> None:
    clock.now = 1_772_366_400
    landed(context.database, world(), now=clock.now - 10)
    with context.database.writing() as db:
        addresses.put(db, VAULT, "anna", ANNA, language=None, now=clock.now)
        suspending.suspend(db, VAULT, "m", by=OPERATOR, now=clock.now)
    url = context.database.engine.url.render_as_string(hide_password=False)
    ways = {
        "mail": {"folder": str(tmp_path / "mail"), "sender": "no-reply@example.nl"},
        "post": {"folder": str(tmp_path / "letters")},
    }
    from dataclasses import replace

    with_ways = replace(context, settings=settings_with(url, **ways))
    assert {"mail": 1, "post": 2} == Worker(with_ways).tell_all()

    assert 1 == len(list((tmp_path / "mail").iterdir()))
    assert 2 == len(list((tmp_path / "letters").iterdir()))
