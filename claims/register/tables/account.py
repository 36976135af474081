"""What happened, only added to: versions, journal and uses."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from claims.register.tables.columns import made_with, metadata, number, word

__all__ = ["GUARDS", "former_parties", "journal", "journal_end", "journal_heads", "uses", "versions"]

# Every content that a record ever had, the present one included.
versions = Table(
    "register_versions",
    metadata,
    Column("kind", word(), nullable=False),
    Column("id", word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("kind", "id", "version"),
    sqlite_with_rowid=False,
)

# Parties that an earlier version named, where the present one names another: by them that version is found. The member
# is "represented" or "representative" of a link, or "party" of a restriction.
former_parties = Table(
    "register_former_parties",
    metadata,
    Column("member", word(), nullable=False),
    Column("party", word(), nullable=False),
    Column("id", word(), nullable=False),
    PrimaryKeyConstraint("member", "party", "id"),
    sqlite_with_rowid=False,
)

journal = Table(
    "register_journal",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("at", BigInteger, nullable=False),
    Column("event", word(), nullable=False),
    Column("kind", word()),  # of the record that changed
    Column("record", word()),
    Column("version", Integer),
    Column("person", word()),  # who: the acting person, null for a command of the operator
    Column("on_behalf_of", word()),
    Column("authority", word(), nullable=False),
    Column("assurance", Integer),
    Column("authenticator", word()),
    Column("reason", Text),
    Column("salt", word()),  # null once the reason and what the version said were erased
    Column("content", word(), nullable=False),  # salted digest of the reason and of what the version says
    Column("hash", word(), nullable=False),  # over the hash before it, and all the rest but reason and salt
    Index(None, "kind", "record", "seq"),
    # what waits for others who sign together: few entries
    Index(
        "ix_register_journal_together",
        "on_behalf_of",
        "at",
        sqlite_where=text("event = 'confirmed_together'"),
        postgresql_where=text("event = 'confirmed_together'"),
    ),
)

# Where the account ends: one row, whose lock whoever adds an entry holds. `proof` is a keyed digest of the rest.
journal_end = Table(
    "register_journal_end",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", word(), nullable=False),
    Column("proof", word()),
    CheckConstraint("one = 1", name="ck_register_journal_end_one"),
)

# Hashes of the account, signed by the register.
journal_heads = Table(
    "register_journal_heads",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("signed", Text, nullable=False),  # a compact JWS
)

uses = Table(
    "register_uses",
    metadata,
    Column("seq", number(), primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("represented", word(), nullable=False),
    Column("acting", word(), nullable=False),
    Column("through", word()),
    Column("service", word(), nullable=False),
    Column("client", word(), nullable=False),
    Column("path", Text, nullable=False),  # link ids, JSON
    Column("actions", Text, nullable=False),  # JSON
    Column("batch", BigInteger),  # in which it was chained to the journal; null for a minute or so
    # What a service reports that was done after a login: null in the lines of logins.
    Column("done", Text),
    Column("reference", Text),
    Column("told_by", word()),  # the resource
    Column("txn", word()),  # the grant of whose tokens it was done
    Column("report", word()),  # the resource's own name for it
    Index(None, "represented", "seq"),
    Index(None, "batch", "seq"),
    Index(
        "ix_register_uses_told",
        "told_by",
        "txn",
        "report",
        unique=True,
        sqlite_where=text("told_by IS NOT NULL"),
        postgresql_where=text("told_by IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

_REFUSAL = "register_journal is only added to"

# What makes the journal refuse changes, per database: run on create_all, and by the migration. Its reason and its salt
# can be emptied, both at once.
_KEPT = tuple(name for name in journal.columns.keys() if name not in {"reason", "salt"})  # noqa: SIM118
_ERASES = "NEW.reason IS NULL AND NEW.salt IS NULL"
GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER register_journal_no_update BEFORE UPDATE ON register_journal "
        f"WHEN NOT ({_ERASES} AND {' AND '.join(f'NEW.{name} IS OLD.{name}' for name in _KEPT)}) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        "CREATE TRIGGER register_journal_no_delete BEFORE DELETE ON register_journal "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        # INSERT OR REPLACE deletes without telling the trigger above
        "CREATE TRIGGER register_journal_no_replace BEFORE INSERT ON register_journal "
        "WHEN EXISTS (SELECT 1 FROM register_journal WHERE seq = NEW.seq) "
        "BEGIN SELECT RAISE(ABORT, 'register_journal is only added to'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION register_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        "CREATE TRIGGER register_journal_no_change BEFORE UPDATE ON register_journal FOR EACH ROW WHEN (NOT ("
        f"{_ERASES} AND {' AND '.join(f'NEW.{name} IS NOT DISTINCT FROM OLD.{name}' for name in _KEPT)}"
        ")) EXECUTE FUNCTION register_journal_refuse()",
        "CREATE TRIGGER register_journal_no_delete BEFORE DELETE ON register_journal "
        "FOR EACH ROW EXECUTE FUNCTION register_journal_refuse()",
        "CREATE TRIGGER register_journal_no_truncate BEFORE TRUNCATE ON register_journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION register_journal_refuse()",
    ),
}

made_with(journal, GUARDS)
