"""An issuer on a loopback port that publishes the keys of the test vectors."""

from collections.abc import Iterator
from contextlib import contextmanager

from claims.testing.served import LocalIssuer, served
from tests.support.vectors import JWKS

__all__ = ["LocalIssuer", "local_issuer"]


@contextmanager
def local_issuer() -> Iterator[LocalIssuer]:
    with served() as issuer:
        issuer.jwks = JWKS
        yield issuer
