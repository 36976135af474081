"""The worked cases of docs/mandates.md, one test each, in their order."""

from datetime import date

from claims.assurance import Loa
from claims.catalogue import Coverage
from claims.resolution import OwnAnswer
from tests.support.worlds import (
    CLIENTS_ONLY,
    CLIENTS_TOO,
    a_world,
    answer,
    block,
    found,
    instant,
    mandate,
    party,
    relation,
    restriction,
    service,
    whom,
)

SUBMIT = frozenset({"submit"})
VIEW = frozenset({"view"})


def test_a_helper_logs_in_higher_than_the_mandate():
    world = a_world(mandate("anna", "bram", actions=SUBMIT))

    (anna,) = found(world, "bram", login=Loa.HIGH)

    assert "anna" == anna.represented
    assert ("submit",) == anna.actions
    assert Loa.SUBSTANTIAL == anna.assurance
    assert Loa.SUBSTANTIAL == anna.effective_assurance
    assert anna.permits


def test_a_helper_logs_in_too_low():
    world = a_world(mandate("anna", "bram", actions=SUBMIT))

    (anna,) = found(world, "bram", login=Loa.LOW)

    assert Loa.SUBSTANTIAL == anna.step_up
    assert Loa.LOW == anna.effective_assurance
    assert not anna.permits


def test_a_mandate_of_low_assurance_represents_nobody():
    world = a_world(mandate("anna", "bram", actions=SUBMIT, assurance=Loa.LOW))

    assert [] == whom(world, "bram", login=Loa.HIGH)


def test_power_given_to_a_person_goes_no_further():
    world = a_world(mandate("anna", "bram"), mandate("bram", "cees"))

    assert ["bram"] == whom(world, "cees")


def test_an_employee_for_clients_alone():
    world = a_world(mandate("bakery", "accountants"), mandate("accountants", "eva", **CLIENTS_ONLY))

    (bakery,) = found(world, "eva")

    assert "bakery" == bakery.represented
    assert "accountants" == bakery.through
    assert ("accountants",) == bakery.intermediaries
    assert ("bakery>accountants", "accountants>eva") == bakery.path


def test_an_employee_for_clients_and_the_firm_itself():
    world = a_world(mandate("bakery", "accountants"), mandate("accountants", "eva", **CLIENTS_TOO))

    assert ["accountants", "bakery through accountants"] == whom(world, "eva")


def test_an_employee_for_the_firm_alone():
    world = a_world(mandate("bakery", "accountants"), mandate("accountants", "eva"))

    assert ["accountants"] == whom(world, "eva")


def _bakery_holding_accountants(further):
    return a_world(
        mandate("bakery", "holding", further_intermediaries=further),
        mandate("holding", "accountants", **CLIENTS_ONLY),
        mandate("accountants", "eva", **CLIENTS_TOO),
    )


def test_a_power_that_may_not_be_passed_on_stops_at_its_first_intermediary():
    assert ["accountants"] == whom(_bakery_holding_accountants(further=0), "eva")


def test_a_power_that_may_be_passed_on_once_reaches_the_second_intermediary():
    world = _bakery_holding_accountants(further=1)

    assert ["accountants", "bakery through accountants"] == whom(world, "eva")


def test_a_sole_signatory_acts_for_the_firm_and_its_clients():
    world = a_world(mandate("bakery", "accountants"), relation("accountants", "fred", "sole_signatory"))

    assert ["accountants", "bakery through accountants"] == whom(world, "fred")


def test_signatories_in_a_tower_pass_nothing_on():
    world = a_world(
        mandate("bakery", "accountants"),
        relation("accountants", "holding", "sole_signatory"),
        relation("holding", "fred", "sole_signatory"),
    )

    assert ["accountants through holding", "bakery through holding", "holding"] == whom(world, "fred")


def test_an_office_that_administers_assets_and_its_employee():
    world = a_world(
        relation("anna", "office", "asset_administrator"), mandate("office", "ines", **CLIENTS_ONLY)
    )

    assert ["anna through office"] == whom(world, "ines")


