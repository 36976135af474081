"""The try-out world's own trade, custody, court and insolvency registers: what they would say of its made-up people.

They answer over HTTP as `docs/source-registers.md` describes it, on the first service provider's port and under a path
that says what they are. The provider asks them as it asks any other: nobody looks into the world behind its back.
"""

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request

from claims import strict_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["PATH", "REGISTERS", "beside", "create_registers", "settings_of_sources", "with_sources"]

PATH: Final = "/nagebootste-registers"
World = Mapping[str, Any]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Simulated:
    """One of them: how records name it, by which numbers it knows people and companies, and what it tells."""

    register: str
    schemes: tuple[str, ...]
    relations: tuple[str, ...]
    restrictions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


REGISTERS: Final[Mapping[str, Simulated]] = {
    "trade": Simulated(
        "Handelsregister (nagebootst)",
        ("kvk", "rsin", "bsn"),
        ("sole_signatory", "joint_signatory", "owner", "registered_proxy", "liquidator"),
        facts=("ceased_at", "legal_form", "joint_rule"),
    ),
    "population": Simulated(
        "Gezagsregister (nagebootst)", ("bsn",), ("parent", "guardian"), facts=("ceased_at",)
    ),
    "court": Simulated(
        "CCBR (nagebootst)",
        ("bsn", "kvk"),
        ("curator", "asset_administrator", "mentor", "executor", "heir"),
        ("guardianship", "asset_administration"),
    ),
    "insolvency": Simulated(
        "Insolventieregister (nagebootst)",
        ("kvk", "rsin", "bsn"),
        ("trustee",),
        ("bankruptcy", "debt_restructuring", "suspension_of_payments"),
    ),
}


def with_sources(world: Json) -> Json:
    """The world with a source in each restriction: the register that keeps that kind."""
    kept_by = {kind: one.register for one in REGISTERS.values() for kind in one.restrictions}
    restrictions = [
        {
            **one,
            "source": one.get("source") or {"register": kept_by[one["kind"]], "reference": one["id"].upper()},
        }
        for one in world["restrictions"]
    ]
    return {**world, "restrictions": restrictions}


def settings_of_sources(origin: str) -> dict[str, dict[str, Any]]:
    """The section `sources` of the demo's settings, with a new token for each; `origin` is where they are."""
    return {
        name: {
            "url": f"{origin}{PATH}/{name}",
            "token": secrets.token_urlsafe(32),
            "known_as": one.register,
            "schemes": list(one.schemes),
            "tells": [*one.relations, *one.restrictions, *one.facts],
            "max_age": 3600,
        }
        for name, one in REGISTERS.items()
    }


def create_registers(world: World, tokens: Mapping[str, str]) -> Flask:
    """All of them as one WSGI application; `tokens` are those by which each knows who may ask."""
    app = Flask("authz_server.demo.registers")
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    kept = _Kept(world)

    def ask(name: str) -> tuple[Json, int] | tuple[Json, int, dict[str, str]]:
        if name not in REGISTERS:
            return {"error": "not_found"}, 404
        shown = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(shown, f"Bearer {tokens[name]}".encode()):
            return {"error": "invalid_token"}, 401, {"WWW-Authenticate": "Bearer"}
        asked = _asked(request.get_data())
        if asked is None:
            return {"error": "invalid_request"}, 400
        return kept.told(REGISTERS[name], *asked), 200

    app.add_url_rule(f"{PATH}/<name>", view_func=ask, methods=["POST"])
    app.after_request(_not_kept)
    return app


def beside(website: "WSGIApplication", registers: "WSGIApplication") -> "WSGIApplication":
    """`website`, with the registers under their own path."""

    def either(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        inside = str(environ.get("PATH_INFO", "")).startswith(f"{PATH}/")
        return (registers if inside else website)(environ, start_response)

    return either


def _not_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(body: bytes) -> tuple[str, str] | None:
    """Scheme and number of the party in question."""
    try:
        document = strict_json.parse(body.decode())
    except ValueError:
        return None
    party = document.get("party") if isinstance(document, dict) else None
    if not isinstance(party, dict):
        return None
    scheme, number = party.get("scheme"), party.get("number")
    return (scheme, number) if isinstance(scheme, str) and isinstance(number, str) else None


class _Kept:
    """The world, as these registers know it: by numbers."""

    def __init__(self, world: World) -> None:
        self._world: Final = json.loads(json.dumps(world))
        self._parties: Final = {party["id"]: party for party in self._world["parties"]}
        self._uris: Final = {service["id"]: service["uri"] for service in self._world["services"]}
        self._by_number: Final = {
            number: party["id"]
            for party in self._world["parties"]
            for number in (party.get("identifiers") or {}).items()
        }

    def told(self, register: Simulated, scheme: str, number: str) -> Json:
        """What `register` says of the party with that number."""
        named = {"scheme": scheme, "number": number}
        id = self._by_number.get((scheme, number)) if scheme in register.schemes else None
        if id is None:
            return {"party": named, "known": False}
        party = self._parties[id]
        return {
            "party": named,
            "known": True,
            "facts": {fact: party.get(fact) for fact in register.facts},
            "relations": [
                self._relation(one, register)
                for one in self._world["legal_relations"]
                if one["represented"] == id and one["source"]["register"] == register.register
            ],
            "restrictions": [
                {"kind": one["kind"], **self._of_both(one)}
                for one in self._world["restrictions"]
                if one["party"] == id and one["kind"] in register.restrictions
            ],
        }

    def _relation(self, told: Json, register: Simulated) -> Json:
        return {
            "basis": told["basis"],
            "representative": self._representative(told["representative"], register.schemes),
            "actions": told["actions"],
            "assurance": told["assurance"],
            **self._of_both(told),
        }

    def _of_both(self, told: Json) -> Json:
        services = told["services"]
        return {
            "reference": told["source"]["reference"],
            "services": services if services == "*" else [self._uris[id] for id in services],
            "from": told["from"],
            "until": told.get("until"),
        }

    def _representative(self, id: str, schemes: Sequence[str]) -> Json:
        party = self._parties[id]
        numbers = party.get("identifiers") or {}
        scheme = next((scheme for scheme in schemes if scheme in numbers), None)
        return {
            "kind": party["kind"],
            "name": party["name"],
            "identifier": None if scheme is None else {"scheme": scheme, "number": numbers[scheme]},
            "born": party.get("born"),
        }
