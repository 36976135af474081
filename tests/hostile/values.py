"""What strangers send: values as they stand in a query or a form, each with whether it can ever be right."""

import base64
import json
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from joserfc import jws

from tests.support.assertions import EC_KEY, OTHER_KEY

__all__ = ["HEADERS", "JSON", "NAMES", "WRONG", "odd_values", "tokens", "wrong_values"]


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


# No parameter may hold these, whatever it is for.
WRONG = (
    "%00",
    "a%00b",
    "a%0d%0aSet-Cookie%3a%20x%3dy",
    "%0a",
    "%1b%5b2J",
    "%08",
    "%7f",
    "%c2%85",
    "%ff%fe",
    "%c0%80",
    "%c3%28",
    "%ed%a0%80",
    "%f4%90%80%80",
    "%e2%82",
    "%ef%bf%bd",
    "\xff",
    "\x00",
    "\x1f",
    "a" * 20_000,
    "%61" * 20_000,
    "a" * 1_048_576,
)
ODD = (
    "",
    "+",
    "%20",
    "0",
    "-1",
    "1.5",
    "1e999",
    "NaN",
    "9" * 30,
    "9" * 2000,
    "0x10",
    "%d9%a3",  # an Arabic digit
    "%c2%b2",  # a superscript, a digit to some
    "null",
    "true",
    "%5b%5d",
    "%7b%7d",
    "%22x%22",
    "%5b" * 600,
    "%7b%22a%22%3a" * 150,
    "%5b" * 2000,
    "%",
    "%zz",
    "%2",
    "%u0041",
    "%25%30%30",
    "=",
    "a=b",
    "a;b",
    "..%2f..%2fetc%2fpasswd",
    "https%3a%2f%2fevil.example%2f",
    "%2f%2fevil.example",
    "javascript%3aalert%281%29",
    encoded("'\"><script>alert(1)</script>"),
    encoded("' OR 1=1 --"),
    encoded("{{7*7}}${7*7}%s%n"),
    encoded("💩"),
    encoded("België €"),
    encoded("a\u202eb\u2028c"),
    encoded("ﬁ\u0301"),
    "None",
    "a.b.c",
    "..",
    "....",
    "eyJhbGciOiJub25lIn0.e30.",
    "urn%3aietf%3aparams%3aoauth%3agrant-type%3ajwt-bearer",
    "authorization_code",
    "refresh_token",
    "password",
    "form_post",
    "none",
    "plain",
)

NAMES = (
    "id_token",
    "userinfo",
    "acr",
    "sub",
    "values",
    "value",
    "essential",
    "type",
    "service",
    "actions",
    "minimum_assurance",
    "represented",
    "represents",
    "identifier",
    "keys",
    "kty",
    "alg",
    "kid",
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "crit",
    "typ",
    "",
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "representation",
            "https://tax.example.nl/services/income-tax",
            "view",
            "*",
            10**400,
            2**63,
            -1,
            "\x00",
            "\ud800",
        ]
    )
)
JSON: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner)
    ),
    max_leaves=8,
)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@st.composite
def tokens(draw: st.DrawFn) -> str:
    """Something with the look of a JWT: unsigned, or signed by whoever sends it, and anything inside."""
    members = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5)
    header = draw(st.sampled_from([{}, {"alg": "ES256"}, {"alg": "ES256", "kid": "x"}, {"alg": "none"}]))
    header = {**header, **draw(members)} if draw(st.booleans()) else header
    payload = draw(members.map(_dumped) | JSON.map(_dumped) | st.binary(max_size=20) | st.just(b"[" * 3000))
    if draw(st.booleans()):
        signer = draw(st.sampled_from([EC_KEY, OTHER_KEY]))
        with suppress(Exception):  # what no library signs is sent unsigned
            return jws.serialize_compact({"alg": "ES256", **header}, payload, signer)
    return ".".join([_b64(_dumped(header)), _b64(payload), _b64(draw(st.binary(max_size=70)))])


def _spoils(text: str) -> bool:
    return any(
        sign < " " or "\x7f" <= sign <= "\x9f" or sign == "\ufffd" or "\ud800" <= sign <= "\udfff"
        for sign in text
    )


_TEXTS = st.text(min_size=1, max_size=30)
wrong_values: st.SearchStrategy[str] = st.sampled_from(WRONG) | _TEXTS.filter(_spoils).map(encoded)
odd_values: st.SearchStrategy[str] = (
    st.sampled_from(ODD)
    | _TEXTS.filter(lambda text: not _spoils(text)).map(encoded)
    | JSON.map(lambda value: encoded(json.dumps(value)))
    | tokens().map(encoded)
)

# Headers that any request may carry; their values as a server passes them on, each sign one byte.
HEADERS = (
    "Accept",
    "Accept-Language",
    "Accept-Encoding",
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Cookie",
    "Expect",
    "Forwarded",
    "Host",
    "If-Modified-Since",
    "If-None-Match",
    "Origin",
    "Range",
    "Referer",
    "Transfer-Encoding",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-HTTP-Method-Override",
    "X-Request-Id",
)