def test_asset_administration_ends_what_the_person_gave_and_may_do():
    world = a_world(
        mandate("anna", "bram"),
        restrictions=[
            restriction("anna", "asset_administration", services=Coverage(listed=frozenset({"s"})))
        ],
    )

    assert [] == whom(world, "bram")
    assert OwnAnswer(allowed=False, step_up=None) == answer(world, "anna").own


def test_joint_signatories_represent_nobody_alone():
    world = a_world(
        relation("bakery", "fred", "joint_signatory"), relation("bakery", "gea", "joint_signatory")
    )

    assert [] == whom(world, "fred")
    assert [] == whom(world, "gea")


def test_a_blocked_authenticator_stays_in_the_answer_with_a_mark():
    world = a_world(
        mandate("bakery", "accountants"),
        mandate("accountants", "eva", **CLIENTS_ONLY),
        blocks=[block("accountants", "eva", "eva-password", "2026-02-01T00:00:00Z")],
    )

    (by_password,) = found(world, "eva", authenticator="eva-password")
    (by_passkey,) = found(world, "eva", authenticator="eva-passkey")

    assert by_password.other_means
    assert not by_password.permits
    assert not by_passkey.other_means


def test_a_mandate_does_not_hold_at_its_end():
    world = a_world(mandate("anna", "bram", until="2026-04-01T00:00:00Z"))

    assert ["anna"] == whom(world, "bram", at="2026-03-31T23:59:59Z")
    assert [] == whom(world, "bram", at="2026-04-01T00:00:00Z")


def test_a_death_ends_the_mandate_and_leaves_the_executor():
    world = a_world(
        mandate("anna", "bram"),
        relation("anna", "truus", "executor", starts="2026-03-03T08:30:00Z"),
        parties=[party("anna", ceased_at="2026-03-03T08:30:00Z")],
    )

    assert [] == whom(world, "bram", at="2026-03-04T08:30:00Z")
    assert ["anna"] == whom(world, "bram", at="2026-03-02T08:30:00Z")
    assert ["anna"] == whom(world, "truus", at="2026-03-04T08:30:00Z")


def test_a_parent_represents_a_child_until_the_service_says_so():
    world = a_world(
        relation("sem", "mila", "parent"),
        parties=[party("sem", born=date(2015, 8, 30))],
        services=[service(parents_until_age=16)],
    )

    (sem,) = found(world, "mila", at="2031-08-29T21:59:59Z")

    assert instant("2031-08-29T22:00:00Z") == sem.until
    assert [] == whom(world, "mila", at="2031-08-29T22:00:00Z")


def test_of_two_direct_mandates_the_login_decides():
    world = a_world(
        mandate("anna", "bram", id="sure", assurance=Loa.HIGH, actions=VIEW),
        mandate("anna", "bram", id="wide"),
    )

    def paths(**more):
        return [one.path for one in found(world, "bram", **more)]

    assert [("wide",)] == paths(login=Loa.SUBSTANTIAL)
    assert [("sure",)] == paths(login=Loa.HIGH)
    assert [("wide",)] == paths(login=Loa.HIGH, actions=("submit",))


def test_capacities_stay_apart():
    world = a_world(
        mandate("anna", "fred"),
        mandate("anna", "accountants"),
        relation("accountants", "fred", "sole_signatory"),
    )

    assert ["accountants", "anna", "anna through accountants"] == sorted(whom(world, "fred"))


def test_somebody_born_on_29_february_reaches_an_age_in_amsterdam():
    world = a_world(parties=[party("anna", born=date(2008, 2, 29))])

    assert answer(world, "anna", at="2024-02-28T23:00:00Z").own.allowed
    assert not answer(world, "anna", at="2024-02-28T22:59:59Z").own.allowed


def test_without_intermediaries_an_office_and_its_employee_still_serve():
    alone = [service(accepts_intermediaries=False)]
    office = a_world(
        relation("anna", "office", "asset_administrator"),
        mandate("office", "ines", **CLIENTS_ONLY),
        services=alone,
    )
    tower = a_world(
        relation("bakery", "holding", "sole_signatory"),
        mandate("holding", "ines", **CLIENTS_ONLY),
        services=alone,
    )

    assert ["anna through office"] == whom(office, "ines")
    assert [] == whom(tower, "ines")
