"""“I do not know this person”: all that a party gave to one other stops at once, on its request (G8).

Each mandate is resumed for itself, when it turns out to be right.
"""

from typing import Final

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import UNKNOWN, Reasoned, a_number_in, not_changed
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Shape
from authz_server.oidc.register_api import Scope
from claims.register import changing, freezing, overview
from claims.register.freezing import Touched

__all__ = ["OPERATIONS"]


class TouchedTold(Shape):
    """The mandates between the two that are not over, which of them are suspended, and how many people act over them.

    `more`: there are more people than were counted.
    """

    mandates: list[Id]
    suspended: list[Id]
    people: int
    more: bool


def _preview(asked: Asked) -> Document | Problem:
    mandate = overview.mandate(asked.db, asked.ids["mandate"])
    return UNKNOWN if mandate is None else _told(freezing.touched(asked.db, mandate, now=asked.now))


def _freeze(asked: Asked) -> Document | Problem:
    reason = asked.body.reason
    if (problem := a_number_in(reason)) is not None:
        return problem
    vault, id = asked.context.vault, asked.ids["mandate"]
    done = freezing.freeze(asked.db, vault, id, by=asked.by, now=asked.now, reason=reason)
    return not_changed(done) if isinstance(done, changing.Refused) else _told(done)


def _told(touched: Touched) -> Document:
    return {
        "mandates": [one.id for one in touched.mandates],
        "suspended": [one.id for one in touched.still],
        "people": touched.people.people,
        "more": touched.people.more,
    }


_PATH: Final = "/api/v1/mandates/{mandate}/freeze"

OPERATIONS: Final = (
    Operation(
        "previewFreeze", "GET", _PATH, Scope.READ,
        "What freezing would stop: all that the same party gave to the same other.",
        TouchedTold, _preview, refuses=(Refusal.UNKNOWN_MANDATE,),
    ),
    Operation(
        "freezeMandates", "POST", _PATH, Scope.SUPPORT,
        "Suspend all that the party gave to that other, whom it does not know, on its request.",
        TouchedTold, _freeze, body=Reasoned, changes=True,
        refuses=(
            Refusal.UNKNOWN_MANDATE, Refusal.ALREADY_ENDED, Refusal.ALREADY_SUSPENDED,
            Refusal.REASON_HOLDS_A_NUMBER,
        ),
    ),
)  # fmt: skip
