"""Every decision and command is written down where people look for it."""

import re
from pathlib import Path

from authz_server.cli import COMMANDS

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


def test_decisions_have_a_number_of_their_own_a_question_and_an_answer() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [file.name[:4] for file in decisions]

    assert len(set(numbers)) == len(numbers)
    for file in decisions:
        text = file.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", file.name)
        assert text.startswith("# ")
        assert re.search(r"\*\*(The question|Question)\.\*\*", text), file.name
        assert re.search(r"\*\*[^*]*[Cc]hose", text), file.name


def test_every_command_is_told_of() -> None:
    told = "".join(file.read_text(encoding="utf-8") for file in [ROOT / "README.md", *DOCS.glob("*.md")])

    for command in COMMANDS:
        assert f"namens {command}" in told or f"`{command} " in told, command


def test_the_change_log_begins_with_what_comes() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(r"^## ", text, re.MULTILINE)
    kinds = re.findall(r"^### (.*)$", text, re.MULTILINE)
    assert set(kinds) <= {"Security", "Removed", "Deprecated", "Added", "Changed", "Fixed"}


def test_every_module_says_in_its_first_line_what_it_is() -> None:
    for package in ("authz_server", "claims", "keys"):
        for file in sorted((ROOT / package).rglob("*.py")):
            if "versions" not in file.parts and file.read_text(encoding="utf-8").strip():
                assert file.read_text(encoding="utf-8").startswith(('"""', 'r"""')), file
