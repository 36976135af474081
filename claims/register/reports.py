"""What services report that was done on somebody's behalf: a line among those of logins (`uses`), chained as they are."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import orjson

from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = ["Outcome", "Report", "record"]

# Counted in the statement that adds it: of reports that come at once hardly more are taken than may be.
_ADD: Final = Statement(
    "INSERT INTO register_uses (at, represented, acting, through, service, client, path, actions,"
    " done, reference, told_by, txn, report)"
    " SELECT CAST(:at AS BIGINT), :represented, :acting, :through, :service, :client, :path, :actions,"
    " :done, :reference, :told_by, :txn, :report"
    " WHERE (SELECT count(*) FROM register_uses WHERE told_by = :told_by AND txn = :txn) < :most"
    " ON CONFLICT (told_by, txn, report) WHERE told_by IS NOT NULL DO NOTHING"
)
_ONE: Final = Statement(
    "SELECT done, reference FROM register_uses WHERE told_by = :told_by AND txn = :txn AND report = :report"
)


class Outcome(Enum):
    """What became of a report."""

    RECORDED = 1
    REPEATED = 2  # it stands there already
    REUSED = 3  # that name is another report's
    TOO_MANY = 4


@dataclass(frozen=True, slots=True)
class Report:
    """One act: when, for whom and by whom under which login (`txn`), and what (`done`), by the service's own words.

    `told_by` is the resource; `report` is its own name for it, so that a report that is sent twice counts once.
    """

    at: Instant
    represented: str
    acting: str
    through: str | None
    service: str
    client: str
    path: tuple[str, ...]
    actions: tuple[str, ...]
    done: str
    reference: str | None
    told_by: str
    txn: str
    report: str


def record(db: Connected, report: Report, *, most: int) -> Outcome:
    """Write the report down, once; at most `most` under one login."""
    values: dict[str, object] = {
        "at": report.at,
        "represented": report.represented,
        "acting": report.acting,
        "through": report.through,
        "service": report.service,
        "client": report.client,
        "path": orjson.dumps(report.path).decode(),
        "actions": orjson.dumps(report.actions).decode(),
        "done": report.done,
        "reference": report.reference,
        "told_by": report.told_by,
        "txn": report.txn,
        "report": report.report,
    }
    named = {name: values[name] for name in ("told_by", "txn", "report")}
    if (before := db.one(_ONE, named)) is None:
        if db.run(_ADD, {**values, "most": most}):
            return Outcome.RECORDED
        before = db.one(_ONE, named)
        if before is None:
            return Outcome.TOO_MANY
    return Outcome.REPEATED if tuple(before) == (report.done, report.reference) else Outcome.REUSED
