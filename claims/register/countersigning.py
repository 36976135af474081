"""A mandate made surer by several who sign together: each says yes, and the last one needed raises its level (G2, G4).

What was said stands in the account and nowhere else, so that nobody says yes for another by a row of a table. A yes counts
for the mandate as it was: whatever changes it makes each say so anew. It counts for ninety days, as offers do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from claims.assurance import Loa
from claims.confirming import Confirmed, WhyWeak, worth
from claims.evidence import Policy
from claims.granting import Entitlement, assurance_of
from claims.instants import Instant
from claims.mandates import Mandate
from claims.offers import Approval
from claims.parties import Party
from claims.register import journal, notices
from claims.register.actor import Actor
from claims.register.entitling import entitlements, powers, signatories
from claims.register.facts import StoredFacts
from claims.register.journal import Event, Subject
from claims.register.offers_kept import LAPSES_AFTER
from claims.register.overview import mandate as whole_mandate
from claims.register.personal import Vault
from claims.signing import Signing
from keys.storage import Connected, Statement

__all__ = ["Joined", "Pending", "joined", "joins", "pending"]

_MOST: Final = 100
_BEGUN: Final = Statement(
    "SELECT DISTINCT record FROM register_journal"
    " WHERE event = 'confirmed_together' AND on_behalf_of = :party AND at > :since"
    " ORDER BY record LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Joined:
    """The yes of one of those who sign together: on what ground, and how sure it makes the mandate at most.

    `signing` is how far they are; `said` whether this person said so already, logged in as surely.
    """

    ground: Entitlement
    assurance: Loa
    signing: Signing
    said: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """A mandate for which some have said so, and how far they are."""

    mandate: Mandate
    signing: Signing


@dataclass(frozen=True, slots=True)
class _Yes:
    login: Loa
    at: Instant


def joins(
    db: Connected,
    facts: StoredFacts,
    mandate: Mandate,
    person: str,
    grounds: Sequence[Entitlement],
    representative: Party,
    *,
    login: Loa,
    now: Instant,
    policy: Policy,
) -> Confirmed | Joined | WhyWeak:
    """What comes of the yes of a person who signs together with others, for whom nothing stands in the way.

    `Confirmed` where it is the last that is needed. Each who said so before must be entitled now too (G10).
    """
    own = worth(mandate, grounds, representative, login=login, now=now, policy=policy)
    if isinstance(own, WhyWeak):
        return own
    said = _said(db, mandate.id, now)
    approvals = [own.ground.approval(login, now)]
    approvals += _stand(db, facts, mandate, said, person, representative, now, policy)
    signers = frozenset(one.person for one in approvals)
    known = powers(db, facts, now)
    signing = known.signing(mandate.represented, signers)
    level = assurance_of(Loa.HIGH, approvals, is_majority=signing.is_majority, policy=policy)
    if known.bound(mandate.represented, signers) and level > mandate.assurance:
        return Confirmed(own.ground, level)
    before = said.get(person)
    said_so = before is not None and before.login >= login
    shown = signing if said_so else known.signing(mandate.represented, signers - {person})
    return Joined(own.ground, own.assurance, shown, said_so)


def joined(
    db: Connected, vault: Vault, mandate: Mandate, outcome: Joined, *, by: Actor, now: Instant
) -> Joined:
    """Note that the person of `by` said so of a mandate that is held, and tell the others who sign. Once."""
    if outcome.said:
        return outcome
    acting = replace(by, authority=outcome.ground.authority)
    subject = Subject("mandate", mandate.id)
    journal.write(db, vault, Event.CONFIRMED_TOGETHER, subject, by=acting, now=now)
    others = set(signatories(db, StoredFacts(db), mandate.represented, now)) - {by.person}
    notices.tell_signatories(db, mandate, Event.CONFIRMED_TOGETHER, {*others, mandate.represented}, now=now)
    return replace(outcome, said=True)


def pending(db: Connected, party: str, *, now: Instant) -> list[Pending]:
    """The mandates of the party that wait for others to say so too, by id: a hundred at most."""
    facts = StoredFacts(db)
    known = powers(db, facts, now)
    found = []
    for (id,) in db.all(_BEGUN, {"party": party, "since": now - LAPSES_AFTER, "most": _MOST}):
        said = _said(db, id, now)
        mandate = whole_mandate(db, id) if said else None
        if mandate is not None and mandate.represented == party and not mandate.has_ended(now):
            found.append(Pending(mandate, known.signing(party, frozenset(said))))
    return found


def _said(db: Connected, mandate_id: str, now: Instant) -> dict[str, _Yes]:
    """Who said so since the mandate last changed, logged in how; the surest of each."""
    found: dict[str, _Yes] = {}
    for entry in journal.of_record(db, "mandate", mandate_id):
        person, level = entry.by.person, entry.by.assurance
        if entry.event is not Event.CONFIRMED_TOGETHER:
            if entry.subject is not None and entry.subject.version is not None:
                found.clear()
        elif person is not None and level is not None and entry.at > now - LAPSES_AFTER:
            before = found.get(person)
            if before is None or level >= before.login:
                found[person] = _Yes(level, entry.at)
    return found


def _stand(
    db: Connected,
    facts: StoredFacts,
    mandate: Mandate,
    said: dict[str, _Yes],
    person: str,
    representative: Party,
    now: Instant,
    policy: Policy,
) -> list[Approval]:
    """What the others said, on the grounds that they have now; of who has none any more it counts no longer."""
    found = []
    for other, yes in sorted(said.items()):
        if other == person:
            continue
        grounds = entitlements(db, facts, other, mandate.represented, now=now)
        counts = worth(mandate, grounds, representative, login=yes.login, now=now, policy=policy)
        if isinstance(counts, Confirmed):
            found.append(counts.ground.approval(yes.login, yes.at))
    return found
