"""Places in the lists of a page: where they stand in its address, and the address of what comes after."""

from typing import Any

from flask import request, url_for

__all__ = ["further", "number"]


def further(name: str, place: str | int | None, **besides: str) -> str | None:
    """The address of this page from `place` on, for one of its lists; None where nothing comes after."""
    if place is None or request.endpoint is None:
        return None
    where: dict[str, Any] = {**(request.view_args or {}), **besides, name: place}
    return url_for(request.endpoint, **where)


def number(text: str | None) -> int | None:
    """The number that an address holds; None where it holds none, or one that no row has."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
