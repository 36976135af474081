"""What an organisation keeps of its clients goes when it is of no use: the client is none, the offer over, the list old."""

import pytest

from authz_server.config.sections import LifetimeSettings
from authz_server.portal.expiry import SWEEPS
from authz_server.worker.expiry import Round
from claims.register import client_references, landing
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY
from tests.support.offers import an_offer, fresh_world, make
from tests.support.register import VAULT

_LINE = Statement("INSERT INTO register_list_lines (organisation, digest, at) VALUES ('o', :digest, :at)")
_YEAR = 366 * 86400
_LEFT = {
    "references": Statement("SELECT client FROM register_client_references ORDER BY client"),
    "placings": Statement("SELECT offer FROM register_placings ORDER BY offer"),
    "lines": Statement("SELECT digest FROM register_list_lines ORDER BY digest"),
}


@pytest.fixture
def world(database: Database) -> Database:
    fresh_world(database)
    return database


def left(database: Database, what: str, now: int = TODAY) -> list[str]:
    """What is there after a round at that instant."""
    swept = Round(database, LifetimeSettings(), sweeps=SWEEPS)
    while swept.step(now=now):
        pass
    with database.reading() as db:
        return [one for (one,) in db.all(_LEFT[what])]


def test_a_reference_of_who_is_no_client_goes(world: Database) -> None:
    with world.recording() as db:
        client_references.put(db, VAULT, "peeters", "bakery", "1")
        client_references.put(db, VAULT, "peeters", "town", "2")

    assert ["bakery"] == left(world, "references")


def test_what_was_named_with_an_offer_goes_when_that_is_over(world: Database) -> None:
    for number in (1, 2):
        make(world, an_offer("bakery", "vat-return", representative="payroll", id=f"of-{number}"), "carla")
    with world.recording() as db:
        for number in (1, 2, 3):
            landing.note(db, VAULT, f"of-{number}", "bakery", team="g", reference=None)
        db.run(Statement("UPDATE register_offers SET state = 'declined' WHERE id = 'of-2'"))

    assert ["of-1"] == left(world, "placings")
    assert [] == left(world, "placings", TODAY + 100 * 86400)


def test_a_line_of_a_list_is_known_for_a_year(world: Database) -> None:
    with world.writing() as db:
        db.run(_LINE, {"digest": "old", "at": TODAY - _YEAR})
        db.run(_LINE, {"digest": "young", "at": TODAY - _YEAR + 1})

    assert ["young"] == left(world, "lines")
