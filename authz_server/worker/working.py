"""A worker: does the duties when it is this process's turn, between pauses that leave the machine to the requests."""

import secrets
from collections import Counter
from functools import partial
from threading import Event, Thread
from time import perf_counter
from typing import Final, Protocol

from authz_server.context import Context
from authz_server.events import log_failure, log_swept
from authz_server.notices import ahead
from authz_server.notices.letters import Looker
from authz_server.notices.sending import Sender
from authz_server.sources.configured import configured_sources
from authz_server.sources.rounds import close_unreachable, refresh_due
from authz_server.worker import account, duties, expiry, keeping, powers
from claims.instants import Instant

__all__ = ["EXPIRY", "KEEPING", "POWERS", "SOURCES", "Worker"]

EXPIRY: Final = "expiry"
KEEPING: Final = "keeping"
POWERS: Final = "powers"
SOURCES: Final = "sources"
_LEASE: Final = 60  # seconds after which another process goes on where one that fell silent was
# seconds between the end of a round and the next one
_NEXT_ROUND: Final = {EXPIRY: 300, KEEPING: 86400, POWERS: 300}
_ROUNDS: Final = (EXPIRY, KEEPING)
_STEPS: Final = 10  # of the walk along the legal relations, in one turn
_NEXT_STEPS: Final = 60  # seconds until it goes on
_LOOK_AGAIN: Final = 10.0  # seconds between two looks at whose turn it is
_SHORTEST_PAUSE: Final = 0.02  # seconds: requests that wait for SQLite's lock come first
_PAUSE: Final = 19  # times as long as a step took: a twentieth of a processor at most


class _Round(Protocol):
    """What a duty is done in: a step at a time, from a position on."""

    @property
    def removed(self) -> Counter[str]: ...

    @property
    def position(self) -> str: ...

    def step(self, *, now: Instant) -> bool: ...


