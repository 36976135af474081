"""The verifier as a service provider meets it; what it says of hundreds of tokens stands in `tests/vectors`."""

import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import verify
from claims.formats import own_members
from claims.limits import Limits
from claims.verify import Loa, OnBehalfOf, OwnBehalf, Refused, VerificationRefused, Verifier
from claims.verifying.issuer import Issuer
from tests.support.issuer import LocalIssuer, local_issuer
from tests.support.representations import VAT
from tests.support.vectors import JWKS
from tests.vectors.tokens import (
    CLIENT,
    ISSUER,
    NONCE,
    NOW,
    RESOURCE,
    access,
    access_header,
    id_header,
    identity,
    jws,
    represented,
)

SECRETS = ("api:tax", "s3cret/+")


def a_verifier(**changes: Any) -> Verifier:
    return Verifier(**{"issuer": ISSUER, "audience": RESOURCE, "keys": JWKS, "clock": lambda: NOW, **changes})


def refusal(verifier: Verifier, token: Any, **demand: Any) -> VerificationRefused:
    with pytest.raises(VerificationRefused) as refused:
        verifier.verify_access_token(token, **{"service": VAT, **demand})
    return refused.value


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as running:
        yield running


def an_asker(issuer: LocalIssuer, **changes: Any) -> Verifier:
    return a_verifier(**{"issuer": issuer.url, "credentials": SECRETS, **changes})


