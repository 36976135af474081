"""The sets of services of which somebody can give the whole (R23, G10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from authz_server.portal.wishes import grantable
from claims.catalogue import Coverage, Service, ServiceSet
from claims.granting import Entitlement
from claims.parties import Party

__all__ = ["SetToGive", "sets_to_give"]


@dataclass(frozen=True, slots=True)
class SetToGive:
    """A set, and what lies in it now that is anything to the party that gives."""

    set: ServiceSet
    services: tuple[Service, ...]


def sets_to_give(
    sets: Mapping[str, ServiceSet],
    services: Mapping[str, Service],
    party: Party,
    grounds: Iterable[Entitlement],
) -> list[SetToGive]:
    """Those of which the party can give the whole by one of these grounds, by id.

    One that holds a service for which no permission is given is left out: whoever got the set would have that too.
    """
    given = {one.id for one in grantable(services, party)}
    held = [one for one in grounds if all(actions is None for actions in one.actions)]
    found = []
    for id, one in sorted(sets.items()):
        inside = tuple(
            service
            for service in services.values()
            if id in service.sets and party.kind in service.represented_kinds
        )
        if not inside or not {service.id for service in inside} <= given:
            continue
        if any(all(cover.includes(Coverage(set=id)) for cover in ground.services) for ground in held):
            found.append(SetToGive(one, inside))
    return found
