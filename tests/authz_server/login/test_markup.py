"""Mark-up, and signs that are not seen, in every value that a page shows: they stay words, or are gone."""

import unicodedata
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from authz_server.oidc.metadata_faults import MetadataRefused
from keys.storage import connect
from tests.conftest import NOW
from tests.support.chromium import a_person_at, chromium
from tests.support.clock import Clock
from tests.support.hostile_values import HARMLESS, HOSTILE, Values, fill, pages
from tests.support.pages import Page, get
from tests.support.schema import create_schema
from tests.support.settings import settings_with
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start
from tests.support.try_out import open_world

Shown = Mapping[str, Page]

# One value in each page that is meant to show one; the pages of errors show none, but for the path in a hidden field.
ERRORS = {
    "logged out",
    "error of client_id",
    "error of redirect_uri",
    "error of error",
    "error of error_description",
    "error of state",
    "error of two",
    "error of a hint",
    "no form of ours",
}
UNSEEN = ["\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028", "\x07", "\x1b", "\x7f", "\x85"]  # fmt: skip


def shown(folder: Path, values: Values, language: str) -> Shown:
    url = f"sqlite:///{folder}/odd.db"
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
    world = open_world(settings_with(url), Clock(NOW))
    fill(world, values)
    try:
        return dict(pages(world, values, language))
    finally:
        world.context.database.engine.dispose()


