"""R11, R13 to R15, R17 and R18: what an answer says, which one is given, and in what order."""

from datetime import date

import pytest

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.parties import Branch, PartyKind
from claims.resolution import OwnAnswer, better
from tests.support.worlds import (
    CLIENTS_ONLY,
    CLIENTS_TOO,
    a_world,
    answer,
    block,
    found,
    mandate,
    party,
    relation,
    restriction,
    service,
    whom,
)

AT = "2026-03-04T08:30:00Z"
BEFORE = "2026-03-04T08:29:59Z"
AFTER = "2026-03-04T08:30:01Z"
VIEW = frozenset({"view"})


# R11


def _blocked(*blocks, **more):
    world = a_world(
        mandate("bakery", "accountants"), mandate("accountants", "eva", **CLIENTS_ONLY), blocks=blocks
    )
    (bakery,) = found(world, "eva", at=AT, **more)
    return bakery.other_means


@pytest.mark.parametrize("organisation", ["bakery", "accountants"])
def test_r11_any_organisation_of_the_path_may_block_an_authenticator(organisation):
    assert _blocked(block(organisation, "eva", "eva-password", BEFORE), authenticator="eva-password")


def test_r11_other_organisations_persons_and_authenticators_are_not_blocked():
    assert not _blocked(block("holding", "eva", "eva-password", BEFORE), authenticator="eva-password")
    assert not _blocked(block("bakery", "fred", "eva-password", BEFORE), authenticator="eva-password")
    assert not _blocked(block("bakery", "eva", "eva-passkey", BEFORE), authenticator="eva-password")


@pytest.mark.parametrize(
    ("period", "blocked"),
    [((AT, None), True), ((AFTER, None), False), ((BEFORE, AT), False), ((BEFORE, AFTER), True)],
)
def test_r11_a_block_counts_inside_its_period(period, blocked):
    assert blocked == _blocked(block("bakery", "eva", "eva-password", *period), authenticator="eva-password")


def test_r11_without_an_authenticator_in_the_question_no_block_is_applied():
    assert not _blocked(block("bakery", "eva", "eva-password", BEFORE))


def test_r11_one_of_two_overlapping_blocks_is_enough():
    first = block("bakery", "eva", "eva-password", "2026-01-01T00:00:00Z", AT)
    second = block("bakery", "eva", "eva-password", "2026-02-01T00:00:00Z", AFTER)

    assert _blocked(first, second, authenticator="eva-password")


def test_r11_the_persons_own_use_is_untouched():
    world = a_world(
        mandate("anna", "bram"), blocks=[block("bakery", "bram", "bram-password", "2026-01-01T00:00:00Z")]
    )

    (anna,) = found(world, "bram", authenticator="bram-password")

    assert anna.permits
    assert answer(world, "bram", authenticator="bram-password").own.allowed


# R13


def test_r13_a_path_is_no_surer_than_its_weakest_link_nor_than_the_login():
    links = (
        mandate("bakery", "accountants", assurance=Loa.HIGH),
        mandate("accountants", "eva", assurance=Loa.SUBSTANTIAL, **CLIENTS_ONLY),
    )
    world = a_world(*links, services=[service(minimum_assurance=Loa.LOW)])

    (at_high,) = found(world, "eva", login=Loa.HIGH)
    (at_low,) = found(world, "eva", login=Loa.LOW)

    assert (Loa.SUBSTANTIAL, Loa.SUBSTANTIAL) == (at_high.assurance, at_high.effective_assurance)
    assert (Loa.SUBSTANTIAL, Loa.LOW) == (at_low.assurance, at_low.effective_assurance)


# R14


def test_r14_a_login_that_is_too_low_is_told_the_level_that_is_required():
    world = a_world(mandate("anna", "bram", assurance=Loa.HIGH))

    (by_service,) = found(world, "bram", login=Loa.BASIC)
    (by_question,) = found(world, "bram", login=Loa.SUBSTANTIAL, minimum=Loa.HIGH)
    (enough,) = found(world, "bram", login=Loa.SUBSTANTIAL)

    assert Loa.SUBSTANTIAL == by_service.step_up
    assert Loa.HIGH == by_question.step_up
    assert enough.step_up is None


# R15


def _given(*links, **more):
    """The path that is given of several between the same two."""
    return [one.path for one in found(a_world(*links, parties=[BAKERY], services=[AWARE]), "fred", **more)]


BRANCH, OTHER = "000012345678", "000087654321"
BAKERY = party("bakery", branches=(Branch(BRANCH, "Winkel"), Branch(OTHER, "Bakkerij")))
AWARE = service(understands=frozenset({"branch"}))


