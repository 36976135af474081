"""The operator's own look over ours: a few design tokens and a logo, each at an address of its own.

Both are made at the start and lie in memory. The policy of pages stays as it is: a stylesheet and an image of our own
origin are what it allows.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from flask import Blueprint, Flask, Response, abort, url_for

from authz_server.config import Settings
from authz_server.config.colours import Palette
from authz_server.logo import Logo, read_logo

__all__ = ["ENDPOINTS", "Theme", "build"]

ENDPOINTS: Final = frozenset({"theme.tokens", "theme.logo"})
_KEPT_FOR: Final = 3600  # seconds; the address changes with what stands there


@dataclass(frozen=True, slots=True)
class Theme:
    """What pages add to our own look; None where they add nothing."""

    tokens: bytes | None
    logo: Logo | None

    def tokens_address(self) -> str | None:
        """Where the tokens are read, in the present application."""
        if self.tokens is None:
            return None
        return url_for("theme.tokens", v=sha256(self.tokens).hexdigest()[:12])

    def logo_address(self) -> str | None:
        """Where the logo is, likewise."""
        return None if self.logo is None else url_for("theme.logo", v=self.logo.version)


def build(app: Flask, settings: Settings) -> Theme:
    """Add the addresses of the theme that the settings describe. `LogoRefused` where its logo cannot be shown."""
    operator = settings.operator
    theme = Theme(
        None if operator.palette is None else _tokens(operator.palette),
        None if operator.logo is None else read_logo(operator.logo),
    )
    served = Blueprint("theme", __name__, url_prefix="/theme")

    @served.get("/tokens.css")
    def tokens() -> Response:
        return _file(theme.tokens, "text/css")

    @served.get("/logo")
    def logo() -> Response:
        content, media_type = (theme.logo.content, theme.logo.media_type) if theme.logo else (None, "")
        return _file(content, media_type)

    app.register_blueprint(served)
    return theme


def _tokens(palette: Palette) -> bytes:
    """The tokens of `design/theme.css` that an operator may set, by the same names."""
    named = {
        "--namens-colour": palette.colour,
        "--namens-colour-dark": palette.dark,
        "--namens-tint": palette.tint,
    }
    return (
        ":root {\n" + "".join(f"  {name}: {colour};\n" for name, colour in named.items()) + "}\n"
    ).encode()


def _file(content: bytes | None, media_type: str) -> Response:
    if content is None:
        abort(404)
    answer = Response(content, mimetype=media_type)
    answer.headers["Cache-Control"] = f"public, max-age={_KEPT_FOR}"
    return answer
