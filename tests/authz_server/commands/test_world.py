import json
from pathlib import Path
from typing import Any

import pytest

import authz_server
from authz_server.config import Settings
from tests.support.commands import run_namens

DEMO = Path(authz_server.__file__).parent / "demo" / "world.json"


@pytest.fixture
def bare_file(tmp_path: Path) -> Path:
    return written(tmp_path, parties=[{"id": "p1", "kind": "person", "name": "Anna", "identifiers": {}}])


def written(folder: Path, **lists: Any) -> Path:
    file = folder / "world.json"
    file.write_text(json.dumps(lists))
    return file


def test_a_file_that_is_imported_again_changes_nothing(settings: Settings) -> None:
    first = run_namens("import", str(DEMO), "--json", settings=settings)
    again = run_namens("import", str(DEMO), "--json", settings=settings)
    in_words = run_namens("import", str(DEMO), settings=settings)

    assert (0, 322) == (first.status, first.json["added"]["mandates"])
    assert (0, 0) == (again.status, sum(again.json["added"].values()) + sum(again.json["changed"].values()))
    assert "Nothing changed" in in_words.out


def test_a_file_older_than_a_revocation_undoes_it_and_the_command_says_so(
    settings: Settings, tmp_path: Path
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    old = tmp_path / "old.json"
    old.write_text(run_namens("export", settings=settings).out)
    run_namens("mandates", "revoke", "m0010", settings=settings)
    revoked = tmp_path / "revoked.json"
    revoked.write_text(run_namens("export", settings=settings).out)

    in_json = run_namens("import", str(old), "--json", settings=settings).json
    run_namens("import", str(revoked), settings=settings)
    in_words = run_namens("import", str(old), settings=settings).out
    again = run_namens("import", str(old), "--json", settings=settings).json

    assert (["m0010"], 1) == (in_json["revived"], in_json["changed"]["mandates"])
    assert "warning: these mandates were revoked, and by this file are so no longer: m0010" in in_words
    assert [] == again["revived"]


@pytest.mark.parametrize("options", [(), ("--personal-numbers",)])
def test_an_export_imported_again_changes_nothing(
    settings: Settings, tmp_path: Path, options: tuple[str, ...]
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    file = tmp_path / "export.json"
    file.write_text(run_namens("export", *options, settings=settings).out)

    again = run_namens("import", str(file), "--json", settings=settings)

    assert (0, 0) == (again.status, sum(again.json["added"].values()) + sum(again.json["changed"].values()))


def test_personal_numbers_are_exported_only_when_asked_for(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    without = run_namens("export", settings=settings)
    with_them = run_namens("export", "--personal-numbers", settings=settings)

    numbers = {party["id"]: party.get("identifiers") for party in with_them.json["parties"]}
    assert {"bsn": "999997221"} == numbers["anna"]
    assert {"kvk": "00327065"} == numbers["postma"]  # a sole trader's
    assert "999997221" not in without.out
    assert "00327065" not in without.out
    assert "00629355" in without.out  # a company's number is public


def test_a_faulty_file_does_not_land_and_names_every_fault(settings: Settings, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        parties=[
            {"id": "p1", "kind": "person", "name": "Anna", "identifiers": {}},
            {"id": "p2", "kind": "person", "name": "Bram", "identifiers": {"bsn": "123456789"}},
        ],
        mandatez=[],
    )

    refused = run_namens("import", str(file), settings=settings)
    as_json = run_namens("import", str(file), "--json", settings=settings)

    assert 1 == refused.status
    assert refused.err.startswith("world_file_refused: 2 faults")
    assert "parties[1].identifiers.bsn" in refused.err
    assert "123456789" not in refused.err + as_json.err
    faults = json.loads(as_json.err)["faults"]
    assert {"parties[1].identifiers.bsn", "mandatez"} == {fault["place"] for fault in faults}
    assert [] == run_namens("export", settings=settings).json["parties"]


@pytest.mark.parametrize("content", ["", "{", "[]", "nul", '"x"', "\ud83d", "[" * 100_000])
def test_what_is_no_world_file_is_refused(settings: Settings, tmp_path: Path, content: str) -> None:
    file = tmp_path / "world.json"
    file.write_bytes(content.encode("utf-8", "surrogatepass"))

    refused = run_namens("import", str(file), settings=settings)

    assert 1 == refused.status
    assert "world_file_refused" in refused.err


def test_a_file_that_is_not_there_is_wrong_usage(settings: Settings) -> None:
    assert 2 == run_namens("import", "/nowhere/world.json", settings=settings).status


def test_a_file_can_come_from_standard_input(settings: Settings, bare_file: Path) -> None:
    done = run_namens("import", "-", "--json", settings=settings, stdin=bare_file.read_text())

    assert (0, 1) == (done.status, done.json["added"]["parties"])
