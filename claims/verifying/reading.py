"""From signed claims to what they say of representation: read whole, compared with itself, and fail closed.

What the members mean is `claims` 2. A token in which they contradict each other was not made as ours are made,
so it shows nothing, however well it is signed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from claims.assurance import Loa
from claims.instants import Instant, parse_instant
from claims.limits import LIMITS, NO_LIMITS, Limits, limits_of
from claims.verifying.outcome import Identified, MandateLink, OnBehalfOf, OwnBehalf, Person, VerifiedMandate
from claims.verifying.refusal import Refused, VerificationRefused

__all__ = ["MOST_LINKS", "read"]

MOST_LINKS: Final = 6
"""The longest path (R2)."""

_DETAILS: Final = frozenset(
    {
        "type",
        "service",
        "actions",
        "represented",
        "assurance_level",
        "effective_assurance_level",
        "not_after",
        "branch",
        "register",
        "links",
    }
)
_OWN_DETAILS: Final = frozenset({"type", "service", "actions", "represented"})
_LINK: Final = frozenset({"id", "basis", "assurance_level", "recorded_at"})
# NL GOV OIDC 1.0.1: `represents` holds identity alone, and none of these
_NO_IDENTITY: Final = frozenset(
    {"act", "may_act", "aud", "exp", "nbf", "iat", "acr", "amr", "authorization_details"}
)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BRANCH: Final = re.compile(r"\d{12}", re.ASCII)
_DETAILS_CLAIM: Final = "authorization_details"


def read(claims: Mapping[str, object], person: Person) -> OwnBehalf | OnBehalfOf:
    """Who acts for whom, by the members `represents` and `authorization_details`; VerificationRefused otherwise."""
    for member in ("act", "may_act"):
        if member in claims:
            raise VerificationRefused(
                Refused.ORIENTATION_WRONG,
                f"{member} never stands in a token of this orientation",
                claim=member,
            )
    if _DETAILS_CLAIM not in claims:
        if "represents" in claims:
            raise _inconsistent("represents stands there without authorization_details")
        raise VerificationRefused(
            Refused.REPRESENTATION_MISSING,
            "the token does not say for whom; absent never means for oneself",
            claim=_DETAILS_CLAIM,
        )
    details = _one(claims[_DETAILS_CLAIM])
    if details.get("represented") == "self":
        if "represents" in claims:
            raise _inconsistent("represents stands there beside details for oneself")
        _closed(details, _OWN_DETAILS)
        return OwnBehalf(person, _text(details, "service"), _actions(details), claims)
    if "represents" not in claims:
        raise _inconsistent("authorization_details names a party and represents does not", "represents")
    _closed(details, _DETAILS | (details.keys() & {"limits"}))
    parties = _parties(claims["represents"])
    represented = parties[0]
    _check_represented(details["represented"], represented)
    _check_different(parties, person, claims.get("iss"))
    mandate = _mandate(details)
    if len(mandate.links) != len(parties):
        raise _inconsistent("there are not as many links as parties")
    _check_levels(mandate, person)
    return OnBehalfOf(person, represented, tuple(parties[1:]), mandate, claims)


def _one(value: object) -> Mapping[str, object]:
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], Mapping):
        raise _malformed("authorization_details is not a list of exactly one object")
    details: Mapping[str, object] = value[0]
    if details.get("type") != "representation":
        raise _malformed("the details are of another type")
    return details


def _closed(details: Mapping[str, object], members: frozenset[str]) -> None:
    # a member that we do not know may be a limit that we do not keep
    if details.keys() != members:
        raise _malformed("the details have a member too many or too few")


def _parties(outermost: object) -> list[Identified]:
    """The parties, deepest first: in the order of the links."""
    parties: list[Identified] = []
    party = outermost
    while party is not None:
        if len(parties) == MOST_LINKS:
            raise _inconsistent(f"represents is nested deeper than {MOST_LINKS}", "represents")
        if not isinstance(party, Mapping) or party.keys() & _NO_IDENTITY:
            raise _malformed("represents is no identity", "represents")
        parties.append(_identified(party))
        if "represents" in party and not isinstance(party["represents"], Mapping):
            raise _malformed("represents is no identity", "represents")
        party = party.get("represents")
    if not parties:
        raise _malformed("represents is no identity", "represents")
    return parties[::-1]


def _identified(party: Mapping[str, object]) -> Identified:
    name = party.get("name")
    if "name" in party and not isinstance(name, str):
        raise _malformed("name is no text", "represents")
    return Identified(
        sub=_text(party, "sub", "represents"),
        iss=_text(party, "iss", "represents"),
        sub_id_type=_text(party, "sub_id_type", "represents"),
        name=name if isinstance(name, str) else None,
    )


def _check_represented(written: object, represented: Identified) -> None:
    identity = {"sub": represented.sub, "iss": represented.iss, "sub_id_type": represented.sub_id_type}
    if written != identity:
        raise _inconsistent("represented is another party than the deepest in represents")


def _check_different(parties: Sequence[Identified], person: Person, issuer: object) -> None:
    keys = {(party.iss, party.sub) for party in parties} | {(issuer, person.sub)}
    if len(keys) != len(parties) + 1:
        raise _inconsistent("one party stands in two places", "represents")


def _mandate(details: Mapping[str, object]) -> VerifiedMandate:
    return VerifiedMandate(
        service=_text(details, "service"),
        actions=_actions(details),
        assurance=_level(details, "assurance_level"),
        effective_assurance=_level(details, "effective_assurance_level"),
        not_after=_not_after(details["not_after"]),
        branch=_branch(details["branch"]),
        register=_text(details, "register"),
        links=_links(details["links"]),
        limits=_limits(details["limits"]) if "limits" in details else NO_LIMITS,
    )


def _links(value: object) -> tuple[MandateLink, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_LINKS:
        raise _malformed(f"links is not a list of one to {MOST_LINKS}")
    links = tuple(_link(link) for link in value)
    if len({link.id for link in links}) != len(links):
        raise _inconsistent("a link occurs twice")
    return links


def _link(value: object) -> MandateLink:
    if not isinstance(value, Mapping) or value.keys() != _LINK:
        raise _malformed("a link has a member too many or too few")
    basis, recorded_at = _text(value, "basis"), _text(value, "recorded_at")
    if basis not in {"mandate", "legal", "desk"} or not _DAY.fullmatch(recorded_at):
        raise _malformed("a link's basis or day of recording is none")
    return MandateLink(_text(value, "id"), basis, _level(value, "assurance_level"), recorded_at)


def _check_levels(mandate: VerifiedMandate, person: Person) -> None:
    if mandate.assurance != min(link.assurance for link in mandate.links):
        raise _inconsistent("assurance_level is not the lowest of the links")
    if mandate.effective_assurance > min(mandate.assurance, person.assurance):
        raise _inconsistent("effective_assurance_level is above that of the mandate or of the login")


def _text(members: Mapping[str, object], name: str, claim: str = _DETAILS_CLAIM) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(f"{name} is not a text", claim)
    return value


def _actions(details: Mapping[str, object]) -> tuple[str, ...]:
    value = details.get("actions")
    if not isinstance(value, list) or not value or not all(isinstance(action, str) for action in value):
        raise _malformed("actions is not a list of actions")
    if len(set(value)) != len(value):
        raise _malformed("an action occurs twice")
    return tuple(value)


def _level(members: Mapping[str, object], name: str) -> Loa:
    try:
        return Loa.of_word(members.get(name))
    except ValueError:
        raise _malformed(f"{name} is no level") from None


def _not_after(value: object) -> Instant | None:
    try:
        return None if value is None else parse_instant(value)
    except ValueError:
        raise _malformed("not_after is no instant") from None


def _branch(value: object) -> str | None:
    if value is not None and not (isinstance(value, str) and _BRANCH.fullmatch(value)):
        raise _malformed("branch is no branch number")
    return value


def _limits(value: object) -> Limits:
    if isinstance(value, Mapping) and not value.keys() <= set(LIMITS):
        raise VerificationRefused(
            Refused.RESTRICTION_NOT_UNDERSTOOD,
            "it has a limit that this verifier does not know",
            claim=_DETAILS_CLAIM,
        )
    try:
        return limits_of(value)
    except ValueError as wrong:
        raise _malformed(str(wrong)) from None


def _malformed(reason: str, claim: str = _DETAILS_CLAIM) -> VerificationRefused:
    return VerificationRefused(Refused.REPRESENTATION_MALFORMED, reason, claim=claim)


def _inconsistent(reason: str, claim: str = _DETAILS_CLAIM) -> VerificationRefused:
    return VerificationRefused(Refused.REPRESENTATION_INCONSISTENT, reason, claim=claim)
