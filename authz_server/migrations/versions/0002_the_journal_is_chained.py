"""The journal is chained by hash and its end is kept; lines of use get the batch in which they were chained.

What stood in the journal before is chained here, with what the versions say by now: it is whole from here on.
"""

import hashlib
import os
import re
from binascii import b2a_base64
from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_CHAINED = (
    "seq", "at", "event", "kind", "record", "version", "person", "on_behalf_of", "authority", "assurance",
    "authenticator", "content",
)  # fmt: skip
_NUMBERS = re.compile(r',"(?:sealed_identifiers":"[^"]*"|identifiers":\{[^{}]*\})')
_TOGETHER = 1000

_DROPPED = {
    "sqlite": (
        "DROP TRIGGER register_journal_no_update",
        "DROP TRIGGER register_journal_no_delete",
        "DROP TRIGGER register_journal_no_replace",
    ),
    "postgresql": (
        "DROP TRIGGER register_journal_no_change ON register_journal",
        "DROP TRIGGER register_journal_no_truncate ON register_journal",
    ),
}
_GUARDS = {'sqlite': ("CREATE TRIGGER register_journal_no_update BEFORE UPDATE ON register_journal WHEN NOT (NEW.reason IS NULL AND NEW.salt IS NULL AND NEW.seq IS OLD.seq AND NEW.at IS OLD.at AND NEW.event IS OLD.event AND NEW.kind IS OLD.kind AND NEW.record IS OLD.record AND NEW.version IS OLD.version AND NEW.person IS OLD.person AND NEW.on_behalf_of IS OLD.on_behalf_of AND NEW.authority IS OLD.authority AND NEW.assurance IS OLD.assurance AND NEW.authenticator IS OLD.authenticator AND NEW.content IS OLD.content AND NEW.hash IS OLD.hash) BEGIN SELECT RAISE(ABORT, 'register_journal is only added to'); END", "CREATE TRIGGER register_journal_no_delete BEFORE DELETE ON register_journal BEGIN SELECT RAISE(ABORT, 'register_journal is only added to'); END", "CREATE TRIGGER register_journal_no_replace BEFORE INSERT ON register_journal WHEN EXISTS (SELECT 1 FROM register_journal WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'register_journal is only added to'); END"), 'postgresql': ("CREATE OR REPLACE FUNCTION register_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'register_journal is only added to'; END $$", 'CREATE TRIGGER register_journal_no_change BEFORE UPDATE ON register_journal FOR EACH ROW WHEN (NOT (NEW.reason IS NULL AND NEW.salt IS NULL AND NEW.seq IS NOT DISTINCT FROM OLD.seq AND NEW.at IS NOT DISTINCT FROM OLD.at AND NEW.event IS NOT DISTINCT FROM OLD.event AND NEW.kind IS NOT DISTINCT FROM OLD.kind AND NEW.record IS NOT DISTINCT FROM OLD.record AND NEW.version IS NOT DISTINCT FROM OLD.version AND NEW.person IS NOT DISTINCT FROM OLD.person AND NEW.on_behalf_of IS NOT DISTINCT FROM OLD.on_behalf_of AND NEW.authority IS NOT DISTINCT FROM OLD.authority AND NEW.assurance IS NOT DISTINCT FROM OLD.assurance AND NEW.authenticator IS NOT DISTINCT FROM OLD.authenticator AND NEW.content IS NOT DISTINCT FROM OLD.content AND NEW.hash IS NOT DISTINCT FROM OLD.hash)) EXECUTE FUNCTION register_journal_refuse()', 'CREATE TRIGGER register_journal_no_delete BEFORE DELETE ON register_journal FOR EACH ROW EXECUTE FUNCTION register_journal_refuse()', 'CREATE TRIGGER register_journal_no_truncate BEFORE TRUNCATE ON register_journal FOR EACH STATEMENT EXECUTE FUNCTION register_journal_refuse()')}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in _DROPPED[dialect]:
        op.execute(sa.text(statement))
    op.rename_table("register_journal", "register_journal_before")
    if dialect == "postgresql":
        op.execute(sa.text("ALTER TABLE register_journal_before DROP CONSTRAINT pk_register_journal"))
    op.execute(sa.text("DROP INDEX ix_register_journal_kind_record_seq"))
    _make_tables()
    _chain()
    op.drop_table("register_journal_before")
    for statement in _GUARDS[dialect]:
        op.execute(sa.text(statement))
    op.add_column("register_uses", sa.Column("batch", sa.BigInteger(), nullable=True))
    op.create_index("ix_register_uses_batch_seq", "register_uses", ["batch", "seq"])


