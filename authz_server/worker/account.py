"""The duty towards the account: lines of use are chained to the journal, and the register signs where that ends.

Any process may do so at any moment: who comes second finds it done.
"""

from authz_server.context import Context
from authz_server.events import log_broken_journal, log_failure, log_new_key
from claims.register import heads, uses
from claims.register.auditing import proved_end
from claims.register.heads import EVERY, HEAD_TYPE
from keys import store
from keys.archive import Archive
from keys.rotation import REGISTER
from keys.sealing import Unsealable
from keys.storage import Connected

__all__ = ["archive", "chain_when_due", "register_of", "sign_now", "sign_when_due", "tend_keys"]


def register_of(context: Context) -> str:
    """The identifier of the register, as its signatures name it."""
    return f"{context.settings.issuer}/mandate-register"


def archive(context: Context, db: Connected) -> Archive:
    """Every key that the register ever signed with."""
    return Archive(db, context.register_keys.sealer, REGISTER)


def tend_keys(context: Context) -> None:
    """Take the steps that are due in the life of the register's keys. Call it outside transactions."""
    for kid in context.register_keys.tend():
        log_new_key(kid)


def chain_when_due(context: Context) -> bool:
    """Chain some lines if the oldest waits for over a minute; whether there may be more of them."""
    database, now = context.database, context.clock()
    with database.reading() as db:
        since = uses.unchained_since(db)
    if since is None or 0 <= now - since < EVERY:
        return False
    with database.writing() as db:
        return uses.chain_some(db, context.vault, now=now) == uses.TOGETHER


def sign_when_due(context: Context) -> bool:
    """Have the register sign where the journal ends, if its last signature is over a minute old; whether it did.

    What does not follow the last signed head is not signed: the log tells, and `namens journal verify` tells more.
    """
    database, now = context.database, context.clock()
    with database.reading() as db:
        if not heads.is_due(db, now=now):
            return False
    try:
        return sign_now(context) is not None
    except Unsealable as failure:  # the start of a server says what is wrong with the seal
        log_failure(failure)
        return False


def sign_now(context: Context) -> str | None:
    """Where the journal ends, signed by the register; None where it is empty, or does not follow the last head."""
    tend_keys(context)
    keyring = context.register_keys.current()
    register, database = register_of(context), context.database
    with database.reading() as db:
        keys = archive(context, db)
        end = proved_end(
            db, context.vault, lambda signed: keys.prove(signed, typ=HEAD_TYPE), register=register
        )
    if end is None:
        log_broken_journal()
    if not end or not end[0]:
        return None
    with database.writing() as db:
        store.lock(db)
        if keyring.signing_kids["ES256"] not in {
            key.kid for key in store.lives(db, REGISTER, context.clock())
        }:
            return None  # withdrawn since the look at it: with its successor in a moment
        return heads.sign(db, keyring, end, register=register, now=context.clock())
