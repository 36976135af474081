"""The authentication context of municipal software, from verified tokens."""

from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from claims.assurance import Loa
from claims.formats import own_members
from claims.verify import NotExpressible, Verifier, authentication_context
from tests.support.representations import VAT, a_representation
from tests.support.vectors import JWKS
from tests.vectors.tokens import (
    ISSUER,
    NOW,
    RESOURCE,
    access,
    access_header,
    jws,
    recipient,
    represented,
)

BSN = "urn:nl-eid-gdi:1.0:id:legacy-BSN"


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": {**required, **(optional or {})},
    }


def number(kind: str, pattern: str, **more: Any) -> dict[str, Any]:
    identifier = {"type": "string", "pattern": pattern}
    return closed({"identifierType": {"const": kind}, "identifier": identifier, **more})


PERSON = number("bsn", "^[0-9]{9}$")
COMPANY = {"oneOf": [number("kvkNummer", "^[0-9]{8}$"), number("rsin", "^[0-9]{9}$")]}
BRANCH = {"type": "string", "pattern": "^[0-9]{12}$"}
WITH_BRANCH = {
    "oneOf": [
        number("kvkNummer", "^[0-9]{8}$", branchNumber=BRANCH),
        number("rsin", "^[0-9]{9}$", branchNumber=BRANCH),
    ]
}
UUID_TEXT = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
ACTING = number("opaque", ".+")
DIGID = {
    "source": {"const": "digid"},
    "levelOfAssurance": {
        "enum": [
            f"urn:oasis:names:tc:SAML:2.0:ac:classes:{kind}"
            for kind in ("PasswordProtectedTransport", "MobileTwoFactorContract", "Smartcard", "SmartcardPKI")
        ]
    },
}
EHERKENNING = {
    "source": {"const": "eherkenning"},
    "levelOfAssurance": {
        "enum": [f"urn:etoegang:core:assurance-class:loa{level}" for level in ("1", "2", "2plus", "3", "4")]
    },
}


def services(**members: Any) -> dict[str, Any]:
    return closed({"services": {"type": "array", "minItems": 1, "items": closed(members)}})


# the parts of the published definition that we write, in its words
CONTEXT = Draft202012Validator(
    {
        "oneOf": [
            closed({**DIGID, "authorizee": closed({"legalSubject": PERSON})}),
            closed(
                {
                    **DIGID,
                    "representee": PERSON,
                    "authorizee": closed({"legalSubject": PERSON}),
                    "mandate": services(id=UUID_TEXT),
                }
            ),
            closed(
                {
                    **EHERKENNING,
                    "authorizee": closed(
                        {"legalSubject": {"oneOf": [COMPANY, WITH_BRANCH]}, "actingSubject": ACTING}
                    ),
                }
            ),
            closed(
                {
                    **EHERKENNING,
                    "representee": {"oneOf": [PERSON, COMPANY]},
                    "authorizee": closed({"legalSubject": COMPANY, "actingSubject": ACTING}),
                    "mandate": services(id={"type": "string", "format": "uri"}, uuid=UUID_TEXT),
                }
            ),
        ]
    }
)


def context(claims: dict[str, Any], **settings: Any) -> dict[str, Any]:
    verifier = Verifier(ISSUER, RESOURCE, keys=JWKS, clock=lambda: NOW, understands=("branch",))
    shown = verifier.verify_access_token(jws(access_header(), claims), service=VAT)
    made = authentication_context(shown, **settings)
    CONTEXT.validate(made)
    return made


def with_bsn(*path: str) -> dict[str, Any]:
    """A token as it will be where there is a legal ground for BSN: the represented person's and the acting one's."""
    claims = access(represented(*path), alt_sub=[{"aud": RESOURCE, "sub": "999981869", "sub_id_type": BSN}])
    party = claims["represents"]
    while "represents" in party:
        party = party["represents"]
    identity = {"sub": "999997221", "iss": f"{ISSUER}/identifiers/bsn", "sub_id_type": BSN}
    party.update(identity)
    claims["authorization_details"][0]["represented"] = identity
    return claims


