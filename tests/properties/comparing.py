"""What the packages answer, in the form in which the reference answers."""

import os
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, settings

from claims.assurance import Loa
from claims.catalogue import Service
from claims.explanation import Explanation
from claims.instants import parse_instant, written
from claims.limits import NO_LIMITS, limits_as_json
from claims.question import Question
from claims.representation import Representation
from claims.resolution import Resolution
from tests.reference.resolver import Broken

# How many random worlds each property is tried on.
WORLDS = int(os.environ.get("NAMENS_WORLDS", "60"))

over_worlds = settings(
    max_examples=WORLDS,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.function_scoped_fixture,
    ],
)


def question_of(asked: Mapping[str, Any], services: Mapping[str, Service]) -> Question:
    """The question that a line of a batch asks."""
    minimum = asked.get("minimum")
    return Question(
        acting=asked["acting"],
        service=services[asked["service"]],
        at=parse_instant(asked["at"]),
        login_assurance=Loa[asked["login_assurance"].upper()],
        authenticator=asked.get("authenticator"),
        actions=tuple(asked.get("actions") or ()),
        minimum=None if minimum is None else Loa[minimum.upper()],
    )


def answer_of(one: Representation) -> dict[str, Any]:
    """One answer as JSON has it."""
    return {
        "represented": one.represented,
        "branch": one.branch,
        "through": one.through,
        "path": list(one.path),
        "intermediaries": list(one.intermediaries),
        "assurance": one.assurance.name.lower(),
        "effective_assurance": one.effective_assurance.name.lower(),
        "step_up": None if one.step_up is None else one.step_up.name.lower(),
        "other_means": one.other_means,
        "actions": list(one.actions),
        "until": None if one.until is None else written(one.until),
        **({"limits": limits_as_json(one.limits)} if one.limits != NO_LIMITS else {}),
    }


def resolution_of(resolution: Resolution) -> dict[str, Any]:
    """The whole answer as JSON has it."""
    own = resolution.own
    return {
        "self": own.allowed,
        "self_step_up": None if own.step_up is None else own.step_up.name.lower(),
        "representations": [answer_of(one) for one in resolution.representations],
    }


def assert_explains(told: Explanation, expected: Mapping[tuple[str, ...], list[Broken]]) -> None:
    """The explanation names the expected chains (a hundred of them at most), in order, each with what it breaks."""
    order = [(len(one.broken), len(one.path), one.path) for one in told.paths]
    assert order == sorted(order)
    assert told.truncated == (len(expected) > 100)
    assert len(told.paths) == min(100, len(expected))
    assert {one.path for one in told.paths} <= set(expected)
    for one in told.paths:
        broken = expected[one.path]
        assert {rule for rule, _ in broken} == {str(rule) for rule, _ in one.broken}
        named = {(str(rule), link) for rule, link in one.broken}
        assert {(rule, link) for rule, link in broken if link is not None} <= named
