"""Our side of the benchmark: a fresh register and client, made with the commands, served as in production."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.machine import Refused, free_port, server
from bench.target import Target
from bench.worlds import BAKERY_KVK, SERVICE, one_bakery

_PASSWORD = "een-wachtwoord-om-mee-te-meten"
_BACK = "http://127.0.0.1:9/back"
NAMENS = Path(sys.executable).with_name("namens")


@contextmanager
def namens(
    folder: Path, cpu: int | None, *, others: int = 1000, workers: int = 1, database: str | None = None
) -> Iterator[tuple[Target, Target]]:
    """`namens serve`, ES256, and two clients that get a one-link representation; on SQLite unless `database` is a URL.

    The second has refresh tokens too, for requests alone.
    """
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    environ = settings_of(issuer, database or f"sqlite:///{folder}/namens.db")
    run(environ, "db", "upgrade")
    run(environ, "import", _file(folder / "world.json", one_bakery(others)))
    run(environ, "accounts", "add", "eva", typed=_PASSWORD)
    grants = (["authorization_code"], ["authorization_code", "refresh_token"])
    registered = [
        run(
            environ, "clients", "register", _file(folder / "client.json", {**_client(), "grant_types": types})
        )
        for types in grants
    ]
    command = [str(NAMENS), "serve", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    with server(command, port=port, cpu=cpu, environ=environ, log=folder / "namens.log") as pid:
        yield _target(issuer, pid, registered[0]), _target(issuer, pid, registered[1])


def _target(issuer: str, pid: int, registered: Mapping[str, str]) -> Target:
    return Target(
        name="namens",
        issuer=issuer,
        client_id=registered["client_id"],
        client_secret=registered["client_secret"],
        redirect_uri=_BACK,
        pid=pid,
        silent=True,
        login={
            "fields": {"username": "eva", "password": _PASSWORD},
            "forms": {"login-form", "choose-form", "confirm-form", "consent-form"},
            "buttons": {"login-submit", "choose-submit", "confirm-yes", "consent-allow"},
        },
        represented=BAKERY_KVK,
    )


def run(environ: Mapping[str, str], *arguments: str, typed: str = "") -> Any:
    """Run a command of ours, and read its JSON."""
    done = subprocess.run(
        [str(NAMENS), "--json", *arguments],
        env={**os.environ, **environ},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Refused(f"namens {' '.join(arguments)}: {done.stderr[-2000:]}")
    return json.loads(done.stdout) if done.stdout.strip() else None


def settings_of(issuer: str, database: str) -> dict[str, str]:
    """The environment of a server with secrets of its own."""
    keys = ("SEAL", "DIGEST", "PAIRWISE", "CODES", "SESSION")
    return {
        "NAMENS_ISSUER": issuer,
        "NAMENS_DATABASE_URL": database,
        "NAMENS_LOG__LEVEL": "WARNING",
        "NAMENS_PERSONS__BSN_GROUND": "a made-up world",
        **{f"NAMENS_SECRETS__{name}": secrets.token_urlsafe(32) for name in keys},
    }


def _client() -> dict[str, Any]:
    return {
        "client_name": "Btw-portaal",
        "redirect_uris": [_BACK],
        "representation": "required",
        "representation_services": [SERVICE],
        "representation_default_service": SERVICE,
        "representation_remember": True,
    }


def _file(path: Path, document: Mapping[str, Any]) -> str:
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)
