"""The plugin, in a project of a service provider that has pytest and Namens and nothing else of ours."""

import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[3]


def pages_code() -> str:
    """The tests on the page, as they stand there."""
    text = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    # blocked by its name and loaded by its module: whether it was installed or not, it is there once
    plugin = ("-p", "no:namens-issuer", "-p", "claims.pytest_issuer")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *plugin]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def test_the_tests_of_the_page_pass(tmp_path: Path) -> None:
    from claims.testing import HOSTILE

    (tmp_path / "test_api.py").write_text(pages_code())

    done = run(tmp_path, "-W", "error")

    assert 0 == done.returncode, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) > len(HOSTILE)


def test_a_guard_that_lets_through_makes_the_tests_of_the_page_fail(tmp_path: Path) -> None:
    code = pages_code()
    open_door = code.replace('@guard.requires(VAT_RETURN, action="submit")\n', "@unguarded\n")
    assert code != open_door
    (tmp_path / "test_api.py").write_text(f"def unguarded(view):\n    return lambda: {{}}\n\n\n{open_door}")

    assert 1 == run(tmp_path).returncode


def test_the_plugin_is_named_where_pytest_looks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    module = import_module(project["entry-points"]["pytest11"]["namens-issuer"])

    assert {"namens_issuer", "namens_served_issuer", "pytest_generate_tests"} <= set(dir(module))


def test_where_no_test_asks_for_it_nothing_of_ours_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(
        "import sys\n\n\ndef test_nothing():\n"
        "    assert not {'joserfc', 'claims.verify', 'claims.testing.issuer'} & set(sys.modules)\n"
    )

    done = run(tmp_path)

    assert 0 == done.returncode, done.stdout
