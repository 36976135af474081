"""Whom to tell that something happened to a mandate: written down with what happened, in the same transaction.

`tell` is what every change of a mandate calls. So nothing changes without a notice, and there is no notice of what did
not happen. A notice tells its reader that something changed, never what (G8, G11: that stands on their own page);
`outbox` hands it out to be sent.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import orjson

from claims.desk import DeskAppointment, DeskVisit
from claims.instants import Instant, birthday, parse_instant, written
from claims.mandates import Mandate
from claims.organisation import Appointment
from claims.parties import Party, PartyKind
from claims.powers import MAJORITY
from claims.register import legal, lookup
from claims.register.journal import Event
from claims.register.many import ManyStatement
from claims.register.overview import mandate as whole_mandate
from claims.relations import Basis
from keys.storage import Connected, Statement

__all__ = [
    "Occasion",
    "Recipient",
    "add",
    "end_soon",
    "recipients",
    "represented_side",
    "tell",
    "tell_end",
    "tell_of",
    "tell_of_appointment",
    "tell_one",
    "tell_signatories",
    "tell_visit",
    "used",
]


class Occasion(StrEnum):
    """What people are told of besides the changes of a mandate (`journal.Event`). The words are stable."""

    FIRST_USE = "first_use"
    ENDS_SOON = "ends_soon"
    ADDRESS_CODE = "address_code"  # a code for a new mail address
    ADDRESS_LEFT = "address_left"  # told to the address that was
    AT_DESK = "at_desk"  # somebody at a desk acts for the person who came there
    WAITS = "waits"  # an offer or a question, for the yes of who is told
    LETTER = "letter"  # a code, to who cannot log in (G6a)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A party that is told, and on whose side: their own, or that of `subject`. One with `beside` never without that person."""

    party: str
    subject: str
    beside: str | None = None


_ADD = Statement(
    "INSERT INTO register_notices (id, at, recipient, subject, mandate, change, beside, due_at, tries)"
    " VALUES (:id, :at, :recipient, :subject, :mandate, :change, :beside, :due_at, 0) ON CONFLICT (id) DO NOTHING"
)
_USED = ManyStatement("SELECT mandate FROM register_first_uses WHERE mandate IN (:ids)")
_MANDATES = ManyStatement("SELECT id FROM register_links WHERE id IN (:ids) AND kind = 'mandate'")
_NOTE_USE = Statement(
    "INSERT INTO register_first_uses (mandate, at) VALUES (:mandate, :at) ON CONFLICT (mandate) DO NOTHING"
)
_TOLD_OF_END = ManyStatement(
    f"SELECT id FROM register_notices WHERE mandate IN (:ids) AND change = '{Occasion.ENDS_SOON}'"  # noqa: S608 - ours
)
_AHEAD = Statement(
    "SELECT id, body FROM register_links WHERE id > :after AND kind || '' = 'mandate' ORDER BY id LIMIT :most"
)

# Of whom the law lets another look after what a mandate is about; parents until the child is grown up.
_LOOKING_AFTER: Final = frozenset(
    {Basis.CURATOR, Basis.ASSET_ADMINISTRATOR, Basis.MENTOR, Basis.GUARDIAN, Basis.PARENT}
)
_AFTER_DEATH: Final = frozenset({Basis.EXECUTOR, Basis.HEIR})
_TOLD_FROM_AGE: Final = 12  # from then on nobody is told of a person without that person
_LONG_ID: Final = 16  # bytes


def tell(
    db: Connected, mandate: Mandate, change: Event, *, now: Instant, also: Iterable[str] = ()
) -> tuple[Recipient, ...]:
    """Let both sides of `mandate` be told that it changed at `now`; who is told.

    Call it in the transaction of the change, once the change is written. `also` are further parties (the signatories of
    an organisation whose administrator gave themselves a mandate, G3).
    """
    told = (
        *recipients(db, mandate, now=now),
        *(Recipient(party, mandate.represented) for party in sorted(set(also))),
    )
    add(db, mandate.id, change.value, told, now=now)
    return told


