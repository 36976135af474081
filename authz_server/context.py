"""What the parts of one running application share: settings, database, keys, secrets and the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claims.instants import Instant
from keys.storage import Database

if TYPE_CHECKING:
    from authz_server.config import Settings
    from authz_server.limits import Limits
    from claims.register.personal import Vault
    from keys.sealing import KeyedDigest
    from keys.source import KeyringSource

__all__ = ["Context", "join"]


@dataclass(frozen=True, slots=True)
class Context:
    """Made once by `create_app` and passed on; nobody reads the environment or the machine's clock elsewhere.

    `keyring` signs and checks tokens; `register_keys` signs what the mandate register says of itself, and nothing else.
    `clock` gives the present instant. The outermost edge (a view, a command) reads it once per request and
    passes `now` on. `demo` is true in the `namens demo` process alone.
    """

    settings: "Settings"
    database: Database
    keyring: "KeyringSource"
    register_keys: "KeyringSource"
    vault: "Vault"
    pairwise: "KeyedDigest"
    codes: "KeyedDigest"
    limits: "Limits"
    clock: Callable[[], Instant]
    demo: bool = False


def join(
    settings: "Settings", database: Database, *, clock: Callable[[], Instant], demo: bool = False
) -> Context:
    """The context of an application or a command with these settings and this database."""
    from authz_server.limits import Limits
    from claims.register.personal import Vault
    from keys.lifecycle import Policy
    from keys.rings import REGISTER
    from keys.sealing import KeyedDigest, Sealer
    from keys.source import KeyringSource

    secrets = settings.secrets
    sealer = Sealer(
        secrets.seal.get_secret_value(), former=[key.get_secret_value() for key in secrets.former_seal]
    )
    lifetimes = settings.lifetimes
    policy = Policy(
        rotate_every=settings.keys.rotate_every,
        jwks_max_age=settings.keys.jwks_max_age,
        longest_token=max(
            lifetimes.id_token,
            lifetimes.access_token,
            lifetimes.access_token_representing,
            lifetimes.access_token_api,
            lifetimes.session_total,
        ),
    )
    return Context(
        settings=settings,
        database=database,
        keyring=KeyringSource(database, sealer, clock, policy),
        register_keys=KeyringSource(database, sealer, clock, policy, ring=REGISTER),
        vault=Vault(sealer, KeyedDigest(secrets.digest.get_secret_value())),
        pairwise=KeyedDigest(secrets.pairwise.get_secret_value()),
        codes=KeyedDigest(secrets.codes.get_secret_value()),
        limits=Limits(settings.limits),
        clock=clock,
        demo=demo,
    )
