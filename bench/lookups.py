"""The register's look-ups on a world with one very large intermediary, through the functions that the pages call."""

import random
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.worlds import intermediary
from claims.assurance import Loa
from claims.question import Question
from claims.register import lookup, resolving
from claims.register.actor import OPERATOR
from claims.register.personal import Vault
from claims.register.tables import metadata
from claims.register.world import import_world
from keys.sealing import KeyedDigest, Sealer
from keys.storage import Connected, Database, connect

_NOW = 1_780_000_000
_EMPLOYEES = 100
_VAULT = Vault(Sealer(bytes(32)), KeyedDigest(bytes(32)))


def measure(*, clients: int, often: int = 500) -> dict[str, dict[str, float]]:
    """p50 and p95, in milliseconds of wall time, of the look-ups that logins and tokens wait for."""
    dice = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="namens-bench-") as folder:
        engine = connect(f"sqlite:///{Path(folder)}/register.db")
        metadata.create_all(engine)
        database = Database(engine)
        with database.writing() as db:
            import_world(db, _VAULT, intermediary(clients, _EMPLOYEES), by=OPERATOR, now=_NOW)
        with database.reading() as db:
            measured = _measured(db, dice, clients, often)
        engine.dispose()
    return measured


def _measured(db: Connected, dice: random.Random, clients: int, often: int) -> dict[str, dict[str, float]]:
    service = lookup.service(db, "vat")
    assert service is not None

    def asked_by(person: str) -> Question:
        return Question(person, service, _NOW, Loa.SUBSTANTIAL)

    def employee() -> str:
        return f"e{dice.randrange(_EMPLOYEES)}"

    def client() -> int:
        return dice.randrange(clients)

    def stored() -> None:
        n, person = client(), employee()
        path = (f"m{n}", f"w{person[1:]}")
        resolving.stands(db, asked_by(person), represented=f"c{n}", branch=None, path=path)

    def page_in_the_middle() -> None:
        first = resolving.choices(db, asked_by("e1"), limit=50)
        resolving.choices(db, asked_by("e1"), after=first.next, limit=50)

    looks: dict[str, Callable[[], object]] = {
        "judge a stored path of two links again": stored,
        "check an employee and a client": lambda: resolving.check(db, asked_by(employee()), f"c{client()}"),
        "check a stranger and a client": lambda: resolving.check(db, asked_by("stranger"), f"c{client()}"),
        "first page of the choice, 50 of all clients": lambda: resolving.choices(db, asked_by(employee()), limit=50),
        "first and second page": page_in_the_middle,
        "a search that finds ten": lambda: resolving.choices(db, asked_by("e1"), search=f"{client() // 10:05}", limit=50),
        "a search that finds none": lambda: resolving.choices(db, asked_by("e1"), search="nergens", limit=50),
    }  # fmt: skip
    return {name: _timed(look, range(often if "page" not in name and "search" not in name else often // 10))
            for name, look in looks.items()}  # fmt: skip


def _timed(look: Callable[[], object], times: Iterable[int]) -> dict[str, float]:
    took = []
    look()
    for _ in times:
        started = time.perf_counter()
        look()
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    return {"p50_ms": round(took[len(took) // 2], 4), "p95_ms": round(took[int(len(took) * 0.95)], 4)}
