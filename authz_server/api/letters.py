"""A letter with a code to who cannot log in, on the word of who helps them (G6a).

As on the page nobody is told whether a letter went, nor how often somebody was written to. Here the person is named by their
id: whoever knows that by a number had the scope for it, and no number stands in a request that is remembered.
"""

from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from authz_server.api.content import Chosen, Content, offer_of
from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Shape
from authz_server.api.steps import no_such
from authz_server.api.words_brought import InstantGiven, Word, bringing
from authz_server.oidc.register_api import Scope
from claims.offers import Offer, OfferKind
from claims.parties import PartyKind
from claims.register import letters, lookup
from claims.register.actor import Actor
from claims.register.belonging import organisations_of

__all__ = ["OPERATIONS"]


class ByLetter(Word):
    """What is asked, and of whom; `said_by` is who helps, for themself or for an organisation of theirs."""

    represented: Annotated[Id, Field(description="the person who cannot log in")]
    services: Annotated[list[Chosen], Field(min_length=1, max_length=50)]
    from_: Annotated[
        InstantGiven | None, Field(alias="from", description="left out: as soon as it is given")
    ] = None
    until: InstantGiven


class LetterAsked(Shape):
    """It was asked. Whether a letter goes is told to nobody."""

    asked: Literal[True]


def _ask(asked: Asked) -> Document | Problem:
    by, body, party = bringing(asked), asked.body, asked.ids["party"]
    if isinstance(by, Problem):
        return by
    if asked.context.settings.post.folder is None:
        return Problem(Refusal.NO_LETTERS, "no letters are posted here")
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    if body.said_by != party and party not in organisations_of(asked.db, body.said_by, now=asked.now):
        return Problem(Refusal.NOT_ENTITLED, "that person may not say so for that party, now")
    person = lookup.party(asked.db, body.represented)
    if person is None or person.kind is not PartyKind.PERSON:
        return no_such("/represented")
    content = Content.model_construct(services=body.services, sets=[], from_=body.from_, until=body.until)
    offer = offer_of(replace(asked, body=content), OfferKind.LETTER, person.id, party, None)
    if isinstance(offer, Problem):
        return offer
    if wrong := tuple(_not_by_letter(asked)):
        return Problem(Refusal.CANNOT_BE_GRANTED, "what stands against it (docs/refusals.md)", wrong)
    return _asked(asked, offer, by)


def _asked(asked: Asked, offer: Offer, by: Actor) -> Document | Problem:
    context, policy = asked.context, asked.context.settings.evidence.policy
    refused = letters.ask_of(
        asked.db,
        context.vault,
        context.codes,
        offer,
        offer.represented,
        by=by,
        now=asked.now,
        policy=policy,
    )
    if refused is not None:
        return Problem(Refusal.TOO_MANY_LETTERS, "that person asked for as many letters as they can, for now")
    return {"asked": True}


def _not_by_letter(asked: Asked) -> list[tuple[str, str]]:
    """What no letter is sure enough for, or nobody gives to another: the page does not show it."""
    level = letters.level_of_letters(asked.context.settings.evidence.policy)
    found = []
    for number, chosen in enumerate(asked.body.services):
        service = lookup.service(asked.db, chosen.service)
        if service is None:
            continue
        if not service.takes_mandates or PartyKind.PERSON not in service.represented_kinds:
            found.append((f"/services/{number}", "service_not_offered"))
        elif service.minimum_assurance > level:
            found.append((f"/services/{number}", f"too_weak: needs {service.minimum_assurance.word}"))
    return found


OPERATIONS: Final = (
    Operation(
        "askByLetter", "POST", "/api/v1/parties/{party}/letters", Scope.GRANT,
        "Ask a person who cannot log in, by a letter with a code that works for this party alone.",
        LetterAsked, _ask, body=ByLetter, changes=True,
        refuses=(
            Refusal.UNKNOWN_PARTY, Refusal.NOT_ENTITLED, Refusal.CANNOT_BE_GRANTED, Refusal.NO_LETTERS,
            Refusal.TOO_MANY_LETTERS,
        ),
    ),
)  # fmt: skip
