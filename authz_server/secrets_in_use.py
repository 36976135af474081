"""The secrets of the settings against those that the database was written with."""

from collections.abc import Iterator, Mapping

from authz_server.context import Context
from claims.register.proving import digest_fits
from keys.in_use import Purpose, claim, in_use
from keys.sealing import Unsealable
from keys.storage import Connected

__all__ = ["claim_secrets", "faults", "key_ids"]


def key_ids(context: Context) -> Mapping[Purpose, str]:
    """The id of the key with which this process writes, for each purpose."""
    return {
        Purpose.SEAL: context.vault.seal_id,
        Purpose.DIGEST: context.vault.digest_id,
        Purpose.PAIRWISE: context.pairwise.key_id,
        Purpose.CODES: context.codes.key_id,
    }


def faults(db: Connected, context: Context) -> Iterator[str]:
    """What the database was written with and the settings do not give, in words with ids of keys and no keys."""
    known, given = in_use(db), key_ids(context)
    for key_id in sorted(known[Purpose.SEAL] - context.keyring.sealer.key_ids):
        yield (
            f"secrets.seal is the key {given[Purpose.SEAL]}; what the key {key_id} sealed is in the database,"
            " and neither secrets.seal nor secrets.former_seal gives that one"
        )
    for purpose in (Purpose.DIGEST, Purpose.PAIRWISE, Purpose.CODES):
        for key_id in known[purpose] - {given[purpose]}:
            yield f"secrets.{purpose} is the key {given[purpose]}; the database was written with {key_id}"
    if not known[Purpose.DIGEST] and not _digest_fits(db, context):
        yield f"secrets.digest is the key {given[Purpose.DIGEST]}; the numbers in the database have another one"


def claim_secrets(db: Connected, context: Context) -> None:
    """Remember the secrets of this process as those of the database; raises `keys.in_use.AnotherSecret`.

    The seal is left to whoever seals something.
    """
    for purpose, key_id in key_ids(context).items():
        if purpose is not Purpose.SEAL:
            claim(db, purpose, key_id)


def _digest_fits(db: Connected, context: Context) -> bool:
    try:
        return digest_fits(db, context.vault)
    except Unsealable:
        return True  # that the seal does not fit is told already
