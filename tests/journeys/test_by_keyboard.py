"""The tasks of the pages by keyboard alone, without scripts, and without styles: done, in no more steps than by mouse.

A step is a thing that is used: by mouse one points at it and clicks, by keyboard one travels to it and presses. How many
keys the travelling takes is bounded too.
"""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import a_person_at, chromium
from tests.support.demo import RunningDemo, running_demo
from tests.support.walking import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

_FAR = 60  # keys at the most to anything on a page
BARE, PLAIN, WHOLE = "without styles and scripts", "without scripts", "with all"
WAYS = [WHOLE, BARE, PLAIN] if int(os.environ.get("NAMENS_TEST_WAYS", "1")) > 1 else [WHOLE, BARE]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("keyboard") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Keyboard:
    """A person with a keyboard and nothing else; counts what they use, and the keys of the way there."""

    def __init__(self, browser: Browser, how: str) -> None:
        self.page: Page = a_person_at(browser, javascript=how == WHOLE)
        if how == BARE:
            self.page.route("**/*.css*", lambda route: route.abort())
        self.steps = self.travelled = 0

    def focused(self, id: str) -> bool:
        return self.page.locator(f"[id='{id}']:focus").count() == 1

    def arrive(self, selector: str) -> None:
        """Wait for a page that puts one somewhere itself: a key before that travels from elsewhere."""
        expect(self.page.locator(selector)).to_be_visible()
        expect(self.page.locator(":focus")).to_have_count(1)

    def reach(self, id: str, key: str = "Tab") -> None:
        expect(self.page.locator(f"[id='{id}']")).to_be_attached()
        for _ in range(_FAR):
            if self.focused(id):
                return
            self.page.keyboard.press(key)
            self.travelled += 1
        raise AssertionError(f"no way by {key} to {id} on {self.page.url}")

    def type(self, id: str, words: str) -> None:
        self.reach(id)
        self.page.keyboard.type(words)
        self.steps += 1

    def mark(self, id: str) -> None:
        self.reach(id)
        self.page.keyboard.press("Space")
        self.steps += 1

    def press(self, id: str, key: str = "Enter") -> None:
        self.reach(id)
        self.page.keyboard.press(key)
        self.steps += 1

    def log_in(self, person: str, level: str = "substantial") -> None:
        self.press("method-eid")
        self.type("eid-person", person)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type({"low": "l", "substantial": "s", "high": "h"}[level])
        self.press("eid-submit")

    def first_choice(self) -> str:
        found = self.page.locator("input[name=represented]:enabled").first.get_attribute("id")
        assert found is not None
        return found


@pytest.fixture(params=WAYS)
def somebody(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Keyboard]:
    keyboard = Keyboard(browser, request.param)
    yield keyboard
    keyboard.page.context.close()


def test_logging_in_with_a_password(demo: RunningDemo, somebody: Keyboard) -> None:
    somebody.page.goto(f"{demo.provider}/portal/")
    somebody.type("username", "carla")
    somebody.type("password", "namens-demo")
    somebody.page.keyboard.press("Enter")

    expect(somebody.page.locator("#logged-in-as")).to_have_text("Carla Smit")
    assert somebody.steps <= 3  # by mouse: two fields and the button
    assert somebody.travelled <= 2  # from the heading to the first field, and on to the second


