"""A step with an offer on a word that was brought: what became of it, or what stands against it and at which place."""

from collections.abc import Callable, Iterator
from typing import Final

from authz_server.api.declaring import Asked, Document
from authz_server.api.offers import UNKNOWN, offer_told
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.words_brought import brought
from claims.granting import Fault
from claims.offers import Brought, Offer
from claims.parties import Party, PartyKind
from claims.register.offer_judging import Refused, Why

__all__ = ["done", "no_such", "refused", "wrong_kind"]


def done(asked: Asked, step: Callable[[Brought], Offer | Refused]) -> Document | Problem:
    """What became of the step that `step` takes on the word that the body holds."""
    word = brought(asked)
    if isinstance(word, Problem):
        return word
    became = step(word)
    return refused(asked, became) if isinstance(became, Refused) else {"offer": offer_told(became, asked.now)}


def wrong_kind(
    kind: str, representative: str | None, reference: str | None, party: Party
) -> Iterator[tuple[str, str]]:
    """What does not go with the kind of offer."""
    if kind == "party" and representative is None:
        yield "/representative", "is needed for a party that is known"
    if kind == "employee" and party.kind is not PartyKind.ORGANISATION:
        yield "/kind", "a person has no employees"
    if kind == "employee" and representative is not None:
        yield "/representative", "who the employee is tells who comes with the code"
    if (kind == "employee") != (reference is not None):
        yield "/reference", "is for an employee, and needed there"


_WHY_NOT: Final = {
    Why.UNKNOWN_OFFER: UNKNOWN,
    Why.NOT_NOW: Problem(Refusal.NOT_NOW, "that offer is over, or waits for something else"),
    Why.ALREADY_SIGNED: Problem(Refusal.ALREADY_SIGNED, "that person has signed already"),
    Why.NOT_ENTITLED: Problem(Refusal.NOT_ENTITLED, "that person may not say so for that party, now"),
    Why.TOO_MANY_OPEN: Problem(Refusal.TOO_MANY_OPEN, "that party has too many offers open"),
    Why.SAME_HAND: Problem(Refusal.SAME_HAND, "who brought one side's word does not bring the other's"),
    Why.OWN_AFFAIR: Problem(Refusal.OWN_AFFAIR, "it is about that person, or their organisation gets it"),
    Why.SECOND_PERSON: Problem(
        Refusal.SECOND_PERSON, "somebody else than who recorded it says that it is right"
    ),
}


def refused(asked: Asked, refusal: Refused) -> Problem:
    """Why the step was not taken, with what stands against it at its place in the body."""
    if refusal.why is not Why.CANNOT_BE_GRANTED:
        return _WHY_NOT[refusal.why]
    named = getattr(asked.body, "services", ())
    listed = named if isinstance(named, list) else ()
    services = [one if isinstance(one, str) else one.service for one in listed]
    inside = "/sets" if getattr(asked.body, "sets", ()) else "/services" if named and not services else ""
    faults = tuple((_where(one, services, inside), _what(one, services, inside)) for one in refusal.faults)
    return Problem(Refusal.CANNOT_BE_GRANTED, "what stands against it (docs/refusals.md)", faults)


def _where(fault: Fault, services: list[str], inside: str) -> str:
    if fault.service in services:
        return f"/services/{services.index(fault.service)}"
    return inside if fault.service is not None else ""


def _what(fault: Fault, services: list[str], inside: str) -> str:
    """Its code; of a service that was not named, but lies in what was, which it is."""
    named = f" at {fault.service}" if inside and fault.service and fault.service not in services else ""
    return f"{fault.why.value}{named}" + ("" if fault.needs is None else f": needs {fault.needs.word}")


def no_such(where: str) -> Problem:
    """That a party which the body names is none."""
    return Problem(Refusal.UNKNOWN_PARTY, "the body", ((where, "there is no party with that id"),))