def tell_of_appointment(
    db: Connected,
    appointment: Appointment | DeskAppointment,
    change: Event,
    *,
    now: Instant,
    also: Iterable[str] = (),
) -> tuple[Recipient, ...]:
    """Let the organisation and the person be told that the appointment changed at `now`, and `also` further parties."""
    return tell_of(
        db, appointment.id, (appointment.organisation, appointment.person), change, now=now, also=also
    )


def tell_of(
    db: Connected,
    record: str,
    sides: tuple[str, str],
    change: Event,
    *,
    now: Instant,
    also: Iterable[str] = (),
) -> tuple[Recipient, ...]:
    """Let an organisation and one of its people (`sides`, in this order) be told that what is between them changed."""
    told = {
        id: Recipient(id, id)
        for id, party in lookup.parties(db, sides).items()
        if party.ceased_at is None or party.ceased_at > now
    }
    for party in sorted(set(also) - told.keys()):
        told[party] = Recipient(party, sides[0])
    add(db, record, change.value, told.values(), now=now)
    return tuple(told.values())


def tell_one(db: Connected, party: str, mandate: str, change: Event, *, now: Instant) -> None:
    """Let one party be told of what is its own affair alone, and changes nothing for who helps."""
    add(db, mandate, change.value, (Recipient(party, party),), now=now)


def tell_signatories(
    db: Connected, mandate: Mandate, change: Event, signatories: Iterable[str], *, now: Instant
) -> None:
    """Let those who sign for the represented organisation be told of what waits for them; the other side is not."""
    told = [Recipient(party, mandate.represented) for party in sorted(set(signatories))]
    add(db, mandate.id, change.value, told, now=now)


def tell_visit(db: Connected, visit: DeskVisit, *, now: Instant) -> tuple[Recipient, ...]:
    """Let the represented side be told that somebody at a desk acts for it; who is told. Call it in the transaction of it."""
    party = lookup.party(db, visit.represented)
    told = () if party is None else tuple(represented_side(db, party, visit, now))
    add(db, visit.id, Occasion.AT_DESK, told, now=now)
    return told


def used(db: Connected, paths: Iterable[Sequence[str]], *, now: Instant) -> int:
    """Note that people logged in over these paths of links; how many mandates were used for the first time.

    Both sides of those are told. Call it in the transaction that adds the uses to the account.
    """
    links = sorted({link for path in paths for link in path})
    before = {id for (id,) in _USED.rows(db, links)}
    fresh = [id for (id,) in _MANDATES.rows(db, [link for link in links if link not in before])]
    first = 0
    for id in sorted(set(fresh)):
        mandate = whole_mandate(db, id)
        if mandate is not None and db.run(_NOTE_USE, {"mandate": id, "at": now}):
            first += 1
            told = recipients(db, mandate, now=now)
            add(db, id, Occasion.FIRST_USE, told, now=now, once=f"{Occasion.FIRST_USE}:{id}:")
    return first


def end_soon(
    db: Connected, *, after: str, now: Instant, before: int, most: int
) -> tuple[list[Mandate], str | None]:
    """Of the `most` mandates whose ids come after `after`: those that end within `before` seconds, of which nobody was told.

    And where the next ones begin; None where there are no more. Of a mandate for some weeks alone people are told once half
    of them have passed. `tell_end` tells of one.
    """
    rows = db.all(_AHEAD, {"after": after, "most": most})
    found = []
    for id, body in rows:
        told = orjson.loads(body)
        until, revoked = told.get("until"), told.get("revoked_at")
        # instants are written in one form, that of UTC: they compare as texts
        if until is None or not written(now) < until <= written(now + before):
            continue
        start, end = parse_instant(told["from"]), parse_instant(until)
        if now >= start + (end - start) // 2 and (revoked is None or parse_instant(revoked) > now):
            mandate = whole_mandate(db, id)
            found += [] if mandate is None else [mandate]
    told_of = {id for (id,) in _TOLD_OF_END.rows(db, [one.id for one in found])}
    untold = [one for one in found if not any(id.startswith(_of_end(one)) for id in told_of)]
    return untold, rows[-1][0] if len(rows) == most else None


