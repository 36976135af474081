"""Letters with a code: what helpers asked for is looked at, and the letter written as it goes out (G6a)."""

from collections.abc import Callable

from authz_server.context import Context
from authz_server.i18n import day
from authz_server.notices.words import Letter, Message, letter_message
from authz_server.portal.offer_words import words_of
from claims import activation_codes
from claims.instants import Instant
from claims.offers import Waits
from claims.register import letters, lookup
from claims.register.addresses import Addressed
from claims.register.offers_kept import find

__all__ = ["letter_of", "look_at_all"]

_AT_ONCE = 50  # before other duties have their turn


def look_at_all(context: Context, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Look at what was asked for, as long as `goes_on`; how many that were. Each is a unit of work of its own."""
    for looked_at in range(_AT_ONCE):
        now = context.clock()
        with context.database.reading() as db:
            if not goes_on() or not letters.is_waiting(db):
                return looked_at
        with context.database.recording() as db:
            policy = context.settings.evidence.policy
            letters.look_at_next(db, context.vault, context.codes, now=now, policy=policy)
    return _AT_ONCE


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
