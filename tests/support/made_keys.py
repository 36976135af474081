"""Signing keys in an empty database: those of the first test that made some, since making RSA keys takes a while."""

from typing import Any

from sqlalchemy import insert, select

from authz_server.context import Context
from keys.tables import keys

_made_before: list[dict[str, Any]] = []


def with_keys(context: Context) -> None:
    """Give the provider its keys."""
    with context.database.engine.begin() as connection:
        if _made_before:
            connection.execute(insert(keys), _made_before)
    if not _made_before:
        context.keyring.tend()
        with context.database.engine.begin() as connection:
            _made_before.extend(dict(row) for row in connection.execute(select(keys)).mappings())
