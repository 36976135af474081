"""`namens token explain -`."""

import json
from typing import Any

import pytest

from authz_server.config import Settings
from authz_server.context import Context
from claims.formats import own_members
from claims.formats.act import to_act
from claims.limits import Days, Limits
from tests.support.commands import run_namens
from tests.support.representations import VAT
from tests.vectors.tokens import access, access_header, jws, represented


@pytest.fixture
def signed(settings: Settings, context: Context) -> Any:
    """Tokens signed by this installation, at this very hour of the machine's."""
    from authz_server.clock import machine_clock

    now = machine_clock()

    def sign(
        said: dict[str, Any] | None = None, *, typ: str = "at+jwt", flip: bool = False, **changes: Any
    ) -> str:
        times = {"iat": now, "nbf": now, "exp": now + 300, "auth_time": now}
        claims = access(said, **{"iss": settings.issuer, **times, **changes})
        context.keyring.tend()
        return context.keyring.current().sign(to_act(claims) if flip else claims, alg="ES256", typ=typ)

    return sign


def explained(token: str, settings: Settings, *arguments: str) -> Any:
    return run_namens("token", "explain", "-", *arguments, settings=settings, stdin=token + "\n")


def test_a_token_of_ours_is_told_in_words(settings: Settings, signed: Any) -> None:
    ran = explained(signed(), settings)

    assert 0 == ran.status
    assert "Access token by http://localhost:8000 for https://api.tax.example.nl" in ran.out
    assert (
        "Acts for Bakkerij De Korenbloem B.V. (90000456)\nThrough Accountants Peeters B.V. (90000123)"
        in ran.out
    )
    assert f"May prepare, submit at {VAT}" in ran.out
    assert "Mandate substantial, all in all substantial, until 2026-12-31T23:00:00Z" in ran.out


def test_every_kind_of_token_of_ours_is_told(settings: Settings, signed: Any) -> None:
    upright, flipped = (
        explained(signed(flip=flip), settings).out.partition("Member by member")[0] for flip in (False, True)
    )
    assert upright == flipped
    assert "Acts for themself" in explained(signed(own_members(VAT, ("view",))), settings).out
    plain = explained(signed({}), settings)
    assert (0, True) == (plain.status, "Says nothing of representation" in plain.out)
    branch = represented("bakery", "eva", branch="000012345678")
    assert "For branch 000012345678 only" in explained(signed(branch), settings).out
    limits = Limits("Z-1", 250_000, Days(weekdays=frozenset({0, 4})))
    limited = explained(signed(represented("bakery", "eva", limits=limits)), settings).out
    assert "For case Z-1 only\nUp to EUR 2500.00 for one act\nOn monday, friday only\n" in limited


def test_every_member_is_told_with_its_value_and_what_it_means(settings: Settings, signed: Any) -> None:
    told = explained(signed(), settings).out.partition("Member by member:\n")[2]

    assert "  header typ at+jwt: what kind of token it is\n" in told
    assert "  client_id tax-portal: the client that it was issued to\n" in told
    assert f"  acr {access()['acr']} (substantial): how surely the person logged in" in told
    assert "  represents.represents.sub 90000456: the number or value of the party" in told
    assert "  authorization_details[0].actions prepare, submit: all that may be done there\n" in told
    assert "  authorization_details[0].branch null: the only branch that it holds for" in told
    assert "  authorization_details[0].links[1].basis mandate: why it holds" in told
    assert "no member that we write" not in told


def test_who_is_who_is_told_as_the_orientation_of_the_token_has_it(settings: Settings, signed: Any) -> None:
    upright, flipped = (explained(signed(flip=flip), settings).out for flip in (False, True))

    assert f"  sub {access()['sub']}: who acts" in upright
    assert "  sub https://login.example.nl/identifiers/kvk/90000456: for whom is acted" in flipped
    assert f"  act.sub {access()['sub']}: who acts" in flipped


def test_no_member_of_any_token_of_ours_is_without_words(settings: Settings, signed: Any) -> None:
    limits = Limits("Z-1", 250_000, Days(weekdays=frozenset({0})))
    tokens = (
        signed(flip=True),
        signed(own_members(VAT, ("view",)), name="Eva"),
        signed(represented("bakery", "eva", branch="000012345678", limits=limits)),
        signed(typ="JWT", nonce="n", sid="s", at_hash="h"),
    )
    for token in tokens:
        assert "no member that we write" not in explained(token, settings).out


def test_what_every_token_has_and_this_one_lacks_is_told(settings: Settings, signed: Any) -> None:
    assert "Lacks " not in explained(signed(), settings).out
    claims = access()
    details = {name: value for name, value in claims["authorization_details"][0].items() if name != "branch"}
    del details["links"][0]["basis"]
    lame = {
        "represents": claims["represents"],
        "authorization_details": [details],
    }

    ran = explained(signed(lame), settings)

    assert "representation_malformed" == ran.err.split(":")[0]
    assert "Lacks authorization_details[0].branch: the only branch" in ran.out
    assert "Lacks authorization_details[0].links[0].basis: why it holds" in ran.out
    assert [
        "authorization_details[0].branch",
        "authorization_details[0].links[0].basis",
    ] == explained(signed(lame), settings, "--json").json["lacks"]
    assert (
        "Lacks authorization_details: by which"
        in explained(signed({"represents": claims["represents"]}), settings).out
    )
    assert (
        "Lacks represents: for whom"
        in explained(signed({"authorization_details": access()["authorization_details"]}), settings).out
    )


def test_a_token_of_somebody_else_is_told_member_by_member_too_with_what_is_not_ours(
    settings: Settings,
) -> None:
    claims = {
        "iss": "https://evil.example",
        "sub": "\x1b[2Jnobody\u202e",
        "amr": ["pwd"],
        "x": {"y": [1, {"z": None}]},
    }

    ran = explained(jws({"alg": "ES256", "kid": "k", "typ": "at+jwt"}, claims), settings)

    assert 1 == ran.status
    assert "Lacks client_id: the client that it was issued to\n" in ran.out
    assert "  amr pwd: no member that we write" in ran.out
    assert "  x.y[1].z null: no member that we write" in ran.out
    assert "  sub \\x1b[2Jnobody\\u202e: who acts" in ran.out
    assert "\x1b" not in ran.out


def test_somebody_at_a_desk_is_told_as_one(settings: Settings, signed: Any) -> None:
    desk = represented("bakery", "eva")
    desk["authorization_details"][0]["links"][0]["basis"] = "desk"

    assert "Somebody at a desk acts" in explained(signed(desk), settings).out


def test_a_token_that_does_not_hold_is_shown_and_refused(settings: Settings, signed: Any) -> None:
    ran = explained(signed(exp=10), settings)

    assert 1 == ran.status
    assert "Access token by" in ran.out
    assert ran.err.startswith("expired:")


def test_somebody_elses_token_is_refused(settings: Settings) -> None:
    ran = explained(jws(access_header(), access()), settings, "--json")

    assert (1, "key_unknown") == (ran.status, json.loads(ran.err)["error"])
    assert ("key_unknown", access()["sub"]) == (ran.json["refused"], ran.json["claims"]["sub"])


def test_what_is_no_token_is_refused_by_code(settings: Settings) -> None:
    for text in ("", "nonsense", "a.b.c", "é", "x" * 100_000):
        ran = explained(text, settings)

        assert (1, "") == (ran.status, ran.out)
        assert ran.err.split(":")[0] in {"malformed", "too_large"}
