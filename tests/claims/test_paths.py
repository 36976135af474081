"""R1 to R10, R12, R14 and R19: what takes a path out of the answer. Named after the rules of docs/mandates.md."""

from datetime import date
from itertools import pairwise

import pytest

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage
from claims.parties import Branch, PartyKind
from claims.refusals import Rule
from claims.relations import Basis
from claims.resolution import Broken, judge
from tests.support.worlds import (
    CLIENTS_ONLY,
    CLIENTS_TOO,
    a_world,
    asked,
    broken,
    found,
    group,
    mandate,
    only_for,
    only_for_groups,
    party,
    relation,
    restriction,
    service,
    whom,
)

BIND_ALONE = ("sole_signatory", "owner", "liquidator", "trustee")
DO_NOT_BIND_ALONE = (
    "registered_proxy",
    "parent",
    "guardian",
    "curator",
    "asset_administrator",
    "mentor",
    "executor",
    "heir",
)
AT = "2026-03-04T08:30:00Z"
BEFORE = "2026-03-04T08:29:59Z"
AFTER = "2026-03-04T08:30:01Z"


# R1


def test_r1_a_person_between_breaks_the_path():
    world = a_world(mandate("bakery", "bram", **CLIENTS_TOO), mandate("bram", "cees"))

    assert ["bram"] == whom(world, "cees")
    assert ("R1", None) in broken(world, "cees", "bakery")


def test_r1_a_legal_relation_to_a_person_goes_no_further_either():
    world = a_world(relation("bakery", "fred", "sole_signatory"), mandate("fred", "cees"))

    assert ["fred"] == whom(world, "cees")


def test_r1_the_acting_party_is_a_person():
    world = a_world(mandate("bakery", "accountants"))

    answer = judge([world.links["bakery>accountants"]], world, asked(world, "accountants"))

    assert Broken(((Rule.R1, None),)) == answer


# R2


def _tower(links: int):
    """A company bound by a company bound by …, `links` relations in all, and at the end by Fred."""
    names = [f"o{number}" for number in range(links)] + ["fred"]
    return a_world(*(relation(one, onwards, "sole_signatory") for one, onwards in pairwise(names)))


def test_r2_six_links_are_a_path_and_seven_are_not():
    assert "o0 through o5" in whom(_tower(6), "fred")
    assert [f"o{number} through o6" for number in range(1, 6)] + ["o6"] == whom(_tower(7), "fred")
    assert [("R2", None)] == broken(_tower(7), "fred", "o0")


def test_r2_no_party_is_met_twice():
    world = a_world(
        relation("bakery", "holding", "sole_signatory"),
        relation("holding", "bakery", "sole_signatory"),
        relation("holding", "fred", "sole_signatory"),
    )
    around = [world.links[id] for id in ("holding>bakery", "bakery>holding", "holding>fred")]

    assert ["bakery through holding", "holding"] == whom(world, "fred")
    assert Broken(((Rule.R2, None),)) == judge(around, world, asked(world, "fred"))


def test_r2_the_acting_person_is_none_of_the_represented():
    world = a_world(mandate("fred", "accountants"), relation("accountants", "fred", "sole_signatory"))
    around = [world.links[id] for id in ("fred>accountants", "accountants>fred")]

    assert ["accountants"] == whom(world, "fred")
    assert Broken(((Rule.R2, None),)) == judge(around, world, asked(world, "fred"))


# R3


@pytest.mark.parametrize(
    ("period", "holds"),
    [
        ({"starts": AT}, True),
        ({"starts": AFTER}, False),
        ({"until": AT}, False),
        ({"until": AFTER}, True),
        ({"until": None}, True),
    ],
)
def test_r3_a_period_holds_from_its_start_until_before_its_end(period, holds):
    by_mandate = a_world(mandate("anna", "bram", **period))
    by_law = a_world(relation("anna", "bram", "curator", **period))

    assert holds == bool(whom(by_mandate, "bram", at=AT))
    assert holds == bool(whom(by_law, "bram", at=AT))


