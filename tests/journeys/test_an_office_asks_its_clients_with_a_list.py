"""An intermediary's administrator brings a list, sees what is wrong in it, asks, and a client says yes; in a real browser.

On a phone's width and without JavaScript.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import chromium
from tests.support.demo import RunningDemo, running_demo

# one worker for all: a demo and a browser are started once
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
PHONE = {"width": 320, "height": 720}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("journey") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def at_home(browser: Browser, demo: RunningDemo, person: str) -> Page:
    """That person's own page on a phone, logged in by the practice login."""
    context = browser.new_context(locale="nl-NL", java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{demo.provider}/portal/")
    page.click("#method-eid")
    page.fill("#eid-person", person)
    page.select_option("#eid-level", "substantial")
    page.click("#eid-submit")
    return page


def fits(page: Page) -> None:
    """Nobody has to scroll sideways; and a picture of it where somebody wants to look."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    if (folder := os.environ.get("NAMENS_PICTURES")) is not None:
        name = re.sub(r"[^a-z]+", "-", page.title().lower()).strip("-")
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_lotte_asks_with_a_list_and_mo_says_yes(demo: RunningDemo, browser: Browser) -> None:
    lotte = at_home(browser, demo, "lotte")
    lotte.click("#managed-list a:has-text('Peeters')")
    lotte.click("#office-list-ask")
    fits(lotte)
    lotte.set_input_files("#file", demo.data / "klanten.csv")
    lotte.click("#list-submit")

    assert lotte.get_attribute("#counts", "data-good") == "3"
    assert "Regel 5, kolom dienst" in lotte.inner_text("#faults")
    assert "nog niets gedaan" in lotte.inner_text("#counts")
    fits(lotte)
    lotte.click("#list-good")
    outcomes = lotte.locator("#done-list li").evaluate_all("all => all.map(one => one.dataset.outcome)")
    assert outcomes == ["asked", "asked", "before"]
    fits(lotte)

    mo = at_home(browser, demo, "mo")
    mo.click("#managed-list a:has-text('Amrani')")
    mo.click("#offered-list a")
    mo.click("#approve")
    assert mo.get_attribute("#became", "data-state") == "given"
    assert "K-2001" not in mo.content()

    lotte.click("#clients")
    lotte.fill("#search", "k-2001")
    lotte.click("#search-submit")
    found = lotte.inner_text("#clients-list")
    assert "Amrani" in found
    assert "Team Noord" in found
    fits(lotte)
    for link in ("#teams", "#teams-list a:has-text('Team Noord')"):
        lotte.click(link)
        fits(lotte)
    lotte.goto(f"{demo.provider}/portal/for/peeters/calendar")
    fits(lotte)
    lotte.click("#several")
    fits(lotte)
    for page in (lotte, mo):
        page.context.close()
