"""The colours of an operator's own, and whether everybody can read what stands in them.

Text needs a contrast of 4.5 to 1 with what it stands on (WCAG 2.2, success criterion 1.4.3, level AA); the formulas are
those of its "relative luminance" and "contrast ratio".
"""

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["LEAST", "Palette", "contrast", "palette", "unreadable"]

LEAST: Final = 4.5
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_WHITE: Final = "#ffffff"
# What pages write on the tint besides the colours of the operator: the footer, notes, marks (`design/theme.css`).
_ON_TINT: Final = ("#22303c", "#3b4752", "#6b3d00")
_DARKER: Final = 0.65
_TINTS: Final = (0.1, 0.06, 0.03, 0.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colour of what can be done, a darker one for what the pointer is on, and a light one to stand behind text."""

    colour: str
    dark: str
    tint: str


def palette(colour: str, dark: str | None, tint: str | None) -> Palette:
    """The three colours, those that are not given made of the first. ValueError for one that is not `#rrggbb`."""
    for given in (colour, dark, tint):
        if given is not None and not _COLOUR.fullmatch(given):
            raise ValueError("must be a colour as #rrggbb, in lower case")
    return Palette(
        colour, dark or _mixed(colour, "#000000", _DARKER), tint if tint is not None else _tint(colour)
    )


def unreadable(colours: Palette) -> str | None:
    """What cannot be read in these colours, with its contrast; None where all can."""
    for name, text, behind, ground in (
        ("colour", colours.colour, "white", _WHITE),
        ("colour_dark", colours.dark, "white", _WHITE),
        ("colour", colours.colour, "tint", colours.tint),
        ("colour_dark", colours.dark, "tint", colours.tint),
        *(("the text of pages", text, "tint", colours.tint) for text in _ON_TINT),
    ):
        if (ratio := contrast(text, ground)) < LEAST:
            # rounded down: 4.499 must not be told as enough
            return f"{name} ({text}) on {behind} ({ground}) has a contrast of {int(ratio * 100) / 100:.2f} to 1; WCAG 2.2 AA wants {LEAST} to 1"
    return None


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _tint(colour: str) -> str:
    """As much of the colour in white as leaves the colour itself readable on it."""
    tints = [_mixed(colour, _WHITE, share) for share in _TINTS]
    return next((tint for tint in tints if contrast(colour, tint) >= LEAST), _WHITE)


def _mixed(colour: str, with_colour: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(with_colour), strict=True)
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
