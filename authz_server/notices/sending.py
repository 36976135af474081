"""The outbox emptied: one message after another, each held by a lease while it is sent."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from authz_server.context import Context
from authz_server.events import log_failure, log_notices
from authz_server.notices.letters import letter_of
from authz_server.notices.mail import Mail, mail_of
from authz_server.notices.post import Post, post_of
from authz_server.notices.ways import Delivery
from authz_server.notices.words import (
    Message,
    by_mail_now_message,
    code_message,
    left_message,
    notice_message,
)
from claims.instants import Instant
from claims.parties import Party
from claims.register import addresses, lookup, outbox
from claims.register.addresses import CODE_LIVES, Addressed
from claims.register.forgetting import NAMELESS
from claims.register.outbox import Batch, Outcome
from keys.sealing import Unsealable

__all__ = ["Sender"]

_AT_ONCE: Final = 50  # messages, before other duties have their turn


class Sender:
    """Sends for one process, as `holder`. Several may: no two are handed the same notices."""

    def __init__(self, context: Context, holder: str, *, mail: Mail | None, post: Post | None) -> None:
        self._context: Final = context
        self._holder: Final = holder
        self._mail: Final = mail
        self._post: Final = post

    @classmethod
    def of(cls, context: Context, holder: str) -> "Sender":
        """One that goes the ways that are set."""
        settings = context.settings
        return cls(context, holder, mail=mail_of(settings.mail), post=post_of(settings.post))

    def send_due(self, goes_on: Callable[[], bool] = lambda: True) -> Counter[str]:
        """Send what is due, as long as `goes_on`; how many messages became what. What failed waits for later."""
        became: Counter[str] = Counter()
        database, settings = self._context.database, self._context.settings.notices
        for _ in range(_AT_ONCE):
            now = self._context.clock()
            with database.reading() as db:
                if not goes_on() or not outbox.waiting(db, now=now):
                    break
            with database.writing() as db:
                batch = outbox.hand_out(db, self._holder, now=now, at_most_every=settings.at_most_every)
            if batch is None:
                break
            outcome = self._send(batch)
            if outcome is None:  # whatever is wrong, the next would meet it too
                break
            became[outcome.value] += 1
        if became:
            log_notices(became)
        return became

    def _send(self, batch: Batch) -> Outcome | None:
        """Send it and say so; None where it is to be tried again."""
        outcome = self._tried(batch)
        worn, fresh = batch.worn(), batch.fresh()
        if outcome is None and worn is not None and batch.sealed is None:
            outcome = self._posted_instead(batch)
        now = self._context.clock()
        with self._context.database.writing() as db:
            if outcome is not None:
                outbox.settle(db, batch, self._holder, outcome, now=now)
                return outcome
            if fresh is not None:
                outbox.again(db, fresh, self._holder, now=now)
            if worn is not None:
                outbox.settle(db, worn, self._holder, Outcome.GIVEN_UP, now=now)
        return None if worn is None else Outcome.GIVEN_UP

    def _tried(self, batch: Batch) -> Outcome | None:
        now = self._context.clock()
        vault = self._context.vault
        try:
            with self._context.database.reading() as db:
                party = lookup.party(db, batch.recipient)
                address = addresses.of(db, vault, batch.recipient)
                apart = None
                if batch.sealed is not None:
                    id = batch.notices[0].id
                    apart = addresses.addressed(db, vault, batch.recipient, batch.sealed, id)
        except Unsealable as failure:
            log_failure(failure)
            return Outcome.GIVEN_UP
        if party is None or party.name == NAMELESS:
            return Outcome.NO_WAY
        if apart is not None:
            return self._told_apart(batch, apart, party, now)
        if address is None or self._mail is None:
            return self._posted(batch, party, now)
        message = self._message(batch, party, address.language)
        match self._mail.deliver(address.mail, message, id=batch.notices[0].id, now=now):
            case Delivery.DONE:
                return Outcome.MAIL
            case Delivery.NEVER:
                return self._posted(batch, party, now)
            case Delivery.LATER:
                return None

    def _told_apart(self, batch: Batch, apart: Addressed, party: Party, now: Instant) -> Outcome | None:
        """A code, which is of use for an hour; or the last message on the way that is left."""
        operator = self._context.settings.operator.name
        notice = batch.notices[0]
        if apart.offer is not None:
            return self._letter(apart, notice.id, party, now)
        if apart.mail is None:
            return self._put_in_post(by_mail_now_message(operator=operator), notice.id, party, now)
        if self._mail is None:
            return Outcome.NO_WAY
        if apart.code is None:
            message = left_message(operator=operator, language=apart.language)
        elif notice.at + CODE_LIVES <= now:
            return Outcome.GIVEN_UP
        else:
            message = code_message(apart.code, operator=operator, language=apart.language)
        match self._mail.deliver(apart.mail, message, id=notice.id, now=now):
            case Delivery.DONE:
                return Outcome.MAIL
            case Delivery.NEVER:
                return Outcome.GIVEN_UP
            case Delivery.LATER:
                return None

    def _letter(self, apart: Addressed, id: str, party: Party, now: Instant) -> Outcome | None:
        """The code goes to the registered address, never by mail, and not once it is of no use."""
        message = letter_of(self._context, apart, now=now)
        return Outcome.GIVEN_UP if message is None else self._put_in_post(message, id, party, now)

    def _posted(self, batch: Batch, party: Party, now: Instant) -> Outcome | None:
        return self._put_in_post(self._message(batch, party, None), batch.notices[0].id, party, now)

    def _put_in_post(self, message: Message, id: str, party: Party, now: Instant) -> Outcome | None:
        if self._post is None:
            return Outcome.NO_WAY
        done = self._post.deliver(party, message, id=id, now=now)
        return Outcome.POST if done is Delivery.DONE else None

    def _message(self, batch: Batch, party: Party, language: str | None) -> Message:
        return notice_message(
            batch.notices, party, operator=self._context.settings.operator.name, language=language
        )

    def _posted_instead(self, batch: Batch) -> Outcome | None:
        """Mail was tried often enough: a letter, where there is post."""
        with self._context.database.reading() as db:
            party = lookup.party(db, batch.recipient)
        if party is None or self._post is None:
            return None
        return self._posted(batch, party, self._context.clock())
