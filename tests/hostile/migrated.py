"""A database as an operator makes it: also `/health/ready` finds it right."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from authz_server.migrations import upgrading
from keys.storage import connect
from tests.support.databases import without_postgres
from tests.support.postgres import PostgresMissing, fresh_database

__all__ = ["migrated"]


@contextmanager
def migrated(kind: str, folder: Path) -> Iterator[str]:
    """Its URL; `kind` is sqlite (a file in `folder`) or postgresql."""
    with ExitStack() as ending:
        url = f"sqlite:///{folder}/namens.db"
        if kind == "postgresql":
            try:
                url = ending.enter_context(fresh_database())
            except PostgresMissing as missing:
                without_postgres(missing)
        engine = connect(url)
        upgrading.upgrade(engine)
        engine.dispose()
        yield url
