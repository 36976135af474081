import json
from pathlib import Path
from typing import Any

import pytest

from authz_server.commands import options as command_options
from authz_server.config import Settings
from claims.instants import parse_instant, written
from tests.authz_server.commands.test_world import DEMO
from tests.support.clock import Clock
from tests.support.commands import Ran, run_namens

EVA = {
    "acting": "eva",
    "service": "vat-return",
    "at": "2026-11-23T12:00:00Z",
    "login_assurance": "substantial",
}


@pytest.fixture
def settings_of_demo(settings: Settings) -> Settings:
    assert 0 == run_namens("import", str(DEMO), settings=settings).status
    return settings


def options(**told: str) -> list[str]:
    return [part for key, value in told.items() for part in (f"--{key.replace('_', '-')}", value)]


def asked(settings: Settings, *lines: Any) -> list[Any]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    ran = run_namens("resolve", "--batch", "-", settings=settings, stdin=text)
    assert 0 == ran.status
    return [json.loads(line) for line in ran.out.splitlines()]


def test_one_question_is_answered_as_a_batch_answers_it(settings_of_demo: Settings) -> None:
    (in_batch,) = asked(settings_of_demo, EVA)
    single = run_namens("resolve", *options(**EVA), settings=settings_of_demo)
    on_a_line = run_namens("resolve", *options(**EVA), "--json", settings=settings_of_demo)

    assert ["self", "self_step_up", "representations"] == list(in_batch)
    assert in_batch == single.json == on_a_line.json
    assert 1 == len(on_a_line.out.splitlines())
    assert {
        "represented": "bakery",
        "branch": None,
        "through": "peeters",
        "intermediaries": ["peeters"],
        "assurance": "substantial",
        "effective_assurance": "substantial",
        "step_up": None,
        "other_means": False,
        "actions": ["view", "prepare", "submit"],
    }.items() <= next(one for one in in_batch["representations"] if one["represented"] == "bakery").items()


UNANSWERABLE: list[tuple[dict[str, Any], str]] = [
    ({"acting": "nobody"}, "unknown_party"),
    ({"acting": "bakery"}, "not_a_person"),
    ({"service": "nothing"}, "unknown_service"),
    ({"at": "2026-11-23"}, "bad_instant"),
    ({"at": "2026-02-30T00:00:00Z"}, "bad_instant"),
    ({"as_known_at": "yesterday"}, "bad_instant"),
    ({"as_known_at": "2026-12-31T23:59:60Z"}, "bad_instant"),
    ({"as_known_at": "2020-01-01T00:00:00Z"}, "unknown_service"),
    ({"at": 1}, "bad_instant"),
    ({"login_assurance": "very high"}, "unknown_level"),
    ({"minimum": "most"}, "unknown_level"),
    ({"actions": ["fly"]}, "unknown_action"),
    ({"actions": "view"}, "wrong_type"),
    ({"actions": [1]}, "wrong_type"),
    ({"acting": 7}, "wrong_type"),
    ({"acting": ["eva"]}, "wrong_type"),
    ({"authenticator": {}}, "wrong_type"),
    ({"represented": "bakery"}, "unknown_key"),
    ({"at": None}, "missing"),
    ({"acting": "a\0b"}, "wrong_type"),
]


def test_a_question_that_cannot_be_answered_is_an_error_on_its_line_and_the_rest_go_on(
    settings_of_demo: Settings,
) -> None:
    answers = asked(settings_of_demo, EVA, *({**EVA, **changes} for changes, _ in UNANSWERABLE), EVA)

    first, *errors, last = answers
    assert first == last
    assert "representations" in first
    assert all(["error"] == list(error) for error in errors)
    assert [code for _, code in UNANSWERABLE] == [error["error"].partition(": ")[0] for error in errors]


def test_a_line_that_is_no_question_is_an_error(settings_of_demo: Settings) -> None:
    broken = ["{", "[]", "null", '"x"', "{}", '{"at": 1, "at": 2}', "\ufeff{}", "NaN", "[" * 50_000]

    *errors, answered = asked(settings_of_demo, *broken, EVA)

    assert [["error"]] * len(broken) == [list(error) for error in errors]
    assert "representations" in answered


