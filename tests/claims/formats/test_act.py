"""Both orientations of one representation, there and back (`claims` 5)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.formats import members, own_members
from claims.formats.act import from_act, to_act
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

ORGANISATIONS = [id for id, party in PARTIES.items() if party.kind == "organisation" and id != "ministry"]


def claims_of(*path: str, **settings: object) -> dict[str, Any]:
    """The claims of a token in which the last of `path` acts for the first; one party acts for itself."""
    said = (
        own_members(VAT, ("submit",))
        if len(path) == 1
        else members(
            a_representation(*path),
            parties=PARTIES,
            identifiers=NUMBERS,
            service_uri=VAT,
            register=REGISTER,
            recipient=a_recipient(**settings),  # type: ignore[arg-type]
            pairwise=PAIRWISE,
        )
    )
    acr = "http://eidas.europa.eu/LoA/substantial"
    return {"iss": ISSUER, "sub": PAIRWISE.sub("tax.example.nl", path[-1]), "acr": acr, "txn": "t", **said}


@st.composite
def paths(draw: st.DrawFn) -> tuple[str, ...]:
    """One to seven different parties: a person acts, organisations between, anybody is represented."""
    between = draw(st.lists(st.sampled_from(ORGANISATIONS), unique=True, max_size=6))
    if len(between) < 6 and draw(st.booleans()):
        between = ["anna", *between]
    return (*between, "eva")


@given(paths(), st.booleans())
def test_there_and_back_is_the_identity_for_one_to_seven_parties(path: tuple[str, ...], names: bool) -> None:
    claims = claims_of(*path, person_names=names)

    assert claims == from_act(to_act(claims))


@given(paths())
def test_a_flipped_token_names_the_represented_party_as_sub_and_nests_towards_it(
    path: tuple[str, ...],
) -> None:
    claims = claims_of(*path)
    flipped: Any = to_act(claims)

    acting, depth, party = claims["sub"], 0, flipped
    while "act" in party:
        party, depth = party["act"], depth + 1
    assert len(path) - 1 == depth
    assert "represents" not in flipped
    assert acting == (flipped["act"]["sub"] if depth else flipped["sub"])
    assert (claims["authorization_details"], claims["acr"], claims["txn"]) == (
        flipped["authorization_details"],
        flipped["acr"],
        flipped["txn"],
    )


def test_the_intermediary_nearest_the_represented_party_stands_deepest_in_act() -> None:
    flipped: Any = to_act(claims_of("bakery", "holding0", "accountants", "eva"))

    assert f"{ISSUER}/identifiers/kvk/90000456" == flipped["sub"]
    assert "90000123" == flipped["act"]["act"]["sub"]
    assert "90001000" == flipped["act"]["act"]["act"]["sub"]


def test_a_represented_person_is_named_as_they_would_be_as_acting_person() -> None:
    assert PAIRWISE.sub("tax.example.nl", "anna") == to_act(claims_of("anna", "eva"))["sub"]


def test_a_number_as_sub_never_reads_as_another_partys_sub() -> None:
    claims = claims_of("bakery", "eva")
    someone = claims | {"sub": "90000456"}  # a person whose pairwise value happens to be that number

    assert to_act(claims)["sub"] != someone["sub"]


@pytest.mark.parametrize(
    "change",
    [
        {"act": {"sub": "x", "iss": ISSUER}},
        {"represents": "x"},
        {"represents": None},
        {"represents": {"sub": "x"}},
        {"represents": {"sub": "x", "iss": 1}},
        {"authorization_details": []},
        {"authorization_details": [{"represented": "self"}]},
        {"authorization_details": [{"represented": {"sub": "90009999"}}]},
    ],
)
def test_claims_that_contradict_themselves_cannot_be_flipped(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        to_act(claims_of("bakery", "eva") | change)


def test_nesting_without_end_is_an_error_and_no_crash() -> None:
    nested: dict[str, object] = {}
    for _ in range(100_000):
        nested = {"sub": "x", "iss": ISSUER, "represents": nested}

    with pytest.raises(ValueError, match="nested"):
        to_act(claims_of("bakery", "eva") | {"represents": nested})
