import pytest

from claims.identifiers import Identifier, Scheme
from claims.register import ending, lookup, overview, resolving
from claims.register.actor import OPERATOR
from claims.register.changing import Refused, Why
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.register import VAULT, laid

_NUMBERS = Statement("SELECT digest, value, sealed FROM register_identifiers")
_BODIES = Statement("SELECT body FROM register_parties UNION ALL SELECT body FROM register_versions")


@pytest.fixture
def demo(database: Database) -> Database:
    laid(database, demo_document(), now=TODAY)
    return database


def test_a_party_is_found_by_its_number_and_numbers_are_read_with_the_vault_alone(demo: Database) -> None:
    with demo.reading() as db:
        anna = lookup.party_by_identifier(db, VAULT, Identifier(Scheme.BSN, "999997221"))
        assert anna is not None
        assert ("anna", ()) == (anna.id, anna.identifiers)
        assert {"bsn": "999997221"} == lookup.identifiers(db, VAULT, "anna")
        assert {"kvk": "00327065"} == lookup.identifiers(db, VAULT, "postma")
        assert lookup.party_by_identifier(db, VAULT, Identifier(Scheme.RSIN, "999997221")) is None
        whole = lookup.party(db, "anna", VAULT)
        assert whole is not None
        assert (Identifier(Scheme.BSN, "999997221"),) == whole.identifiers


def test_no_personal_number_stands_in_the_database_in_plain(demo: Database) -> None:
    document = demo_document()
    personal = {
        number
        for party in document["parties"]
        if party["kind"] == "person" or party.get("legal_form") == "eenmanszaak"
        for number in party["identifiers"].values()  # type: ignore[attr-defined]
    }

    with demo.reading() as db:
        told = str(db.all(_NUMBERS)) + str(db.all(_BODIES))

    assert len(personal) > 40
    assert [] == [number for number in personal if number in told]


def test_r18_a_whole_number_finds_its_party_and_part_of_one_finds_nobody(demo: Database) -> None:
    with demo.reading() as db:
        question = ask(db, "bram", "income-tax")

        def found(search: str) -> set[str]:
            page = resolving.choices(db, question, search=search, vault=VAULT)
            return {one.represented for one in page.representations}

        assert {"anna"} == found("999997221") == found(" 999997221 ")
        assert set() == found("99999722") == found("9999972211")
        assert set() == found("999908881")  # somebody whom he does not represent


@pytest.mark.parametrize("id", ["", "\0", "a\0b", "\ud800", "anna\n", "nobody"])
def test_an_id_that_is_nothings_finds_nothing(demo: Database, id: str) -> None:
    with demo.writing() as db:
        assert lookup.party(db, id) is None
        assert lookup.service(db, id) is None
        assert lookup.service_by_uri(db, id) is None
        assert overview.mandate(db, id) is None
        assert Refused(Why.UNKNOWN_MANDATE) == ending.revoke(db, VAULT, id, by=OPERATOR, now=TODAY)
        assert overview.given(db, "anna", after=id) == overview.given(db, "anna")


@pytest.mark.parametrize("after", ["", "x", "!", "WzFd", "bnVsbA==", "WyJub2JvZHkiLCAiIiwgIiJd", "\ud800"])
def test_a_cursor_that_is_none_of_ours_begins_anew(demo: Database, after: str) -> None:
    with demo.reading() as db:
        question = ask(db, "eva", "vat-return")

        assert resolving.choices(db, question) == resolving.choices(db, question, after=after)
