"""`namens sources`: which there are, asking one now, and whether their answers are fresh."""

from collections.abc import Callable
from typing import Any

import pytest

from authz_server.commands import sources as commands
from authz_server.config import Settings
from authz_server.sources.configured import ConfiguredSource
from claims.register import source_answers
from claims.register.syncing import held
from claims.sources.told import Answer, NoAnswer, NoAnswerReason
from keys.storage import Database
from tests.support.commands import Ran, run_namens
from tests.support.register import landed
from tests.support.sources import ANNA, BRAM, COURT, SMALL, Saying, answer, configured, relation

SET = {
    "NAMENS_SOURCES__COURT__URL": "https://court.example.nl/namens",
    "NAMENS_SOURCES__COURT__SCHEMES": "bsn,kvk",
    "NAMENS_SOURCES__COURT__KNOWN_AS": "Court register",
    "NAMENS_SOURCES__COURT__TOKEN": "a-token-that-is-secret",
}
NOW = 1_764_028_800


@pytest.fixture(autouse=True)
def _world(database: Database) -> None:
    landed(database, SMALL, now=NOW)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer | NoAnswer], Saying]:
    """Let the court register say this."""

    def lets(said: Answer | NoAnswer) -> Saying:
        source = Saying(said)

        def found(_: object, name: str) -> ConfiguredSource | None:
            return configured(source) if name == "court" else None

        monkeypatch.setattr(commands, "configured", found)
        return source

    return lets


def namens(settings: Settings, *arguments: str, **changed: str) -> Ran:
    return run_namens("sources", *arguments, settings=settings, changed=SET | changed)


def test_what_is_fetched_lands_and_is_told_in_numbers(
    settings: Settings, database: Database, says: Any
) -> None:
    says(answer(relations=[relation()]))

    first = namens(settings, "fetch", "court", "anna", "--json")
    second = namens(settings, "fetch", "court", "anna", "--json")

    assert {"outcome": "landed", "added": 1, "changed": 0, "suspended": []} == first.json
    assert 0 == second.json["added"]
    with database.reading() as db:
        found = held(db, COURT, "anna")
        assert found is not None
        assert ["bram"] == [one.representative for one in found.relations]
    assert not any(number in first.out + first.err for number in (ANNA, BRAM))


def test_what_cannot_be_fetched_is_refused_by_its_code(settings: Settings, says: Any) -> None:
    source = says(NoAnswer(NoAnswerReason.STATUS, "court.example.nl answered 503"))

    failed = namens(settings, "fetch", "court", "anna")
    codes = [
        namens(settings, "fetch", *words, "--json").err
        for words in (("other", "anna"), ("court", "nobody"), ("court", "tax"))
    ]

    assert 1 == failed.status
    assert failed.err.startswith("source_failed: It answered that it does not answer. (court.example.nl")
    for code, told in zip(("unknown_source", "unknown_party", "no_number"), codes, strict=True):
        assert f'"error": "{code}"' in told
    assert 1 == len(source.asked)


def test_the_list_says_how_fresh_each_source_is_and_check_refuses_where_it_is_not(
    settings: Settings, says: Any
) -> None:
    assert 0 == namens(settings, "check").status
    says(answer())
    namens(settings, "fetch", "court", "anna")

    fresh, (row,) = namens(settings, "check"), namens(settings, "list", "--json").json["sources"]
    assert (0, 1, 0, None) == (fresh.status, row["parties"], row["stale"], row["failed_since"])

    says(NoAnswer(NoAnswerReason.TIMEOUT))
    namens(settings, "fetch", "court", "bram")
    stale = namens(settings, "check")

    assert 1 == stale.status
    assert stale.err.startswith("sources_stale: court  Court register  does not answer since")
    assert "2 parties, 1 with an answer too old, 1 failed last, 0 closed" in stale.err


def test_without_sources_there_are_none(settings: Settings) -> None:
    ran = run_namens("sources", "list", settings=settings)

    assert (0, "No sources: see sources in docs/settings.md.\n") == (ran.status, ran.out)


def test_the_demo_s_registers_are_asked_by_its_own_process(settings: Settings, database: Database) -> None:
    ran = namens(settings, "fetch", "court", "anna", NAMENS_SOURCES__COURT__URL="http://localhost:8001/x")

    assert (0, "namens demo asks it within seconds, if it runs.\n") == (ran.status, ran.out)
    with database.reading() as db:
        assert ["anna"] == source_answers.due(db, "Court register", now=2**40, limit=9)


def test_the_token_is_in_no_answer(settings: Settings) -> None:
    shown = run_namens("config", "show", "--json", settings=settings, changed=SET)

    assert ("(set)", 86400) == (shown.json["sources.court.token"], shown.json["sources.court.max_age"])
    assert "a-token" not in shown.out


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("URL", "http://court.example.nl/", "must be https"),
        ("URL", "https://user:pass@court.example.nl/", "must be https"),
        ("URL", "https://court.example.nl/?bsn=", "must be https"),
        ("URL", "https://court.example.nl/a b", "must be https"),
        ("URL", "ftp://court.example.nl/", "must be https"),
        ("URL", "https://", "must be https"),
        ("URL", "https://[::1/", "must be https"),
        ("TOKEN", "secret\r\nX-Header: 1", "must be a bearer token"),
        ("TOKEN", "", "must be a bearer token"),
        ("SCHEMES", "ssn", "Input should be"),
        ("SCHEMES", "", "at least 1"),
        ("TELLS", "curator,everything", "must be among"),
        ("CLOSE_AFTER", "60", "must not be shorter than max_age"),
        ("TIMEOUT", "31", "less than or equal to 30"),
        ("ADDRESS", "x", "is not a setting"),
    ],
)
def test_settings_of_a_source_that_make_no_sense_are_named_without_their_value(
    settings: Settings, name: str, value: str, what: str
) -> None:
    ran = namens(settings, "list", **{f"NAMENS_SOURCES__COURT__{name}": value})

    assert 1 == ran.status
    assert "COURT" in ran.err.upper()
    assert what in ran.err
    assert "secret" not in ran.err
    assert "pass@" not in ran.err


def test_two_sources_of_one_register_are_refused(settings: Settings) -> None:
    second = {name.replace("COURT", "OTHER"): value for name, value in SET.items()}

    ran = namens(settings, "list", **second)

    assert 1 == ran.status
    assert "two sources have the same register" in ran.err
