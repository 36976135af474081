"""An organisation's mandates to look at again, since who gave them left (G13)."""

from typing import Final

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import told
from authz_server.api.paging import PageQuery, cursor, place
from authz_server.api.parties import UNKNOWN
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Instant, Mandate, Shape
from authz_server.oidc.register_api import Scope
from claims.instants import written
from claims.register import lookup, reviewing

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


OPERATIONS: Final = (
    Operation(
        "listMandatesToReview", "GET", "/api/v1/parties/{party}/mandates/to-review", Scope.READ,
        "The organisation's mandates that somebody gave who may do that no longer.",
        ReviewPageFound, _list, PageQuery, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
)  # fmt: skip
