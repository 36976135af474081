"""What the tables of the register share: the one metadata they are declared in, types of columns, statements besides.

Names that are compared or sorted collate by code point on both databases (R18), which is SQLite's own way
and collation "C" on PostgreSQL.
"""

from collections.abc import Mapping

from sqlalchemy import DDL, BigInteger, Integer, MetaData, Table, Text, event
from sqlalchemy.types import TypeEngine

__all__ = ["made_with", "metadata", "number", "word"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def word() -> TypeEngine[str]:
    """An id, a word or a folded name: compared by code point."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def number() -> TypeEngine[int]:
    """A counter that the database gives out (SQLite does so for INTEGER alone)."""
    return BigInteger().with_variant(Integer(), "sqlite")


def made_with(table: Table, besides: Mapping[str, tuple[str, ...]]) -> None:
    """Let what makes the table run these statements after it: of each dialect those of its own."""
    for dialect, statements in besides.items():
        for statement in statements:
            ddl = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl)
