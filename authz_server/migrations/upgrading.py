"""A database is brought to the end of the history.

Every migration runs in one transaction on both databases: a step that fails leaves nothing behind, and two
processes that upgrade at once do so one after the other. There is no way back: `env.py` says why.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text

from authz_server.migrations import Standing, UnknownRevision, judged
from claims.register.personal import Vault
from claims.register.proving import digest_fits
from keys.in_use import AnotherSecret, Purpose, in_use
from keys.sealing import Sealer, Unsealable
from keys.storage import Connected

__all__ = ["alembic_config", "upgrade"]

_UPGRADING: Final = 0x6E616D656E73  # the number of the lock under which PostgreSQL lets one process upgrade


def upgrade(engine: Engine, *, sealer: Sealer | None = None, vault: Vault | None = None) -> Standing:
    """Bring the database to the latest revision; where it stood before.

    UnknownRevision, or AnotherSecret where it was written with another `digest` than the vault's, change nothing.

    `sealer` and `vault` seal and prove anew what older versions kept otherwise; an empty database needs neither.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADING})
        revisions = MigrationContext.configure(connection).get_current_heads()
        before = judged(set(revisions), set(inspect(connection).get_table_names()))
        if before.foreign:
            raise UnknownRevision(before.foreign)
        config = alembic_config(connection)
        config.attributes["sealer"] = sealer
        config.attributes["vault"] = vault
        command.upgrade(config, "head")
        if vault is not None:
            _check_the_digest(connection, vault)
        return before


def _check_the_digest(connection: Connection, vault: Vault) -> None:
    """What was just proved was proved with the secret by which numbers are found, not with any other."""
    driver = connection.connection.driver_connection
    db = Connected(driver, "sqlite" if connection.dialect.name == "sqlite" else "postgresql")
    for known in in_use(db)[Purpose.DIGEST] - {vault.digest_id}:
        raise AnotherSecret(Purpose.DIGEST, known, vault.digest_id)
    with suppress(Unsealable):  # the start of a server tells of another seal
        if not digest_fits(db, vault):
            raise AnotherSecret(Purpose.DIGEST, "another one", vault.digest_id)


def alembic_config(connection: Connection | None = None) -> Config:
    """What Alembic needs to know: where the history stands, and the connection to work on."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
