"""One mandate at two sectors: what two recipients could join, and that there is no more of it (`claims` 2)."""

from collections.abc import Iterator
from typing import Any

from claims.formats import Recipient, members
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

MAY_BE_EQUAL = {
    # the issuer's and the service's constants
    "authorization_details.0.type",
    "authorization_details.0.service",
    "authorization_details.0.actions.0",
    "authorization_details.0.actions.1",
    "authorization_details.0.register",
    "authorization_details.0.links.0.basis",
    "authorization_details.0.links.1.basis",
    "represents.iss",
    "represents.sub_id_type",
    "represents.represents.iss",
    "represents.represents.sub_id_type",
    "authorization_details.0.represented.iss",
    "authorization_details.0.represented.sub_id_type",
    # levels, times, branch
    "authorization_details.0.assurance_level",
    "authorization_details.0.effective_assurance_level",
    "authorization_details.0.links.0.assurance_level",
    "authorization_details.0.links.1.assurance_level",
    "authorization_details.0.not_after",
    "authorization_details.0.links.0.recorded_at",
    "authorization_details.0.links.1.recorded_at",
    "authorization_details.0.branch",
    # organisations' numbers and names
    "represents.sub",
    "represents.name",
}


def told(recipient: Recipient, *path: str) -> dict[str, Any]:
    """Everything that says who and by which mandate, for one recipient."""
    said = members(
        a_representation(*path, branch="000012345678"),
        parties=PARTIES,
        identifiers=NUMBERS,
        service_uri=VAT,
        register=REGISTER,
        recipient=recipient,
        pairwise=PAIRWISE,
    )
    return {
        "sub": PAIRWISE.sub(recipient.sector, path[-1]),
        "sid": PAIRWISE.sid(recipient.sector, "session-1", path[0]),
        "txn": PAIRWISE.txn(recipient.sector, "grant-1"),
        **said,
    }


def leaves(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    match value:
        case dict():
            for name, member in value.items():
                yield from leaves(member, f"{place}.{name}".lstrip("."))
        case list():
            for number, member in enumerate(value):
                yield from leaves(member, f"{place}.{number}")
        case _:
            yield place, value


def test_two_sectors_can_join_nothing_about_a_represented_person_and_the_acting_one() -> None:
    tax = dict(leaves(told(a_recipient("tax.example.nl"), "anna", "accountants", "eva")))
    health = dict(leaves(told(a_recipient("health.example.nl"), "anna", "accountants", "eva")))

    assert tax.keys() == health.keys()
    assert {place for place, value in tax.items() if health[place] == value} == MAY_BE_EQUAL
    joined = {value for place, value in tax.items() if place not in MAY_BE_EQUAL} & set(health.values())
    assert not joined


def test_an_organisation_is_the_same_everywhere_and_its_links_are_not() -> None:
    tax = told(a_recipient("tax.example.nl"), "bakery", "eva")
    health = told(a_recipient("health.example.nl"), "bakery", "eva")

    assert tax["represents"] == health["represents"]
    ids = [{link["id"] for link in one["authorization_details"][0]["links"]} for one in (tax, health)]
    assert not ids[0] & ids[1]
    for name in ("sub", "sid", "txn"):
        assert tax[name] != health[name]


def test_one_sector_is_told_the_same_for_years() -> None:
    assert told(a_recipient(), "anna", "eva") == told(a_recipient(), "anna", "eva")


def test_a_session_is_another_for_each_party_that_is_represented_in_it() -> None:
    parties = ["anna", "bakery", None]

    assert 3 == len({PAIRWISE.sid("tax-portal", "session-1", party) for party in parties})


def test_values_of_different_purposes_never_meet() -> None:
    assert 4 == len(
        {
            PAIRWISE.sub("s", "x"),
            PAIRWISE.link("s", "x"),
            PAIRWISE.sid("s", "x", None),
            PAIRWISE.txn("s", "x"),
        }
    )


def test_the_sector_and_what_follows_cannot_be_shifted_into_each_other() -> None:
    assert PAIRWISE.sub("tax.example.nl", "x") != PAIRWISE.sub("tax.example.n", "lx")


def test_a_link_id_is_a_uuid_of_version_8() -> None:
    from uuid import RFC_4122, UUID

    for number in range(50):
        uuid = UUID(PAIRWISE.link("tax.example.nl", f"m{number}"))
        assert (8, RFC_4122) == (uuid.version, uuid.variant)


def test_two_issuers_keys_give_other_values() -> None:
    from claims.formats import Pairwise
    from keys.sealing import KeyedDigest

    other = Pairwise(KeyedDigest(bytes(32)).of)

    assert other.sub("tax.example.nl", "anna") != PAIRWISE.sub("tax.example.nl", "anna")
    assert ISSUER not in other.sub("tax.example.nl", "anna")
