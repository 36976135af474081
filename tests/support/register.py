"""A register in a test: a vault with keys of its own, and worlds landed in it."""

from typing import Any, Final

from claims.register.actor import OPERATOR
from claims.register.personal import Vault
from claims.register.world import ImportReport, import_world
from keys.sealing import KeyedDigest, Sealer
from keys.storage import Database
from tests.support.laid import lay_world

# With the secrets of the tests' settings: commands on the same database find them.
VAULT: Final = Vault(Sealer(bytes([1]) * 32), KeyedDigest(bytes([2]) * 32))


def landed(database: Database, document: Any, *, now: int) -> ImportReport:
    """Import `document`, as the operator's command does."""
    with database.writing() as db:
        return import_world(db, VAULT, document, by=OPERATOR, now=now)


def laid(database: Database, document: Any, *, now: int) -> ImportReport:
    """The same where the import is not what is tried: it is done once a process, and its rows are put afterwards."""
    with database.writing() as db:
        return lay_world(db, VAULT, document, now=now)
