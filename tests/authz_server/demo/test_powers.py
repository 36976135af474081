"""The practice login, open registration and fetching from private addresses stay in the demo, whatever is tried."""

import json
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect

from authz_server.app import create_app
from authz_server.config import Settings, SettingsRefused, load
from authz_server.demo.folder import DemoFolder, FolderRefused
from authz_server.demo.mark import is_marked
from authz_server.demo.preparing import PASSWORD, Prepared
from authz_server.demo.running import Demo
from authz_server.login import accounts
from authz_server.login.passwords import Passwords
from authz_server.migrations import upgrading
from keys.storage import Database, Statement, connect
from tests.support.answering import answering, ok
from tests.support.assertions import assertion, shown
from tests.support.clock import Clock
from tests.support.commands import Ran, run_namens
from tests.support.pages import get
from tests.support.relying_party import RelyingParty, a_client
from tests.support.settings import SECRETS, settings_with
from tests.support.signing_in import by_password, start
from tests.support.try_out import CHEAP

HOSTILE = {
    "NAMENS_SERVER__BIND": "0.0.0.0:8000",
    "NAMENS_ISSUER": "https://login.example.nl",
    "NAMENS_DATABASE_URL": "sqlite:////nowhere/namens.db",
    "NAMENS_SECRETS__SEAL": "x",
    "NAMENS_CONFIG": "/nowhere/namens.toml",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that was started with variables meant for another installation."""
    folder = Path(tmp_path_factory.mktemp("powers")) / "demo"
    with pytest.MonkeyPatch.context() as patched:
        for name, value in HOSTILE.items():
            patched.setenv(name, value)
        running = Demo(folder, (0, 0, 0), clock=Clock(1_764_072_000))
    yield running
    running.close()


def port_of(origin: str) -> int:
    return int(origin.rpartition(":")[2])


def sent(port: int, *lines: str) -> bytes:
    """What a server answers to a request, written as it is."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        received = b""
        while part := connection.recv(65536):
            received += part
    return received


def has_no_powers(app: Flask, clock: Clock) -> None:
    """None of the three, at whatever address somebody says to have called."""
    app.extensions["namens.passwords"] = Passwords(CHEAP, patience=None)
    browser = app.test_client()
    for headers in (
        {},
        {"Host": "localhost:8000"},
        {"Host": "127.0.0.1", "X-Forwarded-Host": "localhost:8000", "X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1;host=localhost:8000", "X-Demo": "1", "Cookie": "demo=1"},
    ):
        answer = browser.post("/register", json={"redirect_uris": ["https://a.example/cb"]}, headers=headers)
        assert 404 == answer.status_code
        found = browser.get("/.well-known/openid-configuration", headers=headers).get_json()
        assert "registration_endpoint" not in found
    desk = a_client(app)
    page = start(desk)
    assert "login-form" in page.ids
    assert "method-eid" not in page.ids
    token = page.fields("login-form")
    for way in ("/practice", "/practice?demo=1"):
        assert 404 == get(page.browser, page.address + way).status
        form = token | {"person": "eva", "level": "high", "demo": "1"}
        assert 404 == page.browser.post(page.address + way, data=form).status_code
    with answering(ok(b'{"keys": []}')) as theirs:
        for host in ("127.0.0.1", "localhost", "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"):
            uri = f"https://{host}:{theirs.port}/jwks"
            asks_for_keys(app, uri, clock)
        assert [] == theirs.requests


def asks_for_keys(app: Flask, uri: str, clock: Clock) -> None:
    """A client whose keys lie there shows an assertion; refused at its registration, it is put there by hand."""
    keyed = a_client(app, token_endpoint_auth_method="private_key_jwt", jwks_uri="https://a.example/jwks")
    with keyed.context.database.writing() as db:
        row = db.one(
            Statement("SELECT metadata FROM oidc_clients WHERE client_id = :id"), {"id": keyed.client_id}
        )
        assert row is not None
        members = json.dumps(json.loads(row[0]) | {"jwks_uri": uri})
        change = Statement("UPDATE oidc_clients SET metadata = :members WHERE client_id = :id")
        db.run(change, {"members": members, "id": keyed.client_id})
    form = {
        "grant_type": "refresh_token",
        "refresh_token": "x",
        **shown(assertion(keyed.client_id, now=clock())),
    }
    assert 401 == app.test_client().post("/token", data=form).status_code


def serves(monkeypatch: pytest.MonkeyPatch, *arguments: str, **changed: str) -> tuple[Ran, Settings | None]:
    """What `namens serve` says, and with which settings it would serve."""
    served: list[Settings] = []
    monkeypatch.setattr("authz_server.commands.serving.serve_until_told", served.append)
    monkeypatch.setattr("authz_server.commands.serving.forget_secrets", lambda _: None)
    ran = run_namens(*arguments, "--json", "serve", changed=changed)
    return ran, served[0] if served else None


def refused_as_a_demo(ran: Ran, served: Settings | None) -> None:
    assert served is None
    assert 1 == ran.status
    assert "database_is_a_demo" == json.loads(ran.err)["error"]


@pytest.mark.parametrize(
    "text",
    [
        "demo = true\n",
        "practice_login = true\n",
        "[demo]\nenabled = true\n",
        "[login]\npractice = true\n",
        "[login]\nmethods = ['password', 'eid']\n",
        "[registration]\nopen = true\n",
        "[fetching]\nprivate = true\n",
        "[server]\ndemo = true\n",
        "[keys]\nprivate = true\n",
    ],
)
def test_no_setting_turns_them_on(text: str, tmp_path: Path) -> None:
    file = tmp_path / "namens.toml"
    file.write_text(text)

    with pytest.raises(SettingsRefused) as refused:
        load(file, {"NAMENS_ISSUER": "http://localhost:8000", "NAMENS_DATABASE_URL": "sqlite:///x.db"})

    assert "is not a setting" in str(refused.value)


@pytest.mark.parametrize("name", ["DEMO", "SERVER__DEMO", "LOGIN__PRACTICE", "REGISTRATION__OPEN", "PRIVATE"])
def test_no_variable_turns_them_on(name: str) -> None:
    given = {"NAMENS_ISSUER": "http://localhost:8000", "NAMENS_DATABASE_URL": "sqlite:///x.db"}

    with pytest.raises(SettingsRefused, match="is not a setting"):
        load(None, {**given, f"NAMENS_{name}": "1"})


def test_what_is_served_elsewhere_has_none_of_them(app: Flask, clock: Clock) -> None:
    has_no_powers(app, clock)


def test_the_settings_of_a_demo_bring_none_along(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    url = f"sqlite:///{tmp_path}/namens.db"
    engine = connect(url)
    upgrading.upgrade(engine)
    engine.dispose()
    config = ("--config", str(demo.folder.config_file))

    refused_as_a_demo(*serves(monkeypatch, *config))
    ran, served = serves(monkeypatch, *config, NAMENS_DATABASE_URL=url, NAMENS_SERVER__BIND="0.0.0.0:8000")

    assert (0, url) == (ran.status, served.database.url.get_secret_value() if served else ran.err)
    assert served is not None
    app = create_app(served, clock=clock)
    has_no_powers(app, clock)
    app.extensions["namens"].database.engine.dispose()


def copied(demo: Demo, place: Path) -> Settings:
    """Another installation on a copy of the demo's database, with the demo's own secrets."""
    with sqlite3.connect(demo.folder.database_file) as source, sqlite3.connect(place) as target:
        source.backup(target)
    source.close()
    target.close()
    return demo.prepared.settings.model_copy(
        update={"database": settings_with(f"sqlite:///{place}").database}
    )


def without_mark(file: Path) -> None:
    with sqlite3.connect(file) as edited:
        edited.execute("PRAGMA application_id = 0")
    edited.close()


def test_a_copy_of_its_database_is_not_served(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = ("--config", str(demo.folder.config_file))
    place = tmp_path / "copy.db"
    settings = copied(demo, place)
    moved = {"NAMENS_DATABASE_URL": settings.database.url.get_secret_value()}
    refused_as_a_demo(*serves(monkeypatch, *config, **moved))

    without_mark(place)
    engine = connect(moved["NAMENS_DATABASE_URL"])
    with Database(engine).reading() as db:
        assert not is_marked(db)
    engine.dispose()
    refused_as_a_demo(*serves(monkeypatch, *config, **moved))


def into(engine: Engine, file: Path) -> None:
    """Every row of a SQLite file, into a database with the same tables."""
    tables = inspect(engine).get_table_names()
    with sqlite3.connect(file) as source, engine.begin() as target:
        if engine.dialect.name == "postgresql":
            target.exec_driver_sql("SET session_replication_role = replica")
        for table in tables:
            found = source.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in found.description]
            target.exec_driver_sql(f"DELETE FROM {table}")
            places = ", ".join(["%s" if engine.dialect.name == "postgresql" else "?"] * len(names))
            rows = found.fetchall()
            if rows:
                target.exec_driver_sql(
                    f"INSERT INTO {table} ({', '.join(names)}) OVERRIDING SYSTEM VALUE VALUES ({places})"
                    if engine.dialect.name == "postgresql"
                    else f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",
                    rows,
                )
    source.close()


def test_a_bare_copy_of_its_file_carries_the_mark(demo: Demo, tmp_path: Path) -> None:
    shutil.copy(demo.folder.database_file, tmp_path / "bare.db")
    engine = connect(f"sqlite:///{tmp_path}/bare.db")
    with Database(engine).reading() as db:
        assert is_marked(db)
        assert accounts.any_of_the_demo(db)
    engine.dispose()


def test_its_rows_in_another_database_are_not_served_and_open_no_account(
    demo: Demo, engine: Engine, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    upgrading.upgrade(engine)
    into(engine, demo.folder.database_file)
    url = engine.url.render_as_string(hide_password=False)
    config = ("--config", str(demo.folder.config_file))

    refused_as_a_demo(*serves(monkeypatch, *config, NAMENS_DATABASE_URL=url))

    # whoever serves it all the same, with a program of their own
    moved = {"database": settings_with(url).database}
    app = create_app(demo.prepared.settings.model_copy(update=moved), clock=clock)
    app.extensions["namens.passwords"] = Passwords(CHEAP, patience=None)
    for person in ("eva", "carla"):
        assert 401 == by_password(start(a_client(app)), person, PASSWORD).status
    has_no_powers(app, clock)
    with app.extensions["namens"].database.writing() as db:
        accounts.set_password(db, "eva", CHEAP.hash("a-password-of-her-own"), now=clock())
    assert 302 == by_password(start(a_client(app)), "eva", "a-password-of-her-own").status
    app.extensions["namens"].database.engine.dispose()


def test_its_keys_sign_nowhere_else(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "copy.db"
    url = copied(demo, place).database.url.get_secret_value()
    without_mark(place)
    with sqlite3.connect(place) as edited:
        edited.execute("DELETE FROM login_authenticators")
    edited.close()
    own = {f"NAMENS_SECRETS__{name.upper()}": value for name, value in SECRETS.items()}

    ran, served = serves(
        monkeypatch, NAMENS_ISSUER="https://login.example.nl", NAMENS_DATABASE_URL=url, **own
    )

    assert served is None
    assert "secret_missing" == json.loads(ran.err)["error"]


def test_its_tokens_are_nothing_to_another_provider_of_the_same_name(demo: Demo, app: Flask) -> None:
    context = demo.provider.extensions["namens"]
    claims = {"iss": "http://localhost:8000", "aud": "x", "sub": "x", "txn": "x", "exp": 4_000_000_000}
    token = context.keyring.current().sign(claims, alg="ES256", typ="at+jwt")
    hint = context.keyring.current().sign(claims, alg="ES256", typ="JWT")
    desk = a_client(app)

    assert {"active": False} == desk.introspect(token)
    assert 401 == desk.userinfo(token).status_code
    assert "error=invalid_request" in desk.authorize(id_token_hint=hint).headers["Location"]
    theirs = RelyingParty(app, demo.prepared.insurer.client_id, demo.prepared.insurer.secret)
    assert 401 == theirs.post("/introspect", {"token": token}).status_code


def test_no_two_demos_share_a_secret_or_a_key(demo: Demo, prepared: Prepared) -> None:
    def secret_of(one: Prepared) -> list[str | None]:
        settings = [getattr(one.settings.secrets, name).get_secret_value().hex() for name in SECRETS]
        return [*settings, one.insurer.secret, one.insurer.resource_secret, one.desk.resource_secret]

    first, second = secret_of(demo.prepared), secret_of(prepared)

    assert all(first)
    assert not set(first) & set(second)
    assert len(set(first)) == len(first)
    assert demo.prepared.desk.key != prepared.desk.key


def test_variables_meant_for_others_do_not_move_a_demo(demo: Demo) -> None:
    settings = demo.prepared.settings

    assert demo.origins.provider == settings.issuer
    assert f"127.0.0.1:{port_of(demo.origins.provider)}" == settings.server.bind
    assert str(demo.folder.database_file.absolute()) in settings.database.url.get_secret_value()


def test_a_demo_listens_at_this_machines_own_address_alone(demo: Demo) -> None:
    for origin in (demo.origins.provider, demo.origins.desk, demo.origins.insurer):
        for address in ("127.0.0.2", "::1", *others_of_this_machine()):
            with pytest.raises(OSError, match=r"refused|unreachable|assign|not supported|timed out"):
                socket.create_connection((address, port_of(origin)), timeout=2)


def others_of_this_machine() -> list[str]:
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None)}
    except OSError:
        return []
    return [address for address in found if not address.startswith("127.") and ":" not in address]


@pytest.mark.parametrize("which", ["provider", "desk"])
def test_whoever_calls_it_by_another_name_gets_nothing(demo: Demo, which: str) -> None:
    port = port_of(getattr(demo.origins, which))
    own, evil = f"localhost:{port}", f"rebound.example:{port}"
    assert sent(port, "GET / HTTP/1.1", f"Host: {own}").startswith((b"HTTP/1.1 200", b"HTTP/1.1 303"))

    for lines in (
        ["GET / HTTP/1.1", f"Host: {evil}"],
        ["GET / HTTP/1.1", f"Host: {evil}", f"X-Forwarded-Host: {own}"],
        ["GET / HTTP/1.1", f"Host: {evil}", f"Forwarded: host={own}"],
        ["GET / HTTP/1.1", f"Host: {own}", f"Host: {evil}"],
        ["GET / HTTP/1.1", f"Host: {evil}", f"Host: {own}"],
        ["GET / HTTP/1.1", f"Host: {own}@{evil}"],
        ["GET / HTTP/1.1", f"Host: {own}.rebound.example"],
        ["GET / HTTP/1.1", f"Host: localhost.:{port}"],
        ["GET / HTTP/1.1", "Host:"],
        ["GET / HTTP/1.0"],
        [f"GET http://{evil}/ HTTP/1.1", f"Host: {own}"],
        [f"GET http://{own}/ HTTP/1.1", f"Host: {evil}"],
        [f"GET http://{evil}/ HTTP/1.1", f"Host: {evil}"],
        [f"GET http://{own}@{evil}/ HTTP/1.1", f"Host: {own}"],
        ["POST /register HTTP/1.1", f"Host: {evil}", "Content-Type: application/json", "Content-Length: 0"],
    ):
        answer = sent(port, *lines)
        assert answer.split(b" ", 2)[1] in {b"421", b"400"}, (lines, answer[:200])
        assert b"namens" not in answer.lower()


def test_another_website_registers_no_client(demo: Demo) -> None:
    """Without asking first (CORS) a browser sends forms and plain text alone; and it is told that it may not ask."""
    port = port_of(demo.origins.provider)
    own = ["Origin: https://evil.example", f"Host: localhost:{port}", "Content-Length: 43"]
    body = '{"redirect_uris": ["https://evil.example"]}'

    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        lines = ["POST /register HTTP/1.1", *own, f"Content-Type: {kind}", "Connection: close", "", body]
        assert sent(port, *lines).split(b" ", 2)[1] == b"400"
    asked = sent(
        port,
        "OPTIONS /register HTTP/1.1",
        *own[:2],
        "Access-Control-Request-Method: POST",
        "Content-Length: 0",
    )
    assert b"access-control-allow" not in asked.lower()


def test_a_link_to_a_database_of_somebody_is_not_followed_to_its_end(tmp_path: Path, demo: Demo) -> None:
    theirs = tmp_path / "theirs.db"
    shutil.copy(demo.folder.database_file, theirs)
    folder = DemoFolder(tmp_path / "data")
    folder.path.mkdir()
    folder.database_file.symlink_to(theirs)

    folder.clear()
    assert theirs.exists()

    without_mark(theirs)
    folder.database_file.symlink_to(theirs)
    with pytest.raises(FolderRefused, match="mark"):
        folder.clear()
    (tmp_path / "theirs.toml").write_text('issuer = "https://login.example.nl"\n')
    folder.database_file.unlink()
    folder.config_file.symlink_to(tmp_path / "theirs.toml")
    with pytest.raises(FolderRefused, match="not made by a demo"):
        folder.clear()
    assert theirs.exists()


def test_what_lies_beside_a_database_that_is_elsewhere_is_left_alone(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    (tmp_path / "namens.db-wal").write_bytes(b"what was written last")

    with pytest.raises(FolderRefused, match="not there"):
        folder.clear()

    assert (tmp_path / "namens.db-wal").exists()
