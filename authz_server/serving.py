"""The server itself: granian, a process for each processor (`docs/decisions`, on why)."""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.events import log_configuration

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["serve_until_told"]

_STOP_WITHIN = 30  # seconds in which a request that is under way may end


def serve_until_told(settings: Settings) -> None:
    """Serve with `settings`. Returns when it was told to stop and all workers ended; SystemExit when one failed."""
    server = settings.server
    host, _, port = server.bind.rpartition(":")
    Granian(
        "namens",
        address=host.strip("[]"),
        port=int(port),
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
    ).serve(target_loader=partial(_application, settings), wrap_loader=False)


def _application(settings: Settings) -> "Flask":
    """Made in each worker, after it was forked."""
    return create_app(settings)


def _absolute(file: Path | None) -> Path | None:
    return file.absolute() if file else None
