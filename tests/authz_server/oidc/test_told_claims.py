"""Every member of what is handed out stands on the page of claims, in its place, and no other does."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.support.relying_party import RelyingParty, a_client, a_representing_client, a_resource, claims_of
from tests.support.small_world import VAT_RETURN

_PAGE = (Path(__file__).parents[3] / "docs" / "claims.md").read_text(encoding="utf-8")
_API = "https://api.tax.example.nl"
_PLACES = ["ID token", "access token", "UserInfo", "introspection", "token response"]
_ROWS = [
    [cell.strip() for cell in row.split("|")] for row in re.findall(r"^\| (.*) \|$", _PAGE, re.MULTILINE)
]


def told(place: str, *when: str) -> set[str]:
    """The members that the page tells of in this place."""
    column = 2 + _PLACES.index(place)
    return {row[0].strip("`") for row in _ROWS if row[0].startswith("`") and row[column] in when}


def logged_in(party: RelyingParty, **changed: str) -> dict[str, str]:
    hint = party.choose(party.log_in("p3"), "o1", VAT_RETURN, ("view", "prepare"))
    details = f'[{{"type":"representation","service":"{VAT_RETURN}","actions":["view","prepare"]}}]'
    tokens: dict[str, str] = party.tokens(id_token_hint=hint, authorization_details=details, **changed)
    return tokens


@pytest.fixture
def handed_out(world: Flask) -> dict[str, list[set[str]]]:
    """The members in each place, after logins on somebody's behalf and one for nobody."""
    api = a_resource(world, VAT_RETURN, uri=_API)
    party = a_representing_client(
        world,
        VAT_RETURN,
        person_names="to greet them",
        grant_types=["authorization_code", "refresh_token"],
    )
    own = logged_in(party, claims='{"id_token":{"name":null},"userinfo":{"name":null}}')
    there = logged_in(party, resource=_API)
    plain = a_client(world)
    plain.log_in("p3")
    for_nobody = plain.tokens(nonce=None)
    return {
        "ID token": [set(claims_of(one["id_token"])) for one in (own, there, for_nobody)],
        "access token": [set(claims_of(one["access_token"])) for one in (own, there, for_nobody)],
        "UserInfo": [
            set(party.userinfo(own["access_token"]).get_json()),
            set(plain.userinfo(for_nobody["access_token"]).get_json()),
        ],
        "introspection": [
            set(api.introspect(there["access_token"])),
            set(party.introspect(own["refresh_token"])),
            set(plain.introspect(for_nobody["access_token"])),
        ],
        "token response": [set(own), set(there), set(for_nobody)],
    }


def test_the_columns_are_the_places() -> None:
    assert [["member", "meaning", *_PLACES]] == [row for row in _ROWS if row[0] == "member"]


def test_every_member_is_told_of_in_its_place_and_no_other(handed_out: dict[str, list[set[str]]]) -> None:
    for place, found in handed_out.items():
        assert told(place, "always", "sometimes") == set.union(*found), place
        assert told(place, "always") == set.intersection(*found), place
