"""Every page by keyboard, zoomed in, in the reader's own colours, at rest, and without its styles.

`NAMENS_TEST_WAYS` pages of each walk at the most; a few where nobody asks for more. In Dutch, whose words are longer.
"""

import os
from collections.abc import Iterator
from itertools import islice

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.routing import MapAdapter

from authz_server.app import create_app
from tests.support.chromium import a_person_at, chromium
from tests.support.demo import RunningDemo, running_demo
from tests.support.looks import (
    arrival_faults,
    bare_faults,
    focus_faults,
    forced_colour_faults,
    motion_faults,
    target_faults,
    zoom_faults,
)
from tests.support.settings import settings_with
from tests.support.walking import Kind, Walk, links_from, walks

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

WAYS = int(os.environ.get("NAMENS_TEST_WAYS", "1"))
WALKERS = ("carla", "lotte", "anna", "iris", "dewi")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("ways") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    """Which page stands at which address."""
    return create_app(settings_with(f"sqlite:///{tmp_path_factory.mktemp('none')}/none.db")).url_map.bind(
        "localhost"
    )


def every_fault(page: Page) -> list[str]:
    """In every way; where somebody arrives first of all, before anything has moved the focus."""
    looks = (
        arrival_faults,
        motion_faults,
        target_faults,
        zoom_faults,
        focus_faults,
        forced_colour_faults,
        bare_faults,
    )
    return [fault for look in looks for fault in look(page)]


def faults_along(walk: Walk, browser: Browser, demo: RunningDemo) -> list[str]:
    page = a_person_at(browser)
    found = [f"{page.url} {fault}" for _ in islice(walk(page, demo), WAYS) for fault in every_fault(page)]
    page.context.close()
    return found


@pytest.mark.parametrize("name", walks())
def test_what_forms_lead_to(demo: RunningDemo, browser: Browser, name: str) -> None:
    assert [] == faults_along(walks()[name], browser, demo)


def test_what_links_lead_to(demo: RunningDemo, browser: Browser, pages: MapAdapter) -> None:
    seen: set[Kind] = set()
    assert [] == [
        fault for person in WALKERS for fault in faults_along(links_from(person, pages, seen), browser, demo)
    ]


BAD = """<!doctype html><html lang="nl"><title>x</title><style>
.still { transition: opacity 1s } .ring:focus { outline: none } .over { position: fixed; inset: 30% 0 0; background: #fff }
.cut { inline-size: 4rem; overflow: hidden; white-space: nowrap } .bare { border: 0 } .plain { text-decoration: none }
.tiny { display: block; font-size: 8px; line-height: 8px; padding: 0; border: 0 }
</style><body><main><h1>x</h1><h3>y</h3>
<form><p id="born-error">z</p><input class="still ring" aria-label="q"></form>
<p class="cut">much longer than there is room for</p><p><a class="plain" href="#x">a link</a></p>
<button class="bare">b</button><button class="tiny">c</button><button class="tiny">d</button>
<div style="height: 900px"></div><a href="#y">below</a></main><div class="over">over it all</div>"""


def test_what_is_wrong_is_told(browser: Browser) -> None:
    page = a_person_at(browser)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_content(BAD)

    told = every_fault(page)

    for fault in (
        "a fault that is not told above",
        "tied to nothing",
        "moves",
        "smaller than 24 px",
        "cut off",
        "covers half of the window",
        "focus: no ring",
        "focus: hidden, or beyond the window",
        "own colours: without an edge",
        "own colours: a link without a line",
        "without styles: a heading too deep",
        "without styles: without words",
    ):
        assert [one for one in told if fault in one], f"{fault}: {told}"
    page.context.close()
