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

Look = Callable[[], object]
Somebody = Callable[[], str]


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


def looks(db: Connected, country: Country) -> dict[str, Look]:
    """Every look-up that is timed, by its name; each asks about somebody else whenever it is called."""
    asking = _Asking(db, country)
    return {
        "a stored path of two links, judged again": asking.stored,
        **_checks(asking),
        **_choices(asking),
    }


class _Asking:
    """What is asked of the register, and of whom: somebody else each time."""

    def __init__(self, db: Connected, country: Country) -> None:
        self.country: Final = country
        self.dice: Final = random.Random(7)
        self._db: Final = db
        service = lookup.service(db, "vat")
        assert service is not None
        self._service: Final = service

    def stored(self) -> None:
        n, person = self.dice.randrange(self.country.clients), self.dice.randrange(EMPLOYEES)
        path = (f"m{n}", f"w{person}")
        question = self._question(f"e{person}")
        found = resolving.stands(self._db, question, represented=f"c{n}", branch=None, path=path)
        assert isinstance(found, Representation)

    def check(self, acting: Somebody, represented: Somebody, answers: int) -> Look:
        def look() -> None:
            found = resolving.check(self._db, self._question(acting()), represented())
            assert answers == len(found), found

        return look

    def check_ordinary(self) -> None:
        n = self.dice.randrange(self.country.ordinary)
        resolving.check(self._db, self._question(f"r{n}-0"), f"r{n}")

    def choose(self, acting: Somebody, answers: int, search: Somebody | None = None) -> Look:
        def look() -> None:
            part = None if search is None else search()
            question = self._question(acting())
            page = resolving.choices(self._db, question, search=part, limit=_PAGE, vault=_VAULT)
            assert answers == len(page.representations), (answers, len(page.representations))

        return look

    def choose_in_the_middle(self, acting: str, of: Somebody) -> Look:
        question = self._question(acting)
        places = [
            resolving._cursor(one) for _ in range(50) for one in resolving.check(self._db, question, of())
        ]

        def look() -> None:
            after = self.dice.choice(places)
            resolving.choices(self._db, self._question(acting), after=after, limit=_PAGE, vault=_VAULT)

        return look

    def employee(self) -> str:
        return f"e{self.dice.randrange(EMPLOYEES)}"

    def client(self) -> str:
        return f"c{self.dice.randrange(self.country.clients)}"

    def client_of_the_magnate(self) -> str:
        return f"hc{self.dice.randrange(self.country.companies)}"

    def listed(self) -> str:
        return f"c{self.dice.randrange(self.country.listed) * 49}"

    def banker(self) -> str:
        return f"b{self.dice.randrange(self.country.companies)}"

    def company(self) -> str:
        return f"d{self.dice.randrange(self.country.companies)}"

    def of_an_office_of_the_bank(self) -> str:
        return f"o{self.dice.randrange(self.country.offices // 2) * 2 + 1}-1"

    def number(self) -> str:
        return f" {self.dice.randrange(self.country.clients) // 10:05}"

    def _question(self, person: str) -> Question:
        return Question(person, self._service, NOW, Loa.SUBSTANTIAL)


def _always(word: str) -> Somebody:
    return lambda: word


def _checks(of: _Asking) -> dict[str, Look]:
    """Whether somebody may act for one party."""
    director, bank = _always("director"), _always("bank")
    return {
        "check: employee of the office, a client": of.check(of.employee, of.client, 1),
        "check: employee of the office, no client": of.check(of.employee, of.company, 0),
        "check: stranger, a client": of.check(_always("stranger"), of.client, 0),
        "check: employee of the bank, the bank": of.check(of.banker, bank, 1),
        "check: employee of the office, the bank": of.check(of.employee, bank, 0),
        "check: employee of an office of the bank": of.check(of.of_an_office_of_the_bank, bank, 1),
        "check: ordinary director, own company": of.check_ordinary,
        "check: director of many, a company": of.check(director, of.company, 1),
        "check: director of many, a client": of.check(director, of.client, 0),
        "check: magnate, a client of a company": of.check(_always("magnate"), of.client_of_the_magnate, 1),
    }


def _choices(of: _Asking) -> dict[str, Look]:
    """For whom somebody may act: pages of a list, and what a search finds in it."""
    many = min(_PAGE, of.country.clients // 20)
    nowhere = _always("nergens")
    lister, director, magnate = _always("lister"), _always("director"), _always("magnate")
    return {
        "choice: first page, all clients": of.choose(of.employee, _PAGE),
        "choice: a page from the middle": of.choose_in_the_middle("e1", of.client),
        "choice: a search with many hits": of.choose(of.employee, many, _always("bakkerij")),
        "choice: a search with ten hits": of.choose(of.employee, 10, of.number),
        "choice: a search with no hit": of.choose(of.employee, 0, nowhere),
        "choice: listed clients, first page": of.choose(lister, _PAGE),
        "choice: listed clients, from the middle": of.choose_in_the_middle("lister", of.listed),
        "choice: listed clients, no hit": of.choose(lister, 0, nowhere),
        "choice: director of many, first page": of.choose(director, _PAGE),
        "choice: director of many, from the middle": of.choose_in_the_middle("director", of.company),
        "choice: director of many, no hit": of.choose(director, 0, nowhere),
        "choice: magnate, first page": of.choose(magnate, _PAGE),
        "choice: magnate, no hit": of.choose(magnate, 0, nowhere),
    }


def _server_of(db: Connected) -> int | None:
    """The process of PostgreSQL that answers this connection."""
    if db.dialect == "sqlite":
        return None
    row = db.one(Statement("SELECT pg_backend_pid()"))
    return None if row is None else int(row[0])


def _timed(look: Look, often: int, server: int | None) -> dict[str, float]:
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
