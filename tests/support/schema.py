"""The tables of all three packages, made without migrations: migrations have tests of their own."""

from importlib import import_module

from sqlalchemy import Engine, text

from authz_server.migrations import latest

TABLES = (
    "keys.tables",
    "claims.register.tables",
    "authz_server.oidc.tables",
    "authz_server.login.tables",
    "authz_server.api.tables",
    "authz_server.worker.tables",
)


def create_schema(engine: Engine) -> None:
    for name in TABLES:
        try:
            module = import_module(name)
        except ModuleNotFoundError:
            continue
        module.metadata.create_all(engine)


def create_marked_schema(engine: Engine) -> None:
    """The tables, and the mark of the revision that says they are those of this version."""
    create_schema(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:latest)"), {"latest": latest()})
