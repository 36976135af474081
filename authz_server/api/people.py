"""The people of an organisation: who they are, what each has of it, and ending all of that when one leaves."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import Reasoned, a_number_in, legible
from authz_server.api.parties import UNKNOWN as UNKNOWN_PARTY
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Shape
from authz_server.oidc.register_api import Scope
from claims.register import leaving, lookup, within_organisation
from claims.register.leaving import Leaving

__all__ = ["OPERATIONS"]


class Called(Shape):
    """Part of a name; empty: everybody. It stands in no address."""

    name: Annotated[
        str,
        StringConstraints(max_length=200),
        AfterValidator(legible),
        Field(default=""),
    ]


class PeopleFound(Shape):
    """People by name, two hundred at most, and whether there are more."""

    people: list[Id]
    more: bool


class Left(Shape):
    """What ends, by id, when a person leaves an organisation; what the person may do by law does not."""

    mandates: list[Id]
    appointments: list[Id]
    desk_appointments: list[Id]
    offers: list[Id]
    relations_that_stand: list[Id]
    nobody_may_grant: bool


def _find(asked: Asked) -> Document | Problem:
    party = asked.ids["party"]
    if lookup.party(asked.db, party) is None:
        return UNKNOWN_PARTY
    some = within_organisation.people(asked.db, party, like=asked.body.name)
    return {"people": list(some.ids), "more": some.more}


def _preview(asked: Asked) -> Document | Problem:
    party, person = asked.ids["party"], asked.ids["person"]
    if _is_nobody(asked):
        return UNKNOWN_PARTY
    return _told(leaving.leaving(asked.db, party, person, leaving.EVERYTHING, now=asked.now))


def _leave(asked: Asked) -> Document | Problem:
    party, person, reason = asked.ids["party"], asked.ids["person"], asked.body.reason
    if (problem := a_number_in(reason)) is not None:
        return problem
    if _is_nobody(asked):
        return UNKNOWN_PARTY
    db, vault, reach = asked.db, asked.context.vault, leaving.EVERYTHING
    return _told(leaving.leave(db, vault, party, person, reach, by=asked.by, now=asked.now, reason=reason))


def _is_nobody(asked: Asked) -> bool:
    party, person = asked.ids["party"], asked.ids["person"]
    unknown = lookup.party(asked.db, party) is None
    return unknown or not within_organisation.is_one_of(asked.db, party, person)


def _told(gone: Leaving) -> Document:
    return {
        "mandates": [one.id for one in gone.ends.mandates],
        "appointments": [one.id for one in gone.ends.appointments],
        "desk_appointments": [one.id for one in gone.ends.at_desk],
        "offers": [one.id for one in gone.ends.offers],
        "relations_that_stand": [one.id for one in gone.ends.by_law],
        "nobody_may_grant": gone.nobody_left,
    }


_OF_PARTY: Final = "/api/v1/parties/{party}/people"

OPERATIONS: Final = (
    Operation(
        "findPeople", "POST", f"{_OF_PARTY}/find", Scope.READ,
        "The people to whom the organisation gave something, or who have a relation to it.",
        PeopleFound, _find, body=Called, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "previewLeaving", "GET", f"{_OF_PARTY}/{{person}}/leave", Scope.READ,
        "What would end if this person left the organisation now.",
        Left, _preview, refuses=(Refusal.UNKNOWN_PARTY,),
    ),
    Operation(
        "leaveOrganisation", "POST", f"{_OF_PARTY}/{{person}}/leave", Scope.SUPPORT,
        "End at once all that an organisation gave a person who does not work there any more, on its request.",
        Left, _leave, body=Reasoned, changes=True,
        refuses=(Refusal.UNKNOWN_PARTY, Refusal.REASON_HOLDS_A_NUMBER),
    ),
)  # fmt: skip
