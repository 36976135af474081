"""Evidence attached to a mandate: what it is, by its digest, who verified it, and when."""

from typing import Final

from authz_server.api.declaring import Asked, Document, Operation
from authz_server.api.mandates import MandateFound, changed
from authz_server.api.refusing import Problem, Refusal
from authz_server.api.shapes import Shape
from authz_server.api.words_brought import Proof, evidence_of
from authz_server.oidc.register_api import Scope
from claims.register import evidencing

__all__ = ["OPERATIONS"]


class Attaching(Shape):
    """What is attached."""

    evidence: Proof


def _attach(asked: Asked) -> Document | Problem:
    evidence = evidence_of(asked.body.evidence, asked)
    if isinstance(evidence, Problem):
        return evidence
    id = asked.ids["mandate"]
    done = evidencing.attach(asked.db, asked.context.vault, id, evidence, by=asked.by, now=asked.now)
    return changed(done, asked.now)


OPERATIONS: Final = (
    Operation(
        "attachEvidence", "POST", "/api/v1/mandates/{mandate}/evidence", Scope.GRANT,
        "Attach evidence to a mandate: a digest, never the document. How sure it is stays as it is.",
        MandateFound, _attach, body=Attaching, changes=True,
        refuses=(
            Refusal.UNKNOWN_MANDATE, Refusal.NOT_A_MANDATE, Refusal.ALREADY_ENDED,
            Refusal.EVIDENCE_KNOWN, Refusal.TOO_MUCH_EVIDENCE,
        ),
    ),
)  # fmt: skip
