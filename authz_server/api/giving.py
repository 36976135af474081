"""Giving, asking and saying yes over the API: a client brings the word of people, with its evidence (G4, G7).

It acts for nobody. What entitles whoever said yes is looked at as on the pages; evidence alone says how sure that is; and
who brings the word of one side does not bring that of the other, nor draws a code with which anybody could.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Final, Literal

from pydantic import Field

from authz_server.api.content import Content, OfTeams, offer_of
from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.offers import OfferFound
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Instant, Shape
from authz_server.api.steps import done, no_such, refused, wrong_kind
from authz_server.api.teams import not_done
from authz_server.api.words_brought import Short, Word, bringing, brought
from authz_server.oidc.register_api import Scope
from claims import activation_codes
from claims.evidence import Policy
from claims.instants import written
from claims.offers import Brought, Offer, OfferKind
from claims.parties import Party, PartyKind
from claims.register import accepting, activating, landing, lookup, offering, offers_kept
from claims.register.belonging import organisations_of
from claims.register.offer_judging import Refused, Why
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["OPERATIONS"]


class Giving(Content):
    """An offer of this party: to whoever has the code, an employee, or a party that is known."""

    kind: Literal["code", "employee", "party"]
    representative: Id | None = None
    reference: Annotated[Short | None, Field(description="by what the organisation knows the employee")] = (
        None
    )


class Asking(Content):
    """A request of this party: that another lets it act."""

    represented: Id


class Accepting(Word):
    """The yes of who gets it; of an organisation, with the team in which the client comes."""

    team: Id | None = None


class CodeTold(Shape):
    """A code, told here once: when the same request comes again it is null, and another has to be drawn."""

    code: str | None
    lapses_at: Instant


def _make(asked: Asked) -> Document | Problem:
    party = lookup.party(asked.db, asked.ids["party"])
    if party is None:
        return UNKNOWN_PARTY
    giving: Giving = asked.body
    to_whom = giving.representative
    if to_whom is not None and lookup.party(asked.db, to_whom) is None:
        return no_such("/representative")
    if wrong := (*wrong_kind(giving.kind, to_whom, giving.reference, party), *_wrong_reach(giving, party)):
        return Problem(Refusal.MALFORMED, "the body", wrong)
    offer = offer_of(asked, OfferKind(giving.kind), party.id, to_whom, giving.reference)
    if isinstance(offer, Problem):
        return offer
    db, vault, policy = _with(asked)

    def make(word: Brought) -> Offer | Refused:
        return offering.make(db, vault, offer, login=word, by=asked.by, now=asked.now, policy=policy)

    return done(asked, make)


def _ask(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    represented = lookup.party(asked.db, asked.body.represented)
    if represented is None:
        return no_such("/represented")
    wrong = list(_wrong_reach(asked.body, represented))
    if isinstance(asked.body.clients, OfTeams):
        wrong.append(("/clients", "whose teams those are says so, who gives"))
    if wrong:
        return Problem(Refusal.MALFORMED, "the body", tuple(wrong))
    offer = offer_of(asked, OfferKind.REQUEST, represented.id, party, None)
    if isinstance(offer, Problem):
        return offer
    db, vault, _ = _with(asked)

    def ask(word: Brought) -> Offer | Refused:
        if word.person != party and party not in organisations_of(db, word.person, now=asked.now):
            return Refused(Why.NOT_ENTITLED)
        return offering.ask(db, vault, offer, by=asked.by, now=asked.now, brought=word)

    return done(asked, ask)


def _approve(asked: Asked) -> Document | Problem:
    db, vault, policy = _with(asked)

    def approve(word: Brought) -> Offer | Refused:
        id = asked.ids["offer"]
        return offering.approve(db, vault, id, login=word, by=asked.by, now=asked.now, policy=policy)

    return done(asked, approve)


def _last_yes(step: Callable[..., Offer | Refused]) -> Callable[[Asked], Document | Problem]:
    def answer(asked: Asked) -> Document | Problem:
        db, vault, policy = _with(asked)

        def say(word: Brought) -> Offer | Refused:
            id = asked.ids["offer"]
            return step(db, vault, id, by=asked.by, now=asked.now, policy=policy, brought=word)

        return done(asked, say)

    return answer


def _accept(asked: Asked) -> Document | Problem:
    """The last yes of who gets it; an organisation may say in which of its teams the client comes."""
    team: str | None = asked.body.team
    if team is not None and (problem := _no_place(asked, team)) is not None:
        return problem
    return _last_yes(partial(accepting.accept, team=team))(asked)


def _no_place(asked: Asked, team: str) -> Problem | None:
    """Why the client may not come in that team; None where it may (G10)."""
    by = bringing(asked)
    if isinstance(by, Problem):
        return by
    offer = offers_kept.find(asked.db, asked.ids["offer"])
    if offer is None or offer.representative is None:
        return refused(asked, Refused(Why.UNKNOWN_OFFER if offer is None else Why.NOT_NOW))
    db, _, policy = _with(asked)
    why = landing.may_land(db, offer.representative, team, by=by, now=asked.now, policy=policy)
    return None if why is None else not_done(why)


def _draw(asked: Asked) -> Document | Problem:
    word = brought(asked)
    if isinstance(word, Problem):
        return word
    db, vault, policy = _with(asked)
    drawn = activating.draw(
        db,
        vault,
        asked.context.codes,
        asked.ids["offer"],
        by=asked.by,
        now=asked.now,
        policy=policy,
        brought=word,
    )
    if isinstance(drawn, Refused):
        return refused(asked, drawn)
    return {"code": activation_codes.shown(drawn.code), "lapses_at": written(drawn.lapses_at)}


def _without_the_code(told: Document) -> Document:
    """What is remembered of the answer: a code is kept as a digest alone."""
    return {**told, "code": None}


def _with(asked: Asked) -> tuple[Connected, Vault, Policy]:
    return asked.db, asked.context.vault, asked.context.settings.evidence.policy


def _wrong_reach(content: Content, represented: Party) -> Iterator[tuple[str, str]]:
    """For whose affairs it is: a person's are their own, an organisation's its own, its clients' or both."""
    is_person = represented.kind is PartyKind.PERSON
    if is_person and (content.clients != "none" or not content.own_affairs):
        yield "/clients", "a person gives for their own affairs alone"
    elif content.clients == "none" and not content.own_affairs:
        yield "/own_affairs", "a mandate is for own affairs, for clients or for both"


