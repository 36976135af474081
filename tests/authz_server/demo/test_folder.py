import sqlite3
from pathlib import Path

import pytest

from authz_server.demo.folder import DemoFolder, FolderInUse, FolderRefused
from authz_server.demo.mark import mark
from keys.storage import Database, connect


def a_demo(path: Path) -> DemoFolder:
    folder = DemoFolder(path / "demo")
    folder.path.mkdir()
    settings = folder.write_settings("http://localhost:8000", "127.0.0.1:8000")
    engine = connect(settings.database.url.get_secret_value())
    with Database(engine).writing() as db:
        mark(db)
    engine.dispose()
    return folder


def test_the_settings_can_be_read_back_and_by_the_owner_alone(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / 'odd "name"')
    folder.path.mkdir()

    settings = folder.write_settings("http://localhost:8000", "127.0.0.1:8000")

    assert "http://localhost:8000" == settings.issuer
    assert 0o600 == folder.config_file.stat().st_mode & 0o777


def test_every_start_has_secrets_of_its_own(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)

    first = folder.write_settings("http://localhost:8000", "127.0.0.1:8000")
    second = folder.write_settings("http://localhost:8000", "127.0.0.1:8000")

    assert first.secrets.seal.get_secret_value() != second.secrets.seal.get_secret_value()


def test_a_former_demo_is_taken_away_whole(tmp_path: Path) -> None:
    folder = a_demo(tmp_path)
    (folder.path / "notes.txt").write_text("mine")

    folder.clear()

    assert ["notes.txt"] == [file.name for file in folder.path.iterdir()]


def test_the_mail_and_letters_of_a_former_demo_go_with_it_and_what_else_lies_there_stays(
    tmp_path: Path,
) -> None:
    folder = a_demo(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    for place in (folder.mail, elsewhere):
        place.mkdir()
        (place / "a.eml").write_text("a mail")
    (folder.mail / "mine.odt").write_text("mine")
    folder.letters.symlink_to(elsewhere)
    (elsewhere / "b.txt").write_text("somebody else's")

    folder.clear()

    assert ["mine.odt"] == [file.name for file in folder.mail.iterdir()]
    assert ["a.eml", "b.txt"] == sorted(file.name for file in elsewhere.iterdir())


@pytest.mark.parametrize("name", ["letter.txt", ".git"])
def test_a_folder_that_holds_other_things_alone_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")

    with pytest.raises(FolderRefused, match=name):
        DemoFolder(tmp_path).clear()

    assert [name] == [file.name for file in tmp_path.iterdir()]


def test_an_empty_folder_becomes_a_demos(tmp_path: Path) -> None:
    DemoFolder(tmp_path).clear()


def test_a_database_without_the_mark_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    folder = a_demo(tmp_path)
    folder.database_file.unlink()
    with sqlite3.connect(folder.database_file) as theirs:
        theirs.execute("CREATE TABLE precious (row TEXT)")
    theirs.close()

    with pytest.raises(FolderRefused, match="mark"):
        folder.clear()

    assert folder.database_file.exists()
    assert folder.config_file.exists()


def test_a_database_that_is_no_database_is_refused(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    folder.database_file.write_text("a letter")

    with pytest.raises(FolderRefused):
        folder.clear()

    assert "a letter" == folder.database_file.read_text()


def test_somebody_elses_settings_are_refused(tmp_path: Path) -> None:
    folder = a_demo(tmp_path)
    folder.config_file.write_text('issuer = "https://login.example.nl"\n')

    with pytest.raises(FolderRefused, match="not made by a demo"):
        folder.clear()

    assert folder.database_file.exists()


def test_no_two_demos_run_in_one_folder(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "demo")

    with folder.held(), pytest.raises(FolderInUse, match="another demo"), folder.held():
        pass

    with folder.held():
        assert folder.path.is_dir()
