"""An organisation's mandate to look at again, let stand on the words of people who did not log in (G13)."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from claims.instants import Instant
from claims.mandates import Mandate
from claims.offers import Brought
from claims.register import journal
from claims.register.actor import Actor
from claims.register.changing import Refused, Why, hold
from claims.register.entitling import entitlements, powers
from claims.register.facts import StoredFacts
from claims.register.journal import Event
from claims.register.offers_kept import find
from claims.register.personal import Vault
from claims.register.reviewing import is_open, keep, said_so
from keys.storage import Connected

__all__ = ["NotKept", "keep_on_words"]


class NotKept(StrEnum):
    """Why words that were brought let no mandate stand; the codes are stable."""

    NOT_ENTITLED = "not_entitled"
    SIGNED_TOGETHER = "signed_together"  # others have to say so too
    SAME_HAND = "same_hand"


def keep_on_words(
    db: Connected, vault: Vault, mandate_id: str, words: Sequence[Brought], *, by: Actor, now: Instant
) -> Mandate | NotKept | Refused:
    """Let a mandate stand on the words of these people, which `by` brings, with those who said so themselves.

    A second look is another's: who brought a word on which the mandate was given brings none of these (`SAME_HAND`).
    """
    mandate = hold(db, mandate_id)
    if isinstance(mandate, Refused):
        return mandate
    if not is_open(db, mandate_id):
        return Refused(Why.NOT_TO_REVIEW)
    if _brought_it(db, mandate, by.authority):
        return NotKept.SAME_HAND
    facts, party = StoredFacts(db), mandate.represented
    known = powers(db, facts, now)
    people = {one.person for one in words}
    grounds = {
        person: [
            one
            for one in entitlements(db, facts, person, party, now=now, known=known)
            if all(covered.includes(mandate.services) for covered in one.services)
        ]
        for person in people
    }
    if not all(grounds.values()):
        return NotKept.NOT_ENTITLED
    alone = any(found[0].alone for found in grounds.values())
    if not alone and not known.bound(party, frozenset(people | set(said_so(db, mandate_id)))):
        return NotKept.SIGNED_TOGETHER
    others = "; ".join(journal.words_of(one) for one in words[1:]) or None
    return keep(db, vault, mandate_id, by=replace(by, word=words[0]), now=now, reason=others)


def _brought_it(db: Connected, mandate: Mandate, authority: str) -> bool:
    """Whether that client brought a word on which the mandate was given."""
    entries = journal.of_record(db, "mandate", mandate.id)
    if any(one.event is Event.GIVEN and one.by.authority == authority for one in entries):
        return True
    named = (one.reference.removeprefix("offer ") for one in mandate.evidence if one.kind == "register")
    offers = (find(db, id) for id in named)
    return any(word.by == authority for one in offers if one is not None for word in one.brought)
