"""What the pages of a service provider tell of a visit: who works for whom, at what, and the tokens that say so."""

import hashlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from authz_server.demo import words
from authz_server.demo.choices import Choice
from authz_server.demo.visits import Visit
from claims.verify import OnBehalfOf, OwnBehalf

__all__ = ["actions_of", "decoded", "lines_of", "name_of", "work_of", "working_for"]


def lines_of(visit: Visit, choice: Choice | None) -> list[words.Line]:
    """What the page tells above the file of whom one works for; nothing while nobody is logged in."""
    if visit.shown is None or choice is None:
        return []
    ends = visit.shown.claims.get("exp")
    return words.lines(
        visit.shown,
        name=visit.name,
        service=choice.service_name,
        session_ends=ends if isinstance(ends, int) else 0,
    )


def name_of(login: OwnBehalf | OnBehalfOf) -> str | None:
    """The name of who logged in, where the provider told it."""
    name = login.claims.get("name")
    return name if isinstance(name, str) else None


def working_for(visit: Visit) -> str | None:
    """For whom, in words; None where nobody logged in yet."""
    match visit.shown:
        case OwnBehalf():
            return "uzelf"
        case OnBehalfOf(_, represented):
            return words.known_as(represented)
        case _:
            return None if visit.tokens is None else "niemand meer"


def work_of(shown: OwnBehalf | OnBehalfOf, choice: Choice) -> str:
    """Who does what for whom: another person, task, party, branch or limit is other work. The same chosen anew is not."""
    told = [shown.person.sub, choice.id]
    if isinstance(shown, OnBehalfOf):
        told += [shown.represented.sub_id_type, shown.represented.sub, shown.mandate.branch or ""]
        told += words.limits(shown.mandate.limits)
        told += [party.sub for party in shown.intermediaries]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def actions_of(shown: OwnBehalf | OnBehalfOf) -> tuple[str, ...]:
    """What they may do."""
    return shown.actions if isinstance(shown, OwnBehalf) else shown.mandate.actions


def decoded(visit: Visit) -> list[tuple[str, str]]:
    """Both tokens as anybody can read them; what they say was verified before they were kept."""
    assert visit.tokens is not None  # noqa: S101 - asked by the one caller
    return [
        ("ID-token", _readable(visit.tokens.id_token)),
        ("Access token", _readable(visit.tokens.access_token)),
    ]


def _readable(token: str) -> str:
    header, payload, _ = token.split(".")
    parts: list[Mapping[str, Any]] = [
        json.loads(urlsafe_b64decode(part + "==")) for part in (header, payload)
    ]
    return "\n".join(json.dumps(part, indent=2, ensure_ascii=False) for part in parts)
