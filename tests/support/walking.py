"""Walks over the pages of a running demo, in a browser: each stops at every page that there is to look at."""

from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.support.demo import RunningDemo

__all__ = ["FILES", "Kind", "Walk", "links_from", "log_in", "walks"]

Walk = Callable[[Page, RunningDemo], Iterator[None]]
Kind = tuple[str, str]  # the page's endpoint, and the word of which it is one of several
FILES: Final = frozenset({"clients.file", "lists.example", "my_data.file", "static"})


def log_in(page: Page, person: str, level: str = "substantial") -> None:
    page.click("#method-eid")
    page.fill("#eid-person", person)
    page.select_option("#eid-level", level)
    page.click("#eid-submit")


def links_from(person: str, pages: MapAdapter, seen: set[Kind]) -> Walk:
    """To every kind of page to which links lead from somebody's own page, of those that were not `seen`."""

    def walk(page: Page, demo: RunningDemo) -> Iterator[None]:
        found = [f"{demo.provider}/portal/"]
        page.goto(found[0])
        log_in(page, person)
        been: set[Kind] = set()
        while found:
            address = found.pop(0)
            kind = kind_of(pages, address)
            if kind is None or kind in been:
                continue
            been.add(kind)
            page.goto(address)
            links: list[str] = page.locator("main a, header a, footer a").evaluate_all(
                "all => all.map(one => one.href)"
            )
            found += [urldefrag(link).url for link in links if link.startswith(demo.provider)]
            if kind not in seen:
                seen.add(kind)
                yield

    return walk


def kind_of(pages: MapAdapter, address: str) -> Kind | None:
    """Which kind of page stands there; None for a file, and for the way out."""
    try:
        endpoint, values = pages.match(urlsplit(address).path)
    except HTTPException:
        return None
    if endpoint in FILES or endpoint == "logout.ask":
        return None
    return endpoint, str(values.get("act", values.get("sort", "")))


def walks() -> dict[str, Walk]:
    """The pages to which forms lead, and those of somebody who is not logged in yet, by what happens on the way."""
    return {
        "logging in": _logging_in,
        "nobody to act for": _nobody,
        "whoever is not listed": _not_listed,
        "other means": _other_means,
        "stronger": _stronger,
        "agreeing": _agreeing,
        "what there is not": _what_there_is_not,
        "giving": _giving,
        "signing together": _signing_together,
        "appointing": _appointing,
        "asking": _asking,
        "an office": _an_office,
        "a desk": _a_desk,
        "support": _support,
        "mail": _mail,
        "stopping": _stopping,
    }


def _at_home(page: Page, demo: RunningDemo, person: str, path: str = "", level: str = "substantial") -> None:
    page.goto(f"{demo.provider}/portal/{path}")
    log_in(page, person, level)


def _from_the_desk(page: Page, demo: RunningDemo, task: str) -> None:
    page.goto(demo.desk)
    page.click(f"#task-{task}")


def _logging_in(page: Page, demo: RunningDemo) -> Iterator[None]:
    _from_the_desk(page, demo, "vat-return-all")
    yield
    page.fill("#username", "eva")
    page.fill("#password", "wrong")
    page.click("#login-submit")
    yield
    page.click("#method-eid")
    yield
    page.fill("#eid-person", "eva")
    page.select_option("#eid-level", "substantial")
    page.click("#eid-submit")
    yield
    page.click("#choose-submit")  # nobody picked
    yield
    page.fill("#search", "xyz")
    page.click("#search-submit")
    yield
    page.fill("#search", "korenbloem")
    page.click("#search-submit")
    page.locator("input[name=represented]:enabled").first.check()
    page.click("#choose-submit")
    yield
    page.click("#confirm-yes")
    page.goto(f"{demo.provider}/logout")
    yield
    page.click("#logout-confirm")
    yield


def _nobody(page: Page, demo: RunningDemo) -> Iterator[None]:
    _from_the_desk(page, demo, "vat-return-all")
    log_in(page, "gea", "high")
    yield


def _not_listed(page: Page, demo: RunningDemo) -> Iterator[None]:
    _from_the_desk(page, demo, "record-all")
    log_in(page, "bram", "high")
    page.click("#not-listed")
    yield


def _other_means(page: Page, demo: RunningDemo) -> Iterator[None]:
    _from_the_desk(page, demo, "vat-return-help")
    page.fill("#username", "lars")
    page.fill("#password", "namens-demo")
    page.click("#login-submit")
    yield


def _stronger(page: Page, demo: RunningDemo) -> Iterator[None]:
    _from_the_desk(page, demo, "vat-return-all")
    page.fill("#username", "carla")
    page.fill("#password", "namens-demo")
    page.click("#login-submit")
    yield
    page.locator("input[name=represented]:enabled").first.check()
    page.click("#choose-submit")
    yield


