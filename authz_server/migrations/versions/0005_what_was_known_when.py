"""Former parties of links and restrictions, by which their earlier versions are found."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_FOUND_BY = (
    ("represented", "register_links", "('mandate', 'legal_relation')"),
    ("representative", "register_links", "('mandate', 'legal_relation')"),
    ("party", "register_restrictions", "('restriction')"),
)


def upgrade() -> None:
    op.create_table(
        "register_former_parties",
        sa.Column("member", _WORD, nullable=False),
        sa.Column("party", _WORD, nullable=False),
        sa.Column("id", _WORD, nullable=False),
        sa.PrimaryKeyConstraint("member", "party", "id", name=op.f("pk_register_former_parties")),
        sqlite_with_rowid=False,
    )
    for member, table, kinds in _FOUND_BY:
        op.execute(_fill(member, table, kinds))


def _fill(member: str, table: str, kinds: str) -> str:
    """What the earlier versions say; a record that has one version alone is not read."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    said = f"json_extract(version.body, '$.{member}')" if sqlite else f"version.body::jsonb ->> '{member}'"
    return (
        "INSERT INTO register_former_parties (member, party, id)"
        f" SELECT DISTINCT '{member}', {said}, present.id"  # noqa: S608 - words of ours alone
        f" FROM {table} AS present JOIN register_versions AS version"
        f" ON version.kind IN {kinds} AND version.id = present.id AND version.version < present.version"
        f" WHERE present.version > 1 AND {said} <> present.{member}"
    )


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
