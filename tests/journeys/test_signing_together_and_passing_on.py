"""A foundation signs two of three, a company's client reaches its accountant's employee, and a woman gives and stops.

In a real browser on a phone's width and without JavaScript; one provider for all.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from authz_server.config import load
from authz_server.demo.folder import DemoFolder
from claims.formats.pairwise import Pairwise
from keys.sealing import KeyedDigest
from tests.journeys.test_an_employee_acts_until_the_client_ends_it import log_in_by_practice
from tests.support.chromium import a_person_at, chromium
from tests.support.demo import RunningDemo, running_demo

# one worker for all: a demo and a browser are started once
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
PHONE = {"width": 390, "height": 844}
CLUB, BAKERY, PRINTER, PEETERS = "00558028", "00436606", "00198990", "00494459"

AtHome = Callable[[str], Page]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("signing") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def at_home(demo: RunningDemo) -> Iterator[AtHome]:
    """Somebody's own page, on a phone of their own."""
    with chromium() as browser:

        def go(person: str) -> Page:
            page = a_person_at(browser, javascript=False)
            page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            page.goto(f"{demo.provider}/portal/")
            log_in_by_practice(page, person, "substantial")
            return page

        yield go


def fits(page: Page) -> None:
    """Nobody has to scroll sideways."""
    page.wait_for_load_state()  # a click that sends a form does not wait for what comes
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url


def at(page: Page, demo: RunningDemo, organisation: str = "") -> None:
    page.goto(f"{demo.provider}/portal/{f'for/{organisation}' if organisation else ''}")
    fits(page)


def give(
    page: Page,
    to: str,
    *tasks: str,
    number: str = "",
    reference: str = "",
    for_whom: str = "",
    further: bool = False,
) -> None:
    """The form filled in and the words looked at once more; the last yes is the story's."""
    page.click("#give")
    page.check(f"#to-{to}")
    if number:
        page.fill("#number", number)
    if reference:
        page.fill("#reference", reference)
    for task in tasks:
        page.check(f"[name='task:{task}']")
    if for_whom:
        page.check(f"#for_whom-{for_whom}")
    if further:
        page.check("#further")
    fits(page)
    page.click("#give-submit")
    fits(page)


def look_at_what_waits(page: Page, list: str, name: str) -> None:
    page.click(f"#{list} li:has-text('{name}') a")
    fits(page)


def signed(page: Page) -> dict[str, str]:
    """Who signed, and who did not."""
    return {
        row.locator("strong").inner_text(): row.get_attribute("data-signed") or ""
        for row in page.locator("#signatories li").all()
    }


def code_shown(page: Page) -> str:
    fits(page)
    return page.inner_text("#code")


def fill_in(page: Page, demo: RunningDemo, code: str, number: str, *, born: str = "") -> None:
    page.goto(f"{demo.provider}/portal/code")
    page.fill("#code", code)
    page.fill("#born", born)
    page.fill("#number", number)
    page.click("#code-submit")
    fits(page)


def became(page: Page) -> str | None:
    return page.get_attribute("#became", "data-state")


def work_for(page: Page, demo: RunningDemo, task: str, name: str) -> None:
    page.goto(demo.desk)
    page.click(f"#task-{task}")
    page.locator(f"label:has-text('{name}') input[name=represented]").check()
    page.click("#choose-submit")
    page.click("#confirm-yes")
    fits(page)


def act(page: Page, demo: RunningDemo, action: str) -> str | None:
    """None where it is done, or else why it is refused."""
    page.goto(demo.desk)
    page.click(f"#act-{action}")
    if page.locator("#act-done").count() == 1:
        return None
    return page.get_attribute("#act-refused", "data-code")


def id_token(page: Page) -> Any:
    """The claims that the service read."""
    page.click("#to-known")
    page.click("#other-token")
    page.click("#decoded summary")
    text = page.locator("#decoded pre").first.inner_text()
    return json.loads(text[text.index("}\n{") + 2 :])


def parties_of(claims: Any) -> list[str]:
    """Who is represented, from the nearest outwards, as nested in the token."""
    names, party = [], claims
    while "represents" in party:
        party = party["represents"]
        names.append(party["name"])
    return names


def links_of(claims: Any) -> list[str]:
    """The links in the token, from the represented party outwards."""
    [detail] = claims["authorization_details"]
    return [link["id"] for link in detail["links"]]


def as_told(demo: RunningDemo, claims: Any, mandate: str) -> str:
    """How a mandate of the register is named to the service that got this token."""
    settings = load(DemoFolder(demo.data).config_file, {})
    digest = KeyedDigest(settings.secrets.pairwise.get_secret_value())
    return Pairwise(digest.of).link(claims["aud"], mandate)


def mandates_in(page: Page, list: str, name: str) -> list[str]:
    """The mandates that stand with a name on the page of a party."""
    rows = page.locator(f"#{list} li:has-text('{name}')").all()
    return [row.get_attribute("data-mandate") or "" for row in rows]


