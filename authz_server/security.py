"""What every answer and every form carries: headers, and the token that a form of ours sends back.

Scripts run only with a nonce that a page asked for; a page may post to us, and be redirected on to the one
client that it serves (browsers apply `form-action` to the redirects that follow a form too).
"""

import re
import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, g
from flask_wtf import CSRFProtect

from authz_server.config import Settings

__all__ = ["allow_form_to", "csp_nonce", "csrf", "install"]

# Forms carry a token, except where a client and not a person's browser calls: `csrf.exempt(view or blueprint)`.
csrf: Final = CSRFProtect()

_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*")
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'self'"
)
_FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TWO_YEARS: Final = 2 * 365 * 86400


def install(app: Flask, settings: Settings) -> None:
    """Set up `app`: headers on every answer, CSRF tokens on every form, `csp_nonce()` in every template."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-namens_form" if settings.secure else "namens_form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # the interaction and the session end, a form need not end before them
        WTF_CSRF_SSL_STRICT=False,  # the token decides; some people's browsers send no Referer
    )
    csrf.init_app(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_headers(settings))


def csp_nonce() -> str:
    """The nonce of this answer, for a script of ours; the answer's policy names it from now on."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def allow_form_to(redirect_uri: str) -> None:
    """Let the form of this page end at the client whose validated redirect URI this is."""
    parts = urlsplit(redirect_uri)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.netloc and _ORIGIN.fullmatch(origin):
        g.form_target = origin
    elif not parts.netloc and _SCHEME.fullmatch(parts.scheme):
        g.form_target = f"{parts.scheme}:"


def _headers(settings: Settings) -> Callable[[Response], Response]:
    fixed = tuple((_FIXED | _over_tls(settings)).items())

    def give(response: Response) -> Response:
        headers = response.headers
        for name, value in fixed:
            headers[name] = value
        headers["Content-Security-Policy"] = _policy()
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response

    return give


def _over_tls(settings: Settings) -> dict[str, str]:
    return {"Strict-Transport-Security": f"max-age={_TWO_YEARS}"} if settings.secure else {}


def _policy() -> str:
    policy = _POLICY
    if target := g.get("form_target"):
        policy += f" {target}"
    if nonce := g.get("csp_nonce"):
        policy += f"; script-src 'nonce-{nonce}'"
    return policy
