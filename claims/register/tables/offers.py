"""Mandates that are not given yet, and what leads somebody to them."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint, text

from claims.register.tables.columns import metadata, word

__all__ = ["activation_codes", "letters", "offers"]

# Mandates that are not given yet: no path ever sees one.
offers = Table(
    "register_offers",
    metadata,
    Column("id", word(), primary_key=True),
    Column("represented", word(), nullable=False),
    Column("representative", word()),  # null until it is known
    Column("state", word(), nullable=False),
    Column("lapses_at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "represented", "id"),
    Index(None, "representative", "id"),
    Index(
        "ix_register_offers_given_lapse",
        "represented",
        "lapses_at",
        "id",
        sqlite_where=text("state IN ('requested', 'offered')"),
        postgresql_where=text("state IN ('requested', 'offered')"),
    ),
    Index(
        "ix_register_offers_received_lapse",
        "representative",
        "lapses_at",
        "id",
        sqlite_where=text("state IN ('requested', 'offered')"),
        postgresql_where=text("state IN ('requested', 'offered')"),
    ),
)

# What takes up an offer: a keyed digest of the code, one for an offer; a new code takes the place of the old.
activation_codes = Table(
    "register_activation_codes",
    metadata,
    Column("offer", word(), primary_key=True),
    Column("digest", word(), nullable=False),
    Column("lapses_at", BigInteger, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("used_at", BigInteger),
    UniqueConstraint("digest"),
)

# Letters that helpers asked for, for who cannot log in: each counts for its helper, whether there was anybody to write to
# or not. What was asked is sealed under the key of the helper until it was looked at, and wiped then.
letters = Table(
    "register_letters",
    metadata,
    Column("id", word(), primary_key=True),
    Column("helper", word(), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("sealed", Text),
    Column("looked_at", BigInteger),
    Column("represented", word()),  # to whom a letter went; null where none did
    Column("offer", word()),
    Index(None, "helper", "asked_at"),
    Index(None, "represented", "asked_at"),
    Index(
        "ix_register_letters_waiting",
        "asked_at",
        sqlite_where=text("looked_at IS NULL"),
        postgresql_where=text("looked_at IS NULL"),
    ),
)
