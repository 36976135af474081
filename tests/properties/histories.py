"""Worlds that arrive in pieces and change: what the register was told, and when, and the world that this made."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.properties.worlds import LEVELS, NAMES, SERVICES, worlds
from tests.reference.resolver import written

Record = dict[str, Any]
BEGINNING = 1_780_000_000
KEYS = {"blocks": ("organisation", "person", "authenticator", "from")}
KEPT = ("o8", "o9")  # never held back: services need their providers
# What one record may say and another one of its list as well.
SHARED = {
    "mandates": (
        "represented",
        "representative",
        "actions",
        "assurance",
        "revoked_at",
        "further_intermediaries",
        "limits",
    ),
    "legal_relations": ("represented", "representative", "basis", "assurance", "until"),
    "restrictions": ("party", "kind", "services"),
    "client_groups": ("clients",),
    "blocks": ("until",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What happened at an instant: a file was imported, or a mandate revoked; and all that was known from then on."""

    at: int
    file: Record | None
    revoked: str | None
    world: Record


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """Two to five moments, the first of which tells of at least one person and every service."""
    whole = draw(worlds())
    first, later = _parted(draw, whole)
    at = BEGINNING
    history = [Told(at, first, None, first)]
    for number in range(draw(st.integers(1, 4))):
        at += draw(st.sampled_from([1, 2, 3600]))
        now = history[-1].world
        standing = [one["id"] for one in now.get("mandates", ()) if _may_be_revoked(one, at)]
        if standing and draw(st.integers(0, 3)) == 0:
            id = draw(st.sampled_from(standing))
            history.append(Told(at, None, id, _revoked(now, id, at)))
            continue
        file = draw(_changed(now if number else _laid_over(now, later)))
        if number == 0:
            file = _laid_over(later, file)
        history.append(Told(at, file, None, _laid_over(now, file)))
    return history


def _parted(draw: st.DrawFn, whole: Record) -> tuple[Record, Record]:
    """The world in two files, the second of which holds what the first is silent about."""
    ids = [one["id"] for one in whole["parties"]]
    persons = [one["id"] for one in whole["parties"] if one["kind"] == "person"]
    providers = {one["provider"] for one in whole["services"]}
    may_wait = [id for id in ids if id not in providers and id != persons[0]]
    waiting = set(draw(st.lists(st.sampled_from(may_wait), unique=True, max_size=2))) if may_wait else set()
    first: Record = {}
    later: Record = {}
    for name, records in whole.items():
        for one in records:
            waits = bool(waiting & set(_words(one)))
            if name in ("mandates", "legal_relations", "restrictions", "blocks"):
                waits = waits or draw(st.integers(0, 3)) == 0
            (later if waits else first).setdefault(name, []).append(one)
    unknown = {one["id"] for one in later.get("client_groups", ())}
    for one in [one for one in first.get("mandates", ()) if unknown & set(_words(one.get("clients")))]:
        first["mandates"].remove(one)
        later.setdefault("mandates", []).append(one)
    return first, later


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, str):
        yield value


@st.composite
def _changed(draw: st.DrawFn, world: Record) -> Record:
    """Some records of the world, said otherwise; each may say of itself when it was recorded."""
    changed: Record = {}
    for name, records in world.items():
        for one in records:
            if draw(st.integers(0, 2)):
                continue
            record = copy.deepcopy(one)
            _change(draw, name, record, records)
            if draw(st.booleans()):
                record["recorded_at"] = written(
                    BEGINNING + draw(st.sampled_from([-7200, 0, 1, 3, 3601, 9999]))
                )
            changed.setdefault(name, []).append(record)
    return changed


def _change(draw: st.DrawFn, name: str, record: Record, records: list[Record]) -> None:
    if name == "parties":
        record["name"] = draw(st.sampled_from(NAMES))
        record.pop("ceased_at", None)
        if draw(st.integers(0, 4)) == 0:
            record["ceased_at"] = written(BEGINNING + draw(st.integers(-2, 9_000)))
        return
    if name == "service_sets":
        record["services"] = draw(st.lists(st.sampled_from(SERVICES), unique=True, max_size=3))
        record["sets"] = record["sets"] if draw(st.booleans()) else []
        return
    if name == "services":
        record["minimum_assurance"] = draw(st.sampled_from(LEVELS))
        record["accepts_intermediaries"] = draw(st.booleans())
        return
    other = draw(st.sampled_from(records))
    said = {**record}
    for member in SHARED[name]:
        if draw(st.booleans()):
            said.pop(member, None)
            if member in other:
                said[member] = copy.deepcopy(other[member])
    if _is_possible(name, said, record):
        record.clear()
        record.update(said)


def _is_possible(name: str, said: Record, before: Record) -> bool:
    if name in ("mandates", "legal_relations"):
        if said["represented"] == said["representative"]:
            return False
        if "case" in said.get("limits", {}) and (
            not isinstance(said["services"], list) or len(said["services"]) != 1
        ):
            return False  # a case is one of one service
        if name == "mandates" and said["represented"] != before["represented"]:
            # neither its branch, its groups nor what a person may give would be those of another
            return not (said.keys() | before.keys()) & {"branch", "clients", "own_affairs"}
    until = said.get("until")
    return until is None or said["from"] < until


def _may_be_revoked(mandate: Record, at: int) -> bool:
    ends = (mandate.get("revoked_at"), mandate.get("until"))
    return all(end is None or end > written(at) for end in ends)


def _revoked(world: Record, id: str, at: int) -> Record:
    mandates = [{**one, "revoked_at": written(at)} if one["id"] == id else one for one in world["mandates"]]
    return {**world, "mandates": mandates}


def _laid_over(first: Record, second: Record) -> Record:
    """One world with the records of both; of two that are the same the second's."""

    def identity(name: str, record: Record) -> tuple[str, ...]:
        return tuple(record[key] for key in KEYS.get(name, ("id",)))

    return {
        name: list(
            {identity(name, one): one for one in (*first.get(name, ()), *second.get(name, ()))}.values()
        )
        for name in dict.fromkeys((*first, *second))
    }
