"""The try-out world with one and the same value in every place whose value a page shows, and all those pages."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from authz_server.login import accounts
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.pages import Page, get, post
from tests.support.relying_party import RelyingParty
from tests.support.signing_in import World, answer_to, by_password, by_practice, start
from tests.support.try_out import SECRET

__all__ = ["HARMLESS", "HOSTILE", "Values", "fill", "pages"]

ODD: Final = "https://odd.example.nl/services/odd"
BACK: Final = "https://rp.example.nl/bye"


@dataclass(frozen=True)
class Values:
    """What stands where a name does, where an id does (no spaces), and where the word of an action does."""

    name: str
    id: str
    word: str


HARMLESS: Final = Values("Words that harm nobody", "m-odd", "odd")
HOSTILE: Final = Values(
    "</title></h1>\"'><img src=x onerror=hit()><script>hit()</script>{{7*7}}%(name)s&lt;b&gt;<!--",
    "m-odd\"'><img/src='x'onerror=hit()>&a=%3Cscript%3E",
    "\"><img/src='x'onerror=hit()><script>hit()</script>",
)
_POWER: Final = {"assurance": "high", "from": "2020-01-01T00:00:00Z"}


def fill(world: World, values: Values) -> None:
    """Put `values` in the register: a person `odd`, an organisation that they and others act for, a service."""
    with world.context.database.writing() as db:
        import_world(db, world.context.vault, _document(values), by=OPERATOR, now=world.clock())
        for person in ("odd", "odd-admin"):
            accounts.add(db, person, SECRET, now=world.clock())


def pages(world: World, values: Values, language: str) -> Iterator[tuple[str, Page]]:
    """Every page that shows a value of somebody else's, or of the request, by a name of its own."""
    desk = _desk(world, values)
    yield from _of_a_login(world, desk, values, language)
    yield from _of_step_ups(world, desk, language)
    yield from _of_nobody(world, desk, language)
    yield from _of_ones_own(world, values, language)
    yield from _of_logging_out(world, desk, values, language)
    yield from _of_errors(world, values, language)


def _of_a_login(
    world: World, desk: RelyingParty, values: Values, language: str
) -> Iterator[tuple[str, Page]]:
    scope = {"scope": "openid offline_access", "ui_locales": language}
    page = start(desk, login_hint=values.name, **scope)
    yield "log in", page
    yield "wrong password", by_password(page, values.name, "wrong")
    yield "practice login", page.follow("method-eid")
    yield "practice login of nobody", by_practice(page, values.name)
    page = by_practice(page, "odd")
    yield "choose", page
    found = post(
        page.browser, page.address, page.fields("choose-form") | {"do": "search", "search": values.name}
    )
    yield "search", found
    yield "nothing found", found.press("search-submit", search=values.name + "?")
    yield "a choice that is gone", page.press("choose-submit", represented=values.name)
    yield "not listed", page.follow("not-listed")
    confirm = page.press("choose-submit", represented=next(iter(page.choices().values())))
    yield "confirm", confirm
    consent = confirm.press("confirm-yes")
    yield "consent", consent
    desk.redeem(answer_to(consent.press("consent-allow"))["code"])
    yield "latest", start(desk, **scope)


def _of_step_ups(world: World, desk: RelyingParty, language: str) -> Iterator[tuple[str, Page]]:
    page = by_password(start(desk, world.browser(), ui_locales=language), "odd")
    yield "choose with a weak login", page
    value = next(iter(page.choices().values()))
    yield "log in once more", page.press("choose-submit", represented=value)
    page = by_practice(start(desk, world.browser(), ui_locales=language), "odd-admin")
    value = next(iter(page.choices().values()))
    yield "another way to log in", page.press("choose-submit", represented=value)


def _of_nobody(world: World, desk: RelyingParty, language: str) -> Iterator[tuple[str, Page]]:
    with world.context.database.writing() as db:
        revoked = {"id": "m-blocked", "revoked_at": "2025-11-20T00:00:00Z"}
        blocked = {"mandates": [{**_blocked(), **revoked}]}
        import_world(db, world.context.vault, blocked, by=OPERATOR, now=world.clock())
    yield "nobody", by_practice(start(desk, world.browser(), ui_locales=language), "odd-admin")


def _of_ones_own(world: World, values: Values, language: str) -> Iterator[tuple[str, Page]]:
    home = by_practice(get(world.browser(), "/portal"), "odd")
    home = home.press(f"language-{language}") if f"language-{language}" in home.ids else home
    yield "one's own page", home
    managed = next(one for one in home.elements if one.attributes.get("href", "").startswith("/portal/for/"))
    yield "a page of an organisation", get(home.browser, managed.attributes["href"])
    yield from _of_an_office(managed.attributes["href"], home, values)
    yield "what happened", home.follow(f"history-{values.id}")
    wrong = home.follow(f"wrong-{values.id}")
    yield "something is wrong", wrong
    yield "freeze", wrong.follow("wrong-freeze")
    yield "what has stopped", home.follow("ended")
    stop = home.follow(f"stop-{values.id}")
    yield "stop", stop
    yield "stopped", stop.press("stop-yes")