def test_null_is_absent_and_no_actions_ask_for_none_in_particular(settings_of_demo: Settings) -> None:
    nulls = {"authenticator": None, "actions": None, "minimum": None, "as_known_at": None}

    plain, with_nulls, no_actions = asked(settings_of_demo, EVA, EVA | nulls, EVA | {"actions": []})

    assert plain == with_nulls == no_actions


def test_a_batch_can_be_a_file(settings_of_demo: Settings, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(EVA) + "\n\n" + json.dumps(EVA))

    ran = run_namens("resolve", "--batch", str(file), settings=settings_of_demo)

    assert 2 == len(ran.out.splitlines())


def test_a_single_question_is_refused_with_its_code(settings_of_demo: Settings) -> None:
    ran = run_namens("resolve", *options(**EVA | {"service": "nothing"}), settings=settings_of_demo)

    assert (1, "") == (ran.status, ran.out)
    assert ran.err.startswith("unknown_service: --service")


def test_wrong_usage_is_told_apart_from_a_refusal(settings_of_demo: Settings) -> None:
    def run(*arguments: str) -> Ran:
        return run_namens(*arguments, settings=settings_of_demo)

    assert 2 == run("resolve").status
    assert 2 == run("resolve", "--acting", "eva").status
    assert 2 == run("resolve", "--batch", "-", "--acting", "eva").status
    assert 2 == run("resolve", "--batch", "/nowhere").status
    assert 2 == run("explain", *options(**EVA)).status


def test_explain_tells_which_rule_each_chain_breaks(settings_of_demo: Settings) -> None:
    question = options(**EVA | {"acting": "bram", "service": "record"}, represented="anna")

    told = run_namens("explain", *question, settings=settings_of_demo).json

    assert ["paths"] == list(told)
    assert {"path": ["m0002"], "broken": [{"rule": "R14", "link": None}]} in told["paths"]


def test_actions_are_given_with_commas_or_repeated(settings_of_demo: Settings) -> None:
    base = ["resolve", *options(**EVA)]

    with_commas = run_namens(*base, "--actions", "view,submit", settings=settings_of_demo)
    repeated = run_namens(*base, "--actions", "view", "--actions", "submit", settings=settings_of_demo)

    assert with_commas.json == repeated.json
    assert all("submit" in one["actions"] for one in with_commas.json["representations"])


def test_what_the_register_knew_before_a_revocation_is_told_alone_in_a_batch_and_explained(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(parse_instant("2026-11-23T11:00:00Z"))
    monkeypatch.setattr(command_options, "machine_clock", clock)
    assert 0 == run_namens("import", str(DEMO), settings=settings).status
    [mandate] = [one for one in asked(settings, EVA)[0]["representations"] if one["represented"] == "bakery"]
    before = written(clock.now)
    clock.now += 1
    assert 0 == run_namens("mandates", "revoke", mandate["path"][0], settings=settings).status
    then = {"as_known_at": before}
    why = {"represented": "bakery"}

    def bakery(answer: Any) -> bool:
        return any(one["represented"] == "bakery" for one in answer["representations"])

    alone = run_namens("resolve", *options(**EVA, **then), settings=settings)
    now, earlier = asked(settings, EVA, EVA | then)
    explained, explained_then = (
        run_namens("explain", *options(**EVA, **why, **more), settings=settings).json["paths"]
        for more in ({}, then)
    )

    assert [False, True] == [bakery(now), bakery(earlier)]
    assert earlier == alone.json
    assert {"path": mandate["path"], "broken": [{"rule": "R3", "link": 1}]} in explained
    assert {"path": mandate["path"], "broken": []} in explained_then


def test_an_explanation_tells_in_words_what_each_rule_means_to_whom(settings_of_demo: Settings) -> None:
    question = options(**EVA | {"represented": "oost"})

    plain = run_namens("explain", *question, settings=settings_of_demo).json
    told = run_namens("explain", *question, "--words", settings=settings_of_demo).json

    named = {one["rule"] for path in plain["paths"] for one in path["broken"]}
    assert plain == {key: value for key, value in told.items() if key != "words"}
    assert named == set(told["words"])
    assert "bankruptcy" in told["words"]["R19"]["operator"]
    assert "Met deze toestemming kan nu niets worden gedaan." == told["words"]["R19"]["person"]["nl"]
    assert {"nl", "en"} == set(told["words"]["R19"]["step"])
    assert "access_denied (no_representation)" == told["words"]["R19"]["service_provider"]
