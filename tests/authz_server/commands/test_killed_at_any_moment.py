"""A server, or the database under it, that is killed at any moment: what was said stays said, and nothing is half.

`NAMENS_KILLS` says how often on each database.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest

from authz_server.app import create_app
from authz_server.context import Context
from authz_server.login import remembered, sessions
from authz_server.login.sessions import Login
from authz_server.migrations import upgrading
from authz_server.worker.account import archive, register_of, sign_now
from claims.assurance import Loa
from claims.question import Question
from claims.register import lookup, overview, resolving
from claims.register.actor import OPERATOR
from claims.register.auditing import Audit
from claims.register.auditing_records import audit_records
from claims.register.heads import HEAD_TYPE
from claims.register.uses import chain_some
from claims.register.world import import_world
from claims.representation import Representation
from keys.storage import Statement, connect
from tests.support.databases import without_postgres
from tests.support.flows_under_fire import REDIRECT, Flow, Line, Mandate, Party, Unanswered, again_and_again
from tests.support.killable_postgres import Cluster, a_killable_cluster
from tests.support.postgres import PostgresMissing
from tests.support.relying_party import RelyingParty, a_client
from tests.support.serving import environment, free_port
from tests.support.settings import settings_with

pytestmark = pytest.mark.xdist_group("killed at any moment")

KILLS = int(os.environ.get("NAMENS_KILLS", "2"))
THREADS = 3
MANDATES = 4  # for each thread and kill
SERVICE = "https://tax.example.nl/services/income-tax"
_LONG = {"NAMENS_LOG__LEVEL": "WARNING", "NAMENS_LIFETIMES__SESSION_IDLE": "28800"}
_UP_WITHIN = 60.0  # seconds

_HALF_GRANTS = Statement(
    "WITH a AS (SELECT grant_id, count(*) AS n FROM oidc_access_tokens GROUP BY grant_id),"
    " r AS (SELECT grant_id, count(*) AS n, count(used_at) AS used FROM oidc_refresh_tokens GROUP BY grant_id)"
    " SELECT g.id, g.code_used_at, a.n, r.n, r.used FROM oidc_grants g"
    " LEFT JOIN a ON a.grant_id = g.id LEFT JOIN r ON r.grant_id = g.id"
    " WHERE g.created_at >= :since AND CASE WHEN g.code_used_at IS NULL THEN a.n IS NOT NULL OR r.n IS NOT NULL"
    " ELSE a.n IS NULL OR r.n IS NULL OR a.n <> r.n OR r.used <> r.n - 1 END"
)
_WITHOUT_GRANT = Statement(
    "SELECT grant_id FROM oidc_access_tokens WHERE grant_id NOT IN (SELECT id FROM oidc_grants)"
    " UNION ALL SELECT grant_id FROM oidc_refresh_tokens WHERE grant_id NOT IN (SELECT id FROM oidc_grants)"
)
_USES = Statement("SELECT count(*) FROM register_uses WHERE client = :client")
_REDEEMED = Statement(
    "SELECT count(*) FROM oidc_grants WHERE client_id = :client AND code_used_at IS NOT NULL"
)
_ENTRIES_WITHOUT_VERSION = Statement(
    "SELECT j.seq FROM register_journal j LEFT JOIN register_versions v"
    " ON v.kind = j.kind AND v.id = j.record AND v.version = j.version"
    " WHERE j.version IS NOT NULL AND v.id IS NULL"
)
_VERSIONS_WITHOUT_ENTRY = Statement(
    "SELECT v.kind, v.id, v.version FROM register_versions v LEFT JOIN"
    " (SELECT kind, record, version, count(*) AS n FROM register_journal GROUP BY kind, record, version) j"
    " ON v.kind = j.kind AND v.id = j.record AND v.version = j.version WHERE j.n IS NULL OR j.n <> 1"
)
_LINKS_OF_ANOTHER_VERSION = Statement(
    "SELECT l.id FROM register_links l WHERE l.version <>"
    " (SELECT max(v.version) FROM register_versions v WHERE v.kind = l.kind AND v.id = l.id)"
)
# What a hint names must be there for as long as the kills take.
_KEEP_HINTS = Statement("UPDATE oidc_grants SET code_expires_at = code_expires_at + 86400")
_REVOKED = Statement("SELECT record FROM register_journal WHERE event = 'revoked'")


@dataclass
class Served:
    """A server that may be killed and started again, on a database that may be too."""

    url: str
    folder: Path
    cluster: Cluster | None
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    chance: random.Random = field(default_factory=lambda: random.Random(20260))

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "namens"), "serve", "--workers", "2"]
        environ = environment(self.url, f"http://127.0.0.1:{self.port}", _LONG)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{self.port}"], env=environ, stdout=log, stderr=log
            )

    def wait(self) -> None:
        """Until it is ready; started again where it ended, as whatever looks after a server does."""
        until = time.monotonic() + _UP_WITHIN
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                self.start()
            with suppress(Unanswered), Line(self.port) as line:
                if line.get("/health/ready").status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-3000:])

    def workers(self) -> list[int]:
        pid = self.process.pid if self.process else 0
        with suppress(OSError):
            return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def kill_a_worker(self) -> None:
        if workers := self.workers():  # the oldest: of one that dies twice within seconds the server ends
            with suppress(ProcessLookupError):
                os.kill(workers[0], signal.SIGKILL)

    def kill_the_parent(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.wait_until_gone()

    def wait_until_gone(self) -> None:
        """Until nobody listens: the workers ended too."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                with Line(self.port) as line:
                    line.get("/health/live")
            except Unanswered:
                return
            time.sleep(0.05)
        raise AssertionError("the workers live on without their parent")

    def kill_the_database(self) -> None:
        assert self.cluster is not None
        self.chance.choice([self.cluster.kill, self.cluster.stop_at_once])()
        self.cluster.start()

    def kill(self, number: int) -> None:
        """What this one of the kills is about; the parent's now and then only, since a start takes seconds."""
        if number % 8 == 1:
            self.kill_the_parent()
        elif self.cluster is not None and number % 8 in {0, 3, 5, 6}:
            self.kill_the_database()
        else:
            self.kill_a_worker()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    with ExitStack() as ending:
        url, cluster = f"sqlite:///{tmp_path}/namens.db", None
        if request.param == "postgresql":
            try:
                cluster = ending.enter_context(a_killable_cluster())
            except PostgresMissing as missing:
                without_postgres(missing)
            url = cluster.url
        engine = connect(url)
        upgrading.upgrade(engine)
        engine.dispose()
        one = Served(url, tmp_path, cluster)
        ending.callback(one.end)
        yield one


