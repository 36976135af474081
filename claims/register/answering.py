"""Answers as JSON, as `namens resolve` and `namens explain` print them (`mandates.md` 4 and 6)."""

from claims.explanation import Explanation
from claims.instants import written
from claims.representation import Representation
from claims.resolution import Resolution

__all__ = ["explanation_as_json", "representation_as_json", "resolution_as_json"]


def resolution_as_json(resolution: Resolution) -> dict[str, object]:
    """The whole answer to a question."""
    step_up = resolution.own.step_up
    return {
        "self": resolution.own.allowed,
        "self_step_up": None if step_up is None else step_up.word,
        "representations": [representation_as_json(one) for one in resolution.representations],
    }


def representation_as_json(answer: Representation) -> dict[str, object]:
    """One answer."""
    return {
        "represented": answer.represented,
        "branch": answer.branch,
        "through": answer.through,
        "path": list(answer.path),
        "intermediaries": list(answer.intermediaries),
        "assurance": answer.assurance.word,
        "effective_assurance": answer.effective_assurance.word,
        "step_up": None if answer.step_up is None else answer.step_up.word,
        "other_means": answer.other_means,
        "actions": list(answer.actions),
        "until": None if answer.until is None else written(answer.until),
    }


def explanation_as_json(explanation: Explanation) -> dict[str, object]:
    """Why not; `truncated` stands there only where it is true."""
    told: dict[str, object] = {
        "paths": [
            {
                "path": list(one.path),
                "broken": [{"rule": rule.value, "link": link} for rule, link in one.broken],
            }
            for one in explanation.paths
        ]
    }
    return told | {"truncated": True} if explanation.truncated else told
