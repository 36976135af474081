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
    assert explained(signed(), settings).out == explained(signed(flip=True), settings).out
    assert "Acts for themself" in explained(signed(own_members(VAT, ("view",))), settings).out
    plain = explained(signed({}), settings)
    assert (0, True) == (plain.status, "Says nothing of representation" in plain.out)
    branch = represented("bakery", "eva", branch="000012345678")
    assert "For branch 000012345678 only" in explained(signed(branch), settings).out
    limits = Limits("Z-1", 250_000, Days(weekdays=frozenset({0, 4})))
    limited = explained(signed(represented("bakery", "eva", limits=limits)), settings).out
    assert "For case Z-1 only\nUp to EUR 2500.00 for one act\nOn monday, friday only\n" in limited


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
