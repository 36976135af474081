"""The pytest plugin `namens-issuer`: an issuer for each test that asks for one, and hostile tokens (`docs/testing.md`).

It is loaded wherever Namens and pytest are installed together, so it imports what it needs only when a test asks.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from claims.testing.issuer import ServedIssuer, StandInIssuer


@pytest.fixture
def namens_issuer() -> "StandInIssuer":
    """An issuer with a key of its own, for this test. Nothing is served and nothing fetched."""
    from claims.testing.issuer import StandInIssuer

    return StandInIssuer()


@pytest.fixture
def namens_served_issuer() -> "Iterator[ServedIssuer]":
    """The same with discovery, keys and introspection on a loopback port."""
    from claims.testing.issuer import served_issuer

    with served_issuer() as issuer:
        yield issuer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `namens_hostile` runs once for each kind of hostile token."""
    if "namens_hostile" in metafunc.fixturenames:
        from claims.testing.hostile import HOSTILE

        metafunc.parametrize("namens_hostile", list(HOSTILE.values()), ids=list(HOSTILE))
