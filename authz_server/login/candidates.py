"""For whom this person could act here: the register's answers, less what this client cannot be told."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from authz_server.asking import Ask
from authz_server.login.flow import Chosen
from authz_server.login.interaction import Picked
from authz_server.login.sessions import Login
from claims.instants import Instant
from claims.register import lookup, resolving
from claims.representation import Representation
from claims.resolution import Question
from keys.storage import Connected

if TYPE_CHECKING:
    from authz_server.oidc.clients import Client

__all__ = ["Asked", "anybody", "question", "standing"]

_LOOK_AT_MOST = 20  # pages that are searched for one candidate that this client may be told


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's question to the register on behalf of one client."""

    ask: Ask
    client: "Client"
    question: Question


def question(db: Connected, ask: Ask, client: "Client", login: Login, *, at: Instant) -> Asked:
    """The question that a request asks for this login. The service was checked when the request was read."""
    service = lookup.service(db, ask.service)
    if service is None:
        raise LookupError("a service of a checked request is in the register")
    return Asked(
        ask,
        client,
        Question(
            acting=login.person,
            service=service,
            at=at,
            login_assurance=login.assurance,
            authenticator=login.authenticator,
            actions=ask.actions,
            minimum=ask.minimum,
        ),
    )


def offerable(representation: Representation, client: "Client") -> bool:
    """Whether service and client both read the restriction that this candidate carries, where it has one.

    The register lets a branch through only where the service understands it (R12).
    """
    return representation.branch is None or "branch" in client.representation_restrictions


def standing(db: Connected, asked: Asked, picked: Picked) -> Chosen | None:
    """The choice as it stands at this moment; None when it does no longer."""
    if picked.represented is None:
        if asked.ask.mode != "optional":
            return None
        own = resolving.own(db, asked.question)
        return Chosen(None, own.step_up, asked.ask.actions) if own.allowed else None
    found = resolving.stands(
        db, asked.question, represented=picked.represented, branch=picked.branch, path=picked.path
    )
    if not isinstance(found, Representation) or not offerable(found, asked.client):
        return None
    return Chosen(found)


def anybody(db: Connected, asked: Asked) -> bool:
    """Whether there is anything to choose: a party that can be offered, or the person themself."""
    if asked.ask.mode == "optional" and resolving.own(db, asked.question).allowed:
        return True
    page = resolving.choices(db, asked.question, limit=50)
    for _ in range(_LOOK_AT_MOST):
        if any(offerable(one, asked.client) for one in page.representations):
            return True
        if page.next is None:
            return False
        page = resolving.choices(db, asked.question, after=page.next, limit=50)
    return False
