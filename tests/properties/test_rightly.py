"""The few lines that judge what random people gave: what is right passes them, and what is too much does not."""

from dataclasses import replace
from typing import Any

import pytest

from claims.assurance import Loa
from claims.instants import written
from claims.offers import Approval, Offer, OfferKind, OfferState, Taken
from claims.register.papers import Checked, Paper
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.properties.rightly import Given
from tests.properties.who_lives import BESIDE, DAY
from tests.support.appointments import an_appointment
from tests.support.offers import an_offer

Record = dict[str, Any]


def given() -> Given:
    """The try-out world, with its sources asked an hour ago, and those whose power is limited."""
    document: Record = demo_document()
    for one in document["legal_relations"]:
        one["source"]["fetched_at"] = written(TODAY - 3600)
    for key, records in BESIDE.items():
        document[key] = [*document[key], *records]
    return Given(document, TODAY)


def mandate(represented: str, **changes: Any) -> Record:
    return {
        "id": "m",
        "represented": represented,
        "representative": "omer",
        "services": ["policy"],
        "actions": "*",
        "assurance": "substantial",
        "from": written(TODAY),
        "until": written(TODAY + 30 * DAY),
        "limits": {},
    } | changes


def signed(represented: str, *people: str, level: Loa = Loa.SUBSTANTIAL, **changes: Any) -> Offer:
    yeses = tuple(Approval(one, "", level, level, is_live=True, alone=False, at=TODAY) for one in people)
    offer = an_offer(represented, "policy", representative="omer", approvals=yeses, **changes)
    return replace(offer, state=OfferState.GIVEN)


def up_to(value: str) -> Record:
    return {"amount": {"currency": "EUR", "value": value}}


RIGHT: list[tuple[Record, Offer]] = [
    (mandate("bakery"), signed("bakery", "carla")),
    (mandate("bakery"), signed("bakery", "daan")),
    (mandate("club"), signed("club", "anja", "cor")),
    (mandate("loods", limits=up_to("5000.00")), signed("loods", "joris", "tess")),
    (mandate("loods"), signed("loods", "wout")),
    (mandate("anna", services=["permit"]), signed("anna", "anna")),
]
TOO_MUCH: list[tuple[Record, Offer]] = [
    (mandate("bakery"), signed("bakery", "omer")),
    (mandate("bakery", assurance="high"), signed("bakery", "carla")),
    (mandate("bakery", assurance="high"), signed("bakery", "daan", level=Loa.HIGH)),
    (mandate("bakery"), replace(signed("bakery", "carla"), state=OfferState.OFFERED)),
    (mandate("bakery", until=written(TODAY + 3000 * DAY)), signed("bakery", "carla")),
    (mandate("bakery", representative="eva"), signed("bakery", "carla")),
    (mandate("club"), signed("club", "anja")),
    (mandate("club"), signed("club", "anja", "carla")),
    (mandate("loods", limits=up_to("5000.01")), signed("loods", "joris", "tess")),
    (mandate("loods"), signed("loods", "joris", "tess")),
    (mandate("loods", services=["record"]), signed("loods", "fenna")),
    (mandate("loods", until=written(TODAY + 1200 * DAY)), signed("loods", "fenna")),
    (mandate("jan", services=["record"]), signed("jan", "petra")),
]


@pytest.mark.parametrize(("one", "offer"), RIGHT)
def test_what_could_be_given_passes(one: Record, offer: Offer) -> None:
    given().mandate(one, offer, None)


@pytest.mark.parametrize(("one", "offer"), TOO_MUCH)
def test_g10_what_is_more_than_who_gave_it_has_does_not(one: Record, offer: Offer) -> None:
    with pytest.raises(AssertionError):
        given().mandate(one, offer, None)


def test_g4_upon_what_a_source_told_long_ago_nobody_is_sure() -> None:
    late = Given(given().document, TODAY + 2 * DAY)

    late.mandate(mandate("bakery", assurance="low"), signed("bakery", "carla"), None)
    with pytest.raises(AssertionError):
        late.mandate(mandate("bakery"), signed("bakery", "carla"), None)