def its(issuer: LocalIssuer, claims: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return claims | {"iss": issuer.url} | changes


def test_the_example_of_the_documentation_reads_who_for_whom_and_by_what() -> None:
    match a_verifier().verify_access_token(
        jws(access_header(), access()), service=VAT, action="submit", at_least=Loa.SUBSTANTIAL
    ):
        case OnBehalfOf(person, represented, intermediaries, mandate):
            assert Loa.SUBSTANTIAL == person.assurance
            assert NOW - 90 == person.auth_time
            assert ("90000456", "Bakkerij De Korenbloem B.V.") == (represented.sub, represented.name)
            assert ["Accountants Peeters B.V."] == [party.name for party in intermediaries]
            assert ("prepare", "submit") == mandate.actions
            assert 2 == len(mandate.links)
        case other:
            pytest.fail(f"{other} is no representation")


def test_acting_for_oneself_is_the_other_answer() -> None:
    token = jws(access_header(), access(own_members(VAT, ("view",))))

    match a_verifier().verify_access_token(token, service=VAT):
        case OwnBehalf(person, service, actions):
            assert (VAT, ("view",)) == (service, actions)
            assert person.sub == access()["sub"]
        case other:
            pytest.fail(f"{other} is not for oneself")


def test_what_a_token_says_beside_is_there_and_never_in_a_repr() -> None:
    shown = a_verifier().verify_access_token(jws(access_header(), access()), service=VAT)

    assert access()["txn"] == shown.claims["txn"]
    assert access()["txn"] not in repr(shown)


def test_a_refusal_names_code_claim_and_reason_and_no_value() -> None:
    refused = refusal(a_verifier(), jws(access_header(), access(aud="https://secret.example")))

    assert ("audience_wrong", "aud") == (refused.code, refused.claim)
    assert "secret.example" not in f"{refused} {refused.reason} {refused!r}"


def test_a_too_weak_login_is_answered_with_the_challenge_of_rfc_9470() -> None:
    token = jws(access_header(), access(represented("bakery", "eva", assurances=(Loa.HIGH,))))
    refused = refusal(a_verifier(), token, at_least=Loa.HIGH)

    assert 401 == refused.status
    assert (
        'Bearer error="insufficient_user_authentication", error_description="a stronger login is needed", '
        'acr_values="http://eidas.europa.eu/LoA/high"'
    ) == refused.challenge()


def test_a_too_old_login_is_challenged_with_its_age() -> None:
    refused = refusal(a_verifier(), jws(access_header(), access()), max_age=60)

    assert 'max_age="60"' in refused.challenge()
    assert "insufficient_user_authentication" in refused.challenge()


def test_a_login_at_the_very_edge_of_its_age_will_do() -> None:
    a_verifier(leeway=0).verify_access_token(jws(access_header(), access()), service=VAT, max_age=90)

    assert (
        Refused.LOGIN_TOO_OLD
        == refusal(a_verifier(leeway=0), jws(access_header(), access()), max_age=89).code
    )


def test_a_too_weak_mandate_is_forbidden_and_not_challenged() -> None:
    refused = refusal(a_verifier(), jws(access_header(), access()), at_least=Loa.HIGH)

    assert (Refused.MANDATE_TOO_WEAK, 403) == (refused.code, refused.status)
    assert "acr_values" not in refused.challenge()
    assert "insufficient_scope" in refused.challenge()


def test_a_bad_token_is_unauthorized_as_invalid() -> None:
    refused = refusal(a_verifier(), "nonsense")

    assert 401 == refused.status
    assert 'Bearer error="invalid_token", error_description="malformed"' == refused.challenge()


@pytest.mark.parametrize("offset", [-1, 0, 1, 9])
def test_leeway_never_stretches_a_mandate(offset: int) -> None:
    claims = access()
    claims["authorization_details"][0]["not_after"] = "2026-09-21T14:15:00Z"  # NOW
    verifier = a_verifier(clock=lambda: NOW + offset, leeway=60)
    token = jws(access_header(), claims)

    if offset < 0:
        assert verifier.verify_access_token(token, service=VAT)
    else:
        assert Refused.MANDATE_ENDED == refusal(verifier, token).code


@pytest.mark.parametrize(
    "settings",
    [
        {"issuer": ""},
        {"audience": ""},
        {"issuer": "http://login.example.nl"},
        {"issuer": "login.example.nl"},
        {"issuer": "https://login.example.nl?x=1"},
        {"issuer": "https://user@login.example.nl"},
        {"algorithms": ()},
        {"algorithms": ("none",)},
        {"algorithms": ("HS256",)},
        {"leeway": -1},
        {"leeway": 61},
        {"orientation": "sideways"},
        {"status": "asleep"},
        {"status": "introspect"},
        {"understands": ("hours",)},
        {"keys": {}},
        {"keys": {"keys": "es256"}},
    ],
    ids=str,
)
def test_a_verifier_that_makes_no_sense_cannot_be_made(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        a_verifier(**settings)


def test_the_keys_of_the_issuer_are_found_and_kept(issuer: LocalIssuer) -> None:
    verifier = a_verifier(issuer=issuer.url, keys=None)
    token = jws(access_header(), its(issuer, access()))

    for _ in range(3):
        assert verifier.verify_access_token(token, service=VAT)
    assert [("GET", "/.well-known/openid-configuration"), ("GET", "/jwks")] == issuer.asked


def test_invented_key_ids_do_not_hammer_the_issuer(issuer: LocalIssuer) -> None:
    verifier = a_verifier(issuer=issuer.url, keys=None)
    for number in range(20):
        token = jws(access_header(kid=f"invented-{number}"), its(issuer, access()))
        assert Refused.KEY_UNKNOWN == refusal(verifier, token).code

    assert 1 == issuer.asked.count(("GET", "/jwks"))


def test_threads_may_share_a_verifier(issuer: LocalIssuer) -> None:
    verifier = a_verifier(issuer=issuer.url, keys=None)
    token = jws(access_header(), its(issuer, access()))
    shown: list[object] = []

    def verify_it() -> None:
        shown.append(verifier.verify_access_token(token, service=VAT))

    threads = [threading.Thread(target=verify_it) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 16 == len(shown)
    assert 1 == issuer.asked.count(("GET", "/jwks"))


BAD_METADATA: list[Any] = [
    b"",
    b"not json",
    b"[]",
    b"\xff\xfe",
    b"[" * 100_000,
    {},
    {"issuer": "https://evil.example", "jwks_uri": "https://evil.example/jwks"},
    b" " * 300_000,
]


@pytest.mark.parametrize("metadata", BAD_METADATA, ids=range(len(BAD_METADATA)))
def test_an_issuer_that_answers_nonsense_is_unavailable(issuer: LocalIssuer, metadata: Any) -> None:
    issuer.metadata = metadata
    verifier = a_verifier(issuer=issuer.url, keys=None)

    refused = refusal(verifier, jws(access_header(), its(issuer, access())))
    assert (Refused.ISSUER_UNAVAILABLE, 503) == (refused.code, refused.status)


@pytest.mark.parametrize(
    "jwks_uri",
    [
        None,
        1,
        "",
        "/jwks",
        "https://evil.example/jwks",
        "http://127.0.0.1:1/jwks",
        "http://[",
        "file:///etc/passwd",
    ],
)
def test_keys_are_fetched_from_the_issuers_origin_alone(issuer: LocalIssuer, jwks_uri: object) -> None:
    issuer.metadata = issuer.described(jwks_uri=jwks_uri)
    verifier = a_verifier(issuer=issuer.url, keys=None)

    assert Refused.ISSUER_UNAVAILABLE == refusal(verifier, jws(access_header(), its(issuer, access()))).code
    assert [("GET", "/.well-known/openid-configuration")] == issuer.asked


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_any_other_status_is_no_answer(issuer: LocalIssuer, status: int) -> None:
    issuer.status = status
    verifier = a_verifier(issuer=issuer.url, keys=None)

    assert Refused.ISSUER_UNAVAILABLE == refusal(verifier, jws(access_header(), its(issuer, access()))).code


@pytest.mark.parametrize("jwks", [{}, [], b"{", {"keys": 1}, {"keys": [{"kty": "oct", "k": "AA"}]}], ids=str)
def test_a_key_set_that_is_none_makes_the_issuer_unavailable(issuer: LocalIssuer, jwks: Any) -> None:
    issuer.jwks = jwks
    verifier = a_verifier(issuer=issuer.url, keys=None)

    assert Refused.ISSUER_UNAVAILABLE == refusal(verifier, jws(access_header(), its(issuer, access()))).code


def test_an_issuer_that_is_down_is_not_asked_at_every_token(issuer: LocalIssuer) -> None:
    issuer.status = 500
    verifier = a_verifier(issuer=issuer.url, keys=None)
    token = jws(access_header(), its(issuer, access()))

    for _ in range(5):
        assert Refused.ISSUER_UNAVAILABLE == refusal(verifier, token).code
    assert 1 == len(issuer.asked)


def test_nobody_listening_is_issuer_unavailable() -> None:
    verifier = a_verifier(issuer="http://127.0.0.1:9", keys=None)
    token = jws(access_header(), access(iss="http://127.0.0.1:9"))

    assert Refused.ISSUER_UNAVAILABLE == refusal(verifier, token).code


def test_with_introspection_the_issuer_is_asked_at_each_call(issuer: LocalIssuer) -> None:
    claims = its(issuer, access())
    token = jws(access_header(), claims)
    seen: list[str] = []

    def answer(form: dict[str, str]) -> Any:
        seen.append(form["token"])
        return claims | {"active": True}

    issuer.introspect = answer
    verifier = an_asker(issuer, status="introspect")

    for _ in range(2):
        assert isinstance(verifier.verify_access_token(token, service=VAT, action="submit"), OnBehalfOf)
    assert [token, token] == seen
    assert {"Basic " + b64encode(b"api%3Atax:s3cret%2F%2B").decode()} == set(issuer.credentials)


def test_an_ended_mandate_is_refused_at_the_next_call(issuer: LocalIssuer) -> None:
    claims = its(issuer, access())
    token = jws(access_header(), claims)
    verifier = an_asker(issuer, status="introspect")

    issuer.introspect = lambda form: claims | {"active": True}
    assert verifier.verify_access_token(token, service=VAT)
    issuer.introspect = lambda form: {"active": False}
    assert (Refused.INACTIVE, "active") == ((refused := refusal(verifier, token)).code, refused.claim)


def test_fewer_actions_now_are_what_counts(issuer: LocalIssuer) -> None:
    claims = its(issuer, access())
    token = jws(access_header(), claims)
    now = deepcopy(claims)
    now["authorization_details"][0]["actions"] = ["prepare"]
    issuer.introspect = lambda form: now | {"active": True}
    verifier = an_asker(issuer, status="introspect")

    shown = verifier.verify_access_token(token, service=VAT, action="prepare")
    assert isinstance(shown, OnBehalfOf)
    assert ("prepare",) == shown.mandate.actions
    assert Refused.ACTION_NOT_ALLOWED == refusal(verifier, token, action="submit").code


def another_link(claims: Any) -> None:
    claims["authorization_details"][0]["links"][0]["id"] = "urn:uuid:another"


def links_reversed(claims: Any) -> None:
    claims["authorization_details"][0]["links"].reverse()


def more_actions(claims: Any) -> None:
    claims["authorization_details"][0]["actions"].append("delete")


def another_branch(claims: Any) -> None:
    claims["authorization_details"][0]["branch"] = "000012345678"


def another_person(claims: Any) -> None:
    claims["sub"] = "somebody-else"


def for_oneself(claims: Any) -> None:
    claims.pop("represents")
    claims.update(own_members(VAT, ("prepare",)))


@pytest.mark.parametrize(
    "change", [another_link, links_reversed, more_actions, another_branch, another_person, for_oneself]
)
def test_an_answer_about_something_else_is_refused(issuer: LocalIssuer, change: Any) -> None:
    claims = its(issuer, access())
    now = deepcopy(claims)
    change(now)
    issuer.introspect = lambda form: now | {"active": True}
    verifier = an_asker(issuer, status="introspect", understands=("branch",))

    assert Refused.REPRESENTATION_INCONSISTENT == refusal(verifier, jws(access_header(), claims)).code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({}, "inactive"),
        ({"active": "true"}, "inactive"),
        ({"active": 1}, "inactive"),
        ([], "issuer_unavailable"),
        (b'{"active": false, "active": true}', "issuer_unavailable"),
        (b"", "issuer_unavailable"),
        ({"active": True}, "claim_missing"),
        ({"active": True, "iss": "https://evil.example"}, "issuer_wrong"),
    ],
    ids=str,
)
def test_an_answer_that_is_none_is_refused_by_code(issuer: LocalIssuer, answer: Any, code: str) -> None:
    issuer.introspect = lambda form: answer
    verifier = an_asker(issuer, status="introspect")

    assert code == refusal(verifier, jws(access_header(), its(issuer, access()))).code


def test_when_the_issuer_does_not_answer_nothing_may_be_done(issuer: LocalIssuer) -> None:
    verifier = an_asker(issuer, status="introspect")
    issuer.status = 503

    assert Refused.ISSUER_UNAVAILABLE == refusal(verifier, jws(access_header(), its(issuer, access()))).code


def test_a_relying_party_asks_about_the_access_token_that_it_was_given(issuer: LocalIssuer) -> None:
    claims = its(issuer, access(), aud=issuer.url)  # for UserInfo, not for us: but issued to us
    issuer.introspect = lambda form: claims | {"active": form["token"] == "opaque"}
    verifier = an_asker(issuer, audience=CLIENT)

    assert isinstance(verifier.introspect("opaque", service=VAT, action="submit"), OnBehalfOf)
    with pytest.raises(VerificationRefused, match="inactive"):
        verifier.introspect("another", service=VAT)


def test_an_answer_about_somebody_elses_token_is_refused(issuer: LocalIssuer) -> None:
    claims = its(issuer, access(), aud=issuer.url, client_id="another")
    issuer.introspect = lambda form: claims | {"active": True}

    with pytest.raises(VerificationRefused) as refused:
        an_asker(issuer, audience=CLIENT).introspect("opaque", service=VAT)
    assert Refused.AUDIENCE_WRONG == refused.value.code


@pytest.mark.parametrize("token", [None, 7, b"x", "é"])
def test_what_is_no_token_is_not_asked_about(issuer: LocalIssuer, token: Any) -> None:
    with pytest.raises(VerificationRefused, match="malformed"):
        an_asker(issuer).introspect(token, service=VAT)
    assert not issuer.asked


def test_asking_needs_credentials() -> None:
    with pytest.raises(ValueError, match="credentials"):
        a_verifier().introspect("opaque", service=VAT)


def test_an_id_token_without_a_nonce_answers_a_request_without_one() -> None:
    claims = identity()
    del claims["nonce"]
    verifier = a_verifier(audience=CLIENT)

    assert verifier.verify_id_token(jws(id_header(), claims), nonce=None, service=VAT)
    assert verifier.verify_id_token(jws(id_header(), identity()), nonce=NONCE, service=VAT)


texts = st.text(max_size=40)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
places = st.lists(st.integers(0, 20), min_size=1, max_size=6)


def spoilt(value: Any, place: list[int], junk: Any) -> Any:
    """`value` with what is at `place` exchanged for `junk`."""
    if not place or not isinstance(value, dict | list) or not value:
        return junk
    keys = list(value) if isinstance(value, dict) else range(len(value))
    key = list(keys)[place[0] % len(value)]
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = spoilt(value[key], place[1:], junk)
    return copy


def said_of(token: Any, **verifier: Any) -> OwnBehalf | OnBehalfOf | Refused:
    try:
        return a_verifier(**verifier).verify_access_token(token, service=VAT, action="submit")
    except VerificationRefused as refused:
        return refused.code


@settings(max_examples=400, deadline=None)
@given(places, junk, st.sampled_from(["represents", "act"]))
def test_a_claim_of_any_kind_is_accepted_or_refused_by_code(
    place: list[int], value: Any, orientation: Any
) -> None:
    token = jws(access_header(), spoilt(access(), place, value))

    assert isinstance(said_of(token, orientation=orientation), OwnBehalf | OnBehalfOf | Refused)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "cty", "x5t", "zip", "enc", ""]), junk))
