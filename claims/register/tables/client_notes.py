"""What an organisation keeps of its clients, on which no right hangs."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from claims.register.tables.columns import metadata, word

__all__ = ["client_references", "list_lines", "placings"]

# What an organisation knows its client by, in its own books: sealed under the client's key, found by a keyed digest.
client_references = Table(
    "register_client_references",
    metadata,
    Column("organisation", word(), nullable=False),
    Column("client", word(), nullable=False),
    Column("digest", word(), nullable=False),
    Column("sealed", Text, nullable=False),
    PrimaryKeyConstraint("organisation", "client"),
    Index(None, "digest"),
    Index(None, "client"),
    sqlite_with_rowid=False,
)

# What the organisation that an offer goes to said of it, for when it is given: the team, and its own reference.
placings = Table(
    "register_placings",
    metadata,
    Column("offer", word(), primary_key=True),
    Column("client", word(), nullable=False),
    Column("team", word()),
    Column("sealed", Text),
    Index(None, "client"),
    sqlite_with_rowid=False,
)

# Lines of lists that an organisation brought, by keyed digests: the same line does something once.
list_lines = Table(
    "register_list_lines",
    metadata,
    Column("organisation", word(), nullable=False),
    Column("digest", word(), nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organisation", "digest"),
    sqlite_with_rowid=False,
)
