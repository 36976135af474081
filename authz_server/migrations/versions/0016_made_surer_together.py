"""What waits for others who sign together is found by whom it was said for: an index over those entries alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    said = sa.text("event = 'confirmed_together'")
    op.create_index(
        "ix_register_journal_together",
        "register_journal",
        ["on_behalf_of", "at"],
        sqlite_where=said,
        postgresql_where=said,
    )


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
