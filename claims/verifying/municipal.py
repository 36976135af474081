"""The authentication context that Dutch municipal software keeps with a case, from what a token shows.

"Datadefinities voor authenticatiecontext" (draft, as Open Forms and Open Zaak read it). Its words are not ours:
`authorizee.legalSubject` is who acts in law (the person, or the company that the person works for),
`actingSubject` the human at the keyboard for a company, `representee` the represented party. It knows no level
of the mandate, at most one company between, no branch in a chain, and no limit; what does not fit is not forced into it.
"""

from collections.abc import Mapping
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from claims.assurance import Loa
from claims.verifying.outcome import Identified, OnBehalfOf, OwnBehalf

__all__ = ["NotExpressible", "authentication_context"]

_BSN: Final = "urn:nl-eid-gdi:1.0:id:legacy-BSN"
_COMPANY: Final = {"urn:nl-eid-gdi:1.0:id:KvKnr": "kvkNummer", "urn:nl-eid-gdi:1.0:id:RSIN": "rsin"}
_DIGID: Final = {
    Loa.BASIC: "PasswordProtectedTransport",
    Loa.LOW: "MobileTwoFactorContract",
    Loa.SUBSTANTIAL: "Smartcard",
    Loa.HIGH: "SmartcardPKI",
}
_EHERKENNING: Final = {Loa.BASIC: "loa1", Loa.LOW: "loa2", Loa.SUBSTANTIAL: "loa3", Loa.HIGH: "loa4"}

Context = dict[str, object]


class NotExpressible(ValueError):
    """The authentication context has no place for this; the text says for what."""


def authentication_context(shown: OwnBehalf | OnBehalfOf, *, service_uuid: UUID | None = None) -> Context:
    """The authentication context of what was verified.

    `service_uuid` is the service's in the municipality's own catalogue; without it the UUID of version 5 of the
    service's URI, which is the same everywhere and always. NotExpressible where the context has no place for it:
    a person without a BSN in the token, two companies between, a branch in a chain, a limit, another kind of number.
    """
    if isinstance(shown, OnBehalfOf) and shown.mandate.at_desk:
        raise NotExpressible("somebody at a desk, who has no mandate of who came there")
    if isinstance(shown, OnBehalfOf) and shown.mandate.limits.kinds:
        raise NotExpressible("a mandate that is narrower than its service")
    match shown:
        case OwnBehalf():
            return _as_citizen(shown) | {"authorizee": {"legalSubject": _acting_citizen(shown)}}
        case OnBehalfOf(_, represented, (), _) if represented.sub_id_type in _COMPANY:
            company = _company(represented) | _branch(shown)
            return _as_company(shown) | {"authorizee": _authorizee(company, shown)}
        case OnBehalfOf(_, represented, (), mandate):
            return _as_citizen(shown) | {
                "representee": _citizen(represented),
                "authorizee": {"legalSubject": _acting_citizen(shown)},
                "mandate": {"services": [{"id": str(service_uuid or _uuid(mandate.service))}]},
            }
        case OnBehalfOf(_, represented, (company,), mandate):
            if mandate.branch is not None:
                raise NotExpressible("a branch, where a company acts for another party")
            uuid = str(service_uuid or _uuid(mandate.service))
            return _as_company(shown) | {
                "representee": _party(represented),
                "authorizee": _authorizee(_company(company), shown),
                "mandate": {"services": [{"id": mandate.service, "uuid": uuid}]},
            }
        case _:
            raise NotExpressible("more than one company between the represented party and the person")


def _as_citizen(shown: OwnBehalf | OnBehalfOf) -> Context:
    kind = _DIGID[shown.person.assurance]
    return {"source": "digid", "levelOfAssurance": f"urn:oasis:names:tc:SAML:2.0:ac:classes:{kind}"}


def _as_company(shown: OnBehalfOf) -> Context:
    level = _EHERKENNING[shown.person.assurance]
    return {"source": "eherkenning", "levelOfAssurance": f"urn:etoegang:core:assurance-class:{level}"}


def _authorizee(company: Context, shown: OnBehalfOf) -> Context:
    acting = {"identifierType": "opaque", "identifier": shown.person.sub}
    return {"legalSubject": company, "actingSubject": acting}


def _branch(shown: OnBehalfOf) -> Context:
    return {} if shown.mandate.branch is None else {"branchNumber": shown.mandate.branch}


def _party(party: Identified) -> Context:
    return _company(party) if party.sub_id_type in _COMPANY else _citizen(party)


def _company(party: Identified) -> Context:
    if (kind := _COMPANY.get(party.sub_id_type)) is None:
        raise NotExpressible("a company that is named by neither a KvK number nor an RSIN")
    return {"identifierType": kind, "identifier": party.sub}


def _citizen(party: Identified) -> Context:
    if party.sub_id_type != _BSN:
        raise NotExpressible("a person whose BSN the token does not hold")
    return {"identifierType": "bsn", "identifier": party.sub}


def _acting_citizen(shown: OwnBehalf | OnBehalfOf) -> Context:
    """The acting person's BSN stands beside `sub`, in `alt_sub` (NL GOV OIDC 1.0.1)."""
    others = shown.claims.get("alt_sub")
    for other in others if isinstance(others, list) else ():
        if (
            isinstance(other, Mapping)
            and other.get("sub_id_type") == _BSN
            and isinstance(other.get("sub"), str)
        ):
            return {"identifierType": "bsn", "identifier": other["sub"]}
    raise NotExpressible("an acting person whose BSN the token does not hold")


def _uuid(service: str) -> UUID:
    return uuid5(NAMESPACE_URL, service)