def test_two_of_three_sign_for_the_community_centre_and_its_helper_acts(
    demo: RunningDemo, at_home: AtHome
) -> None:
    anja, bert, cor, omer = (at_home(person) for person in ("anja", "bert", "cor", "omer"))
    at(anja, demo, "club")
    give(anja, "code", "vat-return:all")
    assert anja.locator("#signing").is_visible()
    anja.click("#give-yes")
    assert {"Anja Prins": "yes", "Bert Kramer": "no", "Cor de Haan": "no"} == signed(anja)
    fits(anja)
    assert anja.locator("#code").count() == 0

    at(bert, demo, "club")
    assert bert.locator("#given-list li").count() == 0
    look_at_what_waits(bert, "offered-list", "code")
    assert {"Anja Prins": "yes", "Bert Kramer": "no", "Cor de Haan": "no"} == signed(bert)
    bert.click("#approve")
    fits(bert)
    assert bert.locator("#signatories").count() == 0
    bert.click("#code")
    code = code_shown(bert)

    at(cor, demo, "club")
    look_at_what_waits(cor, "offered-list", "code")
    assert cor.locator("#approve").count() == 0

    fill_in(omer, demo, code, CLUB)
    assert "given" == became(omer)
    at(cor, demo, "club")
    assert cor.locator("#offered-list").count() == 0
    [mandate] = mandates_in(cor, "given-list", "Ömer Yıldız")

    work_for(omer, demo, "vat-return-all", "De Kluis")
    claims = id_token(omer)
    assert ["Stichting Buurthuis De Kluis"] == parties_of(claims)
    assert [as_told(demo, claims, mandate)] == links_of(claims)
    assert act(omer, demo, "submit") is None
    # what two gave, one of them ends
    at(cor, demo, "club")
    cor.click(f"#stop-{mandate}")
    cor.click("#stop-yes")
    assert "inactive" == act(omer, demo, "submit")
    for page in (anja, bert, cor, omer):
        page.context.close()


def test_a_printer_s_accountant_s_accountant_lets_her_employee_act_until_the_middle_link_is_stopped(
    demo: RunningDemo, at_home: AtHome
) -> None:
    nina, daan, lotte, sven = (at_home(person) for person in ("nina", "daan", "lotte", "sven"))
    at(nina, demo, "printer")
    give(nina, "organisation", "payroll:all", number=BAKERY, further=True)
    nina.click("#give-yes")
    fits(nina)

    at(daan, demo, "bakery")
    look_at_what_waits(daan, "to-party-list", "Drukkerij De Lantaarn")
    daan.click("#accept")
    assert "given" == became(daan)
    at(daan, demo, "bakery")
    give(daan, "organisation", "payroll:all", number=PEETERS, for_whom="clients")
    daan.click("#give-yes")
    at(lotte, demo, "peeters")
    look_at_what_waits(lotte, "to-party-list", "De Korenbloem")
    lotte.click("#accept")
    assert "given" == became(lotte)

    at(lotte, demo, "peeters")
    give(lotte, "employee", "payroll:all", reference="42", for_whom="clients")
    lotte.click("#give-yes")
    fill_in(sven, demo, code_shown(lotte), PEETERS)
    at(lotte, demo, "peeters")
    look_at_what_waits(lotte, "offered-list", "Sven Akkerman")
    lotte.click("#confirm")
    assert "given" == became(lotte)

    work_for(sven, demo, "payroll-all", "De Lantaarn")
    claims = id_token(sven)
    assert [
        "Accountants Peeters B.V.",
        "Bakkerij De Korenbloem B.V.",
        "Drukkerij De Lantaarn B.V.",
    ] == parties_of(claims)
    at(daan, demo, "bakery")
    _, second, _ = links_of(claims)
    [through] = [
        mandate
        for mandate in mandates_in(daan, "given-list", "Accountants Peeters")
        if second == as_told(demo, claims, mandate)
    ]
    assert act(sven, demo, "submit") is None

    daan.click(f"#stop-{through}")
    daan.click("#stop-yes")
    assert "inactive" == act(sven, demo, "submit")
    sven.goto(demo.desk)
    sven.click("#task-payroll-all")
    assert sven.locator("label:has-text('De Lantaarn')").count() == 0
    for page in (nina, daan, lotte, sven):
        page.context.close()


def test_anna_gives_a_code_sees_who_came_with_it_and_stops(demo: RunningDemo, at_home: AtHome) -> None:
    anna, cor = at_home("anna"), at_home("cor")
    give(anna, "code", "income-tax:help")
    anna.click("#give-yes")
    code = code_shown(anna)
    anna.click("#code-done")
    assert anna.locator("#code-hint").is_visible()

    fill_in(cor, demo, code, "999997221", born="2-5-1949")
    assert "wrong_code" == cor.get_attribute("#error-message", "data-code")
    fill_in(cor, demo, code, "999997221", born="2-5-1948")
    assert "given" == became(cor)
    fill_in(cor, demo, code, "999997221", born="2-5-1948")
    assert "wrong_code" == cor.get_attribute("#error-message", "data-code")
    work_for(cor, demo, "income-tax-help", "Anna de Vries")
    assert act(cor, demo, "prepare") is None

    at(anna, demo)
    assert "Cor de Haan heeft namens u ingelogd" in anna.inner_text("#uses-list").replace("\u00a0", " ")
    [mandate] = mandates_in(anna, "given-list", "Cor de Haan")
    anna.click(f"#stop-{mandate}")
    fits(anna)
    anna.click("#stop-yes")
    assert [] == mandates_in(anna, "given-list", "Cor de Haan")
    assert "inactive" == act(cor, demo, "prepare")
    at(cor, demo)
    assert [] == mandates_in(cor, "received-list", "Anna de Vries")
    for page in (anna, cor):
        page.context.close()