def _of_an_office(office: str, home: Page, values: Values) -> Iterator[tuple[str, Page]]:
    """The pages of an organisation whose client, team and reference are called so."""
    clients = get(home.browser, f"{office}/clients")
    yield "clients", clients
    yield "nobody is called so", clients.press("search-submit", search=values.name + "?")
    client = get(home.browser, f"{office}/clients/odd-org")
    client = client.press("reference-submit", reference=values.word)
    yield "a client", client
    team = get(home.browser, f"{office}/teams").press("team-submit", name=values.name)
    yield "a team", team
    inside = get(home.browser, client.address).press("put-in", team=team.address.rpartition("/")[2])
    yield "a client in a team", inside
    yield "a team with a client", get(home.browser, team.address)
    yield "teams", get(home.browser, f"{office}/teams")
    yield "several", get(home.browser, f"{office}/several")
    yield "what ends", get(home.browser, f"{office}/calendar")
    form = get(home.browser, f"{office}/list/give")
    yield "a list", form
    content = f"staff number;service;{values.name}\n{values.word};{values.name};".encode()
    kept = {"list": b64encode(content).decode(), "answer": "good"}
    yield "a list that is wrong", post(home.browser, form.address, form.fields("list-form") | kept)


def _of_logging_out(
    world: World, desk: RelyingParty, values: Values, language: str
) -> Iterator[tuple[str, Page]]:
    plain = world.client(None, client_name=values.name, post_logout_redirect_uris=[BACK])
    answer = answer_to(by_practice(start(plain), "odd"))
    token = plain.redeem(answer["code"]).get_json()["id_token"]
    asked = {"id_token_hint": token, "post_logout_redirect_uri": BACK, "state": values.name}
    page = get(plain.browser, "/logout", query_string=asked, headers={"Accept-Language": language})
    yield "log out", page
    yield "logged out", get(world.browser(), "/logout", query_string={"state": values.name})


def _of_errors(world: World, values: Values, language: str) -> Iterator[tuple[str, Page]]:
    browser = world.browser()
    spoken = {"Accept-Language": language}
    for parameter in ("client_id", "redirect_uri", "error", "error_description", "state"):
        query = {parameter: values.name}
        yield f"error of {parameter}", get(browser, "/authorize", query_string=query, headers=spoken)
    yield "error of two", get(browser, f"/authorize?{2 * ('client_id=' + quote(values.name) + '&')}")
    yield "no such page", get(browser, f"/portal/{quote(values.name, safe='')}", headers=spoken)
    one_segment = quote(values.name.replace("/", ""))
    yield "no such request", get(browser, f"/login/{one_segment}", headers=spoken)
    hint = {"id_token_hint": values.name, "post_logout_redirect_uri": values.name}
    yield "error of a hint", get(browser, "/logout", query_string=hint, headers=spoken)
    yield (
        "no form of ours",
        post(browser, f"/portal/stop/{quote(quote(values.id, safe=''))}", {"x": values.name}),
    )


def _desk(world: World, values: Values) -> RelyingParty:
    return world.client(
        ODD,
        client_name=values.name,
        representation="optional",
        representation_restrictions=["branch"],
        grant_types=["authorization_code", "refresh_token"],
        policy_uri="https://rp.example.nl/policy",
        tos_uri="https://rp.example.nl/terms",
        logo_uri="https://rp.example.nl/logo.png",
    )


def _blocked() -> dict[str, Any]:
    return {
        "id": "m-blocked",
        "represented": "odd-org",
        "representative": "odd-admin",
        "services": ["odd"],
        "actions": "*",
        "until": "2029-01-01T00:00:00Z",
        **_POWER,
    }


def _document(values: Values) -> dict[str, Any]:
    name, both = values.name, {"nl": values.name, "en": values.name}
    branch = {"number": "998162685299", "name": name, "place": name}

    def organisation(id: str, kvk: str, **more: object) -> dict[str, Any]:
        return {
            "id": id,
            "kind": "organisation",
            "name": name,
            "place": name,
            "trade_names": [name],
            "identifiers": {"kvk": kvk},
            **more,
        }

    def person(id: str) -> dict[str, Any]:
        return {"id": id, "kind": "person", "name": name, "place": name, "born": "1975-11-19"}

    def mandate(id: str, represented: str, representative: str, **more: object) -> dict[str, Any]:
        return _blocked() | {"id": id, "represented": represented, "representative": representative, **more}

    return {
        "parties": [
            organisation("odd-org", "90000555", branches=[branch]),
            organisation("odd-office", "90000556"),
            person("odd"),
            person("odd-admin"),
            person("odd-helper"),
        ],
        "services": [
            {
                "id": "odd",
                "uri": ODD,
                "name": both,
                "provider": "odd-office",
                "minimum_assurance": "substantial",
                "actions": [values.word],
                "tasks": [{"id": "all", "name": both, "actions": [values.word]}],
                "represented_kinds": ["person", "organisation"],
                "offers_mandates": True,
                "accepts_self": False,
                "accepts_intermediaries": True,
                "understands": ["branch"],
            }
        ],
        "legal_relations": [
            {
                "id": "l-odd",
                "represented": "odd-office",
                "representative": "odd",
                "basis": "sole_signatory",
                "services": "*",
                "actions": "*",
                **_POWER,
            },
        ],
        "mandates": [
            mandate("m-branch", "odd-org", "odd", branch=branch["number"]),
            mandate("m-through", "odd-org", "odd-office", further_intermediaries=1),
            mandate("m-ended", "odd-helper", "odd", until="2025-11-20T00:00:00Z"),
            mandate(values.id, "odd", "odd-helper", actions=[values.word]),
            mandate("m-office", "odd-office", "odd-helper", services={"provider": "odd-office"}),
            mandate("m-blocked", "odd-org", "odd-admin"),
        ],
        "appointments": [
            {"id": "a-odd", "organisation": "odd-org", "person": "odd-admin", "services": "*", **_POWER}
        ],
        "blocks": [
            {
                "organisation": "odd-org",
                "person": "odd-admin",
                "authenticator": "odd-admin-eid",
                "from": "2020-01-01T00:00:00Z",
            }
        ],
    }
