"""Is this process alive, and can it do its work? For those who watch it, without a word on what is inside."""

from typing import Final

from flask import Blueprint, Flask, Response, jsonify

from authz_server.context import Context
from authz_server.database import DATABASE_FAILURES
from authz_server.events import log_failure
from authz_server.migrations import latest
from keys.sealing import Unsealable
from keys.storage import Statement

__all__ = ["build"]

_ANSWERS: Final = Statement("SELECT 1")
_REVISION: Final = Statement("SELECT version_num FROM alembic_version")


def build(app: Flask, context: Context) -> None:
    """Add `/health/live` (the process answers) and `/health/ready` (database, schema and keys are there too)."""
    health = Blueprint("health", __name__, url_prefix="/health")

    @health.get("/live")
    def live() -> Response:
        return jsonify(status="ok")

    @health.get("/ready")
    def ready() -> tuple[Response, int]:
        failed = _failed(context)
        if failed:
            return jsonify(status="unavailable", failed=failed), 503
        return jsonify(status="ok"), 200

    app.register_blueprint(health)


def _failed(context: Context) -> list[str]:
    try:
        with context.database.reading() as db:
            db.one(_ANSWERS)
    except DATABASE_FAILURES as failure:
        log_failure(failure)
        return ["database"]
    try:
        with context.database.reading() as db:
            revision = db.one(_REVISION)
    except DATABASE_FAILURES as failure:
        log_failure(failure)
        return ["schema"]
    if revision != (latest(),):
        return ["schema"]
    try:
        context.keyring.current()
    except DATABASE_FAILURES as failure:
        log_failure(failure)
        return ["keys"]
    except Unsealable as failure:
        log_failure(failure)
        return ["keys"]
    return []
