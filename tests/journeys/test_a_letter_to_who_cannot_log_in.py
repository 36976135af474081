"""A daughter asks for a letter, her mother reads it, and the daughter fills in its code: on a phone's width, without a script."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import a_person_at, chromium
from tests.support.demo import PATIENCE, RunningDemo, running_demo

# one worker for all: a demo and a browser are started once
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
_CODE = re.compile(r"deze code: ([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z])\.")
_NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("journey") / "demo") as demo:
        yield demo


@pytest.fixture
def sanne() -> Iterator[Page]:
    with chromium() as browser:
        yield _on_a_phone(browser)


def _on_a_phone(browser: Browser) -> Page:
    page = a_person_at(browser, javascript=False)
    page.set_viewport_size(_NARROW)  # type: ignore[arg-type]
    return page


def letters_to_joke(demo: RunningDemo, but: frozenset[str] = frozenset()) -> str:
    """The letter that her mother finds in her mailbox, other than those `but`."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        for file in sorted((demo.data / "letters").glob("*.txt")):
            text = file.read_text(encoding="utf-8")
            if "(joke)" in text and _CODE.search(text) and text not in but:
                return text
        time.sleep(0.2)
    raise AssertionError("no letter came")


def fill_in(page: Page, demo: RunningDemo, letter: str) -> None:
    found = _CODE.search(letter)
    assert found is not None
    page.goto(f"{demo.provider}/portal/code")
    page.fill("#code", found[1])
    page.fill("#born", "14-8-1939")
    page.fill("#number", "999998018")
    page.click("#code-submit")


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen: without a script, by what a screenshot of the whole page measures."""
    return bool(page.locator("main").bounding_box()["width"] <= _NARROW["width"])  # type: ignore[index]


def test_the_code_of_the_latest_letter_lets_her_act_for_her_mother(demo: RunningDemo, sanne: Page) -> None:
    first = letters_to_joke(demo)  # asked for before the demo began
    assert "Sanne van Vliet wil dit voor u regelen" in first
    sanne.goto(f"{demo.provider}/portal/ask")
    sanne.click("#method-eid")
    sanne.fill("#eid-person", "sanne")
    sanne.select_option("#eid-level", "low")
    sanne.click("#eid-submit")
    sanne.click("#ask-letter")
    assert fits(sanne)
    sanne.fill("#born", "14-8-1939")
    sanne.fill("#number", "999998018")
    sanne.check('input[name="task:energy-label:all"]')
    sanne.click("#letter-submit")
    assert sanne.locator("#asked").is_visible()
    assert fits(sanne)

    second = letters_to_joke(demo, frozenset({first}))
    fill_in(sanne, demo, first)
    assert "wrong_code" == sanne.get_attribute("#error-message", "data-code")
    fill_in(sanne, demo, second)

    assert "given" == sanne.get_attribute("#became", "data-state")
    assert "Joke van Vliet" in sanne.inner_text("h1")
    sanne.goto(f"{demo.provider}/portal/")
    assert "Joke van Vliet" in sanne.inner_text("#received-list")
