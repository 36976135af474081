"""Every decision and command is written down where people look for it."""

import re
from pathlib import Path

from authz_server.cli import COMMANDS

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


def test_decisions_have_a_number_of_their_own_a_question_and_an_answer() -> None:
    decisions = sorted(set((DOCS / "decisions").glob("*.md")) - {DOCS / "decisions" / "index.md"})
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


def test_every_page_is_reached_from_the_index() -> None:
    reached, ahead = set(), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or not page.is_relative_to(DOCS) or page.suffix != ".md":
            continue
        reached.add(page)
        text = page.read_text(encoding="utf-8")
        ahead += [(page.parent / target).resolve() for target in re.findall(r"\]\((?!https?:)([^)#]+)", text)]

    decisions = set((DOCS / "decisions").glob("[0-9]*.md"))
    assert decisions
    assert set(DOCS.rglob("*.md")) - decisions <= reached


def test_the_index_leads_to_every_page_by_itself() -> None:
    text = (DOCS / "index.md").read_text(encoding="utf-8").partition("## Where to read on")[2]

    told = re.findall(r"^- \[[^]]*\]\((.*?)\)", text, re.MULTILINE)
    pages = {
        file.relative_to(DOCS).as_posix() for file in [*DOCS.glob("*.md"), DOCS / "decisions" / "index.md"]
    }
    assert sorted(pages - {"index.md"}) == sorted(told)


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
