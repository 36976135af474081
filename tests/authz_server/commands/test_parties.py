"""`namens parties forget`."""

from authz_server.config import Settings
from keys.storage import Database
from tests.authz_server.commands.test_world import DEMO
from tests.support.commands import run_namens


def test_somebody_is_forgotten_and_the_journal_verifies(settings: Settings, database: Database) -> None:
    run_namens("import", str(DEMO), settings=settings)
    parties = {one["id"] for one in run_namens("export", settings=settings).json["parties"]}
    assert "wil" in parties

    told = {
        id: run_namens("parties", "forget", id, settings=settings)
        for id in ("bakery", "anna", "nobody", "a\x7fb")
    }
    assert ["not_personal", "still_concerned", "unknown_party", "unknown_party"] == [
        one.err.partition(":")[0] for one in told.values()
    ]
    assert 0 == run_namens("journal", "verify", settings=settings).status


def test_who_can_still_log_in_is_not_forgotten(settings: Settings, database: Database) -> None:
    world = (
        '{"parties": [{"id": "p1", "kind": "person", "name": "Aafje", "identifiers": {"bsn": "999997221"}}]}'
    )
    assert 0 == run_namens("import", "-", settings=settings, stdin=world).status
    assert 0 == run_namens("accounts", "add", "p1", settings=settings, stdin="long enough word\n").status

    refused = run_namens("parties", "forget", "p1", settings=settings)
    assert refused.err.startswith("account_open:")
    assert "Aafje" in run_namens("export", settings=settings).out
    run_namens("accounts", "close", "p1", settings=settings)
    done = run_namens("parties", "forget", "p1", "--json", settings=settings)

    assert {"party": "p1", "forgotten": True} == done.json
    assert "Aafje" not in run_namens("export", settings=settings).out
    assert 0 == run_namens("journal", "verify", settings=settings).status
