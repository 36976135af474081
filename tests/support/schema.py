"""The tables of all three packages, made without migrations: migrations have tests of their own."""

from importlib import import_module

from sqlalchemy import Engine

TABLES = (
    "keys.tables",
    "claims.register.tables",
    "authz_server.oidc.tables",
    "authz_server.login.tables",
    "authz_server.worker.tables",
)


def create_schema(engine: Engine) -> None:
    for name in TABLES:
        try:
            module = import_module(name)
        except ModuleNotFoundError:
            continue
        module.metadata.create_all(engine)
