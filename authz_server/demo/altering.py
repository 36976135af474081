"""Tokens that a visitor of a demo website tries to cheat with: their own one altered, or one that is well signed and wrong.

Nothing is decided here. What our verifier says of each is found out by showing it the token (`trying`).
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from joserfc.jwk import ECKey, KeySet

from authz_server.demo.speech import Lazy, lazy_gettext
from authz_server.demo.words import ACTIONS, number_kind
from claims.instants import Instant
from claims.testing import HOSTILE, Party, Saying, StandInIssuer
from claims.verify import Loa, OnBehalfOf, OwnBehalf

__all__ = ["GROUPS", "SIGNED", "WAYS", "Given", "Sent", "Way", "resigned"]

Claims = dict[str, Any]
_HOUR: Final = 3600
_YEARS: Final = 10 * 365 * 24 * _HOUR
_NOBODY: Final = {"sub": "90000002", "name": "Ander Bedrijf B.V."}


@dataclass(frozen=True, slots=True)
class Given:
    """What there is to cheat with: the visitor's tokens, the website's issuer and audience, and the issuer's public keys."""

    token: str
    id_token: str
    header: Mapping[str, Any]
    claims: Claims
    shown: OwnBehalf | OnBehalfOf
    issuer: str
    audience: str
    other_service: str
    now: Instant
    keys: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sent:
    """What is shown to the verifier, for which action, how many seconds from now, and who is taken for the issuer.

    `trusted` is a practice issuer whose keys the verifier takes for the issuer's; None for the issuer itself.
    """

    token: str
    action: str | None = None
    later: int = 0
    trusted: StandInIssuer | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to cheat; `fits` tells of which tokens it can be tried with."""

    group: str
    title: Lazy
    made: Callable[[Given], Sent]
    fits: Callable[[Claims], bool] = lambda claims: True


def resigned(given: Given, claims: Claims, signed: str) -> Sent | None:
    """The claims as the visitor wrote them, `signed` as they wish; None for a way that there is not."""
    head, payload, signature = given.token.split(".")
    match signed:
        case "kept":
            # what was not changed is left byte for byte: another spelling would be another token
            body = payload if claims == given.claims else _part(claims)
            return Sent(f"{head}.{body}.{signature}")
        case "own":
            return Sent(_by_own_key(given, claims))
        case "none":
            return Sent(f"{_part({**given.header, 'alg': 'none'})}.{_part(claims)}.")
        case "issuer":
            practice = StandInIssuer(given.issuer, now=given.now)
            return Sent(practice.sign(claims), trusted=practice)
    return None


def _changed(change: Callable[[Claims, Given], str | None]) -> Callable[[Given], Sent]:
    """Claims that were changed, under the signature that was there; what the change answers is the action to ask for."""

    def made(given: Given) -> Sent:
        claims = deepcopy(given.claims)
        action = change(claims, given)
        head, _, signature = given.token.split(".")
        return Sent(f"{head}.{_part(claims)}.{signature}", action)

    return made


def _details(claims: Claims) -> Claims:
    details: Claims = claims["authorization_details"][0]
    return details


def _set(**members: object) -> Callable[[Claims, Given], None]:
    return lambda claims, _: claims.update(members)


def _another_party(claims: Claims, _: Given) -> None:
    party = claims["represents"]
    while "represents" in party:
        party = party["represents"]
    party |= _NOBODY
    _details(claims)["represented"]["sub"] = _NOBODY["sub"]


def _another_service(claims: Claims, given: Given) -> None:
    _details(claims)["service"] = given.other_service


def _more(claims: Claims, _: Given) -> str:
    added = next((one for one in ACTIONS if one not in _details(claims)["actions"]), "everything")
    _details(claims)["actions"].append(added)
    return added


def _surer(claims: Claims, _: Given) -> None:
    claims["acr"] = Loa.HIGH.acr
    details = _details(claims)
    for one in (details, *details.get("links", ())):
        one |= {name: "high" for name in one if name.endswith("assurance_level")}


def _longer(claims: Claims, _: Given) -> None:
    claims["exp"] += _YEARS


def _without_end(claims: Claims, _: Given) -> None:
    _details(claims)["not_after"] = None


def _shorter(claims: Claims, _: Given) -> None:
    claims["represents"] = claims["represents"]["represents"]
    _details(claims)["links"].pop()


def _for_oneself(claims: Claims, _: Given) -> None:
    del claims["represents"]
    kept = {name: _details(claims)[name] for name in ("type", "service", "actions")}
    claims["authorization_details"] = [{**kept, "represented": "self"}]


def _by_law(claims: Claims, _: Given) -> None:
    for link in _details(claims)["links"]:
        link["basis"] = "legal"


def _unlimited(claims: Claims, _: Given) -> None:
    _details(claims).pop("limits", None)
    _details(claims)["branch"] = None


def _represents(claims: Claims) -> bool:
    return "represents" in claims


def _through(claims: Claims) -> bool:
    return "represents" in claims.get("represents", {})


def _limited(claims: Claims) -> bool:
    return _represents(claims) and ("limits" in _details(claims) or _details(claims)["branch"] is not None)


def _by_own_key(given: Given, claims: Claims) -> str:
    return StandInIssuer(given.issuer, now=given.now).sign(claims, kid=given.header["kid"])


def _cut(given: Given) -> Sent:
    return Sent(given.token.rpartition(".")[0] + ".")


def _unsigned(given: Given) -> Sent:
    return Sent(f"{_part({**given.header, 'alg': 'none'})}.{given.token.split('.')[1]}.")


def _brought(given: Given) -> Sent:
    mine = StandInIssuer(given.issuer, now=given.now)
    return Sent(mine.sign(given.claims, kid=given.header["kid"], jwk=mine.key.as_dict(private=False)))


def _public_as_secret(given: Given) -> Sent:
    published = KeySet.import_key_set({"keys": list(given.keys()["keys"])})
    key = next(one for one in published.keys if one.kid == given.header["kid"])
    secret = key.as_pem(private=False) if isinstance(key, ECKey) else json.dumps(key.as_dict()).encode()
    message = f"{_part({**given.header, 'alg': 'HS256'})}.{given.token.split('.')[1]}"
    return Sent(f"{message}.{_b64(hmac.digest(secret, message.encode(), 'sha256'))}")


def _hostile(kind: str) -> Callable[[Given], Sent]:
    """One of the tokens that service providers test themselves with, about this visitor, by a practice issuer."""

    def made(given: Given) -> Sent:
        practice = StandInIssuer(given.issuer, now=given.now)
        saying = _saying(given.shown)
        token = HOSTILE[kind].token(practice, given.audience, saying)
        return Sent(token, saying.actions[0], trusted=practice)

    return made


def _saying(shown: OwnBehalf | OnBehalfOf) -> Saying:
    """What the visitor's own token says, for an issuer that says it too."""
    if isinstance(shown, OwnBehalf):
        return Saying(service=shown.service, actions=shown.actions, login=shown.person.assurance)
    mandate = shown.mandate
    parties = (shown.represented, *shown.intermediaries)
    return Saying(
        service=mandate.service,
        actions=mandate.actions,
        path=tuple(
            Party(one.sub, one.name or one.sub, kvk=one.sub)
            if number_kind(one.sub_id_type)
            else Party(one.sub, one.name or one.sub, "person")
            for one in parties
        ),
        login=shown.person.assurance,
        links=tuple(link.assurance for link in mandate.links),
        branch=mandate.branch,
        limits=mandate.limits,
        at_desk=mandate.at_desk,
    )


