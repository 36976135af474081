"""Who does something on the portal, as the journal tells it."""

from authz_server.login.sessions import Session
from claims.register.actor import Actor

__all__ = ["actor_of"]


def actor_of(session: Session, party: str, authority: str) -> Actor:
    """The person of the session, acting for `party` (themselves or another) on that authority."""
    login = session.login
    return Actor(
        person=login.person,
        on_behalf_of=None if party == login.person else party,
        authority=authority,
        assurance=login.assurance,
        authenticator=login.authenticator,
    )
