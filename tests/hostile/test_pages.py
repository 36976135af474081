"""Pages of a person under hostile forms: each with the right cookies and the right token, and one thing in it wrong.

Nobody but the person can send such a form; but what a browser extension, a broken browser or a person with bad
intentions puts in it does no more than what the page offers.
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz_server.demo import calendar
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import connect
from tests.hostile.answers import sane
from tests.hostile.attacks import Attack, Target, attacks
from tests.hostile.counts import over_requests
from tests.hostile.guard import Guard
from tests.hostile.migrated import migrated
from tests.hostile.wire import send
from tests.support.clock import Clock
from tests.support.pages import Page, get
from tests.support.relying_party import REDIRECT
from tests.support.settings import settings_with
from tests.support.signing_in import PASSWORD, TAX, World, by_practice, choose, start
from tests.support.try_out import document, open_world

INCOME = TAX + "income-tax"
HOMES = (REDIRECT, "/login/", "/portal/", "http://localhost:8000/")


class Visitor:
    """The try-out world with somebody on every page of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.desk = world.client(INCOME)
        self.plain = world.client()
        self.made: dict[str, Target] = {}
        self.attacks = attacks({name: self.target(name) for name in TARGETS})

    def target(self, name: str) -> Target:
        if name not in self.made:
            self.made[name] = TARGETS[name](self)
        return self.made[name]

    def spoiled(self) -> None:
        """What was stopped is given again, so that there is something to stop."""
        self.made.clear()
        now = self.world.clock()
        world = calendar.moved(document(), now)
        given = [
            one
            for one in world["mandates"]
            if "anna" == one["represented"] or one["representative"] in {"bram", "lars"}
        ]
        with self.world.context.database.writing() as db:
            import_world(
                db,
                self.world.context.vault,
                {"mandates": given, "client_groups": world["client_groups"]},
                by=OPERATOR,
                now=now,
            )

    def shown(self, page: Page, **parameters: str) -> Target:
        """Reading this page."""
        pairs = tuple((name, quote(value, safe="")) for name, value in parameters.items())
        return Target("GET", page.address, pairs, "query", cookies(page), frozenset(parameters))

    def form(self, page: Page, button: str, free: tuple[str, ...] = (), **filled: str) -> Target:
        """Pressing this button."""
        pressed = page.element(button)
        assert pressed.form is not None
        fields = {
            one.attributes["name"]: one.attributes.get("value", "")
            for one in page.elements
            if one.form is pressed.form and one.attributes.get("type") in {"hidden", "text", "search"}
        }
        if "name" in pressed.attributes:
            fields[pressed.attributes["name"]] = pressed.attributes.get("value", "")
        pairs = tuple((name, quote(value, safe="")) for name, value in (fields | filled).items())
        path = urlsplit(pressed.form.attributes.get("action") or page.address).path
        return Target(
            "POST",
            path,
            pairs,
            "form",
            cookies(page),
            frozenset(free) | {"unheard_of"},
            strict=False,
        )

    def at_the_door(self) -> Page:
        return start(self.desk, self.world.browser())

    def choosing(self) -> Page:
        return by_practice(self.at_the_door(), "bram")

    def confirming(self) -> Page:
        return choose(self.choosing(), "Sem")

    def consenting(self) -> Page:
        return by_practice(start(self.plain, self.world.browser(), prompt="consent"), "bram")

    def at_home(self, person: str = "anna") -> Page:
        browser = self.world.browser()
        return by_practice(get(browser, "/portal/"), person)


def cookies(page: Page) -> dict[str, str]:
    """What the browser that shows this page sends with every request."""
    found = [page.browser.get_cookie(f"namens_{which}") for which in ("browser", "session", "form")]
    return {"Cookie": "; ".join(f"{one.key}={one.value}" for one in found if one is not None)}


def stopping(visitor: Visitor, act: str = "stop", person: str = "anna") -> Page:
    page = visitor.at_home(person)
    links = [one.attributes.get("href", "") for one in page.elements]
    found = [link for link in links if link.startswith(f"/portal/{act}/")]
    return get(page.browser, found[0 if act == "stop" else -1])  # each act its own


def freezing(visitor: Visitor, act: str = "freeze") -> Page:
    return of_oneself(visitor, f"{act}/m0002")  # which no other form stops


def of_oneself(visitor: Visitor, path: str) -> Page:
    return get(visitor.at_home().browser, f"/portal/{path}")


def of_the_office(visitor: Visitor, path: str) -> Page:
    return get(visitor.at_home("lotte").browser, f"/portal/for/peeters/{path}")


def practising(visitor: Visitor) -> Page:
    return visitor.at_the_door().follow("method-eid")