@pytest.fixture(scope="module", params=["nl", "en"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shown, Shown]:
    """All pages with values that harm nobody, and with hostile ones."""
    return (
        shown(tmp_path_factory.mktemp("harmless"), HARMLESS, request.param),
        shown(tmp_path_factory.mktemp("hostile"), HOSTILE, request.param),
    )


class _Skeleton(HTMLParser):
    """The elements of a page and the names of their attributes: all of it but the values."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bones: list[Any] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.bones.append((tag, [name for name, _ in attrs]))
        self.words += [value or "" for _, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.bones.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.bones.append("comment")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_hostile_value_changes_no_element_and_no_attribute_of_any_page(both: tuple[Shown, Shown]) -> None:
    harmless, hostile = both

    assert harmless.keys() == hostile.keys()
    for name in harmless:
        assert _Skeleton(harmless[name].html).bones == _Skeleton(hostile[name].html).bones, name


def test_the_value_stands_on_each_page_as_it_is_and_on_no_page_of_an_error(both: tuple[Shown, Shown]) -> None:
    for values, all_of_them in zip((HARMLESS, HOSTILE), both, strict=True):
        for name, page in all_of_them.items():
            words = "\n".join(_Skeleton(page.html).words)
            if name != "no such request":  # its address holds a part of the value
                assert (values.name in words) == (name not in ERRORS), name
    # the one hidden field in which a path comes back
    assert HOSTILE.name not in both[1]["no such page"].text


def test_no_page_may_be_framed_kept_or_run_a_script_that_stands_in_it(both: tuple[Shown, Shown]) -> None:
    for name, page in both[1].items():
        headers = page.response.headers
        policy = headers["Content-Security-Policy"]
        assert "DENY" == headers["X-Frame-Options"], name
        assert "frame-ancestors 'none'" in policy, name
        assert "default-src 'none'" in policy, name
        assert "base-uri 'none'" in policy, name
        own = policy.removesuffix("; script-src 'self'; connect-src 'self'")  # of the page that searches
        assert "script-src" not in own, name
        assert (own != policy) == ("<script" in page.html) == ("/static/search.js?v=" in page.html), name
        assert "unsafe" not in policy, name
        assert "no-store" == headers["Cache-Control"], name
        assert "nosniff" == headers["X-Content-Type-Options"], name
        assert "text/html; charset=utf-8" == headers["Content-Type"], name


# in the browser, for each text: every element with the names of its attributes
SKELETONS = """texts => texts.map(text => {
    const elements = new DOMParser().parseFromString(text, "text/html").querySelectorAll("*")
    return [...elements].map(one => [one.tagName, one.getAttributeNames()])
})"""


@pytest.mark.browser
@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("both", ["nl"], indirect=True)  # the English pages are read by our own parser
def test_a_browser_sees_the_same_elements_and_runs_no_script_even_without_our_policy(
    both: tuple[Shown, Shown],
) -> None:
    harmless, hostile = ([page.html for page in shown.values()] for shown in both)
    with chromium() as browser:
        page = a_person_at(browser)
        page.route("**/*", lambda route: route.abort())
        page.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1 }")
        page.goto("about:blank")

        def scripts_run_by(html: str) -> Any:
            page.evaluate("window.hits = 0")
            page.set_content(html, wait_until="load")
            return page.evaluate("window.hits")

        assert page.evaluate(SKELETONS, harmless) == page.evaluate(SKELETONS, hostile)
        for value in (HOSTILE.name.removesuffix("<!--"), HOSTILE.id, HOSTILE.word):
            assert scripts_run_by(f'<a title="{value}"></a>') > 0  # it would run, were it not made into words
        for name in ("log in", "choose", "confirm", "one's own page"):
            assert 0 == scripts_run_by(both[1][name].html), name


def test_no_client_has_a_name_with_a_sign_that_is_not_seen(people: World) -> None:
    for sign in UNSEEN:
        for member in ("client_name", "client_name#en"):
            with pytest.raises(MetadataRefused, match="client_name"):
                people.client(None, **{"client_name": "Desk", member: f"Tax{sign}office"})


def test_no_client_has_a_link_that_is_not_https(people: World) -> None:
    for uri in ("javascript:hit()", "data:text/html,x", "http://rp.example.nl/", "//x", "/x"):
        for member in ("policy_uri", "tos_uri", "logo_uri", "client_uri", "policy_uri#en"):
            with pytest.raises(MetadataRefused, match=member):
                people.client(None, **{member: uri})


def unseen_on(page: Page) -> set[str]:
    words = "".join(_Skeleton(page.html).words)
    return {sign for sign in words if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"}} - {"\n"}


def test_what_a_request_brings_is_shown_without_signs_that_are_not_seen(people: World) -> None:
    odd = "Anna" + "".join(UNSEEN) + "de Vries"
    desk = people.client(TAX + "vat-return")
    assert (
        "invalid_request" == answer_to(start(desk, login_hint=odd))["error"]
    )  # control characters: refused whole
    in_an_address = "".join(sign for sign in odd if unicodedata.category(sign) != "Cc")
    page = start(desk, login_hint=in_an_address)
    at_the_choice = by_practice(start(desk, people.browser()), "eva")
    assert 400 == at_the_choice.press("search-submit", search=odd).response.status_code
    found = at_the_choice.press("search-submit", search=in_an_address)

    for shown_page in (
        page,
        by_password(page, in_an_address, "wrong"),
        page.follow("method-eid"),
        by_practice(page, in_an_address),
        found,
    ):
        assert not unseen_on(shown_page), shown_page.heading
    assert "Annade Vries" == found.element("search").attributes["value"]
    assert "Annade Vries" == page.element("username").attributes["value"]


def test_names_of_the_register_are_shown_without_them_too(people: World) -> None:
    odd = Values("Anna" + "".join(UNSEEN) + "de Vries", "m-odd", "odd")
    fill(people, odd)
    home = by_practice(get(people.browser(), "/portal"), "odd")

    for page in (home, home.follow("stop-m-odd"), get(home.browser, "/portal/for/odd-office")):
        assert "Annade Vries" in page.text
        assert not unseen_on(page)


def test_a_state_keeps_every_sign_on_its_way_through_the_page(people: World) -> None:
    back = "https://rp.example.nl/bye"
    desk = people.client(None, post_logout_redirect_uris=[back])
    token = desk.redeem(answer_to(by_practice(start(desk), "bram"))["code"]).get_json()["id_token"]
    state = HOSTILE.name + "".join(sign for sign in UNSEEN if unicodedata.category(sign) != "Cc") + "\u00e9"

    page = get(
        desk.browser,
        "/logout",
        query_string={"id_token_hint": token, "post_logout_redirect_uri": back, "state": state},
    )
    location = page.press("logout-confirm").response.headers["Location"]

    assert location.isascii()
    assert location.isprintable()
    assert [("state", state)] == parse_qsl(urlsplit(location).query)


def test_a_mandate_is_stopped_whatever_signs_are_in_its_id(people: World) -> None:
    ids = ["a/b", "a//b", "https://register.example/m?1#2", "a%2Fb", "a%b", "é&amp;", "a;b=c"]
    for id in ids:
        fill(people, Values("Odd", id, "odd"))
    home = by_practice(get(people.browser(), "/portal"), "odd")

    for id in ids:
        stopped = home.follow(f"stop-{id}").press("stop-yes")
        assert "done" in stopped.ids, id
        assert f"stop-{id}" not in stopped.ids, id


def test_no_path_leads_to_another_host(people: World) -> None:
    browser = people.browser()
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}

    for path in (
        "//evil.example/portal",
        "///evil.example//portal/",
        "/\\evil.example/",
        "/%5cevil.example/portal//",
        "/portal//",
        "//",
        "//portal/stop/m0001",
    ):
        answer = browser.get(path, base_url="http://localhost:8000", headers=evil)
        location = answer.headers.get("Location", "")
        assert urlsplit(location).netloc in {"", "localhost:8000"}, (path, location)
        assert not location.startswith(("//", "/\\")), (path, location)


def test_a_value_is_never_read_as_a_text_to_be_filled_in(people: World) -> None:
    fill(people, Values("100% %(name)s %s {0} {{ 7*7 }}", "m-odd", "odd"))
    desk = people.client(None, client_name="%(client)s")

    assert "%(client)s" in start(desk).text
    home = by_practice(get(people.browser(), "/portal"), "odd")
    assert "100% %(name)s %s {0} {{ 7*7 }}" in home.follow("stop-m-odd").text
    assert "confirm-form" in choose(by_practice(start(people.client(TAX + "income-tax")), "bram"), "Anna").ids
