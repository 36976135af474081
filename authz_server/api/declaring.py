"""(pure) What an operation of the API is: one value, from which its route, its checks and its description are made.

A subject (parties, mandates, …) is a module with a tuple of these. Adding one is adding it to `operations.EVERY`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from authz_server.api.paging import NoQuery
from authz_server.api.refusing import Problem, Refusal
from authz_server.context import Context
from authz_server.oidc.register_api import Scope
from claims.instants import Instant
from claims.register.actor import Actor
from keys.storage import Connected

__all__ = ["Asked", "Document", "Operation"]

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that may be answered: who asks with which scopes, and what, read and checked.

    `ids` are those in the address. `query` is of the operation's own kind; so is `body`, unless the operation
    reads it itself: then it is the JSON as it came.
    """

    context: Context
    db: Connected
    client_id: str
    scopes: frozenset[str]
    now: Instant
    ids: Mapping[str, str]
    query: Any
    body: Any

    @property
    def by(self) -> Actor:
        """Who the journal says did it: nobody of the register, on the authority of this client."""
        return Actor(
            person=None,
            on_behalf_of=None,
            authority=f"client {self.client_id}",
            assurance=None,
            authenticator=None,
        )


@dataclass(frozen=True, slots=True)
class Operation:
    """`answer` gives the document, or why not. One that `changes` something is done once for each `Idempotency-Key`,
    refusals included, so it gives a `Problem` where nothing was changed and raises (`refusing.Undone` to answer) where all is to be undone.

    `remembered` is what of the document is kept for who asks again: what is told once is not among it.
    `path` begins at the issuer's address; `{party}` in it is an id of the register. Where a document has a `next`
    that is not null, the answer links to that page.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    scope: Scope
    summary: str
    gives: type[BaseModel]
    answer: Callable[[Asked], Document | Problem]
    query: type[BaseModel] = NoQuery
    body: type[BaseModel] | None = None
    reads_itself: bool = False
    changes: bool = False
    refuses: tuple[Refusal, ...] = field(default=())
    remembered: Callable[[Document], Document] | None = None

    @property
    def tag(self) -> str:
        """The subject, as the description groups operations."""
        return "authzen" if self.path.startswith("/access/") else self.path.split("/")[3]