TARGETS: dict[str, Callable[[Visitor], Target]] = {
    "log in": lambda v: v.shown(v.at_the_door(), x="y"),
    "password": lambda v: v.form(v.at_the_door(), "login-submit", username="bram", password=PASSWORD),
    "practice": lambda v: v.shown(practising(v), x="y"),
    "practised": lambda v: v.form(practising(v), "eid-submit", person="bram", level="substantial"),
    "cancel": lambda v: v.form(v.at_the_door(), "login-cancel", ("why",)),
    "choose": lambda v: v.shown(v.choosing(), x="y"),
    "search": lambda v: v.form(v.choosing(), "choose-submit", ("search",), search="a", do="search"),
    "chosen": lambda v: v.form(page := v.choosing(), "choose-submit", represented=page.value_for("Sem")),
    "not listed": lambda v: v.shown(v.choosing().follow("not-listed"), x="y"),
    "confirm": lambda v: v.shown(v.confirming(), x="y"),
    "confirmed": lambda v: v.form(v.confirming(), "confirm-yes"),
    "consent": lambda v: v.shown(v.consenting(), x="y"),
    "consented": lambda v: v.form(v.consenting(), "consent-allow"),
    "more time": lambda v: v.form(v.confirming(), "more-time"),
    "more time to log in": lambda v: v.form(v.at_the_door(), "more-time", username="bram"),
    "more time to practise": lambda v: v.form(practising(v), "more-time", person="bram", level="substantial"),
    "more time to choose": lambda v: v.form(
        page := v.choosing(), "more-time", represented=page.value_for("Sem")
    ),
    "portal": lambda v: v.shown(
        v.at_home(), given="x", received="y", uses="5", others="1", done="stop", mandate="z"
    ),
    "portal of another": lambda v: Target(
        "GET", "/portal/for/bakery", (("given", "x"),), headers=cookies(v.at_home("carla"))
    ),
    "a day": lambda v: Target(
        "GET",
        "/portal/day",
        (("day", "2025-11-24"), ("given", "x"), ("received", "y")),
        "query",
        cookies(v.at_home()),
        frozenset({"given", "received"}),
    ),
    "why": lambda v: v.shown(get(v.at_home("carla").browser, "/portal/for/bakery/why"), x="y"),
    "why asked": lambda v: v.form(
        get(v.at_home("carla").browser, "/portal/for/bakery/why"),
        "why-show",
        ("client", "search"),
        person="daan",
        service="vat-return",
        client="",
        level="low",
    ),
    "people": lambda v: Target(
        "GET",
        "/portal/for/bakery/people",
        (("administrators", "x"), ("left", "y")),
        "query",
        cookies(v.at_home("carla")),
        frozenset({"administrators", "left"}),
    ),
    "people searched": lambda v: v.form(
        get(v.at_home("carla").browser, "/portal/for/bakery/people"), "people-submit", ("search",), search="a"
    ),
    "appoint": lambda v: v.form(
        get(v.at_home("carla").browser, "/portal/for/bakery/appoint"),
        "appoint-submit",
        to="employee",
        reference="12",
        reach="all",
        lasts="year",
        level="low",
    ),
    "appoint who there is not": lambda v: v.form(
        get(v.at_home("carla").browser, "/portal/for/bakery/appoint"),
        "appoint-submit",
        ("answer",),
        to="anna",
        offer="of-x",
    ),
    "appoint at a desk": lambda v: replace(
        v.form(
            get(v.at_home("carla").browser, "/portal/for/bakery/appoint"),
            "appoint-submit",
            to="employee",
            reference="12",
            reach="all",
            lasts="year",
        ),
        path="/portal/for/bakery/appoint-at-desk",
    ),
    "appointment": lambda v: Target(
        "GET", "/portal/appointments/a-bakery-daan", (("before", "5"),), headers=cookies(v.at_home("carla"))
    ),
    "narrower": lambda v: v.form(
        get(v.at_home("carla").browser, "/portal/appointments/a-bakery-daan/narrow"),
        "narrow-submit",
        ("until",),
    ),
    "appointment kept": lambda v: v.form(
        get(v.at_home("carla").browser, "/portal/appointments/a-bakery-daan/stop"), "stop-no"
    ),
    "leave": lambda v: v.shown(
        get(v.at_home("carla").browser, "/portal/for/bakery/people/daan/leave"), x="y"
    ),
    "stays": lambda v: v.form(
        get(v.at_home("carla").browser, "/portal/for/bakery/people/daan/leave"), "leave-no"
    ),
    "means": lambda v: Target(
        "GET",
        "/portal/for/peeters/means",
        (("person", "x"), ("after", "y")),
        "query",
        cookies(v.at_home("lotte")),
        frozenset({"person", "after"}),
    ),
    "offered": lambda v: v.shown(get(v.world.browser(), "/permissions"), x="y"),
    "stop": lambda v: v.shown(stopping(v), x="y"),
    "stopped": lambda v: v.form(stopping(v), "stop-yes"),
    "pause": lambda v: v.shown(stopping(v, "pause"), x="y"),
    "paused": lambda v: v.form(stopping(v, "pause"), "pause-yes"),
    "renounced": lambda v: v.form(stopping(v, "renounce", "bram"), "renounce-yes"),
    "give": lambda v: v.form(
        v.at_home().follow("give"), "give-submit", to="code", lasts="year", **{"task:income-tax:all": "yes"}
    ),
    "give within limits": lambda v: v.form(
        v.at_home().follow("give"),
        "give-submit",
        to="code",
        lasts="year",
        case="Z-1",
        **{"task:permit:all": "yes", "on:monday": "yes", "on:friday": "yes"},
    ),
    "give what there is not": lambda v: v.form(
        v.at_home().follow("give"), "give-submit", ("answer",), to="anna", offer="of-x", number="x"
    ),
    "code": lambda v: v.form(
        get(v.at_home().browser, "/portal/code"),
        "code-submit",
        code="K7P4-9TRX-M",
        born="1-1-1950",
        number="1",
    ),
    "ask": lambda v: v.form(
        get(v.at_home().browser, "/portal/ask"), "ask-submit", number="999997221", lasts="year"
    ),
    "letter": lambda v: v.form(
        get(v.at_home().browser, "/portal/letter"),
        "letter-submit",
        born="1-1-1950",
        number="1",
        lasts="year",
        **{"task:benefit:all": "yes"},
    ),
    "letter asked": lambda v: v.shown(of_oneself(v, "letter/asked"), x="y"),
    "desk": lambda v: v.shown(get(v.at_home("iris").browser, "/portal/desk"), x="y"),
    "paper": lambda v: v.form(
        get(v.at_home("iris").browser, "/portal/desk/town/paper"),
        "paper-submit",
        born="1-1-1950",
        number="1",
        to="person",
        to_born="1-1-1950",
        to_number="1",
        digest="x",
        checked="signature",
        lasts="year",
        **{"task:benefit:all": "yes"},
    ),
    "paper of another": lambda v: Target(
        "GET", "/portal/desk/papers/of-x", (), headers=cookies(v.at_home("iris"))
    ),
    "visit": lambda v: v.form(
        get(v.at_home("iris").browser, "/portal/desk/town/visit"),
        "visit-submit",
        born="1-1-1950",
        number="1",
        shown="passport",
        service="benefit",
        asked="yes",
    ),
    "visit ended": lambda v: replace(
        v.form(v.at_home("iris"), "language-en"), path="/portal/desk/visits/visit-x/end"
    ),
    "offer": lambda v: Target("GET", "/portal/offers/of-x", (), headers=cookies(v.at_home())),
    "wrong": lambda v: v.shown(freezing(v, "wrong"), x="y"),
    "freeze": lambda v: v.shown(freezing(v), x="y"),
    "frozen": lambda v: v.form(freezing(v), "freeze-yes"),
    "history": lambda v: v.shown(freezing(v, "history"), before="5", enquire="1"),
    "support": lambda v: Target("GET", "/portal/support", (), headers=cookies(v.at_home())),
    "review": lambda v: Target(
        "GET", "/portal/for/bakery/review", (("after", "x"),), headers=cookies(v.at_home("carla"))
    ),
    "strengthen": lambda v: v.shown(freezing(v, "strengthen"), x="y"),
    "strengthened": lambda v: v.form(freezing(v, "strengthen"), "stronger"),
    "ended": lambda v: v.shown(of_oneself(v, "ended"), given="x", received="y"),
    "my data": lambda v: v.shown(of_oneself(v, "my-data"), x="y"),
    "my data's file": lambda v: v.shown(of_oneself(v, "my-data/file"), x="y"),
    "mail": lambda v: v.shown(of_oneself(v, "mail"), x="y"),
    "mail wanted": lambda v: v.form(of_oneself(v, "mail"), "mail-want", ("mail",), mail="anna@example.nl"),
    "clients": lambda v: v.shown(of_the_office(v, "clients"), after="x"),
    "clients searched": lambda v: v.form(
        of_the_office(v, "clients"), "search-submit", ("search",), search="korenbloem"
    ),
    "clients' file": lambda v: v.shown(of_the_office(v, "clients.csv"), after="x"),
    "client": lambda v: v.shown(of_the_office(v, "clients/bakery"), x="y"),
    "reference": lambda v: v.form(
        of_the_office(v, "clients/bakery"), "reference-submit", ("reference",), reference="K-12"
    ),
    "put in": lambda v: v.form(of_the_office(v, "clients/bakery"), "put-in", team="g-north"),
    "teams": lambda v: v.shown(of_the_office(v, "teams"), x="y"),
    "team made": lambda v: v.form(of_the_office(v, "teams"), "team-submit", ("name",), name="Team Zuid"),
    "team": lambda v: v.shown(of_the_office(v, "teams/g-payroll"), clients="x", people="y"),
    "team renamed": lambda v: v.form(
        of_the_office(v, "teams/g-payroll"), "rename", ("name",), name="Loonklanten nu"
    ),
    "served": lambda v: v.form(of_the_office(v, "teams/g-payroll"), "serve", mandate="m0015"),
    "team to remove": lambda v: v.shown(of_the_office(v, "teams/g-payroll/remove"), x="y"),
    "team kept": lambda v: v.form(of_the_office(v, "teams/g-payroll/remove"), "remove-no"),
    "several": lambda v: v.shown(of_the_office(v, "several"), offers="x", mandates="y"),
    "calendar": lambda v: v.shown(of_the_office(v, "calendar"), month="2027-05", after="x"),
    "list": lambda v: v.shown(of_the_office(v, "list/give"), x="y"),
    "list's example": lambda v: v.shown(of_the_office(v, "list/ask/example.csv"), x="y"),
    "list's faults": lambda v: Target(
        "POST",
        "/portal/for/peeters/list/ask",
        (
            ("csrf_token", quote((page := of_the_office(v, "list/ask")).fields("list-form")["csrf_token"])),
            ("list", quote(base64.b64encode(b"kvk;dienst\n1;x").decode(), safe="")),
            ("answer", "faults"),
        ),
        "form",
        cookies(page),
        frozenset({"unheard_of"}),
        strict=False,
    ),
    "log out": lambda v: v.form(get(v.at_home().browser, "/logout"), "logout-confirm"),
    "language": lambda v: v.form(v.at_home(), "language-en"),
}


