"""Which ends of powers were gone through the account tells alone (G13); the worker goes through those of before once more."""

from collections.abc import Sequence

from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_table("register_reviewed_powers")


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
