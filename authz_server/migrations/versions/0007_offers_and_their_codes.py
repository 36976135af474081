"""Mandates that are offered or asked for and not given yet, and the codes that take them up."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "register_offers",
        sa.Column("id", _WORD, nullable=False),
        sa.Column("represented", _WORD, nullable=False),
        sa.Column("representative", _WORD),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("lapses_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_offers")),
    )
    op.create_index(op.f("ix_register_offers_represented_id"), "register_offers", ["represented", "id"])
    op.create_index(op.f("ix_register_offers_representative_id"), "register_offers", ["representative", "id"])
    op.create_table(
        "register_activation_codes",
        sa.Column("offer", _WORD, nullable=False),
        sa.Column("digest", _WORD, nullable=False),
        sa.Column("lapses_at", sa.BigInteger, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("offer", name=op.f("pk_register_activation_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_register_activation_codes_digest")),
    )
    op.add_column("login_interactions", sa.Column("at_least", sa.Integer))
    relations = sa.text("kind <> 'mandate'")
    op.create_index(
        "ix_register_links_relations",
        "register_links",
        ["represented"],
        sqlite_where=relations,
        postgresql_where=relations,
    )


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
