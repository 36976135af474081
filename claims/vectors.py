"""The published test vectors, put to a verifier in any language (`docs/verifying.md`, "Your own verifier").

    python -m claims.vectors tests/vectors                        our own verifier
    python -m claims.vectors tests/vectors -- node verify.mjs     another, which reads questions and prints verdicts
    python -m claims.vectors --answer                             our own, as such another one

A question is a vector without what is expected of it, on one line of JSON; a verdict is one line of JSON, in the words of
`expect`. Exit status 0 where every verdict is as expected, 1 where one is not, 2 where it could not be asked.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TextIO

from claims.verify import Loa, OnBehalfOf, OwnBehalf, VerificationRefused, Verifier

__all__ = ["NotAnswered", "answers_of", "as_expected", "main", "question", "vectors_in", "verdict"]

Vector = Mapping[str, Any]
Verdict = Mapping[str, Any]

_NO_VECTORS: Final = ("jwks.json", "keys.json")
_PATIENCE: Final = 300  # seconds


class NotAnswered(Exception):
    """There are no vectors, or the other verifier did not answer each with a line of JSON; the text says which."""


def vectors_in(folder: Path) -> list[Vector]:
    """All vectors of the folder, each with the key set that it is for; NotAnswered where there are none."""
    try:
        jwks = json.loads((folder / "jwks.json").read_text(encoding="utf-8"))
        files = sorted(path for path in folder.glob("*.json") if path.name not in _NO_VECTORS)
        found = [vector for path in files for vector in json.loads(path.read_text(encoding="utf-8"))]
        return [{**vector, "jwks": vector["jwks"] or jwks} for vector in found]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise NotAnswered(f"{folder} is no folder of vectors: {type(wrong).__name__}") from None


def question(vector: Vector) -> dict[str, Any]:
    """What the verifier is told: all but what is expected, and but the name, which would tell it."""
    return {name: value for name, value in vector.items() if name not in {"expect", "name"}}


def verdict(vector: Vector) -> dict[str, object]:
    """What our verifier says, in the words in which a vector expects it."""
    verifier = Verifier(keys=vector["jwks"], clock=lambda: int(vector["now"]), **vector["verifier"])
    demand = dict(vector["demand"])
    if "at_least" in demand:
        demand["at_least"] = Loa.of_word(demand["at_least"])
    if "amount" in demand:
        demand["amount"] = Decimal(demand["amount"])
    if "day" in demand:
        demand["day"] = date.fromisoformat(demand["day"])
    verify = verifier.verify_id_token if vector["call"] == "id_token" else verifier.verify_access_token
    try:
        shown = verify(vector["token"], **demand)
    except VerificationRefused as refused:
        return {"refused": str(refused.code), "claim": refused.claim}
    match shown:
        case OwnBehalf(person, _, actions):
            return {"case": "own_behalf", "person": person.sub, "actions": list(actions)}
        case OnBehalfOf(person, represented, intermediaries, mandate):
            return {
                "case": "on_behalf_of",
                "person": person.sub,
                "represented": represented.sub,
                "intermediaries": [party.sub for party in intermediaries],
                "actions": list(mandate.actions),
                "effective": mandate.effective_assurance.word,
            }


def as_expected(expected: Verdict, found: Verdict, *, codes: bool) -> bool:
    """Whether a verdict is the one expected. What is refused must be refused; by our code and claim only where `codes`."""
    if "refused" in expected:
        return expected == found if codes else bool(found.get("refused"))
    return expected == found


def answers_of(command: Sequence[str], vectors: Iterable[Vector]) -> list[Verdict]:
    """The verdicts of another verifier, started once; NotAnswered where it does not give one for each question."""
    lines = [json.dumps(question(vector)) for vector in vectors]
    try:
        ran = subprocess.run(  # noqa: S603 - the command is what whoever runs this wrote
            command,
            input="\n".join(lines) + "\n",
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeError) as wrong:
        raise NotAnswered(f"the verifier could not be run: {type(wrong).__name__}") from None
    said = ran.stdout.splitlines()
    if ran.returncode != 0 or len(said) != len(lines):
        raise NotAnswered(
            f"the verifier ended with status {ran.returncode} and {len(said)} lines for {len(lines)} questions"
        )
    return [_read(line, number) for number, line in enumerate(said, 1)]


def main(arguments: Sequence[str] | None = None, *, stdin: TextIO | None = None) -> int:
    """The command; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    at = given.index("--") if "--" in given else len(given)
    options = _options().parse_args(given[:at])
    if options.answer:
        for line in stdin or sys.stdin:
            print(json.dumps(verdict(json.loads(line))), flush=True)
        return 0
    try:
        if options.folder is None:
            raise NotAnswered("give the folder of the vectors")
        vectors = vectors_in(options.folder)
        command = given[at + 1 :]
        found = answers_of(command, vectors) if command else [verdict(vector) for vector in vectors]
    except NotAnswered as wrong:
        print(wrong, file=sys.stderr)
        return 2
    wrong_ones = list(_unlike(vectors, found, codes=options.codes))
    for name, expected, said in wrong_ones:
        print(f"{name}\n  expected {json.dumps(expected)}\n  found    {json.dumps(said)}")
    print(f"{len(vectors) - len(wrong_ones)} of {len(vectors)} as expected")
    return 1 if wrong_ones else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m claims.vectors", usage="%(prog)s [--codes] FOLDER [-- COMMAND …] | --answer"
    )
    parser.add_argument("folder", nargs="?", type=Path, help="tests/vectors of a clone")
    parser.add_argument("--codes", action="store_true", help="a refusal must have our code and claim too")
    parser.add_argument("--answer", action="store_true", help="read questions, print our own verdicts")
    return parser


def _read(line: str, number: int) -> Verdict:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise NotAnswered(f"line {number} of the verifier is no JSON object")
    return value


def _unlike(
    vectors: Sequence[Vector], found: Sequence[Verdict], *, codes: bool
) -> Iterator[tuple[str, Verdict, Verdict]]:
    for vector, said in zip(vectors, found, strict=True):
        if not as_expected(vector["expect"], said, codes=codes):
            yield vector["name"], vector["expect"], said


if __name__ == "__main__":
    sys.exit(main())
