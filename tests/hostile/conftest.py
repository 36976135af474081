"""The try-out world, for what was found on its pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.migrated import migrated
from tests.support.clock import Clock
from tests.support.settings import settings_with
from tests.support.signing_in import World
from tests.support.try_out import open_world


@pytest.fixture(scope="package", params=["sqlite"])
def people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """What pages say does not depend on where the world is kept."""
    with migrated(request.param, Path(tmp_path_factory.mktemp("people"))) as url:
        world = open_world(settings_with(url), Clock(1_764_028_800))
        yield world
        world.context.database.engine.dispose()
