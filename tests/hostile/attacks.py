"""A good request, and what is done to it on its way."""

import json
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote_to_bytes

from hypothesis import strategies as st

from tests.hostile.values import HEADERS, JSON, NAMES, odd_values, tokens, wrong_values
from tests.hostile.wire import FORM, Wire

__all__ = ["Attack", "Target", "attacks"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class Target:
    """A good request. `free` are the parameters that may hold anything readable, `optional` those that may be empty."""

    method: str
    path: str
    pairs: tuple[Pair, ...] = ()
    place: str = "query"  # or form, or json
    headers: dict[str, str] = field(default_factory=dict)
    free: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    document: Any = None
    # Whether broken UTF-8 and what is long is refused in parameters that nobody reads, too.
    strict: bool = True

    def wire(self, pairs: tuple[Pair, ...] | None = None, document: Any = None) -> Wire:
        """The request with other parameters, or (json) another document."""
        joined = "&".join(f"{name}={value}" for name, value in (self.pairs if pairs is None else pairs))
        if self.place == "query":
            return Wire(self.method, self.path, joined, self.headers)
        if self.place == "form":
            kind = {"Content-Type": FORM}
            return Wire(
                self.method, self.path, headers={**kind, **self.headers}, body=joined.encode("latin-1")
            )
        body = json.dumps(self.document if document is None else document).encode()
        return Wire(
            self.method,
            self.path,
            headers={"Content-Type": "application/json", **self.headers},
            body=body,
        )


@dataclass(frozen=True)
class Attack:
    """One thing that is done to a request; `on` is the name of the target."""

    on: str
    what: str
    name: str = ""
    values: tuple[str, ...] = ()
    raw: bytes = b""
    document: Any = None

    def on_its_way(self, target: Target) -> Wire:
        """The request as it arrives."""
        match self.what:
            case "wrong" | "odd" | "twice":
                if target.place == "json":
                    return self._in_json(target)
                kept = tuple(pair for pair in target.pairs if pair[0] != self.name)
                return target.wire(kept + tuple((self.name, value) for value in self.values))
            case "twice as it was":
                again = tuple(pair for pair in target.pairs if pair[0] == self.name)
                return target.wire(target.pairs + again)
            case "name":
                return target.wire((*target.pairs, (self.values[0], self.values[1])))
            case "many":
                return target.wire(target.pairs + tuple((f"p{number}", "x") for number in range(2000)))
            case "document":
                return target.wire(document=self.document)
            case "member":
                return target.wire(document={**(target.document or {}), self.name: self.document})
            case "header":
                return target.wire().with_headers({self.name: self.values[0]})
            case "body":
                return replace(target.wire(), body=self.raw)
            case "kind":
                return target.wire().with_headers({"Content-Type": self.values[0]})
            case "length":
                return replace(target.wire(), length=self.values[0])
            case "method":
                return replace(target.wire(), method=self.values[0])
            case "path":
                return replace(target.wire(), path=self.values[0])
            case "tail":
                return replace(target.wire(), path=target.path + self.values[0])
        raise AssertionError(self.what)

    def may_pass(self, target: Target) -> bool:
        """Whether the request is still good, so that what it asks for may be done."""
        match self.what:
            case "wrong" if target.strict or _holds_control_characters(self.values[0]):
                return False
            case "wrong" | "odd":
                value = self.values[0]
                if (self.name, value) in target.pairs or (value == "" and self.name in target.optional):
                    return True
                return self.name in target.free
            case "header":
                if self.name == "Content-Type":
                    return self._is_another_kind_of(target)
                return self.name not in target.headers
            case "name":
                return True  # what it holds is tried as a value; here it is that nobody stumbles over it
            case "document" | "member":
                return target.path == "/register"  # what is registered is judged by other tests
            case "method":  # who shows its token may delete its registration
                return self.values[0] == "DELETE" and target.path.startswith("/register/")
            case "kind":
                return self._is_another_kind_of(target)
        return False

    def _is_another_kind_of(self, target: Target) -> bool:
        """Whether the body is still said to be what it is; what has no body may say what it likes of it."""
        if target.place == "json":
            return self.values[0].partition(";")[0] == "application/json"
        return target.place == "query"

    def _in_json(self, target: Target) -> Wire:
        """The values as JSON strings, with whatever is in them, byte for byte."""
        document = {name: value for name, value in (target.document or {}).items() if name != self.name}
        rest = json.dumps(document)[1:-1]
        raw = [unquote_to_bytes(value.encode("latin-1")).decode("latin-1") for value in self.values]
        members = [f'{json.dumps(self.name)}: "{value}"' for value in raw]
        text = "{" + ", ".join([rest, *members] if rest else members) + "}"
        return replace(target.wire(), body=text.encode("latin-1"))


def _holds_control_characters(value: str) -> bool:
    text = unquote_to_bytes(value.encode("latin-1")).decode("utf-8", "ignore")
    return any(sign < " " or "\x7f" <= sign <= "\x9f" for sign in text)


_UNHEARD_OF = "unheard_of"
_HEADER_VALUES = st.sampled_from(
    [
        "",
        " ",
        "x",
        "\xff\xfe",
        "\x00",
        "a\x00b",
        "é".encode().decode("latin-1"),
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic \xff",
        "Basic //79",
        "Basic Og==",
        "Basic 4oKs4oKsOg==",
        "Basic JTAwOiUwMA==",
        "Basic " + "A" * 5000,
        "Bearer",
        "Bearer \xff",
        "Bearer a b",
        "Bearer " + "a" * 20_000,
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer " + "." * 3000,
        "Digest username=\x22",
        "a" * 40_000,
        ";;;=;=a;\x22",
        "namens_session",
        "namens_session=",
        "namens_session=\xff",
        'namens_session="\\377\\000"',
        "namens_session=x; namens_session=y",
        "namens_browser=\xed\xa0\x80; namens_form=e30.x.y; namens_language=\xff",
        "namens_form=.eJwrSy0qzszPAwAL3gLY.x.y; namens_form=",
        "; ".join(f"c{number}=x" for number in range(900)),
        "text/plain",
        "application/json",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x; boundary=y",
        "multipart/form-data; boundary=" + "x" * 300,
        "chunked",
        "gzip",
        "100-continue",
        "bytes=0-1,5-9," + "1-2," * 300,
        'W/"x", *',
        "Wed, 99 Foo 2025 25:61:61 GMT",
        "en;q=NaN, *;q=1e999, \xff;q=-1, nl-",
        "text/html;q=x, */*;q=",
        ",".join(["nl"] * 3000),
        "localhost:8000/..@evil.example",
        "evil.example\r\nX: y",
        "for=\x22_x;by=",
        "1.2.3.4, , ::1%eth0, \xff",
        "javascript:alert(1)",
    ]
) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1"))
_KINDS = st.sampled_from(
    [
        "",
        "text/plain",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=\xff",
        "multipart/mixed; boundary=x",
        "application/x-www-form-urlencoded-not",
        "\x00",
        "é".encode().decode("latin-1"),
        ";;;",
        "/",
        "x" * 5000,
    ]
)
_LENGTHS = st.sampled_from(
    ["-1", "+5", "1e3", "0x10", " 5", "5 ", "5,5", "٣".encode().decode("latin-1"), "\xb2"]
) | (st.integers(min_value=200_000, max_value=10**30).map(str))
_METHODS = st.sampled_from(
    [
        "HEAD",
        "OPTIONS",
        "PUT",
        "DELETE",
        "PATCH",
        "TRACE",
        "CONNECT",
        "get",
        "",
        "G\xffT",
        "PROPFIND",
        "X" * 300,
    ]
)
_PATHS = st.sampled_from(
    [
        "",
        "*",
        "//",
        "//evil.example/authorize",
        "/\xff",
        "/%ff%fe",
        "/%00",
        "/%0d%0aX:y",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/static/%00",
        "/static/" + "a" * 5000,
        "/static/\xff.css",
        "/login/%ff",
        "/login/" + "a" * 5000,
        "/login/%e2%82%ac/choose",
        "/login/..%2fportal",
        "/portal/for/%00",
        "/portal/for/%ed%a0%80",
        "/portal/stop/%ff",
        "/portal/stop/" + "9" * 3000,
        "/register/%ff",
        "/register/%ed%a0%80",
        "/schemas/%ff",
        "/.well-known/%c3%28",
        "/.well-known/openid-configuration/x",
        "/health/%00",
        "/" + "a/" * 6000,
        "/" + "%2e%2e/" * 50,
        "/💩".encode().decode("latin-1"),
        "http://evil.example/authorize",
    ]
) | st.binary(max_size=30).map(lambda raw: "/" + raw.decode("latin-1"))
_BODIES = (
    st.binary(max_size=60)
    | st.sampled_from(
        [
            b"{",
            b"[" * 60_000,
            b'{"a":' * 20_000,
            b'{"redirect_uris": [' + b"9" * 5000 + b"]}",
            b'{"a":1,"a":2}',
            b"\xff\xfe{\x00}\x00",
            b"\xef\xbb\xbf{}",
            b'"\\ud800"',
            b"&" * 10_000,
            b"=" * 10_000,
            b"&=" * 5000,
            b"%" * 10_000,
            b"\x00" * 10_000,
            b"a" * 1_048_576,
            b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nx\r\n--x--\r\n',
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="\xff\x00"\r\n\r\nx\r\n--x--\r\n',
            b"--x\r\n" * 3000,
        ]
    )
    | JSON.map(lambda value: json.dumps(value).encode())
)
_FIELD_NAMES = st.sampled_from(
    [
        "",
        "%00",
        "%ff",
        "\xff",
        "a" * 20_000,
        "%f0%9f%92%a9",
        "a%5b%5d",
        "__proto__",
        "%0d%0a",
        "scope%00",
        "csrf_token%20",
    ]
)


@st.composite
def attacks(draw: st.DrawFn, targets: dict[str, Target]) -> Attack:
    """One attack on one of the targets; which parameters they have is all that is looked at here."""
    on = draw(st.sampled_from(sorted(targets)))
    target = targets[on]
    known = [name for name, _ in target.pairs] + list(target.document or {})
    parameter = st.sampled_from([*dict.fromkeys(known), *sorted(target.optional - set(known)), _UNHEARD_OF])
    ways = ["wrong", "wrong", "odd", "odd", "odd", "twice", "twice as it was", "name"]
    ways += ["header", "header", "kind", "length", "method", "path", "tail"]
    ways.append("document" if target.place == "json" else "many")
    if target.place != "query":
        ways.append("body")
    if target.place == "json":
        ways += ["member", "member"]
    what = draw(st.sampled_from(ways))
    match what:
        case "wrong":
            return Attack(on, what, draw(parameter), (draw(wrong_values),))
        case "odd":
            return Attack(on, what, draw(parameter), (draw(odd_values),))
        case "twice":
            return Attack(on, what, draw(parameter), (draw(odd_values), draw(odd_values)))
        case "twice as it was":
            if not target.pairs:
                return Attack(on, "twice", _UNHEARD_OF, ("a", "a"))
            return Attack(on, what, draw(st.sampled_from([name for name, _ in target.pairs])))
        case "name":
            return Attack(on, what, values=(draw(_FIELD_NAMES), draw(odd_values)))
        case "document":
            return Attack(on, what, document=draw(JSON))
        case "member":
            return Attack(on, what, draw(parameter | st.sampled_from(NAMES)), document=draw(JSON))
        case "header":
            token = tokens().map("Bearer {}".format)
            return Attack(on, what, draw(st.sampled_from(HEADERS)), (draw(_HEADER_VALUES | token),))
        case "kind":
            return Attack(on, what, values=(draw(_KINDS),))
        case "length":
            return Attack(on, what, values=(draw(_LENGTHS),))
        case "method":
            return Attack(on, what, values=(draw(_METHODS),))
        case "path":
            return Attack(on, what, values=(draw(_PATHS),))
        case "tail":
            return Attack(
                on, what, values=(draw(st.sampled_from(["/", "/x", "%00", "%ff", ";x=y", "%20", "."])),)
            )
        case "body":
            return Attack(on, what, raw=draw(_BODIES))
    return Attack(on, "many")
