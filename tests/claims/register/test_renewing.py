"""Asking a client anew for what ends: a request as any other, once, and never for what was stopped (G5, G7)."""

from dataclasses import replace
from typing import Any

import pytest

from claims.evidence import DEFAULT_POLICY
from claims.granting import years_after
from claims.instants import parse_instant
from claims.limits import Limits, limits_as_json
from claims.mandates import Mandate
from claims.offers import Offer, OfferKind, OfferState
from claims.register import offering, overview, renewing
from claims.register.renewing import AHEAD, Refused, Why
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.offers import actor, an_offer, make
from tests.support.register import VAULT, laid, landed

SOON = "2027-01-01T00:00:00Z"


@pytest.fixture
def world(database: Database) -> Database:
    """The bakery's mandate to the accountants ends on New Year's Day."""
    document: dict[str, Any] = demo_document()
    for relation in document["legal_relations"]:
        relation["source"]["fetched_at"] = "2026-11-23T11:00:00Z"
    for one in document["mandates"]:
        if one["id"] == "m0010":
            one["until"] = SOON
        if one["id"] == "m0017":
            one["until"] = SOON
    laid(database, document, now=TODAY - 10)
    return database


def renewed(
    database: Database, mandate: str = "m0010", person: str = "lotte", now: int = TODAY
) -> Offer | Refused:
    with database.recording() as db:
        return renewing.renew(db, VAULT, "peeters", mandate, by=actor(person, "peeters"), now=now)


def why(done: object) -> Why:
    assert isinstance(done, Refused)
    return done.why


def test_g7_a_request_for_the_same_goes_to_the_client_from_the_end_on_for_a_year(world: Database) -> None:
    with world.reading() as db:
        before = overview.mandate(db, "m0010")
    assert isinstance(before, Mandate)

    asked = renewed(world)

    assert isinstance(asked, Offer)
    end = parse_instant(SOON)
    assert (OfferKind.REQUEST, OfferState.REQUESTED) == (asked.kind, asked.state)
    assert ("bakery", "peeters", end, years_after(end, 1)) == (
        asked.represented,
        asked.representative,
        asked.starts,
        asked.until,
    )
    (part,) = asked.parts
    assert (before.services.listed, before.actions) == (part.services, part.actions)
    with world.reading() as db:
        assert None is overview.mandate(db, part.mandate)  # silence is no consent


def test_g7_the_client_agrees_and_it_goes_on_without_a_gap(world: Database) -> None:
    asked = renewed(world)
    assert isinstance(asked, Offer)
    with world.recording() as db:
        level = actor("carla", "bakery").assurance
        assert level is not None
        done = offering.approve(
            db, VAULT, asked.id, login=level, by=actor("carla", "bakery"), now=TODAY, policy=DEFAULT_POLICY
        )

    assert isinstance(done, Offer)
    assert OfferState.GIVEN is done.state
    with world.reading() as db:
        given = overview.mandate(db, done.parts[0].mandate)
    assert given is not None
    assert parse_instant(SOON) == given.starts


def test_nobody_is_asked_twice_for_the_same(world: Database) -> None:
    assert isinstance(renewed(world), Offer)

    assert Why.ALREADY_ASKED is why(renewed(world, now=TODAY + 5))


def test_what_the_client_offers_already_is_not_asked_for(world: Database) -> None:
    offer = an_offer(
        "bakery", "vat-return", representative="peeters", until=parse_instant("2028-06-01T00:00:00Z")
    )
    made = make(world, replace(offer), "carla")
    assert isinstance(made, Offer)

    assert Why.ALREADY_ASKED is why(renewed(world))


@pytest.mark.parametrize(
    ("mandate", "person", "now", "expected"),
    [
        ("m0018", "lotte", TODAY, Why.NOT_YET),
        ("nothing", "lotte", TODAY, Why.UNKNOWN_MANDATE),
        ("m0001", "lotte", TODAY, Why.UNKNOWN_MANDATE),
        ("m0014", "lotte", TODAY, Why.UNKNOWN_MANDATE),
        ("m0010", "eva", TODAY, Why.NOT_ENTITLED),
        ("m0010", "carla", TODAY, Why.NOT_ENTITLED),
        ("m0010", "lotte", parse_instant(SOON) - AHEAD - 1, Why.NOT_YET),
        ("m0010", "lotte", parse_instant(SOON) + 90 * 86400, Why.TOO_LATE),
    ],
)
def test_what_is_not_to_be_renewed_says_why(
    world: Database, mandate: str, person: str, now: int, expected: Why
) -> None:
    assert expected is why(renewed(world, mandate, person, now))


def test_what_was_stopped_is_not_asked_for_as_if_it_ended(world: Database) -> None:
    with world.recording() as db:
        from claims.register import ending

        ending.revoke(db, VAULT, "m0010", by=actor("carla", "bakery"), now=TODAY)

    assert Why.STOPPED is why(renewed(world, now=TODAY + 1))


def test_after_the_end_it_begins_at_once_when_it_is_given(world: Database) -> None:
    asked = renewed(world, now=parse_instant(SOON) + 86400)

    assert isinstance(asked, Offer)
    assert None is asked.starts


def test_an_organisation_asks_no_more_than_so_many_at_once(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "MOST_LISTED", 0)

    assert Why.TOO_MANY_OPEN is why(renewed(world))


def test_g10_what_was_narrowed_is_asked_for_as_narrow_and_is_not_what_was_asked_for_whole(
    world: Database,
) -> None:
    whole = renewed(world)
    assert isinstance(whole, Offer)
    limits = Limits(amount=250_000)
    _narrowed(world, "m0010", limits)

    asked = renewed(world)

    assert isinstance(asked, Offer)
    assert limits == asked.limits
    assert Why.ALREADY_ASKED is why(renewed(world))


def _narrowed(database: Database, mandate: str, limits: Limits) -> None:
    document = demo_document()
    services = [
        one | {"understands": [*one.get("understands", []), "amount"]}
        if "amount" not in one.get("understands", [])
        else one
        for one in document["services"]
    ]
    [told] = [one for one in document["mandates"] if one["id"] == mandate]
    told |= {"until": SOON, "limits": limits_as_json(limits)}
    landed(database, {"services": services, "mandates": [told]}, now=TODAY - 5)


def test_r23_a_mandate_for_a_set_is_asked_for_anew_as_that_set(world: Database) -> None:
    told = {"id": "s-tax", "name": {"nl": "Belasting", "en": "Tax"}, "services": ["vat-return"], "sets": []}
    [mandate] = [one for one in demo_document()["mandates"] if one["id"] == "m0010"]
    landed(
        world,
        {"service_sets": [told], "mandates": [mandate | {"services": {"set": "s-tax"}, "until": SOON}]},
        now=TODAY,
    )

    asked = renewed(world)

    assert isinstance(asked, Offer)
    assert [(frozenset(), "s-tax")] == [(one.services, one.set) for one in asked.parts]
