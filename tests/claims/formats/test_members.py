"""What stands in a token for a representation (`claims` 2)."""

import json
from typing import Any

import pytest

from claims.assurance import Loa
from claims.formats import IdentifierUnavailable, Recipient, members, own_members
from claims.limits import Days, Limits
from claims.representation import Representation
from tests.support.representations import (
    ISSUER,
    NUMBERS,
    PAIRWISE,
    PARTIES,
    REGISTER,
    VAT,
    a_recipient,
    a_representation,
)


def written_for(representation: Representation, recipient: Recipient | None = None) -> Any:
    return members(
        representation,
        parties=PARTIES,
        identifiers=NUMBERS,
        service_uri=VAT,
        register=REGISTER,
        recipient=recipient or a_recipient(),
        pairwise=PAIRWISE,
    )


def test_an_intermediary_stands_outside_and_the_represented_party_deepest() -> None:
    written = written_for(
        a_representation("bakery", "accountants", "eva", assurances=(Loa.HIGH, Loa.SUBSTANTIAL))
    )

    kvk = {"iss": f"{ISSUER}/identifiers/kvk", "sub_id_type": "urn:nl-eid-gdi:1.0:id:KvKnr"}
    assert {
        "sub": "90000123",
        **kvk,
        "name": "Accountants Peeters B.V.",
        "represents": {"sub": "90000456", **kvk, "name": "Bakkerij De Korenbloem B.V."},
    } == written["represents"]
    [details] = written["authorization_details"]
    assert {"sub": "90000456", **kvk} == details["represented"]


def test_the_details_say_mandate_service_actions_levels_and_end() -> None:
    [details] = written_for(
        a_representation(
            "bakery", "accountants", "eva", assurances=(Loa.HIGH, Loa.SUBSTANTIAL), login=Loa.LOW
        )
    )["authorization_details"]

    assert "representation" == details["type"]
    assert VAT == details["service"]
    assert ["prepare", "submit"] == details["actions"]
    assert "substantial" == details["assurance_level"]
    assert "low" == details["effective_assurance_level"]
    assert "2026-12-31T23:00:00Z" == details["not_after"]
    assert details["branch"] is None
    assert REGISTER == details["register"]
    assert ["high", "substantial"] == [link["assurance_level"] for link in details["links"]]
    assert ["2026-01-04", "2026-01-04"] == [link["recorded_at"] for link in details["links"]]


def test_links_0_is_the_one_that_the_represented_party_gave() -> None:
    representation = a_representation("bakery", "accountants", "eva")

    [details] = written_for(representation)["authorization_details"]

    assert [PAIRWISE.link("tax.example.nl", id) for id in representation.path] == [
        link["id"] for link in details["links"]
    ]


def test_a_person_is_named_by_what_they_would_get_as_sub_there() -> None:
    written = written_for(a_representation("anna", "eva"))

    assert {
        "sub": PAIRWISE.sub("tax.example.nl", "anna"),
        "iss": ISSUER,
        "sub_id_type": f"{ISSUER}/identifiers/pairwise",
    } == written["represents"]


@pytest.mark.parametrize("party", ["anna", "trader"])
def test_the_name_of_a_person_or_sole_trader_needs_a_purpose(party: str) -> None:
    without = written_for(a_representation(party, "eva"))
    within = written_for(a_representation(party, "eva"), a_recipient(person_names=True))

    assert "name" not in without["represents"]
    assert PARTIES[party].name == within["represents"]["name"]


def test_no_number_of_a_person_or_sole_trader_is_ever_written() -> None:
    for party in ("anna", "trader"):
        text = json.dumps(
            written_for(
                a_representation(party, "accountants", "eva"),
                a_recipient(schemes=("rsin", "kvk"), person_names=True),
            )
        )
        assert not [number for number in NUMBERS[party].values() if number in text]
        assert NUMBERS["eva"]["bsn"] not in text


def test_organisations_are_named_by_the_first_scheme_that_fits() -> None:
    assert (
        "123456782"
        == written_for(a_representation("bakery", "eva"), a_recipient(schemes=("oin", "rsin")))["represents"][
            "sub"
        ]
    )
    assert "90000456" == written_for(a_representation("bakery", "eva"))["represents"]["sub"]
    oin = written_for(a_representation("ministry", "eva"), a_recipient(schemes=("kvk", "oin")))["represents"]
    assert (f"{ISSUER}/identifiers/oin",) * 2 == (oin["iss"], oin["sub_id_type"])


def test_the_issuer_of_a_number_can_be_set() -> None:
    recipient = a_recipient(identifier_issuers={"kvk": "https://kvk.example"})

    assert (
        "https://kvk.example"
        == written_for(a_representation("bakery", "eva"), recipient)["represents"]["iss"]
    )


@pytest.mark.parametrize("path", [("ministry", "eva"), ("bakery", "ministry", "eva")])
def test_a_party_without_a_fitting_number_is_identifier_unavailable(path: tuple[str, ...]) -> None:
    with pytest.raises(IdentifierUnavailable) as refused:
        written_for(a_representation(*path))

    assert ("identifier_unavailable", "ministry") == (refused.value.code, refused.value.party)


def test_a_legal_ground_is_told_as_legal_and_no_more() -> None:
    representation = a_representation("anna", "eva")
    [link] = representation.links
    object.__setattr__(link, "basis", "curator")

    assert "legal" == written_for(representation)["authorization_details"][0]["links"][0]["basis"]
    assert "curator" not in json.dumps(written_for(representation))


def test_a_branch_and_no_end_are_written_as_they_are() -> None:
    [details] = written_for(a_representation("bakery", "eva", branch="000012345678", until=None))[
        "authorization_details"
    ]

    assert ("000012345678", None) == (details["branch"], details["not_after"])


def test_limits_are_written_where_there_are_any_and_else_not_at_all() -> None:
    limits = Limits(case="Z-1", amount=250_000, days=Days(weekdays=frozenset({0, 4})))
    [limited] = written_for(a_representation("bakery", "eva", limits=limits))["authorization_details"]
    [whole] = written_for(a_representation("bakery", "eva"))["authorization_details"]

    assert {
        "case": "Z-1",
        "amount": {"currency": "EUR", "value": "2500.00"},
        "days": ["monday", "friday"],
    } == limited["limits"]
    assert limited.keys() - whole.keys() == {"limits"}


def test_acting_for_oneself_is_said() -> None:
    assert {
        "authorization_details": [
            {"type": "representation", "service": VAT, "actions": ["view"], "represented": "self"}
        ]
    } == own_members(VAT, ("view",))


@pytest.mark.parametrize(
    "settings", [{"sector": ""}, {"issuer": ""}, {"schemes": ("bsn",)}, {"schemes": ("kvk", "passport")}]
)
def test_a_recipient_that_makes_no_sense_cannot_be_made(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"recipient has|named by"):
        Recipient(**{"issuer": ISSUER, "sector": "tax.example.nl", **settings})
