"""What protects a page of ours: the token that a form sends back, and what its policy lets it do.

No script runs but files of ours, on a page that asked for one; a form may post to us, and be redirected on to the
one client that it serves (browsers apply `form-action` to the redirects that follow a form too). The headers
themselves are written by `authz_server.edge`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from authz_server.config import Settings
from authz_server.edge import FORM_TARGET, IMAGE_SOURCE, SCRIPTS

__all__ = [
    "allow_form_to",
    "allow_image_of",
    "allow_own_scripts",
    "check_form",
    "csrf",
    "install",
]

# Forms carry a token, except where a client and not a person's browser calls: `csrf.exempt(view or blueprint)`.
csrf: Final = CSRFProtect()

_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*")
# Control characters, and what stands where somebody else could not read a sign.
_UNTYPED: Final = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]")
_OF_ANY_SIGN: Final = frozenset({"password"})
_MOST_FIELDS: Final = 50


def install(app: Flask, settings: Settings) -> None:
    """Set up `app`: CSRF tokens on every form."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-namens_form" if settings.secure else "namens_form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # the interaction and the session end, a form need not end before them
        WTF_CSRF_SSL_STRICT=False,  # the token decides; some people's browsers send no Referer
    )
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # `check_form` does so, for what changes something alone
    app.session_interface = _FormCookie()
    csrf.init_app(app)


def check_form() -> None:
    """Refuse what is no form of ours, where the present request should be one.

    `CSRFError` where it comes without its token; 400 where it holds what no page of ours sends: a field twice (which
    of them did the person mean?), more fields than any page has, signs that cannot be typed.
    """
    csrf.protect(apply_exemptions=True)
    if g.get("csrf_valid") and not _as_sent_by_a_page(list(request.form.items(multi=True))):
        abort(400)


def _as_sent_by_a_page(fields: list[tuple[str, str]]) -> bool:
    names = {name for name, _ in fields}
    return len(names) == len(fields) <= _MOST_FIELDS and not any(
        _UNTYPED.search(name) or (name not in _OF_ANY_SIGN and _UNTYPED.search(value))
        for name, value in fields
    )


class _FormSession(SessionMixin):
    """What stands in the form cookie, read when it is asked for: a login that needs no page does not pay for it."""

    def __init__(self, read: Callable[[], SecureCookieSession]) -> None:
        self._read = read
        self.found: SecureCookieSession | None = None

    def _found(self) -> SecureCookieSession:
        if self.found is None:
            self.found = self._read()
        return self.found

    def __getitem__(self, key: str) -> Any:
        return self._found()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._found()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._found()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())


class _FormCookie(SecureCookieSessionInterface):
    """The signed cookie to which the tokens of forms are bound. Its signer is made once, not for each request."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> _FormSession:  # type: ignore[override]
        read = super().open_session
        return _FormSession(lambda: read(app, request) or SecureCookieSession())

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        found = session.found if isinstance(session, _FormSession) else session
        if found is not None:
            super().save_session(app, found, response)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


def allow_own_scripts(*, asks: bool = False) -> None:
    """Let this page run scripts that lie in files of ours, and let those ask us where one `asks`.

    What stands in the page itself does not run.
    """
    request.environ[SCRIPTS] = asks or request.environ.get(SCRIPTS, False)


def allow_form_to(redirect_uri: str) -> None:
    """Let the form of this page end at the client whose validated redirect URI this is."""
    parts = urlsplit(redirect_uri)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.netloc and _ORIGIN.fullmatch(origin):
        request.environ[FORM_TARGET] = origin
    elif (
        not parts.netloc
        and parts.scheme
        and redirect_uri[: len(parts.scheme) + 2].lower() == f"{parts.scheme}:/"
    ):
        request.environ[FORM_TARGET] = f"{parts.scheme}:"


def allow_image_of(uri: str) -> None:
    """Let this page show an image of another host: a client's logo."""
    parts = urlsplit(uri)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.scheme in {"http", "https"} and _ORIGIN.fullmatch(origin):
        request.environ[IMAGE_SOURCE] = origin
