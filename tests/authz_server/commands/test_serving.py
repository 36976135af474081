import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine, text

from authz_server.commands.serving import forget_secrets
from authz_server.demo.mark import mark
from authz_server.migrations import upgrading
from keys.storage import Database, connect
from tests.support.certificates import a_certificate
from tests.support.serving import environment, free_port, namens, serving


@pytest.fixture
def environ(engine: Engine) -> dict[str, str]:
    return environment(engine.url.render_as_string(hide_password=False), "http://localhost:8000")


@pytest.fixture
def migrated(engine: Engine, environ: dict[str, str]) -> dict[str, str]:
    upgrading.upgrade(engine)
    return environ


def test_it_serves_until_told_to_stop_and_logs_json_without_urls(
    migrated: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    with serving(migrated, port, tmp_path / "log", "--workers", "2") as server:
        with urlopen(f"{server.url}/health/ready?code=secret", timeout=5) as answer:
            assert {"status": "ok"} == json.load(answer)
        with urlopen(f"{server.url}/jwks", timeout=5) as answer:
            assert {"ES256", "RS256"} == {jwk["alg"] for jwk in json.load(answer)["keys"]}

    assert 0 == server.process.returncode
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert "/health/ready" in {line.get("route") for line in lines}
    assert "secret" not in server.log
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_what_another_process_rotates_shows_within_seconds(migrated: dict[str, str], tmp_path: Path) -> None:
    with serving(migrated, free_port(), tmp_path / "log", "--workers", "1") as server:
        with urlopen(f"{server.url}/jwks", timeout=5) as answer:
            before = {jwk["kid"] for jwk in json.load(answer)["keys"]}
        assert 0 == namens("keys", "rotate", environ=migrated).returncode
        for _ in range(50):
            with urlopen(f"{server.url}/jwks", timeout=5) as answer:
                after = {jwk["kid"] for jwk in json.load(answer)["keys"]}
            if after != before:
                break
            time.sleep(0.1)

    assert before < after
    assert 4 == len(after)


def test_a_row_of_the_register_s_key_that_somebody_altered_is_logged_and_all_else_is_served(
    migrated: dict[str, str], engine: Engine, tmp_path: Path
) -> None:
    assert 0 == namens("keys", "rotate", "--of", "register", environ=migrated).returncode
    with engine.begin() as connection:
        connection.execute(text("UPDATE keys_keys SET signs_until = 1 WHERE ring = 'register'"))

    with serving(migrated, free_port(), tmp_path / "log", "--workers", "1") as server:
        for path in ("/health/ready", "/jwks", "/mandate-register"):
            with urlopen(f"{server.url}{path}", timeout=5) as answer:
                assert 200 == answer.status
        until = time.monotonic() + 20
        while "key_altered" not in (tmp_path / "log").read_text() and time.monotonic() < until:
            time.sleep(0.1)

    told = [json.loads(line) for line in server.log.splitlines() if "key_altered" in line]
    assert {("critical", "keys.sealing.Altered")} == {(line["level"], line["failure"]) for line in told}


def test_secrets_are_not_left_in_the_environment_of_requests(migrated: dict[str, str]) -> None:
    environ = dict(migrated)

    forget_secrets(environ)

    assert not [name for name in environ if "NAMENS" in name]
    assert "PATH" in environ


def test_a_database_that_is_not_up_to_date_is_not_served(environ: dict[str, str]) -> None:
    ran = namens("serve", "--bind", f"127.0.0.1:{free_port()}", environ=environ)

    assert 1 == ran.returncode
    assert ran.stderr.startswith("database_not_up_to_date:")
    assert "namens db upgrade" in ran.stderr


def test_a_demo_s_database_is_not_served(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/namens.db"
    engine = connect(url)
    upgrading.upgrade(engine)
    with Database(engine).writing() as db:
        mark(db)
    engine.dispose()

    ran = namens("serve", environ=environment(url, "http://localhost:8000"))

    assert 1 == ran.returncode
    assert ran.stderr.startswith("database_is_a_demo:")


@pytest.mark.parametrize("bind", ["nonsense", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", ":8000"])
def test_an_address_that_is_none_is_wrong_usage(tmp_path: Path, bind: str) -> None:
    environ = environment(f"sqlite:///{tmp_path}/namens.db", "http://localhost:8000")

    assert 2 == namens("serve", "--bind", bind, environ=environ).returncode


def test_an_address_that_is_not_to_be_had_is_refused_by_code(migrated: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        there = namens("serve", "--bind", f"127.0.0.1:{port}", environ=migrated)
    nowhere = namens("serve", "--bind", "nowhere.invalid:8000", environ=migrated)

    assert (1, 1) == (there.returncode, nowhere.returncode)
    assert there.stderr.startswith("address_unavailable:")
    assert nowhere.stderr.startswith("address_unavailable:")


def test_told_to_stop_while_it_starts_it_stops_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/namens.db"
    engine = connect(url)
    upgrading.upgrade(engine)
    engine.dispose()
    command = [str(Path(sys.executable).parent / "namens"), "serve", "--bind", f"127.0.0.1:{free_port()}"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment(url, "http://localhost:8000"), stderr=output, start_new_session=True
        )
        while "Spawning worker" not in log.read_text() and process.poll() is None:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)

        assert 0 == process.wait(timeout=20)


def test_a_certificate_that_is_none_is_refused_by_code(tmp_path: Path) -> None:
    changed = _with_certificate(tmp_path)
    (tmp_path / "key.pem").write_text("nonsense")
    environ = environment(f"sqlite:///{tmp_path}/namens.db", "http://localhost:8000", changed)

    ran = namens("serve", environ=environ)

    assert 1 == ran.returncode
    assert ran.stderr.startswith("settings_refused:")
    assert "server.certificate" in ran.stderr


def test_it_serves_over_tls_where_it_has_a_certificate(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/namens.db"
    engine = connect(url)
    upgrading.upgrade(engine)
    engine.dispose()
    port = free_port()
    changed = _with_certificate(tmp_path)
    trusted = ssl.create_default_context(cafile=changed["NAMENS_SERVER__CERTIFICATE"])

    with (
        serving(
            environment(url, f"https://localhost:{port}", changed), port, tmp_path / "log", tls=trusted
        ) as server,
        urlopen(f"{server.url}/health/ready", timeout=5, context=trusted) as answer,
    ):
        assert "max-age=63072000" == answer.headers["Strict-Transport-Security"]


def _with_certificate(folder: Path) -> dict[str, str]:
    certificate, key = a_certificate(folder, "localhost")
    return {
        "NAMENS_SERVER__CERTIFICATE": str(certificate),
        "NAMENS_SERVER__PRIVATE_KEY": str(key),
    }
