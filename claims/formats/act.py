"""The other orientation: `sub` the represented party, `act` the acting person (RFC 8693 4.1), there and back.

NL GOV OIDC puts the acting person in `sub`, so that a reader who knows nothing of representation never mistakes
one for the other; RFC 8693 puts the represented party there. Parties c0 (who acts), c1 … cn (represented):

    represents: sub = c0, represents = c1 { represents: … cn }
    act:        sub = cn, act = c0 { act: c1 { act: … c(n-1) } }

A number of an organisation is unique together with its `iss` only, and a bare `sub` is read together with the
token's. So cn's number becomes the URI `<iss of the number>/<number>`; a pairwise `sub` stays what it is. Which it
was, `authorization_details` tells, in both orientations.
"""

from collections.abc import Mapping
from typing import Final

__all__ = ["from_act", "to_act"]

_IDENTITY: Final = ("sub_id_type", "name")
_DEEPEST: Final = 64  # far beyond any path; only a bound for what is read


def to_act(claims: Mapping[str, object]) -> dict[str, object]:
    """The claims of a representing token, for a reader of `act`; ValueError where they represent nobody rightly.

    Claims for oneself come back as they are. All members but the identities stay as they are.
    """
    if "act" in claims:
        raise ValueError("act stands there already")
    if "represents" not in claims:
        return dict(claims)
    issuer = claims.get("iss")
    parties = [_person(claims, issuer), *_nested(claims["represents"], "represents")]
    represented = parties.pop()
    if any(represented.get(name) != value for name, value in _represented(claims).items()):
        raise ValueError("authorization_details names another party than represents does")
    flipped = {name: value for name, value in claims.items() if name not in {"represents", *_IDENTITY}}
    flipped["sub"] = _unique(represented, issuer)
    flipped.update({name: represented[name] for name in _IDENTITY if name in represented})
    flipped["act"] = _nest(parties, "act")
    return flipped


def from_act(claims: Mapping[str, object]) -> dict[str, object]:
    """The claims for a reader of `represents`; ValueError where the members contradict each other."""
    if "represents" in claims:
        raise ValueError("represents stands there already")
    if "act" not in claims:
        return dict(claims)
    issuer = claims.get("iss")
    acting, *between = _nested(claims["act"], "act")
    if acting.get("iss") != issuer:
        raise ValueError("the acting person is of another issuer")
    represented: dict[str, object] = {**_represented(claims)}
    if claims.get("sub") != _unique(represented, issuer):
        raise ValueError("sub is not the represented party")
    represented.update({name: claims[name] for name in _IDENTITY if name in claims})
    flipped = {name: value for name, value in claims.items() if name not in {"act", *_IDENTITY}}
    flipped["sub"] = acting["sub"]
    flipped.update({name: acting[name] for name in _IDENTITY if name in acting})
    flipped["represents"] = _nest([*between, represented], "represents")
    return flipped


def _person(claims: Mapping[str, object], issuer: object) -> dict[str, object]:
    acting = {"sub": claims.get("sub"), "iss": issuer}
    return acting | {name: claims[name] for name in _IDENTITY if name in claims}


def _nested(outermost: object, member: str) -> list[dict[str, object]]:
    """The identities, outermost first."""
    parties: list[dict[str, object]] = []
    party: object = outermost
    while party is not None:
        if not isinstance(party, Mapping) or len(parties) == _DEEPEST:
            raise ValueError(f"{member} is not nested as it should be")
        identity = {str(name): value for name, value in party.items() if name != member}
        if not isinstance(identity.get("sub"), str) or not isinstance(identity.get("iss"), str):
            raise ValueError(f"a party in {member} has no sub or no iss")
        parties.append(identity)
        party = party.get(member)
    if not parties:
        raise ValueError(f"{member} names nobody")
    return parties


def _nest(parties: list[dict[str, object]], member: str) -> dict[str, object]:
    nested: dict[str, object] = {}
    for party in reversed(parties):
        nested = party | ({member: nested} if nested else {})
    return nested


def _represented(claims: Mapping[str, object]) -> Mapping[str, object]:
    details = claims.get("authorization_details")
    if not isinstance(details, list) or len(details) != 1 or not isinstance(details[0], Mapping):
        raise ValueError("authorization_details is not one object")
    represented = details[0].get("represented")
    if not isinstance(represented, Mapping):
        raise ValueError("authorization_details names no represented party")
    return represented


def _unique(party: Mapping[str, object], issuer: object) -> object:
    return party.get("sub") if party.get("iss") == issuer else f"{party.get('iss')}/{party.get('sub')}"
