"""An organisation's mandates to look at again, since a signatory or administrator who gave them left (G13).

They stand. The account tells that they were marked and that somebody let them stand; the table only finds those that
are open. What is marked for a power's end is marked for it once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from claims.instants import Instant, written
from claims.mandates import Mandate
from claims.offers import Offer
from claims.organisation import Appointment
from claims.parties import PartyKind
from claims.register import journal, notices
from claims.register.actor import Actor
from claims.register.changing import Refused, Why, hold
from claims.register.ended_powers import is_under
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.journal import Event, Subject
from claims.register.many import ManyStatement
from claims.register.offer_records import offer as read_offer
from claims.register.overview import mandate as whole_mandate
from claims.register.personal import Vault
from claims.register.saying_together import Waits, say
from claims.relations import Basis, LegalRelation
from keys.storage import Connected, Statement

__all__ = [
    "TOGETHER",
    "Marked",
    "Review",
    "ReviewPage",
    "gone_through",
    "is_open",
    "is_to_go_through",
    "keep",
    "keep_by",
    "mark",
    "power_of",
    "reviews",
    "said_so",
    "to_review",
]

TOGETHER: Final = 100  # mandates that are marked in one unit of work
_READ: Final = 200  # offers that are read at once
_STEPS: Final = 6
_BINDING: Final = (*(basis for basis in Basis if basis.binds_alone), Basis.JOINT_SIGNATORY)

_GIVEN = Statement(
    "SELECT id, body FROM register_offers WHERE represented = :party AND id > :after AND state = 'given'"
    " ORDER BY id LIMIT :most"
)
_BOUND_BY = Statement(
    "SELECT represented FROM register_links WHERE kind = :kind AND representative = :party ORDER BY id"
)
_MARK = Statement(
    "INSERT INTO register_reviews (mandate, represented, power, marked_at)"
    " VALUES (:mandate, :represented, :power, :now) ON CONFLICT (mandate) DO NOTHING RETURNING mandate"
)
_TAKE = Statement("DELETE FROM register_reviews WHERE mandate = :mandate RETURNING power")
_OPEN = Statement("SELECT 1 FROM register_reviews WHERE mandate = :mandate")
_OPEN_AMONG = ManyStatement("SELECT mandate FROM register_reviews WHERE mandate IN (:ids)")
_LISTED = Statement(
    "SELECT mandate, power, marked_at FROM register_reviews WHERE represented = :party AND mandate > :after"
    " ORDER BY mandate LIMIT :most"
)
_GONE_THROUGH = Statement(
    "SELECT 1 FROM register_journal WHERE kind = :kind AND record = :record AND event = 'gone_through'"
    " AND authority = :authority LIMIT 1"
)
_MOST_LOOKED_AT: Final = 500


@dataclass(frozen=True, slots=True)
class Marked:
    """How many mandates were marked, and whether that was all."""

    count: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A mandate to look at again: since when, and by the end of what power."""

    mandate: Mandate
    power: str
    marked_at: Instant


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Reviews by the mandate's id, and what asks for the next page."""

    reviews: tuple[Review, ...]
    next: str | None


def power_of(one: LegalRelation | Appointment) -> str:
    """The power as the account says it."""
    return f"appointment {one.id}" if isinstance(one, Appointment) else f"relation {one.id}"


def is_to_go_through(db: Connected, one: LegalRelation | Appointment, ended_at: Instant) -> bool:
    """Whether what was given under the power, which ended then, was not gone through for that end yet."""
    kind, record = _subject(one)
    return db.one(_GONE_THROUGH, {"kind": kind, "record": record, "authority": _end(one, ended_at)}) is None


def gone_through(
    db: Connected, vault: Vault, one: LegalRelation | Appointment, ended_at: Instant, *, now: Instant
) -> None:
    """It was, all of it. The account alone tells so: what a table told, who is at the tables could make up."""
    by = Actor(None, None, _end(one, ended_at), None, None)
    journal.write(db, vault, Event.GONE_THROUGH, Subject(*_subject(one)), by=by, now=now)


