"""A demo website looks like a real one: whose it is, for whom one works, a form that is sent, in Dutch and in English."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import authz_server
from authz_server.clock import machine_clock
from authz_server.demo.counters import COUNTERS, FILLED_IN, cents_of
from authz_server.demo.dossiers import Done, Dossiers
from authz_server.demo.registers import PATH
from authz_server.demo.running import Demo
from tests.authz_server.demo.test_service_provider import logged_in_for_the_bakery
from tests.support.clock import Clock
from tests.support.pages import Page, get
from tests.support.signing_in import by_practice, choose

PAGES = ("/", "/weten", "/weten/inlog", "/proberen", "/tijd")
BAKERY = "Bakkerij De Korenbloem B.V. (KVK-nummer 00436606)"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(Path(tmp_path_factory.mktemp("web")) / "demo", (0, 0, 0), clock=Clock(machine_clock()))
    yield running
    running.close()


@pytest.fixture
def browser(demo: Demo) -> FlaskClient:
    return demo.desk.test_client()


def at_work(demo: Demo, browser: FlaskClient, task: str, person: str, party: str) -> Page:
    away = urlsplit(browser.post(f"/inloggen/{task}").headers["Location"])
    page = by_practice(get(demo.provider.test_client(), f"{away.path}?{away.query}"), person)
    page = choose(page, party)
    if "confirm-yes" in page.ids:
        page = page.press("confirm-yes")
    back = urlsplit(page.response.headers["Location"])
    assert 303 == browser.get(f"{back.path}?{back.query}").status_code
    return get(browser, "/")


def title(page: Page) -> str:
    return next(one.text for one in page.elements if one.tag == "title")


def test_for_whom_one_works_stands_on_every_page_before_its_content_and_in_its_title(
    demo: Demo, browser: FlaskClient
) -> None:
    done = logged_in_for_the_bakery(demo, browser).press("act-submit")
    pages = [get(browser, address) for address in PAGES]

    for page in [*pages, done, get(browser, "/nothing")]:
        assert f"U werkt nu voor: {BAKERY}" == page.element("working").text, page.address
        assert page.html.index('id="working"') < page.html.index("<main")
        assert f"· voor {BAKERY} ·" in title(page)
        assert "switch-party" in page.ids


def test_for_oneself_is_said_as_such(demo: Demo, browser: FlaskClient) -> None:
    page = at_work(demo, browser, "income-tax-all", "bram", "Voor mijzelf")

    assert "U werkt nu voor uzelf" == page.element("working").text
    assert "· voor uzelf ·" in title(page)
    assert "U deed dit voor uzelf." in page.press("act-submit").element("act-done").text


def test_who_wants_to_work_for_another_is_led_back_to_the_choice(demo: Demo, browser: FlaskClient) -> None:
    page = logged_in_for_the_bakery(demo, browser)

    away = page.press("switch-party").response.headers["Location"]

    assert away.startswith(f"{demo.origins.provider}/authorize?")


def test_the_style_sheet_keeps_it_in_view_and_on_paper() -> None:
    styles = (Path(authz_server.__file__).parent / "demo/static/demo.css").read_text(encoding="utf-8")

    [rule] = [line for line in styles.splitlines() if line.startswith(".working {")]
    assert "position: sticky; top: 0;" in rule
    printed = styles[styles.index("@media print") :]
    assert ".working { position: static;" in printed
    assert ".working" not in next(line for line in printed.splitlines() if "display: none" in line)


def test_each_service_has_its_provider_s_name_look_and_form(demo: Demo, browser: FlaskClient) -> None:
    page = logged_in_for_the_bakery(demo, browser)

    assert "Belastingen Voorbeeldland" in title(page)
    assert '<body class="tax">' in page.html
    assert '<body class="desk">' in get(demo.desk.test_client(), "/").html
    assert '<body class="insurer">' in get(demo.insurer.test_client(), "/").html
    assert {service["id"] for service in demo.prepared.world["services"]} == set(COUNTERS)
    for service in demo.prepared.world["services"]:
        assert bool(COUNTERS[service["id"]].fields) is bool(FILLED_IN & set(service["actions"]))
        assert not COUNTERS[service["id"]].faults(COUNTERS[service["id"]].read({}, {}))


def test_what_was_sent_is_confirmed_for_whom_through_whom_and_by_whom(
    demo: Demo, browser: FlaskClient
) -> None:
    page = logged_in_for_the_bakery(demo, browser).press("act-submit", turnover="1250", quarter="4")

    assert BAKERY == page.element("done-for").text
    for told in (BAKERY, "Accountants Peeters B.V.", "Eva Mulder", "€ 1.250,00", "Oktober"):
        assert told in page.element("receipt").text
    assert "Dit is een oefenwebsite." in page.html


def test_what_was_done_stands_in_the_file_of_that_party_alone(demo: Demo, browser: FlaskClient) -> None:
    at_work(demo, browser, "income-tax-all", "bram", "Anna de Vries").press("act-prepare", income="77,77")

    hers = at_work(demo, demo.desk.test_client(), "income-tax-all", "anna", "Voor mijzelf")
    his = at_work(demo, browser, "income-tax-all", "bram", "Voor mijzelf")

    assert "77,77" == hers.element("field-income").attributes["value"]
    assert "door Bram de Vries" in hers.element("done-here").text
    assert "Invullen (VB-" in hers.press("act-view").text
    assert "77,77" != his.element("field-income").attributes["value"]


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("turnover", "veel", "Vul een bedrag in euro in, zoals 1250,00."),
        ("turnover", "", "Vul een bedrag in euro in, zoals 1250,00."),
        ("paid", "-1", "Vul een bedrag in euro in, zoals 1250,00."),
        ("quarter", "5", "Kies iets uit de lijst."),
    ],
)
def test_a_field_that_is_wrong_is_named_and_nothing_is_done(
    field: str, typed: str, fault: str, demo: Demo, browser: FlaskClient
) -> None:
    page = logged_in_for_the_bakery(demo, browser)
    done = page.html.count("VB-")

    page = page.press("act-submit", **{field: typed})

    assert 422 == page.status
    assert fault in page.element("faults").text
    assert fault == page.element(f"fault-{field}").text
    assert "true" == page.element(f"field-{field}").attributes["aria-invalid"]
    assert done == get(browser, "/").html.count("VB-")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("1250", 125_000), ("1.250,5", 125_050), ("€ 0,05", 5), ("0.05", 5), ("1,234", None), ("9" * 13, None)],
)
def test_an_amount_is_read_as_people_type_it(typed: str, cents: int | None) -> None:
    assert cents == cents_of(typed)


def test_files_are_forgotten_when_there_are_too_many() -> None:
    dossiers = Dossiers()
    done = Done("1", 0, "submit", "x", None, (), {"a": "b"})

    for number in range(501):
        dossiers.add(str(number), done)
    for _ in range(30):
        dossiers.add("500", done)

    assert () == dossiers.of("0").done
    assert 20 == len(dossiers.of("500").done)


def test_a_page_that_is_not_there_and_a_form_that_is_too_long_have_a_page(
    demo: Demo, browser: FlaskClient
) -> None:
    logged_in_for_the_bakery(demo, browser)

    missing, long = get(browser, "/nothing"), browser.post("/doen/submit", data={"x": "y" * 200_000})

    assert (404, "Het is niet gelukt") == (missing.status, missing.heading)
    assert 413 == long.status_code
    assert "Dat is te lang." in long.text


def spoken_on(page: Page) -> str:
    return next(one.attributes["lang"] for one in page.elements if one.tag == "html")


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        ("en-GB,en;q=0.9,nl;q=0.5", "en"),
        ("nl,en", "nl"),
        ("de, fr", "nl"),
        ("de, en;q=0.1", "en"),
        ("*", "nl"),
    ],
)
def test_a_page_speaks_as_the_browser_does(spoken: str, language: str, browser: FlaskClient) -> None:
    assert language == spoken_on(get(browser, "/", headers={"Accept-Language": spoken}))


def test_what_the_visitor_picked_counts_for_more_and_the_provider_is_asked_for_it(
    demo: Demo, browser: FlaskClient
) -> None:
    english = get(browser, "/").press("language-en")
    assert "en" == spoken_on(english)

    away = browser.post("/inloggen/vat-return-all", headers={"Accept-Language": "nl"}).headers["Location"]

    assert ["en nl"] == parse_qs(urlsplit(away).query)["ui_locales"]
    assert "nl" == spoken_on(english.press("language-nl"))


@pytest.mark.parametrize(
    ("asked", "language"), [("en", "en"), ("de en-GB nl", "en"), ("de", "nl"), ("", "nl")]
)
def test_an_address_can_ask_for_a_language_and_the_next_page_keeps_it(
    asked: str, language: str, browser: FlaskClient
) -> None:
    assert language == spoken_on(get(browser, f"/?ui_locales={asked}"))
    assert language == spoken_on(get(browser, "/"))


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/uitloggen", "/terug?x=y", ""])
def test_the_switch_leads_nowhere_else(back: str, browser: FlaskClient) -> None:
    answer = browser.post("/taal", data={"language": "en", "back": back})

    assert (303, "/") == (answer.status_code, answer.headers["Location"])


def test_a_language_that_there_is_not_is_not_kept(browser: FlaskClient) -> None:
    browser.post("/taal", data={"language": "<b>", "back": "/"})

    assert "nl" == spoken_on(get(browser, "/"))


def test_no_page_speaks_two_languages(demo: Demo, browser: FlaskClient) -> None:
    """By the catalogue: on an English page stands no Dutch of it, and the other way round."""
    folder = Path(authz_server.__file__).parent / "translations/nl/LC_MESSAGES/messages.po"
    with folder.open("rb") as file:
        texts = {str(one.id): str(one.string) for one in read_po(file, locale="nl") if one.id}
    telling = {
        english: dutch
        for english, dutch in texts.items()
        if english != dutch and "%" not in english and min(len(english), len(dutch)) > 12
    }
    work = logged_in_for_the_bakery(demo, browser)
    for language, strange in (("en", set(telling.values())), ("nl", set(telling))):
        get(browser, f"/?ui_locales={language}")
        pages = [get(browser, address) for address in PAGES]
        pages += [
            get(demo.registers.test_client(), f"{PATH}/?ui_locales={language}"),
            get(browser, "/nothing"),
            work.press("act-submit"),
        ]
        pages += [work.press("act-view"), work.press("act-submit", turnover="x")]
        pages += [pages[3].press(f"way-{way}") for way in ("surer", "nonsense", "signed_an_ended_mandate")]
        pages += [pages[3].press("try-own"), pages[3].press("try-own", claims="x")]
        pages += [get(demo.desk.test_client(), f"/?ui_locales={language}")]
        for page in pages:
            assert language == spoken_on(page)
            assert not {text for text in strange if text in page.html}, (language, page.address)
