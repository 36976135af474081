"""The lines of a list carried out, each once: given, or asked of the client, whose silence is no consent (G7).

A line is noted by a keyed digest of what it says, in the same unit of work: the same list brought again, or at the same
time by somebody else, does nothing anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from claims.already import is_given, is_open
from claims.lists.wishes import Wanted
from claims.offers import Offer, OfferState, Waits
from claims.parties import PartyKind
from claims.register import activating, client_references, landing, lookup, offering, overview, teams
from claims.register.entitling import who_may_accept
from claims.register.lists_judged import Judged, Listing, Sort, judge
from claims.register.offer_judging import Refused, Why
from claims.register.offers_kept import alone, how_many_requests, open_between
from claims.register.turns import take_turn
from keys.in_use import Purpose, claim
from keys.sealing import KeyedDigest
from keys.storage import Statement

__all__ = ["Done", "Outcome", "carry_out"]

_NOTE: Final = Statement(
    "INSERT INTO register_list_lines (organisation, digest, at) VALUES (:organisation, :digest, :at)"
    " ON CONFLICT (organisation, digest) DO NOTHING"
)
_UNNOTE: Final = Statement(
    "DELETE FROM register_list_lines WHERE organisation = :organisation AND digest = :digest"
)


class Outcome(StrEnum):
    """What became of a line. The words are stable."""

    GIVEN = "given"  # it holds
    WAITS = "waits"  # for the other side, or for others who sign
    ASKED = "asked"  # where there is somebody to ask
    BEFORE = "before"  # it was carried out before
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a line; `drawn` is the code of an employee's offer, told once."""

    judged: Judged
    outcome: Outcome
    offer: Offer | None = None
    refused: Refused | None = None
    drawn: activating.Drawn | None = None


def carry_out(listing: Listing, codes: KeyedDigest, sort: Sort, lines: Sequence[Wanted]) -> list[Done]:
    """Do what the good lines say, each judged once more. Call it before anything else is held or written."""
    db, vault = listing.db, listing.vault
    numbers = [one.number for one in lines if one.number is not None]
    parties = {id for one in numbers for id in lookup.by_number(db, vault, one.value)}
    alone(db, listing.organisation.id, *parties)
    take_turn(db)
    claim(db, Purpose.DIGEST, vault.digest_id)
    claim(db, Purpose.SEAL, vault.seal_id)
    teams.hold(db, [one.id for one in listing.teams])
    return [_once(listing, codes, sort, one) for wanted in lines for one in judge(listing, sort, [wanted])]


def _once(listing: Listing, codes: KeyedDigest, sort: Sort, judged: Judged) -> Done:
    if not judged.is_good:
        return Done(judged, Outcome.REFUSED)
    organisation = listing.organisation.id
    noted = {
        "organisation": organisation,
        "digest": listing.vault.digest_of_line(organisation, judged.wanted.key),
    }
    if not listing.db.run(_NOTE, {**noted, "at": listing.now}):
        if sort is Sort.ASK:
            _note_anew(listing, judged)
        return Done(judged, Outcome.BEFORE)
    done = _ask(listing, judged) if sort is Sort.ASK else _give(listing, codes, judged)
    if done.outcome is Outcome.REFUSED:
        listing.db.run(_UNNOTE, noted)
    return done


def _give(listing: Listing, codes: KeyedDigest, judged: Judged) -> Done:
    db, vault, now = listing.db, listing.vault, listing.now
    made = offering.make(
        db, vault, judged.offer, login=listing.said, by=listing.by, now=now, policy=listing.policy
    )
    if isinstance(made, Refused):
        return Done(judged, Outcome.REFUSED, refused=made)
    drawn = None
    if made.waits_for is Waits.CODE:
        found = activating.draw(
            db, vault, codes, made.id, by=listing.by, now=now, policy=listing.policy, brought=listing.brought
        )
        drawn = None if isinstance(found, Refused) else found
    outcome = Outcome.GIVEN if made.state is OfferState.GIVEN else Outcome.WAITS
    return Done(judged, outcome, offer=made, drawn=drawn)


def _ask(listing: Listing, judged: Judged) -> Done:
    """Ask the client, where there is one; what is told is the same where there is none."""
    db, now, organisation = listing.db, listing.now, listing.organisation.id
    ground = who_may_accept(db, listing.facts, listing.person, organisation, now=now)
    if ground is None:
        return Done(judged, Outcome.REFUSED, refused=Refused(Why.NOT_ENTITLED))
    if how_many_requests(db, organisation, now=now) >= offering.MOST_LISTED:
        return Done(judged, Outcome.REFUSED, refused=Refused(Why.TOO_MANY_OPEN))
    client = _client(listing, judged)
    if client is None:
        return Done(judged, Outcome.ASKED)
    asked = replace(judged.offer, represented=client)
    if is_given(overview.between(db, client, organisation), asked, now):
        _note_anew(listing, judged)
        return Done(judged, Outcome.BEFORE)
    if any(is_open(one, asked, now) for one in open_between(db, client, organisation, now=now)):
        return Done(judged, Outcome.ASKED)
    by = listing.by if listing.brought else replace(listing.by, authority=ground.authority)
    done = offering.ask(
        db, listing.vault, asked, by=by, now=now, most=offering.MOST_LISTED, brought=listing.brought
    )
    if not isinstance(done, Refused):
        reference = client_references.as_kept(judged.wanted.reference)
        landing.note(db, listing.vault, done.id, client, team=judged.team, reference=reference or None)
        _note_anew(listing, judged)
    return Done(judged, Outcome.ASKED)


def _client(listing: Listing, judged: Judged) -> str | None:
    number = judged.wanted.number
    found = None if number is None else lookup.party_by_identifier(listing.db, listing.vault, number)
    if found is None or found.kind is not PartyKind.ORGANISATION or found.id == listing.organisation.id:
        return None
    return found.id


def _note_anew(listing: Listing, judged: Judged) -> None:
    """What the list says of whom it acts for already: the reference, and the team."""
    db, organisation = listing.db, listing.organisation.id
    client = _client(listing, judged)
    if client is None or not teams.are_clients(db, organisation, [client], now=listing.now):
        return
    reference = client_references.as_kept(judged.wanted.reference)
    if reference:
        client_references.put(db, listing.vault, organisation, client, str(reference))
    if judged.team is not None:
        teams.put_in(
            db,
            listing.vault,
            organisation,
            judged.team,
            [client],
            by=listing.by,
            now=listing.now,
            policy=listing.policy,
        )
