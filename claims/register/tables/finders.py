"""What only finds paths, derived from the facts."""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table

from claims.register.tables.columns import made_with, metadata, word

__all__ = ["SEARCHED", "bridges", "candidates", "clients"]

# Links that may be m1 of a path: one row per scope and per interval in which the link is in force. What is searched in
# comes first: PostgreSQL reads a row from its beginning, and a search reads very many to drop them.
candidates = Table(
    "register_candidates",
    metadata,
    Column("search", word(), nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("assurance", Integer, nullable=False),
    Column("kind", word(), nullable=False),  # of the represented party
    Column("representative", word(), nullable=False),
    Column("scope", word(), nullable=False),  # s:<service>, p:<provider>, t:<set> or *
    Column("name", word(), nullable=False),  # of the represented party, folded
    Column("represented", word(), nullable=False),
    Column("link", word(), nullable=False),
    PrimaryKeyConstraint("representative", "scope", "name", "represented", "link", "starts"),
    Index(None, "link"),
    sqlite_with_rowid=False,
)

# Links that may follow m1: they serve clients, or bind alone; one row per interval.
bridges = Table(
    "register_bridges",
    metadata,
    Column("representative", word(), nullable=False),
    Column("represented", word(), nullable=False),
    Column("link", word(), nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("assurance", Integer, nullable=False),
    Column("to_organisation", Integer, nullable=False),  # 1: the representative is an organisation
    Column("holds", Integer, nullable=False),  # 1: links lead to the represented party, or once did
    PrimaryKeyConstraint("representative", "holds", "represented", "link", "starts"),
    Index(None, "represented", "holds", "to_organisation", "representative"),
    Index(None, "link"),
    sqlite_with_rowid=False,
)

# Whom a group holds (list is "g:" and the group's id) and whom a mandate lists as clients ("m:" and its id).
clients = Table(
    "register_clients",
    metadata,
    Column("list", word(), nullable=False),
    Column("name", word(), nullable=False),
    Column("party", word(), nullable=False),
    Column("search", word(), nullable=False),
    PrimaryKeyConstraint("list", "name", "party"),
    Index(None, "party", "list"),
    sqlite_with_rowid=False,
)

# A search passes over all that a party may act for. On SQLite those rows lie together; on PostgreSQL this index leads
# to them in the order in which they lie. It is on an expression so that no other look-up can be planned by it.
SEARCHED: dict[str, tuple[str, ...]] = {
    "sqlite": (),
    "postgresql": (
        "CREATE INDEX ix_register_candidates_searched ON register_candidates ((representative || ''))",
    ),
}

made_with(candidates, SEARCHED)
