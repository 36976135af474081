"""An organisation's mandates to look at again, since who gave them left (G13): read, and let stand."""

from typing import Annotated, Final

from pydantic import Field

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import MandateFound, changed, told
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Instant, Mandate, Shape
from authz_server.api.words_brought import Word, brought
from authz_server.oidc.register_api import Scope
from claims.instants import written
from claims.offers import Brought
from claims.register import lookup, reviewing
from claims.register.reviewed_on_words import NotKept, keep_on_words

__all__ = ["OPERATIONS"]


class ReviewTold(Shape):
    """One mandate, since when it is to be looked at, and the power that ended: `relation …` or `appointment …`."""

    mandate: Mandate
    power: str
    marked_at: Instant


class ReviewPageFound(Shape):
    """A page of them, by the mandate's id."""

    reviews: list[ReviewTold]
    next: str | None


class LettingStand(Word):
    """Who says that it stands; with `also` the others who sign together with them."""

    also: Annotated[list[Word], Field(max_length=20, default_factory=list)]


def _list(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN
    of = ["reviews", party]
    after = place(of, asked.query.cursor, str)
    page = reviewing.reviews(asked.db, party, now=asked.now, after=after, limit=asked.query.limit)
    return {
        "reviews": [
            {
                "mandate": told(one.mandate, asked.now),
                "power": one.power,
                "marked_at": written(one.marked_at),
            }
            for one in page.reviews
        ],
        "next": None if page.next is None else cursor(of, page.next),
    }


_WHY_NOT: Final = {
    NotKept.NOT_ENTITLED: Problem(Refusal.NOT_ENTITLED, "that person may not say so for that party, now"),
    NotKept.SIGNED_TOGETHER: Problem(
        Refusal.SIGNED_TOGETHER, "others sign together with them, and have to say so too"
    ),
    NotKept.SAME_HAND: Problem(
        Refusal.SAME_HAND, "who brought the word on which it was given does not bring the second look"
    ),
}


def _keep(asked: Asked) -> Document | Problem:
    words: list[Brought] = []
    for number, one in enumerate((None, *asked.body.also)):
        word = brought(asked, one, "" if one is None else f"/also/{number - 1}")
        if isinstance(word, Problem):
            return word
        words.append(word)
    id, vault = asked.ids["mandate"], asked.context.vault
    done = keep_on_words(asked.db, vault, id, words, by=asked.by, now=asked.now)
    return _WHY_NOT[done] if isinstance(done, NotKept) else changed(done, asked.now)


OPERATIONS: Final = (
    Operation(
        "listMandatesToReview", "GET", "/api/v1/parties/{party}/mandates/to-review", Scope.READ,
        "The organisation's mandates that somebody gave who may do that no longer.",
        ReviewPageFound, _list, PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "letMandateStand", "POST", "/api/v1/mandates/{mandate}/keep", Scope.GRANT,
        "Let a mandate stand that was to be looked at, on the word of who may give it, or of all who sign together.",
        MandateFound, _keep, body=LettingStand, changes=True,
        refuses=(
            Refusal.UNKNOWN_MANDATE, Refusal.NOT_A_MANDATE, Refusal.ALREADY_ENDED, Refusal.NOT_TO_REVIEW,
            Refusal.NOT_ENTITLED, Refusal.SIGNED_TOGETHER, Refusal.SAME_HAND,
        ),
    ),
)  # fmt: skip