def test_what_is_wrong_is_where_one_is(demo: RunningDemo, somebody: Keyboard) -> None:
    somebody.page.goto(f"{demo.provider}/portal/")
    somebody.type("username", "carla")
    somebody.type("password", "wrong")
    somebody.page.keyboard.press("Enter")

    expect(somebody.page.locator("[role=alert]:focus")).to_contain_text("horen niet bij elkaar")
    for field in ("username", "password"):
        expect(somebody.page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
        expect(somebody.page.locator(f"#{field}")).to_have_attribute("aria-describedby", "error-message")


@pytest.mark.parametrize(
    ("person", "task", "level"),
    [("carla", "vat-return-all", "substantial"), ("bram", "benefit-all", "high")],
)
def test_choosing_among_few(
    demo: RunningDemo, somebody: Keyboard, person: str, task: str, level: str
) -> None:
    somebody.page.goto(demo.desk)
    somebody.press(f"task-{task}")
    somebody.log_in(person, level)
    somebody.arrive("#choose-form")
    somebody.steps = somebody.travelled = 0

    somebody.mark(somebody.first_choice())
    somebody.page.keyboard.press("Enter")
    somebody.steps += 1
    somebody.arrive("#confirm-form")
    somebody.press("confirm-yes")

    expect(somebody.page.locator("#working-for")).to_be_visible()
    assert somebody.steps <= 3  # by mouse: who, Next, Yes
    assert somebody.travelled <= 2  # one to the list, one to the answer


def test_choosing_among_two_hundred(demo: RunningDemo, browser: Browser) -> None:
    somebody = Keyboard(browser, WHOLE)
    somebody.page.goto(demo.desk)
    somebody.press("task-vat-return-all")
    somebody.log_in("eva")
    somebody.arrive("#choose-form")
    somebody.steps = somebody.travelled = 0

    somebody.type("search", "korenbl")
    expect(somebody.page.locator("#candidates li")).to_have_count(1)
    somebody.page.keyboard.press("ArrowDown")
    somebody.page.keyboard.press("Enter")
    somebody.steps += 2
    somebody.arrive("#confirm-form")
    expect(somebody.page.locator("h1")).to_contain_text("Korenbloem")
    somebody.press("confirm-yes")

    expect(somebody.page.locator("#working-for")).to_contain_text("Korenbloem")
    assert somebody.steps <= 4  # by mouse: the field, who, Next, Yes
    assert somebody.travelled <= 1
    somebody.page.context.close()


@pytest.mark.parametrize("how", WAYS[1:])
def test_choosing_among_two_hundred_without(demo: RunningDemo, browser: Browser, how: str) -> None:
    somebody = Keyboard(browser, how)
    somebody.page.goto(demo.desk)
    somebody.press("task-vat-return-all")
    somebody.log_in("eva")

    somebody.type("search", "korenbl")
    somebody.page.keyboard.press("Enter")
    expect(somebody.page.locator("#search-told")).to_have_text("1 gevonden.")
    somebody.mark(somebody.first_choice())
    somebody.press("choose-submit")
    expect(somebody.page.locator("h1")).to_contain_text("Korenbloem")
    somebody.press("confirm-yes")

    expect(somebody.page.locator("#working-for")).to_contain_text("Korenbloem")
    somebody.page.context.close()


def test_agreeing(demo: RunningDemo, somebody: Keyboard) -> None:
    begun = somebody.page.request.post(f"{demo.desk}/inloggen/benefit-all", max_redirects=0)
    somebody.page.goto(f"{begun.headers['location']}&prompt=consent")
    somebody.log_in("bram")
    somebody.mark(somebody.first_choice())
    somebody.page.keyboard.press("Enter")
    somebody.press("confirm-yes")
    somebody.press("consent-allow")

    expect(somebody.page).to_have_url(re.compile(re.escape(demo.desk)))


def test_giving_filling_in_the_code_and_stopping(
    demo: RunningDemo, browser: Browser, somebody: Keyboard
) -> None:
    anna, omer = somebody, Keyboard(browser, WHOLE)
    anna.page.goto(f"{demo.provider}/portal/")
    anna.log_in("anna")
    anna.press("give")
    anna.press("give-submit")
    expect(anna.page.locator("[role=alert]:focus")).to_be_visible()
    first = anna.page.locator("input[name=to]").first.get_attribute("id") or ""
    anna.reach(first)
    if first != "to-code":
        anna.reach("to-code", "ArrowDown")
    else:
        anna.page.keyboard.press("Space")
    anna.mark("task:income-tax:help")
    anna.press("give-submit")
    anna.press("give-yes")
    code = anna.page.locator("#code").inner_text()
    anna.press("code-done")

    omer.page.goto(f"{demo.provider}/portal/code")
    omer.log_in("omer")
    omer.type("code", code)
    omer.type("born", "2-5-1948")
    omer.type("number", "999997221")
    omer.page.keyboard.press("Enter")
    expect(omer.page.locator("#code-form")).to_have_count(0)
    omer.page.context.close()

    anna.page.goto(f"{demo.provider}/portal/")
    stop = anna.page.locator("li", has_text="Ömer").locator("a[href*='/stop/']").first.get_attribute("id")
    assert stop is not None
    anna.press(stop)
    anna.press("stop-yes")
    expect(anna.page.locator("h1:focus, [role=status]").first).to_be_visible()
    expect(anna.page.locator(f"[id='{stop}']")).to_have_count(0)


def test_more_time(demo: RunningDemo, somebody: Keyboard) -> None:
    somebody.page.goto(demo.desk)
    somebody.press("task-vat-return-all")
    before = somebody.page.locator("#time-limit").inner_text()
    assert "blijft open tot" in before
    somebody.press("more-time")

    expect(somebody.page.locator("#login-form")).to_be_visible()
    expect(somebody.page.locator("#time-limit")).to_contain_text("blijft open tot")


def test_going_back_finds_ones_place(demo: RunningDemo, browser: Browser) -> None:
    page = a_person_at(browser)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{demo.provider}/portal/")
    log_in(page, "anna")
    last = page.locator("main a[href*='/history']").last
    last.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    last.click()
    expect(page.locator("#history-list")).to_be_visible()

    page.go_back()

    expect(page.locator("#logged-in-as")).to_be_attached()
    page.wait_for_function("place => Math.abs(scrollY - place) < 5", arg=place)
    page.context.close()
