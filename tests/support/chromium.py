"""A real browser: Debian's Chromium, driven by Playwright; skipped where it is missing, a failure in CI."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-smooth-scrolling",  # where the focus goes stands still at once
]
_PATIENCE = 30_000  # ms; machines that run many tests at once are slow


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without windows."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have Chromium")
        pytest.skip("no chromium on PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


def a_person_at(browser: Browser, *, javascript: bool = True) -> Page:
    """A page in a browser of somebody's own: no cookie of anybody else's."""
    context = browser.new_context(locale="nl-NL", java_script_enabled=javascript)
    context.set_default_timeout(_PATIENCE)
    return context.new_page()
