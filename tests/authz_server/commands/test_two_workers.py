"""Two processes that serve: what a command changes all of them see within a second, and nothing is lost or doubled.

A connection belongs to one of the processes, so everything is asked on sixteen of them.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from authz_server.clock import machine_clock
from bench.target import Target, Unavailable, VirtualPerson
from bench.wire import Answer, Connection
from bench.worlds import BAKERY_KVK, SERVICE, one_bakery
from keys.storage import Database, Statement, connect
from tests.support.assertions import JWKS, assertion, shown
from tests.support.commands import run_namens
from tests.support.postgres import PostgresMissing, fresh_database
from tests.support.serving import environment, free_port, serving

pytestmark = pytest.mark.xdist_group("two workers")

CONNECTIONS = 16
PASSWORD = "een-wachtwoord-om-mee-te-proberen"
BACK = "http://127.0.0.1:9/back"
REFRESHING = {"grant_types": ["authorization_code", "refresh_token"]}
FORMS = {"login-form", "choose-form", "confirm-form", "consent-form"}
BUTTONS = {"login-submit", "choose-submit", "confirm-yes", "consent-allow"}


@dataclass
class Served:
    """A server of two processes, and its database."""

    environ: dict[str, str]
    issuer: str
    pid: int
    folder: Path
    database: Database

    def command(self, *arguments: str, typed: str = "") -> Any:
        """A command, in a process of its own as an operator gives it; its JSON."""
        done = subprocess.run(
            [str(Path(sys.executable).parent / "namens"), "--json", *arguments],
            env=self.environ,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        return json.loads(done.stdout)

    def given(self, *arguments: str, typed: str | None = None) -> Any:
        """The same for what a test begins with: in this process, since another takes seconds to begin."""
        ours = {name: value for name, value in self.environ.items() if name.startswith("NAMENS_")}
        ran = run_namens(*arguments, "--json", stdin=typed, changed=ours)
        assert 0 == ran.status, ran.err
        return ran.json

    async def meanwhile(self, *arguments: str) -> float:
        """A command while the present loop goes on; the moment at which it had ended."""
        await asyncio.to_thread(self.command, *arguments)
        return time.monotonic()

    def client(self, person: str = "eva", represented: str = BAKERY_KVK, **members: Any) -> Target:
        """A new client, where this person logs in on behalf of that organisation."""
        file = self.folder / f"{person}-{time.monotonic_ns()}.json"
        file.write_text(json.dumps(metadata_of("Btw-portaal") | members))
        made = self.given("clients", "register", str(file))
        return Target(
            name="two workers",
            issuer=self.issuer,
            client_id=made["client_id"],
            client_secret=made.get("client_secret") or "",
            redirect_uri=BACK,
            pid=self.pid,
            silent=True,
            login={
                "fields": {"username": person, "password": PASSWORD},
                "forms": FORMS,
                "buttons": BUTTONS,
            },
            represented=represented,
        )

    def count(self, sql: str, **values: object) -> int:
        with self.database.reading() as db:
            row = db.one(Statement(sql), values)
        assert row is not None
        return int(row[0])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("two-workers")
    with ExitStack() as ending:
        url = f"sqlite:///{folder}/namens.db"
        if request.param == "postgresql":
            try:
                url = ending.enter_context(fresh_database())
            except PostgresMissing as missing:
                if os.environ.get("CI") == "true":
                    pytest.fail(f"CI must have PostgreSQL: {missing}")
                pytest.skip(str(missing))
        port = free_port()
        issuer = f"http://127.0.0.1:{port}"
        environ = environment(url, issuer, {"NAMENS_LOG__LEVEL": "WARNING"})
        engine = connect(url)
        ending.callback(engine.dispose)
        one = Served(environ, issuer, 0, folder, Database(engine))
        world = folder / "world.json"
        world.write_text(json.dumps(one_bakery(3)))
        one.given("db", "upgrade")
        one.given("import", str(world))
        for person in ("eva", "p1"):
            one.given("accounts", "add", person, typed=PASSWORD)
        server = ending.enter_context(serving(environ, port, folder / "log", "--workers", "2"))
        one.pid = server.process.pid
        yield one


@asynccontextmanager
async def logged_in(target: Target, count: int) -> AsyncIterator[list[VirtualPerson]]:
    """That many browsers of the person, each with a connection of its own."""
    await target.discover()
    crowd = [VirtualPerson(target) for _ in range(count)]
    try:
        for person in crowd:
            await person.log_in()
        yield crowd
    finally:
        for person in crowd:
            person.connection.close()
        await asyncio.sleep(0.05)  # until they are closed


@asynccontextmanager
async def connected(issuer: str, count: int) -> AsyncIterator[list[Connection]]:
    connections = [Connection(issuer) for _ in range(count)]
    try:
        for connection in connections:
            await connection.get("/health/live")
        yield connections
    finally:
        for connection in connections:
            connection.close()
        await asyncio.sleep(0.05)


async def beside_a_load(crowd: list[VirtualPerson], change: Callable[[], Awaitable[None]]) -> int:
    """Everybody logs in again and again until `change` is done; how many flows that were."""
    done = asyncio.Event()
    before = sum(person.flows for person in crowd)

    async def again_and_again(person: VirtualPerson) -> None:
        while not done.is_set():
            with suppress(Unavailable):  # on a machine that stands still: nothing was consumed
                await person.flow()

    flows = [asyncio.create_task(again_and_again(person)) for person in crowd]
    try:
        await change()
    finally:
        done.set()
        await asyncio.gather(*flows)
    return sum(person.flows for person in crowd) - before


async def seen_by_all(
    ask: Callable[[Connection], Awaitable[Answer]], is_so: Callable[[Answer], bool], issuer: str, since: float
) -> None:
    """On every connection it is so, asked from a second after `since` on, and again after that."""
    async with connected(issuer, CONNECTIONS) as connections:
        await asyncio.sleep(max(0.0, since + 1 - time.monotonic()))
        for _ in range(2):
            answers = await asyncio.gather(*(ask(connection) for connection in connections))
            assert [True] * CONNECTIONS == [is_so(answer) for answer in answers]


def proof(target: Target) -> str:
    return VirtualPerson(target)._proof


def introspecting(target: Target, token: str) -> Callable[[Connection], Awaitable[Answer]]:
    return lambda connection: connection.post("/introspect", {"token": token}, proof(target))


def test_rotated_keys_are_published_by_every_process_within_a_second(served: Served) -> None:
    async def change() -> None:
        before = {key["kid"] for key in served.given("keys", "list")["keys"]}
        since = await served.meanwhile("keys", "rotate", "--alg", "ES256")
        after = {key["kid"] for key in served.given("keys", "list")["keys"]}
        (new,) = after - before
        await seen_by_all(
            lambda connection: connection.get("/jwks"),
            lambda answer: new in answer.body.decode(),
            served.issuer,
            since,
        )

    async def scenario() -> None:
        async with logged_in(served.client(), 4) as crowd:
            assert 0 < await beside_a_load(crowd, change)

    asyncio.run(scenario())


def test_a_client_that_is_removed_is_nobody_to_every_process_within_a_second(served: Served) -> None:
    leaves = served.client()

    async def scenario() -> None:
        async with logged_in(served.client(), 4) as crowd, logged_in(leaves, 1) as (person,):
            ask = introspecting(leaves, await an_access_token(person))
            await seen_by_all(ask, is_active, served.issuer, time.monotonic())

            async def change() -> None:
                since = await served.meanwhile("clients", "remove", leaves.client_id)
                await seen_by_all(ask, lambda answer: answer.status == 401, served.issuer, since)

            assert 0 < await beside_a_load(crowd, change)

    asyncio.run(scenario())


def test_an_ended_mandate_is_nothing_to_every_process_within_a_second(served: Served) -> None:
    target = served.client("p1", represented="20000001")

    async def scenario() -> None:
        async with logged_in(served.client(), 4) as crowd, logged_in(target, 1) as (person,):
            ask = introspecting(target, await an_access_token(person))
            await seen_by_all(ask, is_active, served.issuer, time.monotonic())

            async def change() -> None:
                since = await served.meanwhile("mandates", "revoke", "m1")
                await seen_by_all(ask, lambda answer: not is_active(answer), served.issuer, since)

            assert 0 < await beside_a_load(crowd, change)

    asyncio.run(scenario())


def test_nothing_is_lost_or_doubled(served: Served) -> None:
    target = served.client()

    async def scenario() -> tuple[int, int]:
        won = 0

        async def change() -> None:
            nonlocal won
            for _ in range(15):
                won += await tokens_for_one_code(guest, connections)

        async with (
            logged_in(target, 6) as crowd,
            logged_in(target, 1) as (guest,),
            connected(served.issuer, CONNECTIONS) as connections,
        ):
            assert 0 < await beside_a_load(crowd, change)
            return sum(person.redeemed for person in [*crowd, guest]), won

    alone, at_once = asyncio.run(scenario())

    assert 15 == at_once
    made, values = alone + at_once, {"client": target.client_id}
    of_client = "FROM oidc_grants WHERE client_id = :client"
    assert made == served.count(f"SELECT count(*) {of_client} AND code_used_at IS NOT NULL", **values)
    assert at_once == served.count(f"SELECT count(*) {of_client} AND ended_at IS NOT NULL", **values)
    assert made == served.count(
        f"SELECT count(*) FROM oidc_access_tokens WHERE grant_id IN (SELECT id {of_client})", **values
    )
    assert made == served.count("SELECT count(*) FROM register_uses WHERE client = :client", **values)


def test_of_fifty_at_once_one_wins(served: Served) -> None:
    """A code, a refresh token and an assertion, each on fifty connections; what came of the first two is ended."""
    target = served.client(**REFRESHING)
    keyed = served.client(**REFRESHING, token_endpoint_auth_method="private_key_jwt", jwks=JWKS)

    async def scenario() -> None:
        async with logged_in(target, 2) as (one, other), connected(served.issuer, 50) as fifty:
            path, verifier, _, state = one.request()
            back = (await one.connection.get(path)).headers["location"]
            form = {"grant_type": "authorization_code", "code": one._code(back, state)}
            form |= {"redirect_uri": BACK, "code_verifier": verifier}
            dead = [await the_winner(fifty, form, one._proof)]
            form = {"grant_type": "refresh_token", "refresh_token": other.tokens["refresh_token"]}
            dead += [await the_winner(fifty, form, one._proof), other.tokens]
            for tokens in dead:
                for kind in ("access_token", "refresh_token"):
                    assert not is_active(await introspecting(target, tokens[kind])(fifty[0]))
            signed = shown(assertion(keyed.client_id, now=machine_clock(), aud=served.issuer))
            form = {"grant_type": "refresh_token", "refresh_token": "x", **signed}
            statuses = sorted(answer.status for answer in await at_once(fifty, form, ""))
            assert [400] + [401] * 49 == statuses

    asyncio.run(scenario())


def test_a_client_that_a_file_changes_is_another_to_every_process_within_a_second(served: Served) -> None:
    """The last of these tests: what is not in the file is removed."""
    busy = served.client()
    file = served.folder / "clients.toml"
    elsewhere = "http://127.0.0.1:9/elsewhere"

    def apply(redirect_uri: str) -> tuple[str, ...]:
        portal = {"client_id": "portal", "redirect_uris": [redirect_uri]}
        file.write_text(in_toml(metadata_of("Btw-portaal") | {"client_id": busy.client_id}) + in_toml(portal))
        return ("clients", "apply", str(file))

    def ask(connection: Connection) -> Awaitable[Answer]:
        return connection.get(
            f"/authorize?response_type=code&client_id=portal&redirect_uri={BACK}&scope=openid&prompt=none&state=s"
            f"&nonce=n&code_challenge={'x' * 43}&code_challenge_method=S256"
        )

    async def scenario() -> None:
        async with logged_in(busy, 4) as crowd:
            await served.meanwhile(*apply(BACK))
            await seen_by_all(ask, lambda answer: answer.status == 302, served.issuer, time.monotonic())

            async def change() -> None:
                since = await served.meanwhile(*apply(elsewhere))
                await seen_by_all(ask, lambda answer: answer.status == 400, served.issuer, since)

            assert 0 < await beside_a_load(crowd, change)

    asyncio.run(scenario())


def metadata_of(name: str) -> dict[str, Any]:
    """Of a client where people log in on behalf of the bakery."""
    return {
        "client_name": name,
        "redirect_uris": [BACK],
        "representation": "required",
        "representation_services": [SERVICE],
        "representation_default_service": SERVICE,
        "representation_remember": True,
    }


def in_toml(client: dict[str, Any]) -> str:
    """The client as one of a file for `clients apply`: JSON's values are TOML's too."""
    return "[[clients]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in client.items())


def is_active(answer: Answer) -> bool:
    return json.loads(answer.body)["active"] is True


async def an_access_token(person: VirtualPerson) -> str:
    path, verifier, _, state = person.request()
    answer = await person.connection.get(path)
    tokens = await person._redeem(person._code(answer.headers["location"], state), verifier)
    return str(tokens["access_token"])


async def at_once(connections: list[Connection], form: dict[str, str], proof: str) -> list[Answer]:
    """The same token request on each connection, until it is answered."""

    async def ask(connection: Connection) -> Answer:
        while (answer := await connection.post("/token", form, proof)).status == 503:
            await asyncio.sleep(0.01)  # nothing was consumed
        return answer

    return await asyncio.gather(*(ask(one) for one in connections))


async def the_winner(connections: list[Connection], form: dict[str, str], proof: str) -> dict[str, Any]:
    """What the one that won got; all others were refused."""
    answers = await at_once(connections, form, proof)
    (won,) = [answer for answer in answers if answer.status == 200]
    assert {"invalid_grant"} == {json.loads(one.body)["error"] for one in answers if one is not won}
    tokens: dict[str, Any] = json.loads(won.body)
    return tokens


async def tokens_for_one_code(person: VirtualPerson, connections: list[Connection]) -> int:
    """One code on all connections at once: how many got tokens."""
    path, verifier, _, state = person.request()
    answer = await person.connection.get(path)
    form = {
        "grant_type": "authorization_code",
        "code": person._code(answer.headers["location"], state),
        "redirect_uri": BACK,
        "code_verifier": verifier,
    }
    answers = await asyncio.gather(*(one.post("/token", form, person._proof) for one in connections))
    assert {200, 400, 503} >= {answer.status for answer in answers}
    return sum(answer.status == 200 for answer in answers)