def test_a_header_of_any_kind_is_accepted_or_refused_by_code(changes: dict[str, Any]) -> None:
    token = jws(access_header(**changes), access())

    assert isinstance(said_of(token), OnBehalfOf | Refused)


@settings(max_examples=300, deadline=None)
@given(places, junk)
def test_an_introspection_answer_of_any_kind_is_accepted_or_refused_by_code(
    place: list[int], value: Any
) -> None:
    answer = spoilt(access() | {"active": True}, place, value)
    verifier = a_verifier(credentials=SECRETS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Issuer, "introspect", lambda *_: answer if isinstance(answer, dict) else {})
        try:
            shown: object = verifier.introspect("opaque", service=VAT, action="submit")
        except VerificationRefused as refused:
            shown = refused.code

    assert isinstance(shown, OwnBehalf | OnBehalfOf | Refused)


@settings(max_examples=300, deadline=None)
@given(st.one_of(texts, junk, st.text("ABCabc019-_.=", max_size=200)))
def test_anything_at_all_for_a_token_is_refused_by_code(token: Any) -> None:
    assert refusal(a_verifier(), token).code in Refused


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 127))
def test_a_token_with_one_sign_changed_is_refused(place: int, sign: int) -> None:
    token = jws(access_header(), access())
    place %= len(token)
    changed = token[:place] + chr(sign) + token[place + 1 :]

    if changed != token:
        assert refusal(a_verifier(), changed).code in Refused


