"""`docs/threats.md` names tests: each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TOLD = (ROOT / "docs/threats.md").read_text(encoding="utf-8")
DEFINED = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *def (test_\w+)", file.read_text(encoding="utf-8"), re.M)
}


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"tests/[\w/.]+\.(?:py|json)", TOLD))

    assert len(named) > 40
    assert not [file for file in named if not (ROOT / file).exists()]


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"::(test_\w+)(…?)", TOLD)

    assert len(named) > 100
    for name, more in named:
        assert name in DEFINED or (more and any(one.startswith(name) for one in DEFINED)), name
