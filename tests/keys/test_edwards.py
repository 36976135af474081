from base64 import urlsafe_b64decode

import pytest

from keys.edwards import is_public_key
from keys.material import Material
from tests.support.edwards import SMALL_ORDER


def test_keys_that_somebody_made_are_keys() -> None:
    # RFC 8032 section 7.1, the first three
    for known in (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    ):
        assert is_public_key(bytes.fromhex(known))


@pytest.mark.parametrize("raw", SMALL_ORDER, ids=lambda raw: raw.hex()[:8] + raw.hex()[-2:])
def test_a_point_of_small_order_is_no_key(raw: bytes) -> None:
    assert not is_public_key(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        bytes(31),
        bytes([9]) + bytes(32),
        bytes([2]) + bytes(31),  # no point of the curve has that y
        b"\xff" * 32,  # a y beyond the field: another spelling of a smaller one
    ],
    ids=["empty", "short", "long", "off-the-curve", "beyond-the-field"],
)
def test_what_is_no_point_in_its_one_spelling_is_no_key(raw: bytes) -> None:
    assert not is_public_key(raw)


def test_our_own_keys_are_keys() -> None:
    for _ in range(8):
        assert is_public_key(urlsafe_b64decode(Material.new("Ed25519").public["x"] + "="))
