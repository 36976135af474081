"""(pure) What one login allows one client: the frozen value from which every token of a grant is made.

Authlib passes it on under the name `user` and never looks inside. It is written once, when the person has
agreed, and never changed; what may have changed since (does the mandate still stand?) is asked anew each time
and kept apart from it (`standing.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from claims.assurance import Loa
from claims.instants import Instant
from claims.limits import NO_LIMITS, Limits, limits_as_json, limits_of

__all__ = ["Authorization", "Mandated", "of_json", "to_json"]


@dataclass(frozen=True, slots=True)
class Mandated:
    """For which service the person may do what, and for whom (`claims.md` 4, "The re-check").

    `represented` is None for somebody who acts for themself; else `path` holds the ids of the links, from the
    represented party outwards. `actions` are those granted: they may shrink, never grow; `limits` may narrow, never widen.
    """

    service: str
    service_uri: str
    actions: tuple[str, ...]
    minimum: Loa | None
    represented: str | None = None
    branch: str | None = None
    path: tuple[str, ...] = ()
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class Authorization:
    """Who logged in and how, for which client, to what extent. `mandated` is None where no service was asked for.

    `acr` is what the ID token says of the login (OIDC Core 2), `login` the level that was reached: they differ
    only where the profile `oidc` asks for the highest listed value. `id_token_claims` and `userinfo_claims` are
    the claims that the `claims` parameter asks for, by name.
    """

    grant_id: str
    client_id: str
    session_id: str
    acting: str
    login: Loa
    authenticator: str
    auth_time: Instant
    acr: str
    scopes: tuple[str, ...]
    created_at: Instant
    nonce: str | None = None
    resource: str | None = None
    mandated: Mandated | None = None
    id_token_claims: tuple[str, ...] = ()
    userinfo_claims: tuple[str, ...] = ()

    @property
    def is_offline(self) -> bool:
        """Whether it outlives the session (OIDC Core 11)."""
        return "offline_access" in self.scopes


_FORM: Final = 1


def to_json(authorization: Authorization) -> str:
    """The value as it stands in its grant's row."""
    a, m = authorization, authorization.mandated
    return orjson.dumps(
        [
            _FORM,
            a.grant_id,
            a.client_id,
            a.session_id,
            a.acting,
            int(a.login),
            a.authenticator,
            a.auth_time,
            a.acr,
            a.scopes,
            a.created_at,
            a.nonce,
            a.resource,
            None
            if m is None
            else {
                "service": m.service,
                "service_uri": m.service_uri,
                "actions": m.actions,
                "minimum": None if m.minimum is None else int(m.minimum),
                "represented": m.represented,
                "branch": m.branch,
                "path": m.path,
                **({} if m.limits == NO_LIMITS else {"limits": limits_as_json(m.limits)}),
            },
            a.id_token_claims,
            a.userinfo_claims,
        ]
    ).decode()


@lru_cache(1024)  # a grant is read at its redemption and soon after at the first use of its tokens
def of_json(text: str) -> Authorization:
    """The value back from its row."""
    form, *rest = orjson.loads(text)
    if form != _FORM:
        raise ValueError(f"a grant of form {form}, which this version does not know")
    (
        grant_id,
        client_id,
        session_id,
        acting,
        login,
        authenticator,
        auth_time,
        acr,
        scopes,
        created_at,
        nonce,
        resource,
        mandated,
        id_token_claims,
        userinfo_claims,
    ) = rest
    return Authorization(
        grant_id=grant_id,
        client_id=client_id,
        session_id=session_id,
        acting=acting,
        login=Loa(login),
        authenticator=authenticator,
        auth_time=auth_time,
        acr=acr,
        scopes=tuple(scopes),
        created_at=created_at,
        nonce=nonce,
        resource=resource,
        mandated=None if mandated is None else _mandated(mandated),
        id_token_claims=tuple(id_token_claims),
        userinfo_claims=tuple(userinfo_claims),
    )


def _mandated(members: Mapping[str, Any]) -> Mandated:
    minimum = members["minimum"]
    return Mandated(
        service=members["service"],
        service_uri=members["service_uri"],
        actions=tuple(members["actions"]),
        minimum=None if minimum is None else Loa(minimum),
        represented=members["represented"],
        branch=members["branch"],
        path=tuple(members["path"]),
        limits=limits_of(members["limits"]) if "limits" in members else NO_LIMITS,
    )