def _part(members: Mapping[str, object]) -> str:
    return _b64(json.dumps(members, separators=(",", ":")).encode())


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


GROUPS: Final[Mapping[str, Lazy]] = {
    "changed": lazy_gettext("Change what is in it, and leave the signature"),
    "signature": lazy_gettext("Change the signature"),
    "elsewhere": lazy_gettext("Use a token where it does not belong"),
    "signed": lazy_gettext("And if the login service itself signed something that is wrong?"),
}
SIGNED: Final[Mapping[str, Lazy]] = {
    "expired": lazy_gettext("A token that ended an hour ago"),
    "from the future": lazy_gettext("A token that is for tomorrow"),
    "another issuer": lazy_gettext("A token that says that another made it"),
    "another audience": lazy_gettext("A token for another website"),
    "two audiences": lazy_gettext("A token for two websites at once"),
    "an ID token": lazy_gettext("A token of another kind"),
    "the other orientation": lazy_gettext("Who acts and for whom stand in each other's place"),
    "both orientations": lazy_gettext("It says for whom in two ways at once"),
    "nobody is named": lazy_gettext("It does not say for whom"),
    "another party in the mandate": lazy_gettext("The permission is another company's"),
    "no mandate": lazy_gettext("It says for whom, without any permission"),
    "for oneself beside it": lazy_gettext("For another and for yourself at once"),
    "surer than the login": lazy_gettext("Surer than you logged in"),
    "too long a chain": lazy_gettext("Too many people in between"),
    "a limit that nobody knows": lazy_gettext("A limit that we do not know"),
    "an ended mandate": lazy_gettext("The permission ended, the token did not"),
    "another service": lazy_gettext("A permission for another service"),
    "another action": lazy_gettext("A permission to do something else"),
}
"""By the kind of hostile token; the other kinds are tried with the visitor's own token."""

