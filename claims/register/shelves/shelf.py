"""One table of facts: how its records are read, and written with what stands beside the body."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

from claims.register.many import ManyStatement
from claims.worldfile import record_as_json
from keys.storage import Connected, Statement

__all__ = ["Document", "Shelf"]

R = TypeVar("R")
Document = dict[str, Any]  # a record as JSON


class Shelf(Generic[R]):
    """One table of facts.

    `columns_of` gives what stands in columns beside the body, `starting` what further columns begin with.
    `record` reads what `whole` says, `judged` makes of a whole record what stands in the body, where that is less;
    `derived` are members of the body that come from other records, and stay when the record itself is put anew.
    `found_by` are the members that name the parties by which an earlier version of it is found.
    """

    def __init__(
        self,
        table: str,
        columns: tuple[str, ...],
        *,
        kind_of: Callable[[R], str],
        columns_of: Callable[[R], dict[str, object]],
        id_of: Callable[[R], str],
        record: Callable[[str], R],
        starting: Mapping[str, object] | None = None,
        judged: Callable[[Document], Document] | None = None,
        derived: frozenset[str] = frozenset(),
        found_by: tuple[str, ...] = (),
        written: Callable[[R], Mapping[str, object]] = record_as_json,  # type: ignore[assignment]
    ) -> None:
        self.written: Final = written
        self.table: Final = table
        self.columns: Final = tuple(columns)
        self.kind_of: Final = kind_of
        self.columns_of: Final = columns_of
        self.id_of: Final = id_of
        self.record: Final = record
        self.starting: Final = dict(starting or {})
        self.judged: Final = judged
        self.derived: Final = derived
        self.found_by: Final = found_by
        named = ("id", *columns, "version", "body")
        every = (*named, *self.starting)
        read = f"SELECT id, version, body FROM {table}"  # noqa: S608 - names of ours alone
        self.read: Final = ManyStatement(
            f"{read} WHERE id IN (:ids)", postgresql=f"{read} WHERE id IN (:ids) ORDER BY id FOR UPDATE"
        )
        self.look: Final = ManyStatement(f"SELECT id, body FROM {table} WHERE id IN (:ids)")  # noqa: S608 - likewise
        self.after: Final = Statement(f"{read} WHERE id > :id ORDER BY id LIMIT :most")
        self.write: Final = Statement(
            f"INSERT INTO {table} ({', '.join(every)})"  # noqa: S608 - names of ours alone
            f" VALUES ({', '.join(':' + name for name in every)})"
            " ON CONFLICT (id) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in named if name != "id")
        )

    def everything(self, db: Connected) -> Iterator[tuple[str, int, str]]:
        """Id, version and body of every record, by id."""
        last = ""
        while rows := db.all(self.after, {"id": last, "most": 1000}):
            yield from rows
            last = rows[-1][0]
