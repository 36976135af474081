"""Choosing among three hundred clients in a real browser: with the script that searches, and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.support.chromium import a_person_at, chromium
from tests.support.demo import RunningDemo, running_demo
from tests.support.walking import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

BAKERY = "Bakkerij De Korenbloem"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("searching") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def choosing(browser: Browser, demo: RunningDemo, *, javascript: bool = True) -> Page:
    page = a_person_at(browser, javascript=javascript)
    page.goto(demo.desk)
    page.click("#task-vat-return-all")
    log_in(page, "eva")
    expect(page.locator("#choose-form")).to_be_visible()
    return page


def names(page: Page) -> list[str]:
    return page.locator("#candidates .namens-name").all_inner_texts()


def test_the_list_follows_what_one_types_and_nothing_else_moves(browser: Browser, demo: RunningDemo) -> None:
    page = choosing(browser, demo)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))

    page.locator("#search").press_sequentially("korenbl", delay=20)
    expect(page.locator("#search-told")).to_have_text("1 gevonden.")

    assert [BAKERY] == [name[: len(BAKERY)] for name in names(page)]
    assert "search" == page.evaluate("document.activeElement.id")
    assert "korenbl" == page.input_value("#search")
    assert ["POST"] == [one.method for one in asked]  # once, after the last key
    assert not [one.url for one in asked if "korenbl" in one.url]
    assert "korenbl" not in page.url
    page.fill("#search", "xyzzy")
    expect(page.locator("#search-told")).to_have_text("Niemand gevonden voor “xyzzy”.")
    assert [] == names(page)
    page.fill("#search", "")
    expect(page.locator("#search-told")).to_have_text("")
    assert 20 < len(names(page))
    page.context.close()


def test_what_was_found_is_there_after_a_reload_and_in_another_language(
    browser: Browser, demo: RunningDemo
) -> None:
    page = choosing(browser, demo)
    page.fill("#search", "korenbl")
    expect(page.locator("#search-told")).to_have_text("1 gevonden.")

    page.reload()
    assert ("korenbl", 1) == (page.input_value("#search"), len(names(page)))
    before = page.url
    page.fill("#search", "korenblo")
    page.wait_for_url(lambda address: address != before)
    page.click("#language-en")
    assert ("1 found.", "korenblo") == (
        page.locator("#search-told").inner_text(),
        page.input_value("#search"),
    )
    page.context.close()


def test_by_keyboard_it_takes_no_more_steps_than_by_mouse(browser: Browser, demo: RunningDemo) -> None:
    page = choosing(browser, demo)
    page.locator("#search").press_sequentially("korenbl")
    expect(page.locator("#search-told")).to_have_text("1 gevonden.")

    page.keyboard.press("ArrowDown")
    assert "represented" == page.evaluate("document.activeElement.name")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text(BAKERY)
    page.context.close()


def test_nothing_moves_under_the_finger_or_the_focus(browser: Browser, demo: RunningDemo) -> None:
    page = choosing(browser, demo)
    page.set_viewport_size({"width": 1000, "height": 2000})
    before = names(page)
    page.fill("#search", "korenbl")
    page.locator("#candidates input").nth(1).focus()
    page.wait_for_timeout(1000)
    assert before == names(page)
    page.locator("#search").focus()
    expect(page.locator("#search-told")).to_have_text("1 gevonden.")
    assert 1 == len(names(page))

    page.fill("#search", "")
    expect(page.locator("#search-told")).to_have_text("")
    box = page.locator("#candidates li").nth(2).bounding_box()
    assert box is not None
    page.fill("#search", "korenbl")
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.wait_for_timeout(1000)
    assert before == names(page)
    third = before[2]
    page.mouse.click(box["x"] + 9, box["y"] + 9)
    page.wait_for_timeout(600)
    assert before == names(page)  # who has chosen keeps the list
    page.click("#choose-submit")
    expect(page.locator("h1")).to_contain_text(third.removesuffix("."))
    page.context.close()


def test_without_the_script_the_button_does_the_same(browser: Browser, demo: RunningDemo) -> None:
    page = choosing(browser, demo, javascript=False)

    page.fill("#search", "korenbl")
    page.click("#search-submit")

    expect(page.locator("#search-told")).to_have_text("1 gevonden.")
    page.locator("#candidates input").check()
    page.click("#choose-submit")
    expect(page.locator("h1")).to_contain_text(BAKERY)
    page.context.close()


def test_a_search_that_fails_says_so_and_leaves_the_list(browser: Browser, demo: RunningDemo) -> None:
    page = choosing(browser, demo)
    before = names(page)
    page.route("**/choose*", lambda route: route.abort())

    page.fill("#search", "korenbl")

    expect(page.locator("#search-told")).to_have_text("Zoeken lukt nu even niet. Probeer het met de knop.")
    assert before == names(page)
    page.context.close()


def test_on_a_phone_nothing_lies_over_the_only_one_that_was_found(
    browser: Browser, demo: RunningDemo
) -> None:
    page = choosing(browser, demo)
    page.set_viewport_size({"width": 390, "height": 800})
    page.fill("#search", "korenbl")
    expect(page.locator("#search-told")).to_have_text("1 gevonden.")

    on_top = page.locator("#candidates .namens-name").evaluate(
        "one => { const at = one.getBoundingClientRect(); return one.contains(document.elementFromPoint(at.x + 5, at.y + 5)); }"
    )

    assert on_top
    page.context.close()
