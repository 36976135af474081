"""G4, G10: how sure a mandate becomes that somebody confirms, and what stands in the way."""

from dataclasses import replace

import pytest

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage
from claims.confirming import Confirmed, WhyWeak, confirmed
from claims.evidence import DEFAULT_POLICY, policy_of
from claims.granting import Entitlement
from claims.instants import parse_instant
from claims.limits import Limits
from claims.mandates import Mandate
from claims.parties import Party, PartyKind
from claims.restrictions import Restriction, RestrictionKind

NOW = parse_instant("2026-11-23T12:00:00Z")
UNTIL = parse_instant("2027-11-23T12:00:00Z")
BRAM = Party("bram", PartyKind.PERSON, "Bram")
OFFICE = Party("office", PartyKind.ORGANISATION, "Office")
SELF = Entitlement("anna", "anna", "self", (EVERYTHING,), (None,), Loa.HIGH, None, True, True)
MANDATE = Mandate(
    "m1", "anna", "bram", Coverage(listed=frozenset({"s1"})), frozenset({"view"}), Loa.LOW, NOW - 10, UNTIL
)


def outcome(
    mandate: Mandate = MANDATE,
    *grounds: Entitlement,
    to: Party = BRAM,
    login: Loa = Loa.HIGH,
    restrictions: tuple[Restriction, ...] = (),
    **more: object,
) -> Loa | WhyWeak:
    more = {"policy": DEFAULT_POLICY, **more}
    found = confirmed(mandate, grounds or (SELF,), to, restrictions, login=login, now=NOW, **more)  # type: ignore[arg-type]
    return found.assurance if isinstance(found, Confirmed) else found


@pytest.mark.parametrize(
    ("login", "level"),
    [
        (Loa.BASIC, WhyWeak.NOT_SURER),
        (Loa.LOW, WhyWeak.NOT_SURER),
        (Loa.SUBSTANTIAL, Loa.SUBSTANTIAL),
        (Loa.HIGH, Loa.HIGH),
    ],
)
def test_g4_it_becomes_as_sure_as_if_it_were_given_with_that_login(login: Loa, level: Loa | WhyWeak) -> None:
    assert level == outcome(login=login)


def test_g4_it_is_never_surer_than_what_entitles() -> None:
    assert Loa.SUBSTANTIAL == outcome(MANDATE, replace(SELF, assurance=Loa.SUBSTANTIAL))
    assert WhyWeak.NOT_SURER == outcome(MANDATE, replace(SELF, assurance=Loa.LOW))
    assert WhyWeak.NOT_SURER == outcome(MANDATE, replace(SELF, is_live=False))


def test_of_several_grounds_the_surest_that_reaches_it_counts() -> None:
    weak = replace(SELF, assurance=Loa.SUBSTANTIAL, authority="appointment a1")
    elsewhere = replace(SELF, services=(Coverage(listed=frozenset({"s2"})),))

    assert Loa.SUBSTANTIAL == outcome(MANDATE, elsewhere, weak)
    assert Loa.HIGH == outcome(MANDATE, weak, SELF)


def test_nobody_makes_it_weaker() -> None:
    sure = replace(MANDATE, assurance=Loa.SUBSTANTIAL)

    assert WhyWeak.NOT_SURER == outcome(sure, login=Loa.LOW)
    assert WhyWeak.NOT_SURER == outcome(sure, login=Loa.SUBSTANTIAL)


def test_who_signs_together_confirms_nothing_alone() -> None:
    assert WhyWeak.SIGNED_TOGETHER == outcome(MANDATE, replace(SELF, alone=False))
    assert WhyWeak.NOT_ENTITLED == confirmed(
        MANDATE, (), BRAM, (), login=Loa.HIGH, now=NOW, policy=DEFAULT_POLICY
    )


@pytest.mark.parametrize(
    ("ground", "mandate"),
    [
        (replace(SELF, services=(Coverage(listed=frozenset({"s2"})),)), MANDATE),
        (replace(SELF, services=(EVERYTHING, Coverage(provider="o9"))), MANDATE),
        (replace(SELF, services=(Coverage(provider="o9"),)), replace(MANDATE, services=EVERYTHING)),
        (
            replace(SELF, services=(Coverage(provider="o9"),)),
            replace(MANDATE, services=Coverage(provider="o8")),
        ),
        (replace(SELF, actions=(frozenset({"submit"}),)), MANDATE),
        (replace(SELF, actions=(frozenset({"view"}),)), replace(MANDATE, actions=None)),
        (replace(SELF, until=UNTIL - 1), MANDATE),
        (replace(SELF, until=UNTIL), replace(MANDATE, until=None)),
        (replace(SELF, passes_on=False), replace(MANDATE, further_intermediaries=1)),
    ],
)
def test_g10_nobody_makes_sure_what_they_could_not_give(ground: Entitlement, mandate: Mandate) -> None:
    assert WhyWeak.OUT_OF_REACH == outcome(mandate, ground)


def test_g10_to_an_organisation_it_takes_who_may_grant_chains() -> None:
    no_chains = replace(SELF, may_grant_chain=False)

    assert WhyWeak.OUT_OF_REACH == outcome(MANDATE, no_chains, to=OFFICE)
    assert Loa.HIGH == outcome(MANDATE, no_chains, to=BRAM)
    assert Loa.HIGH == outcome(MANDATE, replace(SELF, until=UNTIL), to=OFFICE)


def test_what_a_restriction_takes_out_is_not_confirmed() -> None:
    here = Restriction(
        "r1", "anna", RestrictionKind.GUARDIANSHIP, Coverage(listed=frozenset({"s1"})), NOW - 5, None
    )

    assert WhyWeak.RESTRICTED == outcome(restrictions=(here,))
    assert Loa.HIGH == outcome(restrictions=(replace(here, services=Coverage(listed=frozenset({"s2"}))),))
    assert Loa.HIGH == outcome(restrictions=(replace(here, starts=NOW + 1),))


def test_the_policy_says_what_it_takes() -> None:
    policy = policy_of({"high": [["login_substantial"]]})

    assert Loa.SUBSTANTIAL == outcome(login=Loa.SUBSTANTIAL, policy=policy)  # no surer than the login
    assert WhyWeak.NOT_SURER == outcome(policy=policy_of({"high": [["notarial_deed"]]}))


def test_g10_nobody_makes_surer_what_goes_beyond_their_own_limits() -> None:
    upto = replace(SELF, limits=Limits(amount=5_000))

    assert WhyWeak.OUT_OF_REACH == outcome(MANDATE, upto)
    assert WhyWeak.OUT_OF_REACH == outcome(replace(MANDATE, limits=Limits(amount=5_001)), upto)
    assert Loa.HIGH == outcome(replace(MANDATE, limits=Limits(case="Z-1", amount=5_000)), upto)
    assert Loa.HIGH == outcome(replace(MANDATE, limits=Limits(amount=1)), SELF)
