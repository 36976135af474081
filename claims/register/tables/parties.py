"""Parties, their sealed numbers, and what limits what anybody may do for them."""

from sqlalchemy import Column, Index, Integer, Table, Text

from claims.register.tables.columns import metadata, word

__all__ = ["identifiers", "parties", "party_keys", "restrictions"]

parties = Table(
    "register_parties",
    metadata,
    Column("id", word(), primary_key=True),
    Column("kind", word(), nullable=False),
    Column("name", word(), nullable=False),  # folded, for order (R18)
    Column("search", word(), nullable=False),  # name, trade names and place as searched (R18)
    Column("restricted", Integer, nullable=False),  # 1: it has restrictions, of whatever period
    Column("blocking", Integer, nullable=False),  # 1: it has blocks, of whatever period
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # without identifiers
    Column("born", word()),  # ISO 8601, for who looks for a person by day of birth and address
    Index(None, "born"),
)

identifiers = Table(
    "register_identifiers",
    metadata,
    Column("digest", word(), primary_key=True),
    Column("party", word(), nullable=False),
    Column("scheme", word(), nullable=False),
    Column("value", word()),  # null where it is personal
    Column("sealed", Text),  # null where it is public
    Index(None, "party", "scheme", unique=True),
)

# What opens the sealed numbers of a party, wherever they stand; itself sealed under the operator's secret.
party_keys = Table(
    "register_party_keys",
    metadata,
    Column("party", word(), primary_key=True),
    Column("wrapped", Text, nullable=False),
    sqlite_with_rowid=False,
)

restrictions = Table(
    "register_restrictions",
    metadata,
    Column("id", word(), primary_key=True),
    Column("party", word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "party"),
)
