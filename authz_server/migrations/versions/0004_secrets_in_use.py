"""A key for each party whose numbers are personal, and which secrets the database was written with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The ids of the seal keys with which there are values: eight characters after "s1.".
_SEALED_WITH = {
    "sqlite": (
        "SELECT DISTINCT substr(sealed, 4, 8) FROM register_identifiers WHERE sealed LIKE 's1.%'",
        "SELECT DISTINCT substr(sealed_private, 4, 8) FROM keys_keys WHERE sealed_private LIKE 's1.%'",
        "SELECT DISTINCT substr(sealed_row, 4, 8) FROM keys_keys WHERE sealed_row LIKE 's1.%'",
        "SELECT DISTINCT substr(body, instr(body, '\"sealed_identifiers\":\"s1.') + 25, 8)"
        " FROM register_versions WHERE kind = 'party' AND instr(body, '\"sealed_identifiers\":\"s1.') > 0",
    ),
    "postgresql": (
        "SELECT DISTINCT substr(sealed, 4, 8) FROM register_identifiers WHERE sealed LIKE 's1.%'",
        "SELECT DISTINCT substr(sealed_private, 4, 8) FROM keys_keys WHERE sealed_private LIKE 's1.%'",
        "SELECT DISTINCT substr(sealed_row, 4, 8) FROM keys_keys WHERE sealed_row LIKE 's1.%'",
        "SELECT DISTINCT substr(body, strpos(body, '\"sealed_identifiers\":\"s1.') + 25, 8)"
        " FROM register_versions WHERE kind = 'party' AND strpos(body, '\"sealed_identifiers\":\"s1.') > 0",
    ),
}


def upgrade() -> None:
    op.create_table(
        "keys_secrets_in_use",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "key_id", name=op.f("pk_keys_secrets_in_use")),
    )
    op.create_index(
        "uq_keys_secrets_in_use_one",
        "keys_secrets_in_use",
        ["purpose"],
        unique=True,
        sqlite_where=sa.text("purpose <> 'seal'"),
        postgresql_where=sa.text("purpose <> 'seal'"),
    )
    op.create_table(
        "register_party_keys",
        sa.Column("party", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_register_party_keys")),
        sqlite_with_rowid=False,
    )
    bind = op.get_bind()
    found: set[str] = set()
    for query in _SEALED_WITH[bind.dialect.name]:
        found |= {key_id for (key_id,) in bind.execute(sa.text(query.replace(":", "\\:")))}
    for key_id in sorted(found):
        bind.execute(
            sa.text("INSERT INTO keys_secrets_in_use (purpose, key_id) VALUES ('seal', :key_id)"),
            {"key_id": key_id},
        )


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
