"""The runner of the test vectors, with our own verifier and with others."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from claims.vectors import as_expected, main, question, vectors_in
from tests.support.vectors import FOLDER, vectors

ALL = len(vectors())

REFUSES_ALL = """
import sys
for line in sys.stdin:
    print('{"refused": "no"}')
"""
BELIEVES_ALL = """
import base64, json, sys
for line in sys.stdin:
    token = json.loads(line)["token"]
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        print(json.dumps({"case": "own_behalf", "person": claims["sub"], "actions": []}))
    except Exception:
        print('{"refused": "odd"}')
"""


def another(tmp_path: Path, code: str) -> list[str]:
    (tmp_path / "verifier.py").write_text(code)
    return [str(FOLDER), "--", sys.executable, str(tmp_path / "verifier.py")]


def test_our_own_verifier_says_of_every_vector_what_is_expected_by_code_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert 0 == main(["--codes", str(FOLDER)])

    assert f"{ALL} of {ALL} as expected\n" == capsys.readouterr().out


def test_another_verifier_is_asked_on_lines_and_ours_can_be_one() -> None:
    done = subprocess.run(
        [
            *[sys.executable, "-m", "claims.vectors", "--codes", str(FOLDER), "--"],
            *[sys.executable, "-m", "claims.vectors", "--answer"],
        ],
        cwd=FOLDER.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert f"{ALL} of {ALL} as expected\n" == done.stdout


def test_a_verifier_that_refuses_everything_is_told_what_it_should_have_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = len(vectors("good"))

    assert 1 == main(another(tmp_path, REFUSES_ALL))

    told = capsys.readouterr().out
    assert f"{ALL - len([v for v in vectors() if 'refused' not in v['expect']])} of {ALL} as expected" in told
    assert told.count("  expected ") >= good
    assert vectors("good")[0]["name"] in told


def test_a_verifier_that_believes_everything_is_told_of_every_attack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 1 == main(another(tmp_path, BELIEVES_ALL))

    told = capsys.readouterr().out
    for name in (
        "alg 'none', without a signature",
        "a signature of zeros",
        "the issuer https://evil.example",
    ):
        assert f"{name}\n  expected " in told


def test_another_verifiers_codes_are_its_own_unless_ours_are_asked_for() -> None:
    expected = {"refused": "expired", "claim": "exp"}

    assert as_expected(expected, {"refused": "too late"}, codes=False)
    assert not as_expected(expected, {"refused": "too late"}, codes=True)
    for no_refusal in ({}, {"refused": None}, {"case": "own_behalf"}):
        assert not as_expected(expected, no_refusal, codes=False)


def test_a_question_tells_neither_the_outcome_nor_what_is_tried() -> None:
    for vector in vectors_in(FOLDER):
        asked = question(vector)
        assert {"call", "now", "verifier", "demand", "jwks", "token"} == asked.keys()
        assert asked["jwks"]["keys"] is not None


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import sys; sys.exit(3)", f"status 3 and 0 lines for {ALL} questions"),
        ("print('{}')", f"1 lines for {ALL} questions"),
        ("import sys\nfor line in sys.stdin: print('yes')", "line 1 of the verifier is no JSON object"),
    ],
)
def test_a_verifier_that_does_not_answer_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, told: str
) -> None:
    assert 2 == main(another(tmp_path, code))

    assert told in capsys.readouterr().err


@pytest.mark.parametrize("given", [[], ["/nowhere"], [str(FOLDER), "--", "/nowhere/verifier"]])
def test_what_cannot_be_run_is_said_and_no_traceback(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(given)
    assert "" != capsys.readouterr().err


def test_a_folder_of_something_else_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jwks.json").write_text("{}")
    (tmp_path / "others.json").write_text('["x"]')

    assert 2 == main([str(tmp_path)])
    assert "is no folder of vectors" in capsys.readouterr().err


def test_answering_is_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [question(vector) for vector in vectors_in(FOLDER)[:3]]

    assert 0 == main(["--answer"], stdin=StringIO("".join(f"{json.dumps(one)}\n" for one in asked)))
    assert 3 == len([json.loads(line) for line in capsys.readouterr().out.splitlines()])