@dataclass
class Crowd:
    """Who asks: a relying party where people act for themselves, one where for others, a browser for each thread."""

    context: Context
    alone: Party
    for_others: Party
    browsers: list[Line]
    mandates: list[list[tuple[Party, Mandate]]]


def a_crowd(served: Served, kills: int) -> Crowd:
    """A helper for each thread, with mandates enough, each chosen once."""
    app = create_app(settings_with(served.url, issuer=f"http://127.0.0.1:{served.port}"))
    context: Context = app.extensions["namens"]
    context.keyring.tend()
    now = context.clock()
    count = MANDATES * kills
    with context.database.writing() as db:
        import_world(db, context.vault, _world(count), by=OPERATOR, now=now)
    refreshing = {"redirect_uris": [REDIRECT], "grant_types": ["authorization_code", "refresh_token"]}
    desk = a_client(
        app,
        representation="required",
        representation_services=[SERVICE],
        representation_default_service=SERVICE,
        representation_remember=True,
        **refreshing,
    )
    alone = a_client(app, **refreshing)
    browsers, mandates = [], []
    for thread in range(THREADS):
        browser, chosen = _helper(desk, f"h{thread}", [f"{thread}-{n}" for n in range(count)])
        browsers.append(Line(served.port, {"namens_session": browser}))
        mandates.append([(_party(desk), mandate) for mandate in chosen])
    with context.database.writing() as db:
        db.run(_KEEP_HINTS)
    return Crowd(context, _party(alone), _party(desk), browsers, mandates)


def _party(party: RelyingParty) -> Party:
    assert party.secret is not None
    return Party(party.client_id, party.secret)


