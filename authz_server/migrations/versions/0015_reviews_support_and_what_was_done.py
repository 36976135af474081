"""Mandates to look at again, who is support, and what services report that was done on somebody's behalf."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "register_reviews",
        sa.Column("mandate", _WORD, nullable=False),
        sa.Column("represented", _WORD, nullable=False),
        sa.Column("power", _WORD, nullable=False),
        sa.Column("marked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mandate", name=op.f("pk_register_reviews")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_register_reviews_represented_mandate"), "register_reviews", ["represented", "mandate"]
    )
    op.create_table(
        "register_reviewed_powers",
        sa.Column("power", _WORD, nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("power", name=op.f("pk_register_reviewed_powers")),
        sqlite_with_rowid=False,
    )
    for name in ("done", "reference"):
        op.add_column("register_uses", sa.Column(name, sa.Text()))
    for name in ("told_by", "txn", "report"):
        op.add_column("register_uses", sa.Column(name, _WORD))
    told = sa.text("told_by IS NOT NULL")
    op.create_index(
        "ix_register_uses_told",
        "register_uses",
        ["told_by", "txn", "report"],
        unique=True,
        sqlite_where=told,
        postgresql_where=told,
    )
    op.create_table(
        "login_support",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_login_support")),
    )


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