def test_an_employee_of_the_represented_company_has_no_representee() -> None:
    assert {
        "source": "eherkenning",
        "levelOfAssurance": "urn:etoegang:core:assurance-class:loa3",
        "authorizee": {
            "legalSubject": {"identifierType": "kvkNummer", "identifier": "90000456"},
            "actingSubject": {"identifierType": "opaque", "identifier": access()["sub"]},
        },
    } == context(access(represented("bakery", "eva")))


def test_a_branch_stands_with_the_company_itself() -> None:
    made = context(access(represented("bakery", "eva", branch="000012345678")))

    assert "000012345678" == made["authorizee"]["legalSubject"]["branchNumber"]


def test_a_chain_names_the_client_as_representee_and_the_office_as_authorizee() -> None:
    made = context(access(represented("bakery", "accountants", "eva")))

    assert "90000456" == made["representee"]["identifier"]
    assert "90000123" == made["authorizee"]["legalSubject"]["identifier"]
    assert VAT == made["mandate"]["services"][0]["id"]


def test_an_rsin_is_named_as_one() -> None:
    claims = access(represented("bakery", "eva", to=recipient(schemes=("rsin",))))

    assert "rsin" == context(claims)["authorizee"]["legalSubject"]["identifierType"]


def test_the_level_is_the_logins_in_the_frameworks_own_words() -> None:
    claims = access(represented("bakery", "eva", login=Loa.LOW), acr=Loa.LOW.acr)

    assert "urn:etoegang:core:assurance-class:loa2" == context(claims)["levelOfAssurance"]


def test_citizens_are_named_where_the_token_holds_their_bsn() -> None:
    made = context(with_bsn("anna", "eva"))
    own = context(access(own_members(VAT, ("view",)), alt_sub=[{"sub": "999981869", "sub_id_type": BSN}]))

    assert "digid" == made["source"]
    assert "999997221" == made["representee"]["identifier"]
    assert {"legalSubject": {"identifierType": "bsn", "identifier": "999981869"}} == made["authorizee"]
    assert made["authorizee"] == own["authorizee"]
    assert "representee" not in own


def test_an_office_for_a_citizen_is_a_company_with_a_person_as_representee() -> None:
    made = context(with_bsn("anna", "accountants", "eva"))

    assert "eherkenning" == made["source"]
    assert {"identifierType": "bsn", "identifier": "999997221"} == made["representee"]


def test_the_services_uuid_is_the_municipalitys_or_follows_from_its_uri() -> None:
    claims = access(represented("bakery", "accountants", "eva"))
    theirs = UUID("34085d78-21aa-4481-a219-b28d7f3282fc")

    assert str(theirs) == context(claims, service_uuid=theirs)["mandate"]["services"][0]["uuid"]
    assert context(claims) == context(claims)


@pytest.mark.parametrize(
    "claims",
    [
        access(represented("anna", "eva")),
        access(represented("anna", "accountants", "eva")),
        access(represented("bakery", "holding0", "accountants", "eva")),
        access(represented("bakery", "accountants", "eva", branch="000012345678")),
        access(represented("bakery", "ministry", "eva", to=recipient(schemes=("kvk", "oin")))),
        access(own_members(VAT, ("view",))),
        access(own_members(VAT, ("view",)), alt_sub=[{"sub": 1, "sub_id_type": BSN}, "x"]),
        access(own_members(VAT, ("view",)), alt_sub={"sub": "999981869", "sub_id_type": BSN}),
    ],
    ids=range(8),
)
def test_what_has_no_place_in_it_is_not_forced_into_it(claims: dict[str, Any]) -> None:
    with pytest.raises(NotExpressible):
        context(claims)


def test_the_level_of_the_mandate_is_told_nowhere() -> None:
    strong = a_representation("bakery", "eva", assurances=(Loa.HIGH,))

    assert Loa.HIGH == strong.assurance
    assert context(access(represented("bakery", "eva"))) == context(
        access(represented("bakery", "eva", assurances=(Loa.HIGH,)))
    )
