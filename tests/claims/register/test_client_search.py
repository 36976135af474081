"""Whoever is among an organisation's clients is found by name, whatever kind of link makes them one: on both databases."""

from typing import Any

import pytest

from claims.register import client_list, lookup, within_organisation
from claims.register.client_search import clients_like
from keys.storage import Database
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.support.register import VAULT, laid


def serving_clients_alone() -> dict[str, Any]:
    """The office may let another serve its own clients, and nothing for the office itself (R10)."""
    return {
        "id": "m-clients-alone",
        "represented": "bakery",
        "representative": "club",
        "services": ["vat-return"],
        "actions": "*",
        "assurance": "substantial",
        "from": "2026-01-01T00:00:00Z",
        "until": "2028-01-01T00:00:00Z",
        "clients": "all",
        "own_affairs": False,
    }


@pytest.fixture
def world(database: Database) -> Database:
    document = demo_document()
    document["mandates"].append(serving_clients_alone())
    laid(database, document, now=TODAY)
    return database


def test_each_client_on_a_list_is_found_there_by_name(world: Database) -> None:
    document = demo_document()
    organisations = {one["id"] for one in document["parties"] if one["kind"] == "organisation"}
    looked_at = set()
    with world.reading() as db:
        for organisation in sorted(organisations):
            clients = client_list.page(db, organisation, now=TODAY, limit=500).ids
            for id, party in lookup.parties(db, clients).items():
                listed = client_list.search(db, VAULT, organisation, party.name, now=TODAY)
                asked = within_organisation.clients(db, organisation, like=party.name)
                assert id in listed.ids, (organisation, id)
                assert id in asked.ids, (organisation, id)
                looked_at.add((organisation, id))

    assert ("club", "bakery") in looked_at
    assert len(looked_at) > 20


def test_they_come_by_name_each_once_and_from_a_place_on(world: Database) -> None:
    with world.reading() as db:
        every = clients_like(db, "peeters", "", most=100)
        rest = clients_like(db, "peeters", "", start=every[0], most=99)
        first = clients_like(db, "peeters", "", most=2)

    assert sorted(set(every)) == every
    assert every[1:] == rest
    assert every[:2] == first


def test_a_text_that_no_name_can_hold_finds_nobody(world: Database) -> None:
    with world.reading() as db:
        assert [] == clients_like(db, "peeters", "bak\x00", most=5)
        assert [] == clients_like(db, "peeters", "%", most=5)
