"""Who does something on people's own pages, and where they go on."""

from typing import Any

from flask import url_for

from authz_server.login.sessions import Session
from claims.register.actor import Actor

__all__ = ["actor_of", "page_of"]


def actor_of(session: Session, party: str, authority: str) -> Actor:
    """The person who is logged in, acting for `party` (themselves or another) on that authority."""
    login = session.login
    return Actor(
        person=login.person,
        on_behalf_of=None if party == login.person else party,
        authority=authority,
        assurance=login.assurance,
        authenticator=login.authenticator,
    )


def page_of(session: Session, party: str, **done: Any) -> str:
    """The page of the party for which something was done, and what it was."""
    if party == session.login.person:
        return url_for("portal.home", **done)
    return url_for("portal.managed", party_id=party, **done)
