"""Every page, as people see it: nothing against WCAG 2.2 at level AA, and nothing wider than the window.

At 320 and 1280 px, in Dutch and in English. `NAMENS_TEST_LOOKS` pages of each walk at the most; a few where nobody asks
for more.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from itertools import islice

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.routing import MapAdapter

from authz_server.app import create_app
from authz_server.demo.folder import DemoFolder
from tests.support.axe import faults_of
from tests.support.chromium import chromium
from tests.support.demo import NAMENS, RunningDemo, running_demo
from tests.support.settings import settings_with
from tests.support.walking import FILES, Kind, Walk, links_from, log_in, walks

# one worker for all: a demo and a browser are started once
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

LOOKS = int(os.environ.get("NAMENS_TEST_LOOKS", "6"))
ALL = 60  # more than there are on any walk
# to which no link leads in the world as it begins: those that the other walks look at
BY_FORMS = frozenset(
    {"asking.asked", "offers.show", "papers.paper", "letters.asked", "reviewing.show", "supporting.show"}
)
LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
WALKERS = ("carla", "lotte", "anna", "iris", "dewi")
_PATIENCE = 30_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("pages") / "demo") as demo:
        _iris_signs_for_the_town(demo)
        yield demo


def _iris_signs_for_the_town(demo: RunningDemo) -> None:
    """In the world as it begins nobody appoints at a desk: nobody signs for the town."""
    signing = {
        "id": "l-town-iris", "represented": "town", "representative": "iris", "basis": "sole_signatory",
        "services": "*", "actions": "*", "assurance": "high", "from": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    file = demo.data / "signing.json"
    file.write_text(json.dumps({"legal_relations": [signing]}))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NAMENS_")}
    config = str(DemoFolder(demo.data).config_file)
    subprocess.run([*NAMENS, "--config", config, "import", str(file)], env=environ, check=True)


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


def faults_along(walk: Walk, browser: Browser, demo: RunningDemo, language: str) -> list[str]:
    """What is against the pages of this walk."""
    context = browser.new_context(locale=LANGUAGES[language])
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    found: list[str] = []
    for _ in islice(walk(page, demo), LOOKS):
        assert language == page.get_attribute("html", "lang"), page.url
        found += [f"{language} {page.url} {fault}" for fault in faults_of(page)]
    context.close()
    return found


def test_what_is_wrong_is_told(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="nl"><title>x</title><main><img src="data:,"><div style="width: 600px">y</div></main>'
    )

    told = faults_of(page)

    assert ["320 px: wider than the window"] == [one for one in told if "wider" in one]
    assert ["320", "1280"] == [one.partition(" ")[0] for one in told if "image-alt" in one]
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", walks())
def test_what_forms_lead_to(demo: RunningDemo, browser: Browser, name: str, language: str) -> None:
    assert [] == faults_along(walks()[name], browser, demo, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_links_lead_to(demo: RunningDemo, browser: Browser, pages: MapAdapter, language: str) -> None:
    seen: set[Kind] = set()
    faults = [
        fault
        for person in WALKERS
        for fault in faults_along(links_from(person, pages, seen), browser, demo, language)
    ]
    assert [] == faults
    if LOOKS >= ALL:
        missed = {
            rule.endpoint
            for rule in pages.map.iter_rules()
            if rule.rule.startswith("/portal") and "GET" in (rule.methods or ())
        } - {endpoint for endpoint, _ in seen}
        assert set() == missed - FILES - BY_FORMS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_websites_to_try_it_with(demo: RunningDemo, browser: Browser, language: str) -> None:
    assert [] == faults_along(_websites, browser, demo, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_website_knows_and_how_it_is_cheated(
    demo: RunningDemo, browser: Browser, language: str
) -> None:
    assert [] == faults_along(_cheating, browser, demo, language)


def _websites(page: Page, demo: RunningDemo) -> Iterator[None]:
    for address in (demo.desk, f"{demo.desk}/tijd", f"{demo.desk}/nagebootste-registers/", demo.insurer):
        page.goto(address)
        yield
    _work_for_the_warehouse(page, demo)
    yield
    page.fill("#field-amount", "999999")
    page.click("#act-change")
    yield
    page.goto(demo.desk)
    page.fill("#field-amount", "")
    page.click("#act-change")
    yield
    page.goto(demo.desk)
    page.click("#act-change")
    yield
    page.goto(demo.desk)
    page.click("#act-view")
    yield
    page.goto(f"{demo.desk}/nothing")
    yield


def _cheating(page: Page, demo: RunningDemo) -> Iterator[None]:
    _work_for_the_warehouse(page, demo)
    page.click("#to-known")
    page.click("#decoded summary")
    yield
    page.click("#other-token")
    yield
    page.click("#to-try")
    yield
    page.fill("#claims-text", "{")
    page.click("#try-own")
    yield
    for way in ("another_party", "signed_for_oneself_beside_it", "nonsense"):
        page.goto(f"{demo.desk}/proberen")
        page.click(f"#way-{way}")
        yield
    page.goto(f"{demo.desk}/proberen")
    page.check("#signed-issuer")
    page.click("#try-own")
    yield


def _work_for_the_warehouse(page: Page, demo: RunningDemo) -> None:
    page.goto(demo.desk)
    page.click("#task-policy-all")
    log_in(page, "joris")
    page.locator("input[name=represented]:enabled").first.check()
    page.click("#choose-submit")
    page.click("#confirm-yes")
