"""A person at a browser without JavaScript: reads a page, fills in its forms, presses a button."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import takewhile
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_VOID = {"input", "meta", "link", "br", "img", "hr"}


@dataclass
class Element:
    """One element of a page: its name, attributes, the words in it, and the form that it stands in."""

    tag: str
    attributes: dict[str, str]
    form: "Element | None" = None
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        form = next((one for one in reversed(self._open) if one.tag == "form"), None)
        element = Element(tag, {name: value or "" for name, value in attrs}, form)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)


@dataclass
class Page:
    """What the browser shows now."""

    browser: FlaskClient
    response: TestResponse
    address: str

    def __post_init__(self) -> None:
        reader = _Reader()
        reader.feed(self.html)
        self.elements = reader.elements
        for one in self.elements:
            if "form" in one.attributes:
                one.form = self.element(one.attributes["form"])

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return next((one.text for one in self.elements if one.tag == "main"), "")

    @property
    def heading(self) -> str:
        return next((one.text for one in self.elements if one.tag == "h1"), "")

    @property
    def ids(self) -> set[str]:
        return {one.attributes["id"] for one in self.elements if "id" in one.attributes}

    @property
    def code(self) -> str | None:
        """The cause that an error page names for tools."""
        found = self.find("error-message")
        return None if found is None else found.attributes["data-code"]

    def find(self, id: str) -> Element | None:
        return next((one for one in self.elements if one.attributes.get("id") == id), None)

    def element(self, id: str) -> Element:
        found = self.find(id)
        assert found is not None, f"no #{id} on {self.address}: {self.text[:300]}"
        return found

    def choices(self) -> dict[str, str]:
        """What can be chosen: the words of each radio's label, and the value that it sends."""
        radios = {
            one.attributes["id"]: one.attributes["value"]
            for one in self.elements
            if one.attributes.get("type") == "radio" and "disabled" not in one.attributes
        }
        return {
            one.text: radios[one.attributes["for"]]
            for one in self.elements
            if one.tag == "label" and one.attributes.get("for") in radios
        }

    def value_for(self, name: str) -> str:
        """The value of the one choice whose words begin with `name`."""
        found = [value for words, value in self.choices().items() if words.startswith(name)]
        assert len(found) == 1, f"{len(found)} choices begin with {name!r}: {list(self.choices())}"
        return found[0]

    def fields(self, form_id: str) -> dict[str, str]:
        """What the form sends as it stands, without any button."""
        sent = {}
        for one in self.elements:
            if one.form is None or one.form.attributes.get("id") != form_id or "name" not in one.attributes:
                continue
            if one.tag == "input" and one.attributes.get("type") not in {"radio", "submit"}:
                sent[one.attributes["name"]] = one.attributes.get("value", "")
        return sent

    def press(self, button_id: str, **filled: str) -> "Page":
        """Fill in the form of this button and press it; where that leads on our own host."""
        button = self.element(button_id)
        assert button.form is not None, f"#{button_id} stands in no form"
        form = button.form
        sent = {}
        for one in self.elements:
            if one.form is not form or "name" not in one.attributes or one.tag == "button":
                continue
            if one.attributes.get("type") not in {"radio", "checkbox"} or "checked" in one.attributes:
                sent[one.attributes["name"]] = self._holds(one)
        sent |= filled
        if "name" in button.attributes:
            sent[button.attributes["name"]] = button.attributes.get("value", "")
        to = button.attributes.get("formaction") or form.attributes.get("action") or self.address
        return post(self.browser, urljoin(self.address, to), sent)

    def _holds(self, field: Element) -> str:
        """What a field holds as the page was sent."""
        if field.tag == "textarea":
            return "".join(field.words)
        if field.tag != "select":
            return field.attributes.get("value", "")
        after = self.elements[self.elements.index(field) + 1 :]
        options = list(takewhile(lambda one: one.tag == "option", after))
        chosen = next((one for one in options if "selected" in one.attributes), options[0])
        return chosen.attributes["value"]

    def follow(self, link_id: str) -> "Page":
        return get(self.browser, urljoin(self.address, self.element(link_id).attributes["href"]))


def get(browser: FlaskClient, address: str, **options: Any) -> Page:
    """Open an address, following redirects for as long as they stay with us."""
    return _followed(browser, browser.get(address, **options), address)


def post(browser: FlaskClient, address: str, form: dict[str, str]) -> Page:
    """Send a form."""
    return _followed(browser, browser.post(address, data=form), address)


def _followed(browser: FlaskClient, response: TestResponse, address: str) -> Page:
    for _ in range(10):
        location = response.headers.get("Location")
        if location is None or urlsplit(location).netloc not in {"", "localhost", "localhost:8000"}:
            break
        address = urljoin(address, location)
        response = browser.get(address)
    return Page(browser, response, urlsplit(address).path)


def without_support_code(text: str) -> str:
    """The words of a page that says no, without the code that is another one each time."""
    return re.sub(r"\b[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{4}\b", "", text)
