"""R16: until when an answer holds."""

from datetime import date

import pytest

from claims.catalogue import Coverage
from claims.instants import written
from tests.support.worlds import (
    CLIENTS_ONLY,
    a_world,
    block,
    found,
    mandate,
    party,
    relation,
    restriction,
)

AT = "2026-03-04T08:30:00Z"
EARLIER = "2026-02-01T00:00:00Z"
SOON = "2026-05-01T00:00:00Z"
LATER = "2026-06-01T00:00:00Z"
ENDLESS = {"until": None}


def _until(world, acting, **more):
    (only,) = found(world, acting, at=AT, **more)
    return None if only.until is None else written(only.until)


def _bakery_to_eva(first=ENDLESS, second=ENDLESS, **more):
    return a_world(
        mandate("bakery", "accountants", **first),
        mandate("accountants", "eva", **CLIENTS_ONLY, **second),
        **more,
    )


def test_r16_without_any_end_in_sight_it_is_null():
    assert _until(_bakery_to_eva(), "eva") is None


def test_r16_the_earliest_end_of_a_link():
    assert SOON == _until(_bakery_to_eva({"until": LATER}, {"until": SOON}), "eva")
    assert SOON == _until(_bakery_to_eva({"until": SOON}), "eva")
    assert SOON == _until(a_world(relation("anna", "truus", "curator", until=SOON)), "truus")


def test_r16_the_start_of_a_suspension_and_not_the_end_of_one_before():
    suspended = {"until": None, "suspended": [(EARLIER, AT), (SOON, LATER), (LATER, None)]}

    assert SOON == _until(_bakery_to_eva(ENDLESS, suspended), "eva")


def test_r16_a_revocation_that_is_yet_to_come():
    assert SOON == _until(_bakery_to_eva({"until": LATER, "revoked_at": SOON}), "eva")


def test_r16_the_day_on_which_a_child_comes_of_age():
    world = a_world(relation("sem", "mila", "parent"), parties=[party("sem", born=date(2010, 8, 30))])

    assert "2028-08-29T22:00:00Z" == _until(world, "mila")


def test_r16_the_birthday_of_a_child_under_a_guardian_is_no_end():
    world = a_world(relation("sem", "mila", "guardian"), parties=[party("sem", born=date(2010, 8, 30))])

    assert _until(world, "mila") is None


@pytest.mark.parametrize("who", ["bakery", "accountants", "eva"])
def test_r16_the_end_of_a_party_of_the_path(who):
    assert SOON == _until(_bakery_to_eva(parties=[party(who, ceased_at=SOON)]), "eva")


@pytest.mark.parametrize(("basis", "until"), [("executor", None), ("heir", None), ("curator", SOON)])
def test_r16_not_the_end_of_the_represented_party_where_it_may_have_ceased(basis, until):
    world = a_world(relation("anna", "truus", basis), parties=[party("anna", ceased_at=SOON)])

    assert until == _until(world, "truus")


def test_r16_a_past_death_is_no_end():
    world = a_world(relation("anna", "truus", "executor"), parties=[party("anna", ceased_at=EARLIER)])

    assert _until(world, "truus") is None


@pytest.mark.parametrize(
    ("who", "kind", "until"),
    [
        ("bakery", "asset_administration", SOON),
        ("accountants", "asset_administration", SOON),  # it gave the second mandate
        ("eva", "asset_administration", None),  # mandates to the party stand
        ("eva", "guardianship", SOON),
        ("eva", "suspension_of_payments", None),
        ("holding", "bankruptcy", None),
    ],
)
def test_r16_the_start_of_a_restriction_that_would_take_a_link_out(who, kind, until):
    world = _bakery_to_eva(restrictions=[restriction(who, kind, starts=SOON)])

    assert until == _until(world, "eva")


def test_r16_the_bankruptcy_of_an_organisation_ends_what_its_signatory_does_and_not_what_its_trustee_does():
    bankrupt = [restriction("bakery", "bankruptcy", starts=SOON)]

    assert SOON == _until(a_world(relation("bakery", "fred", "owner"), restrictions=bankrupt), "fred")
    assert _until(a_world(relation("bakery", "fred", "trustee"), restrictions=bankrupt), "fred") is None
    assert (
        _until(a_world(relation("bakery", "fred", "registered_proxy"), restrictions=bankrupt), "fred") is None
    )


def test_r16_a_restriction_for_other_services_is_no_end():
    elsewhere = restriction("bakery", "bankruptcy", starts=SOON, services=Coverage(listed=frozenset({"t"})))

    assert _until(_bakery_to_eva(restrictions=[elsewhere]), "eva") is None


@pytest.mark.parametrize("organisation", ["bakery", "accountants"])
def test_r16_the_start_of_a_block_of_this_authenticator(organisation):
    world = _bakery_to_eva(blocks=[block(organisation, "eva", "eva-password", SOON)])

    assert SOON == _until(world, "eva", authenticator="eva-password")
    assert _until(world, "eva", authenticator="eva-passkey") is None
    assert _until(world, "eva") is None


def test_r16_the_start_of_a_block_counts_also_where_another_applies_already():
    world = _bakery_to_eva(
        blocks=[
            block("bakery", "eva", "eva-password", EARLIER, LATER),
            block("bakery", "eva", "eva-password", SOON),
        ]
    )

    assert SOON == _until(world, "eva", authenticator="eva-password")


def test_r16_what_would_improve_the_answer_does_not_count():
    world = _bakery_to_eva(
        {"until": LATER},
        blocks=[block("bakery", "eva", "eva-password", EARLIER, SOON)],
        restrictions=[restriction("eva", "asset_administration", starts=EARLIER, until=SOON)],
    )

    assert LATER == _until(world, "eva", authenticator="eva-password")


def test_r16_another_path_that_begins_or_ends_does_not_count():
    world = a_world(
        mandate("anna", "bram", id="now", until=LATER),
        mandate("anna", "bram", id="next", starts=SOON, until=None),
        mandate("anna", "bram", id="short", until=SOON),
    )

    assert LATER == _until(world, "bram")


def test_r16_an_end_at_the_instant_itself_is_past():
    world = _bakery_to_eva(
        {"until": LATER, "suspended": [(EARLIER, AT)]},
        blocks=[block("bakery", "eva", "eva-password", AT)],
    )

    assert LATER == _until(world, "eva", authenticator="eva-password")
