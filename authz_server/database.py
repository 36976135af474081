"""The database of the application: Flask-SQLAlchemy owns the engine, `Database` is how everybody uses it."""

import sqlite3
from typing import Final

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import exc

from authz_server.config import Settings
from keys.storage import Database, prepare

__all__ = ["DATABASE_DOWN", "DATABASE_FAILURES", "DATABASE_REFUSES_VALUE", "attach"]

_owner: Final = SQLAlchemy()
_Kinds = tuple[type[Exception], ...]


def _failures() -> tuple[_Kinds, _Kinds, _Kinds]:
    every: _Kinds = (sqlite3.Error, exc.SQLAlchemyError)
    down: _Kinds = (sqlite3.OperationalError, exc.OperationalError, exc.TimeoutError)
    value: _Kinds = ()
    try:
        import psycopg
    except ModuleNotFoundError:  # the `postgres` extra is not installed
        return every, down, value
    return (*every, psycopg.Error), (*down, psycopg.OperationalError), (psycopg.DataError,)


# Everything that a database raises through `Database`; what it raises when it is not there or does not keep up;
# and what PostgreSQL raises for a text that it cannot hold (a NUL character).
DATABASE_FAILURES, DATABASE_DOWN, DATABASE_REFUSES_VALUE = _failures()


def attach(app: Flask, settings: Settings) -> Database:
    """Give `app` its engine, and return the way to it."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database.url.get_secret_value()
    _owner.init_app(app)
    # Its object mapper's session is never opened here, so there is nothing to clear away after every request.
    app.teardown_appcontext_funcs.clear()
    with app.app_context():
        engine = _owner.engine
    prepare(engine)
    return Database(engine)
