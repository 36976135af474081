"""Tokens made once, read for ever: what was good stays good, what was refused stays refused, by the same code."""

from typing import Any

import pytest

from claims.verify import Refused
from tests.support.vectors import FILES, FOLDER, vectors, verdict
from tests.vectors import make


@pytest.mark.parametrize("vector", [pytest.param(vector, id=vector["name"]) for vector in vectors()])
def test_the_verdict_on_every_vector_is_the_one_that_stands_beside_it(vector: Any) -> None:
    assert vector["expect"] == verdict(vector)


@pytest.mark.parametrize("file", FILES)
def test_the_files_are_what_the_script_makes(file: str) -> None:
    assert (FOLDER / f"{file}.json").read_text() == make.text_of(file), (
        "a format or a verdict has changed; if it was meant to, run python -m tests.vectors.make"
    )


def test_every_refusal_of_a_token_by_itself_has_a_vector() -> None:
    found = {vector["expect"].get("refused") for vector in vectors()} - {None}

    assert {*Refused} - {Refused.INACTIVE, Refused.ISSUER_UNAVAILABLE, Refused.TOKEN_MISSING} == found
