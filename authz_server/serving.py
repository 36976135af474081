"""The server itself: granian, a process for each processor (`docs/decisions`, on why)."""

import os
import signal
import socket
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from authz_server import orphans
from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.events import log_configuration, take_hooks
from authz_server.login.hashing_turns import HashingTurns
from authz_server.worker.working import Worker
from keys.checkpoints import Checkpoints

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["CannotListen", "serve_until_told"]

_STOP_WITHIN = 15  # seconds in which a request that is under way may end
# Seconds for which a thread that makes a page keeps the interpreter from one that issues a token. A token gives it up
# at each statement, two dozen times, and would wait as often: Python's own five milliseconds are a tenth of a second.
_TURN = 0.0005


class CannotListen(Exception):
    """The address is no address of this machine, or somebody listens there already."""


def serve_until_told(settings: Settings) -> None:
    """Serve with `settings`. Returns when it was told to stop and all workers ended.

    CannotListen when the address is not to be had; SystemExit when a worker keeps failing.
    """
    server = settings.server
    address, port = _free_address(server.bind)
    os.register_at_fork(after_in_child=_end_when_told)
    take_hooks()
    with closing(HashingTurns()) as turns:
        Granian(
            "namens",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=server.workers or os.cpu_count() or 1,
            blocking_threads=server.threads,
            http1_settings=HTTP1Settings(header_read_timeout=10_000),
            http=HTTPModes.http1,
            websockets=False,
            log_dictconfig=log_configuration(settings.log.level),
            ssl_cert=_absolute(server.certificate),
            ssl_key=_absolute(server.private_key),
            respawn_failed_workers=True,
            workers_kill_timeout=_STOP_WITHIN,
        ).serve(target_loader=partial(_application, settings, turns, os.getpid()), wrap_loader=False)


def _free_address(bind: str) -> tuple[str, int]:
    """The address and port of HOST:PORT. granian shares its port with whoever is there already; this asks first."""
    host, _, port = bind.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
        family, kind, _, _, where = found[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as failure:
        raise CannotListen(failure.strerror or "not an address") from failure
    return str(where[0]), int(port)


def _application(settings: Settings, turns: HashingTurns, parent: int) -> "Flask":
    """Made in each worker, after it was forked."""
    orphans.end_with(parent, within=_STOP_WITHIN)
    sys.setswitchinterval(_TURN)
    app = create_app(settings, turns=turns)
    Checkpoints(app.extensions["namens"].database).begin()
    Worker(app.extensions["namens"]).start()
    return app


def _end_when_told() -> None:
    """A worker that is told to stop before it serves just ends; once it serves, granian lets requests end first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and says so with SIGTERM
    signal.signal(signal.SIGTERM, _leave)


def _leave(_number: int, _frame: object) -> None:
    os._exit(0)


def _absolute(file: Path | None) -> Path | None:
    return file.absolute() if file else None