@settings(max_examples=100, deadline=None)
@given(junk)
def test_a_key_set_of_any_kind_verifies_nothing_or_cannot_be_used(jwks: Any) -> None:
    try:
        verifier = a_verifier(keys={"keys": [jwks]})
    except ValueError:
        return
    assert Refused.KEY_UNKNOWN == refusal(verifier, jws(access_header(), access())).code


BARE = """
import sys

for name in ("flask", "sqlalchemy", "authlib", "werkzeug", "jinja2", "click", "pydantic", "alembic", "psycopg", "django", "fastapi", "starlette", "pytest"):
    sys.modules[name] = None  # importing it is an ImportError, as where it is not installed
import claims.verify
import claims.guards.request
import claims.formats
for name in ("flask", "sqlalchemy", "authlib", "requests", "httpx", "authz_server"):
    assert sys.modules.get(name) is None, name
assert not [name for name in sys.modules if name.startswith(("claims.register", "keys.storage"))]
"""


def test_the_verifier_needs_nothing_but_the_base_install() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", BARE], capture_output=True, text=True)

    assert 0 == done.returncode, done.stderr


def test_a_fresh_interpreter_that_imports_the_verifier_loads_no_framework() -> None:
    code = "import sys, claims.verify; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"flask", "sqlalchemy", "authlib", "authz_server", "pydantic"} & set(done.stdout.split())