def mark(
    db: Connected,
    vault: Vault,
    one: LegalRelation | Appointment,
    *,
    now: Instant,
    most: int = TOGETHER,
) -> Marked:
    """Mark what organisations gave by somebody's yes under this power, which has ended; at most `most` mandates.

    Not where that person may still give for the organisation, on whatever ground: then nobody left. Each organisation is
    told once.
    """
    by = Actor(None, None, f"{power_of(one)} ended", None, None)
    found = (
        (organisation, mandate)
        for organisation in _organisations(db, one)
        for mandate in _given_under(db, one, organisation, now=now)
        if not is_open(db, mandate) and not _was_marked(db, mandate, by.authority)
    )
    chosen = list(islice(found, most + 1))
    # held in the order of their ids, and all of them before the account's end is
    marked = [
        (organisation, mandate)
        for organisation, mandate in sorted(chosen[:most], key=lambda both: both[1])
        if db.one(
            _MARK, {"mandate": mandate, "represented": organisation, "power": power_of(one), "now": now}
        )
    ]
    if marked:
        lines = [journal.line(Event.MARKED_FOR_REVIEW, Subject("mandate", id)) for _, id in marked]
        journal.write_many(db, vault, lines, by=by, now=now)
    for organisation, mandate in dict(marked).items():
        notices.tell_one(db, organisation, mandate, Event.MARKED_FOR_REVIEW, now=now)
    return Marked(len(marked), whole=len(chosen) <= most)


def keep(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant, reason: str | None = None
) -> Mandate | Refused:
    """Let a mandate stand that was to be looked at. Whether `by` may, and alone, is the caller's to know (`keep_by`)."""
    mandate = hold(db, mandate_id)
    if isinstance(mandate, Refused):
        return mandate
    if mandate.has_ended(now):
        return Refused(Why.ALREADY_ENDED)
    if db.one(_TAKE, {"mandate": mandate_id}) is None:
        return Refused(Why.NOT_TO_REVIEW)
    journal.write(db, vault, Event.REVIEWED, Subject("mandate", mandate_id), by=by, now=now, reason=reason)
    notices.tell_one(db, mandate.represented, mandate.id, Event.REVIEWED, now=now)
    return mandate


def keep_by(
    db: Connected, vault: Vault, mandate_id: str, *, by: Actor, now: Instant
) -> Mandate | Waits | Refused:
    """Let a mandate stand by the word of the person of `by`: of who may give for its services without anybody else.

    Those who have to sign together to give it say so together (G2, G3): what one said is told in the account, and it
    stands when as many as would give it said so since it was marked.
    """
    mandate = hold(db, mandate_id)
    if isinstance(mandate, Refused):
        return mandate
    if not is_open(db, mandate_id):
        return Refused(Why.NOT_TO_REVIEW)
    if mandate.has_ended(now):
        return Refused(Why.ALREADY_ENDED)
    said = said_so(db, mandate_id)
    outcome = say(db, vault, mandate, Event.REVIEW_APPROVED, said, by=by, now=now)
    if outcome is None:
        return Refused(Why.NOT_TO_REVIEW)
    return outcome if isinstance(outcome, Waits) else keep(db, vault, mandate_id, by=outcome, now=now)


def said_so(db: Connected, mandate_id: str) -> tuple[str, ...]:
    """Who of those that sign together said, since it was marked, that it stands, in that order."""
    said: dict[str, None] = {}
    for entry in journal.of_record(db, "mandate", mandate_id):
        if entry.event in (Event.MARKED_FOR_REVIEW, Event.REVIEWED):
            said = {}
        elif entry.event is Event.REVIEW_APPROVED and entry.by.person is not None:
            said[entry.by.person] = None
    return tuple(said)


