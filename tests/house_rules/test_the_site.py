"""The documentation is made into a site without a warning; every page is found, by everybody, and needs nobody else."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.axe import faults_of
from tests.support.chromium import a_person_at, chromium

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

pytestmark = pytest.mark.xdist_group("site")


@dataclass
class Page(HTMLParser):
    """What of a page's markup is looked at."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@cache
def read(file: Path) -> Page:
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """What `make docs` makes, and how that went."""
    [line] = re.findall(r"-m (sphinx .*) docs var/site$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    folder = tmp_path_factory.mktemp("site")
    command = line.replace("var/doctrees", str(folder / "doctrees")).split()
    done = subprocess.run(
        [sys.executable, "-m", *command, "docs", str(folder / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return done, folder / "site"


@pytest.fixture
def site(made: tuple[subprocess.CompletedProcess[str], Path]) -> Path:
    done, folder = made
    assert 0 == done.returncode, done.stderr
    return folder


def pages(site: Path) -> Iterator[tuple[Path, Page]]:
    for file in sorted(site.rglob("*.html")):
        yield file, read(file)


def test_it_is_made_without_a_warning(made: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, _ = made

    assert "-W" in done.args
    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


def test_every_page_is_there_and_links_lead_to_it_from_the_index(site: Path) -> None:
    reached, ahead = set(), [site / "index.html"]
    while ahead:
        file = ahead.pop()
        if file in reached:
            continue
        reached.add(file)
        links = [urlsplit(one.get("href") or "") for one in read(file).all("a")]
        ahead += [
            (file.parent / link.path).resolve()
            for link in links
            if not link.scheme and link.path.endswith(".html")
        ]

    assert {site / page.relative_to(DOCS).with_suffix(".html") for page in DOCS.rglob("*.md")} <= reached


def test_the_decisions_are_listed_by_their_titles(site: Path) -> None:
    text = read(site / "decisions" / "index.html").text

    for file in (DOCS / "decisions").glob("[0-9]*.md"):
        title = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").replace("`", "")
        assert f"{file.name[:4]} {title.removeprefix(f'{file.name[:4]} ')}" in text


def test_it_fetches_nothing_from_elsewhere(site: Path) -> None:
    for file, page in pages(site):
        for tag, attributes in page.elements:
            fetched = attributes.get("href") if tag == "link" else attributes.get("src")
            assert not urlsplit(fetched or "").netloc, f"{file.name}: {fetched}"
    for style in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", style.read_text(encoding="utf-8"))


def test_every_page_says_its_language_and_title_and_has_one_main_part(site: Path) -> None:
    for file, page in pages(site):
        assert "en" == page.all("html")[0].get("lang"), file.name
        head = [name for name, _ in page.elements[: [name for name, _ in page.elements].index("body")]]
        assert 1 == head.count("title"), file.name
        assert 1 == len(page.all("article")), file.name
        assert all("alt" in image for image in page.all("img")), file.name


@pytest.mark.browser
@pytest.mark.parametrize(
    "page", ["index", "search", "claims", "adding-representation", "threats", "decisions/index"]
)
def test_everybody_can_use_it(site: Path, page: str) -> None:
    """One page of each kind: with a picture, a form, a wide table, a listing that scrolls, and a hundred links."""
    with chromium() as browser:
        shown = a_person_at(browser)
        shown.goto((site / f"{page}.html").as_uri())

        assert [] == faults_of(shown)


@pytest.mark.browser
def test_the_menu_of_a_small_screen_opens_by_keyboard_and_without_scripts(site: Path) -> None:
    with chromium() as browser:
        shown = a_person_at(browser, javascript=False)
        shown.set_viewport_size({"width": 320, "height": 800})
        shown.goto((site / "claims.html").as_uri())
        link = shown.get_by_role("link", name="Glossary")
        shown.locator("#__navigation").press("Space")
        link.click()

        assert shown.url.endswith("/glossary.html")