def test_the_public_names_are_all_there_and_in_order() -> None:
    assert sorted(verify.__all__) == verify.__all__
    assert all(hasattr(verify, name) for name in verify.__all__)


def at_a_desk() -> dict[str, Any]:
    """A token by which somebody at a desk acts for who is there."""
    claims = deepcopy(access())
    (details,) = claims["authorization_details"]
    details["links"] = details["links"][:1]
    details["links"][0]["basis"] = "desk"
    claims["represents"] = claims["represents"]["represents"]
    details["assurance_level"] = details["links"][0]["assurance_level"]
    return claims


def test_what_somebody_at_a_desk_does_is_refused_unless_the_service_heeds_it() -> None:
    token = jws(access_header(), at_a_desk())
    for heeding in ((), ("branch",)):
        refused = refusal(a_verifier(understands=heeding), token)
        assert Refused.RESTRICTION_NOT_UNDERSTOOD is refused.code

    shown = a_verifier(understands=("desk",)).verify_access_token(token, service=VAT)

    assert isinstance(shown, OnBehalfOf)
    assert shown.mandate.at_desk
    with pytest.raises(verify.NotExpressible, match="desk"):
        verify.authentication_context(shown)


def test_nothing_but_a_desk_says_that_it_is_one() -> None:
    shown = a_verifier().verify_access_token(jws(access_header(), access()), service=VAT)

    assert isinstance(shown, OnBehalfOf)
    assert not shown.mandate.at_desk