class Worker:
    """Works for one process. Several may, in as many processes as there are: one of them at a time does a duty."""

    def __init__(self, context: Context) -> None:
        self._context: Final = context
        self._holder: Final = secrets.token_urlsafe(16)
        self._told: Final = Event()
        self._sender: Final = Sender.of(context, self._holder)
        self._letters: Final = Looker(context)
        self._thread: Thread | None = None

    def start(self) -> None:
        """Work in a thread of its own, which ends with the process or by `stop`."""
        self._thread = Thread(target=self.work, name="worker", daemon=True)
        self._thread.start()

    def tell_to_stop(self) -> None:
        """End after the step that is under way."""
        self._told.set()

    def stop(self) -> None:
        """Tell it, and wait until it did."""
        self.tell_to_stop()
        if self._thread is not None:
            self._thread.join()

    def work(self) -> None:
        """Work until told to stop. What fails, whatever it is, is logged and tried again later: nobody waits for it."""
        while not self._told.is_set():
            for duty in (
                partial(self.take_turn, EXPIRY),
                partial(self.take_turn, KEEPING),
                self.tend_keys,
                self.keep_the_account,
                self.look_at_powers,
                self.ask_sources,
                self.look_ahead,
                self.look_at_letters,
                self.send_notices,
            ):
                try:
                    duty()
                except Exception as failure:  # the edge of this thread: nobody else would begin it again
                    log_failure(failure)
            self._told.wait(_LOOK_AGAIN)

    def tend_keys(self) -> None:
        """Take the steps that are due in the life of the register's keys; requests see to the provider's."""
        account.tend_keys(self._context)

    def keep_the_account(self) -> None:
        """Chain to the journal what was used, and have the register sign where it ends, when it is time to."""
        while account.chain_when_due(self._context) and not self._told.wait(_SHORTEST_PAUSE):
            pass
        account.sign_when_due(self._context)

    def take_turn(self, duty: str = EXPIRY) -> None:
        """Do a round of the duty if it is time for one and nobody else does it; from where it was left."""
        now = self._context.clock()
        if (position := self._claimed(duty)) is not None:
            self._do(duty, self._round(duty, position), claimed_at=now)

    def look_at_powers(self) -> None:
        """Go some steps further along the legal relations, if it is time to and nobody else does."""
        if (position := self._claimed(POWERS)) is None:
            return
        for _ in range(_STEPS):
            position = powers.step(self._context, position)
            if not position or self._told.wait(_SHORTEST_PAUSE):
                break
        now = self._context.clock()
        until = now + (_NEXT_STEPS if position else _NEXT_ROUND[POWERS])
        with self._context.database.writing() as db:
            duties.note(db, POWERS, self._holder, now=now, until=until, position=position)

    def ask_sources(self) -> None:
        """Ask the source registers for whoever is due, if nobody else does."""
        sources = configured_sources(self._context)
        if not sources or self._claimed(SOURCES) is None:
            return
        for source in sources:
            refresh_due(self._context, source, goes_on=self._is_wanted)
            close_unreachable(self._context, source, goes_on=self._is_wanted)
        now = self._context.clock()
        with self._context.database.writing() as db:
            duties.note(db, SOURCES, self._holder, now=now, until=now, position="")

    def _is_wanted(self) -> bool:
        return not self._told.is_set()

    def _claimed(self, duty: str) -> str | None:
        """The position of a duty that is this process's for a minute; None where it is another's."""
        database, now = self._context.database, self._context.clock()
        with database.reading() as db:
            if not duties.is_free(db, duty, now=now):
                return None
        with database.writing() as db:
            return duties.claim(db, duty, self._holder, now=now, until=now + _LEASE)

    def look_ahead(self) -> None:
        """Have people told of mandates that will end, when it is time to look for those."""
        ahead.take_turn(self._context, self._holder, self._told.wait)

    def look_at_letters(self) -> None:
        """Look at the letters that helpers ask for; whatever comes of it is sent as notices are."""
        self._letters.look_at_all(self._is_wanted)

    def send_notices(self) -> None:
        """Send what people are to be told."""
        self._sender.send_due(self._is_wanted)

    def tell_all(self) -> Counter[str]:
        """Find what will end, and send what is due, now; how many messages became what."""
        ahead.look_ahead(self._context)
        while self._letters.look_at_all():
            pass
        became: Counter[str] = Counter()
        while sent := self._sender.send_due():
            became += sent
        return became

    def whole_round(self) -> Counter[str]:
        """Do one round of each now, whoever else does one; how many rows of each table it deleted."""
        removed: Counter[str] = Counter()
        for duty in _ROUNDS:
            one = self._round(duty)
            while self._goes_on(one):
                pass
            removed += one.removed
        return removed

    def _round(self, duty: str, position: str = "") -> _Round:
        context = self._context
        if duty == EXPIRY:
            return expiry.Round(context.database, context.settings.lifetimes, position=position)
        periods = context.settings.keeping.periods
        return keeping.Round(context.database, context.vault, periods, position=position)

    def _do(self, duty: str, one: _Round, *, claimed_at: Instant) -> None:
        clock = self._context.clock
        while self._goes_on(one):
            if (now := clock()) - claimed_at >= _LEASE // 3:
                claimed_at = now
                if not self._note(duty, one, now=now, until=now + _LEASE):
                    break
        now = clock()
        self._note(duty, one, now=now, until=now if one.position else now + _NEXT_ROUND[duty])
        if one.removed:
            log_swept(one.removed)

    def _note(self, duty: str, one: _Round, *, now: Instant, until: Instant) -> bool:
        with self._context.database.writing() as db:
            return duties.note(db, duty, self._holder, now=now, until=until, position=one.position)

    def _goes_on(self, one: _Round) -> bool:
        """A step and a pause; False at the end of the round, or when told to stop."""
        began = perf_counter()
        if not one.step(now=self._context.clock()):
            return False
        return not self._told.wait(max(_SHORTEST_PAUSE, _PAUSE * (perf_counter() - began)))
