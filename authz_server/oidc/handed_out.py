"""What was handed out: grants with their code, access tokens, refresh tokens. Rows by digest, never the values.

A code, a refresh token and a client assertion work once: one UPDATE or INSERT decides who was first, on both
databases. A grant that ends takes along everything that came of it.
"""

from dataclasses import dataclass
from typing import Any, Final

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, TokenMixin

from authz_server.oidc import authorization
from authz_server.oidc.authorization import Authorization
from authz_server.oidc.clients import Client
from authz_server.oidc.secret_values import digest, matches, new_identifier, new_secret
from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = [
    "AccessToken",
    "Grant",
    "RefreshToken",
    "access_token",
    "add_access_token",
    "add_grant",
    "add_refresh_token",
    "code_of",
    "end_access_token",
    "end_grant",
    "new_grant_id",
    "of_code",
    "refresh_token",
    "spend_assertion",
    "use_code",
    "use_refresh_token",
]

_ID_SIGNS: Final = 22

_ADD_GRANT: Final = Statement(
    "INSERT INTO oidc_grants (id, client_id, code_digest, code_expires_at, redirect_uri, code_challenge,"
    " frozen, created_at, expires_at) VALUES (:id, :client_id, :code_digest, :code_expires_at,"
    " :redirect_uri, :code_challenge, :frozen, :created_at, :expires_at)"
)
_GRANT: Final = Statement(
    "SELECT id, client_id, code_digest, code_expires_at, code_used_at, redirect_uri, code_challenge,"
    " frozen, expires_at, ended_at FROM oidc_grants WHERE id = :id"
)
_USE_CODE: Final = Statement(
    "UPDATE oidc_grants SET code_used_at = :now WHERE id = :id AND code_used_at IS NULL AND ended_at IS NULL"
)
_END_GRANT: Final = Statement("UPDATE oidc_grants SET ended_at = :now WHERE id = :id AND ended_at IS NULL")
_ADD_ACCESS: Final = Statement(
    "INSERT INTO oidc_access_tokens (digest, jti, grant_id, scope, issued_at, expires_at)"
    " VALUES (:digest, :jti, :grant_id, :scope, :issued_at, :expires_at)"
)
_ACCESS: Final = Statement(
    "SELECT t.jti, t.scope, t.issued_at, t.expires_at, t.ended_at, g.client_id, g.frozen, g.ended_at"
    " FROM oidc_access_tokens t JOIN oidc_grants g ON g.id = t.grant_id WHERE t.digest = :digest"
)
_END_ACCESS: Final = Statement(
    "UPDATE oidc_access_tokens SET ended_at = :now WHERE digest = :digest AND ended_at IS NULL"
)
_ADD_REFRESH: Final = Statement(
    "INSERT INTO oidc_refresh_tokens (digest, grant_id, issued_at, expires_at)"
    " VALUES (:digest, :grant_id, :issued_at, :expires_at)"
)
_REFRESH: Final = Statement(
    "SELECT t.issued_at, t.expires_at, t.used_at, g.client_id, g.frozen, g.expires_at, g.ended_at"
    " FROM oidc_refresh_tokens t JOIN oidc_grants g ON g.id = t.grant_id WHERE t.digest = :digest"
)
_USE_REFRESH: Final = Statement(
    "UPDATE oidc_refresh_tokens SET used_at = :now WHERE digest = :digest AND used_at IS NULL"
)
_SPEND: Final = Statement(
    "INSERT INTO oidc_assertions (digest, expires_at) VALUES (:digest, :expires_at) ON CONFLICT DO NOTHING"
)


def new_grant_id() -> str:
    """The id of a grant, which the client also sees as `txn` and at the head of its code."""
    return new_identifier()


@dataclass(frozen=True, slots=True)
class Grant(AuthorizationCodeMixin):
    """A grant with its code, as Authlib's code grant asks for it."""

    client_id: str
    code_digest: str
    code_expires_at: Instant
    code_used_at: Instant | None
    redirect_uri: str
    code_challenge: str | None
    authorization: Authorization
    expires_at: Instant
    ended_at: Instant | None

    @property
    def code_challenge_method(self) -> str:
        return "S256"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.authorization.scopes)

    # Authlib's ID-token extension asks these; ours writes the ID token from the authorization alone.
    def get_nonce(self) -> str | None:
        return self.authorization.nonce

    def get_auth_time(self) -> Instant:
        return self.authorization.auth_time


def code_of(grant_id: str) -> tuple[str, str]:
    """A new code for a grant, and the digest of its secret half."""
    secret = new_secret()
    return grant_id + secret, digest(secret)


