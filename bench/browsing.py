"""Walking through pages as a browser without JavaScript: follow redirects, fill in the form, press the button."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bench.wire import Connection

_MOST_PAGES = 20


class Stuck(Exception):
    """The walk did not lead back to the relying party; the text tells the way it took."""


class _Form(HTMLParser):
    """A form of a page: the one whose id is among `wanted`, else the first."""

    def __init__(self, wanted: set[str]) -> None:
        super().__init__()
        self._wanted = wanted
        self._inside = False
        self.found: dict[str, object] = {}
        self.action = ""
        self.fields: dict[str, str] = {}
        self.radios: dict[str, list[str]] = {}
        self.buttons: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form" and (not self.found or said.get("id") in self._wanted):
            if self.found.get("id") in self._wanted:
                return
            self.found, self._inside = {"id": said.get("id")}, True
            self.action, self.fields, self.radios, self.buttons = said.get("action", ""), {}, {}, []
        elif self._inside and tag in {"input", "button"}:
            kind = said.get("type", "submit" if tag == "button" else "text")
            if kind == "submit":
                self.buttons.append((said.get("id", ""), said.get("name", ""), said.get("value", "")))
            elif kind == "radio":
                self.radios.setdefault(said["name"], []).append(said.get("value", ""))
            elif "name" in said and (kind != "checkbox" or "checked" in said):
                self.fields[said["name"]] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


async def walk(
    connection: Connection,
    path: str,
    *,
    until: str,
    fields: dict[str, str],
    forms: set[str] = frozenset(),  # type: ignore[assignment]
    buttons: set[str] = frozenset(),  # type: ignore[assignment]
) -> str:
    """From `path` on, through every page, until a redirect to `until`: that whole URL.

    In each page one form is sent: one of `forms` (ids) if there is, with `fields` where it has such a field, the
    first of its radios, and the button whose id is in `buttons`, else the first.
    """
    way: list[str] = []
    form: dict[str, str] | None = None
    for _ in range(_MOST_PAGES):
        answer = await (connection.get(path) if form is None else connection.post(path, form, _SAME_SITE))
        way.append(f"{'GET' if form is None else 'POST'} {path[:60]} {answer.status}")
        if answer.status in {302, 303, 307}:
            target = answer.headers["location"]
            if target.startswith(until):
                return target
            path, form = _inside(path, target), None
            continue
        page = _Form(forms)
        page.feed(answer.body.decode())
        if not page.found:
            break
        form = {**page.fields, **{name: values[0] for name, values in page.radios.items()}}
        form |= {name: value for name, value in fields.items() if name in page.fields}
        pressed = [button for button in page.buttons if button[0] in buttons] or page.buttons
        if pressed and pressed[0][1]:
            form[pressed[0][1]] = pressed[0][2]
        path = _inside(path, page.action or path)
    raise Stuck(f"{way}: {answer.body[:600]!r}")


async def send_first_form(connection: Connection, path: str, *, fields: dict[str, str], form: str) -> int:
    """From `path` on to the first page, and its form `form` with `fields`: the status of the answer to that."""
    for _ in range(_MOST_PAGES):
        answer = await connection.get(path)
        if answer.status not in {302, 303, 307}:
            break
        path = _inside(path, answer.headers["location"])
    page = _Form({form})
    page.feed(answer.body.decode())
    filled = page.fields | fields
    return (await connection.post(_inside(path, page.action or path), filled, _SAME_SITE)).status


_SAME_SITE = "Sec-Fetch-Site: same-origin\r\n"


def _inside(path: str, target: str) -> str:
    parts = urlsplit(urljoin(f"http://here{path}", target))
    return parts.path + (f"?{parts.query}" if parts.query else "")