def test_r15_one_path_is_given_per_branch():
    whole = mandate("bakery", "fred", id="whole")
    shop = mandate("bakery", "fred", id="shop", branch=BRANCH)
    shop_again = mandate("bakery", "fred", id="shop2", branch=BRANCH)
    works = mandate("bakery", "fred", id="works", branch=OTHER)

    assert [("whole",), ("shop",), ("works",)] == _given(works, shop_again, shop, whole)


def test_r15_one_path_is_given_per_organisation_as_whose_person_is_acted():
    by_accountants = mandate("bakery", "accountants"), mandate("accountants", "fred", **CLIENTS_ONLY)
    by_office = mandate("bakery", "office"), mandate("office", "fred", **CLIENTS_ONLY)
    world = a_world(*by_office, *by_accountants, mandate("bakery", "fred"))

    assert ["bakery", "bakery through accountants", "bakery through office"] == whom(world, "fred")


def test_r15_the_last_organisation_tells_capacities_apart_and_not_the_first():
    world = a_world(
        mandate("bakery", "accountants"),
        relation("accountants", "holding", "sole_signatory"),
        mandate("bakery", "office"),
        relation("office", "holding", "sole_signatory"),
        relation("holding", "fred", "sole_signatory"),
    )

    assert 1 == whom(world, "fred").count("bakery through holding")


def test_r15_first_comes_a_path_that_needs_no_other_means():
    # the same capacity over the accountants or over the office, with the holding as the last organisation
    world = a_world(
        mandate("bakery", "accountants", assurance=Loa.HIGH),
        relation("accountants", "holding", "sole_signatory", assurance=Loa.HIGH),
        mandate("bakery", "office", actions=VIEW),
        relation("office", "holding", "sole_signatory"),
        relation("holding", "fred", "sole_signatory", assurance=Loa.HIGH),
        blocks=[block("accountants", "fred", "fred-password", BEFORE)],
    )

    def given(**more):
        answers = found(world, "fred", at=AT, login=Loa.HIGH, **more)
        return [(one.path[0], one.other_means) for one in answers if one.represented == "bakery"]

    assert [("bakery>office", False)] == given(authenticator="fred-password")
    assert [("bakery>accountants", False)] == given()


def test_r15_then_the_highest_effective_assurance():
    assert [("b",)] == _given(
        mandate("bakery", "fred", id="a"),
        mandate("bakery", "fred", id="b", assurance=Loa.HIGH, actions=VIEW),
        login=Loa.HIGH,
    )


def test_r15_then_the_most_actions():
    assert [("b",)] == _given(
        mandate("bakery", "fred", id="a", assurance=Loa.HIGH, actions=VIEW),
        mandate("bakery", "fred", id="b"),
    )


def test_r15_then_the_highest_assurance():
    # of the same effective assurance, because of the login
    assert [("b",)] == _given(
        mandate("bakery", "fred", id="a"), mandate("bakery", "fred", id="b", assurance=Loa.HIGH)
    )


def test_r15_then_the_fewest_links():
    world = a_world(
        mandate("bakery", "holding", id="z"),
        mandate("bakery", "accountants", id="a"),
        relation("accountants", "holding", "sole_signatory", id="b"),
        relation("holding", "fred", "sole_signatory", id="c"),
    )

    assert ("z", "c") in [one.path for one in found(world, "fred")]
    assert ("a", "b", "c") not in [one.path for one in found(world, "fred")]


def test_r15_then_the_latest_end_of_the_answer_and_no_end_latest_of_all():
    soon = mandate("bakery", "fred", id="a", until="2026-06-01T00:00:00Z")
    later = mandate("bakery", "fred", id="b", until="2026-07-01T00:00:00Z")
    never = mandate("bakery", "fred", id="c", until=None)
    suspended_soon = mandate("bakery", "fred", id="0", until=None, suspended=[("2026-05-01T00:00:00Z", None)])

    assert [("b",)] == _given(soon, later, suspended_soon)
    assert [("c",)] == _given(soon, later, never, suspended_soon)


def test_r15_then_the_ids_by_code_point_one_by_one():
    assert [("B",)] == _given(mandate("bakery", "fred", id="a"), mandate("bakery", "fred", id="B"))
    assert [("a1",)] == _given(mandate("bakery", "fred", id="a2"), mandate("bakery", "fred", id="a1"))
    assert [("a",)] == _given(mandate("bakery", "fred", id="a10"), mandate("bakery", "fred", id="a"))
    assert [("\uffff",)] == _given(
        mandate("bakery", "fred", id="\U00010000"), mandate("bakery", "fred", id="\uffff")
    )


def test_r15_better_is_a_strict_order():
    world = a_world(mandate("anna", "bram"), mandate("cees", "bram", assurance=Loa.HIGH))
    anna, cees = found(world, "bram")

    assert better(cees, anna)
    assert not better(anna, cees)
    assert not better(anna, anna)