@pytest.mark.parametrize(
    ("suspended", "holds"),
    [
        ([(AT, AFTER)], False),
        ([(AT, None)], False),
        ([(BEFORE, AT)], True),
        ([(AFTER, None)], True),
        ([("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"), (BEFORE, AT)], False),
        ([(BEFORE, AT), (AT, None)], False),
    ],
)
def test_r3_a_suspended_mandate_is_not_in_force(suspended, holds):
    world = a_world(mandate("anna", "bram", suspended=suspended))

    assert holds == bool(whom(world, "bram", at=AT))


@pytest.mark.parametrize(("revoked_at", "holds"), [(BEFORE, False), (AT, False), (AFTER, True)])
def test_r3_a_mandate_is_over_at_the_instant_of_its_revocation(revoked_at, holds):
    world = a_world(mandate("anna", "bram", revoked_at=revoked_at))

    assert holds == bool(whom(world, "bram", at=AT))


def test_r3_every_link_must_be_in_force():
    world = a_world(mandate("bakery", "accountants"), mandate("accountants", "eva", **CLIENTS_ONLY, until=AT))

    assert [] == whom(world, "eva", at=AT)
    assert [("R3", 2)] == broken(world, "eva", "bakery", at=AT)


def _mila_for_sem(born: date | None, until_age: int = 18):
    return a_world(
        relation("sem", "mila", "parent"),
        parties=[party("sem", born=born)],
        services=[service(parents_until_age=until_age)],
    )


def test_r3_a_parent_acts_until_the_first_instant_of_the_birthday_in_amsterdam():
    in_winter = _mila_for_sem(date(2008, 3, 5))
    in_summer = _mila_for_sem(date(2008, 7, 5))

    assert ["sem"] == whom(in_winter, "mila", at="2026-03-04T22:59:59Z")
    assert [] == whom(in_winter, "mila", at="2026-03-04T23:00:00Z")
    assert ["sem"] == whom(in_summer, "mila", at="2026-07-04T21:59:59Z")
    assert [] == whom(in_summer, "mila", at="2026-07-04T22:00:00Z")


def test_r3_the_day_on_which_the_clock_changes_begins_on_the_old_time():
    spring = _mila_for_sem(date(2008, 3, 29))  # 29 March 2026: the clock goes forward at 01:00Z
    autumn = _mila_for_sem(date(2008, 10, 25))  # 25 October 2026: it goes back at 01:00Z

    assert ["sem"] == whom(spring, "mila", at="2026-03-28T22:59:59Z")
    assert [] == whom(spring, "mila", at="2026-03-28T23:00:00Z")
    assert ["sem"] == whom(autumn, "mila", at="2026-10-24T21:59:59Z")
    assert [] == whom(autumn, "mila", at="2026-10-24T22:00:00Z")


def test_r3_a_child_born_on_29_february_comes_of_age_on_1_march():
    world = _mila_for_sem(date(2008, 2, 29))

    assert ["sem"] == whom(world, "mila", at="2026-02-28T22:59:59Z")
    assert [] == whom(world, "mila", at="2026-02-28T23:00:00Z")


def test_r3_a_child_born_on_29_february_reaches_an_age_that_day_in_a_leap_year():
    link = relation("sem", "mila", "parent", starts="2009-01-01T00:00:00Z")
    born, until_16 = party("sem", born=date(2008, 2, 29)), service(parents_until_age=16)
    world = a_world(link, parties=[born], services=[until_16])

    assert ["sem"] == whom(world, "mila", at="2024-02-28T22:59:59Z")
    assert [] == whom(world, "mila", at="2024-02-28T23:00:00Z")


def test_r3_a_parent_of_a_child_whose_birth_is_unknown_has_no_limit():
    assert ["sem"] == whom(_mila_for_sem(None), "mila", at="2026-03-04T00:00:00Z")


def test_r3_age_ends_the_power_of_a_parent_alone():
    world = a_world(relation("sem", "mila", "guardian"), parties=[party("sem", born=date(1990, 1, 1))])

    assert ["sem"] == whom(world, "mila")


# R4