_ONE: Final = "/api/v1/offers/{offer}"
_OF_PARTY: Final = "/api/v1/parties/{party}"
_JUDGED: Final = (Refusal.NOT_ENTITLED, Refusal.CANNOT_BE_GRANTED)
_BEGUN: Final = (Refusal.UNKNOWN_PARTY, Refusal.TOO_MANY_OPEN, *_JUDGED)
_STEP: Final = (Refusal.UNKNOWN_OFFER, Refusal.NOT_NOW, *_JUDGED)

OPERATIONS: Final = (
    Operation(
        "makeOffer", "POST", f"{_OF_PARTY}/offers", Scope.GRANT,
        "Offer a mandate, on the word of who may grant for the party.",
        OfferFound, _make, body=Giving, changes=True, refuses=_BEGUN,
    ),
    Operation(
        "askForMandate", "POST", f"{_OF_PARTY}/requests", Scope.GRANT,
        "Ask another party to let this one act, on the word of one of its people.",
        OfferFound, _ask, body=Asking, changes=True, refuses=_BEGUN,
    ),
    Operation(
        "approveOffer", "POST", f"{_ONE}/approve", Scope.GRANT,
        "One more of those who sign together, or who was asked, says yes.",
        OfferFound, _approve, body=Word, changes=True, refuses=(*_STEP, Refusal.ALREADY_SIGNED),
    ),
    Operation(
        "acceptOffer", "POST", f"{_ONE}/accept", Scope.GRANT, "The side that it goes to says yes.",
        OfferFound, _accept, body=Accepting, changes=True,
        refuses=(
            *_STEP, Refusal.SAME_HAND, Refusal.UNKNOWN_TEAM, Refusal.OUT_OF_REACH, Refusal.TOO_WEAK,
        ),
    ),
    Operation(
        "confirmOffer", "POST", f"{_ONE}/confirm", Scope.GRANT,
        "The organisation says that who came with the code is the employee whom it meant.",
        OfferFound, _last_yes(accepting.confirm), body=Word, changes=True,
        refuses=(*_STEP, Refusal.ALREADY_SIGNED, Refusal.SAME_HAND),
    ),
    Operation(
        "drawCode", "POST", f"{_ONE}/code", Scope.GRANT,
        "An activation code for an offer that waits for one; the one before it works no more.",
        CodeTold, _draw, body=Word, changes=True, refuses=(*_STEP, Refusal.SAME_HAND),
        remembered=_without_the_code,
    ),
)  # fmt: skip