def add_grant(
    db: Connected,
    granted: Authorization,
    *,
    code_digest: str,
    code_expires_at: Instant,
    redirect_uri: str,
    code_challenge: str | None,
    expires_at: Instant,
) -> None:
    """Keep a grant; nothing of it was handed out yet but its code. `expires_at` bounds its refresh tokens."""
    db.run(
        _ADD_GRANT,
        {
            "id": granted.grant_id,
            "client_id": granted.client_id,
            "code_digest": code_digest,
            "code_expires_at": code_expires_at,
            "redirect_uri": redirect_uri,
            "code_challenge": code_challenge,
            "frozen": authorization.to_json(granted),
            "created_at": granted.created_at,
            "expires_at": expires_at,
        },
    )


def of_code(db: Connected, code: str) -> Grant | None:
    """The grant whose code this is, used or not, expired or not."""
    row = db.one(_GRANT, {"id": code[:_ID_SIGNS]})
    if row is None or not matches(code[_ID_SIGNS:], row[2]):
        return None
    return Grant(*row[1:7], authorization.of_json(row[7]), row[8], row[9])


def use_code(db: Connected, grant_id: str, *, now: Instant) -> bool:
    """Use a grant's code up; False where somebody was first."""
    return db.run(_USE_CODE, {"id": grant_id, "now": now}) == 1


def end_grant(db: Connected, grant_id: str, *, now: Instant) -> None:
    """End a grant: its tokens are inactive from this instant on."""
    db.run(_END_GRANT, {"id": grant_id, "now": now})


@dataclass(frozen=True, slots=True)
class AccessToken(TokenMixin):
    """An access token that was issued, with the grant that it rests on."""

    jti: str
    scope: str
    issued_at: Instant
    expires_at: Instant
    ended_at: Instant | None
    client_id: str
    authorization: Authorization
    grant_ended_at: Instant | None

    def stands(self, now: Instant) -> bool:
        """Neither expired nor revoked, nor its grant ended. The mandate is another question."""
        return now < self.expires_at and self.ended_at is None and self.grant_ended_at is None


def add_access_token(
    db: Connected, token: str, *, jti: str, grant_id: str, scope: str, now: Instant, expires_at: Instant
) -> None:
    db.run(
        _ADD_ACCESS,
        {
            "digest": digest(token),
            "jti": jti,
            "grant_id": grant_id,
            "scope": scope,
            "issued_at": now,
            "expires_at": expires_at,
        },
    )


def access_token(db: Connected, token: str) -> AccessToken | None:
    """The token, if we issued it: its digest stands here, so its signature need not be checked again."""
    row = db.one(_ACCESS, {"digest": digest(token)})
    return None if row is None else AccessToken(*row[:6], authorization.of_json(row[6]), row[7])


def end_access_token(db: Connected, token: str, *, now: Instant) -> None:
    db.run(_END_ACCESS, {"digest": digest(token), "now": now})


@dataclass(frozen=True, slots=True)
class RefreshToken(TokenMixin):
    """A refresh token that was issued, as Authlib's refresh grant asks for it."""

    value_digest: str
    issued_at: Instant
    expires_at: Instant
    used_at: Instant | None
    client_id: str
    authorization: Authorization
    grant_expires_at: Instant
    grant_ended_at: Instant | None

    def stands(self, now: Instant) -> bool:
        """Neither used nor expired, nor its grant ended."""
        return (
            self.used_at is None
            and self.grant_ended_at is None
            and now < min(self.expires_at, self.grant_expires_at)
        )

    def check_client(self, client: Client) -> bool:
        return self.client_id == client.client_id

    def get_scope(self) -> str:
        return " ".join(self.authorization.scopes)


def add_refresh_token(db: Connected, grant_id: str, *, now: Instant, expires_at: Instant) -> str:
    """A new refresh token of the grant."""
    token = new_secret()
    db.run(
        _ADD_REFRESH,
        {"digest": digest(token), "grant_id": grant_id, "issued_at": now, "expires_at": expires_at},
    )
    return token


def refresh_token(db: Connected, token: str) -> RefreshToken | None:
    """The refresh token, used or not, expired or not, if we issued it."""
    kept = digest(token)
    row = db.one(_REFRESH, {"digest": kept})
    return (
        None if row is None else RefreshToken(kept, *row[:4], authorization.of_json(row[4]), row[5], row[6])
    )


def use_refresh_token(db: Connected, token: RefreshToken, *, now: Instant) -> bool:
    """Use a refresh token up; False where somebody was first."""
    return db.run(_USE_REFRESH, {"digest": token.value_digest, "now": now}) == 1


def spend_assertion(db: Connected, client_id: str, jti: str, *, expires_at: Instant) -> bool:
    """Use a client assertion's `jti` up; False where it was used before (RFC 7523 3, point 7)."""
    spent: dict[str, Any] = {"digest": digest(f"{client_id} {jti}"), "expires_at": expires_at}
    return db.run(_SPEND, spent) == 1
