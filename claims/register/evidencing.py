"""Evidence attached to a mandate: a digest, who verified what, and when. The document itself is never kept.

It changes nothing of how sure the mandate is: that is said when it is given, or confirmed.
"""

from dataclasses import replace
from typing import Final

from claims.instants import Instant
from claims.mandates import Evidence, Mandate
from claims.register.actor import Actor
from claims.register.changing import Refused, Why, change
from claims.register.journal import Event
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["MOST", "attach"]

MOST: Final = 20  # pieces of evidence of one mandate


def attach(
    db: Connected, vault: Vault, mandate_id: str, evidence: Evidence, *, by: Actor, now: Instant
) -> Mandate | Refused:
    """Add the evidence to the mandate; both sides are told. The same document is attached once."""

    def attached(mandate: Mandate) -> Mandate | Why:
        if any(_is_the_same(one, evidence) for one in mandate.evidence):
            return Why.EVIDENCE_KNOWN
        if len(mandate.evidence) >= MOST:
            return Why.TOO_MUCH_EVIDENCE
        return replace(mandate, evidence=(*mandate.evidence, evidence))

    return change(db, vault, mandate_id, Event.EVIDENCE_ATTACHED, attached, by=by, now=now)


def _is_the_same(one: Evidence, other: Evidence) -> bool:
    if one.digest is not None and one.digest == other.digest:
        return True
    return (one.kind, one.reference, one.digest) == (other.kind, other.reference, other.digest)