@pytest.mark.parametrize("who", ["bakery", "accountants", "eva"])
def test_r4_no_party_of_the_path_has_ceased(who):
    links = mandate("bakery", "accountants"), mandate("accountants", "eva", **CLIENTS_ONLY)

    assert [] == whom(a_world(*links, parties=[party(who, ceased_at=AT)]), "eva", at=AT)
    assert ["bakery through accountants"] == whom(
        a_world(*links, parties=[party(who, ceased_at=AFTER)]), "eva", at=AT
    )


@pytest.mark.parametrize("basis", [basis.value for basis in Basis if basis is not Basis.JOINT_SIGNATORY])
def test_r4_executor_heir_liquidator_and_trustee_outlive_the_party(basis):
    world = a_world(relation("anna", "truus", basis), parties=[party("anna", ceased_at=BEFORE)])

    assert (basis in {"executor", "heir", "liquidator", "trustee"}) == bool(whom(world, "truus", at=AT))


def test_r4_a_firm_acts_as_executor_through_its_employee_after_the_death():
    world = a_world(
        relation("anna", "office", "executor"),
        mandate("office", "ines", **CLIENTS_ONLY),
        parties=[party("anna", ceased_at=BEFORE)],
    )

    assert ["anna through office"] == whom(world, "ines", at=AT)


def test_r4_only_the_represented_party_may_have_ceased():
    links = relation("anna", "office", "executor"), mandate("office", "ines", **CLIENTS_ONLY)
    anna = party("anna", ceased_at=BEFORE)

    assert [] == whom(a_world(*links, parties=[anna, party("office", ceased_at=BEFORE)]), "ines", at=AT)
    assert [] == whom(a_world(*links, parties=[anna, party("ines", ceased_at=BEFORE)]), "ines", at=AT)


def test_r4_a_liquidator_further_along_the_path_revives_nobody():
    world = a_world(
        mandate("bakery", "accountants"),
        relation("accountants", "fred", "liquidator"),
        parties=[party("accountants", ceased_at=BEFORE)],
    )

    assert ["accountants"] == whom(world, "fred", at=AT)
    assert [("R4", None)] == broken(world, "fred", "bakery", at=AT)


# R5


@pytest.mark.parametrize(
    ("services", "covers"),
    [
        (EVERYTHING, True),
        (Coverage(listed=frozenset({"s"})), True),
        (Coverage(listed=frozenset({"s", "t"})), True),
        (Coverage(listed=frozenset({"t"})), False),
        (Coverage(), False),
        (Coverage(provider="tax"), True),
        (Coverage(provider="payroll"), False),
    ],
)
def test_r5_every_link_covers_the_service(services, covers):
    first = a_world(
        mandate("bakery", "accountants", services=services), mandate("accountants", "eva", **CLIENTS_ONLY)
    )
    last = a_world(
        mandate("bakery", "accountants"), mandate("accountants", "eva", services=services, **CLIENTS_ONLY)
    )

    assert covers == bool(whom(first, "eva"))
    assert covers == bool(whom(last, "eva"))


def test_r5_a_court_may_narrow_the_services_of_a_relation():
    world = a_world(relation("anna", "truus", "curator", services=Coverage(listed=frozenset({"t"}))))

    assert [("R5", 1)] == broken(world, "truus", "anna")


def test_r5_the_service_accepts_the_kind_of_every_link():
    mandates_only = service(bases=frozenset({"mandate"}))
    signatories_too = service(bases=frozenset({"mandate", "sole_signatory"}))
    links = mandate("bakery", "accountants"), relation("accountants", "fred", "sole_signatory")

    assert [] == whom(a_world(*links, services=[mandates_only]), "fred")
    assert [("R5", 2)] == broken(a_world(*links, services=[mandates_only]), "fred", "bakery")
    assert 2 == len(whom(a_world(*links, services=[signatories_too]), "fred"))
    assert ["accountants"] == whom(
        a_world(*links, services=[service(bases=frozenset({"sole_signatory"}))]), "fred"
    )


# R6


def test_r6_the_actions_are_those_that_every_link_allows_in_the_order_of_the_service():
    three = service(actions=("view", "prepare", "submit"))
    world = a_world(
        mandate("bakery", "accountants", actions=frozenset({"submit", "view", "other"})),
        mandate("accountants", "eva", actions=frozenset({"prepare", "submit", "view"}), **CLIENTS_ONLY),
        services=[three],
    )

    (bakery,) = found(world, "eva")

    assert ("view", "submit") == bakery.actions


