import json
from pathlib import Path

from tests.support.commands import run_namens
from tests.support.settings import SECRETS

_FILE = """
issuer = "http://localhost:8000"
[database]
url = "sqlite:///{folder}/namens.db"
[secrets]
{secrets}
"""


def _settings_file(tmp_path: Path) -> str:
    file = tmp_path / "namens.toml"
    secrets = "\n".join(f'{name} = "{value}"' for name, value in SECRETS.items())
    file.write_text(_FILE.format(folder=tmp_path, secrets=secrets))
    return str(file)


def test_settings_that_make_no_sense_refuse_the_command_with_every_fault() -> None:
    ran = run_namens("keys", "list", changed={"NAMENS_ISSUER": "nonsense", "NAMENS_WRONG": "1"})

    assert 1 == ran.status
    assert ran.err.startswith("settings_refused:")
    assert "NAMENS_ISSUER" in ran.err
    assert "NAMENS_WRONG is not a setting" in ran.err


def test_a_database_without_tables_is_told_so(tmp_path: Path) -> None:
    ran = run_namens("--config", _settings_file(tmp_path), "keys", "list", "--json")

    told = json.loads(ran.err)
    assert (1, "database_not_up_to_date", "Run: namens db upgrade") == (
        ran.status,
        told["error"],
        told["remedy"],
    )


def test_a_database_that_cannot_be_opened_is_told_so(tmp_path: Path) -> None:
    file = _settings_file(tmp_path)

    ran = run_namens(
        "keys", "list", "--config", file, changed={"NAMENS_DATABASE_URL": f"sqlite:///{tmp_path}/none/x.db"}
    )

    assert 1 == ran.status
    assert ran.err.startswith("database_unavailable:")


def test_the_environment_may_name_the_settings_file(tmp_path: Path) -> None:
    ran = run_namens("keys", "list", changed={"NAMENS_CONFIG": _settings_file(tmp_path)})

    assert ran.err.startswith("database_not_up_to_date:")


def test_an_unknown_command_is_wrong_usage() -> None:
    assert 2 == run_namens("nonsense").status