# R17


def _self(service_of_it=None, at=AT, restrictions=(), **person):
    world = a_world(
        parties=[party("anna", **person)], services=[service_of_it or service()], restrictions=restrictions
    )
    return answer(world, "anna", at=at).own.allowed


def test_r17_one_may_act_for_oneself_where_the_service_accepts_it():
    assert _self()
    assert not _self(service(accepts_self=False))


def test_r17_the_service_must_be_for_persons():
    assert not _self(service(represented_kinds=frozenset({PartyKind.ORGANISATION})))


def test_r17_a_person_that_has_ceased_acts_no_more():
    assert not _self(ceased_at=AT)
    assert _self(ceased_at=AFTER)


def test_r17_one_has_reached_the_age_of_the_service_by_the_day_in_amsterdam():
    assert _self(born=date(2010, 3, 4), at="2026-03-03T23:00:00Z")
    assert not _self(born=date(2010, 3, 4), at="2026-03-03T22:59:59Z")
    assert not _self(service(self_from_age=18), born=date(2010, 3, 4))
    assert _self(born=None)


def test_r17_a_leapling_reaches_an_age_on_1_march_of_a_common_year():
    eighteen = service(self_from_age=18)

    assert not _self(eighteen, born=date(2008, 2, 29), at="2026-02-28T22:59:59Z")
    assert _self(eighteen, born=date(2008, 2, 29), at="2026-02-28T23:00:00Z")


@pytest.mark.parametrize(
    "kind",
    ["guardianship", "asset_administration", "bankruptcy", "debt_restructuring", "suspension_of_payments"],
)
def test_r17_any_restriction_that_covers_the_service_keeps_one_from_acting(kind):
    elsewhere = Coverage(listed=frozenset({"t"}))

    assert not _self(restrictions=[restriction("anna", kind)])
    assert _self(restrictions=[restriction("anna", kind, services=elsewhere)])
    assert _self(restrictions=[restriction("anna", kind, until=AT)])
    assert _self(restrictions=[restriction("anna", kind, starts=AFTER)])


def test_r17_the_level_that_the_login_needs_is_told_whatever_the_answer():
    world = a_world(parties=[party("anna")], services=[service(accepts_self=False)])

    assert OwnAnswer(False, Loa.SUBSTANTIAL) == answer(world, "anna", login=Loa.LOW).own
    assert OwnAnswer(False, Loa.HIGH) == answer(world, "anna", minimum=Loa.HIGH).own
    assert OwnAnswer(False, None) == answer(world, "anna").own


# R18


def _named(**names):
    links = [mandate(id, "fred") for id in names]
    world = a_world(*links, parties=[party(id, name=name) for id, name in names.items()])
    return [one.represented for one in found(world, "fred")]


def test_r18_answers_are_in_order_of_the_folded_name():
    assert ["p1", "p2", "p3"] == _named(p3="zoë", p2="Émile", p1="De Boer")
    assert ["p1", "p2"] == _named(p2="Strasze", p1="Straße")  # ß folds to ss


def test_r18_names_are_compared_by_code_point_and_not_as_a_language_would():
    assert ["p1", "p2"] == _named(p2="Øre", p1="Zand")  # ø does not decompose, and comes after z


def test_r18_namesakes_are_in_order_of_their_ids():
    assert ["a", "b"] == _named(b="Anna", a="Ánna")


def test_r18_then_the_whole_before_its_branches_and_direct_before_through():
    world = a_world(
        mandate("bakery", "fred", id="b", branch=BRANCH),
        mandate("bakery", "fred", id="w"),
        mandate("bakery", "accountants", id="x"),
        mandate("bakery", "accountants", id="y", branch=BRANCH),
        mandate("accountants", "fred", id="z", **CLIENTS_ONLY),
        parties=[BAKERY],
        services=[AWARE],
    )

    in_order = [(one.branch, one.through) for one in found(world, "fred")]

    assert [(None, None), (None, "accountants"), (BRANCH, None), (BRANCH, "accountants")] == in_order


def test_a_world_without_links_represents_nobody():
    world = a_world(parties=[party("anna")])

    assert () == answer(world, "anna").representations


def test_a_wide_net_of_mutual_mandates_is_walked_without_going_round():
    firms = [f"o{number}" for number in range(6)]
    net = [
        mandate(one, other, further_intermediaries=9, **CLIENTS_TOO)
        for one in firms
        for other in firms
        if one != other
    ]
    world = a_world(*net, mandate("o0", "eva", **CLIENTS_TOO))

    assert ["o0", *(f"{firm} through o0" for firm in firms[1:])] == whom(world, "eva")
