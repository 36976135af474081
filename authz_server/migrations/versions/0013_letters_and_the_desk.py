"""Letters to who cannot log in, people found by their day of birth, desks and what is recorded there from paper."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("register_parties", sa.Column("born", _WORD))
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    born = "body::json ->> 'born'" if on_postgresql else "json_extract(body, '$.born')"
    op.execute(f"UPDATE register_parties SET born = {born} WHERE body LIKE '%\"born\"%'")  # noqa: S608 - ours
    op.create_index(op.f("ix_register_parties_born"), "register_parties", ["born"])
    op.create_table(
        "register_letters",
        sa.Column("id", _WORD, nullable=False),
        sa.Column("helper", _WORD, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Text()),
        sa.Column("looked_at", sa.BigInteger()),
        sa.Column("represented", _WORD),
        sa.Column("offer", _WORD),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_letters")),
    )
    for columns in (["helper", "asked_at"], ["represented", "asked_at"]):
        op.create_index(op.f(f"ix_register_letters_{'_'.join(columns)}"), "register_letters", columns)
    op.create_index(
        "ix_register_letters_waiting",
        "register_letters",
        ["asked_at"],
        sqlite_where=sa.text("looked_at IS NULL"),
        postgresql_where=sa.text("looked_at IS NULL"),
    )
    _desks()


def _desks() -> None:
    op.create_table(
        "register_desk_appointments",
        sa.Column("id", _WORD, nullable=False),
        sa.Column("organisation", _WORD, nullable=False),
        sa.Column("person", _WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_desk_appointments")),
    )
    for column in ("organisation", "person"):
        name = op.f(f"ix_register_desk_appointments_{column}")
        op.create_index(name, "register_desk_appointments", [column])
    op.create_table(
        "register_papers",
        sa.Column("offer", _WORD, nullable=False),
        sa.Column("desk", _WORD, nullable=False),
        sa.Column("recorded_by", _WORD, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", _WORD, nullable=False),
        sa.Column("checked", _WORD, nullable=False),
        sa.Column("confirmed_by", _WORD),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.CheckConstraint("confirmed_by <> recorded_by", name="ck_register_papers_two_people"),
        sa.PrimaryKeyConstraint("offer", name=op.f("pk_register_papers")),
    )
    op.create_index(
        "ix_register_papers_waiting",
        "register_papers",
        ["desk", "recorded_at"],
        sqlite_where=sa.text("confirmed_by IS NULL"),
        postgresql_where=sa.text("confirmed_by IS NULL"),
    )
    _visits()


def _visits() -> None:
    op.create_table(
        "register_visits",
        sa.Column("id", _WORD, nullable=False),
        sa.Column("clerk", _WORD, nullable=False),
        sa.Column("desk", _WORD, nullable=False),
        sa.Column("represented", _WORD, nullable=False),
        sa.Column("service", _WORD, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at - opened_at <= 1800", name="ck_register_visits_half_an_hour"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_visits")),
    )
    op.create_index(
        "ix_register_visits_one_at_a_time",
        "register_visits",
        ["clerk"],
        unique=True,
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open = 1"),
    )


def downgrade() -> None:
    """There is no way back: restore the backup that was made before the upgrade."""
