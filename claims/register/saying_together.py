"""What is done with a mandate that stands by who may give it: alone, or by those who sign together, each saying so (G2, G3).

What one of them said is an entry of the account and nothing else: nobody says so for another by a row of a table.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from claims.granting import Entitlement
from claims.instants import Instant
from claims.mandates import Mandate
from claims.parties import PartyKind
from claims.reaching import reaches
from claims.register import journal
from claims.register.actor import Actor
from claims.register.entitling import entitlements, powers
from claims.register.facts import StoredFacts
from claims.register.journal import Event, Subject
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["Waits", "enough", "say", "who_else"]


@dataclass(frozen=True, slots=True)
class Waits:
    """One of those who sign together said so; `who_else` are the persons of whom enough have to say so too."""

    who_else: tuple[str, ...]


def enough(
    db: Connected, mandate: Mandate, said: Collection[str], *, by: Actor, now: Instant, whole: bool = False
) -> tuple[Actor, bool] | None:
    """`by` on the ground on which they may give for the mandate's services, and whether no word is missing with theirs.

    `said` are those who said so before; who could not say so now counts no more. `whole`: on a ground on which they may
    give all of the mandate (G10). None where nothing entitles the person of `by`.
    """
    facts, person, party = StoredFacts(db), by.person or "", mandate.represented
    known = powers(db, facts, now)

    def grounds(of: str) -> list[Entitlement]:
        return [
            one
            for one in entitlements(db, facts, of, party, now=now, known=known)
            if all(covered.includes(mandate.services) for covered in one.services)
            and (not whole or _gives(facts, one, mandate))
        ]

    found = grounds(person)
    if not found:
        return None
    still = frozenset(one for one in said if grounds(one))
    is_enough = found[0].alone or known.bound(party, still | {person})
    return replace(by, authority=found[0].authority), is_enough


def _gives(facts: StoredFacts, ground: Entitlement, mandate: Mandate) -> bool:
    to_whom = facts.party(mandate.representative)
    kind = PartyKind.PERSON if to_whom is None else to_whom.kind
    return mandate.assurance <= ground.assurance and reaches(ground, mandate, kind)


def say(
    db: Connected,
    vault: Vault,
    mandate: Mandate,
    event: Event,
    said: Collection[str],
    *,
    by: Actor,
    now: Instant,
    whole: bool = False,
) -> Actor | Waits | None:
    """Who does it, where `by` needs nobody else or says the last word that is missing; else note the word, as `event`.

    The mandate is held; `whole` as with `enough`. None where nothing entitles the person of `by`.
    """
    found = enough(db, mandate, said, by=by, now=now, whole=whole)
    if found is None:
        return None
    acting, is_enough = found
    if is_enough:
        return acting
    if by.person not in said:
        journal.write(db, vault, event, Subject("mandate", mandate.id), by=acting, now=now)
    return Waits(who_else(db, mandate.represented, {*said, by.person or ""}, now=now))


def who_else(db: Connected, party: str, said: Iterable[str], *, now: Instant) -> tuple[str, ...]:
    """The human beings who take part in signing for the organisation, but for those who said so."""
    known = powers(db, StoredFacts(db), now)
    return tuple(sorted(known.people(party) - set(said)))
