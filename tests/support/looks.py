"""What is against a page for those who see, move or read it otherwise: by keyboard, zoomed in, in colours of their own.

Each function tells what is wrong with the page as it stands, and leaves the page as it found it.
"""

from typing import Any, Final

from playwright.sync_api import Page

from tests.support.axe import faults_against

__all__ = [
    "arrival_faults",
    "bare_faults",
    "focus_faults",
    "forced_colour_faults",
    "motion_faults",
    "target_faults",
    "zoom_faults",
]

# a window of 1280 by 1024 as it is, and what is left of it at 200 % and at 400 %; a phone
DESK: Final = (1280, 1024)
PHONE: Final = (360, 640)
ZOOMED: Final = ((640, 512), (320, 256))
_MANY: Final = 400  # no page has as many stops

_TOLD: Final = "one => one.outerHTML.replace(/\\s+/g, ' ').slice(0, 120)"

# what of the focus can be seen, of the element that has it; the last one is marked, to compare the order
_FOCUS: Final = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));  // it has scrolled there
    const one = document.activeElement;
    if (!one || one === document.body || one === window.__first) return null;
    if (one === window.__last) return [];  // a part of a date
    window.__first ??= one;
    const style = getComputedStyle(one), box = one.getClientRects()[0], found = [];  // the first line of a link
    const told = (TOLD)(one);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) found.push("no ring");
    const inside = (x, y) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
    const points = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]]
        .map(([x, y]) => [box.x + box.width * x, box.y + box.height * y]);
    const hidden = points.filter(([x, y]) => {
        if (!inside(x, y)) return box.height < innerHeight;  // nobody sees the whole of what is higher than the window
        const top = document.elementFromPoint(x, y);
        return !top || !(one.contains(top) || top.contains(one));
    });
    if (hidden.length) found.push("hidden, or beyond the window");
    if (window.__last && window.__last.isConnected && !(window.__last.compareDocumentPosition(one) & 4))
        found.push("before the former one in the page");
    const bottom = box.bottom + scrollY, top = box.top + scrollY;
    const stays = ["fixed", "sticky"];
    const held = one.closest(".namens-last, .working") || stays.includes(style.position);
    if (window.__last && !held && bottom <= window.__top) found.push("above the former one");
    window.__last = one;
    window.__top = held ? -1 : top;
    return [told, found];
}""".replace("TOLD", _TOLD)

_TO_BE_REACHED: Final = """() => {
    const groups = new Set(), missed = [];
    for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
        if (one.disabled || one.type === "hidden" || !one.checkVisibility()) continue;
        if (one.type === "radio") {
            if (groups.has(one.name)) continue;
            groups.add(one.name);
        }
        missed.push(one);
    }
    return missed.length;
}"""


def focus_faults(page: Page) -> list[str]:
    """Every stop of the Tab key, from the first: seen, uncovered, in the order in which the page is read (2.4.3, 2.4.7, 2.4.11)."""
    found: list[str] = []
    for width, height in (PHONE, ZOOMED[-1]):  # where there is least room
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(
            "() => { scrollTo(0, 0); document.activeElement.blur(); delete window.__first; delete window.__last; delete window.__top;"
            " const first = document.body; first.tabIndex = -1; first.focus(); first.removeAttribute('tabindex'); }"
        )
        stops = page.evaluate(_TO_BE_REACHED)
        reached = 0
        for _ in range(_MANY):
            page.keyboard.press("Tab")
            told: Any = page.evaluate(_FOCUS)
            if told is None:
                break
            if not told:
                continue
            reached += 1
            found += [f"{width} px: focus: {fault}: {told[0]}" for fault in told[1]]
        if reached != stops:
            found.append(f"{width} px: focus: {reached} stops, where {stops} can be used")
    page.evaluate("document.activeElement.blur()")
    return found


# 1.4.12: nothing is lost where lines, paragraphs, letters and words stand wider apart
_WIDE_APART: Final = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""
# as a browser's own extension does it, past what the page allows
_LAY: Final = (
    "text => { const own = new CSSStyleSheet(); own.replaceSync(text); document.adoptedStyleSheets = [own] }"
)
_CUT_OFF: Final = """() => {
    const found = [];
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.push("wider than the window");
    for (const one of document.querySelectorAll("body *")) {
        const style = getComputedStyle(one);
        if (!one.checkVisibility() || style.display === "inline" || style.position === "fixed") continue;
        if (one.matches("pre, pre *, select, input, svg, svg *, .namens-visually-hidden, .table-wrapper, table, table *")) continue;
        const cut = ["hidden", "clip"];
        if (one.scrollWidth > one.clientWidth + 1 && cut.includes(style.overflowX)
            || one.scrollHeight > one.clientHeight + 1 && cut.includes(style.overflowY)
            || style.textOverflow === "ellipsis")
            found.push("cut off: " + (TOLD)(one));
        const box = one.getBoundingClientRect();
        if (box.width && (box.left < -1 || box.right > document.documentElement.clientWidth + 1) && style.overflowX !== "auto")
            found.push("beyond the window: " + (TOLD)(one));
    }
    for (const one of document.querySelectorAll("body *")) {
        const style = getComputedStyle(one);
        if ((style.position === "sticky" || style.position === "fixed") && one.checkVisibility()) {
            const box = one.getBoundingClientRect();
            if (box.bottom > 0 && box.height > innerHeight / 2) found.push("covers half of the window: " + (TOLD)(one));
        }
    }
    return found;
}""".replace("TOLD", _TOLD)


def zoom_faults(page: Page) -> list[str]:
    """At 200 % and at 400 %, letters as they are and wide apart: nothing is cut off, nobody scrolls sideways (1.4.4, 1.4.10, 1.4.12)."""
    found: list[str] = []
    for apart in (False, True):
        if apart:
            page.evaluate(_LAY, _WIDE_APART)
        for width, height in (DESK, *ZOOMED):
            page.set_viewport_size({"width": width, "height": height})
            how = f"{width} px{', letters wide apart' if apart else ''}"
            found += [f"{how}: {fault}" for fault in page.evaluate(_CUT_OFF)]
    page.evaluate("document.adoptedStyleSheets = []")
    return found


# 2.5.8: 24 by 24, or so far from all others that a circle of 24 fits; not for a link within a sentence
_SMALL: Final = """() => {
    const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
        .filter(one => one.checkVisibility() && !one.disabled && getComputedStyle(one).position !== "fixed")
        .map(one => ({one, box: (one.closest("label") || one).getBoundingClientRect()}));
    const alone = one => one.tagName === "A" && getComputedStyle(one).display === "inline"
        && one.parentElement.textContent.trim() !== one.textContent.trim();
    const small = all.filter(({one, box}) => !alone(one) && (box.width < 24 || box.height < 24));
    const middle = box => [box.x + box.width / 2, box.y + box.height / 2];
    const near = (a, b) => {
        const [x, y] = middle(a.box);
        if (small.includes(b)) { const [u, v] = middle(b.box); return Math.hypot(x - u, y - v) < 24; }
        const dx = Math.max(b.box.left - x, 0, x - b.box.right), dy = Math.max(b.box.top - y, 0, y - b.box.bottom);
        return Math.hypot(dx, dy) < 12;
    };
    return small.filter(a => all.some(b => a !== b && near(a, b))).map(({one}) => (TOLD)(one));
}""".replace("TOLD", _TOLD)


def target_faults(page: Page) -> list[str]:
    """What is too small for a finger and too near to something else (2.5.8)."""
    found: list[str] = []
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} px: smaller than 24 px: {one}" for one in page.evaluate(_SMALL)]
    return found


# what stays of a page where the reader's own colours go over ours: backgrounds and shadows do not
_IN_OWN_COLOURS: Final = """() => {
    const found = [], edge = one => {
        const style = getComputedStyle(one);
        return ["Top", "Right", "Bottom", "Left"].some(side => style[`border${side}Style`] !== "none"
            && parseFloat(style[`border${side}Width`]) >= 1 && style[`border${side}Color`] !== getComputedStyle(document.body).backgroundColor
            && style[`border${side}Color`] !== "rgba(0, 0, 0, 0)");
    };
    for (const one of document.querySelectorAll(
        "button:not(.namens-plain-button), .utrecht-button, .utrecht-textbox, select, .utrecht-alert, .namens-box, .message"))
        if (one.checkVisibility() && !edge(one)) found.push("without an edge: " + (TOLD)(one));
    for (const one of document.querySelectorAll("input[type=radio], input[type=checkbox]"))
        if (one.checkVisibility() && getComputedStyle(one).appearance === "none") found.push("no mark of its own: " + (TOLD)(one));
    for (const one of document.querySelectorAll("a[href]:not(.utrecht-button)"))
        if (one.checkVisibility() && !one.querySelector("svg, img") && !getComputedStyle(one).textDecorationLine.includes("underline")
            && !one.matches(".namens-brand, .top a"))
            found.push("a link without a line: " + (TOLD)(one));
    for (const one of document.querySelectorAll("body *"))
        if (getComputedStyle(one).forcedColorAdjust === "none" && !one.closest(".namens-qr")) found.push("keeps colours of ours: " + (TOLD)(one));
    return found;
}""".replace("TOLD", _TOLD)


def forced_colour_faults(page: Page) -> list[str]:
    """With the reader's own colours, and with more contrast asked for: edges, marks and lines are there, axe finds nothing (1.4.11)."""
    found: list[str] = []
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.emulate_media(forced_colors="active")
    found += [f"own colours: {fault}" for fault in page.evaluate(_IN_OWN_COLOURS)]
    # axe measures the colours that are written, and these are the reader's
    found += [f"own colours: {one}" for one in faults_against(page) if not one.startswith("color-contrast")]
    page.emulate_media(forced_colors="none", contrast="more")
    found += [f"more contrast: {fault}" for fault in faults_against(page)]
    page.emulate_media(contrast="no-preference")
    return found


