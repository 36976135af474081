"""What `docs/source-registers.md` shows is understood, and every outcome that it must explain stands in it."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from authz_server.config.sources import SourceSettings
from claims.identifiers import Identifier, Scheme
from claims.sources.reading import read_answer
from claims.sources.told import Answer, Fact, NoAnswerReason

PAGE = (Path(__file__).parents[2] / "docs" / "source-registers.md").read_text(encoding="utf-8")
QUESTION, ANSWER = (json.loads(found) for found in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
(SETTINGS,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_answer_that_is_shown_is_one_to_the_question_that_is_shown() -> None:
    source = SourceSettings.model_validate(tomllib.loads(SETTINGS)["sources"]["trade"]).source("trade")
    asked = Identifier(Scheme(QUESTION["party"]["scheme"]), QUESTION["party"]["number"])

    told = read_answer(ANSWER, asked, source)

    assert isinstance(told, Answer), told
    assert (1, 1, set(Fact)) == (len(told.relations), len(told.restrictions), set(told.facts.told))


@pytest.mark.parametrize("reason", NoAnswerReason)
def test_every_outcome_is_told_of(reason: NoAnswerReason) -> None:
    assert f"`{reason}`" in PAGE
