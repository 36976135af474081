"""What somebody said who did not log in, as a client brings it: whose word it is, and what it rests on.

The client acts as itself. What it brings is told as brought by it, in the account, in the offer and to both sides.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from authz_server.api.declaring import Asked
from authz_server.api.mandates import legible
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Id, Shape
from claims.identifiers import holds_a_bsn
from claims.instants import CLOCKS_DIFFER, LATEST, parse_instant
from claims.mandates import Evidence
from claims.offers import Brought
from claims.parties import PartyKind
from claims.register import lookup
from claims.register.actor import Actor

__all__ = ["InstantGiven", "Proof", "Short", "Word", "bringing", "brought", "evidence_of"]


def _possible(text: str) -> str:
    if not 0 <= parse_instant(text) < LATEST:
        raise ValueError("out of reach")
    return text


def _without_a_number(text: str) -> str:
    if holds_a_bsn(text):
        raise ValueError("holds a number that is written as a BSN")
    return legible(text)


InstantGiven = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", examples=["2026-12-01T00:00:00Z"]),
    AfterValidator(_possible),
]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_without_a_number)]


class Proof(Shape):
    """What the word rests on. A document is kept where it is: here is no more than its SHA-256 digest.

    `statement`: somebody said so; `document`: a signed paper; `desk`: an identity document was looked at; a
    `notarial_deed`. A document and a deed have a digest.
    """

    kind: Literal["statement", "document", "desk", "notarial_deed"]
    reference: Annotated[Short, Field(description="by which you find it again, without personal data")]
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    verifier: Annotated[Short, Field(description="who heard it or looked at it, by a staff number")]
    at: Annotated[InstantGiven | None, Field(description="when; left out: now")] = None

    @model_validator(mode="after")
    def _has_its_digest(self) -> "Proof":
        if self.kind in ("document", "notarial_deed") and self.digest is None:
            raise ValueError("needs a digest")
        return self


class Word(Shape):
    """Whose yes is brought, and what it rests on."""

    said_by: Annotated[Id, Field(description="the person who said it, with what they may say it for now")]
    evidence: Proof


def evidence_of(proof: Proof, asked: Asked, where: str = "/evidence") -> Evidence | Problem:
    """The evidence as the register keeps it; what has not happened yet is none."""
    at = asked.now if proof.at is None else parse_instant(proof.at)
    if at > asked.now + CLOCKS_DIFFER:
        return Problem(Refusal.MALFORMED, "the body", ((f"{where}/at", "has not come yet"),))
    return Evidence(proof.kind, proof.reference, proof.digest, proof.verifier, min(at, asked.now))


def brought(asked: Asked, word: Word | None = None, where: str = "") -> Brought | Problem:
    """The word that the body holds, or that one of it, as brought by this client. A human being said it (G2)."""
    said: Word = asked.body if word is None else word
    speaker = lookup.party(asked.db, said.said_by)
    if speaker is not None and speaker.kind is not PartyKind.PERSON:
        return Problem(Refusal.NOT_ENTITLED, "an organisation says nothing itself: who says it for it does")
    evidence = evidence_of(said.evidence, asked, f"{where}/evidence")
    if isinstance(evidence, Problem):
        return evidence
    return Brought(said.said_by, asked.by.authority, evidence)


def bringing(asked: Asked) -> Actor | Problem:
    """This client, as who brings the word that the body holds."""
    word = brought(asked)
    return word if isinstance(word, Problem) else replace(asked.by, word=word)
