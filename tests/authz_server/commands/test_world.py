import json
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from click.testing import CliRunner

import authz_server
from authz_server.cli import main
from authz_server.clock import machine_clock
from authz_server.commands import options, world
from authz_server.config import Settings
from claims.register.world import draft
from claims.worldfile import read_json
from keys.storage import Database, Statement
from tests.support import long_ago
from tests.support.big_world import big_world
from tests.support.commands import run_namens
from tests.support.prepared import prepared_database
from tests.support.register import landed
from tests.support.serving import environment

DEMO = Path(authz_server.__file__).parent / "demo" / "world.json"

_EVENTS = Statement("SELECT event FROM register_journal ORDER BY seq")


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

    assert (0, 325) == (first.status, first.json["added"]["mandates"])
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
    assert (
        "warning: these mandates or appointments were revoked, and by this file are so no longer: m0010"
        in in_words
    )
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


def test_a_big_world_is_the_same_after_a_trip_through_files(settings: Settings, tmp_path: Path) -> None:
    given = big_world(1100)
    file, first, second = written(tmp_path, **given), tmp_path / "first.json", tmp_path / "second.json"
    (tmp_path / "other").mkdir()
    with prepared_database("sqlite", tmp_path / "other") as url:
        for arguments, changed in (
            (("import", file), {}),
            (("export", "--personal-numbers", first), {}),
            (("import", first), {"NAMENS_DATABASE_URL": url}),
            (("export", "--personal-numbers", second), {"NAMENS_DATABASE_URL": url}),
        ):
            assert 0 == run_namens(*map(str, arguments), settings=settings, changed=changed).status

    assert first.read_bytes() == second.read_bytes()
    told = json.loads(first.read_text())
    assert {key: len(records) for key, records in given.items()} == {
        key: len(records) for key, records in told.items() if records
    }


@pytest.mark.parametrize("file", ["/nowhere/world.json", "/proc/world.json"])
def test_an_export_that_cannot_be_written_is_refused(settings: Settings, file: str) -> None:
    refused = run_namens("export", file, settings=settings)

    assert 1 == refused.status
    assert refused.err.startswith("cannot_write")


def test_that_personal_numbers_were_asked_for_is_kept_even_if_the_export_fails(
    settings: Settings, database: Database
) -> None:
    run_namens("export", "--personal-numbers", "/nowhere/world.json", settings=settings)

    with database.reading() as db:
        assert [("exported_personal_numbers",)] == db.all(_EVENTS)


def test_a_file_that_changes_while_it_is_read_is_refused(
    settings: Settings, bare_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def emptied(file: BinaryIO) -> object:
        document = read_json(file)
        bare_file.write_text("{}")
        return document

    monkeypatch.setattr(world, "read_json", emptied)

    refused = run_namens("import", str(bare_file), settings=settings)

    assert 1 == refused.status
    assert refused.err.startswith("file_changed")


def test_an_import_that_another_one_overtakes_is_read_anew(
    settings: Settings, database: Database, bare_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The party of the file is an organisation by then: what was no fault at first is one now."""
    other = {"id": "p1", "kind": "organisation", "name": "Bakkerij", "identifiers": {}}

    def overtaken(*arguments: Any, **named: Any) -> Any:
        made = draft(*arguments, **named)
        monkeypatch.setattr(world, "draft", draft)
        landed(database, {"parties": [other]}, now=1)
        return made

    monkeypatch.setattr(world, "draft", overtaken)

    refused = run_namens("import", str(bare_file), settings=settings)

    assert 1 == refused.status
    assert "changed_kind" in refused.err


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


def test_an_import_is_of_the_instant_at_which_it_lands_not_at_which_its_file_was_opened(
    settings: Settings, bare_file: Path, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """While a large file is read others write: what they wrote came first, and must not seem to come later."""
    ticks = iter(range(1_780_000_000, 1_790_000_000, 60))
    monkeypatch.setattr(options, "machine_clock", lambda: next(ticks))

    assert 0 == run_namens("import", str(bare_file), settings=settings).status

    with database.reading() as db:
        [[recorded_at]] = db.all(Statement("SELECT recorded_at FROM register_versions"))
        [at] = {at for (at,) in db.all(Statement("SELECT at FROM register_journal"))}
    assert recorded_at < at


def test_without_a_ground_a_file_with_a_bsn_does_not_land(settings: Settings) -> None:
    environ: dict[str, str | None] = dict(
        environment(settings.database.url.get_secret_value(), settings.issuer)
    )
    environ["NAMENS_PERSONS__BSN_GROUND"] = None

    refused = CliRunner(env=environ).invoke(main, ["import", str(DEMO)], prog_name="namens")

    assert 1 == refused.exit_code
    assert "parties[0].identifiers.bsn: no_ground_for_bsn" in refused.stderr
    assert 0 == run_namens("import", str(DEMO), settings=settings).status
    checked = CliRunner(env=environ).invoke(main, ["config", "check"], prog_name="namens")
    assert "persons.bsn_ground" in checked.stdout


def test_what_was_erased_when_its_time_was_over_is_left_out_and_counted(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "long_ago.json"
    file.write_text(json.dumps(long_ago.world()))
    assert 0 == run_namens("import", str(file), settings=settings).status
    later = machine_clock() + 40 * 86400
    long_ago.told(database, now=later)
    erased = long_ago.erased_mandates(database, now=later)
    assert "m-by-end" in erased

    again = run_namens("import", str(file), "--json", settings=settings)
    words = run_namens("import", str(file), settings=settings).out

    assert (0, len(erased)) == (again.status, again.json["left_out"])
    assert f"left out: {len(erased)} mandates that are over" in words
    gone = run_namens("mandates", "show", "m-by-end", settings=settings)
    assert gone.err.startswith("unknown_mandate: ")
