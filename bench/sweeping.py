"""`python -m bench.sweeping`: does anybody wait for what is over to be deleted?

A hundred thousand logins that are over lie in a SQLite file. One process deletes them as `namens worker --once` does, and
this one begins to write every hundredth of a second, as a request does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.machine import Refused, speed
from bench.ours import NAMENS, run, settings_of
from keys.storage import Database, Statement, connect

_LONG_AGO = 1_500_000_000
_TOKEN = Statement(
    "INSERT INTO oidc_access_tokens (digest, jti, grant_id, scope, issued_at, expires_at)"
    " VALUES (:id, :id, :id, 'openid', :ago, :ago)"
)
_GRANT = Statement(
    "INSERT INTO oidc_grants (id, client_id, code_digest, code_expires_at, code_used_at, redirect_uri, frozen,"
    " created_at, expires_at) VALUES (:id, 'client', :id, :ago, :ago, 'https://rp.example.nl/back', :frozen, :ago, :ago)"
)
_KEPT = 2000  # bytes, about what is kept of one login


def measure(logins: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="namens-bench-") as folder:
        url = f"sqlite:///{Path(folder)}/namens.db"
        around = settings_of("http://127.0.0.1:9", url)
        run(around, "db", "upgrade")
        engine = connect(url)
        database = Database(engine)
        _fill(database, logins)
        waited, done = _beside(database, around)
        with database.reading() as db:
            left = db.one(Statement("SELECT count(*) FROM oidc_grants"))
        engine.dispose()
    if left != (0,):
        raise Refused(f"{left} of {logins} were left")
    waited.sort()
    return {
        "machine_speed": round(speed(None)),
        "logins": logins,
        "swept_in_s": round(done, 1),
        "writes_beside_it": len(waited),
        "p50_ms": round(waited[len(waited) // 2], 2),
        "p99_ms": round(waited[int(len(waited) * 0.99)], 2),
        "longest_ms": round(waited[-1], 1),
    }


def _fill(database: Database, logins: int) -> None:
    ids = [
        f"{n * 2654435761 % 2**32:032x}" for n in range(logins)
    ]  # not in the order in which they were made
    rows = [{"id": id, "ago": _LONG_AGO, "frozen": "x" * _KEPT} for id in ids]
    with database.writing() as db:
        db.many(_GRANT, rows)
        db.many(_TOKEN, rows)
    database.settle()


def _beside(database: Database, around: dict[str, str]) -> tuple[list[float], float]:
    """How long each write waited, in milliseconds, until the worker had ended; and when that was."""
    waited: list[float] = []
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.01):
            began = time.perf_counter()
            with database.writing():
                waited.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=write)
    began = time.perf_counter()
    thread.start()
    try:
        subprocess.run([str(NAMENS), "worker", "--once"], env={**os.environ, **around}, check=True)
    finally:
        over.set()
        thread.join()
    return waited, time.perf_counter() - began


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.sweeping", description=__doc__)
    parser.add_argument("--logins", type=int, default=100_000)
    try:
        print(json.dumps(measure(parser.parse_args().logins), indent=2))
    except Refused as refused:
        sys.exit(f"bench: {refused}")
