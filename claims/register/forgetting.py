"""A party whose data is personal, forgotten: its id stays, and nothing by which anybody knows who that was.

What others gave it or were given by it is told of by ids, and stays. The account tells that it was done, and verifies.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Final

from claims.formats.naming import is_personal
from claims.instants import Instant
from claims.parties import Party
from claims.register import (
    addresses,
    client_references,
    journal,
    letters,
    lookup,
    means,
    records,
    source_answers,
)
from claims.register.actor import Actor
from claims.register.erasing import erase_former
from claims.register.journal import Event
from claims.register.numbers import kept_in_version, put_numbers
from claims.register.offers_kept import how_many_asked, how_many_open
from claims.register.personal import Vault
from claims.register.rederiving import party_renamed
from claims.register.shelves import PARTIES, put, ready
from claims.register.turns import take_turn
from keys.storage import Connected, Statement

__all__ = ["NAMELESS", "NotForgotten", "forget"]

NAMELESS: Final = "—"  # the name of a party that was forgotten

_HOLD: Final = Statement(
    "SELECT id FROM register_parties WHERE id = :id",
    postgresql="SELECT id FROM register_parties WHERE id = :id FOR UPDATE",
)
_LINKS: Final = Statement(
    "SELECT body FROM register_links WHERE represented = :id UNION ALL"
    " SELECT body FROM register_links WHERE representative = :id"
)
_RESTRICTIONS: Final = Statement("SELECT body FROM register_restrictions WHERE party = :id")
_APPOINTMENTS: Final = Statement(
    "SELECT body FROM register_appointments WHERE person = :id OR organisation = :id"
)
_AT_DESKS: Final = Statement(
    "SELECT body FROM register_desk_appointments WHERE person = :id OR organisation = :id"
)
_DROP_KEY: Final = Statement("DELETE FROM register_party_keys WHERE party = :id")


class NotForgotten(StrEnum):
    """Why a party was not forgotten; the codes are stable."""

    UNKNOWN_PARTY = "unknown_party"
    NOT_PERSONAL = "not_personal"
    STILL_CONCERNED = "still_concerned"


def forget(db: Connected, vault: Vault, party_id: str, *, by: Actor, now: Instant) -> NotForgotten | None:
    """Erase name, numbers, day of birth, place, mail address and what others know them by, of a person or a sole trader, in every version; None: it was done.

    Not while a mandate, a relation, an appointment or a restriction concerns it that is not over: rights hang on who
    it is. Its key goes too, so that its numbers open in no copy of the other tables. When somebody died, or a business
    ceased, is kept: a right that ended then must not come back.
    """
    take_turn(db)  # an import that is under way knows its keys and numbers
    party = lookup.party(db, party_id) if db.one(_HOLD, {"id": party_id}) else None
    if party is None:
        return NotForgotten.UNKNOWN_PARTY
    if not is_personal(party):
        return NotForgotten.NOT_PERSONAL
    if _is_concerned(db, party_id, now):
        return NotForgotten.STILL_CONCERNED
    nobody = replace(
        Party(party.id, party.kind, NAMELESS, legal_form=party.legal_form, ceased_at=party.ceased_at),
        recorded_at=now,
    )
    besides = kept_in_version({}, {}, 0, None)
    puts = put(db, PARTIES, [ready(PARTIES, nobody, now=now, differs=True, besides=besides)])
    put_numbers(db, [party_id], [])
    addresses.forget(db, party_id)
    client_references.forget_party(db, party_id)
    letters.forget(db, party_id)
    db.run(_DROP_KEY, {"id": party_id})
    means.forget(db, party_id)
    source_answers.forget_party(db, party_id)
    party_renamed(db, nobody)
    journal.write(db, vault, Event.FORGOTTEN, puts[0].subject, by=by, now=now)
    erase_former(db, vault, "party", party_id, by=by, now=now)
    return None


def _is_concerned(db: Connected, party_id: str, now: Instant) -> bool:
    one = {"id": party_id}
    for (body,) in db.all(_LINKS, one):
        link = records.link(body)
        if not any(end is not None and end <= now for end in (link.until, link.revoked_at)):
            return True
    if how_many_open(db, party_id, now=now) or how_many_asked(db, party_id, now=now):
        return True
    ends = [records.restriction(body).until for (body,) in db.all(_RESTRICTIONS, one)]
    over = [records.appointment(body).has_ended(now) for (body,) in db.all(_APPOINTMENTS, one)]
    over += [records.desk_appointment(body).has_ended(now) for (body,) in db.all(_AT_DESKS, one)]
    return any(end is None or end > now for end in ends) or not all(over)
