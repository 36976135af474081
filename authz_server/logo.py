"""The logo of who runs this: an SVG or PNG file that is looked through before any page shows it.

An SVG is a document that can hold scripts, fetch what is elsewhere, or grow without end out of entities. So only what
draws is let through: elements that are known here, references within the file, no instructions and no DOCTYPE. What is
refused is told by the operator's own file, in words that a person who made the drawing can do something with.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from xml.parsers import expat

__all__ = ["LARGEST", "Logo", "LogoRefused", "read_logo"]

LARGEST: Final = 128 * 1024
_LARGEST_SIDE: Final = 4096  # pixels of a PNG
_DEEPEST: Final = 64
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_DRAWS: Final = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "style",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
    ]
)
_ELSEWHERE: Final = re.compile(r"url\s*+\(\s*+['\"]?+\s*+(?!#)|@|\\|javascript:", re.IGNORECASE)


class LogoRefused(Exception):
    """The file is no logo that can be shown; the text says why, and holds nothing of the file but names of its parts."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A file that was looked through, as it is served."""

    content: bytes
    media_type: str

    @property
    def version(self) -> str:
        """Changes with the file."""
        return sha256(self.content).hexdigest()[:12]


def read_logo(file: Path) -> Logo:
    """The logo in `file`; `LogoRefused` where it cannot be read, is too large, or holds more than a picture."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as failure:
        raise LogoRefused(f"cannot be read: {failure.strerror}") from None
    if len(content) > LARGEST:
        raise LogoRefused(f"is larger than {LARGEST} bytes")
    if content.startswith(_PNG):
        _look_through_png(content)
        return Logo(content, "image/png")
    _SvgReader().read(content)
    return Logo(content, "image/svg+xml")


def _look_through_png(content: bytes) -> None:
    """Chunk after chunk (PNG, section 5): a header first, an end last, and nothing behind it."""
    place, names = len(_PNG), list[bytes]()
    while place < len(content):
        if place + 12 > len(content):
            raise LogoRefused("is a PNG that breaks off")
        (length,) = struct.unpack_from(">I", content, place)
        name, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        end = place + 12 + length
        if end > len(content):
            raise LogoRefused("is a PNG that breaks off")
        if struct.unpack_from(">I", content, end - 4)[0] != zlib.crc32(name + body):
            raise LogoRefused("is a PNG that is damaged")
        if not names and (name != b"IHDR" or length != 13):
            raise LogoRefused("is a PNG without its header")
        if not names and not all(0 < side <= _LARGEST_SIDE for side in struct.unpack_from(">II", body)):
            raise LogoRefused(f"is a PNG of more than {_LARGEST_SIDE} pixels wide or high")
        names.append(name)
        place = end
        if name == b"IEND":
            break
    if names[-1:] != [b"IEND"] or b"IDAT" not in names or place != len(content):
        raise LogoRefused("is a PNG that breaks off, or holds more than the picture")


class _SvgReader:
    """Reads a drawing from beginning to end, and stops at the first thing that does not belong in one."""

    def __init__(self) -> None:
        self._depth = 0
        self._styles = False
        self._texts: list[str] = []

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends
        parser.CharacterDataHandler = self._says
        parser.StartDoctypeDeclHandler = lambda *_: self._refuse("a DOCTYPE")
        parser.XmlDeclHandler = self._declares
        parser.ProcessingInstructionHandler = lambda *_: self._refuse("a processing instruction")
        try:
            parser.Parse(
                content.decode(), True
            )  # a byte order mark would have its say before the encoding given
        except (expat.ExpatError, UnicodeDecodeError):
            raise LogoRefused("is neither a PNG nor a well-formed SVG in UTF-8") from None

    def _declares(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            self._refuse("another encoding than UTF-8")

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self._depth += 1
        if namespace != _SVG or local not in _DRAWS:
            self._refuse(f"an element <{local[:40]}>")
        if self._depth == 1 and local != "svg":
            raise LogoRefused("is an XML document and no SVG")
        if self._depth > _DEEPEST:
            self._refuse(f"elements more than {_DEEPEST} deep")
        self._styles, self._texts = local == "style", []
        for full, value in attributes.items():
            self._look_at(full, value)

    def _look_at(self, full: str, value: str) -> None:
        namespace, _, local = full.rpartition(" ")
        if namespace not in {"", _XLINK, _XML} or local == "base":
            self._refuse(f"an attribute {local[:40]} that belongs to no drawing (save it as plain SVG)")
        if local.lower().startswith("on"):
            self._refuse(f"a script in {local[:40]}")
        if local == "href" and not value.strip().startswith("#"):
            self._refuse("a reference to something elsewhere")
        if _ELSEWHERE.search(value):
            self._refuse(f"a reference to something elsewhere in {local[:40]}")

    def _says(self, text: str) -> None:
        self._texts.append(text)

    def _ends(self, _: str) -> None:
        if self._styles and _ELSEWHERE.search("".join(self._texts)):
            self._refuse("a reference to something elsewhere, or a rule that begins with @, in <style>")
        self._styles, self._texts = False, []
        self._depth -= 1

    def _refuse(self, what: str) -> None:
        raise LogoRefused(f"is an SVG that holds {what}")