def tell_end(db: Connected, mandate: Mandate, *, now: Instant) -> None:
    """Let both sides be told, once, that the mandate will end when it does."""
    if mandate.until is not None and not mandate.has_ended(now):
        add(
            db,
            mandate.id,
            Occasion.ENDS_SOON,
            recipients(db, mandate, now=now),
            now=now,
            once=_of_end(mandate),
        )


def _of_end(mandate: Mandate) -> str:
    """How the ids of the notices of this end begin."""
    until = "" if mandate.until is None else written(mandate.until)
    return f"{Occasion.ENDS_SOON}:{until}:{mandate.id}:"


def recipients(db: Connected, mandate: Mandate, *, now: Instant) -> tuple[Recipient, ...]:
    """Both sides of a mandate, each once.

    Beside a represented person whoever looks after the person's affairs by law: both, and from the age of twelve never
    the latter alone. For somebody who died, who settles the estate.
    """
    sides = lookup.parties(db, (mandate.represented, mandate.representative))
    told: dict[str, Recipient] = {}
    if (represented := sides.get(mandate.represented)) is not None:
        for one in represented_side(db, represented, mandate, now):
            told.setdefault(one.party, one)
    helper = sides.get(mandate.representative)
    if helper is not None and not (helper.ceased_at is not None and helper.ceased_at <= now):
        # on their own side they are told whoever else is
        told[helper.id] = Recipient(helper.id, helper.id)
    return tuple(told.values())


def represented_side(
    db: Connected, party: Party, mandate: Mandate | DeskVisit, now: Instant
) -> Iterator[Recipient]:
    """Who is told on that side: the party, and beside a person whoever looks after them by law."""
    gone = party.ceased_at is not None and party.ceased_at <= now
    if party.kind is not PartyKind.PERSON:
        if not gone:
            yield Recipient(party.id, party.id)
        return
    told_too = not gone and (party.born is None or birthday(party.born, _TOLD_FROM_AGE) <= now)
    beside = list(_who_looks_after(db, party, mandate, now, gone=gone))
    if told_too or not (gone or beside):  # a small child of whom we know no parent
        yield Recipient(party.id, party.id)
    for other in beside:
        yield Recipient(other, party.id, beside=party.id if told_too else None)


def _who_looks_after(
    db: Connected, party: Party, mandate: Mandate | DeskVisit, now: Instant, *, gone: bool
) -> Iterator[str]:
    """Who does so by law, for what the mandate is about; for who died, who settles the estate."""
    grown_up = party.born is not None and birthday(party.born, MAJORITY) <= now
    for relation in legal.all_over(db, party.id):
        if not relation.in_force(now):
            continue
        if relation.basis not in (_AFTER_DEATH if gone else _LOOKING_AFTER):
            continue
        if (relation.basis is Basis.PARENT and grown_up) or not relation.services.may_meet(mandate.services):
            continue
        yield relation.representative


def add(
    db: Connected,
    mandate: str,
    change: str,
    told: Iterable[Recipient],
    *,
    now: Instant,
    once: str | None = None,
) -> None:
    """Put a notice in the outbox for each; one that waits for the person beside whom it is told is not due yet."""
    db.many(
        _ADD,
        [
            {
                "id": secrets.token_urlsafe(_LONG_ID) if once is None else once + one.party,
                "at": now,
                "recipient": one.party,
                "subject": one.subject,
                "mandate": mandate,
                "change": change,
                "beside": one.beside,
                "due_at": now if one.beside is None else None,
            }
            for one in told
        ],
    )
