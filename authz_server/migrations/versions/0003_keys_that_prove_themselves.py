"""The rest of a key's row, sealed once more, so that nobody adds or changes one without the seal key."""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("keys_keys", sa.Column("sealed_row", sa.Text(), nullable=True))
    _seal_rows_of_keys()


def _seal_rows_of_keys() -> None:
    """The keys that are there at this very moment are taken to be ours."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT kid, ring, alg, public_jwk, announced_at, signs_from, signs_until, gone_at, withdrawn_at"
            " FROM keys_keys"
        )
    ).all()
    for kid, *said in rows:
        sealer = context.config.attributes["sealer"]
        sealed = sealer.seal(json.dumps(said).encode(), context=f"keys_keys/{kid}/sealed_row")
        bind.execute(
            sa.text("UPDATE keys_keys SET sealed_row = :sealed WHERE kid = :kid"),
            {"sealed": sealed, "kid": kid},
        )


def downgrade() -> None:
    """There is no way back: see the backup that was made before the upgrade."""
