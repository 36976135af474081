"""What the parts of one running application share: settings, database, keys, secrets and the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claims.instants import Instant
from keys.storage import Database

if TYPE_CHECKING:
    from claims.register.personal import Vault
    from keys.sealing import KeyedDigest
    from keys.source import KeyringSource

    from authz_server.config import Settings

__all__ = ["Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """Made once by `create_app` and passed on; nobody reads the environment or the machine's clock elsewhere.

    `clock` gives the present instant. The outermost edge (a view, a command) reads it once per request and
    passes `now` on. `demo` is true in the `namens demo` process alone.
    """

    settings: "Settings"
    database: Database
    keyring: "KeyringSource"
    vault: "Vault"
    pairwise: "KeyedDigest"
    codes: "KeyedDigest"
    clock: Callable[[], Instant]
    demo: bool = False
