"""Make `static/namens.css`: the Utrecht components that our pages use, the Voorbeeld tokens that those read, our theme.

    npm install @utrecht/component-library-css@9.0.4 @nl-design-system-unstable/voorbeeld-design-tokens@7.4.1
    python -m authz_server.design node_modules

Both packages are under the EUPL-1.2, whose text lies beside the result. The whole of them is 600 kB; a page
needs a tenth of it, and one file.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

COMPONENTS: Final = (
    "alert",
    "button",
    "button-group",
    "data-list",
    "document",
    "form-field",
    "form-field-description",
    "form-field-error-message",
    "form-fieldset",
    "form-label",
    "heading-1",
    "heading-2",
    "heading-3",
    "link",
    "page",
    "page-content",
    "page-footer",
    "page-header",
    "paragraph",
    "radio-button",
    "root",
    "select",
    "separator",
    "skip-link",
    "textbox",
    "unordered-list",
)
_UNUSED: Final = ("rich-text", "html-", ":is(", "prince")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS: Final = re.compile(r"\.utrecht-([a-z0-9]+(?:-[a-z0-9]+)*)")
_READ: Final = re.compile(r"var\(\s*(--[\w-]+)")
_DECLARED: Final = re.compile(r"(--[\w-]+)\s*:\s*([^;]+);")
_HERE: Final = Path(__file__).parent
_NOTICE: Final = """\
/*! Made by `python -m authz_server.design`; do not edit.
 * Utrecht components (@utrecht/component-library-css {utrecht}): (c) Gemeente Utrecht, Frameless B.V.; EUPL-1.2
 * Voorbeeld tokens (@nl-design-system-unstable/voorbeeld-design-tokens {voorbeeld}): (c) the NL Design System community; EUPL-1.2
 * Changed: only the rules and tokens that our pages use are here. The licence: licences/EUPL-1.2.md
 */
"""


def rules(css: str) -> Iterator[tuple[str, str]]:
    """The top-level rules of a stylesheet: what stands before the brace, and the whole of it."""
    start = depth = opened = 0
    for place, sign in enumerate(css):
        if sign == ";" and depth == 0:
            start = place + 1  # @charset, @import
        elif sign == "{":
            opened = place if depth == 0 else opened
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[start : place + 1].strip()
                start = place + 1


def ours(selectors: str) -> list[str]:
    """Those of the selectors that belong to components of ours."""
    return [
        selector.strip()
        for selector in selectors.split(",")
        if (named := _CLASS.findall(selector))
        and all(_component(name) for name in named)
        and not any(word in selector for word in _UNUSED)
    ]


def _component(name: str) -> bool:
    return name.split("--")[0] in COMPONENTS


def kept(css: str) -> str:
    """The rules of `css` that our pages use, inside media queries too."""
    parts = []
    for head, whole in rules(css):
        if head.startswith("@media"):
            inner = kept(whole[whole.index("{") + 1 : -1])
            parts += [f"{head} {{\n{inner}\n}}"] if inner else []
        elif not head.startswith("@") and (selectors := ours(head)):
            parts.append(", ".join(selectors) + " " + whole[whole.index("{") :])
    return "\n".join(parts)


def tokens(css: str, theme: str) -> str:
    """The declarations of `theme` that `css` reads, and those that they read."""
    declared = dict(_DECLARED.findall(theme))
    wanted, waiting = set(), list(_READ.findall(css))
    while waiting:
        name = waiting.pop()
        if name in declared and name not in wanted:
            wanted.add(name)
            waiting += _READ.findall(declared[name])
    return ":root {\n" + "".join(f"  {name}: {declared[name]};\n" for name in sorted(wanted)) + "}"


def main(packages: Path) -> None:
    utrecht = packages / "@utrecht/component-library-css"
    voorbeeld = packages / "@nl-design-system-unstable/voorbeeld-design-tokens"
    components = kept(_COMMENT.sub("", (utrecht / "dist/index.css").read_text()))
    theme = (_HERE / "theme.css").read_text()
    design = tokens(components + theme, _COMMENT.sub("", (voorbeeld / "dist/theme.css").read_text()))
    notice = _NOTICE.format(utrecht=_version(utrecht), voorbeeld=_version(voorbeeld))
    static = _HERE.parent / "static"
    (static / "namens.css").write_text(f"{notice}{design}\n{components}\n{theme}")
    (static / "licences").mkdir(exist_ok=True)
    (static / "licences" / "EUPL-1.2.md").write_text((utrecht / "LICENSE.md").read_text())


def _version(package: Path) -> str:
    found = re.search(r'"version": "([\d.]+)"', (package / "package.json").read_text())
    return found[1] if found else "?"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
