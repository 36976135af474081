"""The five-minute story of the README, in a real browser, through the real pages."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import a_person_at, chromium
from tests.support.demo import RunningDemo, running_demo

# one worker for all: a demo and a browser are started once
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("journey") / "demo") as demo:
        yield demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def eva(browser: Browser) -> Iterator[Page]:
    page = a_person_at(browser)
    yield page
    page.context.close()


@pytest.fixture
def carla(browser: Browser) -> Iterator[Page]:
    page = a_person_at(browser)
    yield page
    page.context.close()


def log_in_with_password(page: Page, person: str) -> None:
    page.fill("#username", person)
    page.fill("#password", "namens-demo")
    page.click("#login-submit")


def log_in_by_practice(page: Page, person: str, level: str) -> None:
    page.click("#method-eid")
    page.fill("#eid-person", person)
    page.select_option("#eid-level", level)
    page.click("#eid-submit")


def choose(page: Page, search: str) -> None:
    page.fill("#search", search)
    page.click("#search-submit")
    page.locator("input[name=represented]:enabled").first.check()
    page.click("#choose-submit")


def text_of(page: Page, id: str) -> str:
    return page.inner_text(f"#{id}")


def end_at_the_portal(page: Page, demo: RunningDemo, mandate: str) -> None:
    page.goto(f"{demo.provider}/portal/")
    log_in_with_password(page, "carla")
    page.click("#managed-list a:has-text('De Korenbloem')")
    page.click(f"#stop-{mandate}")
    page.click("#stop-yes")


def test_eva_acts_for_the_bakery_until_carla_ends_it(demo: RunningDemo, eva: Page, carla: Page) -> None:
    eva.goto(demo.desk)
    eva.click("#task-vat-return-all")
    log_in_with_password(eva, "eva")

    # a password does not do for a VAT return: the choice is made, and the login made stronger
    choose(eva, "korenbloem")
    log_in_by_practice(eva, "eva", "substantial")
    choose(eva, "korenbloem")
    assert "Bakkerij De Korenbloem" in eva.inner_text("h1")
    eva.click("#confirm-yes")

    assert "Bakkerij De Korenbloem" in text_of(eva, "working-for")
    assert "Eva Mulder" in text_of(eva, "who-acts")
    assert "Bakkerij De Korenbloem" in text_of(eva, "for-whom")
    assert "Accountants Peeters" in text_of(eva, "through-whom")
    assert "bekijken, invullen, versturen" in text_of(eva, "for-what")
    assert "substantieel" in text_of(eva, "how-sure")
    assert re.search(r"\d{4}", text_of(eva, "until-when"))
    eva.click("#act-submit")
    assert eva.locator("#act-done").count() == 1

    end_at_the_portal(carla, demo, "m0010")
    assert "Eva Mulder" in text_of(carla, "uses-list")

    eva.click("#back")
    eva.click("#act-submit")
    assert eva.get_attribute("#act-refused", "data-code") == "inactive"
    assert eva.locator("#act-done").count() == 0
    assert "De Korenbloem" not in text_of(eva, "working-for")


def test_eva_can_choose_among_some_two_hundred_page_by_page(demo: RunningDemo, eva: Page) -> None:
    eva.goto(demo.desk)
    eva.click("#task-vat-return-help")
    log_in_by_practice(eva, "eva", "substantial")

    seen = 0
    while True:
        seen += eva.locator("#candidates input[name=represented]").count()
        if eva.locator("#choose-next").count() == 0:
            break
        eva.click("#choose-next")

    assert 150 < seen < 300


def test_one_login_serves_two_service_providers_each_with_its_own_choice(
    demo: RunningDemo, eva: Page
) -> None:
    eva.goto(demo.desk)
    eva.click("#task-vat-return-all")
    log_in_by_practice(eva, "eva", "substantial")
    choose(eva, "peeters")
    eva.click("#confirm-yes")
    first = eva.inner_text("#working-for")

    eva.goto(demo.insurer)
    eva.click("#task-payroll")
    choose(eva, "korenbloem")
    eva.click("#confirm-yes")

    assert "Accountants Peeters" in first
    assert "Bakkerij De Korenbloem" in eva.inner_text("#working-for")
    eva.goto(demo.desk)
    assert first == eva.inner_text("#working-for")


def test_switching_to_another_client_takes_no_new_login(demo: RunningDemo, eva: Page) -> None:
    eva.goto(demo.desk)
    eva.click("#task-vat-return-help")
    log_in_by_practice(eva, "eva", "substantial")
    choose(eva, "peeters")
    eva.click("#confirm-yes")

    eva.click("#switch-party")
    choose(eva, "tuin")
    eva.click("#confirm-yes")

    assert "Tuin" in eva.inner_text("#working-for")


def test_who_logs_out_works_for_nobody_any_more(demo: RunningDemo, eva: Page) -> None:
    eva.goto(demo.desk)
    eva.click("#task-income-tax-all")
    log_in_by_practice(eva, "bram", "substantial")
    choose_oneself(eva)

    assert "uzelf" in eva.inner_text("#working-for")
    eva.click("#log-out")
    eva.click("#logout-confirm")

    assert eva.url.startswith(demo.desk)
    assert eva.locator("#working-for").count() == 0
    eva.click("#task-income-tax-all")
    assert eva.locator("#login-form").count() == 1


def choose_oneself(page: Page) -> None:
    page.check("input[name=represented][value=self]")
    page.click("#choose-submit")
    page.click("#confirm-yes")


def test_all_of_it_works_without_javascript(demo: RunningDemo, browser: Browser) -> None:
    page = a_person_at(browser, javascript=False)
    page.goto(demo.desk)
    page.click("#task-energy-label-all")
    log_in_by_practice(page, "omer", "low")
    page.locator("input[name=represented]:enabled").first.check()
    page.click("#choose-submit")
    page.click("#confirm-yes")

    assert "998162685298" in page.inner_text("#for-whom")
    page.context.close()


def test_the_page_shows_the_token_as_the_service_got_it(demo: RunningDemo, eva: Page) -> None:
    eva.goto(demo.desk)
    eva.click("#task-payroll-all")
    log_in_by_practice(eva, "noah", "substantial")
    choose_the_bakery(eva)

    eva.click("#to-known")
    eva.click("#decoded summary")
    text = eva.locator("#decoded pre").first.inner_text()
    claims = json.loads(text[text.index("}\n{") + 2 :])
    depth, party = 0, claims
    while "represents" in party:
        depth, party = depth + 1, party["represents"]
    assert "Bakkerij De Korenbloem B.V." == party["name"]
    assert depth == len(claims["authorization_details"][0]["links"]) == 3


def choose_the_bakery(page: Page) -> None:
    page.locator("label:has-text('De Korenbloem') input").check()
    page.click("#choose-submit")
    page.click("#confirm-yes")
