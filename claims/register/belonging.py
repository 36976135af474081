"""As whose person somebody can act: the organisations that they grant for, or that gave them a mandate for its own affairs."""

from typing import Final

from claims.instants import Instant
from claims.parties import PartyKind
from claims.register import lookup, managing, overview
from keys.storage import Connected

__all__ = ["organisations_of"]

_MOST: Final = 100  # of each kind


def organisations_of(db: Connected, person: str, *, now: Instant) -> dict[str, str]:
    """The ids and names of those organisations, by name; a hundred of each kind at most."""
    ids = [one.party for one in managing.managed(db, person, now, limit=_MOST).authorities]
    received = overview.received(db, person, limit=_MOST).mandates
    ids += [one.represented for one in received if one.in_force(now)]
    parties = lookup.parties(db, ids)
    names = {
        id: party.name
        for id, party in parties.items()
        if party.kind is PartyKind.ORGANISATION and (party.ceased_at is None or party.ceased_at > now)
    }
    return dict(sorted(names.items(), key=lambda one: (one[1].casefold(), one[0])))
