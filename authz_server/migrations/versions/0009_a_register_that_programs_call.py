"""Tokens for the register's own API, and what it answered to requests that may come again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "oidc_api_tokens",
        sa.Column("digest", sa.String(43), nullable=False),
        sa.Column("jti", sa.String(43), nullable=False),
        sa.Column("client_id", sa.String(128), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oidc_api_tokens")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "api_answers",
        sa.Column("client_id", sa.String(128), nullable=False),
        sa.Column("key", sa.String(43), nullable=False),
        sa.Column("asked", sa.String(43), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "key", name=op.f("pk_api_answers")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
