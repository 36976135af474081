"""Registrations of any shape are read or refused by name, and what was read reads the same again."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz_server.oidc import client_metadata, resource_metadata
from authz_server.oidc.metadata_faults import MetadataRefused

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
