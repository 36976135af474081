"""What one can give permission for: every service that takes mandates, with its tasks, by provider. For everybody."""

from dataclasses import dataclass

from flask import Blueprint, Response

from authz_server.i18n import action_words, gettext
from authz_server.login.arrival import the_context
from authz_server.login.lines import in_words
from authz_server.pages import page
from claims.catalogue import Service
from claims.parties import PartyKind, folded
from claims.register import lookup

__all__ = ["pages"]

pages = Blueprint("offered", __name__)


@dataclass(frozen=True, slots=True)
class _Offer:
    """One service: its tasks in plain words, and who can give permission for it."""

    id: str
    name: str
    tasks: tuple[str, ...]
    for_whom: str


@dataclass(frozen=True, slots=True)
class _Provider:
    """An organisation and what it offers."""

    name: str
    offers: tuple[_Offer, ...]


@pages.get("/permissions")
def everything() -> Response:
    """The page."""
    context = the_context()
    with context.database.reading() as db:
        services = [service for service in lookup.services(db) if service.takes_mandates]
        parties = lookup.parties(db, [service.provider for service in services])
    by_provider: dict[str, list[_Offer]] = {}
    for service in services:
        by_provider.setdefault(service.provider, []).append(_offer(service))
    providers = [
        _Provider(parties[id].name, tuple(sorted(offers, key=lambda one: folded(one.name))))
        for id, offers in by_provider.items()
        if id in parties
    ]
    shown = sorted(providers, key=lambda one: folded(one.name))
    return page("portal/offered.html", providers=shown)


def _offer(service: Service) -> _Offer:
    tasks = tuple(in_words(task.name) for task in service.tasks)
    return _Offer(
        service.id, in_words(service.name), tasks or (action_words(service.actions),), _whom(service)
    )


def _whom(service: Service) -> str:
    match PartyKind.PERSON in service.represented_kinds, PartyKind.ORGANISATION in service.represented_kinds:
        case True, True:
            return gettext("For people and for organisations")
        case True, False:
            return gettext("For people")
    return gettext("For organisations")
