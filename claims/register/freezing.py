"""“I do not know this person”: all that a represented party gave to one representative stops for a while, at once.

What the representative passed on falls out by itself: the path to whoever works there is broken. Each mandate is
resumed for itself, when it turns out to be right (`suspending.resume`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import journal
from claims.register.actor import Actor
from claims.register.changing import Refused, Why, change, hold
from claims.register.journal import Event, Subject
from claims.register.overview import between
from claims.register.overview import mandate as whole_mandate
from claims.register.personal import Vault
from claims.register.reach import Reach, reach
from claims.register.suspended_by import is_own_word, suspended_by
from claims.register.suspending import suspended_from
from keys.storage import Connected

__all__ = ["Touched", "adds", "freeze", "touched"]


@dataclass(frozen=True, slots=True)
class Touched:
    """Mandates of one party to one other that are not over, and how many people can act over them.

    `still` are those that are suspended already.
    """

    mandates: tuple[Mandate, ...]
    still: tuple[Mandate, ...]
    people: Reach


def touched(
    db: Connected, mandate: Mandate, *, now: Instant, within: Callable[[Mandate], bool] = lambda _: True
) -> Touched:
    """What freezing that mandate touches: all that its party gave to its representative, as far as `within` says."""
    found = between(db, mandate.represented, mandate.representative)
    stand = tuple(one for one in found if not one.has_ended(now) and within(one))
    return Touched(stand, tuple(one for one in stand if one.is_suspended(now)), reach(db, stand, now=now))


def adds(db: Connected, mandate: Mandate, *, by: Actor, now: Instant) -> bool:
    """Whether freezing it by `by` is something new: it holds, or is suspended and not by their own word."""
    return not any(
        is_own_word(word, by.person) or (word.person, word.authority) == (by.person, by.authority)
        for word in suspended_by(db, mandate, now=now).by
    )


def freeze(
    db: Connected,
    vault: Vault,
    mandate_id: str,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
    within: Callable[[Mandate], bool] = lambda _: True,
) -> Touched | Refused:
    """Suspend them all from `now` on; as they are then. Of what is suspended already it is noted: who did that does not undo this.

    Whether `by` may do so is the caller's to know (`overview.within_reach`); `within` says what lies within their reach.
    """
    mandate = whole_mandate(db, mandate_id)
    if mandate is None:
        return Refused(Why.UNKNOWN_MANDATE)
    if mandate.has_ended(now):
        return Refused(Why.ALREADY_ENDED)
    touches = touched(db, mandate, now=now, within=within).mandates
    frozen = [_frozen(db, vault, one.id, by=by, now=now, reason=reason) for one in touches]
    if not any(frozen):  # by somebody else, a moment ago
        return Refused(Why.ALREADY_SUSPENDED)
    return touched(db, mandate, now=now, within=within)


def _frozen(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant, reason: str | None
) -> bool:
    """Suspend one, or note that `by` does so too, so that nobody lets it hold again without them; False where nothing is new."""
    mandate = hold(db, mandate_id)
    if isinstance(mandate, Refused) or mandate.has_ended(now) or not adds(db, mandate, by=by, now=now):
        return False
    if mandate.is_suspended(now):
        journal.write(db, vault, Event.FROZEN, Subject("mandate", mandate_id), by=by, now=now, reason=reason)
        return True
    done = change(db, vault, mandate_id, Event.FROZEN, suspended_from(now), by=by, now=now, reason=reason)
    return not isinstance(done, Refused)