def _helper(desk: RelyingParty, helper: str, names: list[str]) -> tuple[str, list[Mandate]]:
    """The session of a helper who chose everybody of `names` before, and what each of them gave."""
    context, now = desk.context, desk.context.clock()
    chosen: list[Mandate] = []
    with context.database.writing() as db:
        session, key = sessions.start(db, Login(helper, f"{helper}-eid", Loa.SUBSTANTIAL, now))
        service = lookup.service_by_uri(db, SERVICE)
        assert service is not None
        question = Question(helper, service, now, Loa.SUBSTANTIAL, f"{helper}-eid", service.actions)
    for name in names:
        with context.database.writing() as db:
            found = resolving.stands(db, question, represented=f"r{name}", branch=None, path=(f"m{name}",))
            assert isinstance(found, Representation), found
            remembered.remember(
                db,
                session=session.id,
                client=desk.client_id,
                service=service.id,
                actions=service.actions,
                chosen=found,
                now=now,
            )
            _, giver = sessions.start(db, Login(f"r{name}", f"r{name}-eid", Loa.SUBSTANTIAL, now))
        chosen.append(Mandate(f"m{name}", desk.hint(session, f"r{name}", SERVICE), giver))
    return key, chosen


def _world(count: int) -> dict[str, list[dict[str, Any]]]:
    names = [f"{thread}-{n}" for thread in range(THREADS) for n in range(count)]
    persons = [f"h{thread}" for thread in range(THREADS)] + [f"r{name}" for name in names]
    office = {"id": "o", "kind": "organisation", "name": "Belastingen", "identifiers": {"kvk": "90000789"}}
    service = {
        "id": "s",
        "uri": SERVICE,
        "name": {"nl": "Inkomstenbelasting", "en": "Income tax"},
        "provider": "o",
        "minimum_assurance": "low",
        "actions": ["view", "submit"],
        "represented_kinds": ["person"],
    }
    return {
        "parties": [
            office,
            *({"id": id, "kind": "person", "name": id, "born": "1980-05-02"} for id in persons),
        ],
        "services": [service],
        "mandates": [
            {
                "id": f"m{name}",
                "represented": f"r{name}",
                "representative": f"h{name.partition('-')[0]}",
                "services": ["s"],
                "actions": "*",
                "assurance": "substantial",
                "from": "2025-01-01T00:00:00Z",
                "until": "2040-01-01T00:00:00Z",
            }
            for name in names
        ],
    }


def under_load(crowd: Crowd, chance: random.Random, kill: Callable[[], None]) -> list[Flow]:
    """What everybody was told until shortly after the kill, which comes in the middle of it."""
    over, warm = Event(), Barrier(THREADS + 1)
    with ThreadPoolExecutor(THREADS) as pool:
        asked = [
            pool.submit(
                again_and_again, browser, crowd.alone, mandates, random.Random(chance.random()), warm, over
            )
            for browser, mandates in zip(crowd.browsers, crowd.mandates, strict=True)
        ]
        try:
            with suppress(BrokenBarrierError):  # somebody's first flow went wrong, and says so below
                warm.wait(_UP_WITHIN)
            time.sleep(chance.uniform(0.0, 0.4))
            kill()
            time.sleep(0.05)
        finally:
            over.set()
        return [flow for one in asked for flow in one.result()]


def what_was_said_is_so(line: Line, flow: Flow) -> None:
    """What the server answered before it was killed it says again."""
    for token in flow.access:
        alive = not flow.ended and token != flow.given_back
        if alive and flow.open_step in {"", "userinfo", "refresh", "nothing"}:
            assert flow.is_active(line, token), f"handed out, and not known: {flow}"
        elif not alive:
            assert not flow.is_active(line, token), f"ended, and alive again: {flow}"
    if flow.refresh and not flow.ended and flow.open_step in {"", "userinfo"}:
        assert flow.is_active(line, flow.refresh[-1]), f"handed out, and not known: {flow}"
    for used in flow.refresh[:-1]:
        assert not flow.is_active(line, used), f"used, and good for another time: {flow}"


