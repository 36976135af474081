"""How fresh the answers of source registers are."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table

from claims.register.tables.columns import metadata, word

__all__ = ["source_answers"]

# How it goes with the parties that source registers tell of, a row for each register and party; the party is empty in
# the row of the register as a whole. It tells how old an answer is: no record changes where nothing is told anew.
source_answers = Table(
    "register_source_answers",
    metadata,
    Column("register", word(), nullable=False),  # as records name it as their source
    Column("party", word(), nullable=False),
    Column("serial", BigInteger, nullable=False),  # answers that were landed: of two at once, one counts
    Column("fetched_at", BigInteger),  # when the last one was asked for
    Column("failed_since", BigInteger),  # null where the last try succeeded
    Column("outcome", word(), nullable=False),  # of the last try
    Column("closed_at", BigInteger),  # when what it told was closed, since it answers no more
    Column("due_at", BigInteger, nullable=False),  # when it is asked again
    PrimaryKeyConstraint("register", "party"),
    Index(None, "register", "due_at"),
    Index(None, "party"),
    sqlite_with_rowid=False,
)