def _make_tables() -> None:
    op.create_table(
        "register_journal",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", _WORD, nullable=False),
        sa.Column("kind", _WORD, nullable=True),
        sa.Column("record", _WORD, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("person", _WORD, nullable=True),
        sa.Column("on_behalf_of", _WORD, nullable=True),
        sa.Column("authority", _WORD, nullable=False),
        sa.Column("assurance", sa.Integer(), nullable=True),
        sa.Column("authenticator", _WORD, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("salt", _WORD, nullable=True),
        sa.Column("content", _WORD, nullable=False),
        sa.Column("hash", _WORD, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_register_journal"),
    )
    op.create_index("ix_register_journal_kind_record_seq", "register_journal", ["kind", "record", "seq"])
    op.create_table(
        "register_journal_end",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", _WORD, nullable=False),
        sa.CheckConstraint("one = 1", name="ck_register_journal_end_one"),
        sa.PrimaryKeyConstraint("one", name="pk_register_journal_end"),
    )
    op.create_table(
        "register_journal_heads",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_register_journal_heads"),
    )


def _chain() -> None:
    """What was there, numbered anew from 1 without gaps: the numbers of a roll-back may be missing."""
    connection = op.get_bind()
    add = sa.text(
        f"INSERT INTO register_journal ({', '.join((*_CHAINED, 'reason', 'salt', 'hash'))})"
        f" VALUES ({', '.join(':' + name for name in (*_CHAINED, 'reason', 'salt', 'hash'))})"
    )
    seq, hash, rows = 0, "", []
    for row in _entries(connection):
        seq += 1
        body = row.pop("body")
        said = None if body is None else _NUMBERS.sub("", body, count=1)
        row["seq"] = seq
        row["salt"] = _base64(os.urandom(16))
        row["content"] = _digest((row["salt"], row["reason"], said))
        row["hash"] = hash = _digest((hash, *(row[name] for name in _CHAINED)))
        rows.append(row)
        if len(rows) == _TOGETHER:
            connection.execute(add, rows)
            rows = []
    if rows:
        connection.execute(add, rows)
    if seq:
        end = sa.text("INSERT INTO register_journal_end (one, seq, hash) VALUES (1, :seq, :hash)")
        connection.execute(end, {"seq": seq, "hash": hash})


def _entries(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    read = sa.text(
        "SELECT j.seq, j.at, j.event, j.kind, j.record, j.version, j.person, j.on_behalf_of, j.authority,"
        " j.assurance, j.authenticator, j.reason, v.body FROM register_journal_before j"
        " LEFT JOIN register_versions v ON v.kind = j.kind AND v.id = j.record AND v.version = j.version"
        " WHERE j.seq > :after ORDER BY j.seq LIMIT :limit"
    )
    after = 0
    while found := connection.execute(read, {"after": after, "limit": _TOGETHER}).mappings().all():
        yield from (dict(row) for row in found)
        after = found[-1]["seq"]


def _digest(said: tuple[object, ...]) -> str:
    return _base64(hashlib.sha256(orjson.dumps(said)).digest())


def _base64(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).rstrip(b"=").decode()


def downgrade() -> None:
    """There is no way back: a journal does not forget."""
