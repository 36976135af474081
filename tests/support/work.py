"""What an answer costs: the statements that are put to the database for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from keys.storage import Connected, Statement


@contextmanager
def statements_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Statement]]:
    """Every statement meanwhile, in order."""
    asked: list[Statement] = []

    def noting(real: Any) -> Any:
        def note(db: Connected, statement: Statement, values: Mapping[str, Any] | None = None) -> Any:
            asked.append(statement)
            return real(db, statement, values)

        return note

    with monkeypatch.context() as patched:
        for name in ("all", "one", "run"):
            patched.setattr(Connected, name, noting(getattr(Connected, name)))
        yield asked
