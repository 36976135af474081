"""`namens journal verify | export | erase`, as an operator types them."""

import json
from pathlib import Path

from authz_server.config import Settings
from keys.storage import Database
from tests.authz_server.commands.test_world import DEMO
from tests.support.account import tampered
from tests.support.commands import run_namens


def test_a_journal_is_whole_until_somebody_is_at_the_tables(settings: Settings, database: Database) -> None:
    run_namens("import", str(DEMO), settings=settings)
    whole = run_namens("journal", "verify", "--json", settings=settings)
    in_words = run_namens("journal", "verify", settings=settings)

    tampered(database, "UPDATE register_journal SET authority = 'self' WHERE seq = 7")
    broken = run_namens("journal", "verify", "--json", settings=settings)

    assert whole.json["entries"] == whole.json["last"] == whole.json["signed"] > 300
    assert in_words.out.startswith("The account is whole: ")
    assert 1 == broken.status
    told = json.loads(broken.err)
    assert ("journal_not_whole", [{"breach": "rewritten", "where": "entry 7"}]) == (
        told["error"],
        told["breaches"],
    )


def test_what_came_after_a_kept_head_is_proved_and_what_was_cut_is_found(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    run_namens("mandates", "revoke", "m0001", settings=settings)
    kept, all_of_it = tmp_path / "head.json", tmp_path / "journal.jsonl"
    exported = run_namens("journal", "export", "--head", str(kept), settings=settings)
    run_namens("journal", "export", str(all_of_it), settings=settings)
    run_namens("mandates", "revoke", "m0002", settings=settings)
    lines = [json.loads(line) for line in all_of_it.read_text().splitlines()]

    fits = [
        run_namens("journal", "verify", "--from", str(file), "--json", settings=settings)
        for file in (kept, all_of_it)
    ]
    last = len(lines) - 1
    tampered(
        database,
        f"DELETE FROM register_journal WHERE seq >= {last}",
        f"DELETE FROM register_journal_heads WHERE seq >= {last}",
        f"UPDATE register_journal_end SET seq = {last - 1},"
        f" hash = (SELECT hash FROM register_journal WHERE seq = {last - 1})",
    )
    cut = run_namens("journal", "verify", "--from", str(kept), settings=settings)

    assert 0 == exported.status
    assert [1, 1] == [one.json["entries"] for one in fits]
    assert list(range(1, last + 1)) == [line["seq"] for line in lines[:-1]]
    assert {"signed"} == lines[-1].keys()
    assert 1 == cut.status
    assert f"cut: entry {last}" in cut.err


def test_a_checkpoint_of_somebody_else_is_refused(settings: Settings, tmp_path: Path) -> None:
    run_namens("import", str(DEMO), settings=settings)
    for n, told in enumerate(("", "e30.e30.AA", '{"signed": 1}', '{"signed": "x"}', "\x00\xff")):
        file = tmp_path / f"{n}"
        file.write_text(told)

        refused = run_namens("journal", "verify", "--from", str(file), settings=settings)

        assert (1, True) == (refused.status, refused.err.startswith("not_a_checkpoint: "))


def test_an_empty_journal_is_whole_and_is_not_signed(settings: Settings) -> None:
    assert 0 == run_namens("journal", "verify", "--json", settings=settings).json["entries"]
    assert run_namens("journal", "export", settings=settings).err.startswith("journal_not_signed: ")


def test_former_versions_are_erased_by_command(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)
    run_namens("mandates", "revoke", "m0001", "--reason", "a word", settings=settings)

    erased = run_namens("journal", "erase", "mandate", "m0001", "--json", settings=settings).json

    assert 1 == erased["erased"]
    assert 0 == run_namens("journal", "verify", settings=settings).status
    assert run_namens("journal", "erase", "party", "nobody", settings=settings).err.startswith(
        "unknown_record: "
    )


def test_the_register_has_keys_of_its_own(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    of_register = run_namens("keys", "list", "--of", "register", "--json", settings=settings).json["keys"]
    refused = run_namens("keys", "rotate", "--of", "register", "--alg", "RS256", settings=settings)

    assert [("ES256", "signing")] == [(key["alg"], key["state"]) for key in of_register]
    of_provider = run_namens("keys", "list", "--of", "provider", "--json", settings=settings).json
    assert {"keys": []} == of_provider
    assert refused.err.startswith("algorithm_not_used: ")


def test_nothing_is_added_to_an_end_that_somebody_else_wrote(settings: Settings, database: Database) -> None:
    run_namens("import", str(DEMO), settings=settings)
    tampered(database, "UPDATE register_journal_end SET proof = hash")

    refused = run_namens("mandates", "revoke", "m0001", settings=settings)

    assert refused.err.startswith("journal_not_whole: Nothing is added to the journal:")
    assert (
        "active"
        == run_namens("mandates", "show", "m0001", "--json", settings=settings).json["mandate"]["state"]
    )


def test_a_number_whose_key_was_taken_away_is_named_for_what_it_is(
    settings: Settings, database: Database
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    tampered(database, "DELETE FROM register_party_keys WHERE party = 'anna'")

    refused = run_namens("export", "--personal-numbers", settings=settings)

    assert refused.err.startswith("unsealable:")
    assert "numbers_altered: parties anna" in run_namens("journal", "verify", settings=settings).err


def test_what_comes_after_a_checkpoint_is_signed_up_to_there_at_least(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    run_namens("journal", "export", "--head", str(tmp_path / "head.json"), settings=settings)

    told = run_namens(
        "journal", "verify", "--from", str(tmp_path / "head.json"), "--json", settings=settings
    ).json

    assert 0 == told["entries"]
    assert told["last"] == told["signed"] > 0
