"""How these pages become a site: `make docs`. Decision 0113 says why like this.

The pages are Markdown that reads as well in the repository. What nobody keeps by hand is made here: the side bar, of
what `index.md` leads to; the list of decisions, of their files; and where a link to a file beside `docs/` leads.
"""

import re
from pathlib import Path
from typing import Any, Final

from sphinx.application import Sphinx

project = "Namens"
language = "en"
extensions = ["myst_parser"]
exclude_patterns = ["conf.py"]
highlight_language = "text"  # for what is only indented
nitpicky = True
smartquotes = False  # what is typed is typed as it stands
myst_heading_anchors = 4

html_theme = "furo"
html_title = "Namens"
html_static_path = ["style"]
html_css_files = ["site.css"]
html_use_index = False
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_theme_options = {"top_of_page_buttons": []}

_READ_ON: Final = "## Where to read on"
_WISHED: Final = (
    ("furo_navigation_tree", 'role="heading"', 'role="heading" aria-level="2"'),
    ("body", "<pre>", '<pre tabindex="0">'),
    ("body", '<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),
)
_PAGES_OF: Final = {"README.md": "start.md", "CHANGELOG.md": "changelog.md"}


def setup(app: Sphinx) -> None:
    """Let Sphinx read each page, and write it, as it is meant for the site."""
    app.connect("source-read", _read)
    app.connect("html-page-context", _for_everybody, priority=900)  # after the theme


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    """What Sphinx is given of `page`."""
    folder = page.rpartition("/")[0]
    text = source[0]
    for beside, here in _PAGES_OF.items():
        text = text.replace(f"]({'../' * bool(folder)}../{beside}", f"]({'../' * bool(folder)}{here}")
    if page == "index":
        text += _contents(text)
    elif page == "decisions/index":
        text += _decisions(Path(app.srcdir) / folder)
    elif folder == "decisions":  # a hundred titles in the side bar of every page would help nobody
        text = f"---\norphan: true\n---\n{text}"
    source[0] = text


def _for_everybody(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """What theme and writer leave to be wished of WCAG 2.2: levels of headings; what scrolls is reached by keyboard."""
    for part, marked, better in _WISHED:
        context[part] = context.get(part, "").replace(marked, better)


def _decisions(folder: Path) -> str:
    """A line for each decision, with its title."""
    lines = []
    for file in sorted(folder.glob("[0-9]*.md")):
        number = file.name[:4]
        title = (
            file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").removeprefix(f"{number} ")
        )
        lines.append(f"- [{number} {title}]({file.name})")
    return "\n" + "\n".join(lines) + "\n"


def _contents(index: str) -> str:
    """A table of contents for each heading of the index's last part: the pages that stand under it."""
    parts = index.partition(_READ_ON)[2].split("\n### ")[1:]
    tables = []
    for part in parts:
        caption, _, told = part.partition("\n")
        pages = dict.fromkeys(re.findall(r"^- \*?\*?\[[^]]*\]\(([\w/-]+)\.md\)", told, re.MULTILINE))
        tables.append("\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"]))
    return "\n\n" + "\n\n".join(tables) + "\n"
