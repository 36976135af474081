"""The text of a world file: what is no JSON is one fault, and no more of it is held than a record."""

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.world import World
from claims.worldfile import Fault, FileChanged, NothingKnown, parse, read_json, read_records
from claims.worldfile import text as module
from tests.support.many_persons import ManyPersons
from tests.support.worldfiles import WORLD, of_text, read


def plain(value: object) -> Any:
    """The value with the lists that stand in the file as lists."""
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return list(value) if isinstance(value, module.Streamed) else value


@pytest.fixture(params=[1, 7, 1 << 16])
def window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is read at a time."""
    monkeypatch.setattr(module, "_AT_LEAST", request.param)


NO_JSON = [
    b"",
    b" ",
    b"{",
    b"nul",
    b"{}{}",
    b"{} x",
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": [1, Infinity]}',
    b'{"a": [1,]}',
    b'{"a": [1 2]}',
    b'{"a": [,]}',
    b'{"a": [}',
    b'{"a": 1,}',
    b'{"a"}',
    b'{"a" 1}',
    b"{1: 2}",
    b'{"a": 01}',
    b'{"a": [tru]}',
    b'{"a": ["x]}',
    b'{"a": ["\\ud83]}',
    b'{"a": ["\n"]}',
    b'{"a": [{"b": 1',
    b'{"a": [1]',
    b"[1",
    b"\xff\xfe{}",
    b'{"a": ["\xed\xa0\xbd"]}',
    b'{"a": ["\xe2\x82',
    b"[" * 100_000,
    b'{"a": ' + b"[" * 100_000,
    b'{"a": ' + b"9" * 5000 + b"}",
]


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize("content", NO_JSON, ids=lambda content: repr(content[:20]))
def test_what_is_no_json_is_a_fault_of_the_whole_file(content: bytes) -> None:
    fault = of_text(content)

    assert isinstance(fault, Fault)
    assert ("", "not_json") == (fault.place, fault.code)


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize("content", [content for content in NO_JSON if len(content) < 1000])
def test_a_place_in_the_text_is_told_as_the_standard_library_tells_it(content: bytes) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)) as wrong:
        json.loads(content.decode(), parse_constant=lambda word: 1 / 0)

    told = str(of_text(content))

    if isinstance(wrong.value, json.JSONDecodeError):
        assert f"line {wrong.value.lineno}, column {wrong.value.colno}" in told
    else:
        assert "cannot be read" in told


@pytest.mark.usefixtures("window")
def test_where_the_text_stops_being_json_is_told() -> None:
    before = b'{"mandates": [],\n "parties": [\n' + b'  {"id": "\xc3\xa9"},\n' * 9000

    assert "line 3, column 9" in str(of_text(b'{\n "parties": [\n  {"id" "p1"}]}'))
    assert "line 9003, column 9" in str(of_text(before + b'  {"id" "p1"}]}'))


@pytest.mark.usefixtures("window")
def test_a_byte_order_mark_is_no_fault() -> None:
    assert {} == of_text(b"\xef\xbb\xbf{}")
    assert ["é"] == plain(of_text('\ufeff {"a": ["é"]}'))["a"]


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize("indent", [None, 1])
def test_a_file_is_read_as_it_stands(indent: int | None) -> None:
    assert plain(WORLD) == plain(of_text(json.dumps(WORLD, ensure_ascii=indent is None, indent=indent)))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(value=_json, ascii=st.booleans(), indent=st.sampled_from([None, 0, 3]), at_least=st.integers(1, 9))
def test_every_json_value_is_read_as_the_standard_library_reads_it(
    value: object, ascii: bool, indent: int | None, at_least: int
) -> None:
    text = json.dumps(value, ensure_ascii=ascii, indent=indent).encode("utf-8", "replace")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_LEAST", at_least)
        found = plain(of_text(text))

    assert json.loads(text) == found


@given(value=_json, cut=st.integers(min_value=1), at_least=st.integers(1, 9))
def test_a_file_that_was_cut_off_is_told_and_never_read(value: object, cut: int, at_least: int) -> None:
    text = json.dumps({"parties": [value, 1]}).encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_LEAST", at_least)
        found = of_text(text[: -1 - cut % (len(text) - 1)])

    assert isinstance(found, Fault)


def test_the_lists_may_stand_in_any_order() -> None:
    turned = dict(reversed(WORLD.items()))

    streamed = parse(of_text(json.dumps(turned)), NothingKnown())

    assert isinstance(streamed, World)
    assert vars(read(WORLD)) == vars(streamed)


def test_a_list_that_is_no_longer_there_is_told() -> None:
    file = io.BytesIO(json.dumps({"parties": [1, 2, 3], "services": []}).encode())
    document: Any = read_json(file)
    file.seek(0)
    file.write(b'{"parties": [1, 2   ]')

    with pytest.raises(FileChanged):
        list(document["parties"])

    file.seek(0)
    file.write(b'{"parties": {')

    with pytest.raises(FileChanged):
        list(document["parties"])


def _most_memory(persons: int) -> int:
    """The most bytes that were held while so many persons were read."""
    file: Any = ManyPersons(persons)
    faults: list[Fault] = []
    tracemalloc.start()
    try:
        met = sum(len(batch.records) for batch in read_records(read_json(file), NothingKnown(), faults))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (persons + 1, []) == (met, faults)
    return most


def test_of_a_record_that_was_read_only_its_name_is_held() -> None:
    """The text of one is 550 bytes, and as a record it takes three times that."""
    assert (_most_memory(6000) - _most_memory(3000)) / 3000 < 300
