"""The points of Ed25519 under which anybody can sign, in every spelling that a library may take."""

from typing import Final

_P: Final = 2**255 - 19
_EIGHTH: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_YS: Final = (0, 1, _P - 1, _EIGHTH, _P - _EIGHTH, _P, _P + 1)  # the last two are 0 and 1 again

SMALL_ORDER: Final = tuple((y | sign << 255).to_bytes(32, "little") for y in _YS for sign in (0, 1))
