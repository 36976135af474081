"""The issuer that a service provider's tests are given."""

from typing import Any

import pytest

from claims.formats.act import from_act
from claims.limits import Limits
from claims.testing import HOSTILE, Hostile, Party, Saying, StandInIssuer, served_issuer
from claims.verify import Loa, OnBehalfOf, OwnBehalf, Refused, VerificationRefused
from tests.vectors.tokens import NOW, access, identity

API = "https://api.tax.example.nl"
VAT = "https://tax.example.nl/services/vat-return"
BAKERY = Party("bakery", "Bakkerij De Korenbloem B.V.", kvk="90000456", rsin="123456782")
OFFICE = Party("office", "Accountants Peeters B.V.", kvk="90000123")
ANNA = Party("anna", "Anna de Vries", kind="person")
SAYING = Saying(service=VAT, actions=("prepare", "submit"), person="eva", path=(BAKERY, OFFICE))


def shown(issuer: StandInIssuer, saying: Saying, **settings: Any) -> OwnBehalf | OnBehalfOf:
    verifier = issuer.verifier(API, orientation=saying.orientation, **settings)
    return verifier.verify_access_token(issuer.access_token(API, saying), service=VAT, action="submit")


def refusal(issuer: StandInIssuer, token: str, **settings: Any) -> Refused:
    with pytest.raises(VerificationRefused) as refused:
        issuer.verifier(API, **settings).verify_access_token(token, service=VAT, action="submit")
    return refused.value.code


@pytest.mark.parametrize("orientation", ["represents", "act"])
def test_a_token_says_who_acts_for_whom_through_whom(orientation: Any) -> None:
    issuer = StandInIssuer()
    saying = Saying(
        service=VAT,
        actions=("submit",),
        person="eva",
        path=(BAKERY, OFFICE),
        login=Loa.SUBSTANTIAL,
        links=(Loa.HIGH, Loa.LOW),
        orientation=orientation,
    )

    found = shown(issuer, saying)

    assert isinstance(found, OnBehalfOf)
    assert (issuer.sub(API, "eva"), Loa.SUBSTANTIAL) == (found.person.sub, found.person.assurance)
    assert ("90000456", "Bakkerij De Korenbloem B.V.") == (found.represented.sub, found.represented.name)
    assert ["90000123"] == [party.sub for party in found.intermediaries]
    assert [Loa.HIGH, Loa.LOW] == [link.assurance for link in found.mandate.links]
    assert Loa.LOW == found.mandate.effective_assurance


def test_without_a_path_somebody_acts_for_themself() -> None:
    issuer = StandInIssuer()

    found = shown(issuer, Saying(service=VAT, actions=("submit",), person="eva"))

    assert isinstance(found, OwnBehalf)
    assert issuer.sub(API, "eva") == found.person.sub


def test_a_person_is_named_by_a_value_of_the_audience_and_by_name_only_where_the_service_gets_names() -> None:
    issuer = StandInIssuer()
    nameless = shown(issuer, Saying(service=VAT, actions=("submit",), path=(ANNA,)))
    named = shown(issuer, Saying(service=VAT, actions=("submit",), path=(ANNA,), person_names=True))

    assert isinstance(nameless, OnBehalfOf)
    assert isinstance(named, OnBehalfOf)
    assert (issuer.sub(API, "anna"), None) == (nameless.represented.sub, nameless.represented.name)
    assert "Anna de Vries" == named.represented.name
    assert issuer.sub(API, "anna") != issuer.sub("https://other.example.nl", "anna")


def test_what_a_mandate_is_narrowed_to_stands_in_the_token() -> None:
    issuer = StandInIssuer()
    limited = Saying(service=VAT, actions=("submit",), path=(BAKERY,), limits=Limits(case="Z-1"))
    branch = Saying(service=VAT, actions=("submit",), path=(BAKERY,), branch="000012345678")
    desk = Saying(service=VAT, actions=("submit",), path=(ANNA,), at_desk=True)

    for saying, kind in ((limited, "case"), (branch, "branch"), (desk, "desk")):
        token = issuer.access_token(API, saying)
        assert Refused.RESTRICTION_NOT_UNDERSTOOD == refusal(issuer, token)
        assert isinstance(shown(issuer, saying, understands=(kind,)), OnBehalfOf)