_MOVES: Final = """() => [...document.querySelectorAll("*")].flatMap(one => ["", "::before", "::after"].map(part => {
    const style = getComputedStyle(one, part || undefined);
    const longest = text => Math.max(...text.split(",").map(parseFloat));
    return longest(style.animationDuration) > 0 && style.animationName !== "none" || longest(style.transitionDuration) > 0
        || style.scrollBehavior === "smooth" ? "moves: " + (TOLD)(one) : null;
})).filter(Boolean)""".replace("TOLD", _TOLD)


def motion_faults(page: Page) -> list[str]:
    """What still moves for who asked for less of that (2.3.3)."""
    page.emulate_media(reduced_motion="reduce")
    found: list[str] = page.evaluate(_MOVES)
    page.emulate_media(reduced_motion="no-preference")
    return found


_BARE: Final = """() => {
    const found = [], words = document.body.innerText.trim();
    const level = one => Number(one.tagName[1]);
    const headings = [...document.querySelectorAll("h1, h2, h3, h4")];
    if (headings.filter(one => level(one) === 1).length !== 1) found.push("not one first heading");
    headings.forEach((one, at) => { if (at && level(one) > level(headings[at - 1]) + 1) found.push("a heading too deep: " + (TOLD)(one)); });
    for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        const named = one.labels && one.labels.length && [...one.labels].some(label => label.innerText.trim());
        if (!named && !one.getAttribute("aria-labelledby")) found.push("without words: " + (TOLD)(one));
    }
    for (const one of document.querySelectorAll("a[href], button"))
        if (!one.innerText.trim() && ![...one.querySelectorAll("img")].some(img => img.alt)) found.push("without words: " + (TOLD)(one));
    return found;
}""".replace("TOLD", _TOLD)