# Limits


HEEDS = ("case", "amount", "days")


def limited(**limits: Any) -> Any:
    return represented("bakery", "eva", limits=Limits(**limits))


def test_what_a_mandate_is_limited_to_stands_in_the_answer() -> None:
    token = jws(access_header(), access(limited(case="Z-1", amount=250_000)))

    shown = a_verifier(understands=HEEDS).verify_access_token(token, service=VAT)

    assert isinstance(shown, OnBehalfOf)
    assert Limits(case="Z-1", amount=250_000) == shown.mandate.limits


@pytest.mark.parametrize(
    "amount", [Decimal("NaN"), Decimal("Infinity"), Decimal(-1), 2500.0, "2500.00", True]
)
def test_an_amount_that_is_none_is_a_mistake_of_the_caller(amount: Any) -> None:
    with pytest.raises(ValueError, match="amount"):
        a_verifier().verify_access_token(jws(access_header(), access()), service=VAT, amount=amount)


def test_what_cannot_be_understood_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="branch, desk, case, amount, days"):
        a_verifier(understands=("hours",))


@pytest.mark.parametrize(
    ("said", "now", "same"),
    [
        ({"amount": 250}, {"amount": 250}, True),
        ({"amount": 250}, {"amount": 100}, True),
        ({"amount": 250}, {"amount": 251}, False),
        ({"amount": 250}, {}, False),
        ({}, {"amount": 250}, True),
        ({"case": "Z-1"}, {"case": "Z-2"}, False),
        ({"case": "Z-1"}, {"case": "Z-1", "amount": 1}, True),
    ],
)
def test_the_issuer_may_say_less_now_and_never_more(
    issuer: LocalIssuer, said: dict[str, Any], now: dict[str, Any], same: bool
) -> None:
    claims = its(issuer, access(limited(**said)))
    issuer.introspect = lambda form: its(issuer, access(limited(**now))) | {"active": True}
    verifier = an_asker(issuer, status="introspect", understands=HEEDS)
    token = jws(access_header(), claims)

    if same:
        shown = verifier.verify_access_token(token, service=VAT)
        assert isinstance(shown, OnBehalfOf)
        assert Limits(**now) == shown.mandate.limits
    else:
        assert Refused.REPRESENTATION_INCONSISTENT == refusal(verifier, token).code
