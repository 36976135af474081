"""The mark that a demo database carries, so that nobody's real one is ever taken for it, nor it for a real one.

It is SQLite's `application_id` (a number in the file's header that is the application's to set), which no
migration and no import touches. Databases on PostgreSQL are never a demo's.
"""

from typing import Final

from keys.storage import Connected, Statement

__all__ = ["is_marked", "mark"]

_DEMO: Final = 0x4E616D44  # "NamD"
_READ: Final = Statement("PRAGMA application_id")
_WRITE: Final = Statement(f"PRAGMA application_id = {_DEMO}")


def mark(db: Connected) -> None:
    """Mark this database as a demo's; ValueError on PostgreSQL."""
    if db.dialect != "sqlite":
        raise ValueError("the demo keeps its world on SQLite")
    db.run(_WRITE)


def is_marked(db: Connected) -> bool:
    """Whether this database is a demo's: `namens serve` refuses one, `namens demo` refuses any other."""
    if db.dialect != "sqlite":
        return False
    row = db.one(_READ)
    return row is not None and row[0] == _DEMO
