"""Somebody who can write to the database, and has no secret, brings something in."""

from dataclasses import replace

import pytest

from claims.register import ending, journal, overview, uses
from claims.register.actor import OPERATOR, Actor
from claims.register.chaining import hash_after
from claims.register.facts import StoredFacts
from claims.register.journal import CHAINED, Event, Headless
from claims.register.personal import Vault
from claims.register.rederiving import links_changed
from claims.register.shelves import LINKS, put, ready
from keys.sealing import KeyedDigest, Sealer
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.claims.register.test_uses import representation
from tests.support.account import breaches, signed_head, tampered
from tests.support.register import VAULT, laid, landed

OTHER_VAULT = Vault(Sealer(bytes([7]) * 32), KeyedDigest(bytes([8]) * 32))
_ADD = Statement(
    f"INSERT INTO register_journal ({', '.join(CHAINED)}, reason, salt, hash) VALUES ("
    f"{', '.join(':' + name for name in CHAINED)}, NULL, :salt, :hash)"
)


@pytest.fixture
def forged(database: Database) -> str:
    """The id of a mandate with its version and a well-made entry at the end of the chain, made without any secret."""
    laid(database, demo_document(), now=TODAY)
    signed_head(database, now=TODAY)
    with database.writing() as db:
        given = next(one for one in overview.every(db, limit=100).mandates if one.in_force(TODAY))
        mandate = replace(given, id="forged", recorded_at=None)
        puts = put(db, LINKS, [ready(LINKS, mandate, now=TODAY)], more_columns=lambda _: {"name": ""})
        links_changed(db, StoredFacts(db), puts)
        end = db.one(Statement("SELECT seq, hash FROM register_journal_end"))
        assert end is not None
        event, kind, record, version, _, salt, content = journal.line(Event.ADDED, puts[0].subject)
        members = (
            end[0] + 1, TODAY, event, kind, record, version, given.represented, None, "self", None, None, content,
        )  # fmt: skip
        made = hash_after(end[1], members)
        db.run(_ADD, {**dict(zip(CHAINED, members, strict=True)), "salt": salt, "hash": made})
        moved = Statement("UPDATE register_journal_end SET seq = :seq, hash = :hash")
        db.run(moved, {"seq": end[0] + 1, "hash": made})
    return mandate.id


def test_a_mandate_that_was_brought_in_without_the_secret_is_found_and_never_signed(
    database: Database, forged: str
) -> None:
    assert ["end_altered"] == [code for code, _ in breaches(database)]
    assert signed_head(database, now=TODAY + 100) is None


def test_nothing_is_added_after_an_end_that_was_told_without_the_secret(
    database: Database, forged: str
) -> None:
    with pytest.raises(Headless), database.writing() as db:
        ending.revoke(db, VAULT, forged, by=OPERATOR, now=TODAY + 1)

    with database.reading() as db:
        mandate = overview.mandate(db, forged)
    assert mandate is not None
    assert mandate.revoked_at is None


def test_a_process_with_another_secret_adds_nothing(database: Database) -> None:
    laid(database, demo_document(), now=TODAY)

    with pytest.raises(Headless), database.writing() as db:
        journal.write(
            db, OTHER_VAULT, Event.IMPORTED, None, by=Actor("x", None, "self", None, None), now=TODAY
        )

    assert [] == breaches(database)


@pytest.mark.parametrize("batch", [7, 0, 2**31, 2**63 - 1])
def test_a_line_of_use_that_says_it_is_chained_and_is_not_is_found_and_stops_no_chaining(
    database: Database, batch: int
) -> None:
    landed(database, {"parties": []}, now=TODAY)
    with database.writing() as db:
        journal.write(db, VAULT, Event.IMPORTED, None, by=OPERATOR, now=TODAY)
    tampered(
        database,
        "INSERT INTO register_uses (at, represented, acting, service, client, path, actions, batch)"
        f" VALUES (1, 'anna', 'bram', 's', 'c', '[]', '[]', {batch})",
    )

    assert [("use_untold", f"batch {batch}")] == breaches(database)
    with database.writing() as db:
        uses.record(db, representation("p1"), client="c", now=TODAY)
        assert 1 == uses.chain_some(db, VAULT, now=TODAY)


def test_a_line_that_waits_with_the_number_of_the_next_batch_is_found(database: Database) -> None:
    laid(database, demo_document(), now=TODAY)
    with database.writing() as db:
        next_one = journal.length(db) + 1
    tampered(
        database,
        "INSERT INTO register_uses (at, represented, acting, service, client, path, actions, batch)"
        f" VALUES (1, 'anna', 'bram', 's', 'c', '[]', '[]', {next_one})",
    )
    with database.writing() as db:
        uses.record(db, representation("p1"), client="c", now=TODAY)
        uses.chain_some(db, VAULT, now=TODAY)

    assert [("content_altered", f"entry {next_one}")] == breaches(database)
