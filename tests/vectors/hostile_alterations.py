"""Tokens that were good when the issuer signed them, and that somebody altered on the way."""

import json
from collections.abc import Callable, Iterator

from claims.formats import own_members
from claims.formats.act import to_act
from tests.support.representations import INCOME, VAT
from tests.vectors.tokens import (
    CLIENT,
    NOW,
    RESOURCE,
    Json,
    a_vector,
    access,
    access_header,
    b64,
    id_header,
    identity,
    jws,
    refused,
)

_ANOTHER = "90009999"
_SIGNATURE = refused("signature_wrong")


def hostile_alterations() -> Iterator[Json]:
    def altered(what: str, change: Callable[[Json], object]) -> Json:
        claims = access()
        _, _, seal = jws(access_header(), claims).split(".")
        change(claims)
        return a_vector(f"altered after signing: {what}", _text(access_header(), claims, seal), _SIGNATURE)

    def the(claims: Json) -> Json:
        found: Json = claims["authorization_details"][0]
        return found

    def another_party(claims: Json) -> None:
        claims["represents"]["represents"]["sub"] = _ANOTHER
        the(claims)["represented"]["sub"] = _ANOTHER

    def for_oneself(claims: Json) -> None:
        del claims["represents"]
        claims.update(own_members(VAT, ("submit",)))

    yield altered("the represented party, in both places", another_party)
    yield altered("the intermediary", lambda c: c["represents"].update(sub=_ANOTHER))
    yield altered("the name in represents", lambda c: c["represents"].update(name="Somebody else"))
    yield altered("represents taken out", lambda c: c.pop("represents"))
    yield altered("the acting person", lambda c: c.update(sub="somebody-else"))
    yield altered("for a party made for oneself", for_oneself)
    yield altered("links reversed", lambda c: the(c)["links"].reverse())
    yield altered("the service", lambda c: the(c).update(service=INCOME))
    yield altered("an action more", lambda c: the(c)["actions"].append("delete"))
    yield altered("the end of the mandate", lambda c: the(c).update(not_after=None))
    yield altered("the life of the token", lambda c: c.update(exp=NOW + 86_400))
    head, _, seal = jws(access_header(), access()).split(".")
    spaced = b64(json.dumps(access(), indent=1).encode())
    yield a_vector("altered after signing: white space alone", f"{head}.{spaced}.{seal}", _SIGNATURE)
    yield from _swapped()


def _swapped() -> Iterator[Json]:
    """A head, a body and a signature that are each the issuer's, of different tokens."""
    claims, other = access(), access(own_members(INCOME, ("view",)))
    _, _, others = jws(access_header(), other).split(".")
    yield a_vector("the signature of another token", _text(access_header(), claims, others), _SIGNATURE)
    claims = identity(aud=RESOURCE, client_id=CLIENT)
    _, _, seal = jws(id_header(), claims).split(".")
    yield a_vector(
        "an ID token whose header was made that of an access token",
        _text(access_header(), claims, seal),
        _SIGNATURE,
    )
    flipped = to_act(access())
    _, _, seal = jws(access_header(), flipped).split(".")
    yield a_vector(
        "a flipped token that was turned back",
        _text(access_header(), access(), seal),
        _SIGNATURE,
    )


def _text(header: Json, claims: Json, seal: str) -> str:
    return f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}.{seal}"
