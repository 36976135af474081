"""Filling a register with a country, past the checks, the journal and the versions, which no look-up reads.

Facts are written as the shelves have them, and what finds them is derived by the register's own functions. An import
does the same and keeps an account of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final, TypeVar

from bench.country import Country
from claims.parties import Party
from claims.register.deriving import bridge_rows, candidate_rows, order_name, search_text
from claims.register.records import body_of
from claims.register.shelves import GROUPS, LINKS, PARTIES, SERVICES, Shelf
from claims.register.tables import metadata
from claims.worldfile import record_as_json
from keys.storage import Database

_TOGETHER: Final = 50_000
R = TypeVar("R")
Rows = Iterable[Mapping[str, Any]]


def fill(database: Database, country: Country) -> None:
    """Make the tables, put every record of `country` in them, and let the database look at what it holds."""
    metadata.create_all(database.engine)
    pooled = database.engine.raw_connection()
    raw: Any = pooled.driver_connection
    if database.dialect == "sqlite":
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("PRAGMA cache_size=-2000000")
        raw.execute("BEGIN")
    put = _put_sqlite if database.dialect == "sqlite" else _put_postgresql
    put(raw, "register_services", _facts(SERVICES, country.services()))
    parties: dict[str, Party] = {}
    for some in _pieces(country.parties()):
        parties.update((party.id, party) for party in some)
        put(raw, "register_parties", _facts(PARTIES, some))
    for group in country.groups():
        put(raw, "register_groups", _facts(GROUPS, [group]))
        put(raw, "register_clients", [_listed("g:" + group.id, parties[id]) for id in sorted(group.clients)])
    holding = {link.representative for link in country.every_link()}
    for links in _pieces(country.every_link()):
        named = [(link, parties[link.represented]) for link in links]
        facts = zip(_facts(LINKS, links), named, strict=True)
        put(raw, "register_links", ({**row, "name": order_name(party)} for row, (_, party) in facts))
        put(raw, "register_candidates", (row for link, party in named for row in candidate_rows(link, party)))
        bridges = (
            row
            for link, party in named
            for row in bridge_rows(link, party, parties[link.representative], holds=party.id in holding)
        )
        put(raw, "register_bridges", bridges)
    raw.commit()
    if database.dialect == "sqlite":
        raw.execute("PRAGMA analysis_limit=1000")
        raw.execute("ANALYZE")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        raw.autocommit = True
        raw.execute("VACUUM ANALYZE")
    pooled.invalidate()


def _facts(shelf: Shelf[R], records: Iterable[R]) -> Iterator[dict[str, Any]]:
    for record in records:
        full: dict[str, Any] = dict(record_as_json(record))  # type: ignore[arg-type]
        full.pop("identifiers", None)
        body = body_of(full if shelf.judged is None else shelf.judged(full))
        told = {"id": shelf.id_of(record), "version": 1, "body": body}
        yield {**shelf.columns_of(record), **shelf.starting, **told}


def _listed(name: str, party: Party) -> dict[str, Any]:
    return {"list": name, "party": party.id, "name": order_name(party), "search": search_text(party)}


def _put_sqlite(raw: Any, table: str, rows: Rows) -> None:
    rows = iter(rows)
    if (first := next(rows, None)) is None:
        return
    names = ", ".join(first)
    values = ", ".join(f":{name}" for name in first)
    raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", chain((first,), rows))  # noqa: S608 - ours


def _put_postgresql(raw: Any, table: str, rows: Rows) -> None:
    rows = iter(rows)
    if (first := next(rows, None)) is None:
        return
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(first)}) FROM STDIN") as copy:
        for row in chain((first,), rows):
            copy.write_row(tuple(row.values()))


def _pieces(records: Iterable[R]) -> Iterator[list[R]]:
    records = iter(records)
    while some := list(islice(records, _TOGETHER)):
        yield some
