"""Logging in to the try-out world through its pages."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from authz_server.context import Context
from tests.support.clock import Clock
from tests.support.pages import Page, get
from tests.support.relying_party import REDIRECT, RelyingParty, a_client

PEOPLE = (
    "anna",
    "anna2",
    "bram",
    "mila",
    "carla",
    "daan",
    "omer",
    "eva",
    "fred",
    "lars",
    "lotte",
    "kees",
    "gea",
    "henk",
    "ines",
    "petra",
    "jan",
    "elly",
    "karin",
    "truus",
    "joop",
    "wil",
    "sanne",
    "iris",
    "otto",
    "fenna",
    "joris",
    "tess",
    "nora",
)
PASSWORD = "namens-demo"
TAX = "https://tax.example.nl/services/"


@dataclass
class World:
    """The provider with the try-out world, and what people do there."""

    app: Flask
    clock: Clock

    @property
    def context(self) -> Context:
        context: Context = self.app.extensions["namens"]
        return context

    def client(self, service: str | None = None, **members: Any) -> RelyingParty:
        """A relying party for one service of the world, which may remember choices."""
        if service is None:
            return a_client(self.app, **members)
        return a_client(
            self.app,
            **{
                "representation": "required",
                "representation_services": [service],
                "representation_remember": True,
                **members,
            },
        )

    def browser(self) -> FlaskClient:
        return self.app.test_client()


def start(party: RelyingParty, browser: FlaskClient | None = None, **changed: str | None) -> Page:
    """A person comes from the relying party."""
    asked = party.request(**{"prompt": None, **changed})
    return get(browser or party.browser, "/authorize", query_string=asked)


def by_password(page: Page, person: str, password: str = PASSWORD) -> Page:
    return page.press("login-submit", username=person, password=password)


def by_practice(page: Page, person: str, level: str = "substantial") -> Page:
    return page.follow("method-eid").press("eid-submit", person=person, level=level)


def choose(page: Page, name: str) -> Page:
    return page.press("choose-submit", represented=page.value_for(name))


def answer_to(page: Page) -> dict[str, str]:
    """What the browser brings back to the client."""
    location = page.response.headers.get("Location", "")
    assert location.startswith(REDIRECT), f"{page.status} {page.heading}: {page.text[:300]}"
    return dict(parse_qsl(urlsplit(location).query))
