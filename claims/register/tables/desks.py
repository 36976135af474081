"""What is done at a desk: who helps there, whom they help, and what was signed on paper."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text, text

from claims.register.tables.columns import metadata, word

__all__ = ["desk_appointments", "papers", "visits"]

# Who helps people at an organisation's desk.
desk_appointments = Table(
    "register_desk_appointments",
    metadata,
    Column("id", word(), primary_key=True),
    Column("organisation", word(), nullable=False),
    Column("person", word(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "organisation"),
    Index(None, "person"),
)

# Visits to a desk, each a link too: one person of a desk helps one person at a time.
visits = Table(
    "register_visits",
    metadata,
    Column("id", word(), primary_key=True),  # of the link
    Column("clerk", word(), nullable=False),
    Column("desk", word(), nullable=False),  # the organisation
    Column("represented", word(), nullable=False),
    Column("service", word(), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("open", Integer, nullable=False),  # 1 until somebody ends it; it ends by itself before that
    CheckConstraint("ends_at - opened_at <= 1800", name="ck_register_visits_half_an_hour"),
    Index(
        "ix_register_visits_one_at_a_time",
        "clerk",
        unique=True,
        sqlite_where=text("open = 1"),
        postgresql_where=text("open = 1"),
    ),
)

# Mandates that were signed on paper, and recorded at a desk: one of its people records, and another confirms.
papers = Table(
    "register_papers",
    metadata,
    Column("offer", word(), primary_key=True),
    Column("desk", word(), nullable=False),  # the organisation
    Column("recorded_by", word(), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("digest", word(), nullable=False),  # SHA-256 of the document, hexadecimal
    Column("checked", word(), nullable=False),  # how it was seen who gave it
    Column("confirmed_by", word()),
    Column("confirmed_at", BigInteger),
    CheckConstraint("confirmed_by <> recorded_by", name="ck_register_papers_two_people"),
    Index(
        "ix_register_papers_waiting",
        "desk",
        "recorded_at",
        sqlite_where=text("confirmed_by IS NULL"),
        postgresql_where=text("confirmed_by IS NULL"),
    ),
)
