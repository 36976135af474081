"""A server that is at work is backed up, goes on, is lost, and stands up again from the backup, with its secrets."""

import asyncio
import json
import stat
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet

from authz_server.app import create_app
from bench.target import Target, Unavailable, VirtualPerson
from bench.worlds import BAKERY_KVK, SERVICE, one_bakery
from keys.storage import Database, Statement, connect
from tests.support.commands import run_namens
from tests.support.databases import without_postgres
from tests.support.dumps import back_up, restored
from tests.support.postgres import PostgresMissing, fresh_database
from tests.support.relying_party import RelyingParty, claims_of
from tests.support.serving import environment, free_port, serving
from tests.support.settings import secret, settings_with

pytestmark = pytest.mark.xdist_group("recovery")

PASSWORD = "een-wachtwoord-om-mee-te-proberen"
BACK = "http://127.0.0.1:9/back"
BSN = "999997221"
CLIENT = {
    "client_name": "Btw-portaal",
    "redirect_uris": [BACK],
    "representation": "required",
    "representation_services": [SERVICE],
    "representation_default_service": SERVICE,
    "representation_remember": True,
    "grant_types": ["authorization_code", "refresh_token"],
}


@dataclass
class Lost:
    """What is left after the server and its database are gone: the backup, and what people and clients hold."""

    issuer: str
    port: int
    client: dict[str, str]
    url: str
    at_the_backup: dict[str, Any]
    since: dict[str, Any]
    register: Any
    flows: int


def a_target(issuer: str, client: dict[str, str]) -> Target:
    return Target(
        name="recovery",
        issuer=issuer,
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        redirect_uri=BACK,
        pid=0,
        silent=True,
        login={
            "fields": {"username": "eva", "password": PASSWORD},
            "forms": {"login-form", "choose-form", "confirm-form", "consent-form"},
            "buttons": {"login-submit", "choose-submit", "confirm-yes", "consent-allow"},
        },
        represented=BAKERY_KVK,
    )


