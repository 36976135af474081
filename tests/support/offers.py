"""Offers in a test: the try-out world with its sources fetched today, and what somebody of it offers."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from inspect import signature
from typing import Any

from authz_server.context import Context
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.granting import years_after
from claims.mandates import NO_CLIENTS
from claims.offers import Offer, OfferKind, OfferState, Part
from claims.register import activating, offering
from claims.register.activating import Drawn
from claims.register.actor import OPERATOR, Actor
from claims.register.world import import_world
from keys.sealing import KeyedDigest
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.register import VAULT, laid
from tests.support.small_world import SMALL_WORLD

CODES = KeyedDigest(bytes([4]) * 32)
_ids = itertools.count(1)


def fresh_world(database: Database) -> None:
    """The try-out world as if every source had been asked an hour ago."""
    document: dict[str, Any] = demo_document()
    # without the hundreds of clients of the offices, which nobody here asks for
    parties = [party for party in document["parties"] if not party["id"].startswith("client")]
    named = {party["id"] for party in parties}
    document |= {
        "parties": parties,
        "mandates": [
            one
            for one in document["mandates"]
            if {one["represented"], one["representative"]} <= named
            and one.get("clients", "none") in ("none", "all")
        ],
        "client_groups": [],
    }
    for relation in document["legal_relations"]:
        relation["source"]["fetched_at"] = "2026-11-23T11:00:00Z"
    laid(database, document, now=TODAY - 10)


def by_policy(do: Callable[..., Any]) -> Callable[..., Any]:
    """`do` by the policy of the rule itself, where it asks for one and is given no other."""
    return partial(do, policy=DEFAULT_POLICY) if "policy" in signature(do).parameters else do


def actor(person: str, on_behalf_of: str | None = None, level: Loa = Loa.SUBSTANTIAL) -> Actor:
    """Somebody who is logged in."""
    return Actor(person, on_behalf_of, "self", level, f"{person}-eid")


def an_offer(represented: str, service: str, *, representative: str | None = None, **changes: Any) -> Offer:
    """Everything at one service for a year, to whoever has the code, or to the representative."""
    number = next(_ids)
    offer = Offer(
        id=f"of-{number}",
        kind=OfferKind.CODE if representative is None else OfferKind.PARTY,
        state=OfferState.OFFERED,
        represented=represented,
        representative=representative,
        parts=(Part(f"mo-{number}", frozenset({service}), None),),
        assurance=Loa.HIGH,
        starts=None,
        until=years_after(TODAY, 1),
        made_at=TODAY,
        lapses_at=TODAY,
        clients=NO_CLIENTS,
    )
    return replace(offer, **changes)


def make(
    database: Database, offer: Offer, person: str, *, level: Loa = Loa.SUBSTANTIAL, now: int = TODAY
) -> Offer | offering.Refused:
    """`person` offers it."""
    behalf = None if person == offer.represented else offer.represented
    with database.recording() as db:
        return offering.make(
            db, VAULT, offer, login=level, by=actor(person, behalf, level), now=now, policy=DEFAULT_POLICY
        )


def made(database: Database, offer: Offer, person: str, *, level: Loa = Loa.SUBSTANTIAL) -> Offer:
    """The same, where it is not refused."""
    done = make(database, offer, person, level=level)
    assert isinstance(done, Offer), done
    return done


def code_for(database: Database, offer: Offer, person: str, *, now: int = TODAY) -> str:
    """A code for the offer, in plain."""
    with database.recording() as db:
        drawn = activating.draw(db, VAULT, CODES, offer.id, by=actor(person), now=now, policy=DEFAULT_POLICY)
    assert isinstance(drawn, Drawn), drawn
    return drawn.code


def offered_in_the_small_world(context: Context, *ids: str) -> None:
    """Offers with these ids, that p1 makes to whoever has the code."""
    now = context.clock()
    service = {**SMALL_WORLD["services"][0], "offers_mandates": True}
    by = Actor("p1", None, "self", Loa.HIGH, "p1-eid")
    with context.database.writing() as db:
        import_world(db, context.vault, {"services": [service]}, by=OPERATOR, now=now)
        for id in ids:
            offer = an_offer("p1", service["id"], id=id, until=now + 86400)
            done = offering.make(
                db, context.vault, offer, login=Loa.HIGH, by=by, now=now, policy=DEFAULT_POLICY
            )
            assert isinstance(done, Offer), done
