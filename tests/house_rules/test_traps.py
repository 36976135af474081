"""Sixteen things that Authlib 1.9.9 does otherwise than a provider should each have a test that names it.

The id stands in the name of the test (`test_t12_…`): whoever takes a later Authlib finds by it what to look at.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
TRAPS = {
    "t1": "a challenge without its method is compared as plain; PKCE that is needed can be left out",
    "t2": "no iss in some error redirects",
    "t3": "a refreshed ID token has a new auth_time",
    "t4": "at_hash is left out for some algorithms",
    "t5": "form_post changes values, needs an inline script, and has no iss",
    "t6": "max_age=0 with an old session gives a code",
    "t7": "a request object is ignored",
    "t8": "http behind a proxy is a 500",
    "t9": "a Basic header that is no UTF-8 is a 500; a plus in it is no space",
    "t10": "a registration of wrong types is a 500",
    "t11": "the query is read where a form is meant",
    "t12": "what came of a replayed code stays alive; two redemptions at once can both win",
    "t13": "tokens are logged",
    "t14": "None as the answer of an endpoint that no handler takes",
    "t15": "one of several keys signs at random",
    "t16": "client authentication methods are tried in turn, and any success wins",
}


@cache
def _tests() -> list[str]:
    return [
        node.name
        for file in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_has_a_test_that_names_it(trap: str) -> None:
    assert [name for name in _tests() if trap in name.split("_")], TRAPS[trap]
