"""Which language a page speaks, and how it writes days, moments, levels and actions.

Dutch unless the person, the relying party (`ui_locales`) or the browser says English. Texts in code and
templates are English and are looked up in `translations/`; a test sees to it that no Dutch one is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from babel.dates import format_date, format_time
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, Response, current_app, g, request, url_for
from flask_babel import Babel
from flask_babel import gettext as _gettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from authz_server.config import Settings
from claims.assurance import Loa
from claims.instants import AMSTERDAM, Instant, day_of, start_of_day

__all__ = [
    "LANGUAGES",
    "Lazy",
    "action_words",
    "build",
    "day",
    "gettext",
    "language",
    "lazy_gettext",
    "level_words",
    "local_path",
    "moment",
    "month",
    "prefer",
    "said",
    "speaking",
    "until_words",
]

LANGUAGES: Final = ("nl", "en")
_YEAR: Final = 365 * 24 * 3600
_HOURS_OF_UTC: Final = 2 * 3600
_SPOKEN: Final[ContextVar[str | None]] = ContextVar("spoken", default=None)


class Lazy(Protocol):
    """A text whose language is chosen when it is shown."""

    def __str__(self) -> str: ...


class _Later:
    """A text that is looked up each time it is shown."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text: Final = text

    def __str__(self) -> str:
        return gettext(self._text)


def gettext(text: str, **values: object) -> str:
    """`text` in the language of the page, with `%(name)s` filled in; in the one that is spoken, where no page is made."""
    spoken = _SPOKEN.get()
    if spoken is not None:
        return said(text, spoken, **values)
    words = str(_gettext(text))
    return _filled_in(words, values) if values else words


def lazy_gettext(text: str) -> Lazy:
    """`text`, translated when it is shown."""
    return _Later(text)


def said(text: str, language: str, **values: object) -> str:
    """`text` in a language that is told, whoever asks: for what is written outside a request."""
    words = _catalogue().gettext(text) if language == "nl" else text
    return _filled_in(words, values) if values else words


def _filled_in(words: str, values: Mapping[str, object]) -> str:
    """The words with the values in their places; a name's own full stop ("B.V.") ends the sentence that it ends."""
    ended = {
        name: value.removesuffix(".") if isinstance(value, str) and f"%({name})s." in words else value
        for name, value in values.items()
    }
    return words % ended


@pass_eval_context
def _in_templates(context: EvalContext, text: str, /, **values: object) -> str:
    """As Jinja's own, which always fills in (so `%%` is a per cent sign) and escapes what is filled in."""
    words = gettext(text)
    return _filled_in(Markup(words) if context.autoescape else words, values)  # noqa: S704


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it everything here is said in that language, whoever asks and be there a page or not."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


@cache
def _catalogue() -> NullTranslations:
    """The Dutch words."""
    return Translations.load(str(Path(__file__).parent / "translations"), ["nl"])


_ACTIONS: Final[dict[str, Lazy]] = {
    "view": lazy_gettext("look"),
    "prepare": lazy_gettext("fill in"),
    "submit": lazy_gettext("send"),
    "apply": lazy_gettext("apply"),
    "withdraw": lazy_gettext("take back"),
    "change": lazy_gettext("change"),
}
_LEVELS: Final[dict[Loa, Lazy]] = {
    Loa.BASIC: lazy_gettext("basic"),
    Loa.LOW: lazy_gettext("low"),
    Loa.SUBSTANTIAL: lazy_gettext("substantial"),
    Loa.HIGH: lazy_gettext("high"),
}

_pages = Blueprint("language", __name__)


def build(app: Flask) -> None:
    """Give `app` its two languages and the switch between them."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "nl")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Amsterdam")
    Babel(app, locale_selector=language)
    app.jinja_env.globals["gettext"] = _in_templates  # what `_` calls
    app.register_blueprint(_pages)


def language() -> str:
    """`nl` or `en`: what the person chose, else what the request prefers, else what the browser does."""
    spoken = _SPOKEN.get()
    if spoken is not None:
        return spoken
    chosen = request.cookies.get(_cookie())
    if chosen in LANGUAGES:
        return str(chosen)
    preferred = _first_of_ours(g.get("preferred_languages", ()))
    # not `best_match`: it takes a Dutch in second place for a better match than a British English in first
    return preferred or _first_of_ours(tuple(request.accept_languages.values())) or "nl"


def prefer(languages: Iterable[str]) -> None:
    """For the rest of this request, prefer these languages (`ui_locales`, OIDC Core 3.1.2.1) to the browser's."""
    g.preferred_languages = tuple(languages)


def _first_of_ours(tags: Sequence[str]) -> str | None:
    for tag in tags:
        if (primary := tag.partition("-")[0].lower()) in LANGUAGES:
            return primary
    return None


@_pages.post("/language")
def choose() -> Response:
    """Keep the language that the person picked, and show the page again."""
    back = local_path(request.form.get("back"))
    response = Response("", 303, {"Location": back or url_for("portal.home")})
    picked = request.form.get("language")
    if picked in LANGUAGES:
        settings: Settings = current_app.extensions["namens"].settings
        response.set_cookie(
            _cookie(), str(picked), max_age=_YEAR, secure=settings.secure, httponly=True, samesite="Lax"
        )
    return response


def local_path(text: str | None) -> str | None:
    """`text` where it is a path on this very host, else None: a form must not send anybody elsewhere."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return None
    return text if text.isprintable() and text.isascii() and "\\" not in text else None


def _cookie() -> str:
    return "__Host-namens_language" if current_app.extensions["namens"].settings.secure else "namens_language"


def day(instant: Instant) -> str:
    """The day in Amsterdam, in words: 31 mei 2027."""
    return str(format_date(day_of(instant), "d MMMM y", locale=language()))


def month(first: date) -> str:
    """The month of that day, in words: mei 2027."""
    return str(format_date(first, "LLLL y", locale=language()))


def moment(instant: Instant) -> str:
    """Day and time in Amsterdam: 12 november 2026, 14:05."""
    at = datetime.fromtimestamp(instant, AMSTERDAM)
    return f"{day(instant)}, {format_time(at.time(), 'HH:mm', locale=language())}"


def until_words(until: Instant | None) -> str:
    """Until when something holds: an end is exclusive, but people count the last day."""
    if until is None:
        return gettext("without an end date")
    # registers that count in UTC end a day an hour or two into the next one here: those hours are not promised
    if until - start_of_day(day_of(until)) <= _HOURS_OF_UTC:
        return gettext("until and including %(day)s", day=day(start_of_day(day_of(until)) - 1))
    return gettext("until %(moment)s", moment=moment(until))


def action_words(actions: Iterable[str]) -> str:
    """What may be done: bekijken, invullen. A word that we have no translation for stands as it is."""
    return ", ".join(str(_ACTIONS.get(action, action)) for action in actions)


def level_words(level: Loa) -> str:
    """A level of assurance as people read it."""
    return str(_LEVELS[level])
