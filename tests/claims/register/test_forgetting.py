"""Somebody is forgotten: nothing tells any more who it was, and the account is whole."""

import json

import pytest

from claims.register import ending, journal, lookup, overview
from claims.register.actor import OPERATOR
from claims.register.drafting import draft
from claims.register.forgetting import NAMELESS, NotForgotten, forget
from claims.register.importing import Overtaken, land
from claims.register.journal import Event
from keys.storage import Database, Statement
from tests.claims.register.test_importing import organisation, person
from tests.claims.register.test_resolving import TODAY
from tests.support.account import breaches, signed_head
from tests.support.register import VAULT, landed

_BSN = "999997221"
_EVERYTHING = (
    "register_parties", "register_identifiers", "register_party_keys", "register_versions", "register_links",
    "register_candidates", "register_bridges", "register_clients", "register_journal",
)  # fmt: skip


def mandate(**changes: object) -> dict[str, object]:
    return {
        "id": "m1",
        "represented": "a",
        "representative": "b",
        "services": "*",
        "actions": "*",
        "assurance": "low",
        "from": "2020-01-01T00:00:00Z",
        "until": "2039-01-01T00:00:00Z",
    } | changes


@pytest.fixture
def known(database: Database) -> Database:
    """Somebody with a number, a day of birth, a former name, and a mandate that is over."""
    who = person("a", name="Aafje Wiersma", identifiers={"bsn": _BSN}) | {
        "born": "1948-05-02",
        "place": "Sneek",
    }
    landed(database, {"parties": [who, person("b")], "mandates": [mandate()]}, now=TODAY - 20)
    landed(database, {"parties": [who | {"name": "Aafje Hoekstra-Wiersma"}]}, now=TODAY - 10)
    with database.writing() as db:
        ending.revoke(db, VAULT, "m1", by=OPERATOR, now=TODAY - 5, reason="Aafje asked")
    return database


def what_is_kept(database: Database) -> str:
    with database.reading() as db:
        return json.dumps([db.all(Statement(f"SELECT * FROM {table}")) for table in _EVERYTHING]).casefold()


def forgotten(database: Database, id: str, *, now: int = TODAY) -> NotForgotten | None:
    with database.writing() as db:
        return forget(db, VAULT, id, by=OPERATOR, now=now)


def test_nothing_is_left_of_who_it_was_and_the_account_is_whole(known: Database) -> None:
    before = what_is_kept(known)
    for trace in ("aafje", "wiersma", "1948-05-02", "sneek", VAULT.digest("bsn", _BSN).casefold()):
        assert trace in before
    assert "a" in {key for (key,) in _keys(known)}

    assert forgotten(known, "a") is None

    after = what_is_kept(known)
    for trace in (
        "aafje",
        "wiersma",
        "hoekstra",
        "1948-05-02",
        "sneek",
        VAULT.digest("bsn", _BSN).casefold(),
    ):
        assert trace not in after.replace(
            "aafje asked", ""
        )  # what somebody wrote of the mandate is the mandate's
    assert "a" not in {key for (key,) in _keys(known)}
    assert [] == breaches(known)
    assert signed_head(known, now=TODAY + 100) is not None
    with known.reading() as db:
        party = lookup.party(db, "a", vault=VAULT)
        told = [entry.event for entry in journal.of_record(db, "party", "a")]
        kept = overview.mandate(db, "m1")
    assert party is not None
    assert (NAMELESS, None, ()) == (party.name, party.born, party.identifiers)
    assert [Event.ADDED, Event.CHANGED, Event.FORGOTTEN, Event.ERASED] == told
    assert kept is not None
    assert "a" == kept.represented


def _keys(database: Database) -> list[tuple[str]]:
    with database.reading() as db:
        return [tuple(row) for row in db.all(Statement("SELECT party FROM register_party_keys"))]


def test_the_number_of_who_was_forgotten_is_free_and_a_file_may_tell_of_them_anew(known: Database) -> None:
    forgotten(known, "a")

    landed(known, {"parties": [person("c", identifiers={"bsn": _BSN})]}, now=TODAY + 1)
    landed(known, {"parties": [person("a", name="Iemand Anders")]}, now=TODAY + 2)

    assert [] == breaches(known)


def test_who_was_forgotten_can_be_forgotten_again(known: Database) -> None:
    forgotten(known, "a")

    assert forgotten(known, "a", now=TODAY + 1) is None

    assert [] == breaches(known)


def test_a_sole_trader_is_forgotten_and_another_organisation_is_not(database: Database) -> None:
    trader = organisation("o1", identifiers={"kvk": "90000123"}) | {"legal_form": "Eenmanszaak"}
    company = organisation("o2", identifiers={"kvk": "90000456"})
    landed(database, {"parties": [trader, company]}, now=TODAY - 10)

    assert forgotten(database, "o1") is None
    assert NotForgotten.NOT_PERSONAL == forgotten(database, "o2")
    assert NotForgotten.UNKNOWN_PARTY == forgotten(database, "o3")
    assert [] == breaches(database)


@pytest.mark.parametrize(
    "concern",
    [
        {"mandates": [mandate()]},
        {"mandates": [mandate(represented="b", representative="a")]},
        {"mandates": [mandate(**{"from": "2035-01-01T00:00:00Z"})]},
        {
            "legal_relations": [
                {key: value for key, value in mandate(basis="curator", id="l1").items() if key != "until"}
            ]
        },
        {
            "restrictions": [
                {"id": "r", "party": "a", "kind": "bankruptcy", "services": "*", "from": "2024-01-01T00:00:00Z"}
            ]
        },
        {
            "appointments": [
                {
                    "id": "ap", "organisation": "o", "person": "a", "services": "*", "assurance": "low",
                    "from": "2024-01-01T00:00:00Z",
                }
            ]
        },
    ],
)  # fmt: skip
def test_whom_something_concerns_that_is_not_over_is_not_forgotten(
    database: Database, concern: dict[str, object]
) -> None:
    landed(
        database,
        {"parties": [person("a", name="Aafje"), person("b"), organisation("o")], **concern},
        now=TODAY - 10,
    )

    assert NotForgotten.STILL_CONCERNED == forgotten(database, "a")

    with database.reading() as db:
        party = lookup.party(db, "a")
    assert party is not None
    assert "Aafje" == party.name


def test_a_file_that_was_read_before_somebody_was_forgotten_is_read_anew(known: Database) -> None:
    renumbered = {"parties": [person("a", name="Aafje", identifiers={"bsn": "999994542"})]}
    with known.reading() as db:
        made = draft(db, VAULT, renumbered, now=TODAY)
    forgotten(known, "a")

    with made, pytest.raises(Overtaken), known.writing() as db:
        land(db, VAULT, made, by=OPERATOR, now=TODAY + 1)

    landed(known, renumbered, now=TODAY + 2)
    with known.reading() as db:
        assert {"bsn": "999994542"} == lookup.identifiers(db, VAULT, "a")
    assert [] == breaches(known)
