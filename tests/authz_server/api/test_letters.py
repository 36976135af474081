"""A letter with a code to who cannot log in, asked for on the word of who helps them, whether one goes or not (G6a)."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from authz_server.config import Settings
from claims.register import offers_kept
from claims.register.letters import MOST_ASKED, MOST_SENT
from keys.storage import Statement
from tests.support.office_world import DIRECTOR, HEARD, lay_office, refused
from tests.support.register_client import RegisterClient

LETTERS = "/api/v1/parties/p3/letters"
EVA = {"said_by": "p3", "evidence": HEARD}
ASKED = {**EVA, "represented": "p1", "services": [{"service": "s1"}], "until": "2026-11-25T00:00:00Z"}
WRITTEN = Statement("SELECT recipient FROM register_notices WHERE change = 'letter'")
KEPT = Statement("SELECT helper, sealed, represented FROM register_letters ORDER BY asked_at, id")


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Letters are posted."""
    post = settings.post.model_copy(update={"folder": tmp_path / "letters"})
    return settings.model_copy(update={"post": post})


@pytest.fixture
def world(world: Flask) -> Flask:
    lay_office(world)
    return world


def rows(desk: RegisterClient, statement: Statement) -> list[Any]:
    with desk.context.database.reading() as db:
        return [tuple(row) for row in db.all(statement)]


def test_g6a_a_letter_goes_with_a_code_for_who_asked_alone(desk: RegisterClient) -> None:
    assert {"asked": True} == desk.post(LETTERS, ASKED).get_json()

    assert [("p1",)] == rows(desk, WRITTEN)
    assert [("p3", None, "p1")] == rows(desk, KEPT)
    with desk.context.database.reading() as db:
        (offer,) = offers_kept.open_offers(db, "p1", now=desk.context.clock()).offers
    assert ("letter", "p3", "offered") == (offer.kind.value, offer.representative, offer.state.value)
    told = desk.get(f"/api/v1/offers/{offer.id}").get_json()["offer"]
    assert "code" == told["waits_for"]


def test_nobody_is_told_whether_a_letter_goes(desk: RegisterClient) -> None:
    """Who was written to often enough gets no more."""
    for person in ("p2", "p3"):
        for _ in range(MOST_SENT):
            answer = desk.post(f"/api/v1/parties/{person}/letters", {**ASKED, "said_by": person})
            assert {"asked": True} == answer.get_json()

    assert MOST_SENT == len(rows(desk, WRITTEN))


def test_who_asks_asks_so_often_whoever_it_is_for(desk: RegisterClient) -> None:
    for number in range(MOST_ASKED):
        desk.post(LETTERS, {**ASKED, "represented": ("p1", "p2")[number % 2]})

    assert (409, "too_many_letters") == refused(desk.post(LETTERS, ASKED))


def test_one_key_asks_once(desk: RegisterClient) -> None:
    for _ in range(2):
        assert {"asked": True} == desk.post(LETTERS, ASKED, key="k1").get_json()

    assert 1 == len(rows(desk, KEPT))


def test_who_helps_asks_for_themself_or_for_an_organisation_of_theirs(desk: RegisterClient) -> None:
    office = "/api/v1/parties/o2/letters"
    assert (422, "not_entitled") == refused(desk.post(LETTERS, {**ASKED, **DIRECTOR}))
    assert (422, "not_entitled") == refused(desk.post(office, {**ASKED, "said_by": "o2"}))
    assert (404, "unknown_party") == refused(desk.post("/api/v1/parties/nobody/letters", ASKED))

    assert {"asked": True} == desk.post(office, {**ASKED, **DIRECTOR}).get_json()


def test_what_is_wrong_is_named(desk: RegisterClient) -> None:
    assert (404, "unknown_party") == refused(desk.post(LETTERS, {**ASKED, "represented": "o1"}))
    assert (400, "malformed") == refused(desk.post(LETTERS, {**ASKED, "services": [{"service": "s9"}]}))
    wrong = desk.post(LETTERS, {**ASKED, "services": [{"service": "s2"}]})
    assert (422, "cannot_be_granted") == refused(wrong)
    assert [{"pointer": "/services/0", "detail": "service_not_offered"}] == wrong.get_json()["errors"]


def test_where_no_letters_are_posted_none_is_asked_for(quiet: RegisterClient) -> None:
    assert (404, "no_letters") == refused(quiet.post(LETTERS, ASKED))
