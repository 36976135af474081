"""What fails says nothing of what it worked on: a database that goes away in the middle, a full disk, a fault of ours.

The driver here is the worst there is: the text of each failure holds every value of the statement.
"""

import io
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from authz_server.events import take_hooks
from authz_server.migrations import upgrading
from keys.storage import Connected, Statement, connect
from tests.silence.where_they_may_stand import left_of
from tests.support.canaries import Canaries
from tests.support.pages import get
from tests.support.recorded import Recorder
from tests.support.relying_party import RelyingParty
from tests.support.serving import environment, free_port
from tests.support.settings import SECRETS
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, start

INCOME = TAX + "income-tax"
EVA = "999908881"


class Failing:
    """Fails at the statement whose turn it is, telling everything; counts how far it came."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, canaries: Canaries) -> None:
        self.left = -1
        self.kind: type[Exception] = sqlite3.OperationalError
        self._secrets = " ".join(canaries.of("secret of the settings"))
        for name in ("all", "one", "run"):
            monkeypatch.setattr(Connected, name, self._wrapped(getattr(Connected, name)))

    def _wrapped(self, real: Any) -> Any:
        def asked(db: Connected, statement: Statement, values: Mapping[str, Any] | None = None) -> Any:
            if self.left == 0:
                self.left = -1
                raise self.kind(f"disk is full\n{values} {self._secrets} {EVA}")
            self.left -= self.left > 0
            return real(db, statement, values)

        return asked


@pytest.fixture
def failing(people: World, monkeypatch: pytest.MonkeyPatch, canaries: Canaries) -> Failing:
    return Failing(monkeypatch, canaries)


def acts(people: World, canaries: Canaries) -> list[Callable[[], Any]]:
    """One request of each kind, each of which can be made again and again."""
    desk = people.client(None, grant_types=["authorization_code", "refresh_token"])
    own = people.client(INCOME)
    canaries.add("client secret", desk.secret, own.secret)
    canaries.add("password", "namens-demo")
    page = start(desk)
    choosing = by_practice(start(own, browser=people.browser()), "bram")
    portal = by_practice(get(people.browser(), "/portal/"), "carla")
    done = by_password(start(desk, browser=desk.browser), "eva")
    answer_to(done)

    def code() -> str:
        made = desk.code()
        canaries.add("code", made)
        return made

    tokens = desk.redeem(code()).get_json()
    for name in ("access_token", "refresh_token", "id_token"):
        canaries.add(name, tokens[name])
    unused = code()
    waiting = start(own, browser=people.browser(), login_hint=EVA)
    return [
        lambda: people.browser().get("/authorize", query_string=desk.request(prompt=None, state=EVA)),
        lambda: desk.authorize(id_token_hint=tokens["id_token"]),
        lambda: desk.browser.get("/authorize", query_string={"client_id": EVA, "redirect_uri": EVA}),
        lambda: by_password(waiting, EVA, "namens-demo"),
        lambda: get(page.browser, page.address),
        lambda: choosing.press("search-submit", search=EVA) if "search" in choosing.ids else None,
        lambda: choosing.press("choose-submit", represented=EVA),
        lambda: desk.redeem(unused),
        lambda: desk.refresh(EVA),
        lambda: desk.userinfo(tokens["access_token"]),
        lambda: desk.post("/introspect", {"token": tokens["access_token"]}),
        lambda: desk.post("/revoke", {"token": EVA}),
        lambda: RelyingParty(people.app, EVA, EVA).post("/token", {"grant_type": EVA}),
        lambda: get(portal.browser, "/portal/for/bakery"),
        lambda: get(portal.browser, "/portal/stop/" + EVA),
        lambda: desk.browser.get("/logout", query_string={"id_token_hint": tokens["id_token"]}),
        lambda: people.browser().post("/register", json={"redirect_uris": ["https://rp.example.nl/cb"]}),
        lambda: people.browser().get("/health/ready", query_string={"x": EVA}),
    ]


@pytest.mark.parametrize("kind", [sqlite3.OperationalError, RuntimeError])
def test_whichever_statement_fails_nothing_of_it_is_told(
    people: World,
    recorder: Recorder,
    canaries: Canaries,
    log: io.StringIO,
    failing: Failing,
    kind: type[Exception],
) -> None:
    failing.kind = kind
    told, broken = set(), 0
    for act in acts(people, canaries):
        for turn in (0, 1, 2, 3, 5, 8, 13):
            before = len(recorder.answers)
            failing.left = turn
            act()
            reached, failing.left = failing.left == -1, -1
            broken += any(answer.status >= 500 for answer in recorder.answers[before:])
            told |= {answer.path for answer in recorder.answers[before:] if answer.status >= 500}
            if not reached:
                break

    assert 30 < broken
    assert 8 < len(told)
    leaks = [
        (answer.path, found) for answer in recorder.answers if (found := canaries.found(left_of(answer)))
    ]
    assert not leaks
    assert not canaries.found(log.getvalue())
    assert f"{kind.__module__}.{kind.__qualname__}" in log.getvalue()


def test_a_failure_while_a_failure_is_told_is_told_by_its_kind(
    people: World, recorder: Recorder, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(EVA)

    monkeypatch.setattr("authz_server.errors.error_page", fails)

    answer = people.browser().get(f"/nowhere/{EVA}", query_string={"x": EVA})

    assert (500, "") == (answer.status_code, answer.text)
    assert answer.headers["X-Request-Id"] in log.getvalue()
    assert "RuntimeError" in log.getvalue()
    assert EVA not in log.getvalue()


PROGRAM = """
import sys, threading
from authz_server.limits import Limits
from authz_server.cli import main

