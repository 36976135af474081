"""Signing keys in a database that has none: those of the first test that made some, since making RSA keys takes a while."""

from typing import Any, Final

from authz_server.context import Context
from keys.in_use import Purpose, claim
from keys.storage import Statement
from keys.tables import keys

_COLUMNS: Final = [column.name for column in keys.columns]
_THERE: Final = Statement(f"SELECT {', '.join(_COLUMNS)} FROM keys_keys")
_PUT: Final = Statement(
    f"INSERT INTO keys_keys ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)

# by the secret that seals them, the instant from which they sign, and the settings of keys
_made_before: dict[tuple[str, int, str], list[dict[str, Any]]] = {}


def with_keys(context: Context) -> None:
    """Give the provider its keys, as its first request would."""
    with context.database.reading() as db:
        if db.one(_THERE) is not None:
            return
    asked = (context.vault.seal_id, context.clock(), context.settings.keys.model_dump_json())
    if asked in _made_before:
        with context.database.writing() as db:
            claim(db, Purpose.SEAL, context.vault.seal_id)
            db.many(_PUT, _made_before[asked])
        return
    context.keyring.tend()
    with context.database.reading() as db:
        _made_before[asked] = [dict(zip(_COLUMNS, row, strict=True)) for row in db.all(_THERE)]
