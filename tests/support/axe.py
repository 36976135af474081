"""What axe-core finds on a page against WCAG 2.2 at level AA, and what is wider than the window."""

from functools import cache
from typing import Any, Final

from playwright.sync_api import Page

from tests.support.node_packages import node_package

__all__ = ["WIDTHS", "faults_against", "faults_of"]

WIDTHS: Final = (320, 1280)  # WCAG 1.4.10: nothing is wider than the narrowest of them
_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_LOOK: Final = """rules => axe.run({runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})
    .then(found => found.violations.map(one => [one.id, one.help, one.nodes.map(node => node.html)]))"""
# what reaches beyond the window, but for what scrolls inside something that does not
_WIDER: Final = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def faults_of(page: Page) -> list[str]:
    """Everything that is against the page as it stands, at each width."""
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate(_WIDER):
            found.append(f"{width} px: wider than the window")
        found += [f"{width} px: {fault}" for fault in faults_against(page)]
    return found


def faults_against(page: Page) -> list[str]:
    """What axe finds on the page as it stands, in the window that it has."""
    page.evaluate(_axe())
    violations: list[Any] = page.evaluate(_LOOK, _RULES)
    return [f"{rule}: {help}: {html[:200]}" for rule, help, nodes in violations for html in nodes]


@cache
def _axe() -> str:
    return (node_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
