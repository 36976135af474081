"""How fresh the answers of source registers are, by register and party."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "register_source_answers",
        sa.Column("register", _WORD, nullable=False),
        sa.Column("party", _WORD, nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger()),
        sa.Column("failed_since", sa.BigInteger()),
        sa.Column("outcome", _WORD, nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("register", "party", name=op.f("pk_register_source_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_register_source_answers_register_due_at"), "register_source_answers", ["register", "due_at"]
    )
    op.create_index(op.f("ix_register_source_answers_party"), "register_source_answers", ["party"])


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
