"""The business of one human being has that human being's numbers, however the register came to know it."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.formats.naming import is_personal
from claims.register import lookup
from claims.register.actor import OPERATOR
from claims.register.world import export_lists, import_world
from keys.storage import Connected, Database, Statement
from tests.claims.register.test_importing import numbers, organisation, person
from tests.properties.test_worlds_in_the_register import register_of
from tests.support.register import VAULT, landed

_STORED = Statement("SELECT value, sealed FROM register_identifiers")
_WRITTEN = Statement("SELECT body FROM register_versions UNION ALL SELECT body FROM register_parties")
NUMBER = {"kvk": "00000001"}


def business(**more: Any) -> dict[str, Any]:
    return organisation("a", **{"identifiers": NUMBER, "legal_form": "BV"} | more)


def relation(basis: str = "owner", **more: Any) -> dict[str, Any]:
    return {
        "id": "l1",
        "represented": "a",
        "representative": "p",
        "basis": basis,
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    } | more


def is_kept_as_personal(db: Connected) -> bool:
    """Whether the business is personal: its record says so, its number is sealed, and stands nowhere in plain."""
    known = lookup.party(db, "a")
    assert known is not None
    ((value, sealed),) = db.all(_STORED)
    told = {is_personal(known), value is None, sealed is not None}
    assert len(told) == 1, (known, value)
    if value is None:
        assert NUMBER["kvk"] not in str(db.all(_WRITTEN)) + str(sealed)
    assert NUMBER == lookup.identifiers(db, VAULT, "a")
    return is_personal(known)


def seen_to_be_personal(database: Database) -> bool:
    with database.reading() as db:
        return is_kept_as_personal(db)


@pytest.mark.parametrize("form", ["eenmanszaak", "Eenmanszaak", "Eenmanszaak met meer dan één eigenaar"])
def test_the_legal_form_tells_a_sole_trader(database: Database, form: str) -> None:
    landed(database, {"parties": [business(legal_form=form)]}, now=1)

    assert seen_to_be_personal(database)


@pytest.mark.parametrize("form", ["BV", None])
@pytest.mark.parametrize(
    "period", [{}, {"until": "2021-01-01T00:00:00Z"}, {"from": "2999-01-01T00:00:00Z"}], ids=str
)
def test_an_owner_tells_a_sole_trader_whatever_the_legal_form_and_the_period(
    database: Database, form: str | None, period: dict[str, str]
) -> None:
    document = {
        "parties": [business(legal_form=form), person("p")],
        "legal_relations": [relation(**period)],
    }
    landed(database, document, now=1)

    assert seen_to_be_personal(database)


def test_a_business_whose_owner_is_named_later_is_personal_from_then_on_in_all_its_versions(
    database: Database,
) -> None:
    landed(database, {"parties": [business(), person("p")]}, now=1)
    landed(database, {"parties": [business(place="Assen")]}, now=2)
    assert not seen_to_be_personal(database)

    landed(database, {"legal_relations": [relation()]}, now=3)

    assert seen_to_be_personal(database)
    landed(database, {"parties": [business(place="Emmen")]}, now=4)
    assert seen_to_be_personal(database)


def test_a_relation_that_ended_leaves_the_numbers_personal(database: Database) -> None:
    landed(database, {"parties": [business(), person("p")], "legal_relations": [relation()]}, now=1)

    landed(database, {"legal_relations": [relation(until="2025-01-01T00:00:00Z")]}, now=2)

    assert seen_to_be_personal(database)


@pytest.mark.parametrize("corrected", [relation("sole_signatory"), relation(represented="b")], ids=str)
def test_a_relation_that_never_was_one_of_ownership_is_corrected(
    database: Database, corrected: dict[str, Any]
) -> None:
    parties = [business(), organisation("b"), person("p")]
    landed(database, {"parties": parties, "legal_relations": [relation()]}, now=1)

    landed(database, {"legal_relations": [corrected]}, now=2)

    assert not seen_to_be_personal(database)


def test_a_legal_form_that_comes_without_numbers_seals_those_that_are_there(database: Database) -> None:
    landed(database, {"parties": [business()]}, now=1)
    silent = business(legal_form="eenmanszaak")
    del silent["identifiers"]

    landed(database, {"parties": [silent]}, now=2)

    assert seen_to_be_personal(database)


def test_an_export_without_personal_numbers_leaves_those_of_an_owned_business_out(database: Database) -> None:
    landed(database, {"parties": [business(), person("p")], "legal_relations": [relation()]}, now=1)

    with database.writing() as db:
        without, whole = (
            {key: list(records) for key, records in export_lists(db, VAULT, personal_numbers=asked)}
            for asked in (False, True)
        )

    assert "identifiers" not in without["parties"][0]
    assert NUMBER == whole["parties"][0]["identifiers"]
    assert "owned" not in json.dumps(whole)
    assert [0, 0] == [landed(database, document, now=3).changes for document in (without, whole)]
    assert NUMBER == numbers(database, "a")
    assert seen_to_be_personal(database)


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Something of the business, its owner and their relation."""
    party = business(legal_form=draw(st.sampled_from(["BV", "eenmanszaak", None])))
    if draw(st.booleans()):
        del party["identifiers"]
    links = [
        relation(draw(st.sampled_from(["owner", "sole_signatory"])), id=id)
        | draw(st.sampled_from([{}, {"until": "2021-01-01T00:00:00Z"}, {"represented": "b"}]))
        for id in draw(st.lists(st.sampled_from(["l1", "l2"]), unique=True))
    ]
    return {"parties": [party] if draw(st.booleans()) else [], "legal_relations": links}


@settings(
    max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(later=st.lists(files(), max_size=4))
def test_whatever_is_imported_in_whatever_order_the_present_records_decide(
    database: Database, later: list[dict[str, Any]]
) -> None:
    form, links = "BV", dict[str, dict[str, Any]]()
    first = {"parties": [business(), organisation("b"), person("p")]}
    with register_of(database, {}) as db:
        import_world(db, VAULT, first, by=OPERATOR, now=1)
        for now, document in enumerate(later, 2):
            import_world(db, VAULT, document, by=OPERATOR, now=now)
            form = document["parties"][0]["legal_form"] if document["parties"] else form
            links |= {one["id"]: one for one in document["legal_relations"]}
        is_owned = any(one["basis"] == "owner" and one["represented"] == "a" for one in links.values())

        assert (form == "eenmanszaak" or is_owned) == is_kept_as_personal(db)
