"""The account of every change: who, when, on whose authority, logged in how. It is only ever added to.

The database itself refuses to change or delete a row of it (`tables.GUARDS`). It holds opaque ids alone:
no names, no numbers. Entries are numbered without gaps and chained by hash (`chaining`), under a lock on the row
that tells where the account ends: whoever adds to it waits for who did so before. That row is proved by a keyed digest:
who can write to the database and has no secret adds nothing to the account.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from claims.assurance import Loa
from claims.instants import Instant
from claims.keeping import MISTAKES_SHOW
from claims.offers import Brought
from claims.register.actor import Actor
from claims.register.chaining import BEFORE_THE_FIRST, content_of, digest, hash_after, salt
from claims.register.personal import Vault
from keys.in_use import Purpose, claim
from keys.storage import Connected, Statement

__all__ = [
    "CHAINED",
    "KINDS",
    "Entry",
    "Event",
    "Headless",
    "Line",
    "Subject",
    "every",
    "goes_on",
    "hold",
    "length",
    "line",
    "of_record",
    "words_of",
    "write",
    "write_many",
]

# The members that an entry's hash covers, in this order; `content` is the salted digest of what may be erased.
CHAINED: Final = (
    "seq", "at", "event", "kind", "record", "version", "person", "on_behalf_of", "authority", "assurance",
    "authenticator", "content",
)  # fmt: skip
_COLUMNS: Final = (*CHAINED, "reason", "salt", "hash")
_ADD = Statement(
    f"INSERT INTO register_journal ({', '.join(_COLUMNS)})"  # noqa: S608 - our own words
    f" VALUES ({', '.join(':' + name for name in _COLUMNS)})"
)
_END = Statement(
    "SELECT seq, hash, proof FROM register_journal_end WHERE one = 1",
    postgresql="SELECT seq, hash, proof FROM register_journal_end WHERE one = 1 FOR UPDATE",
)
_BEGIN = Statement(
    "INSERT INTO register_journal_end (one, seq, hash, proof) SELECT 1, 0, :hash, :proof"
    " WHERE NOT EXISTS (SELECT 1 FROM register_journal) ON CONFLICT (one) DO NOTHING"
)
_MOVE = Statement("UPDATE register_journal_end SET seq = :seq, hash = :hash, proof = :proof WHERE one = 1")
_LENGTH = Statement("SELECT seq FROM register_journal_end WHERE one = 1")
_LAST = Statement(
    "SELECT at FROM register_journal WHERE seq = (SELECT seq FROM register_journal_end WHERE one = 1)"
)
_EVERY = Statement(
    f"SELECT {', '.join(_COLUMNS)} FROM register_journal"  # noqa: S608 - our own words
    " WHERE seq > :after ORDER BY seq LIMIT 1000"
)
# The kinds of record, as the tables of versions name them.
KINDS: Final = (
    "party",
    "service",
    "service_set",
    "mandate",
    "legal_relation",
    "restriction",
    "client_group",
    "appointment",
    "block",
    "offer",
    "desk_appointment",
    "desk_visit",
)
_OF_RECORD = Statement(
    "SELECT at, event, kind, record, version, person, on_behalf_of, authority, assurance, authenticator, reason"
    " FROM register_journal WHERE kind = :kind AND record = :record ORDER BY seq"
)


class Event(StrEnum):
    """What happened. The words are stable: the journal is read long after they were written."""

    IMPORTED = "imported"  # the whole of an import
    ADDED = "added"  # a record that was not there
    CHANGED = "changed"  # a new version of a record
    REVOKED = "revoked"  # by the represented side
    RENOUNCED = "renounced"  # by the representative's
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    RESUME_APPROVED = "resume_approved"  # by one of those who sign together: others must too
    REQUESTED = "requested"  # an offer: by the helper, or by the first of those who sign together
    APPROVED = "approved"  # by one more of those who sign together
    OFFERED = "offered"
    CODE_DRAWN = "code_drawn"  # for an offer; the code before it, if any, is void
    REDEEMED = "redeemed"  # somebody typed its code
    WITHDRAWN = "withdrawn"  # by who offered, or asked
    DECLINED = "declined"  # by the other side
    LAPSED = "lapsed"  # nobody answered an offer in time; that it is over follows from its own dates
    GIVEN = "given"  # an offer became a mandate
    STRENGTHENED = "strengthened"  # confirmed by who may give it, with a surer login
    CONFIRMED_TOGETHER = "confirmed_together"  # likewise, by one of those who sign together: others must too
    EVIDENCE_ATTACHED = "evidence_attached"
    MARKED_FOR_REVIEW = "marked_for_review"  # who gave it for an organisation left
    REVIEW_APPROVED = "review_approved"  # by one of those who sign together to let it stand
    REVIEWED = "reviewed"  # the organisation lets it stand
    GONE_THROUGH = "gone_through"  # the end of a power: what was given under it is marked, all of it
    SUPPORT_BEGUN = "support_begun"  # a person may stop mandates on request
    SUPPORT_ENDED = "support_ended"
    SHOWN_TO_SUPPORT = "shown_to_support"  # what a party gave and was given
    FROZEN = "frozen"  # suspended, by a represented side that does not know the representative
    LEFT = "left"  # ended, since the person does not work there any more
    BLOCKED = "blocked"  # a means, by an organisation that does not want it used on its behalf
    LIFTED = "lifted"  # a block
    REMOVED = "removed"  # a team, with nobody in it any more
    RECORDED = "recorded"  # from paper, by the first of two at a desk
    CONFIRMED = "confirmed"  # by the second of them
    OPENED = "opened"  # a visit to a desk: somebody there acts for who came
    CLOSED = "closed"  # that visit
    EXPORTED_PERSONAL_NUMBERS = "exported_personal_numbers"
    ERASED = "erased"  # what former versions of a record said, and the reasons for its changes
    ERASED_RECORD = "erased_record"  # a whole record, whose time of being kept is over
    FORGOTTEN = "forgotten"  # who a party is
    USES_CHAINED = "uses_chained"  # a batch of lines of who logged in for whom


class Headless(Exception):
    """There are entries, and nothing tells where they end, or it was told without the secret: somebody was at the tables.

    Nothing is added after such an end, since that would make it ours.
    """


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about: the `kind` of record as in the tables of versions, its id and its new version.

    `body` is what that version says, as it is kept: the chain covers it, the entry does not hold it.
    """

    kind: str
    record: str
    version: int | None = None
    body: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the account."""

    at: Instant
    event: Event
    subject: Subject | None
    by: Actor
    reason: str | None


# What an entry will tell, made ready while nobody waits for the end of the account: event, kind, record, version,
# reason, salt and salted digest. A plain tuple: a large import keeps hundreds of thousands of them aside.
Line = tuple[str, str | None, str | None, int | None, str | None, str, str]


def line(event: Event, subject: Subject | None, *, reason: str | None = None) -> Line:
    """One that says that `event` happened to `subject` (None: to the register)."""
    made = salt()
    if subject is None:
        return event.value, None, None, None, reason, made, digest(made, reason, None)
    said = None if subject.body is None else content_of(subject.body)
    content = digest(made, reason, said)
    return event.value, subject.kind, subject.record, subject.version, reason, made, content


def write(
    db: Connected,
    vault: Vault,
    event: Event,
    subject: Subject | None,
    *,
    by: Actor,
    now: Instant,
    reason: str | None = None,
) -> None:
    """Add one entry. Of a word that was brought the reason tells whose it was, and on what."""
    if by.word is not None:
        told = words_of(by.word)
        reason = told if reason is None else f"{told}: {reason}"
    write_many(db, vault, [line(event, subject, reason=reason)], by=by, now=now)


def words_of(word: Brought) -> str:
    """What was brought, by ids and what whoever brought it wrote of it: neither holds a name or a number."""
    rests_on = word.evidence
    digest = "" if rests_on.digest is None else f", {rests_on.digest}"
    return f"the word of {word.person}, on a {rests_on.kind}, {rests_on.reference}{digest}, verified by {rests_on.verifier}"


def write_many(db: Connected, vault: Vault, lines: Iterable[Line], *, by: Actor, now: Instant) -> None:
    """Add an entry for each of `lines`. What else changes them waits until this unit of work ends."""
    chain = _Chain(*_end(db, vault))
    db.many(_ADD, chain.rows(lines, by, now))
    proof = vault.proof_of_end(chain.seq, chain.hash)
    db.run(_MOVE, {"seq": chain.seq, "hash": chain.hash, "proof": proof})


def hold(db: Connected, vault: Vault) -> None:
    """Let nobody else add to the account until this unit of work ends: for who holds nothing that others wait for."""
    _end(db, vault)


def length(db: Connected) -> int:
    """How many entries there are."""
    row = db.one(_LENGTH)
    return 0 if row is None else int(row[0])


def goes_on(db: Connected, now: Instant) -> bool:
    """Whether something was written not long before `now`, so that a clock which jumped years ahead is none to erase by."""
    row = db.one(_LAST)
    return row is not None and now - row[0] < MISTAKES_SHOW


def every(db: Connected) -> Iterator[dict[str, object]]:
    """Every entry with its chain, oldest first, as it is exported."""
    after = 0
    while rows := db.all(_EVERY, {"after": after}):
        yield from (dict(zip(_COLUMNS, row, strict=True)) for row in rows)
        after = rows[-1][0]


def of_record(db: Connected, kind: str, record: str) -> list[Entry]:
    """What happened to one record, oldest first."""
    return [
        Entry(
            at=at,
            event=Event(event),
            subject=Subject(kind_, record_, version),
            by=Actor(
                person, on_behalf_of, authority, None if assurance is None else Loa(assurance), authenticator
            ),
            reason=reason,
        )
        for at, event, kind_, record_, version, person, on_behalf_of, authority, assurance, authenticator, reason in (
            db.all(_OF_RECORD, {"kind": kind, "record": record})
        )
    ]


def _end(db: Connected, vault: Vault) -> tuple[int, str]:
    """Number and hash of the last entry, held until this unit of work ends."""
    row = db.one(_END)
    if row is None:
        claim(db, Purpose.DIGEST, vault.digest_id)
        db.run(_BEGIN, {"hash": BEFORE_THE_FIRST, "proof": vault.proof_of_end(0, BEFORE_THE_FIRST)})
        row = db.one(_END)
    if row is None:
        raise Headless("register_journal has entries and register_journal_end has no row")
    seq, hash, proof = row
    if not vault.proves_end(seq, hash, proof):
        raise Headless("register_journal_end was changed by who has not the secret `digest`")
    return seq, hash


class _Chain:
    """The end of the account while entries are added to it."""

    def __init__(self, seq: int, hash: str) -> None:
        self.seq = seq
        self.hash = hash

    def rows(self, lines: Iterable[Line], by: Actor, now: Instant) -> Iterator[dict[str, object]]:
        assurance = None if by.assurance is None else int(by.assurance)
        who = (by.person, by.on_behalf_of, by.authority, assurance, by.authenticator)
        for event, kind, record, version, reason, salted, content in lines:
            self.seq += 1
            members = (self.seq, now, event, kind, record, version, *who, content)
            self.hash = hash_after(self.hash, members)
            yield dict(zip(_COLUMNS, (*members, reason, salted, self.hash), strict=True))
