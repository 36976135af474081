"""The pictures of the documentation: `make pictures` draws each from a demo that stands still, in both languages, at two widths.

The clock stands and the codes come from a seed, so that a page that did not change gives the same file on the same
machine. A page that did change gives another file, which whoever looks at the change sees beside the former one.
Nothing compares pictures: decision 0121 says why.
"""

import argparse
import base64
import random
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from playwright.sync_api import Browser, Page, expect

from authz_server.demo.running import Demo
from claims import activation_codes
from claims.instants import parse_instant
from tests.support.chromium import chromium
from tests.support.walking import log_in

__all__ = ["FOLDER", "PORTS", "STEPS", "VARIANTS", "Variant", "draw", "names", "standing_still"]

FOLDER: Final = Path(__file__).parents[2] / "docs" / "pictures"
PORTS: Final = (8000, 8001, 8002)  # those of `make demo`: they stand on a page, and in its QR code
_NOW: Final = parse_instant("2026-12-01T09:00:00Z")
_PATIENCE: Final = 30_000
_MOST_COLOURS: Final = 256


@dataclass(frozen=True, slots=True)
class Variant:
    """In which language, and how wide."""

    language: str
    width: str

    @property
    def size(self) -> tuple[int, int]:
        return {"phone": (390, 844), "desk": (1280, 800)}[self.width]

    @property
    def locale(self) -> str:
        return {"nl": "nl-NL", "en": "en-GB"}[self.language]

    def file(self, step: str) -> str:
        return f"{step}.{self.language}.{self.width}.png"


VARIANTS: Final = tuple(Variant(language, width) for language in ("nl", "en") for width in ("desk", "phone"))
Somebody = Callable[[], Page]
Step = Iterator[tuple[str, Page]]

# what stands in no order of its own, by the name of its picture
STEPS: Final = (
    "log-in",
    "choose",
    "search",
    "confirm",
    "overview",
    "stop",
    "give-wrong",
    "give",
    "give-check",
    "give-code",
    "fill-in-code",
    "given",
    "nobody",
)


def names() -> set[str]:
    """Every picture that the walk makes."""
    return {variant.file(step) for variant in VARIANTS for step in STEPS}


def _choosing(demo: Demo, somebody: Somebody) -> Step:
    page = somebody()
    page.goto(demo.origins.desk)
    page.click("#task-vat-return-all")
    yield "log-in", page
    log_in(page, "eva")
    expect(page.locator("#choose-form")).to_be_visible()
    yield "choose", page
    page.locator("#search").press_sequentially("korenbl")
    expect(page.locator("#candidates li")).to_have_count(1)
    page.locator("input[name=represented]").check()
    yield "search", page
    page.click("#choose-submit")
    expect(page.locator("#confirm-form")).to_be_visible()
    yield "confirm", page


def _stopping(demo: Demo, somebody: Somebody) -> Step:
    page = somebody()
    page.goto(f"{demo.origins.provider}/portal/for/bakery")
    log_in(page, "carla")
    expect(page.locator("main a[href*='/stop/']").first).to_be_visible()
    yield "overview", page
    page.locator("main a[href*='/stop/']").first.click()
    expect(page.locator("#stop-form")).to_be_visible()
    yield "stop", page


def _giving(demo: Demo, somebody: Somebody) -> Step:
    anna, omer = somebody(), somebody()
    anna.goto(f"{demo.origins.provider}/portal/give")
    log_in(anna, "anna")
    anna.click("#give-submit")
    expect(anna.locator("#error-message")).to_be_visible()
    yield "give-wrong", anna
    anna.goto(f"{demo.origins.provider}/portal/give")
    anna.check("#to-code")
    anna.check("[name='task:income-tax:help']")
    anna.evaluate("scrollTo(0, 0)")
    yield "give", anna
    anna.click("#give-submit")
    expect(anna.locator("#give-yes")).to_be_visible()
    yield "give-check", anna
    anna.click("#give-yes")
    code = anna.locator("#code").inner_text()
    yield "give-code", anna
    omer.goto(f"{demo.origins.provider}/portal/code")
    log_in(omer, "omer")
    for field, typed in {"code": code, "born": "2-5-1948", "number": "999997221"}.items():
        omer.fill(f"#{field}", typed)
    yield "fill-in-code", omer
    omer.click("#code-submit")
    expect(omer.locator("#code-form")).to_have_count(0)
    yield "given", omer


