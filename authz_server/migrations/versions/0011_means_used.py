"""With which means people acted on an organisation's behalf (G12)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "register_means_used",
        sa.Column("organisation", _WORD, nullable=False),
        sa.Column("person", _WORD, nullable=False),
        sa.Column("authenticator", _WORD, nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation", "person", "authenticator", name=op.f("pk_register_means_used")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_register_means_used_person"), "register_means_used", ["person"])
    op.create_index(op.f("ix_register_means_used_last_at"), "register_means_used", ["last_at"])


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
