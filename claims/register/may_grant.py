"""Whether anybody is left who may grant for an organisation: by law, alone or together, or as its administrator (G3)."""

from collections.abc import Collection

from claims.instants import Instant
from claims.register import appointing, lookup
from claims.register.entitling import powers
from claims.register.facts import StoredFacts
from keys.storage import Connected

__all__ = ["nobody_may_grant"]


def nobody_may_grant(db: Connected, organisation: str, *, now: Instant, ending: Collection[str] = ()) -> bool:
    """Whether nobody may grant for the organisation at `now`, once the appointments `ending` hold no more.

    Those who have to sign together count where they are enough to do so.
    """
    facts = StoredFacts(db)
    known = powers(db, facts, now)
    if known.bound(organisation, known.people(organisation)):
        return False
    after: str | None = None
    while True:
        page = appointing.of_organisation(db, organisation, after=after)
        stand = [one for one in page.appointments if one.entitles(now) and one.id not in ending]
        people = lookup.parties(db, [one.person for one in stand])
        if any(one.ceased_at is None or one.ceased_at > now for one in people.values()):
            return False
        if (after := page.next) is None:
            return True