def fails(self, environ):
    if environ["PATH_INFO"] == "/thread":
        threading.Thread(target=fails, args=(None, {"PATH_INFO": "/now"})).start()
    if environ["PATH_INFO"] in {"/now", "/iterates"}:
        raise RuntimeError("999908881")
    return 0

Limits.of_network = fails
main(prog_name="namens")
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/namens.db"
    engine = connect(url)
    upgrading.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def served(url: str, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A real server, with a fault of ours where no handler is, and everything written down that can be."""
    port, log = free_port(), tmp_path / "log"
    changed = {"NAMENS_LOG__LEVEL": "DEBUG"}
    command = [sys.executable, "-c", PROGRAM, "serve", "--workers", "1", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment(url, f"http://localhost:{port}", changed), stdout=output, stderr=output
        )
        try:
            until = time.monotonic() + 60
            while (status_of(f"http://127.0.0.1:{port}/health/live")) != 200 and time.monotonic() < until:
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}", log
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def status_of(url: str, **headers: str) -> int:
    try:
        with urlopen(Request(url, headers=headers), timeout=5) as answer:
            answer.read()
            return int(answer.status)
    except HTTPError as refused:
        return 0 if EVA.encode() in refused.read() else int(refused.code)
    except OSError:
        return 0


def test_a_server_writes_no_text_of_what_it_did_not_expect(served: tuple[str, Path]) -> None:
    server, log = served

    assert 500 == status_of(f"{server}/now?code={EVA}", Cookie=f"namens_session={EVA}", Referer=EVA)
    assert 404 == status_of(f"{server}/thread")
    assert 400 == status_of(f"{server}/{EVA}", **{"Content-Length": EVA * 3})
    until = time.monotonic() + 10
    while log.read_text().count("RuntimeError") < 1 and time.monotonic() < until:
        time.sleep(0.05)

    written = log.read_text()
    assert "Application callable raised an exception" in written
    assert "builtins.RuntimeError" in written
    assert "Traceback" not in written
    assert EVA not in written
    assert not [value for value in SECRETS.values() if value in written]


def test_what_python_would_print_by_itself_is_logged(
    monkeypatch: pytest.MonkeyPatch, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    for module, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back afterwards
    take_hooks()

    class Ends:
        def __del__(self) -> None:
            raise RuntimeError(EVA)

    def fails() -> None:
        raise RuntimeError(EVA)

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    Ends()
    try:
        fails()
    except RuntimeError as failure:
        sys.excepthook(RuntimeError, failure, failure.__traceback__)

    assert 3 == log.getvalue().count("builtins.RuntimeError")
    assert EVA not in log.getvalue() + "".join(capsys.readouterr())


def test_a_disk_that_is_full_says_no_more(url: str, tmp_path: Path) -> None:
    """The real thing: a process that may write no file larger than the database is now."""
    limit = (tmp_path / "namens.db").stat().st_size
    program = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from authz_server.cli import main; main(prog_name='namens')"
    )
    world = Path(__file__).parents[2] / "authz_server" / "demo" / "world.json"
    for more in ([], ["--json"]):
        ran = subprocess.run(
            [sys.executable, "-c", program, *more, "import", str(world)],
            env=environment(url, "http://localhost:8000") | {"TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert 1 == ran.returncode, ran.stderr
        assert "database_unavailable" in ran.stderr or "cannot_write" in ran.stderr
        assert not [one for one in ("999997221", "Anna", "Traceback") if one in ran.stdout + ran.stderr]
    assert os.listdir(tmp_path)
