"""The row that tells where the journal ends is proved by a keyed digest."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("register_journal_end", sa.Column("proof", _WORD))
    connection = op.get_bind()
    end = connection.execute(sa.text("SELECT seq, hash FROM register_journal_end WHERE one = 1")).one_or_none()
    if end is None:
        return
    vault = context.config.attributes["vault"]
    if vault is None:
        raise RuntimeError("the end of the journal is proved with the secret `digest`, which was not given")
    connection.execute(
        sa.text("UPDATE register_journal_end SET proof = :proof WHERE one = 1"),
        {"proof": vault.proof_of_end(end.seq, end.hash)},
    )


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
