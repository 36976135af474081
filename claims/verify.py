"""For service providers: a token in; who acts, for whom and by which mandate out (`docs/verifying.md`).

    verifier = Verifier(issuer="https://login.example.nl", audience="https://api.tax.example.nl")
    match verifier.verify_access_token(token, service=VAT, action="submit", at_least=Loa.SUBSTANTIAL):
        case OwnBehalf(person): ...
        case OnBehalfOf(person, represented, intermediaries, mandate): ...

There are two answers on purpose, and everything else is `VerificationRefused`: a service that handles the one
and forgets the other is told so by its type checker. Nothing of the provider is imported here, and no web
framework or database.
"""

import hmac
import time
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from claims.assurance import Loa
from claims.formats.act import from_act
from claims.instants import Instant
from claims.limits import UNDERSTOOD, Days, Limits
from claims.verifying.demand import Act, Demand
from claims.verifying.issuer import Credentials, Issuer
from claims.verifying.municipal import NotExpressible, authentication_context
from claims.verifying.outcome import Identified, MandateLink, OnBehalfOf, OwnBehalf, Person, VerifiedMandate
from claims.verifying.reading import read
from claims.verifying.refusal import Refused, VerificationRefused
from claims.verifying.signed import bearer, signed_claims
from claims.verifying.standing import check_audience, check_issuer, check_times, read_person, text
from keys.algorithms import ACCEPTED_ALGORITHMS
from keys.published import PublicKeys

__all__ = [
    "Act",
    "Days",
    "Identified",
    "Limits",
    "Loa",
    "MandateLink",
    "NotExpressible",
    "OnBehalfOf",
    "OwnBehalf",
    "Person",
    "Refused",
    "VerificationRefused",
    "VerifiedMandate",
    "Verifier",
    "authentication_context",
    "bearer",
]

_ACCESS_TOKEN: Final = ("at+jwt", "application/at+jwt")
_ID_TOKEN: Final = ("jwt",)
_MOST_LEEWAY: Final = 60