def _nobody(demo: Demo, somebody: Somebody) -> Step:
    page = somebody()
    page.goto(demo.origins.desk)
    page.click("#task-vat-return-all")
    log_in(page, "gea", "high")
    expect(page.locator("#nobody")).to_be_visible()
    yield "nobody", page


def standing_still(folder: Path, ports: tuple[int, int, int] = PORTS) -> Demo:
    """A demo at whose clock nothing moves. `close` ends it."""
    return Demo(folder, ports, clock=lambda: _NOW)


def draw(browser: Browser, demo: Demo, variant: Variant, folder: Path) -> list[str]:
    """Walk in this language and at this width, and write each picture; their names."""
    drawn = []
    width, height = variant.size

    def somebody() -> Page:
        context = browser.new_context(
            locale=variant.locale, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.set_default_timeout(_PATIENCE)
        return context.new_page()

    seed = random.Random(1)  # what is shown here opens nothing
    real = activation_codes.draw
    with patch.object(activation_codes, "draw", lambda: real(seed.randrange)):
        for walk in (_choosing, _stopping, _giving, _nobody):
            for step, page in walk(demo, somebody):
                _blank_what_is_drawn_by_lot(page)
                (folder / variant.file(step)).write_bytes(_small(browser, page.screenshot()))
                drawn.append(variant.file(step))
    for context in browser.contexts:
        context.close()
    return drawn


def _blank_what_is_drawn_by_lot(page: Page) -> None:
    """The support code is another one at each page."""
    page.evaluate(
        "() => { const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
        " while (all.nextNode()) all.currentNode.data = all.currentNode.data.replace("
        "/\\b[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{4}\\b/, '7GK-P4RT'); }"
    )


# The browser reads the picture; the commonest colour of each kind stands for all of that kind, fewer kinds until they fit.
_COLOURS: Final = """async ([source, most]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${source}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), drawing = canvas.getContext("2d");
    drawing.drawImage(image, 0, 0);
    const data = new Uint32Array(drawing.getImageData(0, 0, image.width, image.height).data.buffer);
    const counted = new Map();
    for (const one of data) counted.set(one, (counted.get(one) || 0) + 1);
    let kinds, mask;
    for (let bits = 8; bits > 1; bits--) {
        mask = ((0xff << (8 - bits)) & 0xff) * 0x010101;
        kinds = new Map();
        for (const [one, count] of counted) {
            const kind = one & mask, best = kinds.get(kind);
            if (!best || counted.get(best) < count || counted.get(best) === count && one < best) kinds.set(kind, one);
        }
        if (kinds.size <= most) break;
    }
    const place = new Map([...kinds.keys()].map((kind, at) => [kind, at]));
    let dots = "";
    const out = new Uint8Array(data.length);
    for (let at = 0; at < data.length; at++) out[at] = place.get(data[at] & mask);
    for (let at = 0; at < out.length; at += 32768) dots += String.fromCharCode(...out.subarray(at, at + 32768));
    return [image.width, image.height, [...kinds.values()].map(one => [one & 255, one >> 8 & 255, one >> 16 & 255]), btoa(dots)];
}"""


def _small(browser: Browser, png: bytes) -> bytes:
    """The same picture in 256 colours at most: a tenth of the bytes."""
    page = browser.new_page()
    told: Any = page.evaluate(_COLOURS, [base64.b64encode(png).decode(), _MOST_COLOURS])
    page.close()
    width, height, palette, dots = told[0], told[1], told[2], base64.b64decode(told[3])
    rows = b"".join(b"\0" + dots[row * width : (row + 1) * width] for row in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(sign for colour in palette for sign in colour)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def main() -> None:
    options = argparse.ArgumentParser(description="Draw the pictures of the documentation.")
    options.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder: Path = options.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for former in folder.glob("*.png"):
        former.unlink()
    with chromium() as browser:
        for variant in VARIANTS:  # each from the world as it begins
            with tempfile.TemporaryDirectory() as data:
                demo = standing_still(Path(data) / "demo")
                try:
                    draw(browser, demo, variant, folder)
                finally:
                    demo.close()


if __name__ == "__main__":
    main()