def test_r6_all_allowed_actions_are_given_and_not_only_those_asked_for():
    world = a_world(mandate("anna", "bram"))

    (anna,) = found(world, "bram", actions=("submit",))

    assert ("view", "submit") == anna.actions


def test_r6_every_action_that_is_asked_for_must_be_allowed():
    world = a_world(mandate("anna", "bram", actions=frozenset({"view"})))

    assert ["anna"] == whom(world, "bram", actions=("view",))
    assert [] == whom(world, "bram", actions=("view", "submit"))
    assert [("R6", None)] == broken(world, "bram", "anna", actions=("submit",))


def test_r6_a_path_without_actions_is_out():
    world = a_world(
        mandate("bakery", "accountants", actions=frozenset({"view"})),
        mandate("accountants", "eva", actions=frozenset({"submit"}), **CLIENTS_ONLY),
    )

    assert [("R6", None)] == broken(world, "eva", "bakery")


# R7


def test_r7_the_service_is_for_the_kind_of_the_represented_party():
    for_persons = service(represented_kinds=frozenset({PartyKind.PERSON}))
    world = a_world(mandate("anna", "fred"), mandate("bakery", "fred"), services=[for_persons])

    assert ["anna"] == whom(world, "fred")
    assert [("R7", None)] == broken(world, "fred", "bakery")


NO_INTERMEDIARIES = service(accepts_intermediaries=False)


def test_r7_a_mandate_to_an_organisation_is_an_intermediary():
    world = a_world(
        mandate("bakery", "accountants"),
        relation("accountants", "fred", "sole_signatory"),
        services=[NO_INTERMEDIARIES],
    )

    assert ["accountants"] == whom(world, "fred")
    assert [("R7", None)] == broken(world, "fred", "bakery")


@pytest.mark.parametrize("basis", BIND_ALONE)
def test_r7_a_mandate_after_an_organisation_that_binds_alone_is_an_intermediary(basis):
    world = a_world(
        relation("bakery", "holding", basis),
        mandate("holding", "ines", **CLIENTS_ONLY),
        services=[NO_INTERMEDIARIES],
    )

    assert [("R7", None)] == broken(world, "ines", "bakery")


@pytest.mark.parametrize("basis", DO_NOT_BIND_ALONE)
def test_r7_an_office_that_does_not_bind_alone_serves_through_its_employee(basis):
    world = a_world(
        relation("anna", "office", basis),
        mandate("office", "ines", **CLIENTS_ONLY),
        services=[NO_INTERMEDIARIES],
    )

    assert ["anna through office"] == whom(world, "ines")


def test_r7_a_tower_of_signatories_has_no_intermediary():
    world = a_world(
        relation("bakery", "holding", "sole_signatory"),
        relation("holding", "fred", "sole_signatory"),
        services=[NO_INTERMEDIARIES],
    )

    assert ["bakery through holding", "holding"] == whom(world, "fred")


def test_r7_the_mandate_of_an_organisation_to_its_own_person_is_no_intermediary():
    assert ["bakery"] == whom(a_world(mandate("bakery", "eva"), services=[NO_INTERMEDIARIES]), "eva")


def test_r7_a_mandate_two_steps_after_the_holding_counts_where_it_follows_directly_alone():
    # the office is the holding's signatory: the mandate to Ines follows office, an organisation that binds alone
    world = a_world(
        relation("anna", "holding", "asset_administrator"),
        relation("holding", "office", "sole_signatory"),
        mandate("office", "ines", **CLIENTS_ONLY),
        services=[NO_INTERMEDIARIES],
    )

    assert [] == whom(world, "ines")
    assert [("R7", None)] == broken(world, "ines", "anna")


# R8