def _agreeing(page: Page, demo: RunningDemo) -> Iterator[None]:
    page.goto(demo.desk)
    speaks = {"Accept-Language": page.evaluate("navigator.language")}
    begun = page.request.post(f"{demo.desk}/inloggen/benefit-all", headers=speaks, max_redirects=0)
    page.goto(f"{begun.headers['location']}&prompt=consent")
    log_in(page, "bram")
    page.locator("input[name=represented]:enabled").first.check()
    page.click("#choose-submit")
    page.click("#confirm-yes")
    yield


def _what_there_is_not(page: Page, demo: RunningDemo) -> Iterator[None]:
    for path in ("/authorize?client_id=nobody", "/login/x", "/nothing", "/permissions"):
        page.goto(f"{demo.provider}{path}")
        yield
    _at_home(page, demo, "anna", "for/bakery")
    yield


def _giving(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "anna", "give")
    page.click("#give-submit")  # nothing filled in
    yield
    page.check("#to-code")
    page.check("[name='task:income-tax:help']")
    page.click("#give-submit")
    yield
    page.click("#give-yes")
    yield
    page.click("#code-done")
    yield
    page.click("#withdraw")
    yield
    page.goto(f"{demo.provider}/portal/code")
    page.fill("#code", "K7P4-9TRX-M")
    page.click("#code-submit")
    yield


def _signing_together(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "anja", "for/club/give")
    page.check("#to-code")
    page.check("[name='task:vat-return:all']")
    page.click("#give-submit")
    yield
    page.click("#give-yes")
    yield
    page.goto(f"{demo.provider}/portal/for/club")
    yield


def _appointing(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "carla", "for/bakery/appoint")
    page.click("#appoint-submit")
    yield
    page.check("#to-employee")
    page.fill("#reference", "12")
    page.click("#appoint-submit")
    yield
    page.click("#appoint-yes")
    yield
    page.goto(f"{demo.provider}/portal/appointments/a-bakery-daan")
    yield
    for act in ("pause", "stop", "narrow"):
        page.goto(f"{demo.provider}/portal/appointments/a-bakery-daan/{act}")
        yield
    page.goto(f"{demo.provider}/portal/for/bakery/review")
    yield


def _asking(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "omer", "ask")
    page.click("#ask-submit")
    yield
    page.goto(f"{demo.provider}/portal/letter")
    page.click("#letter-submit")
    yield
    for path in ("asked", "letter/asked"):
        page.goto(f"{demo.provider}/portal/{path}")
        yield


def _an_office(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "lotte", "for/peeters/list/ask")
    page.click("#list-submit")
    yield
    page.set_input_files("#file", demo.data / "klanten.csv")
    page.click("#list-submit")
    yield
    page.click("#list-good")
    yield
    page.goto(f"{demo.provider}/portal/for/peeters/clients")
    page.fill("#search", "korenbloem")
    page.click("#search-submit")
    yield
    page.goto(f"{demo.provider}/portal/for/peeters/teams")
    page.click("#team-submit")
    yield
    page.goto(f"{demo.provider}/portal/for/peeters/several")
    page.locator("[name^='mandate:']").first.check()
    page.click("#renew")
    yield
    page.goto(f"{demo.provider}/portal/for/peeters/why?person=lars&service=vat-return&client=&level=low")
    yield


def _a_desk(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "iris", "desk/town/paper")
    page.click("#paper-submit")
    yield
    page.fill("#born", "14-8-1939")
    page.fill("#number", "999998018")
    page.check("#to-person")
    page.fill("#to_born", "27-4-1967")
    page.fill("#to_number", "999998031")
    page.check("[name='task:benefit:all']")
    page.fill("#digest", "0" * 64)
    page.check("#checked-identity_document")
    page.click("#paper-submit")
    yield
    page.goto(f"{demo.provider}/portal/desk/town/visit")
    page.click("#visit-submit")
    yield
    page.fill("#born", "14-8-1939")
    page.fill("#number", "999998018")
    page.check("[name=shown] >> nth=0")
    page.check("[name=service] >> nth=0")
    page.check("[name=asked]")
    page.click("#visit-submit")
    yield
    page.click("#visit-end")
    yield


def _support(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "dewi", "support")
    yield
    page.fill("#number", "00436606")
    page.click("#support-find")
    yield
    page.goto(f"{demo.provider}/portal/support/m0010")
    yield


def _mail(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "omer", "mail")
    page.fill("#mail", "nobody")
    page.click("#mail-want")
    yield
    page.fill("#mail", "omer@example.nl")
    page.click("#mail-want")
    yield


def _stopping(page: Page, demo: RunningDemo) -> Iterator[None]:
    _at_home(page, demo, "anna", level="low")
    for path in (
        "stop/m0001",
        "pause/m0001",
        "wrong/m0001",
        "freeze/m0001",
        "history/m0001",
        "strengthen/m0002",
    ):
        page.goto(f"{demo.provider}/portal/{path}")
        yield
    page.goto(f"{demo.provider}/portal/day?day=2026-11-24")
    yield
