"""Sets of services as they stand in a world file (`mandates` R23)."""

from collections.abc import Iterator, Mapping, Sequence

from claims.catalogue import MOST_LAYERS, ServiceSet, Text
from claims.worldfile.faults import FaultCode
from claims.worldfile.members import Members
from claims.worldfile.references import References

__all__ = ["check_sets", "read_set"]


def read_set(members: Members, references: References) -> ServiceSet:
    """One record of the list `service_sets`; what it says of other sets is checked once all were read."""
    name = members.one("name")
    text = Text(name.text("nl"), name.text("en"))
    name.close()
    services = members.ids("services")
    for number, service in enumerate(services):
        references.check_service(members, f"services[{number}]", service)
    one = ServiceSet(
        id=members.id(),
        name=text,
        services=frozenset(services),
        sets=frozenset(members.ids("sets", ())),
        recorded_at=members.instant_or_none("recorded_at"),
    )
    members.close()
    return one


def check_sets(read: Sequence[tuple[Members, ServiceSet]], references: References) -> None:
    """Note every set that holds one that there is not, or itself, or that makes sets lie too deep in one another."""
    sets = {**references.known.sets(), **{one.id: one for _, one in read}}
    references.sets.update(sets)
    for members, one in read:
        if one.sets - sets.keys():
            members.note(
                "sets",
                FaultCode.UNKNOWN_ID,
                "it holds a set that is not known",
                "name sets of the file or the register",
            )
    outer: dict[str, set[str]] = {}
    for one in sets.values():
        for id in one.sets:
            outer.setdefault(id, set()).add(one.id)
    inner_of = {id: one.sets & sets.keys() for id, one in sets.items()}
    for members, one in read:
        if members.wrong() & {"id", "sets"}:
            continue
        below = _layers(one.id, inner_of)
        above = _layers(one.id, outer)
        if below is None or above is None:
            members.note(
                "sets",
                FaultCode.CIRCULAR_SET,
                "this set lies within itself",
                "take it out of one of the sets",
            )
        elif above + below - 1 > MOST_LAYERS:
            members.note(
                "sets",
                FaultCode.TOO_DEEP,
                "sets lie too deep within one another",
                f"let at most {MOST_LAYERS} lie within one another",
            )


def _layers(id: str, next_of: Mapping[str, frozenset[str] | set[str]]) -> int | None:
    """How many sets lie on the longest way from this one, itself counted; None where a way leads round to it.

    Ways longer than a layer more than is allowed are not followed, and no set is looked at twice for one length.
    """
    edge = {id}
    for layers in range(1, MOST_LAYERS + 2):
        edge = {one for last in edge for one in next_of.get(last, ())}
        if id in edge:
            return None
        if not edge:
            return layers
    return _round(id, next_of)


def _round(id: str, next_of: Mapping[str, frozenset[str] | set[str]]) -> int | None:
    """None where some way, however long, leads round to it; else more layers than are allowed."""
    return None if id in set(_reached(id, next_of)) else MOST_LAYERS + 1


def _reached(id: str, next_of: Mapping[str, frozenset[str] | set[str]]) -> Iterator[str]:
    met: set[str] = set()
    walk = list(next_of.get(id, ()))
    while walk:
        one = walk.pop()
        if one not in met:
            met.add(one)
            yield one
            walk.extend(next_of.get(one, ()))
