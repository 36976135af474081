"""Mandates that ended longer ago than they are kept: found a page at a time, and erased (G8).

Everything goes that was said of one, in every version and in the journal; that there was one, when it changed and who
changed it stays there, told by ids. An id that was used is never used again (`erasing.ERASED_ONES`). What the register
was told not long ago waits: another register's mistake (an end, a death, in a wrong year) is set right within days, and
what was erased never comes back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from claims.instants import Instant, parse_instant
from claims.keeping import MISTAKES_SHOW, Periods, first_end
from claims.register import journal
from claims.register.actor import REGISTER
from claims.register.breaches import DAMAGED
from claims.register.erasing import tell_erased
from claims.register.many import ManyStatement
from claims.register.personal import Vault
from claims.register.turns import try_turn
from keys.storage import Connected, Row, Statement

__all__ = ["TOGETHER", "OldMandates", "drop_former", "erase", "look", "recently_changed"]

ROWS: Final = 300
TOGETHER: Final = 10  # mandates, for some milliseconds in which others wait

_UNREADABLE: Final = -(2**62)  # stands for the end of what cannot be read

_KIND: Final = "mandate"
_LOOK: Final = Statement(
    "SELECT id, represented, representative, CASE WHEN kind = 'mandate' THEN body END FROM register_links"
    " WHERE id > :after ORDER BY id LIMIT :rows"
)
_HELD: Final = (
    "SELECT id, represented, representative, body FROM register_links WHERE id IN (:ids) AND kind = 'mandate'"
)
_HOLD: Final = ManyStatement(_HELD, postgresql=f"{_HELD} ORDER BY id FOR UPDATE")
# A text in JSON has no bare quotation marks: this is the member, and few have it.
_CEASED: Final = ManyStatement(
    'SELECT id, body FROM register_parties WHERE id IN (:ids) AND body LIKE \'%"ceased_at":"%\''
)
_CHANGED: Final = ManyStatement(
    "SELECT DISTINCT record FROM register_journal WHERE kind = :kind AND record IN (:ids) AND at > :since"
)
_VERSIONS: Final = ManyStatement("SELECT id, body FROM register_versions WHERE kind = :kind AND id IN (:ids)")
_DROP_FORMER: Final = Statement(
    "DELETE FROM register_former_parties WHERE member = :member AND party = :party AND id = :id"
)
_DROP_LISTS: Final = ManyStatement("DELETE FROM register_clients WHERE list IN (:ids)")
_DROP: Final = tuple(
    ManyStatement(f"DELETE FROM {table} WHERE {column} IN (:ids)")  # noqa: S608 - names of ours alone
    for table, column in (
        ("register_candidates", "link"),
        ("register_bridges", "link"),
        ("register_reviews", "mandate"),
        ("register_versions", f"kind = '{_KIND}' AND id"),
        ("register_links", "id"),
    )
)


@dataclass(frozen=True, slots=True)
class OldMandates:
    """Those of a page that are kept no longer, at most `TOGETHER`; and after which id to look on, None at the end."""

    ids: tuple[str, ...]
    next: str | None


def look(db: Connected, periods: Periods, after: str, *, at: Instant, rows: int = ROWS) -> OldMandates:
    """Look at the links that come after the id `after` (empty: the first ones), for what is too old at `at`."""
    page = db.all(_LOOK, {"after": after, "rows": rows})
    old = _old(db, [row for row in page if row[3] is not None], periods, at)
    if len(old) > TOGETHER:
        old = old[:TOGETHER]
        return OldMandates(tuple(old), old[-1])
    return OldMandates(tuple(old), page[-1][0] if len(page) == rows else None)


def erase(
    db: Connected, vault: Vault, ids: Sequence[str], periods: Periods, *, at: Instant, now: Instant
) -> int | None:
    """Erase those of these mandates that are kept no longer, which may have changed since the look at them.

    How many they were; None, with nothing done, while an import lands, or where the clock may be wrong.
    """
    if not try_turn(db) or not journal.goes_on(db, now):
        return None
    old = _old(db, _HOLD.rows(db, sorted(ids)), periods, at)
    if not old:
        return 0
    drop_former(db, _KIND, old)
    _DROP_LISTS.run(db, ["m:" + id for id in old])
    for drop in _DROP:
        drop.run(db, old)
    tell_erased(db, vault, _KIND, old, by=REGISTER, now=now)
    return len(old)


def _old(db: Connected, rows: Iterable[Row], periods: Periods, at: Instant) -> list[str]:
    """The ids, in their order, of the mandates in `rows` that ended too long ago, by their own dates or a party's."""
    by_themselves: list[str] = []
    by_party: dict[str, tuple[str, str]] = {}
    for id, represented, representative, body in rows:
        end = _end(body, "revoked_at", "until")
        if end == _UNREADABLE:
            continue
        if periods.is_kept(end, at):
            by_party[id] = represented, representative
        else:
            by_themselves.append(id)
    gone = _parties_long_gone(db, {party for both in by_party.values() for party in both}, periods, at)
    old = [*by_themselves, *(id for id, both in by_party.items() if gone.intersection(both))]
    return sorted(set(old) - recently_changed(db, _KIND, old, at))


def _parties_long_gone(db: Connected, ids: Collection[str], periods: Periods, at: Instant) -> set[str]:
    """Those of these parties that ceased too long ago for what ended with them to be kept."""
    ceased = {id: _end(body, "ceased_at") for id, body in _CEASED.rows(db, sorted(ids))}
    gone = [id for id, end in ceased.items() if end != _UNREADABLE and not periods.is_kept(end, at)]
    return set(gone) - recently_changed(db, "party", gone, at)


def recently_changed(db: Connected, kind: str, ids: Sequence[str], at: Instant) -> set[str]:
    """Those of these records that were put not long ago, whatever changed in them."""
    since = {"kind": kind, "since": at - MISTAKES_SHOW}
    return {id for (id,) in _CHANGED.rows(db, ids, since)}


def drop_former(db: Connected, kind: str, ids: Sequence[str]) -> None:
    """Erase by which parties the earlier versions of these links are found."""
    db.many(_DROP_FORMER, _formerly_found_by(_VERSIONS.rows(db, ids, {"kind": kind})))


def _end(body: str, *members: str) -> Instant | None:
    """The first of the instants that these members of the record tell; None where they tell none.

    Read without the cache of decoded records: that is for questions. What somebody at the tables made unreadable stays
    for `journal verify` to find, and keeps nothing else here.
    """
    try:
        told = orjson.loads(body)
        return first_end(*(parse_instant(told[member]) for member in members if told.get(member) is not None))
    except DAMAGED:
        return _UNREADABLE


def _formerly_found_by(versions: Iterable[Row]) -> list[dict[str, object]]:
    """The rows by which earlier versions are found, be they there or not."""
    found = {
        (member, told[member], id)
        for id, body in versions
        for told in (orjson.loads(body),)
        for member in ("represented", "representative")
    }
    return [{"member": member, "party": party, "id": id} for member, party, id in sorted(found)]
