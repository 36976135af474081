"""JSON with one meaning or none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.strict_json import parse

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abé", max_size=3), inner, max_size=4)
    ),
)


@given(values)
def test_json_that_means_one_thing_is_read_as_that(value: object) -> None:
    assert value == parse(json.dumps(value))


@given(st.text())
def test_any_text_is_a_value_or_a_value_error(text: str) -> None:
    try:
        parse(text)
    except ValueError:
        return
    json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 1}',
        '{"x": {"a": 1, "\\u0061": 2}}',
        "NaN",
        "[-Infinity]",
        "1e999",
        "-1e999",
        "9" * 5000,
        '"\\ud800"',
        '{"\\udfff": 1}',
        "[" * 66 + "]" * 66,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000,
        "",
        "{} {}",
        "\ufeff{}",
    ],
    ids=lambda text: text[:20],
)
def test_json_that_could_mean_two_things_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)


def test_a_whole_surrogate_pair_is_a_sign() -> None:
    assert "😀" == parse('"\\ud83d\\ude00"')
