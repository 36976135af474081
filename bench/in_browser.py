"""`python -m bench.in_browser`: how long somebody waits for the choice in Chromium, in a country of very many links.

For two employees of the office with a hundred thousand clients (one for all of them, one for those on a list) and the
director of ten thousand companies: the request for authorization with its redirections until the answer is there, until the
page can be used, and until a search that was typed shows its answer. That search waits a quarter of a second for more
keys; that pause is left out.
"""

import argparse
import json
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from authz_server.app import create_app
from authz_server.config import load
from authz_server.login import cookies
from bench.country import NOW, Country
from bench.filling import fill
from bench.lookups import DATABASES, fresh
from bench.machine import Refused, speed
from bench.ours import run, settings_of
from bench.pages import asked_of, client_of, key_of

_ADDRESS: Final = "http://127.0.0.1:8777"
_PAUSE: Final = 250.0  # ms, `authz_server/static/search.js`
_SEARCHES: Final = ("klant 4", "42", "bv 77", "client 31", "99")
_TIMES: Final = """(() => {
  const [one] = performance.getEntriesByType("navigation");
  return [one.responseEnd - one.startTime, one.domContentLoadedEventEnd - one.startTime];
})()"""
_ANOTHER: Final = "before => document.getElementById('search-told').innerText !== before"


def measure(database: str, links: int, rounds: int) -> dict[str, Any]:
    """Fill a fresh database of that kind, and have each person look at the choice `rounds` times and search."""
    with fresh(database) as url, tempfile.TemporaryDirectory(prefix="namens-bench-") as folder:
        around = settings_of(_ADDRESS, url)
        run(around, "db", "upgrade")
        app = create_app(load(None, around), clock=lambda: NOW)
        fill(app.extensions["namens"].database, Country(links))
        address = f"{_ADDRESS}/authorize?{urlencode(asked_of(client_of(around, Path(folder))))}"
        fast = speed(None)
        with _serving(app), sync_playwright() as playwright:
            chromium = shutil.which("chromium")
            if chromium is None:
                raise Refused("no chromium on PATH (Debian: apt-get install chromium)")
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            people = {
                person: _looked(browser, app, person, address, rounds)
                for person in ("e0", "lister", "director")
            }
            browser.close()
        app.extensions["namens"].database.engine.dispose()
    return {"database": database, "links": links, "machine_speed": round((fast + speed(None)) / 2), **people}


@contextmanager
def _serving(app: Flask) -> Iterator[None]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", int(_ADDRESS.rpartition(":")[2]), app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def _looked(browser: Browser, app: Flask, person: str, address: str, rounds: int) -> dict[str, Any]:
    seat = browser.new_context()
    name = cookies.session_cookie(app.extensions["namens"].settings)
    seat.add_cookies([{"name": name, "value": key_of(app, person), "url": _ADDRESS}])
    page = seat.new_page()
    answered, usable, found = [], [], []
    for number in range(rounds):
        page.goto(address)
        if page.locator("#choose-form").count() == 0:
            raise Refused(f"{person} has no choice at {page.url}")
        there, ready = page.evaluate(_TIMES)
        answered.append(there)
        usable.append(ready)
        found.append(_searched(page, _SEARCHES[number % len(_SEARCHES)]))
    seat.close()
    return {"answered_ms": _told(answered), "usable_ms": _told(usable), "found_ms": _told(found)}


def _searched(page: Page, words: str) -> float:
    """From the last key until the answer is shown, in milliseconds, without the pause."""
    before = page.locator("#search-told").inner_text()
    page.locator("#search").press_sequentially(words)
    began = time.perf_counter()
    page.wait_for_function(_ANOTHER, arg=before)
    return (time.perf_counter() - began) * 1000 - _PAUSE


def _told(times: list[float]) -> dict[str, float]:
    times = sorted(times)
    return {"p50": round(times[len(times) // 2]), "p95": round(times[int(len(times) * 0.95)])}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.in_browser", description=__doc__)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    options = parser.parse_args()
    try:
        print(json.dumps(measure(options.database, options.links, options.rounds), indent=2))
    except Refused as refused:
        sys.exit(f"bench: {refused}")
