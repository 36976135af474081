"""An access token at work: is it active, for whom does it stand, what may a reader be told of it now?"""

from dataclasses import dataclass

from authz_server.context import Context
from authz_server.oidc import clients, handed_out
from authz_server.oidc.clients import Client
from authz_server.oidc.handed_out import AccessToken
from authz_server.oidc.standing import Standing, standing
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["Live", "live"]


@dataclass(frozen=True, slots=True)
class Live:
    """An access token that stands at this instant, and so does all that it rests on."""

    token: AccessToken
    client: Client
    standing: Standing


def live(context: Context, db: Connected, value: str, *, now: Instant) -> Live | None:
    """The token, if it is one of ours and stands: itself, its grant, its client, and its mandate or R17."""
    token = handed_out.access_token(db, value)
    if token is None or not token.stands(now):
        return None
    client = clients.find(context, db, token.client_id)
    if client is None:
        return None
    found = standing(context, db, client, token.authorization, now=now)
    return None if found is None else Live(token, client, found)
