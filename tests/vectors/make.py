"""Makes the test vectors beside it: tokens good and hostile, with what a verifier must say of each.

    python -m tests.vectors.make

The keys are published (`keys.json`) and the signatures deterministic (RFC 6979), so that the same script makes
the same files. They are frozen: a test fails where a format or a verdict has changed, and the diff shows it.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, RSAKey

from claims.assurance import Loa
from claims.formats import Pairwise, Recipient, members, own_members
from claims.formats.act import to_act
from tests.support.representations import INCOME, NUMBERS, PARTIES, REGISTER, VAT, a_representation

HERE: Final = Path(__file__).parent
KEYS: Final = json.loads((HERE / "keys.json").read_text())
NOW: Final = 1_790_000_100
ISSUER: Final = "https://login.example.nl"
RESOURCE: Final = "https://api.tax.example.nl"
CLIENT: Final = "tax-portal"
NONCE: Final = "n-0S6_WzA2Mj"
SUBSTANTIAL: Final = Loa.SUBSTANTIAL.acr

Json = dict[str, Any]
Change = Callable[[Json], object]


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def public(which: str, /, **more: object) -> Json:
    return {
        **{
            name: KEYS[which][name]
            for name in ("kty", "kid", "crv", "x", "y", "n", "e")
            if name in KEYS[which]
        },
        "use": "sig",
        "alg": which.upper(),
        **more,
    }


def jwks(*keys: Json) -> Json:
    return {"keys": list(keys) or [public("es256"), public("rs256")]}


def signature(alg: str, message: bytes) -> bytes:
    match alg:
        case "ES256":
            key = ECKey.import_key(KEYS["es256"]).get_op_key("sign")
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            der = key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
            return b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(der))
        case "RS256":
            pair = RSAKey.import_key(KEYS["rs256"]).get_op_key("sign")
            assert isinstance(pair, rsa.RSAPrivateKey)
            return pair.sign(message, padding.PKCS1v15(), hashes.SHA256())
        case "HS256":  # the attack: the public key, as published, taken for a shared secret
            return hmac.digest(ECKey.import_key(KEYS["es256"]).as_pem(private=False), message, hashlib.sha256)
        case _:
            return b""


def jws(header: Json | bytes, payload: Json | bytes, *, alg: str = "ES256") -> str:
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    message = ".".join(map(b64, parts))
    return f"{message}.{b64(signature(alg, message.encode()))}"


def access_header(**changes: object) -> Json:
    return {"alg": "ES256", "kid": "es256", "typ": "at+jwt", **changes}


def id_header(**changes: object) -> Json:
    return {"alg": "ES256", "kid": "es256", "typ": "JWT", **changes}


def recipient(sector: str = "api.tax.example.nl", **settings: Any) -> Recipient:
    return Recipient(issuer=ISSUER, sector=sector, **settings)


def pairwise_values() -> Pairwise:
    def digest(*parts: str) -> str:
        return b64(hashlib.sha256("\n".join(("published", *parts)).encode()).digest())

    return Pairwise(digest)


PAIRWISE: Final = pairwise_values()


def represented(*path: str, to: Recipient | None = None, **settings: Any) -> Json:
    return members(
        a_representation(*path, **settings),
        parties=PARTIES,
        identifiers=NUMBERS,
        service_uri=VAT,
        register=REGISTER,
        recipient=to or recipient(),
        pairwise=PAIRWISE,
    )


def login(**changes: Any) -> Json:
    return {
        "iss": ISSUER,
        "sub": PAIRWISE.sub("api.tax.example.nl", "eva"),
        "acr": SUBSTANTIAL,
        "auth_time": NOW - 90,
        "jti": "jti-1",
        "txn": PAIRWISE.txn("api.tax.example.nl", "grant-1"),
        "iat": NOW - 60,
        "nbf": NOW - 60,
        "exp": NOW + 240,
        **changes,
    }


def access(said: Json | None = None, **changes: Any) -> Json:
    """The claims of an access token; by default Eva acts for the bakery, through the accountants."""
    said = represented("bakery", "accountants", "eva") if said is None else said
    return deepcopy(
        login(aud=RESOURCE, client_id=CLIENT, azp=CLIENT, scope="openid representation") | said | changes
    )


def identity(said: Json | None = None, **changes: Any) -> Json:
    said = represented("bakery", "accountants", "eva") if said is None else said
    return deepcopy(login(aud=CLIENT, nonce=NONCE, sid="sid-1") | said | changes)


def a_vector(
    name: str,
    token: object,
    expect: Json,
    *,
    call: str = "access_token",
    demand: Json | None = None,
    verifier: Json | None = None,
    now: int = NOW,
    keys: Json | None = None,
) -> Json:
    """One line of a file: what is verified how, and what comes of it."""
    is_id = call == "id_token"
    return {
        "name": name,
        "call": call,
        "now": now,
        "verifier": {"issuer": ISSUER, "audience": CLIENT if is_id else RESOURCE, **(verifier or {})},
        "demand": {"service": VAT, **({"nonce": NONCE} if is_id else {}), **(demand or {})},
        "jwks": keys,  # null: the issuer's, as in jwks.json
        "token": token,
        "expect": expect,
    }


def refused(code: str, claim: str | None = None) -> Json:
    return {"refused": code, "claim": claim}


def good() -> Iterator[Json]:
    eva = login()["sub"]
    bakery = {"case": "on_behalf_of", "person": eva, "represented": "90000456"}
    through = {"intermediaries": ["90000123"], "actions": ["prepare", "submit"], "effective": "substantial"}
    yield a_vector(
        "an employee of the accountants acts for the bakery",
        jws(access_header(), access()),
        bakery | through,
        demand={"action": "submit", "at_least": "substantial"},
    )
    yield a_vector(
        "the same in an ID token, signed with RS256",
        jws(id_header(alg="RS256", kid="rs256"), identity(), alg="RS256"),
        bakery | through,
        call="id_token",
        demand={"action": "submit", "at_least": "substantial"},
    )
    yield a_vector(
        "the media type written out (RFC 9068 4)",
        jws(access_header(typ="application/at+jwt"), access()),
        bakery | through,
    )
    yield a_vector(
        "the audience as a list of one",
        jws(access_header(), access(aud=[RESOURCE])),
        bakery | through,
    )
    direct = represented("anna", "eva", to=recipient(person_names=True))
    yield a_vector(
        "a person acts for another person",
        jws(access_header(), access(direct)),
        {
            "case": "on_behalf_of",
            "person": eva,
            "represented": PAIRWISE.sub("api.tax.example.nl", "anna"),
            "intermediaries": [],
            "actions": ["prepare", "submit"],
            "effective": "substantial",
        },
    )
    longest = represented("bakery", *(f"holding{n}" for n in range(5)), "eva")
    six = {"intermediaries": [f"9000100{n}" for n in range(5)], "effective": "substantial"}
    yield a_vector(
        "the longest path, of six links",
        jws(access_header(), access(longest)),
        bakery | six | {"actions": ["prepare", "submit"]},
    )
    low = represented("bakery", "eva", login=Loa.LOW, until=None)
    yield a_vector(
        "a weak login at a strong mandate without an end",
        jws(access_header(), access(low, acr=Loa.LOW.acr)),
        bakery | {"intermediaries": [], "actions": ["prepare", "submit"], "effective": "low"},
        demand={"at_least": "low"},
    )
    branch = represented("bakery", "eva", branch="000012345678")
    yield a_vector(
        "a branch, where branches are heeded",
        jws(access_header(), access(branch)),
        bakery | {"intermediaries": [], "actions": ["prepare", "submit"], "effective": "substantial"},
        verifier={"understands": ["branch"]},
    )
    yield a_vector(
        "somebody for themself",
        jws(access_header(), access(own_members(VAT, ("view",)))),
        {"case": "own_behalf", "person": eva, "actions": ["view"]},
        demand={"action": "view", "at_least": "substantial"},
    )
    yield a_vector(
        "a flipped token, for a resource of orientation act",
        jws(access_header(), to_act(access())),
        bakery | through,
        verifier={"orientation": "act"},
    )
    yield a_vector(
        "somebody for themself, for a resource of orientation act",
        jws(access_header(), access(own_members(VAT, ("view",)))),
        {"case": "own_behalf", "person": eva, "actions": ["view"]},
        verifier={"orientation": "act"},
    )
    yield a_vector(
        "expired by less than the leeway",
        jws(access_header(), access(exp=NOW - 9)),
        bakery | through,
    )


def hostile_headers() -> Iterator[Json]:
    claims = access()
    signed = jws(access_header(), claims)
    head, body, seal = signed.split(".")
    forged = b64(json.dumps(claims | {"sub": "somebody-else"}).encode())

    for alg in ("none", "None", "nOnE", ""):
        yield a_vector(
            f"alg {alg!r}, without a signature",
            jws(access_header(alg=alg), claims, alg=""),
            refused("algorithm_forbidden", "alg"),
        )
    yield a_vector(
        "HS256 with the public key as the secret",
        jws(access_header(alg="HS256"), claims, alg="HS256"),
        refused("algorithm_forbidden", "alg"),
    )
    for alg in (None, 7, ["ES256"], {"ES256": 1}, True, "ES384"):
        yield a_vector(
            f"alg {alg!r}", jws(access_header(alg=alg), claims), refused("algorithm_forbidden", "alg")
        )
    extensions: list[tuple[str, object]] = [
        ("crit", ["exp"]),
        ("crit", []),
        ("b64", False),
        ("jku", "https://evil.example/jwks"),
        ("jwk", public("es256")),
        ("x5u", "https://evil.example/x5u"),
        ("x5c", ["MIIB"]),
    ]
    for member, value in extensions:
        yield a_vector(
            f"{member} {json.dumps(value)[:20]} in the header",
            jws(access_header(**{member: value}), claims),
            refused("header_forbidden", member),
        )
    yield a_vector("a signature of zeros", f"{head}.{body}.{b64(bytes(64))}", refused("signature_wrong"))
    yield a_vector("an empty signature", f"{head}.{body}.", refused("signature_wrong"))
    yield a_vector("half a signature", f"{head}.{body}.{b64(bytes(32))}", refused("signature_wrong"))
    yield a_vector(
        "a signature with a byte more", f"{head}.{body}.{b64(bytes(65))}", refused("signature_wrong")
    )
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    yield a_vector(
        "a signature of the curve's order",
        f"{head}.{body}.{b64(order.to_bytes(32, 'big') * 2)}",
        refused("signature_wrong"),
    )
    yield a_vector("an altered payload", f"{head}.{forged}.{seal}", refused("signature_wrong"))
    yield a_vector(
        "an ES256 token that names the RS256 key",
        jws(access_header(kid="rs256"), claims),
        refused("key_unfit", "kid"),
    )
    yield a_vector(
        "another typ's signature",
        f"{b64(json.dumps(access_header(kid='es256')).encode())}.{body}.{b64(b'x' * 64)}",
        refused("signature_wrong"),
    )
    for kid in ("unknown", "", None, 1, ["es256"], "../../etc/passwd", "es256\u0000"):
        yield a_vector(f"kid {kid!r}", jws(access_header(kid=kid), claims), refused("key_unknown", "kid"))
    yield a_vector("no kid", jws({"alg": "ES256", "typ": "at+jwt"}, claims), refused("key_unknown", "kid"))
    yield a_vector(
        "two keys with one kid",
        signed,
        refused("key_ambiguous", "kid"),
        keys=jwks(public("es256"), public("rs256", kid="es256")),
    )
    yield a_vector(
        "a key and a broken one with the same kid",
        signed,
        refused("key_ambiguous", "kid"),
        keys=jwks(public("es256"), {"kid": "es256", "kty": "oct"}),
    )
    unfit: list[tuple[str, Json]] = [
        ("for encryption", public("es256", use="enc")),
        ("for another algorithm", public("es256", alg="ES384")),
        ("that may only sign", public("es256", key_ops=["sign"])),
        ("off its curve", public("es256", y=KEYS["es256"]["x"])),
        ("with numbers for coordinates", public("es256", x=1, y=2)),
        ("that is symmetric", {"kid": "es256", "kty": "oct"}),
        ("of no known type", {"kid": "es256", "kty": ["EC"]}),
    ]
    for what, key in unfit:
        yield a_vector(f"a key {what}", signed, refused("key_unfit", "kid"), keys=jwks(key))
    for typ in ("JWT", "jwt", "logout+jwt", "mandate-statement+jwt", "at+jwt ", "", None, 1, ["at+jwt"]):
        yield a_vector(
            f"typ {typ!r} for an access token",
            jws(access_header(typ=typ), claims),
            refused("type_wrong", "typ"),
        )
    yield a_vector(
        "no typ for an access token",
        jws({"alg": "ES256", "kid": "es256"}, claims),
        refused("type_wrong", "typ"),
    )
    yield a_vector(
        "an ID token as an access token",
        jws(id_header(), identity(aud=RESOURCE, client_id=CLIENT)),
        refused("type_wrong", "typ"),
    )
    yield a_vector(
        "an access token as an ID token",
        jws(access_header(), access(aud=CLIENT, nonce=NONCE)),
        refused("type_wrong", "typ"),
        call="id_token",
    )
    yield a_vector(
        "no typ for an ID token",
        jws({"alg": "ES256", "kid": "es256"}, identity()),
        refused("type_wrong", "typ"),
        call="id_token",
    )


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


def hostile_claims() -> Iterator[Json]:
    def changed(name: str, code: str, claim: str, **changes: object) -> Json:
        return a_vector(name, jws(access_header(), access(**changes)), refused(code, claim))

    def without(name: str) -> Json:
        claims = access()
        del claims[name]
        return a_vector(f"no {name}", jws(access_header(), claims), refused("claim_missing", name))

    for name in ("iss", "aud", "sub", "exp", "iat", "jti", "client_id", "acr"):
        yield without(name)
    for value in (None, 1, True, [], {}, ""):
        for name in ("iss", "sub", "jti", "client_id", "acr"):
            yield changed(f"{name} {value!r}", "claim_malformed", name, **{name: value})
    for value in (None, "1790000340", 1790000340.5, True, [], {}):
        for name in ("exp", "iat", "nbf"):
            yield changed(f"{name} {value!r}", "claim_malformed", name, **{name: value})
    yield changed("auth_time as a text", "claim_malformed", "auth_time", auth_time="yesterday")
    yield changed("acr of no level", "claim_malformed", "acr", acr="http://eidas.europa.eu/LoA/highest")
    for iss in ("https://evil.example", f"{ISSUER}/", ISSUER.upper(), f"{ISSUER}.evil.example"):
        yield changed(f"the issuer {iss}", "issuer_wrong", "iss", iss=iss)
    audiences: list[object] = [
        "https://api.other.example",
        f"{RESOURCE}/",
        CLIENT,
        ISSUER,
        [],
        [RESOURCE, "https://api.other.example"],
        [RESOURCE, RESOURCE],
        [[RESOURCE]],
        {RESOURCE: True},
        None,
        1,
        True,
        "",
    ]
    for aud in audiences:
        yield changed(f"the audience {json.dumps(aud)}", "audience_wrong", "aud", aud=aud)
    yield changed("expired at this very instant, leeway and all", "expired", "exp", exp=NOW - 10)
    yield changed("expired an hour ago", "expired", "exp", exp=NOW - 3600)
    yield changed("expired before the calendar", "expired", "exp", exp=-(10**30))
    yield changed("not yet valid", "not_yet_valid", "nbf", nbf=NOW + 11)
    yield changed("made in the future", "not_yet_valid", "iat", iat=NOW + 11)

    def id_token(name: str, code: str, claim: str, *, nonce: object = NONCE, **changes: object) -> Json:
        token = jws(id_header(), identity(**changes))
        return a_vector(name, token, refused(code, claim), call="id_token", demand={"nonce": nonce})

    yield id_token("an ID token for another client", "audience_wrong", "aud", aud="other-portal")
    yield id_token("an ID token for two", "audience_wrong", "aud", aud=[CLIENT, "other-portal"])
    yield id_token("an ID token made for another client", "audience_wrong", "azp", azp="other-portal")
    yield id_token("azp null", "audience_wrong", "azp", azp=None)
    yield id_token("another nonce", "nonce_wrong", "nonce", nonce="another")
    yield id_token("a nonce where none was sent", "nonce_wrong", "nonce", nonce=None)
    yield a_vector(
        "no nonce where one was sent",
        jws(id_header(), {k: v for k, v in identity().items() if k != "nonce"}),
        refused("nonce_wrong", "nonce"),
        call="id_token",
    )
    for value in (1, ["n-0S6_WzA2Mj"], {}, True):
        claims = identity() | {"nonce": value}
        yield a_vector(
            f"the nonce {value!r}", jws(id_header(), claims), refused("nonce_wrong", "nonce"), call="id_token"
        )


def hostile_representation() -> Iterator[Json]:
    details = "authorization_details"

    def changed(name: str, change: Change, code: str, claim: str | None, **settings: Any) -> Json:
        claims = access(settings.pop("said", None))
        change(claims)
        return a_vector(name, jws(access_header(), claims), refused(code, claim), **settings)

    def malformed(name: str, change: Change, claim: str = details) -> Json:
        return changed(name, change, "representation_malformed", claim)

    def inconsistent(name: str, change: Change, claim: str = details) -> Json:
        return changed(name, change, "representation_inconsistent", claim)

    def the(claims: Json) -> Json:
        found: Json = claims[details][0]
        return found

    own = own_members(VAT, ("view",))
    yield changed(
        "nothing said at all",
        lambda c: (c.pop("represents"), c.pop(details)),
        "representation_missing",
        details,
    )
    yield inconsistent("represents without details", lambda c: c.pop(details))
    yield inconsistent("details without represents", lambda c: c.pop("represents"), "represents")
    yield inconsistent("represents beside details for oneself", lambda c: c.update(own))
    for member in ("act", "may_act"):
        for value in ({"sub": "x", "iss": ISSUER}, None, "x"):
            yield changed(
                f"{member} {json.dumps(value)} beside represents",
                lambda c, m=member, v=value: c.update({m: v}),  # type: ignore[misc]
                "orientation_wrong",
                member,
            )
    yield a_vector(
        "a flipped token at a reader of represents",
        jws(access_header(), to_act(access())),
        refused("orientation_wrong", "act"),
    )
    yield a_vector(
        "represents at a reader of act",
        jws(access_header(), access()),
        refused("orientation_wrong", "represents"),
        verifier={"orientation": "act"},
    )
    flipped = to_act(access())
    for name, change in (
        ("a flipped token whose sub is another", {"sub": "somebody-else"}),
        ("act that is a text", {"act": "eva"}),
        ("act without sub", {"act": {"iss": ISSUER}}),
        ("act of another issuer", {"act": {**flipped["act"], "iss": "https://evil.example"}}),
        ("act null", {"act": None}),
        ("act without details", {details: []}),
    ):
        yield a_vector(
            name,
            jws(access_header(), flipped | change),
            refused("representation_inconsistent", "act"),
            verifier={"orientation": "act"},
        )
    yield malformed("two details objects", lambda c: c[details].append(c[details][0]))
    yield malformed(
        "a details object for oneself beside one for a party", lambda c: c[details].append(own[details])
    )
    for value in ([], {}, None, "x", 1, [[]], [None], ["representation"]):
        yield malformed(f"details {json.dumps(value)}", lambda c, v=value: c.update({details: v}))  # type: ignore[misc]
    yield malformed("another type", lambda c: the(c).update(type="payment"))
    yield malformed("an unknown limit in the details", lambda c: the(c).update(amount_up_to=100))
    for name in ("service", "actions", "assurance_level", "effective_assurance_level", "not_after"):
        yield malformed(f"details without {name}", lambda c, n=name: the(c).pop(n))  # type: ignore[misc]
    for name in ("branch", "register", "links"):
        yield malformed(f"details without {name}", lambda c, n=name: the(c).pop(n))  # type: ignore[misc]
    for name, values in (
        ("service", (None, 1, [], {}, "", [VAT])),
        ("actions", (None, 1, {}, "submit", [], [1], [["submit"]], [None], ["submit", "submit"])),
        ("assurance_level", (None, 3, "SUBSTANTIAL", "enormous", [], {})),
        ("effective_assurance_level", (None, 3, True, "", [])),
        (
            "not_after",
            ("2026-12-31", 1_798_758_000, "9999-99-99T00:00:00Z", "0000-01-01T00:00:00Z", [], {}, ""),
        ),
        ("branch", ("12345678", 12345678, "００００１２３４５６７８", [], "")),
        ("register", (None, 1, "")),
        ("links", (None, {}, [], "x", [1], [None], [{}], [[]])),
    ):
        for value in values:
            yield malformed(
                f"{name} {json.dumps(value)}",
                lambda c, n=name, v=value: the(c).update({n: v}),  # type: ignore[misc]
            )
    for name, values in (
        ("id", (None, 1, "", [])),
        ("basis", ("curator", None, 1)),
        ("assurance_level", ("none", None, 4)),
        ("recorded_at", ("2026-01-04T00:00:00Z", None, 1)),
    ):
        for value in values:
            yield malformed(
                f"a link's {name} {json.dumps(value)}",
                lambda c, n=name, v=value: the(c)["links"][0].update({n: v}),  # type: ignore[misc]
            )
    yield malformed("a link with a member more", lambda c: the(c)["links"][0].update(note="x"))
    yield inconsistent(
        "more links than parties", lambda c: the(c)["links"].append({**the(c)["links"][0], "id": "x"})
    )
    yield inconsistent("fewer links than parties", lambda c: the(c)["links"].pop())
    yield inconsistent("one link twice", lambda c: the(c).update(links=[the(c)["links"][0]] * 2))
    yield inconsistent(
        "represented is the intermediary, not the deepest",
        lambda c: the(c)["represented"].update(sub=c["represents"]["sub"]),
    )
    for value in (None, "self ", "SELF", {}, [], {"sub": "90000456"}, True):
        yield inconsistent(
            f"represented {json.dumps(value)}",
            lambda c, v=value: the(c).update(represented=v),  # type: ignore[misc]
        )
    yield inconsistent("represented with a member more", lambda c: the(c)["represented"].update(name="x"))
    yield inconsistent(
        "the represented party exchanged", lambda c: c["represents"]["represents"].update(sub="90009999")
    )
    yield inconsistent("nesting turned round", lambda c: c.update(represents=_turned(c["represents"])))
    yield inconsistent(
        "the intermediary left out", lambda c: c.update(represents=c["represents"]["represents"])
    )
    yield inconsistent(
        "the acting person among the parties",
        lambda c: c["represents"].update(sub=c["sub"], iss=c["iss"]),
        "represents",
    )
    yield inconsistent(
        "one party twice",
        lambda c: c["represents"].update(sub="90000456"),
        "represents",
    )
    deep: list[Change] = []
    for depth in (7, 50):
        deep.append(lambda c, d=depth: c.update(represents=_nested(d)))  # type: ignore[misc]
        yield inconsistent(f"represents nested {depth} deep", deep[-1], "represents")
    for value in (None, "x", 1, [], [{}], True, {}, {"sub": "90000456"}, {"iss": ISSUER}):
        yield malformed(
            f"represents {json.dumps(value)}",
            lambda c, v=value: c.update(represents=v),  # type: ignore[misc]
            "represents",
        )
        yield malformed(
            f"represents {json.dumps(value)} inside",
            lambda c, v=value: c["represents"].update(represents=v),  # type: ignore[misc]
            "represents",
        )
    for name in ("sub", "iss", "sub_id_type", "name"):
        for value in (1, [], {}, None):
            yield malformed(
                f"{name} {json.dumps(value)} of a party",
                lambda c, n=name, v=value: c["represents"].update({n: v}),  # type: ignore[misc]
                "represents",
            )
    for name in ("exp", "aud", "act", "authorization_details"):
        yield malformed(
            f"{name} inside represents",
            lambda c, n=name: c["represents"].update({n: c.get(n)}),  # type: ignore[misc]
            "represents",
        )
    yield inconsistent(
        "effective above the lowest link",
        lambda c: (c.update(acr=Loa.HIGH.acr), the(c).update(effective_assurance_level="high")),
    )
    yield inconsistent("effective above the login", lambda c: c.update(acr=Loa.LOW.acr))
    yield inconsistent(
        "the mandate's level above its lowest link", lambda c: the(c).update(assurance_level="high")
    )
    yield inconsistent(
        "the mandate's level below its lowest link",
        lambda c: the(c).update(assurance_level="low", effective_assurance_level="low"),
    )
    yield changed(
        "the mandate ended at this very instant, with exp ahead",
        lambda c: the(c).update(not_after="2026-09-21T14:15:00Z"),
        "mandate_ended",
        details,
    )
    yield changed(
        "the mandate ended within what leeway allows",
        lambda c: (the(c).update(not_after="2026-09-21T14:14:59Z"), c.update(exp=NOW - 1)),
        "mandate_ended",
        details,
    )
    yield changed("another service", lambda c: None, "service_wrong", details, demand={"service": INCOME})
    yield changed(
        "a service that begins alike", lambda c: the(c).update(service=f"{VAT}s"), "service_wrong", details
    )
    yield changed(
        "a token for oneself at another service",
        lambda c: c.update(own_members(INCOME, ("view",))),
        "service_wrong",
        details,
        said=own,
    )
    yield changed(
        "a token for oneself with a level in it",
        lambda c: the(c).update(assurance_level="high"),
        "representation_malformed",
        details,
        said=own,
    )
    yield changed(
        "an action not allowed", lambda c: None, "action_not_allowed", details, demand={"action": "delete"}
    )
    yield changed(
        "an action that is part of one",
        lambda c: None,
        "action_not_allowed",
        details,
        demand={"action": "sub"},
    )
    yield changed(
        "an action not allowed for oneself",
        lambda c: None,
        "action_not_allowed",
        details,
        said=own,
        demand={"action": "submit"},
    )
    yield changed(
        "a branch, where branches are not heeded",
        lambda c: the(c).update(branch="000012345678"),
        "restriction_not_understood",
        details,
    )
    yield changed(
        "the mandate too weak",
        lambda c: c.update(acr=Loa.HIGH.acr),
        "mandate_too_weak",
        details,
        demand={"at_least": "high"},
    )
    yield changed(
        "the login too weak",
        lambda c: None,
        "login_too_weak",
        "acr",
        said=represented("bakery", "eva", assurances=(Loa.HIGH,)),
        demand={"at_least": "high"},
    )
    yield changed(
        "the login too weak for oneself",
        lambda c: None,
        "login_too_weak",
        "acr",
        said=own,
        demand={"at_least": "high"},
    )
    yield changed("the login too old", lambda c: None, "login_too_old", "auth_time", demand={"max_age": 60})
    yield changed(
        "no auth_time where the login's age matters",
        lambda c: c.pop("auth_time"),
        "login_too_old",
        "auth_time",
        demand={"max_age": 3600},
    )


def _turned(represents: Json) -> Json:
    inner = represents["represents"]
    outer = {name: value for name, value in represents.items() if name != "represents"}
    return {**inner, "represents": outer}


def _nested(depth: int) -> Json:
    nested: Json = {}
    for number in range(depth):
        party = {"sub": f"9000{number:04}", "iss": f"{ISSUER}/identifiers/kvk", "sub_id_type": "x"}
        nested = party | ({"represents": nested} if nested else {})
    return nested


FILES: Final[Mapping[str, Callable[[], Iterator[Json]]]] = {
    "good": good,
    "malformed": malformed,
    "hostile_headers": hostile_headers,
    "hostile_claims": hostile_claims,
    "hostile_representation": hostile_representation,
}


def text_of(name: str) -> str:
    """What the file `<name>.json` holds: one vector a line, so that a diff shows which changed."""
    lines = ",\n".join(json.dumps(vector, ensure_ascii=True) for vector in FILES[name]())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    (HERE / "jwks.json").write_text(json.dumps(jwks(), indent=1) + "\n")
    for file in FILES:
        (HERE / f"{file}.json").write_text(text_of(file))
