"""What a website believes that reads a token and does not verify it: whatever stands there, whoever wrote it."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authz_server.demo import words
from authz_server.demo.speech import date_and_time, gettext
from claims.instants import parse_instant
from claims.strict_json import parse
from claims.verify import Loa

__all__ = ["Row", "believed", "compared"]

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One question, with what the visitor's own token answers and what the altered one does."""

    question: str
    own: str
    altered: str

    @property
    def changed(self) -> bool:
        """Whether the altered token says something else."""
        return self.own != self.altered


def compared(own: str, altered: str, services: Mapping[str, str]) -> list[Row]:
    """Both tokens, question by question; none where the altered one cannot be read at all."""
    before, after = believed(own, services), believed(altered, services)
    return [Row(question, answer, after[question]) for question, answer in before.items() if after]


def believed(token: str, services: Mapping[str, str]) -> dict[str, str]:
    """What it says, by question; nothing where it is no token. Never an error, whatever it holds."""
    try:
        payload = token.split(".")[1]
        claims = parse(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode())
    except (ValueError, IndexError):
        return {}
    if not isinstance(claims, dict):
        return {}
    found = claims.get("authorization_details")
    one = found[0] if isinstance(found, list) and found else None
    details: Mapping[str, Any] = one if isinstance(one, dict) else {}
    parties = _parties(claims)
    service = details.get("service")
    return {
        gettext("Who does this?"): _said(claims.get("sub")),
        gettext("For whom?"): _for_whom(parties, details),
        gettext("Through whom?"): ", ".join(_named(one) for one in parties[1:]) or "-",
        gettext("At which service?"): services.get(service, service)[:_LONGEST]
        if isinstance(service, str)
        else _said(service),
        gettext("What may be done?"): _actions(details.get("actions")),
        gettext("By what?"): _by(details.get("links")),
        gettext("How sure?"): _sure(claims.get("acr"), details.get("effective_assurance_level")),
        gettext("When does the permission end?"): _ends(details),
        gettext("When does the token end?"): _at(claims.get("exp")),
        gettext("Who made it?"): _said(claims.get("iss")),
        gettext("For which website?"): _said(claims.get("aud")),
    }


def _parties(claims: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Who is represented and who stands between, the deepest first."""
    found: list[Mapping[str, Any]] = []
    party = claims.get("represents")
    while isinstance(party, dict):
        found.append(party)
        party = party.get("represents")
    return found[::-1]


def _for_whom(parties: list[Mapping[str, Any]], details: Mapping[str, Any]) -> str:
    if parties:
        return _named(parties[0])
    return gettext("yourself") if details.get("represented") == "self" else gettext("nobody is named")


def _named(party: Mapping[str, Any]) -> str:
    kind = party.get("sub_id_type")
    number = words.number_kind(kind) if isinstance(kind, str) else None
    name, sub = party.get("name"), _said(party.get("sub"))
    if not isinstance(name, str):
        return sub
    return f"{name[:_LONGEST]} ({number} {sub})" if number else name[:_LONGEST]


def _actions(actions: object) -> str:
    if isinstance(actions, list) and all(isinstance(one, str) for one in actions):
        return (", ".join(words.action(one).lower() for one in actions) or "-")[:_LONGEST]
    return _said(actions)


def _sure(acr: object, together: object) -> str:
    level = next((one for one in Loa if one.acr == acr), None)
    login = _said(acr) if level is None else str(words.SURE[level])
    whole = next((one for one in Loa if one.word == together), None)
    return login if whole is None else f"{login} · {words.SURE[whole]}"


def _ends(details: Mapping[str, Any]) -> str:
    end = details.get("not_after")
    if end is None:
        return gettext("never") if "not_after" in details else "-"
    try:
        return words.until(parse_instant(end))
    except (ValueError, TypeError, OverflowError, OSError):
        return _said(end)


def _at(value: object) -> str:
    return date_and_time(value) if type(value) is int and 0 <= value < 2**33 else _said(value)


def _by(links: object) -> str:
    bases = [_basis(one) for one in links[:10]] if isinstance(links, list) else []
    return ", ".join(bases)[:_LONGEST] or "-"


def _basis(link: object) -> str:
    basis = link.get("basis") if isinstance(link, dict) else link
    return str(words.BASES.get(basis, basis)) if isinstance(basis, str) else _said(basis)


def _said(value: object) -> str:
    """Any value at all, in short."""
    text = value if isinstance(value, str) else "-" if value is None else str(value)
    return text[:_LONGEST] or "-"
