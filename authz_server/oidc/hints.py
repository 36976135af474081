"""`id_token_hint`: whom an ID token of ours was about. It may have expired; it must be ours and for this client."""

from dataclasses import dataclass
from typing import Final

from authz_server.context import Context
from authz_server.oidc import authorization
from keys.keyring import Keyring, NotOurs
from keys.storage import Connected, Statement

__all__ = ["BadHint", "Hint", "read"]


class BadHint(Exception):
    """Not an ID token of ours for this client."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Ids of the register and of the login, which the token itself does not show."""

    client_id: str
    person: str
    represented: str | None
    session_id: str


_GRANT: Final = Statement("SELECT client_id, frozen FROM oidc_grants WHERE id = :id")


def read(
    context: Context, db: Connected, token: str, *, client_id: str | None, keyring: Keyring | None = None
) -> Hint | None:
    """Whom the token is about; None where it is ours but what it rests on was forgotten since.

    `client_id` None takes the one that the token is for (RP-Initiated Logout 1.0). Raises `BadHint`.
    """
    try:
        claims = (keyring or context.keyring.current()).verify(token, typ={"JWT"})
    except NotOurs:
        raise BadHint from None
    audience, txn = claims.get("aud"), claims.get("txn")
    if claims.get("iss") != context.settings.issuer or not isinstance(audience, str):
        raise BadHint
    if client_id is not None and audience != client_id:
        raise BadHint
    if not isinstance(txn, str) or (row := db.one(_GRANT, {"id": txn})) is None:
        return None
    found = authorization.of_json(row[1])
    if found.client_id != audience:
        raise BadHint
    mandated = found.mandated
    return Hint(audience, found.acting, mandated.represented if mandated else None, found.session_id)
