"""The table by which a request that comes again gets the answer that it got."""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

__all__ = ["metadata"]

metadata: Final = MetaData(naming_convention={"pk": "pk_%(table_name)s"})

# `key` and `asked` are digests: of what the client chose, and of the request that it chose it for.
answers: Final = Table(
    "api_answers",
    metadata,
    Column("client_id", String(128), primary_key=True),
    Column("key", String(43), primary_key=True),
    Column("asked", String(43), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
