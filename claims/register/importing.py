"""How the records of a draft land: facts first, then what finds them, then the account of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from claims.desk import DeskAppointment
from claims.instants import Instant, parse_instant
from claims.mandates import Mandate
from claims.organisation import Appointment
from claims.parties import Party
from claims.register import journal
from claims.register.actor import Actor
from claims.register.deriving import order_name
from claims.register.drafting import Draft, ReadyParty, last_import
from claims.register.erasing import ERASED_ONES
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.layered_sets import settle_sets
from claims.register.many import ManyStatement
from claims.register.means import mark_blocking
from claims.register.numbers import put_numbers
from claims.register.party_keys import have_keys, how_many_keys, keep_keys
from claims.register.personal import Vault
from claims.register.rederiving import groups_changed, links_changed, party_renamed
from claims.register.shelves import (
    APPOINTMENTS,
    BLOCKS,
    DESK_APPOINTMENTS,
    GROUPS,
    LINKS,
    PARTIES,
    RESTRICTIONS,
    SERVICES,
    SETS,
    Put,
    Ready,
    put,
)
from claims.register.sole_traders import owned_by, settle
from claims.register.spool import Spool
from claims.register.turns import take_turn
from claims.register.visits import end_with_the_work
from claims.relations import Basis, Link
from keys.in_use import Purpose, claim
from keys.storage import Connected, Statement

__all__ = ["ImportReport", "Overtaken", "land"]

# SQLite keeps what is written in memory up to here (KiB), for the rest of the connection: indexes are written to in
# no order, and each page that has no room goes to the disk again and again.
_ROOM = Statement("PRAGMA cache_size = -131072", postgresql="SELECT 1")
_RESTRICTED = ManyStatement("UPDATE register_parties SET restricted = 1 WHERE id IN (:ids)")

_TOGETHER: Final = 1000
# Room, and statistics, are worth their price once an import changes the shape of the tables.
_WORTH_ANALYSING: Final = 256
_BOUNDED = Statement("PRAGMA analysis_limit = 1000", postgresql="SELECT 1")
_ANALYSE: Final = [
    Statement(f"ANALYZE register_{table}")
    for table in ("parties", "identifiers", "links", "candidates", "bridges", "clients", "restrictions")
]
_AS_TOLD: Final = (
    "parties",
    "services",
    "service_sets",
    "mandates",
    "legal_relations",
    "restrictions",
    "client_groups",
    "appointments",
    "blocks",
    "desk_appointments",
)


class Overtaken(Exception):
    """Since the draft was made another import landed, a party was given its key or forgotten, or a mandate was erased.

    Make it anew.
    """


def _none() -> dict[str, int]:
    return dict.fromkeys(_AS_TOLD, 0)


@dataclass(slots=True)
class ImportReport:
    """How many records of each list of the file were new, got a new version, and stayed as they are.

    `revived` are the ids of mandates and appointments that had been revoked, and by the file are not any more, or only later.
    `left_out` counts mandates that are over and were erased here: they are not brought back.
    """

    added: dict[str, int] = field(default_factory=_none)
    changed: dict[str, int] = field(default_factory=_none)
    unchanged: dict[str, int] = field(default_factory=_none)
    revived: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def changes(self) -> int:
        """How many records are not what they were."""
        return sum(self.added.values()) + sum(self.changed.values())


def land(
    db: Connected,
    vault: Vault,
    draft: Draft,
    *,
    by: Actor,
    now: Instant,
    landed: Callable[[int], object] = lambda count: None,
) -> ImportReport:
    """Put what is new in the register, with a journal entry for each change; raises `Overtaken`.

    The caller's transaction makes it land whole. `landed` is told how many records more have landed.
    """
    take_turn(db)
    if sum(draft.news.values()) >= _WORTH_ANALYSING:
        db.run(_ROOM)
    if last_import(db) != draft.last_import:
        raise Overtaken
    claim(db, Purpose.SEAL, vault.seal_id)
    claim(db, Purpose.DIGEST, vault.digest_id)
    report = ImportReport(unchanged=_none() | draft.given, left_out=draft.left_out)
    with Spool() as account:
        account.add([journal.line(Event.IMPORTED, None)])
        desks = _put_all(db, vault, draft, report, account, landed)
        if report.changes:
            # Last of all: on PostgreSQL whoever else changes something waits from here on.
            journal.write_many(db, vault, chain.from_iterable(account), by=by, now=now)
            end_with_the_work(db, vault, desks, by=by, now=now)
            _analyse(db, report)
    return report


def _put_all(
    db: Connected,
    vault: Vault,
    draft: Draft,
    report: ImportReport,
    account: Spool,
    landed: Callable[[int], object],
) -> list[str]:
    """Put what is new, and tell `report` and `account` of it; the parties and desks that are not what they were."""
    revived: list[str] = []
    desks: list[str] = []
    unsettled: set[str] = set()
    for key, news in draft:
        if key == "legal_relations":
            unsettled |= owned_by(db, [one.id for one in news])
        puts = _LAND[key](db, news)
        if key in ("mandates", "appointments", "desk_appointments"):
            revived += [one.id for one in puts if _is_revived(one)]
        if key == "desk_appointments":
            desks += [id for one in puts if one.known for id in (one.id, str(one.columns["organisation"]))]
        elif key == "parties":
            desks += [one.id for one in puts if one.known]
            unsettled |= {one.id for one in puts if one.known}
        elif key == "legal_relations":
            unsettled |= {
                str(one.columns["represented"]) for one in puts if one.columns["kind"] == Basis.OWNER
            }
        changed = sum(one.known for one in puts)
        report.added[key] += len(puts) - changed
        report.changed[key] += changed
        report.unchanged[key] -= len(puts)
        account.add([journal.line(Event.CHANGED if one.known else Event.ADDED, one.subject) for one in puts])
        landed(len(news))
    if report.added["services"] or report.added["service_sets"] or report.changed["service_sets"]:
        settle_sets(db)
    parties = sorted(unsettled)
    for start in range(0, len(parties), _TOGETHER):
        settle(db, vault, parties[start : start + _TOGETHER])
    report.revived = tuple(sorted(revived))
    return desks


def _analyse(db: Connected, report: ImportReport) -> None:
    if report.changes >= _WORTH_ANALYSING:
        db.one(_BOUNDED)
        for statement in _ANALYSE:
            db.run(statement)


def _is_revived(one: Put[Any]) -> bool:
    before = (one.before or {}).get("revoked_at")
    if before is None or not isinstance(one.record, Mandate | Appointment | DeskAppointment):
        return False
    return one.record.revoked_at is None or one.record.revoked_at > parse_instant(before)


def _parties(db: Connected, news: Sequence[ReadyParty]) -> list[Put[Party]]:
    puts = put(db, PARTIES, [one.ready for one in news])
    made = {one.ready.id: one.key for one in news if one.key is not None}
    had = [one.ready.id for one in news if one.had_key]
    if have_keys(db, made) or how_many_keys(db, had) != len(had):
        raise Overtaken
    keep_keys(db, made)
    told = [one for one in news if one.numbers is not None]
    put_numbers(
        db, [one.ready.id for one in told], [row for one in told if one.numbers for row in one.numbers]
    )
    for one in news:
        if one.renamed:
            party_renamed(db, PARTIES.record(one.ready.whole))
    return puts


def _links(db: Connected, news: Sequence[Ready]) -> list[Put[Link]]:
    facts = StoredFacts(db)
    facts.fetch_parties(str(one.columns["represented"]) for one in news)

    def name(one: Ready) -> dict[str, object]:
        party = facts.party(str(one.columns["represented"]))
        return {"name": "" if party is None else order_name(party)}

    puts = put(db, LINKS, news, more_columns=name)
    if ERASED_ONES.rows(db, [one.id for one in puts if not one.known]):
        raise Overtaken
    links_changed(db, facts, puts)
    return puts


def _groups(db: Connected, news: Sequence[Ready]) -> list[Put[Any]]:
    puts = put(db, GROUPS, news)
    groups_changed(db, StoredFacts(db), puts)
    return puts


def _restrictions(db: Connected, news: Sequence[Ready]) -> list[Put[Any]]:
    puts = put(db, RESTRICTIONS, news)
    _RESTRICTED.run(db, sorted({str(one.columns["party"]) for one in puts}))
    return puts


def _blocks(db: Connected, news: Sequence[Ready]) -> list[Put[Any]]:
    puts = put(db, BLOCKS, news)
    mark_blocking(db, sorted({str(one.columns["organisation"]) for one in puts}))
    return puts


_LAND: Final[dict[str, Callable[[Connected, Any], Sequence[Put[Any]]]]] = {
    "parties": _parties,
    "services": lambda db, news: put(db, SERVICES, news),
    "service_sets": lambda db, news: put(db, SETS, news),
    "client_groups": _groups,
    "mandates": _links,
    "legal_relations": _links,
    "restrictions": _restrictions,
    "appointments": lambda db, news: put(db, APPOINTMENTS, news),
    "blocks": _blocks,
    "desk_appointments": lambda db, news: put(db, DESK_APPOINTMENTS, news),
}