async def at_work(target: Target, url: str, backup: Path) -> tuple[dict[str, Any], dict[str, Any], int]:
    """Somebody logs in, four others go on logging in while the backup is made, and somebody logs in after it."""
    await target.discover()
    crowd = [VirtualPerson(target) for _ in range(5)]
    for person in crowd:
        await person.log_in()
    before, *busy = crowd
    done = asyncio.Event()

    async def again_and_again(person: VirtualPerson) -> None:
        while not done.is_set():
            with suppress(Unavailable):
                await person.flow()

    flows = [asyncio.create_task(again_and_again(person)) for person in busy]
    await asyncio.sleep(0.2)
    made_before = sum(person.flows for person in busy)
    await asyncio.to_thread(back_up, url, backup)
    meanwhile = sum(person.flows for person in busy) - made_before
    done.set()
    await asyncio.gather(*flows)
    held = dict(before.tokens)
    await before.refresh()
    after = VirtualPerson(target)
    await after.log_in()
    for person in (*crowd, after):
        person.connection.close()
    await asyncio.sleep(0.05)
    return held, {"refreshed": before.tokens, "new": after.tokens}, meanwhile


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lost(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    folder = tmp_path_factory.mktemp("recovery")
    with ExitStack() as ending:
        url = f"sqlite:///{folder}/namens.db"
        if request.param == "postgresql":
            try:
                url = ending.enter_context(fresh_database())
            except PostgresMissing as missing:
                without_postgres(missing)
        port = free_port()
        issuer = f"http://127.0.0.1:{port}"
        settings = settings_with(url, issuer=issuer)
        world = one_bakery(3)
        world["parties"][0]["identifiers"] = {"bsn": BSN}
        (folder / "world.json").write_text(json.dumps(world))
        (folder / "client.json").write_text(json.dumps(CLIENT))
        run_namens("db", "upgrade", settings=settings)
        run_namens("import", str(folder / "world.json"), settings=settings)
        run_namens("accounts", "add", "eva", settings=settings, stdin=PASSWORD)
        client = run_namens(
            "clients", "register", str(folder / "client.json"), "--json", settings=settings
        ).json
        register = run_namens("export", "--personal-numbers", settings=settings).json
        backup = folder / "backup"
        environ = environment(url, issuer, {"NAMENS_LOG__LEVEL": "WARNING"})
        with serving(environ, port, folder / "log", "--workers", "1"):
            held, since, flows = asyncio.run(at_work(a_target(issuer, client), url, backup))
            run_namens("mandates", "revoke", "m1", settings=settings)
            run_namens("keys", "rotate", settings=settings)
        place = ending.enter_context(restored(url, backup, folder))
        yield Lost(issuer, port, client, place, held, since, register, flows)


@pytest.fixture
def back(lost: Lost) -> Iterator[Flask]:
    """The provider on what was restored."""
    app = create_app(settings_with(lost.url, issuer=lost.issuer))
    app.testing = True
    yield app
    app.extensions["namens"].database.engine.dispose()


@pytest.fixture
def party(lost: Lost, back: Flask) -> RelyingParty:
    return RelyingParty(back, lost.client["client_id"], lost.client["client_secret"])


def test_others_were_served_while_the_backup_was_made(lost: Lost) -> None:
    assert lost.flows > 0


def test_the_backup_is_of_one_moment(lost: Lost) -> None:
    """Every login of the load is in it whole, or not at all."""
    engine = connect(lost.url)
    with Database(engine).reading() as db:
        used, tokens, uses = (
            db.all(Statement(f"SELECT count(*) FROM {what}"))[0][0]
            for what in (
                "oidc_grants WHERE code_used_at IS NOT NULL",
                "oidc_access_tokens",
                "register_uses",
            )
        )
    engine.dispose()

    assert used == tokens == uses > 5


def test_what_was_restored_is_whole(lost: Lost) -> None:
    settings = settings_with(lost.url, issuer=lost.issuer)

    assert 0 == run_namens("db", "check", settings=settings).status
    assert lost.register == run_namens("export", "--personal-numbers", settings=settings).json
    assert (
        "active" == run_namens("mandates", "show", "m1", "--json", settings=settings).json["mandate"]["state"]
    )
    assert run_namens("mandates", "show", "m1", "--json", settings=settings).json["history"]


def test_the_same_keys_verify_and_what_was_handed_out_since_is_nothing(
    lost: Lost, party: RelyingParty
) -> None:
    keys = KeySet.import_key_set(party.browser.get("/jwks").get_json())

    assert jwt.decode(lost.at_the_backup["id_token"], keys, algorithms=["ES256"]).claims["represents"]
    assert party.introspect(lost.at_the_backup["access_token"])["active"]
    for made in lost.since.values():
        assert {"active": False} == party.introspect(made["access_token"])


@pytest.mark.parametrize("command", [["serve"], ["db", "restored"]])
def test_with_another_seal_nothing_starts(lost: Lost, command: list[str]) -> None:
    settings = settings_with(lost.url, issuer=lost.issuer)

    ran = run_namens(*command, settings=settings, changed={"NAMENS_SECRETS__SEAL": secret(77)})

    assert 1 == ran.status
    assert ran.err.startswith(("seal_does_not_fit:", "secret_missing:"))


def test_then_all_that_was_handed_out_is_ended_and_people_log_in_again(lost: Lost, tmp_path: Path) -> None:
    """The last of these tests: it ends what the others look at."""
    settings = settings_with(lost.url, issuer=lost.issuer)
    told = run_namens("db", "restored", "--json", settings=settings).json
    target = a_target(lost.issuer, lost.client)

    async def once_more() -> dict[str, Any]:
        await target.discover()
        person = VirtualPerson(target)
        await person.log_in()
        await person.flow()
        for tokens in (lost.at_the_backup, lost.since["refreshed"]):
            form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
            answer = await person.connection.post("/token", form, person._proof)
            assert (400, b"invalid_grant") == (answer.status, json.loads(answer.body)["error"].encode())
            answer = await person.connection.post(
                "/introspect", {"token": tokens["access_token"]}, person._proof
            )
            assert {"active": False} == json.loads(answer.body)
        person.connection.close()
        await asyncio.sleep(0.05)
        return person.tokens

    with serving(environment(lost.url, lost.issuer), lost.port, tmp_path / "log", "--workers", "1"):
        again = asyncio.run(once_more())

    assert told["sessions"] >= 5
    assert told["newest"]
    same = ("sub", "represents", "aud", "iss")
    before, now = claims_of(lost.at_the_backup["id_token"]), claims_of(again["id_token"])
    assert {name: before[name] for name in same} == {name: now[name] for name in same}


def test_the_file_of_a_backup_is_its_owner_s_alone_and_replaces_the_last_one_whole(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")
    run_namens("db", "upgrade", settings=settings)
    file = tmp_path / "backup.db"
    file.write_text("the last one")

    assert 0 == run_namens("db", "backup", str(file), settings=settings).status

    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert file.read_bytes().startswith(b"SQLite format 3")
    assert {"namens.db", "backup.db"} >= {one.name for one in tmp_path.iterdir() if ".db-" not in one.name}


def test_a_backup_does_not_go_where_the_database_is_or_cannot_be(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")
    nothing_yet = run_namens("db", "backup", str(tmp_path / "backup.db"), settings=settings)
    run_namens("db", "upgrade", settings=settings)
    (tmp_path / "other.db").hardlink_to(tmp_path / "namens.db")

    refused = [
        run_namens("db", "backup", str(file), settings=settings)
        for file in (tmp_path / "namens.db", tmp_path / "other.db", tmp_path / "none/x.db", Path("/dev/null"))
    ]

    assert nothing_yet.err.startswith("database_not_up_to_date:")
    assert ["cannot_write"] * 4 == [ran.err.partition(":")[0] for ran in refused]
    assert 0 == run_namens("db", "check", settings=settings).status


def test_a_backup_of_an_older_or_a_later_version_can_be_made(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")
    run_namens("db", "upgrade", settings=settings)
    engine = connect(f"sqlite:///{tmp_path}/namens.db")
    with Database(engine).writing() as db:
        db.run(Statement("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    ran = run_namens("db", "backup", str(tmp_path / "backup.db"), "--json", settings=settings)

    assert "9999" == ran.json["revision"]


def test_rows_that_were_deleted_are_not_in_a_backup(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")
    run_namens("db", "upgrade", settings=settings)
    engine = connect(f"sqlite:///{tmp_path}/namens.db")
    with Database(engine).writing() as db:
        db.run(Statement("INSERT INTO login_consents VALUES ('somebody-who-left', 'p', 'c', 1)"))
    with Database(engine).writing() as db:
        db.run(Statement("DELETE FROM login_consents"))
    engine.dispose()

    run_namens("db", "backup", str(tmp_path / "backup.db"), settings=settings)

    assert b"somebody-who-left" not in (tmp_path / "backup.db").read_bytes()


def test_postgresql_is_backed_up_by_its_own_means() -> None:
    try:
        with fresh_database() as url:
            ran = run_namens("db", "backup", "x", settings=settings_with(url))
    except PostgresMissing as missing:
        without_postgres(missing)

    assert ran.err.startswith("backup_is_for_sqlite:")
    assert "pg_dump" in ran.err
