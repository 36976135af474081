"""Why not: the chains between two parties and the rules that each breaks."""

from itertools import pairwise

import pytest

from claims.assurance import Loa
from claims.chains import LONGEST_CHAIN, MOST_CHAINS, chains_between
from tests.support.worlds import (
    CLIENTS_ONLY,
    CLIENTS_TOO,
    a_world,
    broken,
    found,
    mandate,
    party,
    relation,
    service,
    why,
)


def _paths(explanation):
    return [one.path for one in explanation.paths]


def test_a_path_that_stands_breaks_nothing():
    world = a_world(mandate("bakery", "accountants"), mandate("accountants", "eva", **CLIENTS_ONLY))

    assert [] == broken(world, "eva", "bakery")


def test_a_path_that_only_the_login_holds_back_breaks_nothing():
    world = a_world(mandate("anna", "bram"))

    assert [] == broken(world, "bram", "anna", login=Loa.BASIC)


def test_every_broken_rule_of_a_chain_is_told_in_the_order_of_the_rules():
    world = a_world(
        mandate("bakery", "accountants", until="2026-01-01T00:00:00Z", actions=frozenset({"view"})),
        mandate("accountants", "eva", assurance=Loa.LOW, actions=frozenset({"submit"})),
        services=[service(accepts_intermediaries=False)],
    )

    rules = [("R3", 1), ("R6", None), ("R7", None), ("R9", 2), ("R14", None)]

    assert rules == broken(world, "eva", "bakery")


def test_r1_is_set_aside_to_find_the_chain_and_told_of_it():
    world = a_world(mandate("anna", "bram"), mandate("bram", "cees"))

    assert [("R1", None), ("R9", 2)] == broken(world, "cees", "anna")


def test_between_strangers_there_is_no_chain():
    explanation = why(a_world(mandate("anna", "bram"), mandate("bakery", "eva")), "eva", "anna")

    assert () == explanation.paths
    assert not explanation.truncated


def test_a_chain_against_the_direction_of_its_links_is_none():
    assert () == why(a_world(mandate("anna", "bram")), "anna", "bram").paths


def test_fewest_broken_come_first_then_fewest_links_then_ids():
    world = a_world(
        mandate("bakery", "eva", id="z", until="2026-01-01T00:00:00Z"),
        mandate("bakery", "eva", id="y", until="2026-01-01T00:00:00Z"),
        mandate("bakery", "accountants", id="a"),
        mandate("accountants", "eva", id="b", **CLIENTS_ONLY),
        mandate("accountants", "eva", id="c", until="2026-01-01T00:00:00Z"),
    )

    explanation = why(world, "eva", "bakery")

    assert [("a", "b"), ("y",), ("z",), ("a", "c")] == _paths(explanation)
    assert [0, 1, 1, 2] == [len(one.broken) for one in explanation.paths]


def _tower(links: int):
    names = [f"o{number}" for number in range(links)] + ["fred"]
    return a_world(*(relation(one, onwards, "sole_signatory") for one, onwards in pairwise(names)))


@pytest.mark.parametrize("links", [7, 8])
def test_chains_of_up_to_eight_links_are_told(links):
    assert [("R2", None)] == broken(_tower(links), "fred", "o0")


def test_longer_chains_are_not_told():
    assert 8 == LONGEST_CHAIN
    assert () == why(_tower(9), "fred", "o0").paths


@pytest.mark.parametrize(("chains", "truncated"), [(99, False), (100, False), (101, True)])
def test_a_hundred_chains_are_told_and_that_there_are_more(chains, truncated):
    world = a_world(*(mandate("anna", "bram", id=f"m{number:03}") for number in range(chains)))

    explanation = why(world, "bram", "anna")

    assert min(chains, MOST_CHAINS) == len(explanation.paths)
    assert truncated == explanation.truncated


def test_a_net_of_mutual_mandates_is_explained_in_bounded_time():
    firms = [f"o{number}" for number in range(9)]
    net = [mandate(one, other, **CLIENTS_TOO) for one in firms for other in firms if one != other]
    world = a_world(*net, mandate("o0", "eva", **CLIENTS_TOO))

    explanation = why(world, "eva", "o8")

    assert explanation.truncated
    assert MOST_CHAINS == len(explanation.paths)


def test_a_net_whose_ways_are_all_dead_ends_is_explained_in_bounded_time():
    # every way from o8 leads into a net that is left through the holding alone, which stands at its entrance
    firms = [f"o{number}" for number in range(9)] + [f"x{number}" for number in range(12)]
    net = [mandate(one, other, **CLIENTS_TOO) for one in firms for other in firms if one != other]
    world = a_world(
        mandate("bakery", "holding"),
        *(mandate("holding", firm, **CLIENTS_TOO) for firm in firms),
        *(mandate(firm, "holding", **CLIENTS_TOO) for firm in firms),
        *net,
        mandate("holding", "eva", **CLIENTS_TOO),
    )

    found = chains_between(world, "bakery", "eva")

    assert (("bakery>holding", "holding>eva"),) == found.chains
    assert found.truncated


def test_no_party_is_met_twice_between_the_two():
    world = a_world(
        mandate("bakery", "accountants"),
        mandate("accountants", "bakery", **CLIENTS_TOO),
        mandate("accountants", "eva", **CLIENTS_ONLY),
    )

    assert [("bakery>accountants", "accountants>eva")] == _paths(why(world, "eva", "bakery"))


def test_a_way_round_to_oneself_breaks_r2():
    world = a_world(mandate("fred", "accountants"), relation("accountants", "fred", "sole_signatory"))

    assert [("R2", None)] == broken(world, "fred", "fred")


def test_the_explanation_agrees_with_the_answer():
    world = a_world(
        mandate("bakery", "accountants"),
        mandate("accountants", "eva", **CLIENTS_ONLY),
        mandate("bakery", "eva", assurance=Loa.LOW),
        parties=[party("holding")],
    )

    standing = [one.path for one in why(world, "eva", "bakery").paths if not one.broken]

    assert [one.path for one in found(world, "eva")] == standing
