"""docs/mandates.md names every rule, every fault, every key and every kind that the code knows."""

import re
from pathlib import Path

import pytest

from claims.identifiers import Scheme
from claims.refusals import Rule
from claims.relations import Basis
from claims.restrictions import RestrictionKind
from claims.worldfile import FaultCode
from tests.support.worldfiles import WORLD

_ROOT = Path(__file__).parents[2]
PAGE = (_ROOT / "docs" / "mandates.md").read_text(encoding="utf-8")
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (_ROOT / "tests" / "claims").glob("test_*.py"))
RULES = [f"R{number}" for number in range(1, 24)]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_written_down_and_has_a_test_that_is_named_after_it(rule):
    assert f"| **{rule}** |" in PAGE
    assert re.search(rf"def test_{rule.lower()}_", TESTS)


def test_the_rules_that_break_a_path_are_rules_of_the_page():
    assert {rule.value for rule in Rule} - {"path"} <= set(RULES)


@pytest.mark.parametrize(
    "word", [*FaultCode, *Basis, *RestrictionKind, *Scheme, *WORLD], ids=lambda word: str(word)
)
def test_every_word_of_the_world_file_is_written_down(word):
    assert f"`{word}`" in PAGE
