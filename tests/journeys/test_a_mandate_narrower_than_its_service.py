"""One case and an amount, in a real browser, on a phone's width and without JavaScript: given, chosen, kept to, refused."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import a_person_at, chromium
from tests.support.demo import RunningDemo, running_demo

# one worker for all: a demo and a browser are started once
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("narrower") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Page]:
    page = a_person_at(browser, javascript=False)
    page.set_viewport_size(PHONE)
    yield page
    page.context.close()


def log_in(page: Page, person: str) -> None:
    page.click("#method-eid")
    page.fill("#eid-person", person)
    page.select_option("#eid-level", "substantial")
    page.click("#eid-submit")


def fits(page: Page) -> bool:
    """Whether nothing stands beside the screen of a phone."""
    return bool(page.locator("html").evaluate("root => root.scrollWidth <= root.clientWidth"))


def test_fenna_acts_in_one_case_and_in_no_other(demo: RunningDemo, somebody: Page) -> None:
    somebody.goto(demo.desk)
    somebody.click("#task-permit-all")
    log_in(somebody, "fenna")
    assert "alleen voor zaak Z-2026-0417" in somebody.inner_text("#choose-form")
    assert fits(somebody)
    somebody.locator("input[name=represented]:enabled").first.check()
    somebody.click("#choose-submit")
    assert "alleen voor zaak Z-2026-0417" in somebody.inner_text("main")
    somebody.click("#confirm-yes")

    assert "Alleen voor zaak Z-2026-0417" in somebody.inner_text("#for-what")
    somebody.fill("#field-case", "Z-2026-9999")
    somebody.click("#act-apply")
    assert "outside_limits" == somebody.get_attribute("#act-refused", "data-code")
    somebody.goto(demo.desk)
    somebody.click("#act-apply")
    assert somebody.locator("#act-done").count() == 1


def test_wout_gives_up_to_an_amount_and_joris_finds_it_in_the_same_words(
    demo: RunningDemo, somebody: Page, browser: Browser
) -> None:
    somebody.goto(f"{demo.provider}/portal/for/loods/give")
    log_in(somebody, "wout")
    somebody.check("#to-joris")
    somebody.check("[name='task:policy:all']")
    somebody.fill("#amount", "1.500,00")
    somebody.check("[name='on:monday']")
    assert fits(somebody)
    somebody.click("#give-submit")
    said = re.search(
        r"ten hoogste .1.500,00 per keer · alleen op maandag", plain(somebody.inner_text("main"))
    )
    assert said, somebody.inner_text("main")
    assert fits(somebody)
    somebody.click("#give-yes")

    joris = a_person_at(browser, javascript=False)
    joris.goto(f"{demo.provider}/portal/")
    log_in(joris, "joris")
    joris.click("[id^=offer-of-]")
    assert said[0] in plain(joris.inner_text("main"))
    joris.context.close()


def plain(text: str) -> str:
    return text.replace("\u00a0", "")
