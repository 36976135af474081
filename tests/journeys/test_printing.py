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


def test_a_website_of_the_demo_is_printed_with_for_whom_and_with_no_heading_above_nothing(
    browser: Browser, demo: RunningDemo
) -> None:
    page = a_person_at(browser)
    page.goto(demo.desk)
    page.click("#task-vat-return-all")
    page.click("#method-eid")
    page.fill("#eid-person", "carla")
    page.click("#eid-submit")
    page.locator("#candidates label").first.click()
    page.click("#choose-submit")
    page.click("#confirm-yes")
    expect(page.locator("#working")).to_be_visible()

    page.emulate_media(media="print")

    for shown in ("#working", "#claims", "#by-which-right", ".top .name"):
        expect(page.locator(shown)).to_be_visible()
    assert ["Btw-aangifte", "Dit weten we, en dit is gecontroleerd"] == page.locator(
        "main h1:visible, main h2:visible"
    ).all_inner_texts()
    expect(page.locator("button:visible")).to_have_count(0)
    assert "rgb(0, 0, 0)" == page.locator("#claims dt").first.evaluate("one => getComputedStyle(one).color")
    assert "avoid" == page.locator("#claims div").first.evaluate("one => getComputedStyle(one).breakInside")
    page.context.close()
