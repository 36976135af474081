"""The two cookies of a browser: the session's key, and the key by which its waiting requests are known.

Both are HttpOnly and SameSite=Lax, hold nothing but a random key, and carry the prefix `__Host-` where people
reach us over https (RFC 6265bis section 4.1.3.2): no other host of the domain can then set them.
"""

from flask import Response, request

from authz_server.config import Settings

__all__ = [
    "drop_session",
    "form_cookie",
    "give_browser",
    "give_session",
    "session_cookie",
    "shown_browser",
    "shown_session",
]


def shown_session(settings: Settings) -> str | None:
    """The session key that this request's browser shows."""
    return request.cookies.get(session_cookie(settings))


def shown_browser(settings: Settings) -> str | None:
    """The browser key that this request's browser shows."""
    return request.cookies.get(_name(settings, "browser"))


def give_session(response: Response, settings: Settings, key: str) -> None:
    """Set the session key; it lives as long as the browser is open, and the table decides sooner."""
    _give(response, settings, "session", key)


def give_browser(response: Response, settings: Settings, key: str) -> None:
    """Set the browser key."""
    _give(response, settings, "browser", key)


def drop_session(response: Response, settings: Settings) -> None:
    """Take the session key back."""
    response.delete_cookie(
        _name(settings, "session"), secure=settings.secure, httponly=True, samesite="Lax", path="/"
    )


def _give(response: Response, settings: Settings, which: str, key: str) -> None:
    response.set_cookie(
        _name(settings, which), key, secure=settings.secure, httponly=True, samesite="Lax", path="/"
    )


def _name(settings: Settings, which: str) -> str:
    return f"__Host-namens_{which}" if settings.secure else f"namens_{which}"


def session_cookie(settings: Settings) -> str:
    """The name of the cookie that holds the session key."""
    return _name(settings, "session")


def form_cookie(settings: Settings) -> str:
    """The name of the cookie by which forms prove that they are ours."""
    return _name(settings, "form")
