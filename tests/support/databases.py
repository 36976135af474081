"""A database for one test, with every table of the project and no row in it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from keys.storage import Database, connect
from tests.support.postgres import PostgresMissing
from tests.support.prepared import prepared_database


@contextmanager
def a_database(kind: str, folder: Path) -> Iterator[Database]:
    """`kind` is sqlite (a file in `folder`) or postgresql."""
    with ExitStack() as ending:
        try:
            url = ending.enter_context(prepared_database(kind, folder))
        except PostgresMissing as missing:
            without_postgres(missing)
        engine = connect(url)
        ending.callback(engine.dispose)
        yield Database(engine)


def without_postgres(missing: PostgresMissing) -> NoReturn:
    """Skip the test, or fail it where CI should have PostgreSQL."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have PostgreSQL: {missing}")
    pytest.skip(str(missing))