# What is filled in there would have to be somebody's, and tries are counted: these are refused as they stand.
NEVER_GOOD = {
    "give what there is not",
    "code",
    "ask",
    "letter",
    "offer",
    "paper",
    "paper of another",
    "visit",
    "visit ended",
    "support",
    "appoint who there is not",
    "appoint at a desk",
    "narrower",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def visited(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visitor, Guard]]:
    with migrated(request.param, Path(tmp_path_factory.mktemp("visitor"))) as url:
        mail = {"folder": str(tmp_path_factory.mktemp("mail")), "sender": "no-reply@example.nl"}
        post = {"folder": str(tmp_path_factory.mktemp("letters"))}
        settings = settings_with(url, limits={"per_network": 0, "per_client": 0}, mail=mail, post=post)
        world = open_world(settings, Clock(1_764_028_800))
        visitor = Visitor(world)
        observer = connect(url)
        guard = Guard(observer)
        yield visitor, guard
        guard.close()
        observer.dispose()
        world.context.database.engine.dispose()


def test_every_good_form_is_good(visited: tuple[Visitor, Guard]) -> None:
    visitor, guard = visited
    for name in TARGETS:
        target = visitor.target(name)
        visitor.world.context.database.engine.dispose()
        guard.changed()
        seen = send(visitor.world.app, target.wire())
        sane(seen, homes=HOMES)
        expected = {404, 422} if name in NEVER_GOOD else {200, 302, 303}
        assert seen.status in expected, (name, seen.status, seen.text)
        done = {
            "password",
            "practised",
            "confirmed",
            "consented",
            "stopped",
            "paused",
            "renounced",
            "frozen",
            "mail wanted",
            "reference",
            "put in",
            "team made",
            "team renamed",
            "served",
            "log out",
        }
        assert (name in done) == bool(guard.changed()), name
    visitor.spoiled()


@over_requests
@given(data=st.data())
def test_no_form_upsets_a_page_or_does_more_than_the_page_offers(
    visited: tuple[Visitor, Guard], data: st.DataObject
) -> None:
    visitor, guard = visited
    attack: Attack = data.draw(visitor.attacks)
    target = visitor.target(attack.on)

    guard.changed()  # coming to this page changed something
    seen = send(visitor.world.app, attack.on_its_way(target))
    changed = guard.changed()
    if target.method == "POST":
        visitor.made.pop(attack.on, None)  # what a form did to a waiting request was done
    if {"register_links", "register_groups"} & set(changed):
        visitor.spoiled()

    assert not changed or attack.may_pass(target), (changed, seen.status, seen.headers, seen.text[-600:])
    sane(seen, homes=HOMES)
