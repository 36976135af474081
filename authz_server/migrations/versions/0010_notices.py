"""Notices to the parties of a mandate, where people want them, and which mandates were used before."""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "register_notices",
        sa.Column("id", _WORD, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recipient", _WORD, nullable=False),
        sa.Column("subject", _WORD, nullable=False),
        sa.Column("mandate", _WORD),
        sa.Column("change", _WORD, nullable=False),
        sa.Column("beside", _WORD),
        sa.Column("sealed", sa.Text()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("holder", _WORD),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("outcome", _WORD),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_notices")),
    )
    op.create_index(op.f("ix_register_notices_due_at"), "register_notices", ["due_at"])
    op.create_index(
        op.f("ix_register_notices_recipient_settled_at"), "register_notices", ["recipient", "settled_at"]
    )
    op.create_index(op.f("ix_register_notices_mandate"), "register_notices", ["mandate"])
    op.create_table(
        "register_first_uses",
        sa.Column("mandate", _WORD, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mandate", name=op.f("pk_register_first_uses")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "register_addresses",
        sa.Column("party", _WORD, nullable=False),
        sa.Column("sealed", sa.Text()),
        sa.Column("language", _WORD),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.Column("wanted", sa.Text()),
        sa.Column("code", _WORD),
        sa.Column("code_until", sa.BigInteger()),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("asked_since", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_register_addresses")),
        sqlite_with_rowid=False,
    )
    _note_what_was_used()


def _note_what_was_used() -> None:
    """Nobody is told of a first use that was years ago."""
    connection = op.get_bind()
    first: dict[str, int] = {}
    used = sa.text("SELECT path, min(at) FROM register_uses GROUP BY path")
    for path, at in connection.execute(used):
        for link in json.loads(path):
            first[link] = min(at, first.get(link, at))
    note = sa.text(
        "INSERT INTO register_first_uses (mandate, at)"
        " SELECT id, :at FROM register_links WHERE id = :link AND kind = 'mandate'"
    )
    for link, at in first.items():
        connection.execute(note, {"link": link, "at": at})


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
