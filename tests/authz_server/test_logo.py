import struct
import zlib
from pathlib import Path

import pytest

from authz_server.logo import LARGEST, LogoRefused, read_logo

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 8 8">'
PLAIN = HEAD + (
    '<title>x</title><defs><linearGradient id="a"><stop offset="0" stop-color="#123456"/></linearGradient></defs>'
    "<style>.b { fill: url('#a') }</style>"
    '<g style="fill: url( #a )"><path class="b" d="M0 0h8v8z" fill="url(#a)"/><use xlink:href="#a" href="#a"/></g></svg>'
)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(side: int = 1, *more: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more)


DRAWN = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND", b"")


def refused(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    with pytest.raises(LogoRefused) as told:
        read_logo(file)
    return str(told.value)


def test_a_drawing_and_a_picture_are_taken_as_they_are(tmp_path: Path) -> None:
    for content, media_type in ((PLAIN.encode(), "image/svg+xml"), (png(1, DRAWN, END), "image/png")):
        file = tmp_path / "logo"
        file.write_bytes(content)

        logo = read_logo(file)

        assert (content, media_type) == (logo.content, logo.media_type)


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<g onload="alert(1)"/>', "a script in onload"),
        ('<g ONCLICK="x"/>', "a script in ONCLICK"),
        ('<image href="https://example.org/x.png"/>', "<image>"),
        ("<foreignObject/>", "<foreignObject>"),
        ('<set attributeName="x"/>', "<set>"),
        ('<a href="#x"/>', "<a>"),
        ('<use href="https://example.org/x.svg#a"/>', "elsewhere"),
        ('<use xlink:href="data:image/svg+xml,x"/>', "elsewhere"),
        ('<use href=" javascript:x"/>', "elsewhere"),
        ('<g fill="url(https://example.org/#a)"/>', "elsewhere in fill"),
        ("<g style=\"fill: url( 'https://example.org' )\"/>", "elsewhere in style"),
        ('<g style="fill: u\\72l(x)"/>', "elsewhere in style"),
        ("<style>@import 'x';</style>", "in <style>"),
        ("<style><![CDATA[g { fill: URL(x) }]]></style>", "in <style>"),
        ('<g xml:base="https://example.org/"/>', "base"),
        ('<b xmlns="http://www.w3.org/1999/xhtml"/>', "<b>"),
        ('<g xmlns:i="urn:i" i:label="x"/>', "plain SVG"),
        ("<?xml-stylesheet href='x'?>", "processing instruction"),
        ("<g>" * 70 + "</g>" * 70, "deep"),
    ],
)
def test_a_drawing_holds_nothing_that_runs_or_comes_from_elsewhere(
    tmp_path: Path, inside: str, told: str
) -> None:
    assert told in refused(tmp_path / "logo.svg", f"{HEAD}{inside}</svg>".encode())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "neither a PNG nor"),
        (b"GIF89a", "neither a PNG nor"),
        (b"<html></html>", "<html>"),
        (b'<g xmlns="http://www.w3.org/2000/svg"/>', "no SVG"),
        (b'<!DOCTYPE svg [<!ENTITY a "a">]>' + PLAIN.encode(), "DOCTYPE"),
        (b'<?xml version="1.0" encoding="UTF-16"?>' + PLAIN.encode(), "encoding"),
        (PLAIN.encode("utf-16"), "neither a PNG nor"),
        (PLAIN.encode()[:-3], "neither a PNG nor"),
        (PLAIN.encode() + b" " * LARGEST, "larger than 131072"),
        (png(1, DRAWN), "breaks off"),
        (png(1, END), "breaks off"),
        (png(1, DRAWN, END, b"<script>"), "holds more than"),
        (png(1, DRAWN, END)[:-2], "breaks off"),
        (png(1, DRAWN, END).replace(b"IDAT", b"IDAT"[::-1]), "damaged"),
        (png(5000, DRAWN, END), "4096"),
        (png(0, DRAWN, END), "4096"),
        (png()[:8] + DRAWN + END, "without its header"),
        (b"\x89PNG\r\n\x1a\n", "breaks off"),
    ],
)
def test_what_is_no_logo_is_refused_with_the_reason(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in refused(tmp_path / "logo", content)


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(LogoRefused, match="cannot be read"):
        read_logo(tmp_path / "none.svg")
