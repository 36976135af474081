"""The table by which processes agree who does what nobody asked for."""

from typing import Final

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text

__all__ = ["metadata"]

metadata: Final = MetaData(naming_convention={"pk": "pk_%(table_name)s"})

# One row for each duty. Nobody but the holder does it before `held_until`; whoever comes next begins at `position`.
duties: Final = Table(
    "worker_duties",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(43), nullable=False),
    Column("held_until", BigInteger, nullable=False),
    Column("position", Text, nullable=False),
)
