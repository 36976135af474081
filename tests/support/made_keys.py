"""Signing keys in a database that has none: those of the first test that made some, since making RSA keys takes a while."""

from typing import Any

from sqlalchemy import insert, select

from authz_server.context import Context
from keys.in_use import Purpose, claim
from keys.tables import keys

# by the secret that seals them, the instant from which they sign, and the settings of keys
_made_before: dict[tuple[str, int, str], list[dict[str, Any]]] = {}


def with_keys(context: Context) -> None:
    """Give the provider its keys, as its first request would."""
    with context.database.engine.connect() as connection:
        if connection.execute(select(keys.c.kid)).first() is not None:
            return
    asked = (context.vault.seal_id, context.clock(), context.settings.keys.model_dump_json())
    if asked in _made_before:
        with context.database.writing() as db:
            claim(db, Purpose.SEAL, context.vault.seal_id)
        with context.database.engine.begin() as connection:
            connection.execute(insert(keys), _made_before[asked])
        return
    context.keyring.tend()
    with context.database.engine.connect() as connection:
        _made_before[asked] = [dict(row) for row in connection.execute(select(keys)).mappings()]
