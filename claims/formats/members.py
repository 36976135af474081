"""The members that say for whom is acted: `represents` and `authorization_details` (`claims` 2).

They stand together in ID token, access token, UserInfo, introspection and token response, or in none of them.
`represents` holds identity alone (NL GOV OIDC 1.0.1, "Representation Relationships"); by which mandate, for
what, how surely and until when stands in `authorization_details` (RFC 9396).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from claims.formats.naming import Nameable, Named, named
from claims.formats.pairwise import Pairwise
from claims.formats.recipient import Recipient
from claims.instants import day_of, written
from claims.limits import NO_LIMITS, limits_as_json
from claims.representation import AT_DESK, Representation

__all__ = ["TYPE", "IdentifierUnavailable", "Members", "members", "own_members"]

TYPE: Final = "representation"
"""The `type` of our authorization details (RFC 9396 2)."""

Members = dict[str, object]
_TOLD: Final = frozenset({"mandate", AT_DESK})


class IdentifierUnavailable(Exception):
    """The recipient reads none of the numbers of an organisation on the path, whose id in the register is `party`."""

    code: Final = "identifier_unavailable"

    def __init__(self, party: str) -> None:
        super().__init__("the recipient reads none of the numbers of an organisation on the path")
        self.party: Final = party


def members(
    representation: Representation,
    *,
    parties: Mapping[str, Nameable],
    identifiers: Mapping[str, Mapping[str, str]],
    service_uri: str,
    register: str,
    recipient: Recipient,
    pairwise: Pairwise,
) -> Members:
    """Both members for a path that stands.

    `parties` and `identifiers` hold the represented party and every intermediary, by id; `register` is the
    register's URI. IdentifierUnavailable where one of them cannot be named to `recipient`.
    """
    sector = recipient.sector
    represents: Members = {}
    first: Named | None = None
    links: list[Members] = []
    # links[0] is given by the represented party, who stands deepest: wrap from there outwards
    for link in representation.links:
        party = link.represented
        name = named(parties[party], identifiers.get(party, {}), recipient=recipient, pairwise=pairwise)
        if name is None:
            raise IdentifierUnavailable(party)
        inner, represents = represents, _identity(name)
        if name.name is not None:
            represents["name"] = name.name
        if inner:
            represents["represents"] = inner
        first = first or name
        links.append(
            {
                "id": pairwise.link(sector, link.id),
                # which legal ground it is, is told to nobody yet (`claims` 2, "Basis")
                "basis": link.basis if link.basis in _TOLD else "legal",
                "assurance_level": link.assurance.word,
                "recorded_at": day_of(link.recorded_at).isoformat(),
            }
        )
    assert first is not None  # noqa: S101 - a path has at least one link
    until = representation.until
    details: Members = {
        "type": TYPE,
        "service": service_uri,
        "actions": list(representation.actions),
        "represented": _identity(first),
        "assurance_level": representation.assurance.word,
        "effective_assurance_level": representation.effective_assurance.word,
        "not_after": None if until is None else written(until),
        "branch": representation.branch,
        "register": register,
        "links": links,
    }
    if representation.limits is not NO_LIMITS and representation.limits.kinds:
        # a reader that knows no limits refuses a member that it does not know
        details["limits"] = limits_as_json(representation.limits)
    return {"represents": represents, "authorization_details": [details]}


def own_members(service_uri: str, actions: Sequence[str]) -> Members:
    """The member for somebody who acts for themself at a service that was asked for: said, never left out."""
    details = {"type": TYPE, "service": service_uri, "actions": list(actions), "represented": "self"}
    return {"authorization_details": [details]}


def _identity(name: Named) -> Members:
    return {"sub": name.sub, "iss": name.iss, "sub_id_type": name.sub_id_type}
