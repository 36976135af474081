"""In which sets each service lies: derived from the sets, and kept in the service's own body (R23).

A question reads the body of its service anyway, so that a power for a set costs no statement more than one for a service.
"""

import json
from typing import Any, Final

from claims.catalogue import sets_of
from claims.register.lookup import service_sets
from claims.register.records import body_of
from claims.register.shelves import SERVICES
from keys.storage import Connected, Statement

__all__ = ["settle_sets"]

_REWRITE: Final = Statement("UPDATE register_services SET body = :body WHERE id = :id")


def settle_sets(db: Connected) -> None:
    """Make the body of each service say in which sets it lies now."""
    lie = sets_of(service_sets(db))
    rewritten = []
    for id, _, body in SERVICES.everything(db):
        told: dict[str, Any] = json.loads(body)
        before = frozenset(told.pop("in_sets", ()))
        now = lie.get(id, frozenset())
        if now != before:
            rewritten.append({"id": id, "body": body_of({**told, "in_sets": sorted(now)} if now else told)})
    db.many(_REWRITE, rewritten)