def _passed_on(*further: int):
    """o0 mandates o1 mandates … mandates Eva; each mandate to an organisation may be passed on so often."""
    names = [f"o{number}" for number in range(len(further) + 1)] + ["eva"]
    allowed = (*further, 0)
    return a_world(
        *(
            mandate(one, next_one, further_intermediaries=count, **CLIENTS_TOO)
            for one, next_one, count in zip(names, names[1:], allowed, strict=False)
        )
    )


@pytest.mark.parametrize(
    ("further", "reaches"),
    [
        ((0,), True),
        ((0, 0), False),
        ((1, 0), True),
        ((1, 1, 0), False),
        ((2, 1, 0), True),
        ((2, 0, 0), False),
    ],
)
def test_r8_a_mandate_is_passed_on_as_often_as_it_says(further, reaches):
    last = f"o{len(further)}"

    assert reaches == (f"o0 through {last}" in whom(_passed_on(*further), "eva"))


def test_r8_every_link_that_is_passed_on_too_often_is_named():
    assert [("R8", 1), ("R8", 2)] == broken(_passed_on(0, 0, 0), "eva", "o0")


def test_r8_the_last_step_to_a_person_is_no_passing_on():
    assert "o0 through o1" in whom(_passed_on(0), "eva")


@pytest.mark.parametrize("basis", BIND_ALONE)
def test_r8_a_relation_that_binds_alone_is_passed_on_without_limit(basis):
    world = a_world(
        relation("bakery", "holding", basis),
        mandate("holding", "accountants", further_intermediaries=1, **CLIENTS_TOO),
        mandate("accountants", "office", **CLIENTS_TOO),
        mandate("office", "eva", **CLIENTS_TOO),
    )

    assert "bakery through office" in whom(world, "eva")


@pytest.mark.parametrize("basis", DO_NOT_BIND_ALONE)
def test_r8_any_other_relation_is_not_passed_on_to_an_organisation(basis):
    world = a_world(
        relation("anna", "office", basis),
        mandate("office", "accountants", further_intermediaries=5, **CLIENTS_ONLY),
        mandate("accountants", "eva", **CLIENTS_ONLY),
    )

    assert [("R8", 1)] == broken(world, "eva", "anna")


def test_r8_relations_after_a_mandate_are_no_passing_on():
    world = a_world(
        mandate("bakery", "accountants"),
        relation("accountants", "holding", "sole_signatory"),
        relation("holding", "office", "sole_signatory"),
        mandate("office", "eva", **CLIENTS_ONLY),
    )

    assert "bakery through office" in whom(world, "eva")


# R9


def test_r9_the_first_mandate_is_for_its_partys_own_affairs():
    world = a_world(mandate("accountants", "eva", **CLIENTS_ONLY))

    assert [("R9", 1)] == broken(world, "eva", "accountants")


def test_r9_a_later_mandate_serves_the_clients_that_it_lists():
    world = a_world(
        mandate("bakery", "accountants"),
        mandate("payroll", "accountants"),
        mandate("accountants", "eva", **only_for("bakery")),
    )

    assert ["bakery through accountants"] == whom(world, "eva")
    assert [("R9", 2)] == broken(world, "eva", "payroll")


def test_r9_a_later_mandate_serves_the_clients_of_its_groups():
    world = a_world(
        mandate("bakery", "accountants"),
        mandate("payroll", "accountants"),
        mandate("accountants", "eva", **only_for_groups("north", "south")),
        groups=[group("north", "accountants", "bakery"), group("south", "accountants")],
    )

    assert ["bakery through accountants"] == whom(world, "eva")


def test_r9_the_client_is_the_represented_party_of_the_path_and_not_the_one_before():
    world = a_world(
        mandate("bakery", "holding", further_intermediaries=1),
        mandate("holding", "accountants", **CLIENTS_ONLY),
        mandate("accountants", "eva", **only_for("holding")),
    )

    assert [("R9", 3)] == broken(world, "eva", "bakery")


@pytest.mark.parametrize("basis", BIND_ALONE)
def test_r9_who_binds_an_organisation_alone_serves_its_clients_unless_it_says_otherwise(basis):
    links = mandate("bakery", "accountants"), relation("accountants", "fred", basis)
    private = party("accountants", signatories_serve_clients=False)

    assert ["accountants", "bakery through accountants"] == whom(a_world(*links), "fred")
    assert ["accountants"] == whom(a_world(*links, parties=[private]), "fred")
    assert [("R9", 2)] == broken(a_world(*links, parties=[private]), "fred", "bakery")


