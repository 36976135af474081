"""Postcode and house number: one form, however they are typed."""

import pytest

from claims.addresses import Address, as_typed


@pytest.mark.parametrize(
    ("postcode", "number", "value"),
    [
        ("1234AB", "12", "1234AB 12"),
        ("1234 ab", " 12 ", "1234AB 12"),
        ("1234ab", "12a", "1234AB 12-A"),
        ("1234ab", "12 A", "1234AB 12-A"),
        ("1234ab", "12-a", "1234AB 12-A"),
        ("1234ab", "12 bis", "1234AB 12-BIS"),
        ("1234ab", "12-2", "1234AB 12-2"),
        ("1234ab", "12/2", "1234AB 12-2"),
        ("1234ab", "012", "1234AB 12"),
    ],
)
def test_it_is_read_however_it_is_spaced(postcode: str, number: str, value: str) -> None:
    read = as_typed(postcode, number)

    assert read is not None
    assert value == read.value
    assert read == Address.of_value(value)


@pytest.mark.parametrize(
    ("postcode", "number"),
    [
        ("", ""),
        ("0234AB", "1"),
        ("1234", "1"),
        ("1234SS", "1"),
        ("1234ABC", "1"),
        ("١٢٣٤AB", "1"),
        ("1234AB", "0"),
        ("1234AB", "a"),
        ("1234AB", "123456"),
        ("1234AB", "1-abcdefg"),
        ("1234AB", "1 2 3"),
        ("1234AB", "1\0"),
        ("1" * 10_000, "1"),
        ("1234AB", "1" * 10_000),
    ],
)
def test_what_is_no_address_is_none(postcode: str, number: str) -> None:
    assert as_typed(postcode, number) is None


def test_no_fault_and_no_repr_repeats_it() -> None:
    with pytest.raises(ValueError, match="house number") as refused:
        Address("9999ZZ", "x7")

    assert "x7" not in str(refused.value)
    assert "1234AB" not in repr(Address("1234AB", "12"))
