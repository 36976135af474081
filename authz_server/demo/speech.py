"""Dutch or English: which language a demo website speaks, and how it says texts, days and moments in it.

What the visitor picked counts first (the switch, or `ui_locales` in an address), then what the browser prefers. Texts in
code and templates are English, and stand in Dutch in the catalogue of the provider, whose tests see to both.
"""

from datetime import datetime
from typing import Final

from babel.dates import format_date, get_day_names
from flask import Flask, g, has_request_context, redirect, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from authz_server.i18n import Lazy, said
from claims.instants import AMSTERDAM, Instant

__all__ = [
    "LANGUAGES",
    "Lazy",
    "build",
    "date_and_time",
    "day",
    "gettext",
    "language",
    "lazy_gettext",
    "picked",
    "weekday",
]

LANGUAGES: Final = ("nl", "en")
_COOKIE: Final = "oefen-taal"
_YEAR: Final = 365 * 24 * 3600
# where the switch may lead back to: pages that are there when one just goes to them
_PLACES: Final = ("/", "/weten", "/weten/inlog", "/proberen", "/tijd", "/nagebootste-registers/")


class _Later:
    """A text that is looked up each time it is shown."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def __str__(self) -> str:
        return gettext(self._text)


def gettext(text: str, **values: object) -> str:
    """`text` in the language of the page, with `%(name)s` filled in; in Dutch where no page is made."""
    return said(text, language(), **values)


def lazy_gettext(text: str) -> Lazy:
    """`text`, in the language of the page on which it comes to stand."""
    return _Later(text)


def language() -> str:
    """`nl` or `en`."""
    if not has_request_context():
        return "nl"
    if "language" not in g:
        g.language = picked() or _of_the_browser() or "nl"
    return str(g.language)


def picked() -> str | None:
    """The language that the visitor picked; None where their browser is to tell."""
    return _asked() or _ours(request.cookies.get(_COOKIE, ""))


def build(app: Flask) -> None:
    """Give `app` both languages: `_` in its templates, and a page that the switch posts to."""
    app.jinja_env.globals["_"] = _in_templates
    app.add_url_rule("/taal", "pick_language", _pick, methods=["POST"])
    app.after_request(_keep)
    app.context_processor(_for_the_switch)


def day(instant: Instant) -> str:
    """As in: 31 december 2028."""
    return str(format_date(datetime.fromtimestamp(instant, AMSTERDAM).date(), "d MMMM y", locale=language()))


def date_and_time(instant: Instant) -> str:
    """As in: 31 december 2028, 14:05 uur."""
    local = datetime.fromtimestamp(instant, AMSTERDAM)
    return gettext("%(day)s, %(time)s", day=day(instant), time=f"{local.hour:02}:{local.minute:02}")


def weekday(number: int) -> str:
    """The name of a day of the week; 0 is Monday."""
    return str(get_day_names("wide", locale=language())[number])


@pass_eval_context
def _in_templates(context: EvalContext, text: str, /, **values: object) -> str:
    if not context.autoescape:
        return gettext(text, **values)
    return Markup(gettext(text, **{name: str(escape(value)) for name, value in values.items()}))  # noqa: S704


def _asked() -> str | None:
    """What an address asks for, as an authorization request does (OpenID Connect Core 3.1.2.1)."""
    if not request.query_string.isascii():  # no address at all (RFC 3986 2): it is refused
        return None
    tags = request.args.get("ui_locales", "").split(" ")
    return next((found for tag in tags if (found := _ours(tag)) is not None), None)


def _of_the_browser() -> str | None:
    spoken = request.accept_languages.values()
    return next((found for tag in spoken if (found := _ours(tag)) is not None), None)


def _ours(tag: str) -> str | None:
    primary = tag.partition("-")[0].lower()
    return primary if primary in LANGUAGES else None


def _pick() -> Response:
    back = request.form.get("back", "")
    g.language = _ours(request.form.get("language", "")) or language()
    g.picked = True
    return redirect(back if back in _PLACES else "/", 303)


def _keep(response: Response) -> Response:
    if "picked" in g or _asked() is not None:
        response.set_cookie(_COOKIE, language(), max_age=_YEAR, httponly=True, samesite="Lax")
    return response


def _for_the_switch() -> dict[str, object]:
    other = "en" if language() == "nl" else "nl"
    here = request.path if request.path in _PLACES else "/"
    return {"language": language(), "other_language": other, "here": here}