def is_open(db: Connected, mandate_id: str) -> bool:
    """Whether the mandate is still to be looked at."""
    return db.one(_OPEN, {"mandate": mandate_id}) is not None


def to_review(db: Connected, mandates: Iterable[Mandate]) -> frozenset[str]:
    """The ids of those of these mandates that are still to be looked at."""
    return frozenset(id for (id,) in _OPEN_AMONG.rows(db, sorted(one.id for one in mandates)))


def reviews(
    db: Connected, party: str, *, now: Instant, after: str | None = None, limit: int = 50
) -> ReviewPage:
    """The party's mandates that are to be looked at and have not ended; a page can be short, and still lead on."""
    last = after if after is not None and after.isprintable() else ""
    found: list[Review] = []
    rows = db.all(_LISTED, {"party": party, "after": last, "most": _MOST_LOOKED_AT})
    for id, power, marked_at in rows:
        mandate = whole_mandate(db, id)
        if mandate is not None and mandate.represented == party and not mandate.has_ended(now):
            if len(found) == limit:
                return ReviewPage(tuple(found), last)
            found.append(Review(mandate, power, marked_at))
        last = id
    return ReviewPage(tuple(found), last if len(rows) == _MOST_LOOKED_AT else None)


def _subject(one: LegalRelation | Appointment) -> tuple[str, str]:
    """The power as a record: its kind and its id."""
    return "appointment" if isinstance(one, Appointment) else "legal_relation", one.id


def _end(one: LegalRelation | Appointment, ended_at: Instant) -> str:
    """That end of the power, as the account says it."""
    return f"{power_of(one)} ended {written(ended_at)}"


def _was_marked(db: Connected, mandate: str, authority: str) -> bool:
    return any(one.by.authority == authority for one in journal.of_record(db, "mandate", mandate))


def _organisations(db: Connected, one: LegalRelation | Appointment) -> list[str]:
    """Whose mandates may rest on the power: the organisation itself, and those that it binds in its turn."""
    if isinstance(one, Appointment):
        return [one.organisation]
    facts = StoredFacts(db)
    party = facts.party(one.represented)
    if party is None or party.kind is not PartyKind.ORGANISATION:
        return []
    found: dict[str, None] = {party.id: None}
    frontier = [party.id]
    for _ in range(_STEPS):
        following: dict[str, None] = {}
        for id in frontier:
            for basis in _BINDING:
                rows = db.all(_BOUND_BY, {"kind": basis.value, "party": id})
                following |= dict.fromkeys(represented for (represented,) in rows)
        frontier = [id for id in following if id not in found]
        found |= dict.fromkeys(frontier)
        if not frontier:
            break
    return list(found)


def _given_under(
    db: Connected, one: LegalRelation | Appointment, organisation: str, *, now: Instant
) -> Iterator[str]:
    """The mandates of the organisation that stand, and that somebody gave under the power who may give no more."""
    facts = StoredFacts(db)
    still: dict[str, bool] = {}

    def has_left(person: str) -> bool:
        if person not in still:
            still[person] = bool(entitlements(db, facts, person, organisation, now=now))
        return not still[person]

    after = ""
    while rows := db.all(_GIVEN, {"party": organisation, "after": after, "most": _READ}):
        after = rows[-1][0]
        for _, body in rows:
            offer = read_offer(body)
            if any(
                _is_by(approval.authority, one) and has_left(approval.person) for approval in offer.approvals
            ):
                yield from _standing(db, offer, now)


def _is_by(authority: str, one: LegalRelation | Appointment) -> bool:
    return authority == power_of(one) if isinstance(one, Appointment) else is_under(one.id, authority)


def _standing(db: Connected, offer: Offer, now: Instant) -> Iterator[str]:
    for part in offer.parts:
        mandate = whole_mandate(db, part.mandate)
        if mandate is not None and not mandate.has_ended(now):
            yield mandate.id
