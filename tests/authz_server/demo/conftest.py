"""One prepared world for all the tests that only read it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from authz_server.demo.folder import DemoFolder
from authz_server.demo.preparing import Origins, Prepared, prepare
from claims.instants import start_of_day
from keys.storage import Database, connect

DAY = start_of_day(date(2027, 3, 30)) + 36_000


@pytest.fixture(scope="session")
def told_at() -> int:
    """Some other day than the one on which the world was told."""
    return DAY


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, told_at: int) -> Prepared:
    folder = DemoFolder(Path(tmp_path_factory.mktemp("demo")) / "data")
    folder.path.mkdir()
    origins = Origins("http://localhost:8000", "http://localhost:8001", "http://localhost:8002")
    return prepare(folder, origins, bind="127.0.0.1:8000", now=told_at)


@pytest.fixture(scope="session")
def demo_database(prepared: Prepared) -> Iterator[Database]:
    engine = connect(prepared.settings.database.url.get_secret_value())
    yield Database(engine)
    engine.dispose()