def what_was_not_answered_is_so_or_not(line: Line, flow: Flow) -> None:
    """Who asks again gets it once: now, or then and nothing of it is left."""
    if flow.open_step == "redeem":
        answer = flow.redeem(line)
    elif flow.open_step == "refresh":
        answer = flow.renew(line, flow.refresh[-1])
    else:
        return
    assert answer.status in {200, 400}, answer
    if answer.status == 200:
        flow.take(answer.json())
        assert all(flow.is_active(line, token) for token in flow.access)
    else:
        assert not any(flow.is_active(line, token) for token in flow.access)
        flow.ended = True


def what_was_used_is_used(line: Line, flow: Flow, chance: random.Random) -> None:
    """A code or refresh token that gave tokens gives none a second time, and ends what came of it."""
    if not flow.access:
        return
    if len(flow.refresh) > 1 and chance.random() < 0.5:
        answer = flow.renew(line, flow.refresh[0])
    else:
        answer = flow.redeem(line)
    assert answer.status == 400, f"used twice: {flow}"
    assert not any(flow.is_active(line, token) for token in (*flow.access, flow.refresh[-1]))


def nothing_is_half(crowd: Crowd, *, since: int) -> None:
    """Each redemption and each refresh left all its rows or none."""
    with crowd.context.database.reading() as db:
        assert [] == db.all(_HALF_GRANTS, {"since": since})
        assert [] == db.all(_WITHOUT_GRANT)
        of_desk = {"client": crowd.for_others.client_id}
        assert db.one(_REDEEMED, of_desk) == db.one(_USES, of_desk)


def the_register_agrees(crowd: Crowd, flows: list[Flow]) -> None:
    """Facts, versions and journal tell the same story, and every mandate that was stopped is."""
    with crowd.context.database.reading() as db:
        for statement in (_ENTRIES_WITHOUT_VERSION, _VERSIONS_WITHOUT_ENTRY, _LINKS_OF_ANOTHER_VERSION):
            assert [] == db.all(statement)
        revoked = [row[0] for row in db.all(_REVOKED)]
        assert len(revoked) == len(set(revoked))
        for flow in flows:
            if flow.mandate is not None:
                mandate = overview.mandate(db, flow.mandate.id)
                assert mandate is not None
                assert (mandate.revoked_at is not None) == (mandate.id in revoked)
                assert mandate.id in revoked or not flow.stopped
    the_journal_verifies(crowd)


def the_journal_verifies(crowd: Crowd) -> None:
    """What is used is chained and the end signed, as the worker does, and all of it is proved."""
    context = crowd.context
    with context.database.writing() as db:
        chain_some(db, context.vault, now=context.clock())
    assert sign_now(context) is not None
    register = register_of(context)
    with context.database.reading() as db:
        keys = archive(context, db)
        audit = Audit(register, context.vault, lambda signed: keys.prove(signed, typ=HEAD_TYPE))
        assert [] == [*audit.breaches(db), *audit_records(db, context.vault)]


def all_is_as_it_was_said(served: Served, crowd: Crowd, flows: list[Flow], *, since: int) -> None:
    with Line(served.port) as line:
        for flow in flows:
            what_was_said_is_so(line, flow)
            what_was_not_answered_is_so_or_not(line, flow)
    nothing_is_half(crowd, since=since)
    the_register_agrees(crowd, flows)
    with Line(served.port) as line:  # the other one was idle while the journal was proved, and may be closed
        for flow in flows:
            what_was_used_is_used(line, flow, served.chance)


def test_what_was_said_before_a_kill_is_so_after_it(served: Served) -> None:
    crowd = a_crowd(served, KILLS)
    served.wait()
    seen: Counter[str] = Counter()
    for number in range(KILLS):
        since = crowd.context.clock()
        flows = under_load(crowd, served.chance, partial(served.kill, number))
        served.wait()
        crowd.context.database.engine.dispose()
        all_is_as_it_was_said(served, crowd, flows, since=since)
        seen.update(flow.open_step or "answered" for flow in flows)
    crowd.context.database.engine.dispose()
    print(f"{crowd.context.database.dialect}: {KILLS} kills, {dict(seen)}")

    assert seen["answered"] > 0
