"""Notices, and where people want them."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from claims.register.tables.columns import metadata, word

__all__ = ["addresses", "notices"]

# What people are still to be told, and when it was said. It holds ids alone; where and what is addressed apart (a code for
# a mail address) is sealed, and erased once it was sent.
notices = Table(
    "register_notices",
    metadata,
    Column("id", word(), primary_key=True),  # of what happens once only, made of what it is
    Column("at", BigInteger, nullable=False),
    Column("recipient", word(), nullable=False),
    Column(
        "subject", word(), nullable=False
    ),  # the party on whose side the recipient is told, mostly the recipient
    Column("mandate", word()),  # about which it is; or an appointment, or a block
    Column("change", word(), nullable=False),
    Column("beside", word()),  # the person without whom this recipient is not told
    Column("sealed", Text),
    Column("due_at", BigInteger),  # null: not to be sent now; while somebody sends it, when another may
    Column("holder", word()),  # who sends it
    Column("tries", Integer, nullable=False),
    Column("settled_at", BigInteger),
    Column("outcome", word()),
    Index(None, "due_at"),
    Index(None, "recipient", "settled_at"),
    Index(None, "mandate"),
)

# Where somebody wants to be told, sealed under their own key. `wanted` is not theirs until they sent its code back.
addresses = Table(
    "register_addresses",
    metadata,
    Column("party", word(), primary_key=True),
    Column("sealed", Text),
    Column("language", word()),
    Column("confirmed_at", BigInteger),
    Column("wanted", Text),
    Column("code", word()),  # keyed digest
    Column("code_until", BigInteger),
    Column("wrong", Integer, nullable=False),
    Column("asked_since", BigInteger, nullable=False),
    Column("asked", Integer, nullable=False),
    sqlite_with_rowid=False,
)
