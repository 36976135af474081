"""The two published JSON Schemas say what the code says, both ways."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from claims.assurance import Loa
from claims.formats import AskedDetails, RefusedDetails, members, own_members, parse_asked
from claims.limits import Days, Limits
from tests.support.representations import (
    INCOME,
    NUMBERS,
    PAIRWISE,
    PARTIES,
    REGISTER,
    VAT,
    a_recipient,
    a_representation,
)
from tests.support.vectors import vectors


def schema(which: str) -> str:
    return files("claims.formats.schemas").joinpath(f"{which}.json").read_text("utf-8")


ASKED = Draft202012Validator(json.loads(schema("asked")))
GRANTED = Draft202012Validator(json.loads(schema("granted")))
ASK = {"type": "representation", "service": VAT}


@pytest.mark.parametrize("validator", [ASKED, GRANTED])
def test_the_schemas_are_schemas(validator: Draft202012Validator) -> None:
    Draft202012Validator.check_schema(validator.schema)


@pytest.mark.parametrize("which", ["asked", "granted"])
def test_no_object_in_the_schemas_takes_members_that_are_not_named(which: Any) -> None:
    def look(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
            for member in node.values():
                look(member)
        if isinstance(node, list):
            for member in node:
                look(member)

    look(json.loads(schema(which)))


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        (("bakery", "accountants", "eva"), {}),
        (("anna", "eva"), {"until": None}),
        (("bakery", "eva"), {"branch": "000012345678", "login": Loa.BASIC}),
        (("bakery", "eva"), {"limits": Limits("Z-1", 1, Days(weekdays=frozenset({0, 6})))}),
        (("bakery", "eva"), {"limits": Limits(days=Days(dates=frozenset({date(2026, 12, 1)})))}),
        (("bakery", *(f"holding{n}" for n in range(5)), "eva"), {"assurances": (Loa.HIGH,) * 6}),
    ],
)
def test_what_is_granted_fits_its_schema(path: tuple[str, ...], settings: dict[str, Any]) -> None:
    said: Any = members(
        a_representation(*path, **settings),
        parties=PARTIES,
        identifiers=NUMBERS,
        service_uri=VAT,
        register=REGISTER,
        recipient=a_recipient(),
        pairwise=PAIRWISE,
    )

    GRANTED.validate(said["authorization_details"])


def test_what_is_granted_for_oneself_fits_its_schema() -> None:
    GRANTED.validate(own_members(INCOME, ("view", "submit"))["authorization_details"])


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param(vector, id=vector["name"])
        for vector in vectors("hostile_representation")
        if ("representation_malformed", "authorization_details")
        == (vector["expect"]["refused"], vector["expect"]["claim"])
    ],
)
def test_details_that_the_verifier_finds_malformed_do_not_fit_the_schema(vector: Any) -> None:
    from base64 import urlsafe_b64decode

    payload = json.loads(urlsafe_b64decode(vector["token"].split(".")[1] + "=="))

    assert not GRANTED.is_valid(payload["authorization_details"])


def test_an_asking_with_everything_is_read_and_fits_its_schema() -> None:
    asked = [
        {
            **ASK,
            "actions": ["submit"],
            "minimum_assurance_level": "high",
            "representation": "required",
            "represented_hint": {"iss": "https://login.example.nl/identifiers/kvk", "sub": "90000456"},
        }
    ]

    ASKED.validate(asked)
    assert AskedDetails(
        service=VAT,
        actions=("submit",),
        minimum=Loa.HIGH,
        representation="required",
        represented_hint=("https://login.example.nl/identifiers/kvk", "90000456"),
    ) == parse_asked(json.dumps(asked))


def test_an_action_may_be_a_word_of_any_language() -> None:
    asked = [ASK | {"actions": ["indiënen"]}]

    ASKED.validate(asked)
    assert AskedDetails(service=VAT, actions=("indiënen",)) == parse_asked(json.dumps(asked))


def test_the_shortest_asking_leaves_the_rest_to_the_registration() -> None:
    ASKED.validate([ASK])
    assert AskedDetails(service=VAT) == parse_asked(json.dumps([ASK]))


BAD: list[Any] = [
    {},
    ASK,
    None,
    "representation",
    [],
    [ASK, ASK],
    [[ASK]],
    [None],
    [{}],
    [{"type": "representation"}],
    [{"service": VAT}],
    [ASK | {"type": "payment_initiation"}],
    [ASK | {"type": ["representation"]}],
    [ASK | {"service": ""}],
    [ASK | {"service": 1}],
    [ASK | {"service": "https://tax.example.nl/a b"}],
    [ASK | {"service": "https://tax.example.nl/\n"}],
    [ASK | {"service": "https://belastingdiënst.nl/"}],
    [ASK | {"service": "x" * 256}],
    [ASK | {"actions": []}],
    [ASK | {"actions": "submit"}],
    [ASK | {"actions": ["submit", "submit"]}],
    [ASK | {"actions": [1]}],
    [ASK | {"actions": [""]}],
    [ASK | {"actions": None}],
    [ASK | {"actions": ["view,submit"]}],
    [ASK | {"actions": ["view\n"]}],
    [ASK | {"actions": ["x" * 65]}],
    [ASK | {"minimum_assurance_level": "HIGH"}],
    [ASK | {"minimum_assurance_level": 4}],
    [ASK | {"minimum_assurance_level": None}],
    [ASK | {"representation": "none"}],
    [ASK | {"representation": True}],
    [ASK | {"representation": None}],
    [ASK | {"represented_hint": "90000456"}],
    [ASK | {"represented_hint": {"sub": "90000456"}}],
    [ASK | {"represented_hint": {"sub": "90000456", "iss": "x", "name": "y"}}],
    [ASK | {"represented_hint": {"sub": 90000456, "iss": "x"}}],
    [ASK | {"represented_hint": None}],
    [ASK | {"locations": ["https://tax.example.nl"]}],
    [ASK | {"represented": "self"}],
]


@pytest.mark.parametrize("asked", BAD, ids=lambda asked: json.dumps(asked)[:60])
def test_what_is_asked_wrongly_is_refused_by_code_and_schema_alike(asked: Any) -> None:
    refused = parse_asked(json.dumps(asked))

    assert isinstance(refused, RefusedDetails)
    assert "invalid_authorization_details" == refused.code
    assert not ASKED.is_valid(asked)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[" * 5000 + "]" * 5000,
        '[{"type":"representation","service":"a","service":"b"}]',
        '[{"type":"representation","service":"a","x":NaN}]',
        '[{"type":"representation","service":"\\ud800"}]',
        json.dumps([ASK]) + " " * 8192,
        "\ufeff" + json.dumps([ASK]),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_json_is_refused_too(text: str) -> None:
    assert isinstance(parse_asked(text), RefusedDetails)


def test_a_refusal_repeats_nothing_of_what_was_asked_and_is_ascii() -> None:
    for asked in BAD:
        refused = parse_asked(json.dumps(asked))
        assert isinstance(refused, RefusedDetails)
        assert refused.description.isascii()
        assert "90000456" not in refused.description


words = st.sampled_from(
    [VAT, "submit", "view", "", "a b", 1, None, ["view"], "representation", "self", "high"]
)
askings = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["representation", "other"]),
        "service": words,
        "actions": st.one_of(words, st.lists(words, max_size=3)),
        "minimum_assurance_level": words,
        "representation": st.sampled_from(["optional", "required", "none", None]),
        "represented_hint": st.one_of(words, st.fixed_dictionaries({"iss": words}, optional={"sub": words})),
        "extra": words,
    },
)


@given(st.one_of(askings, st.lists(askings, max_size=2)))
def test_code_and_schema_agree_on_whatever_is_asked(asked: Any) -> None:
    assert ASKED.is_valid(asked) == isinstance(parse_asked(json.dumps(asked)), AskedDetails)
