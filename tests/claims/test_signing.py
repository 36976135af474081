"""G1 and G2: who binds a party, alone or together."""

from dataclasses import replace
from datetime import date

import pytest

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage
from claims.instants import parse_instant
from claims.parties import JointRule, Party, PartyKind
from claims.relations import Basis, LegalRelation
from claims.restrictions import Restriction, RestrictionKind
from claims.signing import Powers

NOW = parse_instant("2026-11-25T12:00:00Z")
PERSONS = ("ann", "ben", "cas", "dee")
ORGANISATIONS = ("shop", "top", "side")


def relation(
    represented: str, representative: str, basis: Basis, *, services: Coverage = EVERYTHING
) -> LegalRelation:
    id = f"{represented}-{representative}"
    return LegalRelation(id, represented, representative, basis, services, None, Loa.HIGH, NOW - 1000)


SOLE, JOINT = Basis.SOLE_SIGNATORY, Basis.JOINT_SIGNATORY


def powers(*relations: LegalRelation, restrictions: tuple[Restriction, ...] = (), **parties: Party) -> Powers:
    known = {id: Party(id, PartyKind.PERSON, id) for id in PERSONS}
    known |= {id: Party(id, PartyKind.ORGANISATION, id) for id in ORGANISATIONS}
    known |= parties
    return Powers(
        NOW,
        known.get,
        lambda party: [one for one in relations if one.represented == party],
        lambda party: [one for one in restrictions if one.party == party],
    )


def binds(known: Powers, *signers: str) -> bool:
    return known.bound("shop", frozenset(signers))


def test_g2_who_binds_alone_needs_nobody_and_a_stranger_binds_nothing() -> None:
    known = powers(relation("shop", "ann", SOLE))

    assert binds(known, "ann")
    assert not binds(known, "ben")
    assert not binds(known)


def test_g2_joint_signatories_bind_with_as_many_as_the_rule_says() -> None:
    three = [relation("shop", person, JOINT) for person in ("ann", "ben", "cas")]
    shop = Party("shop", PartyKind.ORGANISATION, "shop")
    by_two, by_three = powers(*three), powers(*three, shop=replace(shop, joint_rule=JointRule(3)))
    by_most = powers(*three, shop=replace(shop, joint_rule=JointRule(None)))

    assert [False, True, True] == [
        binds(by_two, *who) for who in (["ann"], ["ann", "ben"], ["ann", "ben", "cas"])
    ]
    assert [False, True] == [binds(by_three, *who) for who in (["ann", "ben"], ["ann", "ben", "cas"])]
    assert [False, True] == [binds(by_most, *who) for who in (["cas"], ["ann", "cas"])]
    assert not binds(by_two, "ann", "dee")


def test_g2_one_human_being_is_one_signature_also_behind_a_holding() -> None:
    known = powers(
        relation("shop", "ann", JOINT), relation("shop", "top", JOINT), relation("top", "ann", SOLE)
    )
    with_ben = powers(
        relation("shop", "ann", JOINT),
        relation("shop", "top", JOINT),
        relation("top", "ann", SOLE),
        relation("top", "ben", SOLE),
    )

    assert not binds(known, "ann")
    assert not binds(with_ben, "ann")
    assert not binds(with_ben, "ben")
    assert binds(with_ben, "ann", "ben")


def test_g2_two_holdings_of_one_human_being_are_one_signature() -> None:
    known = powers(
        relation("shop", "top", JOINT),
        relation("shop", "side", JOINT),
        relation("top", "ann", SOLE),
        relation("side", "ann", SOLE),
        relation("side", "ben", SOLE),
    )

    assert not binds(known, "ann")
    assert binds(known, "ann", "ben")
    assert 1 == known.signing("shop", frozenset({"ann"})).signed


def test_g2_a_limited_power_counts_as_joint() -> None:
    known = powers(
        relation("shop", "ann", SOLE, services=Coverage(listed=frozenset({"s"}))),
        relation("shop", "ben", JOINT),
    )

    assert not binds(known, "ann")
    assert binds(known, "ann", "ben")


def test_g2_joint_signatories_of_a_holding_sign_together_for_what_it_binds() -> None:
    known = powers(
        relation("shop", "top", SOLE), relation("top", "ann", JOINT), relation("top", "ben", JOINT)
    )

    assert not binds(known, "ann")
    assert binds(known, "ann", "ben")


def test_organisations_that_bind_each_other_in_a_ring_bind_nothing() -> None:
    known = powers(relation("shop", "top", SOLE), relation("top", "shop", SOLE))

    assert not binds(known, "ann")
    assert [] == list(known.chains("ann", "shop"))


def test_the_list_says_who_signed_and_who_did_not() -> None:
    known = powers(*(relation("shop", person, JOINT) for person in ("ann", "ben", "cas")))
    signing = known.signing("shop", frozenset({"ben"}))

    assert 2 == signing.needed
    assert {"ann": False, "ben": True, "cas": False} == {one.party: one.signed for one in signing.signatories}
    assert not signing.is_majority
    assert known.signing("shop", frozenset({"ann", "ben"})).is_majority


