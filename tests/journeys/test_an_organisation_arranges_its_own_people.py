"""A director appoints somebody with a code, who gives an employee permission; then the employee leaves, at once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.test_an_employee_acts_until_the_client_ends_it import log_in_by_practice
from tests.support.chromium import a_person_at, chromium
from tests.support.demo import RunningDemo, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
NUMBER = "00198990"  # the printer's, at the chamber of commerce


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("staff") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def at_home(browser: Browser, demo: RunningDemo, person: str, *, javascript: bool = True) -> Page:
    page = a_person_at(browser, javascript=javascript)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{demo.provider}/portal/")
    log_in_by_practice(page, person, "substantial")
    return page


def at_the_printer(page: Page, demo: RunningDemo) -> None:
    page.goto(f"{demo.provider}/portal/for/printer")


def code_of(page: Page) -> str:
    code = page.inner_text("#code")
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]", code)
    return code


def fill_in(page: Page, demo: RunningDemo, code: str) -> None:
    page.goto(f"{demo.provider}/portal/code")
    page.fill("#code", code)
    page.fill("#number", NUMBER)
    page.click("#code-submit")


def no_wider_than_the_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_from_an_appointment_by_code_to_uit_dienst(demo: RunningDemo, browser: Browser) -> None:
    hugo = at_home(browser, demo, "hugo", javascript=False)
    at_the_printer(hugo, demo)
    hugo.click("#people")
    no_wider_than_the_screen(hugo)
    hugo.click("#appoint")
    hugo.check("#to-employee")
    hugo.fill("#reference", "12")
    no_wider_than_the_screen(hugo)
    hugo.click("#appoint-submit")
    no_wider_than_the_screen(hugo)
    hugo.click("#appoint-yes")
    code = code_of(hugo)

    ruben = at_home(browser, demo, "ruben")
    fill_in(ruben, demo, code)
    assert "bevestigen" in ruben.inner_text("#waits")

    at_the_printer(hugo, demo)
    hugo.locator("#offered-list a").first.click()
    assert "Ruben Vos" in hugo.inner_text("main")
    hugo.click("#confirm")
    assert hugo.get_attribute("#became", "data-state") == "given"

    at_the_printer(ruben, demo)
    ruben.click("#give")
    ruben.check("#to-employee")
    ruben.fill("#reference", "17")
    ruben.check("[id='task:vat-return:all']")
    ruben.click("#give-submit")
    ruben.click("#give-yes")
    sven = at_home(browser, demo, "sven")
    fill_in(sven, demo, code_of(ruben))
    at_the_printer(ruben, demo)
    ruben.locator("#offered-list a").first.click()
    ruben.click("#confirm")

    sven.goto(demo.desk)
    sven.click("#task-vat-return-all")
    sven.locator("input[name=represented]:enabled").first.check()
    sven.click("#choose-submit")
    sven.click("#confirm-yes")
    sven.click("#act-submit")
    assert sven.locator("#act-done").count() == 1

    at_the_printer(hugo, demo)
    hugo.click("#people")
    hugo.click("#means")
    assert "Sven Akkerman" in hugo.inner_text("#means-list")
    no_wider_than_the_screen(hugo)
    hugo.click("#means-back")
    hugo.click("#leave-sven")
    assert "Btw-aangifte" in hugo.inner_text("#leave-ends")
    no_wider_than_the_screen(hugo)
    hugo.click("#leave-yes")
    assert "Sven Akkerman" in hugo.inner_text("#left")

    sven.click("#back")
    sven.click("#act-submit")
    assert sven.get_attribute("#act-refused", "data-code") == "inactive"
    # and who appointed him still may
    hugo.click("#leave-ruben")
    hugo.click("#leave-yes")
    at_the_printer(ruben, demo)
    assert ruben.locator("#error-message").get_attribute("data-code") == "not_found"
    for page in (hugo, ruben, sven):
        page.context.close()
