"""When links end and offers lapse, and what an organisation keeps of its clients: references, teams to come, lists."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MANDATES = sa.text("kind = 'mandate'")
_OPEN = sa.text("state IN ('requested', 'offered')")


def upgrade() -> None:
    op.add_column("register_links", sa.Column("ends", sa.BigInteger()))
    _fill()
    for side, party in (("given", "represented"), ("received", "representative")):
        op.create_index(
            f"ix_register_links_{side}_ends",
            "register_links",
            [party, "ends", "id"],
            sqlite_where=_MANDATES,
            postgresql_where=_MANDATES,
        )
        op.create_index(
            f"ix_register_offers_{side}_lapse",
            "register_offers",
            [party, "lapses_at", "id"],
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
    op.create_table(
        "register_client_references",
        sa.Column("organisation", _WORD, nullable=False),
        sa.Column("client", _WORD, nullable=False),
        sa.Column("digest", _WORD, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "client", name=op.f("pk_register_client_references")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_register_client_references_digest"), "register_client_references", ["digest"]
    )
    op.create_index(op.f("ix_register_client_references_client"), "register_client_references", ["client"])
    op.create_table(
        "register_placings",
        sa.Column("offer", _WORD, nullable=False),
        sa.Column("client", _WORD, nullable=False),
        sa.Column("team", _WORD),
        sa.Column("sealed", sa.Text()),
        sa.PrimaryKeyConstraint("offer", name=op.f("pk_register_placings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_register_placings_client"), "register_placings", ["client"])
    op.create_table(
        "register_list_lines",
        sa.Column("organisation", _WORD, nullable=False),
        sa.Column("digest", _WORD, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "digest", name=op.f("pk_register_list_lines")),
        sqlite_with_rowid=False,
    )


def _fill() -> None:
    """Write beside each link when it ends, as its body says: the earlier of two instants, or the one that is there."""
    if op.get_bind().dialect.name == "sqlite":
        earlier = "min(coalesce({0}, {1}), coalesce({1}, {0}))"
        instant = "CAST(strftime('%s', json_extract(body, '$.{}')) AS INTEGER)"
    else:
        earlier = "least({0}, {1})"
        instant = "CAST(extract(epoch FROM CAST(CAST(body AS json) ->> '{}' AS timestamptz)) AS bigint)"
    ends = earlier.format(instant.format("until"), instant.format("revoked_at"))
    op.execute(f"UPDATE register_links SET ends = {ends}")  # noqa: S608 - our own words


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
