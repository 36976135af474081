"""Texts that are no token."""

import json
from collections.abc import Iterator

from tests.vectors.tokens import NOW, Json, a_vector, access, access_header, jws, refused


def malformed() -> Iterator[Json]:
    signed = jws(access_header(), access())
    head, body, seal = signed.split(".")
    for name, token in (
        ("nothing", ""),
        ("no text", None),
        ("a number", 7),
        ("a list", [signed]),
        ("one part", head),
        ("two parts", f"{head}.{body}"),
        ("four parts", f"{signed}.{seal}"),
        ("five parts, as when encrypted", f"{signed}.{seal}.{seal}"),
        ("white space around it", f" {signed}"),
        ("a line feed at its end", f"{signed}\n"),
        ("padding", f"{head}==.{body}.{seal}"),
        ("the other alphabet", f"{head}.{body}.{seal[:-2]}+/"),
        ("signs beyond ASCII", f"{head}.{body}.é"),
        ("a part of an impossible length", f"{head}A.{body}A.{seal[:-1]}"),
        ("a null character", f"{head}\u0000.{body}.{seal}"),
    ):
        yield a_vector(name, token, refused("malformed"))
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(seal[-1])
    other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last ^ 1]
    yield a_vector("another spelling of the same bytes", signed[:-1] + other, refused("malformed"))
    yield a_vector("forty thousand characters", f"{head}.{body}.{'A' * 40_000}", refused("too_large"))
    yield a_vector(
        "a header of a thousand characters", jws(access_header(x="x" * 1000), access()), refused("too_large")
    )
    for name, header in (
        ("a header that is no JSON", b"{"),
        ("a header that is a list", b"[]"),
        ("a header that is null", b"null"),
        ("a header in UTF-16", json.dumps(access_header()).encode("utf-16")),
        ("a header with a byte order mark", b"\xef\xbb\xbf" + json.dumps(access_header()).encode()),
        ("kid twice", b'{"alg":"ES256","kid":"rs256","kid":"es256","typ":"at+jwt"}'),
        ("alg twice", b'{"alg":"none","alg":"ES256","kid":"es256","typ":"at+jwt"}'),
    ):
        yield a_vector(name, jws(header, access()), refused("malformed"))
    text = json.dumps(access())
    for name, payload in (
        ("a payload that is no JSON", b"not json"),
        ("a payload of bytes that are no text", b"\xff\xfe\xfd"),
        ("a payload that is a list", b"[]"),
        ("a payload that is a text", b'"text"'),
        ("sub twice", (text[:-1] + ', "sub": "somebody-else"}').encode()),
        ("sub twice, once spelt with an escape", ('{"\\u0073ub": "somebody-else", ' + text[1:]).encode()),
        ("represents twice", (text[:-1] + ', "represents": {}}').encode()),
        ("authorization_details twice", ('{"authorization_details": [], ' + text[1:]).encode()),
        ("not_after twice", text.replace('"not_after":', '"not_after": null, "not_after":', 1).encode()),
        ("exp twice", (text[:-1] + f', "exp": {NOW + 10**6}}}').encode()),
        ("a member of a member twice", text.replace('"name":', '"sub": "x", "name":', 1).encode()),
        ("NaN", (text[:-1] + ', "x": NaN}').encode()),
        ("a number beyond all bounds", (text[:-1] + ', "x": 1e999}').encode()),
        ("a number of five thousand digits", (text[:-1] + ', "x": ' + "9" * 5000 + "}").encode()),
        ("half a surrogate pair", (text[:-1] + ', "x": "\\ud800"}').encode()),
        ("lists nested a hundred deep", (text[:-1] + ', "x": ' + "[" * 100 + "]" * 100 + "}").encode()),
        (
            "lists nested ten thousand deep",
            (text[:-1] + ', "x": ' + "[" * 10_000 + "]" * 10_000 + "}").encode(),
        ),
        ("something after its end", (text + "{}").encode()),
    ):
        yield a_vector(name, jws(access_header(), payload), refused("malformed"))
