"""What logging in remembers: accounts, authenticators, sessions, interactions, choices, consents, wrong tries."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

__all__ = ["metadata"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# Who can log in. The party itself lives in the register; no foreign key crosses packages.
accounts = Table(
    "login_accounts",
    metadata,
    Column("party", String, primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
)

# With what they log in. `secret` is an argon2id hash; `bound_level` the level at which the authenticator was
# bound to the person: a login's level is the lower of that and what the method can reach (mandates.md 2).
authenticators = Table(
    "login_authenticators",
    metadata,
    Column("id", String, primary_key=True),
    Column("party", String, nullable=False),
    Column("method", String, nullable=False),
    Column("secret", Text, nullable=False),
    Column("bound_level", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index(None, "party"),
)

# One login in one browser. `id` names it for tokens and never changes; `key` is the digest of what the
# browser's cookie holds, and a new one at every login and step-up.
sessions = Table(
    "login_sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("person", String, nullable=False),
    Column("authenticator", String, nullable=False),
    Column("assurance", Integer, nullable=False),
    Column("auth_time", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index(None, "person"),
)

# An authorization request (or a wish to see a page of one's own) that waits for a person.
interactions = Table(
    "login_interactions",
    metadata,
    Column("id", String, primary_key=True),  # digest of the one in our addresses
    Column("browser", String),  # digest of the browser's cookie; null until a browser opens it
    Column("request", Text),  # sealed under the id that is only digested here; null for pages of our own
    Column("destination", String),  # pages of our own: where to go after logging in
    Column("secret", String, nullable=False),  # a salt: with the id it makes the keys of this interaction
    Column("session", String),  # the session that logged in here, null before
    Column("choice", Text),  # JSON of the choice and of the login that made it
    Column("confirmed", Integer, nullable=False),
    Column("consented", String),  # the consent key that the person agreed to
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("at_least", Integer),  # pages of our own: the level of login that they want, null for any
)

# Choices that `prompt=none` may use again (claims.md 4). `represented` is empty for oneself.
remembered = Table(
    "login_remembered",
    metadata,
    Column("session", String, primary_key=True),
    Column("client", String, primary_key=True),
    Column("service", String, primary_key=True),
    Column("actions", String, primary_key=True),
    Column("represented", String, primary_key=True),
    Column("branch", String, nullable=False),
    Column("path", Text, nullable=False),  # JSON list of link ids
    Column("chosen_at", BigInteger, nullable=False),
)

# "Laatst gebruikt": what a person chose last for a service, whatever the client.
recent = Table(
    "login_recent",
    metadata,
    Column("person", String, primary_key=True),
    Column("service", String, primary_key=True),
    Column("represented", String, primary_key=True),
    Column("branch", String, primary_key=True),
    Column("through", String, primary_key=True),
    Column("path", Text, nullable=False),
    Column("used_at", BigInteger, nullable=False),
)

# What a person agreed that a client gets: `key` digests person, client, scopes, claims, service, actions,
# party and branch, so that consent for one party never serves another.
consents = Table(
    "login_consents",
    metadata,
    Column("key", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("client", String, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Index(None, "person"),
)

# Wrong passwords, counted per name that was typed and per network, both as digests.
attempts = Table(
    "login_attempts",
    metadata,
    Column("counted", String, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("wrong", Integer, nullable=False),
)

# Who stops mandates on request, on pages of their own. It entitles to nothing else.
support = Table(
    "login_support",
    metadata,
    Column("person", String, primary_key=True),
    Column("since", BigInteger, nullable=False),
)
