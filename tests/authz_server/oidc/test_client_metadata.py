"""Registrations of any shape are read or refused by name, and what was read reads the same again."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz_server.oidc import client_metadata, resource_metadata
from authz_server.oidc.member_values import key_set
from authz_server.oidc.metadata_faults import MetadataRefused
from keys.material import Material

URIS = st.sampled_from(
    [
        "https://rp.example.nl/cb",
        "http://localhost:8001/cb",
        "nl.example.app:/cb",
        "https://[x",
        "://",
        "https://rp.example.nl:99999/",
        "https://é.example.nl/",
        "javascript:alert(1)",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | URIS
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["keys", "kty", "n", "e", "x"]) | st.text(max_size=5), inner)
    ),
    max_leaves=8,
)
MEMBERS = [
    "redirect_uris",
    "client_name",
    "client_name#nl",
    "scope",
    "scope#nl",
    "jwks",
    "grant_types",
    "token_endpoint_auth_method",
    "default_max_age",
    "sector",
    "representation",
    "representation_services",
    "uri",
    "services",
    "provider",
]
DOCUMENTS = st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=8), JSON, max_size=6)


def outcome_of(document: object, by_operator: bool) -> dict[str, Any] | MetadataRefused:
    try:
        return client_metadata.canonical(document, by_operator=by_operator, own_members=by_operator)
    except MetadataRefused as refused:
        return refused


@given(DOCUMENTS, st.booleans())
def test_any_document_is_read_or_refused_in_words_that_may_stand_in_an_answer(
    document: dict[str, object], by_operator: bool
) -> None:
    outcome = outcome_of(document, by_operator)

    if isinstance(outcome, MetadataRefused):
        assert outcome.faults
        assert all(" " <= sign <= "~" and sign not in '"\\' for sign in str(outcome))
    else:
        assert outcome["redirect_uris"]
    with contextlib.suppress(MetadataRefused):
        assert resource_metadata.canonical(document)["uri"]


@given(st.lists(URIS, min_size=1, max_size=3, unique=True))
def test_what_was_read_reads_the_same_again(redirect_uris: list[str]) -> None:
    with contextlib.suppress(MetadataRefused):
        once = client_metadata.canonical({"redirect_uris": redirect_uris}, by_operator=True, own_members=True)
        assert once == client_metadata.canonical(once, by_operator=True, own_members=True)


@pytest.mark.parametrize("name", ["", "a\nb", "\x85", "\ufffd", "Caf\ufffd", "a" * 121])
def test_a_name_that_nobody_could_read_is_refused(name: str) -> None:
    outcome = outcome_of({"redirect_uris": ["https://rp.example.nl/cb"], "client_name": name}, True)

    assert isinstance(outcome, MetadataRefused)
    assert "client_name: must be a text of 1 to 120 printable characters" in str(outcome)


EC, RSA, OKP = (dict(Material.new(alg).public) for alg in ("ES256", "RS256", "Ed25519"))
WANTED = {"EC": "ES256", "RSA": "RS256 or PS256", "OKP": "Ed25519"}


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        *((EC, alg) for alg in ("ES512", "ES256K", "foo", "none", "", "HS256", "RS256", "es256")),
        *((RSA, alg) for alg in ("RS512", "RSA-OAEP", "ES256")),
        *((OKP, alg) for alg in ("EdDSA", "Ed448", "ES256")),
    ],
    ids=lambda part: part["kty"] if isinstance(part, dict) else part or "empty",
)
def test_a_key_for_an_algorithm_that_never_verifies_anything_is_refused_by_its_place(
    key: dict[str, str], alg: str
) -> None:
    other = RSA if key is not RSA else EC

    with pytest.raises(ValueError, match=r"^keys\[1\]\.alg must be ") as refused:
        key_set({"keys": [other, key | {"alg": alg}]})

    assert f"keys[1].alg must be {WANTED[key['kty']]} beside kty {key['kty']}, or left out" == str(
        refused.value
    )


@pytest.mark.parametrize(
    "key",
    [
        EC | {"kty": "XYZ"},
        EC | {"crv": "P-521", "alg": "ES512"},
        EC | {"use": "enc"},
        OKP | {"crv": "X25519"},
        EC | {"alg": 7},
        {},
        7,
    ],
    # the keys are made anew each time: workers must still collect the same tests
    ids=["unknown kty", "P-521", "for encryption", "X25519", "alg is a number", "empty", "a number"],
)
def test_a_key_that_is_none_for_signatures_is_refused_by_its_place(key: Any) -> None:
    with pytest.raises(
        ValueError, match=r"^keys\[1\] must be a public key for signatures: EC P-256, OKP Ed25519"
    ):
        key_set({"keys": [EC, key]})


@pytest.mark.parametrize("keys", [[], [EC] * 21])
def test_a_key_set_holds_one_to_twenty_keys(keys: list[dict[str, str]]) -> None:
    with pytest.raises(ValueError, match="must hold 1 to 20 keys"):
        key_set({"keys": keys})


def test_keys_of_every_kind_are_registered_with_their_algorithm_or_without() -> None:
    given = [EC, RSA, OKP, RSA | {"alg": "PS256"}]
    given += [{name: value for name, value in key.items() if name != "alg"} for key in given]

    assert {"keys": given} == key_set({"keys": given})
