"""The tables of the provider: who may ask (clients, resources) and what was handed out (grants and tokens).

Random secrets (codes, tokens, client secrets) are kept as SHA-256 digests only; they hold at least 128 random
bits, so a slow hash would add nothing. Every other fact of a grant stands in `frozen`, its authorization.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

__all__ = ["metadata"]

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

clients: Final = Table(
    "oidc_clients",
    metadata,
    Column("client_id", String(128), primary_key=True),
    Column("metadata", Text, nullable=False),
    Column("secret_digest", String(43)),
    Column("registration_digest", String(43)),
    Column("by_operator", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

resources: Final = Table(
    "oidc_resources",
    metadata,
    Column("uri", String(255), primary_key=True),
    Column("metadata", Text, nullable=False),
    Column("secret_digest", String(43)),
    Column("created_at", BigInteger, nullable=False),
)

# One row for each answer to an authorization request. A code is the row's id and a secret; the row stays after
# the code was used, so that a code which comes back ends all that came of it.
grants: Final = Table(
    "oidc_grants",
    metadata,
    Column("id", String(43), primary_key=True),
    Column("client_id", String(128), nullable=False),
    Column("code_digest", String(43), nullable=False),
    Column("code_expires_at", BigInteger, nullable=False),
    Column("code_used_at", BigInteger),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", String(43)),
    Column("frozen", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    sqlite_with_rowid=False,
)

access_tokens: Final = Table(
    "oidc_access_tokens",
    metadata,
    Column("digest", String(43), primary_key=True),
    Column("jti", String(43), nullable=False),
    Column("grant_id", String(43), nullable=False),
    Column("scope", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    sqlite_with_rowid=False,
)

refresh_tokens: Final = Table(
    "oidc_refresh_tokens",
    metadata,
    Column("digest", String(43), primary_key=True),
    Column("grant_id", String(43), nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    sqlite_with_rowid=False,
)

# Tokens for the register's own API, apart from those of people: neither is ever taken for the other.
api_tokens: Final = Table(
    "oidc_api_tokens",
    metadata,
    Column("digest", String(43), primary_key=True),
    Column("jti", String(43), nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("scope", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    sqlite_with_rowid=False,
)

# Client assertions (RFC 7523) that were shown: each works once, for as long as it would be valid.
assertions: Final = Table(
    "oidc_assertions",
    metadata,
    Column("digest", String(43), primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
