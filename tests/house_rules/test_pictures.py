"""The pictures of the documentation: each is there, made by the walk, shown somewhere and told in words (decision 121)."""

import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.chromium import chromium
from tests.support.pictures import FOLDER, VARIANTS, draw, names, standing_still

DOCS = FOLDER.parent
DRAWN = int(os.environ.get("NAMENS_TEST_PICTURES", "1"))  # of the languages and widths
_MOST_BYTES = 1_500_000  # of all together: everybody who clones gets them
_PNG = b"\x89PNG\r\n\x1a\n"

pytestmark = pytest.mark.xdist_group("chromium")


def shown() -> Iterator[tuple[str, str, str]]:
    """Every picture of a page that the documentation shows: where, its words, and its file."""
    for page in DOCS.rglob("*.md"):
        for words, file in re.findall(r"!\[([^\]]*)\]\(([^)]*pictures/[^)]*)\)", page.read_text()):
            assert (page.parent / file).resolve().parent == FOLDER
            yield page.name, words, Path(file).name


def test_every_picture_that_is_shown_is_made_by_the_walk_and_is_there() -> None:
    for page, _, file in shown():
        assert file in names(), f"{page}: {file} is not drawn"
        assert (FOLDER / file).exists(), f"{page}: make pictures"


def test_none_is_kept_that_nobody_shows_or_draws() -> None:
    kept = {file.name for file in FOLDER.iterdir()}

    assert kept == {file for _, _, file in shown()} == names()


def test_each_is_told_in_words_that_say_what_there_is_to_see() -> None:
    for page, words, file in shown():
        assert 40 < len(words) < 200, f"{page}: {file}: {words}"
        assert words[0].isupper(), f"{page}: {file}: {words}"
        assert not re.search(r"picture of|screenshot|\.png", words, re.IGNORECASE), f"{page}: {words}"


def test_they_are_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < _MOST_BYTES


@pytest.mark.browser
def test_the_walk_makes_every_picture_that_it_names(tmp_path: Path) -> None:
    with chromium() as browser:
        for variant in VARIANTS[:DRAWN]:
            demo = standing_still(tmp_path / variant.language / variant.width, (0, 0, 0))
            try:
                drawn = draw(browser, demo, variant, tmp_path)
            finally:
                demo.close()

            assert {
                name for name in names() if name.endswith(f".{variant.language}.{variant.width}.png")
            } == set(drawn)
            for name in drawn:
                made = (tmp_path / name).read_bytes()
                assert _PNG == made[:8]
                assert variant.size == struct.unpack(">II", made[16:24])
