"""The register's look-ups in a country of very many links, through the functions that the pages and tokens call."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.country import EMPLOYEES, NOW, Country
from bench.filling import fill
from bench.machine import cpu_of_tree, speed
from bench.postgres import postgresql
from claims.assurance import Loa
from claims.question import Question
from claims.register import lookup, resolving
from claims.register.personal import Vault
from claims.representation import Representation
from keys.sealing import KeyedDigest, Sealer
from keys.storage import Connected, Database, Statement, connect

DATABASES: Final = ("sqlite", "postgresql")
_VAULT: Final = Vault(Sealer(bytes(32)), KeyedDigest(bytes(32)))
_PAGE: Final = 50
_SECONDS: Final = 2.0  # that one look-up is repeated, at most


@dataclass(frozen=True)
class Looked:
    """What the look-ups took in one database, in milliseconds: p50 and p95 of wall time, the mean of CPU time."""

    links: int
    speed: float  # of the machine, before and after
    filled_in: float  # seconds
    took: dict[str, dict[str, float]]


def measure(database: str, links: int, *, often: int = 2000) -> Looked:
    """Fill a fresh database of that kind, and time every look-up, each up to `often` times."""
    with fresh(database) as url:
        engine = connect(url)
        filled = Database(engine)
        country = Country(links)
        started = time.perf_counter()
        fill(filled, country)
        filled_in = time.perf_counter() - started
        fast = speed(None)
        with filled.reading() as db:
            server = _server_of(db)
            took = {name: _timed(look, often, server) for name, look in looks(db, country).items()}
        engine.dispose()
    return Looked(links, (fast + speed(None)) / 2, filled_in, took)


@contextmanager
def fresh(database: str) -> Iterator[str]:
    """The URL of an empty database of that kind, gone with the block."""
    if database == "sqlite":
        with tempfile.TemporaryDirectory(prefix="namens-bench-") as folder:
            yield f"sqlite:///{Path(folder)}/register.db"
        return
    with postgresql() as url:
        yield url


def looks(db: Connected, country: Country) -> dict[str, Callable[[], object]]:
    """Every look-up that is timed, by its name; each asks about somebody else whenever it is called."""
    dice = random.Random(7)
    service = lookup.service(db, "vat")
    assert service is not None

    def asks(person: str) -> Question:
        return Question(person, service, NOW, Loa.SUBSTANTIAL)

    def one_of(prefix: str, count: int) -> str:
        return f"{prefix}{dice.randrange(count)}"

    def check(
        acting: Callable[[], str], represented: Callable[[], str], answers: int
    ) -> Callable[[], object]:
        def look() -> None:
            found = resolving.check(db, asks(acting()), represented())
            assert answers == len(found), found

        return look

    def choose(
        acting: Callable[[], str], answers: int, search: Callable[[], str] | None = None
    ) -> Callable[[], object]:
        def look() -> None:
            part = None if search is None else search()
            page = resolving.choices(db, asks(acting()), search=part, limit=_PAGE, vault=_VAULT)
            assert answers == len(page.representations), (answers, len(page.representations))

        return look

    def choose_in_the_middle(acting: str, of: Callable[[], str]) -> Callable[[], object]:
        places = [
            resolving._cursor(one) for _ in range(50) for one in resolving.check(db, asks(acting), of())
        ]

        def look() -> None:
            resolving.choices(db, asks(acting), after=dice.choice(places), limit=_PAGE, vault=_VAULT)

        return look

    def employee() -> str:
        return one_of("e", EMPLOYEES)

    def client() -> str:
        return one_of("c", country.clients)

    def listed() -> str:
        return f"c{dice.randrange(country.listed) * 49}"

    def banker() -> str:
        return one_of("b", country.companies)

    def always(word: str) -> Callable[[], str]:
        return lambda: word

    def number() -> str:
        return f" {dice.randrange(country.clients) // 10:05}"

    def company() -> str:
        return one_of("d", country.companies)

    def stored() -> None:
        n, person = dice.randrange(country.clients), dice.randrange(EMPLOYEES)
        path = (f"m{n}", f"w{person}")
        found = resolving.stands(db, asks(f"e{person}"), represented=f"c{n}", branch=None, path=path)
        assert isinstance(found, Representation)

    found = min(_PAGE, country.clients // 20)
    return {
        "a stored path of two links, judged again": stored,
        "check: employee of the office, a client": check(employee, client, 1),
        "check: employee of the office, no client": check(employee, company, 0),
        "check: stranger, a client": check(always("stranger"), client, 0),
        "check: employee of the bank, the bank": check(banker, always("bank"), 1),
        "check: employee of the office, the bank": check(employee, always("bank"), 0),
        "check: employee of an office of the bank": check(
            lambda: f"o{dice.randrange(country.offices // 2) * 2 + 1}-1", always("bank"), 1
        ),
        "check: ordinary director, own company": lambda: resolving.check(
            db, asks(f"r{(n := dice.randrange(country.ordinary))}-0"), f"r{n}"
        ),
        "check: director of many, a company": check(always("director"), company, 1),
        "check: director of many, a client": check(always("director"), client, 0),
        "check: magnate, a client of a company": check(
            always("magnate"), lambda: one_of("hc", country.companies), 1
        ),
        "choice: first page, all clients": choose(employee, _PAGE),
        "choice: a page from the middle": choose_in_the_middle("e1", client),
        "choice: a search with many hits": choose(employee, found, always("bakkerij")),
        "choice: a search with ten hits": choose(employee, 10, number),
        "choice: a search with no hit": choose(employee, 0, always("nergens")),
        "choice: listed clients, first page": choose(always("lister"), _PAGE),
        "choice: listed clients, from the middle": choose_in_the_middle("lister", listed),
        "choice: listed clients, no hit": choose(always("lister"), 0, always("nergens")),
        "choice: director of many, first page": choose(always("director"), _PAGE),
        "choice: director of many, from the middle": choose_in_the_middle("director", company),
        "choice: director of many, no hit": choose(always("director"), 0, always("nergens")),
        "choice: magnate, first page": choose(always("magnate"), _PAGE),
        "choice: magnate, no hit": choose(always("magnate"), 0, always("nergens")),
    }


def _server_of(db: Connected) -> int | None:
    """The process of PostgreSQL that answers this connection."""
    if db.dialect == "sqlite":
        return None
    row = db.one(Statement("SELECT pg_backend_pid()"))
    return None if row is None else int(row[0])


def _timed(look: Callable[[], object], often: int, server: int | None) -> dict[str, float]:
    """p50 and p95 of wall time, and the mean of CPU time, which other work on the machine moves far less."""
    took = []
    for _ in range(10):
        look()
    cpu = _cpu(server)
    until = time.perf_counter() + _SECONDS
    while len(took) < often and (started := time.perf_counter()) < until:
        look()
        took.append((time.perf_counter() - started) * 1000)
    cpu = _cpu(server) - cpu
    took.sort()
    return {
        "p50_ms": round(took[len(took) // 2], 4),
        "p95_ms": round(took[int(len(took) * 0.95)], 4),
        "cpu_ms": round(cpu / len(took) * 1000, 4),
        "times": len(took),
    }


def _cpu(server: int | None) -> float:
    return time.thread_time() + (0 if server is None else cpu_of_tree(server))
