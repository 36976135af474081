"""The first tables of all three packages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BESIDES = {
    "sqlite": (
        "CREATE TRIGGER register_journal_no_update BEFORE UPDATE ON register_journal BEGIN SELECT RAISE(ABORT, 'register_journal is only added to'); END",
        "CREATE TRIGGER register_journal_no_delete BEFORE DELETE ON register_journal BEGIN SELECT RAISE(ABORT, 'register_journal is only added to'); END",
        "CREATE TRIGGER register_journal_no_replace BEFORE INSERT ON register_journal WHEN EXISTS (SELECT 1 FROM register_journal WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'register_journal is only added to'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION register_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'register_journal is only added to'; END $$",
        "CREATE TRIGGER register_journal_no_change BEFORE UPDATE OR DELETE ON register_journal FOR EACH ROW EXECUTE FUNCTION register_journal_refuse()",
        "CREATE TRIGGER register_journal_no_truncate BEFORE TRUNCATE ON register_journal FOR EACH STATEMENT EXECUTE FUNCTION register_journal_refuse()",
        "CREATE INDEX ix_register_candidates_searched ON register_candidates ((representative || ''))",
    ),
}


def upgrade() -> None:
    op.create_table(
        "keys_keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("ring", sa.Text(), nullable=False),
        sa.Column("alg", sa.Text(), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("sealed_private", sa.Text(), nullable=True),
        sa.Column("announced_at", sa.BigInteger(), nullable=False),
        sa.Column("signs_from", sa.BigInteger(), nullable=False),
        sa.Column("signs_until", sa.BigInteger(), nullable=True),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_keys_keys")),
    )
    op.create_index(
        "uq_keys_keys_open",
        "keys_keys",
        ["ring", "alg"],
        unique=True,
        sqlite_where=sa.text("signs_until IS NULL AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("signs_until IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "register_appointments",
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "organisation", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("person", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_appointments")),
    )
    op.create_index(
        op.f("ix_register_appointments_organisation"), "register_appointments", ["organisation"], unique=False
    )
    op.create_index(
        op.f("ix_register_appointments_person"), "register_appointments", ["person"], unique=False
    )
    op.create_table(
        "register_blocks",
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "organisation", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("person", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_blocks")),
    )
    op.create_index(
        op.f("ix_register_blocks_organisation_person"),
        "register_blocks",
        ["organisation", "person"],
        unique=False,
    )
    op.create_table(
        "register_bridges",
        sa.Column(
            "representative", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "represented", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("link", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("assurance", sa.Integer(), nullable=False),
        sa.Column("to_organisation", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "representative", "holds", "represented", "link", "starts", name=op.f("pk_register_bridges")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_register_bridges_link"), "register_bridges", ["link"], unique=False)
    op.create_index(
        op.f("ix_register_bridges_represented_holds_to_organisation_representative"),
        "register_bridges",
        ["represented", "holds", "to_organisation", "representative"],
        unique=False,
    )
    op.create_table(
        "register_candidates",
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("assurance", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "representative", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("scope", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "represented", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("link", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint(
            "representative",
            "scope",
            "name",
            "represented",
            "link",
            "starts",
            name=op.f("pk_register_candidates"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_register_candidates_link"), "register_candidates", ["link"], unique=False)
    op.create_table(
        "register_clients",
        sa.Column("list", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("party", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("list", "name", "party", name=op.f("pk_register_clients")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_register_clients_party_list"), "register_clients", ["party", "list"], unique=False
    )
    op.create_table(
        "register_groups",
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "organisation", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_groups")),
    )
    op.create_index(
        op.f("ix_register_groups_organisation"), "register_groups", ["organisation"], unique=False
    )
    op.create_table(
        "register_identifiers",
        sa.Column("digest", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("party", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("scheme", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_register_identifiers")),
    )
    op.create_index(
        op.f("ix_register_identifiers_party_scheme"), "register_identifiers", ["party", "scheme"], unique=True
    )
    op.create_table(
        "register_journal",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("record", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("person", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "on_behalf_of", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("authority", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("assurance", sa.Integer(), nullable=True),
        sa.Column(
            "authenticator", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_register_journal")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_register_journal_kind_record_seq"),
        "register_journal",
        ["kind", "record", "seq"],
        unique=False,
    )
    op.create_table(
        "register_links",
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "represented", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "representative", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_links")),
    )
    op.create_index(
        op.f("ix_register_links_kind_representative"),
        "register_links",
        ["kind", "representative"],
        unique=False,
    )
    op.create_index(
        op.f("ix_register_links_representative_name_represented_id"),
        "register_links",
        ["representative", "name", "represented", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_register_links_represented_representative_id"),
        "register_links",
        ["represented", "representative", "id"],
        unique=False,
    )
    op.create_table(
        "register_parties",
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("restricted", sa.Integer(), nullable=False),
        sa.Column("blocking", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_parties")),
    )
    op.create_table(
        "register_restrictions",
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("party", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_restrictions")),
    )
    op.create_index(op.f("ix_register_restrictions_party"), "register_restrictions", ["party"], unique=False)
    op.create_table(
        "register_services",
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("uri", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("provider", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_services")),
        sa.UniqueConstraint("uri", name=op.f("uq_register_services_uri")),
    )
    op.create_table(
        "register_uses",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "represented", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("acting", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("through", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("service", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("client", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_register_uses")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_register_uses_represented_seq"), "register_uses", ["represented", "seq"], unique=False
    )
    op.create_table(
        "register_versions",
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "version", name=op.f("pk_register_versions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "oidc_access_tokens",
        sa.Column("digest", sa.String(length=43), nullable=False),
        sa.Column("jti", sa.String(length=43), nullable=False),
        sa.Column("grant_id", sa.String(length=43), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oidc_access_tokens")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "oidc_assertions",
        sa.Column("digest", sa.String(length=43), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oidc_assertions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "oidc_clients",
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.String(length=43), nullable=True),
        sa.Column("registration_digest", sa.String(length=43), nullable=True),
        sa.Column("by_operator", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_oidc_clients")),
    )
    op.create_table(
        "oidc_grants",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("code_digest", sa.String(length=43), nullable=False),
        sa.Column("code_expires_at", sa.BigInteger(), nullable=False),
        sa.Column("code_used_at", sa.BigInteger(), nullable=True),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(length=43), nullable=True),
        sa.Column("frozen", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oidc_grants")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "oidc_refresh_tokens",
        sa.Column("digest", sa.String(length=43), nullable=False),
        sa.Column("grant_id", sa.String(length=43), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oidc_refresh_tokens")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "oidc_resources",
        sa.Column("uri", sa.String(length=255), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.String(length=43), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_oidc_resources")),
    )
    op.create_table(
        "login_accounts",
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_login_accounts")),
    )
    op.create_table(
        "login_attempts",
        sa.Column("counted", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("counted", name=op.f("pk_login_attempts")),
    )
    op.create_table(
        "login_authenticators",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("bound_level", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_authenticators")),
    )
    op.create_index(op.f("ix_login_authenticators_party"), "login_authenticators", ["party"], unique=False)
    op.create_table(
        "login_consents",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_consents")),
    )
    op.create_index(op.f("ix_login_consents_person"), "login_consents", ["person"], unique=False)
    op.create_table(
        "login_interactions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=True),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("destination", sa.String(), nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("session", sa.String(), nullable=True),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("consented", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_interactions")),
    )
    op.create_table(
        "login_recent",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("represented", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("through", sa.String(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "person", "service", "represented", "branch", "through", name=op.f("pk_login_recent")
        ),
    )
    op.create_table(
        "login_remembered",
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("actions", sa.String(), nullable=False),
        sa.Column("represented", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "session", "client", "service", "actions", "represented", name=op.f("pk_login_remembered")
        ),
    )
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("authenticator", sa.String(), nullable=False),
        sa.Column("assurance", sa.Integer(), nullable=False),
        sa.Column("auth_time", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("key", name=op.f("uq_login_sessions_key")),
    )
    op.create_index(op.f("ix_login_sessions_person"), "login_sessions", ["person"], unique=False)
    op.create_table(
        "worker_duties",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=43), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_duties")),
    )
    for statement in _BESIDES[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Nothing stands before the first tables."""
