"""What the documentation says of formats and verifying is whole, and what it shows runs."""

import inspect
import json
import re
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import pytest

from claims.verify import OnBehalfOf, OwnBehalf, Refused, VerificationRefused, VerifiedMandate, Verifier
from claims.verifying.refusal import VerificationRefused as Refusal

ROOT = Path(__file__).parents[2]
VERIFYING = (ROOT / "docs" / "verifying.md").read_text()
REPRESENTATION = (ROOT / "docs" / "representation.md").read_text()


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_refusal_is_explained_and_no_other() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", section(VERIFYING, "Refusals"), re.MULTILINE)

    assert sorted(Refused) == sorted(explained)


@pytest.mark.parametrize("code", Refused)
def test_the_http_status_in_the_documentation_is_the_one_given(code: Refused) -> None:
    [row] = re.findall(rf"^\| `{code}` \|.*\| (.*) \|$", section(VERIFYING, "Refusals"), re.MULTILINE)

    if found := re.match(r"\d{3}", row):
        assert Refusal(code, "x").status == int(found[0])
    else:
        assert code is Refused.NONCE_WRONG


def test_every_setting_of_a_verifier_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| (`.*?) \|", section(VERIFYING, "Settings of a verifier"), re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}

    assert set(inspect.signature(Verifier).parameters) == explained


def test_every_member_of_an_answer_is_named() -> None:
    for kind in (OwnBehalf, OnBehalfOf, VerifiedMandate):
        for name in kind.__dataclass_fields__:
            assert re.search(rf"\b{name}\b", VERIFYING), name


@pytest.mark.parametrize("which", ["asked", "granted"])
def test_every_member_of_the_schemas_is_explained(which: str) -> None:
    title = {"asked": "Asking", "granted": "`authorization_details`"}[which]
    text = (ROOT / "claims" / "formats" / "schemas" / f"{which}.json").read_text()
    names: set[str] = set()

    def look(node: object) -> None:
        if isinstance(node, dict):
            names.update(node.get("properties", {}))
            for member in node.values():
                look(member)

    look(json.loads(text))
    look(json.loads(text)["items"])
    for name in names:
        assert re.search(rf"`(links\[\]\.)?{name}`", section(REPRESENTATION, title)), name


def test_every_member_of_represents_is_explained_and_no_other() -> None:
    from tests.support.relying_party import claims_of
    from tests.support.vectors import vectors

    explained = re.findall(r"^\| `(\w+)` \|", section(REPRESENTATION, "`represents`"), re.MULTILINE)

    there: set[str] = set()
    for vector in vectors("good"):
        inner = claims_of(vector["token"]).get("represents") if "token" in vector else None
        while inner:
            there |= set(inner)
            inner = inner.get("represents")
    assert there == set(explained)


def test_the_token_in_the_documentation_is_one_that_fits_the_schema() -> None:
    from jsonschema import Draft202012Validator

    sample = json.loads(re.findall(r"```json\n(.*?)```", REPRESENTATION, re.DOTALL)[0])
    schema = json.loads((ROOT / "claims" / "formats" / "schemas" / "granted.json").read_text())

    Draft202012Validator(schema).validate(sample["authorization_details"])


def test_the_five_lines_are_what_the_verifier_takes() -> None:
    from tests.support.vectors import JWKS, vectors

    vector = vectors("good")[0]
    code = re.findall(r"```python\n(.*?)```", VERIFYING, re.DOTALL)[0]
    code = code.replace('api.tax.example.nl")', 'api.tax.example.nl", keys=JWKS, clock=lambda: NOW)')
    code = re.sub(r"mandate\):\s+\.\.\.", "mandate): found.append(represented.name)", code)
    found: list[str | None] = []

    exec(code, {"token": vector["token"], "JWKS": JWKS, "NOW": vector["now"], "found": found})  # noqa: S102

    assert ["Bakkerij De Korenbloem B.V."] == found


def test_an_issuer_that_does_not_answer_is_told_as_come_back_later() -> None:
    _, status, headers = VerificationRefused(Refused.ISSUER_UNAVAILABLE, "x").answer()

    assert (503, "10") == (status, headers["Retry-After"])
    assert "WWW-Authenticate" not in headers


def test_the_step_to_representation_that_is_shown_is_the_one_between_the_two_examples() -> None:
    page = (ROOT / "docs" / "adding-representation.md").read_text()
    names = ["examples/plain_relying_party.py", "examples/relying_party.py"]
    plain, understanding = ((ROOT / name).read_text().splitlines() for name in names)

    between = [line.rstrip() for line in unified_diff(plain, understanding, *names, lineterm="")]

    assert ["\n".join(between) + "\n"] == re.findall(r"```diff\n(.*?)```", page, re.DOTALL)


def run_example(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(ROOT / "examples" / "verify_offline.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})


def test_the_offline_example_says_who_acts_for_whom() -> None:
    done = run_example()

    assert (0, "") == (done.returncode, done.stderr)
    assert "acts for Bakkerij De Korenbloem B.V. (90000456)\nthrough Accountants Peeters B.V.," in done.stdout


def test_the_offline_example_says_why_not() -> None:
    done = run_example(str(ROOT / "tests" / "vectors" / "hostile_headers.json"))

    assert 1 == done.returncode
    assert "Refused: algorithm_forbidden" in done.stdout
    assert 'WWW-Authenticate: Bearer error="invalid_token"' in done.stdout


def test_a_refusal_is_an_exception_that_the_verifier_exports() -> None:
    assert VerificationRefused is Refusal
