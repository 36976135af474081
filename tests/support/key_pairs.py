"""RSA key pairs that are made once per worker: making one takes longer than most tests do."""

from functools import cache
from itertools import count

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

_TURN = count()
_POOL = 8  # more than any test makes, so that no two of its keys are the same


def ready_made_rsa(*, public_exponent: int, key_size: int) -> RSAPrivateKey:
    """The next key of the pool, in place of `generate_private_key`."""
    return _made(next(_TURN) % _POOL, public_exponent, key_size)


@cache
def _made(_turn: int, public_exponent: int, key_size: int) -> RSAPrivateKey:
    return generate_private_key(public_exponent=public_exponent, key_size=key_size)
