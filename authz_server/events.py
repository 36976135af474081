"""What is logged, in which words, with what left out: one JSON object a line, on standard error.

Never a URL (its query may carry codes, hints and names), a header, a body, a secret or a personal number; never the
text of an exception, into which drivers and parsers put the values that they choked on. A request is told by its
route, its method, its status and its duration, and by an id that the answer carries too.
"""

import json
import logging
import re
import secrets
import sys
import time
import traceback
from datetime import UTC, datetime
from typing import Any, Final

from flask import Flask, Response, g, has_request_context, request

from authz_server.config import Settings

__all__ = ["configure_logging", "install", "request_id"]

_logger: Final = logging.getLogger("namens")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_FRAMES: Final = 8


def configure_logging(level: str) -> None:
    """Log as JSON from now on, in this process. Called by the commands that serve, not by the application."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_AsJson())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def install(app: Flask, settings: Settings) -> None:
    """Give every request an id, and log one line for it when it is done."""
    # Authlib writes whole tokens at DEBUG
    logging.getLogger("authlib").setLevel(logging.INFO)
    trusted = settings.server.proxies > 0

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()
        given = request.headers.get("X-Request-Id", "") if trusted else ""
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)

    @app.after_request
    def _done(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        if _logger.isEnabledFor(logging.INFO):
            took = time.perf_counter() - g.began if "began" in g else 0.0
            route = request.url_rule.rule if request.url_rule else None
            _logger.info(
                "request",
                extra={
                    "fields": {
                        "method": request.method if request.method in _METHODS else "other",
                        "route": route,
                        "status": response.status_code,
                        "ms": round(took * 1000, 2),
                    }
                },
            )
        return response


_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def request_id() -> str:
    """The id of the present request; empty outside one."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def log_failure(failure: BaseException) -> None:
    """Log that something failed that should not: what kind of failure, and where. Not its text."""
    frames = traceback.extract_tb(failure.__traceback__)[-_FRAMES:]
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    _logger.error("failure", extra={"fields": {"failure": _kind(failure), "where": where}})


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if known := request_id():
            line["request_id"] = known
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["failure"] = _kind(record.exc_info[0])
        return json.dumps(line, ensure_ascii=False, default=str)


def _kind(failure: BaseException | type[BaseException]) -> str:
    kind = failure if isinstance(failure, type) else type(failure)
    return f"{kind.__module__}.{kind.__qualname__}"
