"""What npm brings for tests, by the lock in `tests/node`; skipped where it is missing, a failure in CI."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

__all__ = ["HERE", "node", "node_package"]

HERE = Path(__file__).parent.parent / "node"


def node_package(name: str) -> Path:
    """The folder of that package, brought where it is not there yet."""
    found, npm = HERE / "node_modules" / name, shutil.which("npm")
    if found.exists():
        return found
    if npm is None:
        _missing("no npm on PATH")
    ran = subprocess.run([npm, "ci"], cwd=HERE, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        _missing(f"npm ci failed: {ran.stderr[-300:]}")
    return found


def node() -> str:
    """Where Node is; the test is skipped where it is not, and fails in CI."""
    return shutil.which("node") or _missing("no node on PATH")


def _missing(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have Node: {what}")
    pytest.skip(what)