def bare_faults(page: Page) -> list[str]:
    """Without any style: one first heading and none left out, words with every control, nothing that axe finds (1.3.1, 1.3.2)."""
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    off = "off => { for (const one of document.styleSheets) one.disabled = off }"
    page.evaluate(off, True)
    found = [f"without styles: {fault}" for fault in page.evaluate(_BARE)]
    # how big and how far apart things then are is the browser's
    found += [
        f"without styles: {fault}" for fault in faults_against(page) if not fault.startswith("target-size")
    ]
    page.evaluate(off, False)
    return found


# what is wrong with no field: with the whole, with the time, with who somebody is
_ABOUT_NO_FIELD: Final = ["too_many_attempts"]
_ERRORS: Final = """async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    const ABOUT_NO_FIELD = LIST;
    if (document.activeElement.matches(":user-invalid")) return [];  // the browser itself said what is wrong
    const found = [], alerts = document.querySelectorAll("main [role=alert]");
    const errors = [...document.querySelectorAll("[id$='-error']")];
    const invalid = [...document.querySelectorAll("[aria-invalid=true]")];
    if (!alerts.length && (errors.length || invalid.length)) found.push("a fault that is not told above");
    if (!alerts.length && !document.activeElement.matches("h1, #search, body"))
        found.push("the focus is elsewhere: " + (TOLD)(document.activeElement));
    if (alerts.length && !alerts[0].contains(document.activeElement))
        found.push("the focus is elsewhere: " + (TOLD)(document.activeElement));
    for (const alert of alerts) {
        const code = alert.querySelector("[data-code]")?.dataset.code;
        const tied = [...document.querySelectorAll("main [aria-describedby]")].some(one => {
            const words = one.getAttribute("aria-describedby").split(" ").map(id => document.getElementById(id));
            return words.some(word => word && (word.id.endsWith("-error") || alert.contains(word) || word.contains(alert)));
        });
        const fields = document.querySelector("main :is(input:not([type=hidden]), select, textarea)");
        if (fields && !tied && !ABOUT_NO_FIELD.includes(code)) found.push("no field is told of " + code);
    }
    for (const error of errors) {
        const tied = document.querySelectorAll(`[aria-describedby~='${CSS.escape(error.id)}']`);
        if (!tied.length) found.push("tied to nothing: " + (TOLD)(error));
        for (const one of tied)
            if (!one.matches("input, select, textarea, button") && !one.querySelector("input, select, textarea, button"))
                found.push("tied to no field: " + (TOLD)(error));
        if (!error.innerText.trim()) found.push("no words: " + (TOLD)(error));
    }
    for (const one of invalid)
        if (!(one.getAttribute("aria-describedby") || "").split(" ").some(id => document.getElementById(id)?.innerText.trim()))
            found.push("does not say what is wrong: " + (TOLD)(one));
    return found;
}""".replace("TOLD", _TOLD).replace("LIST", repr(_ABOUT_NO_FIELD))


def arrival_faults(page: Page) -> list[str]:
    """Where somebody arrives: at what is wrong, which stands with each field that it is about too (3.3.1, 4.1.3)."""
    found: list[str] = page.evaluate(_ERRORS)
    return found
