"""`python -m bench.pages`: how long a person's pages take in a country of very many links.

Every page of the portal that has an address for these people is asked for, in the process, in turns that change: for
somebody who helps a few, the director of an office with a hundred thousand clients, and the director of ten thousand
companies; and for two employees of that office and the director the choice for whom to act. Given is the time until the
whole page is there, without the network, and what of it this process worked.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flask import Flask
from werkzeug.routing import BuildError
from werkzeug.test import Client, TestResponse

from authz_server.app import create_app
from authz_server.config import load
from authz_server.login import cookies, sessions
from authz_server.login.sessions import Login
from bench.country import NOW, Country
from bench.filling import fill
from bench.lookups import DATABASES, fresh
from bench.machine import Refused, speed
from bench.ours import run, settings_of
from claims.assurance import Loa

_ISSUER: Final = "http://127.0.0.1:9"
_BACK: Final = "http://127.0.0.1:9/back"
_SEEN: Final = ("text/html",)


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: their id, the party whose pages they may see beside their own, and a mandate of theirs."""

    person: str
    party: str | None
    mandate: str


def measure(database: str, links: int, rounds: int) -> dict[str, Any]:
    """Fill a fresh database of that kind, and look at every page `rounds` times."""
    country = Country(links)
    with fresh(database) as url, tempfile.TemporaryDirectory(prefix="namens-bench-") as folder:
        around = settings_of(_ISSUER, url)
        run(around, "db", "upgrade")
        app = create_app(load(None, around), clock=lambda: NOW)
        fill(app.extensions["namens"].database, country)
        client_id = client_of(around, Path(folder))
        looks = dict(_looks(app, country, client_id))
        fast = speed(None)
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in looks}
        for _ in range(rounds):
            for name in random.sample(sorted(looks), len(looks)):
                began, worked = time.perf_counter(), time.thread_time()
                looks[name]()
                took[name].append((time.perf_counter() - began, time.thread_time() - worked))
        app.extensions["namens"].database.engine.dispose()
    return {
        "database": database,
        "links": links,
        "machine_speed": round((fast + speed(None)) / 2),
        "pages": _told(took),
    }


def _looks(app: Flask, country: Country, client_id: str) -> Iterator[tuple[str, Any]]:
    ordinary = country.ordinary // 2
    viewers = (
        Viewer(f"r{ordinary}-1", None, f"r{ordinary}-1"),
        Viewer("head", "office", f"m{country.clients // 2}"),
        Viewer("director", "d7", "d7-director"),
    )
    for viewer in viewers:
        browser = _logged_in(app, viewer.person)
        for path in sorted(_paths(app, viewer)):
            first = browser.get(path, base_url=_ISSUER)
            if first.status_code == 200 and first.mimetype in _SEEN:
                yield (
                    f"{viewer.person} {path}",
                    lambda b=browser, p=path: _is_there(b.get(p, base_url=_ISSUER)),
                )
    asked = asked_of(client_id)
    for person in ("e0", "lister", "director"):
        browser = _logged_in(app, person)
        yield (
            f"{person} chooses",
            lambda b=browser: _is_there(
                b.get("/authorize", query_string=asked, base_url=_ISSUER, follow_redirects=True),
                "choose-form",
            ),
        )


def asked_of(client_id: str) -> dict[str, str]:
    """The request for authorization of that client."""
    return {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": _BACK,
        "scope": "openid",
        "state": "state",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }


def _paths(app: Flask, viewer: Viewer) -> set[str]:
    """The address of every page of the portal for which we have what its address names."""
    named = {"mandate_id": viewer.mandate} | ({} if viewer.party is None else {"party_id": viewer.party})
    found = set()
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or not rule.rule.startswith("/portal"):
                continue
            try:
                found.add(app.url_for(rule.endpoint, **{name: named.get(name) for name in rule.arguments}))
            except BuildError:
                continue
    return found


def key_of(app: Flask, person: str) -> str:
    """What the cookie of somebody who is logged in holds."""
    with app.extensions["namens"].database.writing() as db:
        return sessions.start(db, Login(person, "password", Loa.HIGH, NOW))[1]


def _logged_in(app: Flask, person: str) -> Client:
    browser = app.test_client()
    name = cookies.session_cookie(app.extensions["namens"].settings)
    browser.set_cookie(name, key_of(app, person), domain="127.0.0.1")
    return browser


def client_of(around: Mapping[str, str], folder: Path) -> str:
    """Register a client that asks for representation; its id."""
    registration = folder / "client.json"
    services = ["https://diensten.example/vat"]
    registration.write_text(
        json.dumps(
            {
                "client_name": "Diensten",
                "redirect_uris": [_BACK],
                "representation": "required",
                "representation_services": services,
                "representation_default_service": services[0],
            }
        )
    )
    return str(run(around, "clients", "register", str(registration))["client_id"])


def _is_there(answer: TestResponse, form: str = "") -> None:
    if answer.status_code != 200 or form.encode() not in answer.data:
        raise Refused(f"{answer.request.path}: {answer.status_code}")


def _told(took: Mapping[str, list[tuple[float, float]]]) -> dict[str, dict[str, float]]:
    """For each page, the slowest first."""
    told = {}
    for name, times in took.items():
        passed = sorted(one for one, _ in times)
        told[name] = {
            "p50_ms": round(passed[len(passed) // 2] * 1000, 1),
            "p95_ms": round(passed[int(len(passed) * 0.95)] * 1000, 1),
            "cpu_ms": round(sum(one for _, one in times) / len(times) * 1000, 1),
        }
    return dict(sorted(told.items(), key=lambda one: -one[1]["p95_ms"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    options = parser.parse_args()
    try:
        print(json.dumps(measure(options.database, options.links, options.rounds), indent=2))
    except Refused as refused:
        sys.exit(f"bench: {refused}")
