"""The accountants with a director, an administrator, two teams and an employee who serves one of them."""

from typing import Any

from flask import Flask

from authz_server.context import Context
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.small_world import FROM, SMALL_WORLD, UNTIL

HEARD = {"kind": "statement", "reference": "call 12", "verifier": "desk 4"}
SEEN = {"kind": "desk", "reference": "visit 3", "verifier": "desk 4"}
DIRECTOR = {"said_by": "p2", "evidence": SEEN}
ADMINISTRATOR = {"said_by": "p1", "evidence": SEEN}
NOBODY = {"said_by": "p3", "evidence": SEEN}


def add(app: Flask, **records: list[dict[str, Any]]) -> None:
    """Put these in the register, as an operator does."""
    context: Context = app.extensions["namens"]
    with context.database.writing() as db:
        import_world(db, context.vault, records, by=OPERATOR, now=context.clock())


def lay_office(app: Flask) -> None:
    """Bram signs alone for the accountants, Anna arranges the VAT return there, Eva serves team North."""
    served = {
        "id": "m4",
        "represented": "o2",
        "representative": "p3",
        "services": ["s2"],
        "actions": "*",
        "assurance": "substantial",
        "clients": {"parties": [], "groups": ["g1"]},
        "from": FROM,
        "until": UNTIL,
    }
    director = {
        "id": "l1",
        "represented": "o2",
        "representative": "p2",
        "basis": "sole_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }
    administrator = {
        "id": "a1",
        "organisation": "o2",
        "person": "p1",
        "services": ["s1"],
        "assurance": "substantial",
        "may_grant_chain": True,
        "from": "2020-01-01T00:00:00Z",
    }
    groups = [
        {"id": "g1", "organisation": "o2", "name": "North", "clients": []},
        {"id": "g2", "organisation": "o2", "name": "East", "clients": []},
    ]
    services = [{**one, "offers_mandates": True} for one in SMALL_WORLD["services"]]
    add(
        app,
        services=services,
        legal_relations=[director],
        appointments=[administrator],
        client_groups=groups,
        mandates=[served],
    )


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]
