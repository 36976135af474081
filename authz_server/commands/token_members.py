"""(pure) Each member of a token, with its value and what it means in words; and what a token of that kind lacks."""

from collections.abc import Mapping
from typing import Final

from claims.assurance import Loa
from claims.formats.walked import kind_of, walked
from claims.instants import written

__all__ = ["KINDS", "lacking", "member_lines", "plain"]

_HEADER: Final = {
    "alg": "the algorithm of the signature",
    "kid": "the issuer's key that signed it",
    "typ": "what kind of token it is",
}
_CLAIMS: Final = {
    "iss": "who made it",
    "aud": "for whom it is: nobody else may take it",
    "sub": "who acts, as this audience knows them; never for whom",
    "client_id": "the client that it was issued to",
    "azp": "the client that it was issued to, once more",
    "iat": "when it was made",
    "nbf": "from when it holds",
    "exp": "when it expires; the mandate may end sooner",
    "jti": "its own number",
    "txn": "what joins all tokens of one login and choice",
    "sid": "the session at this client, for logging out",
    "acr": "how surely the person logged in; says nothing of the mandate",
    "auth_time": "when the person logged in",
    "nonce": "which request of the client it answers",
    "at_hash": "which access token came with it",
    "scope": "what the client asked for beside",
    "name": "the name of the person in sub",
    "sub_id_type": "what kind of value sub is",
    "represents": "for whom is acted: the nearest party outermost, the represented one deepest",
    "act": "who acts, where sub is the represented party",
    "authorization_details": "by which mandate, for what, how surely, until when",
}
_PARTY: Final = {
    "sub": "the number or value of the party, unique together with iss",
    "iss": "who gave out that number",
    "sub_id_type": "what kind of number it is",
    "name": "the name in the register",
    "represents": "the next party inwards",
    "act": "the next party on the way to who is represented",
}
_LINK: Final = {
    "id": "this mandate or relation, as this audience knows it",
    "basis": "why it holds: given (mandate), by law (legal), or somebody is there in person (desk)",
    "assurance_level": "how sure this link is",
    "recorded_at": "the day on which the register recorded it",
}
_DETAILS: Final = {
    "type": "what kind of details these are",
    "service": "the one service that it is for",
    "actions": "all that may be done there",
    "represented": "the represented party again, or self: for oneself",
    "represented.sub": _PARTY["sub"],
    "represented.iss": _PARTY["iss"],
    "represented.sub_id_type": _PARTY["sub_id_type"],
    "assurance_level": "how sure the mandate is: the lowest of its links",
    "effective_assurance_level": "the lower of that and of the login",
    "not_after": "the first instant at which the mandate no longer holds; null: nothing known ends it",
    "branch": "the only branch that it holds for; null: the whole organisation",
    "limits": "what it is narrowed to within the service",
    "limits.case": "the one case or object",
    "limits.amount": "what one act may come to at most",
    "limits.amount.currency": "in which currency",
    "limits.amount.value": "how much",
    "limits.days": "the days on which may be acted, in Amsterdam",
    "register": "the register that says so",
    "links": "the mandates and relations between; the first was given by the represented party",
    **{f"links.{name}": words for name, words in _LINK.items()},
}
_MEANINGS: Final[Mapping[str, str]] = {
    **_CLAIMS,
    **{f"authorization_details.{name}": words for name, words in _DETAILS.items()},
    **{f"{outer}.{name}": words for outer in ("represents", "act") for name, words in _PARTY.items()},
}
KINDS: Final = frozenset({f"header {name}" for name in _HEADER} | set(_MEANINGS))
"""Every member that we write, by the kind of place where it stands."""
# a token of the other orientation (RFC 8693 4.1)
_WITH_ACT: Final[Mapping[str, str]] = {
    **_MEANINGS,
    "sub": "for whom is acted, as this audience knows them; who acts stands in act",
    "name": "the name of the party in sub",
    "act.sub": "who acts, or for a party further in its number or value",
}
_INSTANTS: Final = ("iat", "nbf", "exp", "auth_time")
_NOT_OURS: Final = "no member that we write: a reader may take it for what it is not"

_ALWAYS: Final = ("iss", "aud", "sub", "iat", "nbf", "exp", "jti", "txn", "acr", "auth_time")
_OF_KIND: Final = {"at+jwt": (*_ALWAYS, "client_id", "azp", "scope"), "jwt": (*_ALWAYS, "sid")}
_OWN: Final = ("type", "service", "actions", "represented")
_FOR_ANOTHER: Final = (
    *_OWN,
    *("assurance_level", "effective_assurance_level", "not_after", "branch", "register", "links"),
)


def member_lines(header: Mapping[str, object], claims: Mapping[str, object]) -> list[str]:
    """A line for each member of header and claims, in the order of the token."""
    lines = [_line(f"header {name}", value, _HEADER.get(name, _NOT_OURS)) for name, value in header.items()]
    meanings = _WITH_ACT if "act" in claims else _MEANINGS
    for path, value in walked(claims):
        lines.append(_line(path, _told(path, value), meanings.get(kind_of(path), _NOT_OURS)))
    return lines


def lacking(header: Mapping[str, object], claims: Mapping[str, object]) -> list[str]:
    """A line for each member that a token of this kind always has and this one has not."""
    lacks = [name for name in _HEADER if name not in header]
    lines = [f"Lacks header {name}: {_HEADER[name]}" for name in lacks]
    needed = _OF_KIND.get(str(header.get("typ")).lower(), _ALWAYS)
    lines += [f"Lacks {name}: {_CLAIMS[name]}" for name in needed if name not in claims]
    represented = "represents" in claims or "act" in claims
    details = claims.get("authorization_details")
    if details is None:
        if represented:
            lines.append(f"Lacks authorization_details: {_CLAIMS['authorization_details']}")
        return lines
    for number, one in enumerate(details if isinstance(details, list) else ()):
        if not isinstance(one, Mapping):
            continue
        own = one.get("represented") == "self"
        if not own and not represented:
            lines.append(f"Lacks represents: {_CLAIMS['represents']}")
        lines += [
            f"Lacks authorization_details[{number}].{name}: {_DETAILS[name]}"
            for name in (_OWN if own else _FOR_ANOTHER)
            if name not in one
        ]
        links = one.get("links")
        for place, link in enumerate(links if isinstance(links, list) else ()):
            lines += [
                f"Lacks authorization_details[{number}].links[{place}].{name}: {words}"
                for name, words in _LINK.items()
                if isinstance(link, Mapping) and name not in link
            ]
    return lines


def plain(value: object) -> str:
    """A value on one line, whatever somebody wrote in it: nothing of it moves the cursor or turns the line round."""
    text = value if isinstance(value, str) else _scalar(value)
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _told(path: str, value: object) -> object:
    if path in _INSTANTS and type(value) is int and 0 <= value < 2**33:
        return f"{value} ({written(value)})"
    if path == "acr" and isinstance(value, str) and (level := Loa.of_acr(value)) is not None:
        return f"{value} ({level.word})"
    return value


def _line(path: str, value: object, words: str) -> str:
    return f"  {plain(path)}{'' if value is None else f' {plain(value)}'}: {words}"


def _scalar(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(plain(one) for one in value) or "[]"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
