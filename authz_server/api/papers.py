"""Mandates that people signed on paper: recorded at a desk on the word of one who works there, and confirmed by another (G7).

As on the pages of the desk. The two are two people, and their words are brought by two clients, or one of them says it
on the page.
"""

from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from authz_server.api.content import Chosen, Content, offer_of
from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.offers import OfferFound, offer_told
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Instant, Shape
from authz_server.api.steps import no_such, refused
from authz_server.api.words_brought import InstantGiven, Word, bringing
from authz_server.oidc.register_api import Scope
from claims.instants import written
from claims.offers import Offer, OfferKind
from claims.register import lookup, papers
from claims.register.offer_judging import Refused
from claims.register.papers import Checked, Paper

__all__ = ["OPERATIONS"]

_UNKNOWN: Final = Problem(Refusal.UNKNOWN_PAPER, "there is no paper of an offer with that id")


class Signed(Word):
    """What somebody signed, and how it was seen who did; `said_by` is who works at the desk and looked at it."""

    represented: Annotated[Id, Field(description="the person who signed")]
    representative: Annotated[Id, Field(description="to whom they give it")]
    services: Annotated[list[Chosen], Field(min_length=1, max_length=50)]
    from_: Annotated[
        InstantGiven | None, Field(alias="from", description="left out: as soon as it is given")
    ] = None
    until: InstantGiven
    digest: Annotated[
        str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(description="SHA-256 of the scanned paper")
    ]
    checked: Annotated[
        Literal["identity_document", "signature", "notarial_deed"],
        Field(description="they came and showed one; the paper came without them; a notary saw them"),
    ]


class PaperTold(Shape):
    """A paper at a desk: of which offer, by whose words it was recorded and confirmed, and its digest."""

    offer: Id
    desk: Annotated[Id, Field(description="the organisation")]
    recorded_by: Id
    recorded_at: Instant
    digest: str
    checked: Literal["identity_document", "signature", "notarial_deed"]
    confirmed_by: Id | None
    confirmed_at: Instant | None


class PaperFound(Shape):
    """One paper."""

    paper: PaperTold


class PaperPageFound(Shape):
    """A page of papers that wait for a second person, oldest first."""

    papers: list[PaperTold]
    next: str | None


def _record(asked: Asked) -> Document | Problem:
    by, body = bringing(asked), asked.body
    if isinstance(by, Problem):
        return by
    if lookup.party(asked.db, asked.ids["party"]) is None:
        return UNKNOWN_PARTY
    for member in ("represented", "representative"):
        if lookup.party(asked.db, getattr(body, member)) is None:
            return no_such(f"/{member}")
    content = Content.model_construct(services=body.services, sets=[], from_=body.from_, until=body.until)
    offer = offer_of(
        replace(asked, body=content), OfferKind.PAPER, body.represented, body.representative, None
    )
    if isinstance(offer, Problem):
        return offer
    done = papers.record(
        asked.db,
        asked.context.vault,
        offer,
        desk=asked.ids["party"],
        digest=body.digest,
        checked=Checked(body.checked),
        by=by,
        now=asked.now,
        policy=asked.context.settings.evidence.policy,
    )
    return _told(asked, done)


def _confirm(asked: Asked) -> Document | Problem:
    by = bringing(asked)
    if isinstance(by, Problem):
        return by
    policy, id = asked.context.settings.evidence.policy, asked.ids["offer"]
    return _told(
        asked, papers.confirm(asked.db, asked.context.vault, id, by=by, now=asked.now, policy=policy)
    )


def _refuse(asked: Asked) -> Document | Problem:
    by = bringing(asked)
    if isinstance(by, Problem):
        return by
    return _told(
        asked, papers.refuse(asked.db, asked.context.vault, asked.ids["offer"], by=by, now=asked.now)
    )


def _told(asked: Asked, done: Offer | Refused) -> Document | Problem:
    return refused(asked, done) if isinstance(done, Refused) else {"offer": offer_told(done, asked.now)}


def _show(asked: Asked) -> Document | Problem:
    paper = papers.paper_of(asked.db, asked.ids["offer"])
    return _UNKNOWN if paper is None else {"paper": _paper_told(paper)}


def _waiting(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    of = ["papers", party]
    after = place(of, asked.query.cursor, str)
    page = papers.waiting(asked.db, party, now=asked.now, after=after, limit=asked.query.limit)
    return {
        "papers": [_paper_told(one) for one in page.papers],
        "next": None if page.next is None else cursor(of, page.next),
    }


def _paper_told(paper: Paper) -> Document:
    return {
        "offer": paper.offer,
        "desk": paper.desk,
        "recorded_by": paper.recorded_by,
        "recorded_at": written(paper.recorded_at),
        "digest": paper.digest,
        "checked": paper.checked.value,
        "confirmed_by": paper.confirmed_by,
        "confirmed_at": None if paper.confirmed_at is None else written(paper.confirmed_at),
    }


_OF_PARTY: Final = "/api/v1/parties/{party}/papers"
_ONE: Final = "/api/v1/papers/{offer}"
_SAID: Final = (Refusal.NOT_ENTITLED, Refusal.OWN_AFFAIR)
_STEP: Final = (Refusal.UNKNOWN_OFFER, Refusal.NOT_NOW, *_SAID)

OPERATIONS: Final = (
    Operation(
        "listPapers", "GET", _OF_PARTY, Scope.READ,
        "The papers that wait at the organisation's desk for a second person, oldest first.",
        PaperPageFound, _waiting, PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "showPaper", "GET", _ONE, Scope.READ, "The paper that an offer was recorded from.",
        PaperFound, _show, refuses=(Refusal.UNKNOWN_PAPER,),
    ),
    Operation(
        "recordPaper", "POST", _OF_PARTY, Scope.GRANT,
        "Record what a person signed, on the word of who works at the organisation's desk; a second person there confirms.",
        OfferFound, _record, body=Signed, changes=True,
        refuses=(Refusal.UNKNOWN_PARTY, Refusal.TOO_MANY_OPEN, Refusal.CANNOT_BE_GRANTED, *_SAID),
    ),
    Operation(
        "confirmPaper", "POST", f"{_ONE}/confirm", Scope.GRANT,
        "A second person of the same desk says that it is right: it is given, or offered to the organisation that gets it.",
        OfferFound, _confirm, body=Word, changes=True,
        refuses=(*_STEP, Refusal.CANNOT_BE_GRANTED, Refusal.SECOND_PERSON, Refusal.SAME_HAND),
    ),
    Operation(
        "refusePaper", "POST", f"{_ONE}/refuse", Scope.GRANT,
        "Somebody of the same desk says that it is not right: nothing becomes of it.",
        OfferFound, _refuse, body=Word, changes=True, refuses=_STEP,
    ),
)  # fmt: skip
