"""Mandates and legal relations, what was used of them, and which of them are to be looked at again."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text

from claims.register.tables.columns import metadata, word

__all__ = ["first_uses", "links", "reviews"]

# Mandates and legal relations: they share one id space.
links = Table(
    "register_links",
    metadata,
    Column("id", word(), primary_key=True),
    Column("kind", word(), nullable=False),  # "mandate", or the legal basis
    Column("represented", word(), nullable=False),
    Column("representative", word(), nullable=False),
    Column("name", word(), nullable=False),  # of the represented party, folded
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("ends", BigInteger),  # the earlier of its end and its revocation; null where it has neither
    Index(None, "represented", "representative", "id"),
    Index(None, "representative", "name", "represented", "id"),
    Index(None, "kind", "representative"),
    # which of a hundred thousand mandates end in a month
    Index(
        "ix_register_links_given_ends",
        "represented",
        "ends",
        "id",
        sqlite_where=text("kind = 'mandate'"),
        postgresql_where=text("kind = 'mandate'"),
    ),
    Index(
        "ix_register_links_received_ends",
        "representative",
        "ends",
        "id",
        sqlite_where=text("kind = 'mandate'"),
        postgresql_where=text("kind = 'mandate'"),
    ),
    # who binds a party is asked of parties that gave a hundred thousand mandates too
    Index(
        "ix_register_links_relations",
        "represented",
        sqlite_where=text("kind <> 'mandate'"),
        postgresql_where=text("kind <> 'mandate'"),
    ),
)

# Mandates by which somebody logged in.
first_uses = Table(
    "register_first_uses",
    metadata,
    Column("mandate", word(), primary_key=True),
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Mandates of organisations to look at again, since who gave them left (G13). It finds what the account tells.
reviews = Table(
    "register_reviews",
    metadata,
    Column("mandate", word(), primary_key=True),
    Column("represented", word(), nullable=False),
    Column("power", word(), nullable=False),  # that ended: a relation's or an appointment's
    Column("marked_at", BigInteger, nullable=False),
    Index(None, "represented", "mandate"),
    sqlite_with_rowid=False,
)
