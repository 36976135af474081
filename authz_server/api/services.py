"""Services: what is offered, and what a mandate can be for."""

from typing import Final

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Service, Shape
from authz_server.oidc.register_api import Scope
from claims.register import lookup
from claims.worldfile import record_as_json

__all__ = ["OPERATIONS"]


class ServicePage(Shape):
    """A page of services, by id."""

    services: list[Service]
    next: str | None


class ServiceFound(Shape):
    """One service."""

    service: Service


def _every(asked: Asked) -> Document:
    of = ["services"]
    after = place(of, asked.query.cursor, str) or ""
    found = [one for one in lookup.services(asked.db) if one.id > after]
    shown = found[: asked.query.limit]
    return {
        "services": [record_as_json(one) for one in shown],
        "next": cursor(of, shown[-1].id) if len(found) > len(shown) else None,
    }


def _show(asked: Asked) -> Document | Problem:
    service = lookup.service(asked.db, asked.ids["service"])
    if service is None:
        return Problem(Refusal.UNKNOWN_SERVICE, "there is no service with that id")
    return {"service": record_as_json(service)}


OPERATIONS: Final = (
    Operation(
        "listServices", "GET", "/api/v1/services", Scope.READ, "Every service.", ServicePage, _every, PageQuery
    ),
    Operation(
        "showService", "GET", "/api/v1/services/{service}", Scope.READ, "One service.",
        ServiceFound, _show, refuses=(Refusal.UNKNOWN_SERVICE,),
    ),
)  # fmt: skip
