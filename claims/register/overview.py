"""What a party gave and was given, and whether a person may see and end it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from claims.instants import Instant
from claims.mandates import Mandate
from claims.register import managing, records
from claims.register.managing import Authority
from claims.register.many import ManyStatement
from claims.register.records import body_of
from claims.register.shelves import full_version
from keys.storage import Connected, Row, Statement

__all__ = [
    "MandatePage",
    "between",
    "between_any",
    "every",
    "given",
    "mandate",
    "received",
    "received_within_reach",
    "within_reach",
]

_MANDATE = Statement(
    "SELECT id, version, body, represented, representative FROM register_links"
    " WHERE id = :id AND kind = 'mandate'"
)
# `kind || ''` keeps the index on kind out of it: a page is read in the order of the other one, without sorting.
_GIVEN = Statement(
    "SELECT id, version, body FROM register_links"
    " WHERE represented = :party AND (representative, id) > (:first, :second) AND kind || '' = 'mandate'"
    " ORDER BY representative, id LIMIT :most"
)
_RECEIVED = Statement(
    "SELECT id, version, body FROM register_links"
    " WHERE representative = :party AND (name, represented, id) > (:name, :represented, :id)"
    " AND kind || '' = 'mandate'"
    " ORDER BY name, represented, id LIMIT :most"
)
_EVERY = Statement(
    "SELECT id, version, body FROM register_links WHERE id > :id AND kind || '' = 'mandate' ORDER BY id LIMIT :most"
)
_BETWEEN = Statement(
    "SELECT id, version, body FROM register_links WHERE represented = :represented"
    " AND representative = :representative AND kind || '' = 'mandate' ORDER BY id LIMIT :most"
)
_BETWEEN_ANY = ManyStatement(
    "SELECT id, version, body FROM register_links WHERE represented = :represented"
    " AND representative IN (:ids) AND kind || '' = 'mandate' ORDER BY id"
)
_ALL: Final = 2**31 - 1  # more than anybody has
_PLACE = Statement("SELECT representative, id, name, represented FROM register_links WHERE id = :id")


@dataclass(frozen=True, slots=True)
class MandatePage:
    """Mandates, and what asks for the next page, None at the end."""

    mandates: tuple[Mandate, ...]
    next: str | None


def mandate(
    db: Connected,
    id: str,
    *,
    given_by: Collection[str] | None = None,
    given_to: Collection[str] | None = None,
) -> Mandate | None:
    """The mandate of that id, with all of its clients.

    Only where one of `given_by` gave it, and one of `given_to` was given it, where that is said.
    """
    row = db.one(_MANDATE, {"id": id}) if id.isprintable() else None
    if row is None or (given_by is not None and row[3] not in given_by):
        return None
    if given_to is not None and row[4] not in given_to:
        return None
    return _whole(db, *row[:3])


def given(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> MandatePage:
    """The mandates that the party gave, ended ones too, by representative; `after` is the `next` of a page."""
    last = None if after is None or not after.isprintable() else db.one(_PLACE, {"id": after})
    first, second = ("", "") if last is None else (last[0], last[1])
    values = {"party": party, "first": first, "second": second, "most": limit + 1}
    return _page(db, db.all(_GIVEN, values), limit)


def received(db: Connected, party: str, *, after: str | None = None, limit: int = 100) -> MandatePage:
    """The mandates that were given to the party, ended ones too, by the represented party's name."""
    last = None if after is None or not after.isprintable() else db.one(_PLACE, {"id": after})
    name, represented, id = ("", "", "") if last is None else (last[2], last[3], last[1])
    values = {"party": party, "name": name, "represented": represented, "id": id, "most": limit + 1}
    return _page(db, db.all(_RECEIVED, values), limit)


def between(
    db: Connected, represented: str, representative: str, *, limit: int = _ALL
) -> tuple[Mandate, ...]:
    """The mandates of the one party to the other, ended ones too, by id: `limit` at most."""
    asked = {"represented": represented, "representative": representative, "most": limit}
    return tuple(_whole(db, *row) for row in db.all(_BETWEEN, asked))


def between_any(db: Connected, represented: str, representatives: Sequence[str]) -> list[Mandate]:
    """The mandates of the one party to any of the others, ended ones too."""
    rows = _BETWEEN_ANY.rows(db, representatives, {"represented": represented})
    return [_whole(db, *row) for row in rows]


def every(db: Connected, *, after: str | None = None, limit: int = 100) -> MandatePage:
    """All mandates, ended ones too, by id."""
    return _page(db, db.all(_EVERY, {"id": after or "", "most": limit + 1}), limit)


def within_reach(
    db: Connected, person: str, mandate_id: str, now: Instant
) -> tuple[Mandate, Authority] | None:
    """The mandate, and on what ground the person may end it; None where they may not.

    That there is no such mandate takes as long to find as that it is somebody else's: ids can be guessed.
    """
    found = mandate(db, mandate_id)
    grounds = managing.grounds(db, person, "" if found is None else found.represented, now)
    return next(((found, one) for one in grounds if found is not None and one.reaches(found)), None)


def received_within_reach(
    db: Connected, person: str, mandate_id: str, now: Instant
) -> tuple[Mandate, Authority] | None:
    """The mandate, and on what ground the person may end it on the representative's side; None likewise."""
    found = mandate(db, mandate_id)
    grounds = managing.grounds(db, person, "" if found is None else found.representative, now)
    return next(((found, one) for one in grounds if found is not None and one.receives(found)), None)


def _page(db: Connected, rows: list[Row], limit: int) -> MandatePage:
    shown = tuple(_whole(db, id, version, body) for id, version, body in rows[:limit])
    return MandatePage(shown, shown[-1].id if len(rows) > limit else None)


def _whole(db: Connected, id: str, version: int, body: str) -> Mandate:
    """The mandate with all of its clients, which stand apart when they are many."""
    if "listed_apart" in body:
        body = body_of(full_version(db, "mandate", id, version))
    found = records.link(body)
    if not isinstance(found, Mandate):
        raise LookupError(f"link {id} is no mandate")
    return found