class Verifier:
    """Verifies the tokens of one issuer for one audience. Make one and keep it; threads may share it.

    `audience` is the URI of a resource for access tokens, a client id for ID tokens. Without `keys` (a JWK Set)
    the issuer's are fetched, kept, and fetched again when they are old or a key is new. `orientation` is what
    the resource is registered for: `act` where `sub` is the represented party (RFC 8693). `understands` are the
    restrictions and limits that the service heeds, of `branch`, `desk`, `case`, `amount` and `days`: a mandate for one
    branch is refused unless `branch` is among them, what somebody at a desk does for who came there unless `desk` is, and
    so on.
    With `status="introspect"` the issuer is asked at each access token, as the client or resource `credentials`
    (its id, and its secret or its private key), so that an ended mandate is refused at once. `leeway` are
    seconds for clocks that differ; they never stretch a mandate. ValueError for settings that make no sense.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        *,
        keys: Mapping[str, object] | None = None,
        orientation: Literal["represents", "act"] = "represents",
        understands: Collection[str] = (),
        status: Literal["offline", "introspect"] = "offline",
        credentials: Credentials | None = None,
        algorithms: Collection[str] = ACCEPTED_ALGORITHMS,
        leeway: int = 10,
        clock: Callable[[], Instant] | None = None,
    ) -> None:
        if not issuer or not audience:
            raise ValueError("a verifier has an issuer and an audience")
        if not algorithms or not set(algorithms) <= set(ACCEPTED_ALGORITHMS):
            raise ValueError(f"algorithms are of {', '.join(ACCEPTED_ALGORITHMS)}")
        if not 0 <= leeway <= _MOST_LEEWAY:
            raise ValueError(f"leeway is 0 to {_MOST_LEEWAY} seconds")
        if orientation not in ("represents", "act") or status not in ("offline", "introspect"):
            raise ValueError("orientation is represents or act, status is offline or introspect")
        if status == "introspect" and credentials is None:
            raise ValueError("introspection needs credentials")
        if not set(understands) <= set(UNDERSTOOD):
            raise ValueError(f"what can be understood is: {', '.join(UNDERSTOOD)}")
        self._issuer: Final = issuer
        self._audience: Final = audience
        self._remote: Final = Issuer(issuer)
        self._published: Final = None if keys is None else PublicKeys(keys)
        self._flipped: Final = orientation == "act"
        self._understands: Final = frozenset(understands)
        self._asks: Final = status == "introspect"
        self._credentials: Final = credentials
        self._algorithms: Final = tuple(algorithms)
        self._leeway: Final = leeway
        self._clock: Final = clock or _machine_clock

    def verify_access_token(
        self,
        token: str,
        *,
        service: str,
        action: str | None = None,
        at_least: Loa | None = None,
        max_age: int | None = None,
        case: str | None = None,
        amount: Decimal | int | None = None,
        day: date | None = None,
        about: Callable[[], Act] | None = None,
    ) -> OwnBehalf | OnBehalfOf:
        """What an access token (RFC 9068) for this resource shows of `action` at `service`.

        `at_least` is demanded of login and mandate; `max_age` are seconds since the login. `case`, `amount` (euros) and
        `day` (today where left out) say what the act is about: a mandate that is limited otherwise is refused. Limits about
        which nothing is said here are the service's to heed; they stand in the answer. `about` says the same in their
        place, and is asked only once the token is the issuer's and for this act: it may look things up that not
        everybody may know of. VerificationRefused where anything at all is not as it should be.
        """
        now = self._clock()
        claims = self._signed(token, _ACCESS_TOKEN, now)
        check_audience(claims, self._audience)
        for name in ("client_id", "jti"):
            text(claims, name)
        act = Act(case, amount, day) if about is None else about
        demand = self._demand(service, action, at_least, max_age, act)
        shown = self._shown(claims, demand, now)
        if not self._asks:
            return shown
        return _still_the_same(shown, self._asked(token, demand, now))

    def verify_id_token(
        self,
        token: str,
        *,
        nonce: str | None,
        service: str,
        action: str | None = None,
        at_least: Loa | None = None,
        max_age: int | None = None,
        case: str | None = None,
        amount: Decimal | int | None = None,
        day: date | None = None,
    ) -> OwnBehalf | OnBehalfOf:
        """What an ID token (OpenID Connect Core 3.1.3.7) for this client shows of `service`.

        `nonce` is the one sent with the request, None where none was. An ID token tells of a login: at later
        acts ask the issuer about the access token.
        """
        now = self._clock()
        claims = self._signed(token, _ID_TOKEN, now)
        check_audience(claims, self._audience)
        if claims.get("azp", self._audience) != self._audience:
            raise VerificationRefused(Refused.AUDIENCE_WRONG, "it was made for another client", claim="azp")
        _check_nonce(claims, nonce)
        return self._shown(
            claims, self._demand(service, action, at_least, max_age, Act(case, amount, day)), now
        )

    def introspect(
        self,
        token: str,
        *,
        service: str,
        action: str | None = None,
        at_least: Loa | None = None,
        max_age: int | None = None,
        case: str | None = None,
        amount: Decimal | int | None = None,
        day: date | None = None,
    ) -> OwnBehalf | OnBehalfOf:
        """What the issuer says now of an access token that was issued to us or is for us (RFC 7662).

        For a relying party at each act: its access token need not be readable to it, and an ended mandate
        is refused at once. ValueError where the verifier was made without credentials.
        """
        return self._asked(
            token, self._demand(service, action, at_least, max_age, Act(case, amount, day)), self._clock()
        )

    def _signed(self, token: object, types: Collection[str], now: Instant) -> Mapping[str, object]:
        claims = signed_claims(token, types=types, algorithms=self._algorithms, keys=self._keys)
        check_issuer(claims, self._issuer)
        check_times(claims, now=now, leeway=self._leeway)
        return claims

    def _keys(self, kid: str) -> PublicKeys:
        return self._remote.keys(kid) if self._published is None else self._published

    def _shown(self, claims: Mapping[str, object], demand: Demand, now: Instant) -> OwnBehalf | OnBehalfOf:
        upright = _upright(claims) if self._flipped else claims
        shown = read(upright, read_person(upright))
        demand.check(shown, now=now, leeway=self._leeway)
        return shown

    def _asked(self, token: str, demand: Demand, now: Instant) -> OwnBehalf | OnBehalfOf:
        if self._credentials is None:
            raise ValueError("this verifier was made without credentials to ask with")
        if not isinstance(token, str) or not token.isascii():
            raise VerificationRefused(Refused.MALFORMED, "a token is a text")
        claims = self._remote.introspect(token, self._credentials, now)
        check_issuer(claims, self._issuer)
        check_times(claims, now=now, leeway=self._leeway)
        if claims.get("client_id") != self._audience:
            check_audience(claims, self._audience)
        return self._shown(claims, demand, now)

    def _demand(
        self,
        service: str,
        action: str | None,
        at_least: Loa | None,
        max_age: int | None,
        act: Act | Callable[[], Act],
    ) -> Demand:
        return Demand(service, action, at_least, max_age, self._understands, act)


def _upright(claims: Mapping[str, object]) -> Mapping[str, object]:
    """The claims of a token of orientation `act`, as they would stand in one of orientation `represents`."""
    if "represents" in claims:
        raise VerificationRefused(
            Refused.ORIENTATION_WRONG,
            "represents never stands in a token of this orientation",
            claim="represents",
        )
    try:
        return from_act(claims)
    except ValueError as wrong:
        raise VerificationRefused(Refused.REPRESENTATION_INCONSISTENT, str(wrong), claim="act") from None


def _check_nonce(claims: Mapping[str, object], nonce: str | None) -> None:
    found = claims.get("nonce")
    if nonce is None and found is None:
        return
    if not isinstance(found, str) or nonce is None or not hmac.compare_digest(found.encode(), nonce.encode()):
        raise VerificationRefused(Refused.NONCE_WRONG, "it answers another request", claim="nonce")


def _still_the_same(shown: OwnBehalf | OnBehalfOf, now: OwnBehalf | OnBehalfOf) -> OwnBehalf | OnBehalfOf:
    """What the issuer says now, which may be less than the token says, but about the same parties and path."""
    match shown, now:
        case OwnBehalf(), OwnBehalf():
            same = shown.person.sub == now.person.sub and set(now.actions) <= set(shown.actions)
        case OnBehalfOf(), OnBehalfOf():
            same = (
                (shown.person.sub, shown.represented.sub, shown.represented.iss, shown.mandate.links)
                == (now.person.sub, now.represented.sub, now.represented.iss, now.mandate.links)
                and shown.mandate.branch == now.mandate.branch
                and now.mandate.limits.within(shown.mandate.limits)
                and set(now.mandate.actions) <= set(shown.mandate.actions)
            )
        case _:
            same = False
    if not same:
        raise VerificationRefused(
            Refused.REPRESENTATION_INCONSISTENT, "the issuer says other things of it than it says itself"
        )
    return now


def _machine_clock() -> Instant:
    return int(time.time())  # noqa: TID251 - a service provider need not bring a clock