def test_r9_it_is_the_represented_party_of_that_link_whose_signatories_serve_clients():
    world = a_world(
        mandate("bakery", "accountants"),
        relation("accountants", "holding", "sole_signatory"),
        relation("holding", "fred", "sole_signatory"),
        parties=[
            party("bakery", signatories_serve_clients=False),
            party("holding", signatories_serve_clients=False),
        ],
    )

    assert ["holding"] == whom(world, "fred")
    assert [("R9", 3)] == broken(world, "fred", "bakery")


@pytest.mark.parametrize("basis", DO_NOT_BIND_ALONE)
def test_r9_other_relations_serve_no_clients(basis):
    world = a_world(mandate("bakery", "accountants"), relation("accountants", "fred", basis))

    assert ["accountants"] == whom(world, "fred")
    assert [("R9", 2)] == broken(world, "fred", "bakery")


# R10


def test_r10_a_joint_signatory_is_on_no_path():
    first = a_world(relation("bakery", "fred", "joint_signatory"))
    later = a_world(mandate("bakery", "accountants"), relation("accountants", "fred", "joint_signatory"))

    assert [("R10", 1)] == broken(first, "fred", "bakery")
    assert [("R9", 2), ("R10", 2)] == broken(later, "fred", "bakery")


# R12

BRANCH = "000012345678"
AWARE = service(understands=frozenset({"branch"}))
BAKERY = party("bakery", branches=(Branch(BRANCH, "Winkel"),))


def test_r12_a_mandate_for_a_branch_needs_a_service_that_understands_branches():
    link = mandate("bakery", "eva", branch=BRANCH)

    (aware,) = found(a_world(link, parties=[BAKERY], services=[AWARE]), "eva")

    assert BRANCH == aware.branch
    assert [("R12", 1)] == broken(a_world(link, parties=[BAKERY]), "eva", "bakery")


def test_r12_the_path_carries_the_branch_through_an_intermediary():
    world = a_world(
        mandate("bakery", "accountants", branch=BRANCH),
        mandate("accountants", "eva", **CLIENTS_ONLY),
        parties=[BAKERY],
        services=[AWARE],
    )

    (bakery,) = found(world, "eva")

    assert (BRANCH, "accountants") == (bakery.branch, bakery.through)


def test_r12_a_later_link_for_a_branch_is_on_no_path_for_another_party():
    world = a_world(
        mandate("payroll", "bakery"),
        mandate("bakery", "eva", branch=BRANCH, **CLIENTS_TOO),
        parties=[BAKERY],
        services=[AWARE],
    )

    assert ["bakery"] == whom(world, "eva")
    assert [("R12", 2)] == broken(world, "eva", "payroll")


def test_r12_a_later_link_for_a_branch_serves_nobody_with_a_branch_of_the_same_number():
    payroll = party("payroll", branches=BAKERY.branches)
    world = a_world(
        mandate("payroll", "bakery"),
        mandate("bakery", "eva", branch=BRANCH, **CLIENTS_TOO),
        parties=[BAKERY, payroll],
        services=[AWARE],
    )

    assert [("R12", 2)] == broken(world, "eva", "payroll")


def test_r12_a_branch_that_the_party_gave_up_carries_nothing():
    world = a_world(mandate("bakery", "eva", branch=BRANCH), services=[AWARE])

    assert [("R12", 1)] == broken(world, "eva", "bakery")


# R14


def test_r14_every_link_is_as_sure_as_the_service_requires():
    weak = {"assurance": Loa.LOW}
    world = a_world(mandate("bakery", "accountants"), mandate("accountants", "eva", **CLIENTS_ONLY, **weak))

    assert [] == whom(world, "eva", login=Loa.HIGH)
    assert [("R14", None)] == broken(world, "eva", "bakery", login=Loa.HIGH)


