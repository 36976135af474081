"""Whom an organisation appointed, with which means its people act, and in which teams."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from claims.register.tables.columns import metadata, word

__all__ = ["appointments", "blocks", "groups", "means_used"]

groups = Table(
    "register_groups",
    metadata,
    Column("id", word(), primary_key=True),
    Column("organisation", word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # its clients stand in register_clients
    Index(None, "organisation"),
)

appointments = Table(
    "register_appointments",
    metadata,
    Column("id", word(), primary_key=True),
    Column("organisation", word(), nullable=False),
    Column("person", word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "organisation"),
    Index(None, "person"),
)

blocks = Table(
    "register_blocks",
    metadata,
    Column("id", word(), primary_key=True),  # what identifies it, as one text: it has no id of its own
    Column("organisation", word(), nullable=False),
    Column("person", word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "organisation", "person"),
)

# With which means an organisation's own people acted on its behalf, and first and last when. Nothing of what else they
# use them for.
means_used = Table(
    "register_means_used",
    metadata,
    Column("organisation", word(), nullable=False),
    Column("person", word(), nullable=False),
    Column("authenticator", word(), nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organisation", "person", "authenticator"),
    Index(None, "person"),
    Index(None, "last_at"),
    sqlite_with_rowid=False,
)
