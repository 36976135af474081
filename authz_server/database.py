"""The database of the application: Flask-SQLAlchemy owns the engine, `Database` is how everybody uses it."""

import sqlite3
from typing import Final

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import SQLAlchemyError

from authz_server.config import Settings
from keys.storage import Database, prepare

__all__ = ["DATABASE_FAILURES", "attach"]

_owner: Final = SQLAlchemy()


def _failures() -> tuple[type[Exception], ...]:
    try:
        import psycopg
    except ModuleNotFoundError:  # the `postgres` extra is not installed
        return (sqlite3.Error, SQLAlchemyError)
    return (sqlite3.Error, SQLAlchemyError, psycopg.Error)


# What a database that does not answer, or not as it should, raises through `Database`.
DATABASE_FAILURES: Final = _failures()


def attach(app: Flask, settings: Settings) -> Database:
    """Give `app` its engine, and return the way to it."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database.url.get_secret_value()
    _owner.init_app(app)
    with app.app_context():
        engine = _owner.engine
    prepare(engine)
    return Database(engine)
