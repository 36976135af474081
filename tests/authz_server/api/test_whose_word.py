"""Only a human being says yes: no word of an organisation is brought, whatever it signs for (G2)."""

from typing import Any

import pytest
from flask import Flask

from tests.support.office_world import SEEN, add, lay_office, refused
from tests.support.register_client import RegisterClient, a_register_client

UNTIL = "2026-11-25T00:00:00Z"
OFFER = {"kind": "party", "representative": "p3", "services": [{"service": "s2"}], "until": UNTIL}
APPOINT = {"kind": "party", "representative": "p3", "services": "*", "until": UNTIL}
ASK = {"represented": "p1", "services": [{"service": "s1"}], "until": UNTIL}
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("/api/v1/parties/o2/offers", OFFER),
    ("/api/v1/parties/o2/requests", ASK),
    ("/api/v1/parties/o2/appointments", APPOINT),
    ("/api/v1/parties/o2/teams", {"name": "South"}),
    ("/api/v1/parties/o2/teams/g1/put-in", {"clients": ["o1"]}),
    ("/api/v1/parties/o2/clients/o1/reference", {"reference": "7"}),
]


@pytest.fixture
def world(world: Flask) -> Flask:
    """The accountants, which the tax office signs for alone, beside Bram."""
    lay_office(world)
    holding = {
        "id": "l8",
        "represented": "o2",
        "representative": "o9",
        "basis": "sole_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }
    add(world, legal_relations=[holding])
    return world


@pytest.mark.parametrize(("path", "document"), STEPS)
@pytest.mark.parametrize("said_by", ["o2", "o9"])
def test_g2_no_organisation_says_anything_itself(
    desk: RegisterClient, path: str, document: dict[str, Any], said_by: str
) -> None:
    word = {"said_by": said_by, "evidence": SEEN}

    assert (422, "not_entitled") == refused(desk.post(path, {**document, **word}))


def test_g7_no_organisation_says_yes_to_what_it_gets(desk: RegisterClient, world: Flask) -> None:
    other = a_register_client(world, "register:grant")
    document = {**OFFER, "representative": "o2", "services": [{"service": "s2"}]}
    signs = {
        "id": "l7",
        "represented": "o1",
        "representative": "p3",
        "basis": "sole_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
    }
    add(world, legal_relations=[signs])
    made = desk.post("/api/v1/parties/o1/offers", {**document, "said_by": "p3", "evidence": SEEN})
    path = f"/api/v1/offers/{made.get_json()['offer']['id']}/accept"

    for said_by in ("o2", "o9"):
        answer = other.post(path, {"said_by": said_by, "evidence": SEEN})
        assert (422, "not_entitled") == refused(answer)