def by_letter(**changes: Any) -> tuple[Record, Offer]:
    offer = an_offer("joke", "benefit", representative="omer", taken=Taken("omer", TODAY))
    one = mandate("joke", services=["benefit"], assurance="low")
    return one | changes, replace(offer, kind=OfferKind.LETTER, state=OfferState.GIVEN)


def test_g6a_a_letter_is_low_and_for_who_asked() -> None:
    given().mandate(*by_letter(), None)
    for more in ({"assurance": "substantial"}, {"representative": "eva"}, {"represented": "noor"}):
        with pytest.raises(AssertionError):
            given().mandate(*by_letter(**more), None)


@pytest.mark.parametrize(
    ("checked", "second", "level"),
    [
        (Checked.SIGNATURE, "otto", "substantial"),
        (Checked.IDENTITY_DOCUMENT, "otto", "high"),
        (Checked.IDENTITY_DOCUMENT, "iris", "low"),
        (Checked.IDENTITY_DOCUMENT, None, "low"),
        (Checked.IDENTITY_DOCUMENT, "omer", "low"),
        (Checked.IDENTITY_DOCUMENT, "carla", "low"),
    ],
)
def test_g7_a_paper_is_seen_by_two_who_work_there(checked: Checked, second: str | None, level: str) -> None:
    one, letter = by_letter(assurance=level)
    offer = replace(letter, kind=OfferKind.PAPER)
    paper = Paper(offer.id, "town", "iris", TODAY, "ab" * 32, checked, second, TODAY)

    with pytest.raises(AssertionError):
        given().mandate(one, offer, paper)
    right = replace(paper, confirmed_by="otto", checked=Checked.NOTARIAL_DEED)
    given().mandate(one, offer, right)


def appointment(**changes: Any) -> Record:
    return {
        "id": "a",
        "organisation": "loods",
        "person": "omer",
        "services": ["policy"],
        "assurance": "substantial",
        "from": written(TODAY),
        "until": written(TODAY + 30 * DAY),
    } | changes


@pytest.mark.parametrize(
    ("signer", "changes"),
    [
        ("wout", {}),
        ("wout", {"may_grant_chain": True, "may_appoint": True, "services": "*"}),
        ("fenna", {"services": ["vat-return"], "may_appoint": True}),
    ],
)
def test_g3_an_appointment_within_what_its_giver_has_passes(signer: str, changes: Record) -> None:
    offer = replace(an_appointment("loods", "omer"), approvals=signed("loods", signer).approvals)

    given().appointment(appointment(**changes), replace(offer, state=OfferState.GIVEN))


@pytest.mark.parametrize(
    ("signer", "changes"),
    [
        ("joris", {}),
        ("omer", {}),
        ("fenna", {}),
        ("fenna", {"services": "*"}),
        ("fenna", {"services": ["vat-return"], "may_grant_chain": True}),
        ("fenna", {"services": ["vat-return"], "assurance": "high"}),
        ("fenna", {"services": ["vat-return"], "person": "fenna"}),
        ("wout", {"until": written(TODAY + 3000 * DAY)}),
    ],
)
def test_g3_an_appointment_beyond_it_does_not(signer: str, changes: Record) -> None:
    offer = replace(an_appointment("loods", "omer"), approvals=signed("loods", signer).approvals)

    with pytest.raises(AssertionError):
        given().appointment(appointment(**changes), replace(offer, state=OfferState.GIVEN))


@pytest.mark.parametrize(
    ("represented", "people", "expected"),
    [
        ("club", ("anja",), False),
        ("club", ("anja", "cor"), True),
        ("club", ("anja", "carla"), False),  # who is nobody there
        ("bakery", ("daan",), True),  # its administrator
        ("loods", ("joris",), False),
        ("loods", ("wout",), True),
        ("anna", ("anna",), True),
    ],
)
def test_who_may_give_once_more_what_was_stopped(
    represented: str, people: tuple[str, ...], expected: bool
) -> None:
    assert expected is given().may_give_again(mandate(represented), people)