@pytest.mark.parametrize("basis", [Basis.CURATOR, Basis.ASSET_ADMINISTRATOR, Basis.GUARDIAN, Basis.PARENT])
def test_g1_a_legal_representative_grants_for_the_person(basis: Basis) -> None:
    known = powers(relation("dee", "ann", basis))

    assert known.bound("dee", frozenset({"ann"}))


@pytest.mark.parametrize("basis", [Basis.MENTOR, Basis.HEIR, Basis.REGISTERED_PROXY, JOINT])
def test_g1_other_relations_do_not_grant_for_a_person(basis: Basis) -> None:
    known = powers(relation("dee", "ann", basis))

    assert not known.bound("dee", frozenset({"ann"}))


def test_g1_a_parent_grants_no_more_once_the_child_is_eighteen() -> None:
    child = Party("dee", PartyKind.PERSON, "dee", born=date(2008, 11, 25))
    grown = powers(relation("dee", "ann", Basis.PARENT), dee=child)
    younger = powers(relation("dee", "ann", Basis.PARENT), dee=replace(child, born=date(2008, 11, 26)))

    assert not grown.bound("dee", frozenset({"ann"}))
    assert younger.bound("dee", frozenset({"ann"}))


def test_r19_a_bankruptcy_takes_the_director_out_and_leaves_the_trustee() -> None:
    bankrupt = Restriction("r", "shop", RestrictionKind.BANKRUPTCY, EVERYTHING, NOW - 10)
    known = powers(
        relation("shop", "ann", SOLE), relation("shop", "ben", Basis.TRUSTEE), restrictions=(bankrupt,)
    )

    assert not binds(known, "ann")
    assert binds(known, "ben")


def test_r4_who_has_died_signs_nothing_and_for_who_has_died_the_executor_does() -> None:
    dead = Party("ann", PartyKind.PERSON, "ann", ceased_at=NOW)
    known = powers(relation("shop", "ann", SOLE), ann=dead)
    estate = powers(relation("ann", "ben", Basis.EXECUTOR), relation("ann", "cas", Basis.CURATOR), ann=dead)

    assert not binds(known, "ann")
    assert estate.bound("ann", frozenset({"ben"}))
    assert not estate.bound("ann", frozenset({"cas"}))


def everybody_signs_for_everybody(count: int, *, ann: Basis = JOINT) -> Powers:
    """So many organisations that are signatories of one another; Ann is one of the last."""
    ids = [f"o{number}" for number in range(count)]
    parties = {id: Party(id, PartyKind.ORGANISATION, id) for id in ids} | {
        "shop": Party("shop", PartyKind.ORGANISATION, "shop")
    }
    relations = [relation(one, other, JOINT) for one in ids for other in ids if one != other]
    relations += [relation("shop", id, JOINT) for id in ids] + [relation(ids[-1], "ann", ann)]
    by_party: dict[str, list[LegalRelation]] = {}
    for one in relations:
        by_party.setdefault(one.represented, []).append(one)
    known = {id: Party(id, PartyKind.PERSON, id) for id in PERSONS} | parties
    return Powers(NOW, known.get, lambda party: by_party.get(party, []), lambda _: [])


def test_organisations_that_sign_for_one_another_bind_nobody_by_that() -> None:
    ring = powers(relation("shop", "top", JOINT), relation("top", "shop", JOINT))
    alone = powers(relation("shop", "top", SOLE), relation("top", "shop", SOLE))

    for known in (ring, alone):
        assert not binds(known, "ann")
        assert 0 == known.signing("shop", frozenset({"ann"})).signed
        assert [] == list(known.chains("ann", "shop"))


def test_a_ring_with_a_way_out_is_walked_once() -> None:
    known = powers(relation("shop", "top", SOLE), relation("top", "shop", SOLE), relation("top", "ann", SOLE))

    assert binds(known, "ann")
    assert [["shop-top", "top-ann"]] == [[one.id for one in chain] for chain in known.chains("ann", "shop")]


def test_very_many_organisations_that_sign_for_one_another_are_each_looked_at_once() -> None:
    known = everybody_signs_for_everybody(60)

    assert not binds(known, "ann", "ben")
    chains = list(known.chains("ann", "shop"))
    assert 2 == len(chains[0])
    assert len(chains) <= 501
    assert (
        binds(everybody_signs_for_everybody(2, ann=SOLE), "ann") is False
    )  # one human being, two signatures


def test_of_ten_thousand_signatories_only_those_who_signed_are_counted() -> None:
    ids = [f"p{number}" for number in range(10_000)]
    known = {id: Party(id, PartyKind.PERSON, id) for id in ids}
    known["shop"] = Party("shop", PartyKind.ORGANISATION, "shop", joint_rule=JointRule(None))
    asked: list[str] = []

    def party(id: str) -> Party | None:
        asked.append(id)
        return known.get(id)

    relations = [relation("shop", id, JOINT) for id in ids]
    many = Powers(NOW, party, lambda id: relations if id == "shop" else [], lambda _: [])

    assert not many.bound("shop", frozenset(ids[:5000]))
    assert many.bound("shop", frozenset(ids[:5001]))
    before = len(asked)
    for id in ids[:50]:
        assert 1 == len(list(many.chains(id, "shop")))
    assert len(asked) - before < 50 * 10
