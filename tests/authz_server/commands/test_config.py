from pathlib import Path

from tests.support.commands import run_namens
from tests.support.settings import SECRETS, settings_with


def test_what_holds_is_shown_and_no_secret_with_it(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")

    ran = run_namens("config", "show", "--json", settings=settings)

    assert (60, "http://localhost:8000", "(set)") == (
        ran.json["lifetimes.code"],
        ran.json["issuer"],
        ran.json["database.url"],
    )
    assert ran.json["secrets.seal"].startswith("(key ")
    assert not [value for value in SECRETS.values() if value in ran.out]


def test_settings_that_make_sense_pass_with_notes_on_what_is_for_trying_out(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")

    changed = {
        "NAMENS_SERVER__BIND": "0.0.0.0:80",
        "NAMENS_MAIL__FOLDER": str(tmp_path),
        "NAMENS_MAIL__SENDER": "no-reply@example.nl",
    }
    ran = run_namens("config", "check", settings=settings, changed=changed)

    assert 0 == ran.status
    assert "issuer is http" in ran.out
    assert "without TLS" in ran.out
    assert "sent to nobody" in ran.out
    assert "post.folder is not set" in ran.out


def test_settings_that_make_no_sense_are_refused_all_at_once(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")
    changed = {"NAMENS_LIFETIMES__CODE": "soon", "NAMENS_LIFETIMES__COED": "1"}

    ran = run_namens("config", "check", settings=settings, changed=changed)

    assert 1 == ran.status
    assert "NAMENS_LIFETIMES__CODE" in ran.err
    assert "NAMENS_LIFETIMES__COED is not a setting" in ran.err


def test_files_and_folders_that_are_not_there_are_named(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/none/namens.db")
    changed = {"NAMENS_SERVER__CERTIFICATE": "/none/c.pem", "NAMENS_SERVER__PRIVATE_KEY": "/none/k.pem"}

    ran = run_namens("config", "check", settings=settings, changed=changed)

    assert 1 == ran.status
    assert "server.certificate /none/c.pem is not a file" in ran.err
    assert "database.url names a file in a folder" in ran.err


def test_a_settings_file_that_everybody_may_read_is_noted(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")
    file = tmp_path / "namens.toml"
    file.write_text("[lifetimes]\ncode = 30\n")

    file.chmod(0o644)
    open_to_all = run_namens("config", "check", "--config", str(file), settings=settings)
    file.chmod(0o640)
    closed = run_namens("config", "check", "--config", str(file), settings=settings)

    assert "chmod 640" in open_to_all.out
    assert "chmod" not in closed.out


def test_a_policy_by_which_nothing_shows_who_somebody_is_is_noted(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")
    changed = {"NAMENS_EVIDENCE__SUBSTANTIAL": "letter"}

    ran = run_namens("config", "check", settings=settings, changed=changed)
    shown = run_namens("config", "show", "--json", settings=settings, changed=changed).json

    assert 0 == ran.status
    assert "evidence.substantial is reached by what shows nobody's identity" in ran.out
    assert ("letter", "own_statement, letter") == (shown["evidence.substantial"], shown["evidence.low"])