def test_r14_the_question_may_require_more_than_the_service_and_never_less():
    world = a_world(mandate("anna", "bram"), mandate("cees", "bram", assurance=Loa.LOW))

    assert ["anna"] == whom(world, "bram", minimum=Loa.BASIC)
    assert [] == whom(world, "bram", minimum=Loa.HIGH)


# R19

ALL = {"guardianship", "asset_administration", "bankruptcy", "debt_restructuring", "suspension_of_payments"}


@pytest.mark.parametrize("kind", sorted(ALL))
def test_r19_every_restriction_takes_out_the_mandates_by_the_party(kind):
    world = a_world(mandate("anna", "bram"), restrictions=[restriction("anna", kind)])

    assert [("R19", 1)] == broken(world, "bram", "anna")


@pytest.mark.parametrize("kind", sorted(ALL))
def test_r19_some_restrictions_take_out_the_mandates_to_the_party(kind):
    world = a_world(mandate("anna", "bram"), restrictions=[restriction("bram", kind)])

    out = kind in {"guardianship", "bankruptcy", "debt_restructuring"}

    assert ([] if out else ["anna"]) == whom(world, "bram")


@pytest.mark.parametrize("kind", sorted(ALL))
@pytest.mark.parametrize("basis", [basis.value for basis in Basis if basis is not Basis.JOINT_SIGNATORY])
def test_r19_insolvency_takes_out_who_binds_alone_but_its_trustee_and_liquidator(kind, basis):
    world = a_world(relation("bakery", "fred", basis), restrictions=[restriction("bakery", kind)])

    insolvent = kind in {"bankruptcy", "debt_restructuring", "suspension_of_payments"}
    out = insolvent and basis in {"sole_signatory", "owner"}

    assert ([] if out else ["bakery"]) == whom(world, "fred")


@pytest.mark.parametrize("kind", sorted(ALL))
def test_r19_a_restricted_representative_still_has_its_relations(kind):
    world = a_world(relation("bakery", "fred", "sole_signatory"), restrictions=[restriction("fred", kind)])

    assert ["bakery"] == whom(world, "fred")


def test_r19_an_intermediary_in_bankruptcy_takes_out_the_mandates_on_both_its_sides():
    world = a_world(
        mandate("bakery", "accountants"),
        mandate("accountants", "eva", **CLIENTS_ONLY),
        restrictions=[restriction("accountants", "bankruptcy")],
    )

    assert [("R19", 1), ("R19", 2)] == broken(world, "eva", "bakery")


def test_r19_a_trustee_of_a_bankrupt_firm_does_not_reach_its_clients():
    world = a_world(
        mandate("bakery", "accountants"),
        relation("accountants", "fred", "trustee"),
        restrictions=[restriction("accountants", "bankruptcy")],
    )

    assert ["accountants"] == whom(world, "fred")


@pytest.mark.parametrize(
    ("more", "out"),
    [
        ({"starts": AT}, True),
        ({"starts": AFTER}, False),
        ({"until": AT}, False),
        ({"until": AFTER}, True),
        ({"services": Coverage(listed=frozenset({"t"}))}, False),
        ({"services": Coverage(listed=frozenset({"s"}))}, True),
        ({"services": Coverage(provider="tax")}, True),
        ({"services": Coverage(provider="payroll")}, False),
    ],
)
def test_r19_a_restriction_counts_while_in_force_and_for_the_services_that_it_covers(more, out):
    world = a_world(mandate("anna", "bram"), restrictions=[restriction("anna", "bankruptcy", **more)])

    assert ([] if out else ["anna"]) == whom(world, "bram", at=AT)


# What is no path at all


def test_links_that_do_not_join_are_no_path():
    world = a_world(mandate("bakery", "accountants"), mandate("holding", "eva", **CLIENTS_ONLY))
    not_joined = [world.links[id] for id in ("bakery>accountants", "holding>eva")]

    assert Broken(((Rule.NOT_A_PATH, None),)) == judge(not_joined, world, asked(world, "eva"))
    assert Broken(((Rule.NOT_A_PATH, None),)) == judge([], world, asked(world, "eva"))
    assert Broken(((Rule.NOT_A_PATH, None),)) == judge(not_joined[1:], world, asked(world, "bram"))
