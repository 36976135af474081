"""Refusing to work with other secrets than the database was written with; and taking such a secret as the new one."""

from authz_server.commands.options import Invocation, Refused
from authz_server.secrets_in_use import claim_secrets, faults, key_ids
from keys.in_use import AnotherSecret, Purpose, in_use

__all__ = ["another_secret", "claim_all", "require_secrets"]

_RIGHT = (
    "Give the secret that is named (namens config show tells the id of each). To change the seal: docs/operating.md, Keys."
    " To take another pairwise or codes secret on purpose: namens keys accept PURPOSE."
)


def require_secrets(invocation: Invocation) -> None:
    """Refused when the database was written with secrets that the settings do not give. Nothing is changed."""
    with invocation.database.reading() as db:
        found = list(faults(db, invocation.context))
    if found:
        raise Refused("secret_missing", "\n  ".join(found), _RIGHT)


def claim_all(invocation: Invocation) -> None:
    """Likewise; and remember the secrets of a database that does not know its own yet."""
    require_secrets(invocation)
    context = invocation.context
    with context.database.reading() as db:
        known = in_use(db)
    if all(known[purpose] for purpose in key_ids(context) if purpose is not Purpose.SEAL):
        return
    try:
        with context.database.recording() as db:
            claim_secrets(db, context)
    except AnotherSecret as failure:
        raise another_secret(failure) from failure


def another_secret(failure: AnotherSecret) -> Refused:
    """What is said where the database knows another secret."""
    return Refused("secret_missing", f"{failure}.", _RIGHT)
