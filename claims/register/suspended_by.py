"""Whose word holds a record up that is suspended: who may take it back is decided by that (decision 0118)."""

from collections.abc import Callable
from dataclasses import dataclass

from claims.desk import DeskAppointment
from claims.instants import Instant
from claims.mandates import Mandate
from claims.organisation import Appointment
from claims.register import journal
from claims.register.actor import Actor
from claims.register.history import SUPPORT
from claims.register.journal import Event
from keys.storage import Connected

__all__ = ["Suspended", "is_on_request", "is_own_word", "suspended_by"]

_KINDS = {Mandate: "mandate", Appointment: "appointment", DeskAppointment: "desk_appointment"}


@dataclass(frozen=True, slots=True)
class Suspended:
    """`by` are those who suspended or froze it since it last held, in that order; `besides`: so did an import or the register itself."""

    by: tuple[Actor, ...]
    besides: bool

    def only_by(self, whose: Callable[[Actor], bool]) -> bool:
        """Whether it is suspended, and by nobody else's word: what began by itself is nobody's to take back."""
        return bool(self.by) and not self.besides and all(whose(one) for one in self.by)


def suspended_by(db: Connected, one: Mandate | Appointment | DeskAppointment, *, now: Instant) -> Suspended:
    """Whose word suspends it at `now`: nobody's where nothing does."""
    holding = {start for start, end in one.suspended if start <= now and (end is None or now < end)}
    words: list[journal.Entry] = []
    for entry in journal.of_record(db, _KINDS[type(one)], one.id) if holding else ():
        if entry.event is Event.RESUMED:
            words.clear()
        elif entry.event in (Event.SUSPENDED, Event.FROZEN) and entry.at >= min(holding):
            words.append(entry)
    return Suspended(tuple(word.by for word in words), not holding <= {word.at for word in words})


def is_on_request(word: Actor) -> bool:
    """Whether it was said for a side that asked: by support on its page, or by a client of the register's API."""
    return word.authority == SUPPORT or word.authority.startswith("client ")


def is_own_word(word: Actor, person: str | None) -> bool:
    """Whether it is what that person said for their own side: who says something as support says it for who asked."""
    return person is not None and word.person == person and not is_on_request(word)