WAYS: Final[Mapping[str, Way]] = {
    "another_party": Way(
        "changed", lazy_gettext("Work for another company"), _changed(_another_party), _represents
    ),
    "for_oneself": Way(
        "changed", lazy_gettext("Say that it is for yourself"), _changed(_for_oneself), _represents
    ),
    "another_person": Way("changed", lazy_gettext("Be somebody else"), _changed(_set(sub="somebody-else"))),
    "another_service": Way("changed", lazy_gettext("Use it for another service"), _changed(_another_service)),
    "more": Way("changed", lazy_gettext("Be allowed one thing more"), _changed(_more)),
    "surer": Way("changed", lazy_gettext("Be more sure than it is"), _changed(_surer)),
    "longer": Way("changed", lazy_gettext("Let the token last ten years longer"), _changed(_longer)),
    "without_end": Way(
        "changed", lazy_gettext("Let the permission never end"), _changed(_without_end), _represents
    ),
    "unlimited": Way("changed", lazy_gettext("Take the limit away"), _changed(_unlimited), _limited),
    "shorter": Way("changed", lazy_gettext("Leave out who is in between"), _changed(_shorter), _through),
    "by_law": Way("changed", lazy_gettext("Say that the law gives you this"), _changed(_by_law), _represents),
    "another_audience": Way(
        "changed",
        lazy_gettext("Make it for another website"),
        _changed(_set(aud="https://other.example/api")),
    ),
    "another_issuer": Way(
        "changed",
        lazy_gettext("Say that another login service made it"),
        _changed(_set(iss="https://other-login.example")),
    ),
    "cut": Way("signature", lazy_gettext("Cut the signature off"), _cut),
    "alg_none": Way("signature", lazy_gettext("Say that no signature is needed (alg none)"), _unsigned),
    "own_key": Way(
        "signature",
        lazy_gettext("Sign with a key of your own"),
        lambda given: Sent(_by_own_key(given, given.claims)),
    ),
    "brought_key": Way("signature", lazy_gettext("Bring that key of your own along in the token"), _brought),
    "unknown_key": Way(
        "signature",
        lazy_gettext("Name a key that the login service does not have"),
        lambda given: Sent(StandInIssuer(given.issuer, now=given.now).sign(given.claims)),
    ),
    "public_as_secret": Way(
        "signature", lazy_gettext("Use the public key as if it were a secret (HS256)"), _public_as_secret
    ),
    "id_token": Way(
        "elsewhere", lazy_gettext("The token of your login, the ID token"), lambda given: Sent(given.id_token)
    ),
    "too_late": Way(
        "elsewhere",
        lazy_gettext("Your own token, an hour from now"),
        lambda given: Sent(given.token, later=_HOUR),
    ),
    "nonsense": Way("elsewhere", lazy_gettext("Something that is no token"), _hostile("no token at all")),
    **{
        f"signed_{kind.lower().replace(' ', '_')}": Way("signed", title, _hostile(kind))
        for kind, title in SIGNED.items()
    },
}
"""All ways that are ready-made, by the value that a form sends."""
