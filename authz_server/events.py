"""What is logged, in which words, with what left out: one JSON object a line, on standard error.

Never a URL (its query may carry codes, hints and names), a header, a body, a secret or a personal number; never the
text of an exception, into which drivers and parsers put the values that they choked on. A request is told by its
route, its method, its status and its duration, and by an id that the answer carries too.
"""

import json
import logging
import logging.config
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from flask import has_request_context, request

from keys.sealing import Altered, Unsealable

__all__ = [
    "configure_logging",
    "log_broken_journal",
    "log_configuration",
    "log_failure",
    "log_letter_passed_by",
    "log_marked",
    "log_new_key",
    "log_notices",
    "log_refused",
    "log_request",
    "log_source",
    "log_suspended",
    "log_swept",
    "log_unanswerable",
    "quieten",
    "request_id",
    "take_hooks",
    "what_failed",
]

_logger: Final = logging.getLogger("namens")
_OURS: Final = ("namens", "granian", "_granian")  # and whatever begins with one of these and a full stop
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_FRAMES: Final = 8


def configure_logging(level: str) -> None:
    """Log as JSON from now on, in this process. Called by the commands that serve, not by the application."""
    logging.config.dictConfig(log_configuration(level))


def log_configuration(level: str) -> dict[str, Any]:
    """The configuration of `logging` for a process that serves; `level` is a name of that module."""
    quiet = {"handlers": [], "propagate": True, "level": "NOTSET"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": AsJson}},
        "filters": {"told": {"()": Told}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["told"]}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {"_granian": quiet, "granian.access": quiet},
    }


def take_hooks() -> None:
    """From now on what nobody caught in this process is logged as any failure is: Python would print its text."""

    def uncaught(_: object, failure: BaseException, __: object) -> None:
        log_failure(failure)

    def uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None:
            log_failure(told.exc_value)

    def uncaught_at_end(told: "sys.UnraisableHookArgs") -> None:
        if told.exc_value is not None:
            log_failure(told.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    sys.unraisablehook = uncaught_at_end


def quieten() -> None:
    """Authlib writes whole tokens at DEBUG: it never gets to, whatever level is set."""
    logging.getLogger("authlib").setLevel(logging.INFO)


def log_request(request_id: str, method: str, route: str | None, status: str, seconds: float) -> None:
    """One line for a request that was answered. `route` is the rule that fitted, with its placeholders."""
    if _logger.isEnabledFor(logging.INFO):
        fields = {
            "request_id": request_id,
            "method": method if method in _METHODS else "other",
            "route": route,
            "status": int(status),
            "ms": round(seconds * 1000, 2),
        }
        _logger.info("request", extra={"fields": fields})


def log_new_key(kid: str) -> None:
    """This process made a signing key, because one was due."""
    _logger.info("key_announced", extra={"fields": {"kid": kid}})


def log_unanswerable(cause: str) -> None:
    """An authorization request that a page had to answer, and why: more than the page may tell."""
    _logger.info("unanswerable", extra={"fields": {"request_id": request_id(), "cause": cause}})


def log_refused(support: str, refused: str, reasons: list[str]) -> None:
    """A page said no: the code that it shows, what was refused, and for which reasons. Never to whom, nor about whom."""
    fields: dict[str, Any] = {"support": support, "request_id": request_id(), "refused": refused}
    if reasons:
        fields["reasons"] = reasons
    _logger.info("refused", extra={"fields": fields})


def log_swept(removed: Mapping[str, int]) -> None:
    """A round of the broom ended: how many rows of which tables were over."""
    _logger.info("swept", extra={"fields": {"removed": dict(removed)}})


def log_source(source: str, event: str, **counts: int | str) -> None:
    """Something came of asking the source register that the operator calls `source`. Never about whom it was asked."""
    level = logging.WARNING if event in {"source_failed", "source_closed"} else logging.INFO
    _logger.log(level, event, extra={"fields": {"source": source, **counts}})


def log_suspended(count: int) -> None:
    """Mandates were suspended because the power under which they were granted has ended (G13)."""
    _logger.info("suspended", extra={"fields": {"mandates": count}})


def log_marked(count: int) -> None:
    """Mandates of an organisation are to be looked at, since who gave them left (G13)."""
    _logger.info("marked", extra={"fields": {"mandates": count}})


def log_notices(became: Mapping[str, int]) -> None:
    """What became of notices that were to be sent: how many messages went by mail or by post, or reached nobody."""
    _logger.info("notices", extra={"fields": {"became": dict(became)}})


def log_letter_passed_by(letter: str, failure: BaseException) -> None:
    """A letter that a helper asked for could not be looked at, and is tried again later. Never about whom, nor by whom."""
    _logger.error("letter_passed_by", extra={"fields": {"letter": letter, **what_failed(failure)}})


def log_broken_journal() -> None:
    """The journal does not follow what the register signed last: somebody was at the tables."""
    _logger.critical("journal_not_whole", extra={"fields": {"see": "namens journal verify"}})


def log_failure(failure: BaseException, *, request: str = "") -> None:
    """Log that something failed that should not: what kind of failure, and where. Not its text.

    `request` is the id of a request that Flask has ended already. What is sealed and does not open is no fault of a
    program: the secret is another one, or somebody was at the tables.
    """
    fields = {"request_id": request or request_id(), **what_failed(failure)}
    level = logging.CRITICAL if isinstance(failure, Unsealable) else logging.ERROR
    _logger.log(level, "key_altered" if isinstance(failure, Altered) else "failure", extra={"fields": fields})


def what_failed(failure: BaseException) -> dict[str, Any]:
    """The kind of failure and the last places that it passed, by file, line and function."""
    frames = traceback.extract_tb(failure.__traceback__)[-_FRAMES:]
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return {"failure": _kind(failure), "where": where}


def request_id() -> str:
    """The id of the present request; empty outside one."""
    return str(request.environ.get("namens.request_id", "")) if has_request_context() else ""


class Told(logging.Filter):
    """Lets through what we log and, of libraries, warnings and worse.

    Below that they write what they work on, at any level that somebody sets for them: statements with their values,
    tokens, addresses.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OURS


class AsJson(logging.Formatter):
    """A record as one JSON object; of an exception, its kind alone.

    Of a message its first line: what some servers write behind it is a traceback, texts and all.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage().partition("\n")[0],
        }
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["failure"] = _kind(record.exc_info[0])
        return json.dumps(line, ensure_ascii=False, default=str)


def _kind(failure: BaseException | type[BaseException]) -> str:
    kind = failure if isinstance(failure, type) else type(failure)
    return f"{kind.__module__}.{kind.__qualname__}"
