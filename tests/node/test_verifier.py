"""The verifier in JavaScript of `examples/verifier`: right about every published vector, by code and claim too."""

import shutil
from pathlib import Path

import pytest

from claims.vectors import main
from tests.support.node_packages import node
from tests.support.vectors import FOLDER, vectors

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("node")]

VERIFIER = Path(__file__).parents[2] / "examples" / "verifier"
ALL = len(vectors())


def asked(folder: Path) -> int:
    return main(["--codes", str(FOLDER), "--", node(), str(folder / "verifier.mjs")])


def test_it_says_of_every_vector_what_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == asked(VERIFIER)

    assert f"{ALL} of {ALL} as expected\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "check"),
    [
        ("signed.mjs", "if (name in found) throw new SyntaxError();"),
        ("signed.mjs", 'if (named.length > 1) throw new Refused("key_ambiguous", "kid");'),
        ("representation.mjs", 'if (!allDifferent(everybody)) throw inconsistent("represents");'),
        ("verifier.mjs", 'if (shown.branch !== null) kinds.push("branch");'),
    ],
)
def test_without_one_of_its_checks_a_vector_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, check: str
) -> None:
    """So that what it agrees with is what it was asked."""
    folder = Path(shutil.copytree(VERIFIER, tmp_path / "verifier"))
    text = (folder / file).read_text(encoding="utf-8")
    assert 1 == text.count(check)
    (folder / file).write_text(text.replace(check, ""), encoding="utf-8")

    assert 1 == asked(folder)

    assert f"{ALL} of {ALL}" not in capsys.readouterr().out
