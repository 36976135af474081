"""A broom: walks a table along its primary key, some rows at a time, and deletes those that are over.

No index says what is over: every insert would pay for it, and a login inserts three rows. A step looks at some
hundreds of rows that lie next to one another, takes the lock for writing only where one of them is over, and for some
milliseconds: SQLite has one writer, and requests wait for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from authz_server.config.sections import LifetimeSettings
from claims.instants import Instant
from keys.storage import Database, Statement

__all__ = ["Step", "Sweep", "step"]

ROWS: Final = 300


class Sweep:
    """How one table is swept.

    `key` is its primary key: texts, none of them ever empty in the first column. A row is over by the SQL condition
    `over`, whose parameters `bounds` gives for an instant and the lifetimes that are set.
    """

    def __init__(
        self,
        table: str,
        key: Sequence[str],
        over: str,
        bounds: Callable[[LifetimeSettings, Instant], Mapping[str, int]],
    ) -> None:
        self.table: Final = table
        self.bounds: Final = bounds
        self.key: Final = tuple(key)
        columns = ", ".join(key)
        after = ", ".join(f":after_{n}" for n in range(len(key)))
        last = after.replace("after", "last")
        self.look: Final = Statement(
            f"SELECT {columns}, {over} FROM {table} WHERE ({columns}) > ({after})"  # noqa: S608 - our own words
            f" ORDER BY {columns} LIMIT :rows"
        )
        self.remove: Final = Statement(
            f"DELETE FROM {table} WHERE ({columns}) > ({after}) AND ({columns}) <= ({last}) AND ({over})"  # noqa: S608
        )


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: how many rows it deleted, and after which key the next one begins; None at the end."""

    removed: int
    next: tuple[str, ...] | None


def step(
    database: Database,
    sweep: Sweep,
    after: tuple[str, ...] | None,
    lifetimes: LifetimeSettings,
    *,
    now: Instant,
    rows: int = ROWS,
) -> Step:
    """Look at the `rows` that come after the key `after` (None: the first), and delete what is over at `now`."""
    values: dict[str, object] = dict(sweep.bounds(lifetimes, now))
    values |= {f"after_{n}": part for n, part in enumerate(after or ("",) * len(sweep.key))}
    with database.reading() as db:
        seen = db.all(sweep.look, values | {"rows": rows})
    if not seen:
        return Step(0, None)
    last = tuple(seen[-1][:-1])
    removed = 0
    if any(row[-1] for row in seen):
        values |= {f"last_{n}": part for n, part in enumerate(last)}
        with database.writing() as db:
            removed = db.run(sweep.remove, values)
    return Step(removed, last if len(seen) == rows else None)
