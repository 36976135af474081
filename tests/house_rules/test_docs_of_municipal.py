"""The page on the authentication context says what the code makes."""

import json
import re
from pathlib import Path
from typing import Any

import claims.verifying.municipal as municipal
from claims.assurance import Loa
from claims.verify import Verifier, authentication_context
from tests.support.representations import VAT
from tests.support.vectors import JWKS
from tests.vectors.tokens import ISSUER, NOW, RESOURCE, access, access_header, jws

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "authentication-context.md").read_text(encoding="utf-8")


def test_the_example_is_what_comes_of_the_first_token_of_the_vectors() -> None:
    [shown] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    verifier = Verifier(ISSUER, RESOURCE, keys=JWKS, clock=lambda: NOW)
    names: dict[str, Any] = {
        "shown": verifier.verify_access_token(jws(access_header(), access()), service=VAT)
    }
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    exec(code, names)  # noqa: S102

    assert json.loads(shown) == names["context"] == authentication_context(names["shown"])


def test_every_level_stands_there_in_both_frameworks() -> None:
    rows = {
        Loa.of_word(level): (digid, eherkenning)
        for level, digid, eherkenning in re.findall(
            r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", PAGE, re.MULTILINE
        )
    }

    assert {level: (municipal._DIGID[level], municipal._EHERKENNING[level]) for level in Loa} == rows


def test_everything_that_has_no_place_is_told_with_its_reason_and_nothing_else() -> None:
    code = Path(municipal.__file__).read_text(encoding="utf-8")
    raised = set(re.findall(r'NotExpressible\("(.*?)"\)', code))
    table = PAGE.split("## What has no place in it")[1].split("\n## ")[0]
    told = set(re.findall(r"^\| (?!`|---)(.*?) \|", table, re.MULTILINE))

    assert raised == told
