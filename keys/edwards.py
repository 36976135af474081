"""What is no public key of Ed25519, though it has 32 bytes (RFC 8032 section 5.1).

Libraries take any 32 bytes for one. Under a point of small order a signature can be made by anybody, without a
private key: so whoever gets such a key into a key set could sign as its owner, and deny it.
"""

from typing import Final

__all__ = ["is_public_key"]

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_LENGTH: Final = 32


def is_public_key(raw: bytes) -> bool:
    """Whether `raw` is a point of the curve, written in its one way, and not one of the eight of small order."""
    if len(raw) != _LENGTH:
        return False
    number = int.from_bytes(raw, "little")
    y = number % 2**255
    if y >= _P:
        return False
    x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(x_squared, (_P - 1) // 2, _P) != 1:  # no square; or 0, whose points have order 1 and 2
        return False
    return not _has_small_order(x_squared, y)


def _has_small_order(x_squared: int, y: int) -> bool:
    """Order 4 is where y is 0; order 8 is where doubling leads there: y² + x² = 0 (RFC 8032 section 5.1.4)."""
    return y == 0 or (x_squared + y * y) % _P == 0
