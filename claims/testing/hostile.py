"""Tokens that a service must refuse, each almost good: what a service provider's tests show its guard."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal

from joserfc.jwk import ECKey

from claims.testing.issuer import Party, Saying, StandInIssuer
from claims.verify import Refused

__all__ = ["HOSTILE", "Hostile"]

Claims = dict[str, Any]
_SOMEBODY: Final = Party("hostile-0", "Voorbeeld B.V.", kvk="90000001")
_SOMEBODY_ELSE: Final = "90000002"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One way to try: `kind` is its name, `tries` says what it is, `refused` what our verifier says of it."""

    kind: str
    tries: str
    refused: Refused
    _made: Callable[[StandInIssuer, str, Saying], str]

    def token(self, issuer: StandInIssuer, audience: str, saying: Saying) -> str:
        """The token: `saying`, for the API `audience`, but for the one thing that is wrong with it.

        Where `saying` names nobody who is represented, an example is: acting for another is what is attacked.
        """
        return self._made(issuer, audience, saying if saying.path else replace(saying, path=(_SOMEBODY,)))

    def __str__(self) -> str:
        return self.kind


def _changed(change: Callable[[Claims], object], **header: object) -> Callable[..., str]:
    """A token well signed, of claims that were changed before."""

    def made(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
        claims = issuer.access_claims(audience, saying)
        change(claims)
        return issuer.sign(claims, **header)  # type: ignore[arg-type]

    return made


def _details(claims: Claims) -> Claims:
    details: Claims = claims["authorization_details"][0]
    return details


def _member(claims: Claims) -> str:
    return "act" if "act" in claims else "represents"


def _another_key(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
    other = StandInIssuer(issuer.url, now=issuer.now)
    return other.sign(issuer.access_claims(audience, saying), kid=issuer.kid)


def _a_key_that_it_brings(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
    other = StandInIssuer(issuer.url, now=issuer.now)
    return other.sign(issuer.access_claims(audience, saying), jwk=other.key.as_dict(private=False))


def _unsigned(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
    header = {"alg": "none", "kid": issuer.kid, "typ": "at+jwt"}
    return f"{_part(header)}.{_part(issuer.access_claims(audience, saying))}."


def _public_key_as_secret(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
    header = {"alg": "HS256", "kid": issuer.kid, "typ": "at+jwt"}
    message = f"{_part(header)}.{_part(issuer.access_claims(audience, saying))}"
    secret = ECKey.import_key(issuer.jwks["keys"][0]).as_pem(private=False)
    return f"{message}.{_b64(hmac.digest(secret, message.encode(), 'sha256'))}"


def _tampered(change: Callable[[Claims], object]) -> Callable[..., str]:
    """A good token of which the claims were changed after it was signed."""

    def made(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
        head, body, signature = issuer.access_token(audience, saying).split(".")
        claims = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        change(claims)
        return f"{head}.{_part(claims)}.{signature}"

    return made


def _other_orientation(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
    other: Literal["represents", "act"] = "represents" if saying.orientation == "act" else "act"
    return issuer.access_token(audience, replace(saying, orientation=other))


def _both_orientations(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
    upright = issuer.access_claims(audience, replace(saying, orientation="represents"))
    flipped = issuer.access_claims(audience, replace(saying, orientation="act"))
    return issuer.sign(upright | flipped)


def _an_id_token(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
    return issuer.sign(issuer.access_claims(audience, saying), typ="JWT")


def _too_long(issuer: StandInIssuer, audience: str, saying: Saying) -> str:
    path = tuple(Party(f"hostile-{n}", f"Schakel {n} B.V.", kvk=f"9000010{n}") for n in range(7))
    level = saying.links if not isinstance(saying.links, tuple) else min(saying.links)
    return issuer.access_token(
        audience, replace(saying, path=(*saying.path, *path)[:7], links=level, at_desk=False)
    )


def _nobody_is_named(claims: Claims) -> None:
    del claims["authorization_details"], claims[_member(claims)]


def _another_party(claims: Claims) -> None:
    _details(claims)["represented"]["sub"] = _SOMEBODY_ELSE


def _for_oneself_beside(claims: Claims) -> None:
    details = _details(claims)
    own = {name: details[name] for name in ("type", "service", "actions")} | {"represented": "self"}
    claims["authorization_details"].append(own)


def _surer_than_the_login(claims: Claims) -> None:
    _details(claims)["effective_assurance_level"] = "high"
    claims["acr"] = "http://eID.logius.nl/LoA/basic"


def _part(members: Mapping[str, object]) -> str:
    return _b64(json.dumps(members).encode())


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _ended(claims: Claims) -> None:
    _details(claims)["not_after"] = "2020-01-01T00:00:00Z"


_ALL: Final = (
    Hostile(
        "expired",
        "it expired an hour ago",
        Refused.EXPIRED,
        _changed(lambda claims: claims.update(exp=claims["iat"] - 3600)),
    ),
    Hostile(
        "from the future",
        "it was made for tomorrow",
        Refused.NOT_YET_VALID,
        _changed(lambda claims: claims.update(nbf=claims["nbf"] + 86400)),
    ),
    Hostile(
        "another issuer",
        "another issuer made it, under your issuer's key id",
        Refused.ISSUER_WRONG,
        _changed(lambda claims: claims.update(iss="https://evil.test")),
    ),
    Hostile(
        "another audience",
        "it is for another API",
        Refused.AUDIENCE_WRONG,
        _changed(lambda claims: claims.update(aud="https://other.test")),
    ),
    Hostile(
        "two audiences",
        "it is for your API and for another, which could use it at yours",
        Refused.AUDIENCE_WRONG,
        _changed(lambda claims: claims.update(aud=[claims["aud"], "https://other.test"])),
    ),
    Hostile("an ID token", "a token for a site, of another type", Refused.TYPE_WRONG, _an_id_token),
    Hostile(
        "another key", "signed with another key, under the id of yours", Refused.SIGNATURE_WRONG, _another_key
    ),
    Hostile(
        "a key that it brings",
        "signed with a key that stands in its own header",
        Refused.HEADER_FORBIDDEN,
        _a_key_that_it_brings,
    ),
    Hostile(
        "an unknown key",
        "it names a key that the issuer does not publish",
        Refused.KEY_UNKNOWN,
        _changed(lambda claims: None, kid="unknown"),
    ),
    Hostile("alg none", "not signed at all, and says so", Refused.ALGORITHM_FORBIDDEN, _unsigned),
    Hostile(
        "a public key as secret",
        "HS256 with the published key for a secret",
        Refused.ALGORITHM_FORBIDDEN,
        _public_key_as_secret,
    ),
    Hostile(
        "tampered: another person",
        "sub was changed after it was signed",
        Refused.SIGNATURE_WRONG,
        _tampered(lambda claims: claims.update(sub="another")),
    ),
    Hostile(
        "tampered: more actions",
        "an action was added after it was signed",
        Refused.SIGNATURE_WRONG,
        _tampered(lambda claims: _details(claims)["actions"].append("everything")),
    ),
    Hostile(
        "the other orientation",
        "who acts and who is represented stand in each other's place",
        Refused.ORIENTATION_WRONG,
        _other_orientation,
    ),
    Hostile(
        "both orientations",
        "represents and act stand beside each other, so that two readers read two things",
        Refused.ORIENTATION_WRONG,
        _both_orientations,
    ),
    Hostile(
        "nobody is named",
        "it says nothing of for whom: that never means for oneself",
        Refused.REPRESENTATION_MISSING,
        _changed(_nobody_is_named),
    ),
    Hostile(
        "another party in the mandate",
        "the mandate is another party's than the one who is represented",
        Refused.REPRESENTATION_INCONSISTENT,
        _changed(_another_party),
    ),
    Hostile(
        "no mandate",
        "it names who is represented, and no mandate",
        Refused.REPRESENTATION_INCONSISTENT,
        _changed(lambda claims: claims.pop("authorization_details")),
    ),
    Hostile(
        "for oneself beside it",
        "a mandate, and acting for oneself beside it",
        Refused.REPRESENTATION_MALFORMED,
        _changed(_for_oneself_beside),
    ),
    Hostile(
        "surer than the login",
        "all in all surer than the login that it began with",
        Refused.REPRESENTATION_INCONSISTENT,
        _changed(_surer_than_the_login),
    ),
    Hostile(
        "too long a chain",
        "seven mandates in a row, one more than there can be",
        Refused.REPRESENTATION_INCONSISTENT,
        _too_long,
    ),
    Hostile(
        "a limit that nobody knows",
        "a mandate that is narrowed in a way that you cannot heed",
        Refused.RESTRICTION_NOT_UNDERSTOOD,
        _changed(lambda claims: _details(claims).update(limits={"hours": ["09:00"]})),
    ),
    Hostile(
        "an ended mandate",
        "the token lives, the mandate does not",
        Refused.MANDATE_ENDED,
        _changed(_ended),
    ),
    Hostile(
        "another service",
        "a good token of yours, for another service",
        Refused.SERVICE_WRONG,
        _changed(lambda claims: _details(claims).update(service="https://other.test/service")),
    ),
    Hostile(
        "another action",
        "a mandate that allows something else",
        Refused.ACTION_NOT_ALLOWED,
        _changed(lambda claims: _details(claims).update(actions=["another-action"])),
    ),
    Hostile(
        "no token at all",
        "text that was never a token",
        Refused.MALFORMED,
        lambda issuer, audience, saying: "nonsense",
    ),
)

HOSTILE: Final[Mapping[str, Hostile]] = MappingProxyType({one.kind: one for one in _ALL})
"""All ways, by kind. More will come: whoever runs through it is told of new ones."""
