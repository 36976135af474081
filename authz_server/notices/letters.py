"""Letters with a code: what helpers asked for is looked at, and the letter written as it goes out (G6a)."""

from collections.abc import Callable
from typing import Final

from authz_server.context import Context
from authz_server.database import DATABASE_DOWN
from authz_server.events import log_letter_passed_by
from authz_server.i18n import day
from authz_server.notices.words import Letter, Message, letter_message
from authz_server.portal.offer_words import words_of
from claims import activation_codes
from claims.instants import Instant
from claims.offers import Waits
from claims.register import letters, lookup
from claims.register.addresses import Addressed
from claims.register.offers_kept import find

__all__ = ["TRY_AGAIN", "Looker", "letter_of"]

TRY_AGAIN: Final = 3600  # seconds after which what failed is looked at once more
_AT_ONCE: Final = 50  # before other duties have their turn


class Looker:
    """Looks at what helpers asked for, for one process. What fails keeps nobody else waiting: it is passed by for an hour."""

    def __init__(self, context: Context) -> None:
        self._context: Final = context
        self._again: Final[dict[str, Instant]] = {}  # when to try what failed, by id

    def look_at_all(self, goes_on: Callable[[], bool] = lambda: True) -> int:
        """Look at what was asked for, as long as `goes_on`; at how much. Each is a unit of work of its own."""
        looked_at, last = 0, None
        while looked_at < _AT_ONCE and goes_on():
            with self._context.database.reading() as db:
                found = letters.next_waiting(db, last)
            if found is None:
                break
            last = found
            looked_at += self._looked_at(found.id)
        return looked_at

    def _looked_at(self, id: str) -> bool:
        context, now = self._context, self._context.clock()
        if self._again.get(id, now) > now:
            return False
        try:
            with context.database.recording() as db:
                policy = context.settings.evidence.policy
                letters.look_at(db, context.vault, context.codes, id, now=now, policy=policy)
        except DATABASE_DOWN:  # not this letter's fault
            raise
        except Exception as failure:  # whatever it is: others wait behind it
            self._again[id] = now + TRY_AGAIN
            log_letter_passed_by(id, failure)
            return False
        self._again.pop(id, None)
        return True


def letter_of(context: Context, told: Addressed, *, now: Instant) -> Message | None:
    """The letter that `told` is about; None where its code is of no use any more."""
    with context.database.reading() as db:
        offer = None if told.offer is None else find(db, told.offer)
        if offer is None or told.code is None or not offer.is_open(now) or offer.waits_for is not Waits.CODE:
            return None
        services = {one.id: one for one in lookup.services(db)}
        ids = [offer.represented, *(one.provider for one in services.values())]
        parties = lookup.parties(db, [*ids, *([offer.representative] if offer.representative else [])])
    helper = parties.get(offer.representative or "")
    if helper is None:
        return None
    lapses_at = offer.lapses_at
    letter = Letter(
        helper=helper.name,
        code=activation_codes.shown(told.code),
        offer=offer.id,
        lines=lambda: words_of(offer, services, parties, now=now),
        day=lambda: day(lapses_at - 1),
    )
    return letter_message(letter, operator=context.settings.operator.name)
