"""What comes out of a printer: the words and the code, and nothing that one can only press."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.chromium import a_person_at, chromium
from tests.support.demo import RunningDemo, running_demo
from tests.support.walking import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

SHEET = """
<div class="namens-sheet namens-stack" id="sheet"><h1 class="utrecht-heading-1">x</h1><p class="namens-code" id="code">K7P4-9TRX-M</p>
<div class="namens-qr" id="qr" role="img"><svg viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg></div></div>
<div class="namens-on-screen" id="screen">y</div>
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("printing") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_a_history_is_printed_with_who_runs_this_and_without_what_one_presses(
    browser: Browser, demo: RunningDemo
) -> None:
    page = a_person_at(browser)
    page.goto(f"{demo.provider}/portal/")
    log_in(page, "anna")
    page.locator("main a[href*='/history']").first.click()
    expect(page.locator("#history-list")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("#history-list strong").first).to_be_visible()
    expect(page.locator(".namens-brand")).to_be_visible()
    for gone in ("#language-form", "#logout", "footer", ".utrecht-skip-link"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("main .utrecht-button:visible")).to_have_count(0)
    assert "rgb(0, 0, 0)" == page.locator(".namens-note").first.evaluate("one => getComputedStyle(one).color")
    page.context.close()


def test_the_sheet_with_the_code_is_printed_whole(browser: Browser, demo: RunningDemo) -> None:
    page = a_person_at(browser)
    page.goto(f"{demo.provider}/permissions")
    page.evaluate("sheet => { document.querySelector('main').innerHTML = sheet }", SHEET)

    page.emulate_media(media="print")

    for shown in ("#sheet", "#code", "#qr svg"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator("#screen")).to_be_hidden()
    assert "avoid" == page.locator("#sheet").evaluate("one => getComputedStyle(one).breakInside")
    page.context.close()
