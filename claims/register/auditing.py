"""Is the account whole? Every entry is read again and its hash made anew, beside the heads that were signed.

A gap, a fork, a rewrite and a cut tail are each found. Somebody who can write to the database and to nothing else
cannot make a signature: what they cut or rewrote since the last signed head is found by who kept one elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from claims.register.breaches import DAMAGED, Breach, Found
from claims.register.chaining import BEFORE_THE_FIRST, content_of, digest, hash_after
from claims.register.heads import Head, read_head
from claims.register.journal import CHAINED, Event
from claims.register.personal import Vault
from claims.register.uses import BATCH, LINE, batch_text
from keys.storage import Connected, Row, Statement

__all__ = ["Audit", "Prove", "proved_end"]

Prove = Callable[
    [str], Mapping[str, Any] | None
]  # a signed head's claims; None: the register did not sign it

_PAGE: Final = 1000
_COLUMNS: Final = (*CHAINED, "reason", "salt", "hash")
_ENTRIES = Statement(
    f"SELECT {', '.join('j.' + name for name in _COLUMNS)}, v.body"  # noqa: S608 - our own words
    " FROM register_journal j LEFT JOIN register_versions v"
    " ON v.kind = j.kind AND v.id = j.record AND v.version = j.version"
    " WHERE j.seq > :after ORDER BY j.seq LIMIT :limit"
)
_BARE = Statement(
    f"SELECT {', '.join(_COLUMNS)}, NULL FROM register_journal"  # noqa: S608 - likewise
    " WHERE seq > :after ORDER BY seq LIMIT :limit"
)
_BEFORE = Statement("SELECT hash FROM register_journal WHERE seq = :seq")
_END = Statement("SELECT seq, hash, proof FROM register_journal_end WHERE one = 1")
_HEADS = Statement(
    "SELECT seq, signed FROM register_journal_heads WHERE seq > :after ORDER BY seq LIMIT :limit"
)
_LAST_HEAD = Statement("SELECT signed FROM register_journal_heads ORDER BY seq DESC LIMIT 1")
_ERASED = Statement(
    "SELECT 1 FROM register_journal WHERE kind = :kind AND record = :record AND seq > :seq AND (event = :whole"
    " OR event = :former AND (version > :version OR version IS NULL))"  # those of earlier versions told none
)
_LEFT_OF_BATCH = Statement("SELECT 1 FROM register_uses WHERE batch = :batch")
_UNTOLD_USES = Statement(
    "SELECT DISTINCT u.batch FROM register_uses u WHERE u.batch IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM register_journal j WHERE j.kind = :kind AND j.record = CAST(u.batch AS TEXT)) LIMIT 100"
)
_BATCH = Statement(f"SELECT {LINE} FROM register_uses WHERE batch = :batch ORDER BY seq")  # noqa: S608 - ours


@dataclass(slots=True)
class Audit:
    """One reading of the account. `since` is a head that was kept elsewhere: what came before it is not read.

    After `breaches` was read to its end, `entries` tells how many entries were read, `last` the number of the last
    one, and `signed` up to which entry heads are signed.
    """

    register: str
    vault: Vault
    prove: Prove
    since: Head | None = None
    entries: int = 0
    last: int = 0
    signed: int = 0

    def breaches(
        self, db: Connected, *, seen: Callable[[int], object] = lambda count: None
    ) -> Iterator[Found]:
        """Everything that is wrong. `seen` is told how many entries more were read."""
        after, hash = (0, BEFORE_THE_FIRST) if self.since is None else (self.since.seq, self.since.hash)
        if self.since is not None and (found := self._since(db, self.since)) is not None:
            yield found
            return
        heads = self._heads(db, after)
        head = next(heads, None)
        self.last = self.signed = after
        while rows := db.all(_ENTRIES, {"after": self.last, "limit": _PAGE}):
            for row in rows:
                seq = row[0]
                if seq != self.last + 1:
                    yield Found(Breach.GAP, f"entry {self.last + 1}")
                elif row[-2] != _hash(hash, row):
                    yield Found(Breach.REWRITTEN, f"entry {seq}")
                yield from _content_or_damage(db, row)
                self.last, hash = seq, row[-2]
                while head is not None and (isinstance(head, Found) or head.seq <= seq):
                    if isinstance(head, Found):
                        yield head
                    elif head.seq == seq and head.hash == hash:
                        self.signed = seq
                    else:
                        yield Found(Breach.FORKED, f"entry {head.seq}")
                    head = next(heads, None)
            self.entries += len(rows)
            seen(len(rows))
        while head is not None:
            yield head if isinstance(head, Found) else Found(Breach.CUT, f"entry {head.seq}")
            head = next(heads, None)
        yield from self._end(db, hash)
        for (batch,) in db.all(_UNTOLD_USES, {"kind": BATCH}):
            yield Found(Breach.USE_UNTOLD, f"batch {batch}")

    def _since(self, db: Connected, since: Head) -> Found | None:
        """What is wrong with the place from which to read on."""
        row = db.one(_BEFORE, {"seq": since.seq})
        if row is None:
            end = db.one(_END)
            gone = end is not None and end[0] > since.seq
            return Found(Breach.GAP if gone else Breach.CUT, f"entry {since.seq}")
        return None if row[0] == since.hash else Found(Breach.FORKED, f"entry {since.seq}")

    def _heads(self, db: Connected, after: int) -> Iterator[Head | Found]:
        """The heads that the register signed, in their order, and where something else stands as one."""
        while rows := db.all(_HEADS, {"after": after, "limit": _PAGE}):
            for seq, signed in rows:
                claims = self.prove(signed)
                head = None if claims is None else read_head(claims, register=self.register)
                if head is None or head.seq != seq:
                    yield Found(Breach.NOT_SIGNED_BY_REGISTER, f"head {seq}")
                else:
                    yield head
            after = rows[-1][0]

    def _end(self, db: Connected, hash: str) -> Iterator[Found]:
        told = db.one(_END)
        end, end_hash, proof = told or (0, BEFORE_THE_FIRST, None)
        if end > self.last:
            yield Found(Breach.CUT, f"entry {end}")
        elif end < self.last or end_hash != hash or (told and not self.vault.proves_end(end, hash, proof)):
            yield Found(Breach.END_ALTERED, f"entry {self.last}")


def proved_end(db: Connected, vault: Vault, prove: Prove, *, register: str) -> tuple[int, str] | None:
    """Number and hash of the last entry (0 where there is none); None where it does not follow the last signed head.

    What does not is not to be signed, nor an end that somebody without our secret told.
    """
    row = db.one(_LAST_HEAD)
    after, hash = 0, BEFORE_THE_FIRST
    if row is not None:
        claims = prove(row[0])
        head = None if claims is None else read_head(claims, register=register)
        if head is None or db.one(_BEFORE, {"seq": head.seq}) != (head.hash,):
            return None
        after, hash = head.seq, head.hash
    while rows := db.all(_BARE, {"after": after, "limit": _PAGE}):
        for entry in rows:
            if entry[0] != after + 1 or entry[-2] != _hash(hash, entry):
                return None
            after, hash = entry[0], entry[-2]
    told = db.one(_END)
    if told is None:
        return None if after else (0, BEFORE_THE_FIRST)
    proved = vault.proves_end(after, hash, told[2])
    return (after, hash) if (told[0], told[1]) == (after, hash) and proved else None


def _hash(previous: str, row: Row) -> str:
    return hash_after(previous, row[: len(CHAINED)])


def _content_or_damage(db: Connected, row: Row) -> Iterator[Found]:
    """What is wrong with what the entry covers; what cannot even be read is wrong too."""
    try:
        yield from _content(db, row)
    except DAMAGED:
        yield Found(Breach.CONTENT_ALTERED, f"entry {row[0]}")


def _content(db: Connected, row: Row) -> Iterator[Found]:
    """Whether what the entry covers in words is still what it was."""
    entry = dict(zip((*_COLUMNS, "body"), row, strict=True))
    told, body = entry["version"] is not None, entry["body"]
    where = f"entry {entry['seq']}"
    if entry["salt"] is None:
        asked = {
            "kind": entry["kind"],
            "record": entry["record"],
            "seq": entry["seq"],
            "version": entry["version"],
            "former": Event.ERASED.value,
            "whole": Event.ERASED_RECORD.value,
        }
        is_left = body is not None or entry["reason"] is not None
        if entry["kind"] == BATCH:
            is_left = is_left or db.one(_LEFT_OF_BATCH, {"batch": int(entry["record"])}) is not None
        if is_left or db.one(_ERASED, asked) is None:
            yield Found(Breach.ERASED_UNTOLD, where)
        return
    if told and body is None:
        yield Found(Breach.VERSION_MISSING, where)
        return
    if entry["event"] == Event.USES_CHAINED:
        body = batch_text(db.all(_BATCH, {"batch": int(entry["record"])}))
    said = None if body is None else content_of(body)
    if entry["content"] != digest(entry["salt"], entry["reason"], said):
        yield Found(Breach.CONTENT_ALTERED, where)
