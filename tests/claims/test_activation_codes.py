"""G6: activation codes, as they are drawn, read aloud, and typed."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.activation_codes import ALPHABET, draw, read, shown


def _of_places(places: list[int]) -> str:
    rest = iter(places)
    return draw(lambda _: next(rest))


CODES = st.lists(st.integers(0, len(ALPHABET) - 1), min_size=8, max_size=8).map(_of_places)


def test_g6_a_code_has_eight_signs_without_look_alikes_and_a_check_sign_and_39_bits_at_least() -> None:
    assert not set("01OIL") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert 2**39 < len(ALPHABET) ** 8
    assert 9 == len(draw())
    assert {9} == {len(draw()) for _ in range(100)}
    assert 100 == len({draw() for _ in range(100)})


@given(CODES)
def test_g6_a_code_is_read_back_however_it_is_typed(code: str) -> None:
    for typed in (code, shown(code), shown(code).lower(), f"  {shown(code)} ", " ".join(code)):
        assert code == read(typed)
    assert [4, 4, 1] == [len(group) for group in shown(code).split("-")]


def one_sign_wrong(code: str) -> Iterator[str]:
    for place, sign in product(range(len(code)), ALPHABET):
        if sign != code[place]:
            yield code[:place] + sign + code[place + 1 :]


def two_signs_swapped(code: str) -> Iterator[str]:
    for first, second in product(range(8), range(8)):
        if first < second and code[first] != code[second]:
            signs = list(code)
            signs[first], signs[second] = signs[second], signs[first]
            yield "".join(signs)


@given(CODES)
def test_g6_one_wrong_sign_and_any_two_that_changed_places_fail_the_check_sign(code: str) -> None:
    assert all(read(wrong) is None for wrong in one_sign_wrong(code))
    assert all(read(wrong) is None for wrong in two_signs_swapped(code))


@pytest.mark.parametrize(
    "typed", ["", "-", "K7P4", "K7P49TRXMM", "K7P4-9TRO-M", "k" * 10_000, "K7P4–9TRX–\x00", "K7P4 9TRX ０"]
)
def test_what_is_no_code_is_read_as_none(typed: str) -> None:
    assert None is read(typed)
