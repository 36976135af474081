"""Where a page ended, as a client gives it back: opaque, and good for the list alone that it came from."""

import base64
import binascii
import hashlib
import json
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

__all__ = ["BadCursor", "NoQuery", "PageQuery", "cursor", "place"]

AT_ONCE: Final = 50
MOST: Final = 100
LONGEST_CURSOR: Final = 2048


class BadCursor(Exception):
    """What was given is no cursor of that list."""


def _whole(value: object) -> object:
    """A number as it is written in an address: digits alone."""
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) < 6):
            raise ValueError("must be a whole number")
        return int(value)
    return value


class NoQuery(BaseModel):
    """An address without parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageQuery(NoQuery):
    """Which page of a list."""

    limit: Annotated[int, BeforeValidator(_whole), Field(ge=1, le=MOST, description="how many at most")] = (
        AT_ONCE
    )
    cursor: Annotated[
        str | None,
        StringConstraints(pattern=rf"^[A-Za-z0-9_=-]{{1,{LONGEST_CURSOR}}}$"),
        Field(description="`next` of the page before"),
    ] = None


def cursor(of: object, where: object) -> str:
    """A cursor of the list that `of` tells apart from others, at `where` (both of JSON)."""
    text = json.dumps([_mark(of), where], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def place(of: object, shown: str | None, kind: type[Any]) -> Any:
    """Where the page before ended, of that `kind`; None at the beginning. Raises `BadCursor`."""
    if shown is None:
        return None
    try:
        told = json.loads(base64.urlsafe_b64decode(shown.encode() + b"=" * (-len(shown) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise BadCursor from None
    match told:
        case [str(mark), where] if mark == _mark(of) and type(where) is kind:
            if kind is int and not 0 <= where < 2**62:
                raise BadCursor
            return where
    raise BadCursor


def _mark(of: object) -> str:
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:12]
