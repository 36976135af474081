"""What became of an authorization request: the seam between `login` (who decides) and `oidc` (who answers)."""

from dataclasses import dataclass

from claims.assurance import Loa
from claims.instants import Instant
from claims.representation import Representation

__all__ = ["Denied", "Granted", "Outcome"]


@dataclass(frozen=True, slots=True)
class Granted:
    """A person logged in, chose and agreed.

    `representation` is None when the person acts for themself; `for_oneself` is true where they do so at a
    service that was asked for (`claims.md` 2), with `actions` then those granted for oneself.
    """

    session_id: str
    acting: str  # the party id of the person who logged in
    login_assurance: Loa
    authenticator: str
    auth_time: Instant
    scopes: tuple[str, ...]
    representation: Representation | None = None
    for_oneself: bool = False
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Denied:
    """An OAuth error for the client: `error` (a registered code) and the fixed English `description`."""

    error: str
    description: str | None = None


Outcome = Granted | Denied