def test_its_tokens_hold_what_those_of_the_provider_hold() -> None:
    issuer = StandInIssuer(now=NOW)

    ours, theirs = issuer.access_claims(API, SAYING), access()
    assert theirs.keys() == ours.keys()
    assert theirs["authorization_details"][0].keys() == ours["authorization_details"][0].keys()
    assert theirs["represents"].keys() == ours["represents"].keys()
    flipped = issuer.access_claims(
        API, Saying(service=VAT, actions=("submit",), path=(BAKERY,), orientation="act")
    )
    assert ours.keys() == from_act(flipped).keys()


def test_an_id_token_is_for_the_site_and_answers_its_nonce() -> None:
    issuer = StandInIssuer(now=NOW)
    token = issuer.id_token("portal", SAYING, nonce="n-1")

    found = issuer.verifier("portal").verify_id_token(token, nonce="n-1", service=VAT)

    assert isinstance(found, OnBehalfOf)
    assert identity().keys() == found.claims.keys()
    with pytest.raises(VerificationRefused, match="nonce_wrong"):
        issuer.verifier("portal").verify_id_token(token, nonce="n-2", service=VAT)


def test_time_passes_when_a_test_says_so() -> None:
    issuer = StandInIssuer(now=NOW)
    token = issuer.access_token(API, SAYING)
    issuer.now += 311

    assert Refused.EXPIRED == refusal(issuer, token)
    assert isinstance(shown(issuer, SAYING), OnBehalfOf)


def test_claims_can_be_other_than_they_are() -> None:
    issuer = StandInIssuer()

    assert Refused.AUDIENCE_WRONG == refusal(
        issuer, issuer.access_token(API, SAYING, aud="https://other.test")
    )


def test_two_issuers_trust_each_other_in_nothing() -> None:
    token = StandInIssuer().access_token(API, SAYING)

    assert Refused.KEY_UNKNOWN == refusal(StandInIssuer(), token)


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": ""},
        {"actions": ()},
        {"path": (BAKERY, OFFICE), "links": (Loa.HIGH,)},
        {"path": (BAKERY, OFFICE), "at_desk": True},
        {"at_desk": True},
    ],
)
def test_what_no_register_says_cannot_be_said(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"service|level|desk"):
        Saying(**{"service": VAT, "actions": ("submit",), **wrong})


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=str)
def test_every_hostile_token_is_refused_for_its_own_reason(hostile: Hostile) -> None:
    issuer = StandInIssuer()

    for saying in (SAYING, Saying(service=VAT, actions=("submit",))):
        assert hostile.refused == refusal(issuer, hostile.token(issuer, API, saying))


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=str)
def test_every_hostile_token_is_refused_by_a_reader_of_act(hostile: Hostile) -> None:
    issuer = StandInIssuer()
    saying = Saying(service=VAT, actions=("submit",), path=(BAKERY, OFFICE), orientation="act")

    refused = refusal(issuer, hostile.token(issuer, API, saying), orientation="act")

    assert refused in {hostile.refused, Refused.REPRESENTATION_INCONSISTENT}


def test_a_served_issuer_is_found_by_discovery_and_asked() -> None:
    with served_issuer() as issuer:
        token = issuer.access_token(API, SAYING)
        verifier = issuer.verifier(API, status="introspect", credentials=(API, "secret"))

        assert isinstance(verifier.verify_access_token(token, service=VAT), OnBehalfOf)
        assert ("GET", "/jwks") in issuer.server.asked
        assert ("POST", "/introspect") in issuer.server.asked

        issuer.end(token)
        with pytest.raises(VerificationRefused, match="inactive"):
            verifier.verify_access_token(token, service=VAT)


@pytest.mark.parametrize("asked", ["", "nonsense", "expired", "another issuer's"])
def test_a_served_issuer_says_of_what_is_no_token_of_its_that_it_holds_not(asked: str) -> None:
    issuer = StandInIssuer()
    tokens = {
        "expired": issuer.access_token(API, SAYING, exp=issuer.now),
        "another issuer's": StandInIssuer().access_token(API, SAYING),
    }

    assert {"active": False} == issuer.introspected(tokens.get(asked, asked))
