"""What helpers fill in when they ask for a permission, be it of who reads that on a page or of who gets a letter."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from flask import request

from authz_server.context import Context
from authz_server.login.lines import in_words
from authz_server.login.sessions import Session
from authz_server.portal.offer_words import fault_words
from authz_server.portal.wishes import Wish, offer_of
from claims.addresses import Address, KnownBy, as_typed
from claims.catalogue import Service
from claims.granting import of_period
from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.offers import Offer
from claims.parties import Party, PartyKind
from claims.register import lookup
from claims.register.belonging import organisations_of
from keys.storage import Connected

__all__ = ["MYSELF", "by_address", "for_whom", "offer_to", "shown_by_provider", "typed_known_by"]

MYSELF: Final = "myself"


def for_whom(db: Connected, session: Session, *, now: Instant) -> str | None:
    """Who is going to help: the person, or an organisation of theirs; None for anybody else."""
    picked = request.form.get("for", MYSELF)
    if picked == MYSELF:
        return session.login.person
    return picked if picked in organisations_of(db, session.login.person, now=now) else None


def offer_to(
    helper: Party | None, wish: Wish, services: Iterable[Service], *, offer_id: str, now: Instant
) -> Offer | dict[str, str]:
    """What is asked of somebody who is still to be found, or what is wrong with each field, whoever it is about."""
    nobody = Party("", PartyKind.PERSON, "")
    offer = offer_of(wish, nobody, "", helper, list(services), offer_id=offer_id, now=now)
    if isinstance(offer, dict):
        return offer
    against = fault_words(of_period(offer, now), {})
    return {"until": against[0]} if against else offer


def by_address(context: Context) -> bool:
    """Whether people are known by their address here: no law is named for the BSN."""
    return context.settings.persons.known_by is KnownBy.ADDRESS


def typed_known_by(context: Context, of: str = "") -> Identifier | Address | None:
    """What was typed to show that they know the person: a BSN where a law is named for it, else an address (G6).

    `of` begins the names of the fields, where a form asks for more than one person.
    """
    form = request.form
    if by_address(context):
        return as_typed(form.get(f"{of}postcode", ""), form.get(f"{of}house_number", ""))
    with suppress(ValueError):
        return Identifier(Scheme.BSN, form.get(f"{of}number", "").strip())
    return None


def shown_by_provider(
    db: Connected, services: Iterable[Service], chosen: frozenset[str]
) -> list[dict[str, Any]]:
    """The services with their tasks, each under the organisation whose it is."""
    found = sorted(services, key=lambda one: one.provider)
    parties = lookup.parties(db, [one.provider for one in found])
    return [_tasks(one, parties, chosen) for one in found]


def _tasks(service: Service, parties: Mapping[str, Party], chosen: frozenset[str]) -> dict[str, Any]:
    provider = parties.get(service.provider)
    return {
        "provider": provider.name if provider else service.provider,
        "service": in_words(service.name),
        "tasks": [
            {
                "field": f"task:{service.id}:{task.id}",
                "name": in_words(task.name),
                "chosen": f"{service.id}:{task.id}" in chosen,
            }
            for task in service.tasks
        ],
    }
