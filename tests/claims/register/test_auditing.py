"""Whatever is done to the account, or to what it accounts for, past the guards of the database, is found."""

import json

import pytest

from claims.mandates import Mandate
from claims.register import heads, journal, uses
from claims.register.actor import OPERATOR
from claims.register.ending import revoke
from claims.register.erasing import erase_former
from claims.register.journal import Event, Subject
from keys import store
from keys.archive import Archive
from keys.lifecycle import Life
from keys.material import Material
from keys.rotation import REGISTER
from keys.sealing import Sealer
from keys.storage import Connected, Database, Statement
from tests.claims.register.test_importing import organisation, person
from tests.claims.register.test_resolving import TODAY, demo_document
from tests.claims.register.test_uses import representation
from tests.support.account import SEALER, breaches, head_of, signed_head, tampered
from tests.support.register import VAULT, laid, landed

_MANDATES = Statement("SELECT id FROM register_links WHERE kind = 'mandate' ORDER BY id")
_ENTRIES = Statement("SELECT count(*) FROM register_journal")
_MANDATE = Statement(
    "SELECT id FROM register_links WHERE kind = 'mandate' AND body LIKE '%2027-%' ORDER BY id"
)


@pytest.fixture
def demo(database: Database) -> Database:
    """The demo's world, a mandate that was revoked, and a hundred logins that are chained."""
    laid(database, demo_document(), now=TODAY)
    with database.writing() as db:
        for n in range(100):
            uses.record(db, representation(f"p{n}"), client="c", now=TODAY)
        uses.chain_some(db, VAULT, now=TODAY, limit=60)
        uses.chain_some(db, VAULT, now=TODAY, limit=60)
    return database


def entries(database: Database) -> int:
    with database.reading() as db:
        row = db.one(_ENTRIES)
    assert row is not None
    return int(row[0])


def revoked(db: Connected, *, at: int) -> str:
    """The first mandate that can be ended, ended."""
    for (id,) in db.all(_MANDATES):
        if isinstance(revoke(db, VAULT, id, by=OPERATOR, now=at, reason="a word about somebody"), Mandate):
            return str(id)
    raise AssertionError


def test_what_nobody_touched_is_whole(demo: Database) -> None:
    signed_head(demo, now=TODAY)

    assert [] == breaches(demo)


@pytest.mark.parametrize(
    ("done", "breach"),
    [
        ("DELETE FROM register_journal WHERE seq = 5", "gap"),
        ("UPDATE register_journal SET seq = seq + 100000 WHERE seq > 5", "gap"),
        ("UPDATE register_journal SET at = at + 1 WHERE seq = 5", "rewritten"),
        ("UPDATE register_journal SET event = 'revoked' WHERE seq = 5", "rewritten"),
        ("UPDATE register_journal SET person = 'somebody' WHERE seq = 5", "rewritten"),
        ("UPDATE register_journal SET authority = 'self' WHERE seq = 5", "rewritten"),
        ("UPDATE register_journal SET record = 'other' WHERE seq = 5", "rewritten"),
        ("UPDATE register_journal SET hash = content WHERE seq = 5", "rewritten"),
        ("UPDATE register_journal SET content = hash WHERE seq = 5", "content_altered"),
        ("UPDATE register_journal SET reason = 'because' WHERE seq = 5", "content_altered"),
        ("UPDATE register_journal SET salt = NULL WHERE seq = 5", "erased_untold"),
        ("DELETE FROM register_journal WHERE seq > 40", "cut"),
        ("DELETE FROM register_journal", "cut"),
        ("DELETE FROM register_journal_end", "end_altered"),
        ("UPDATE register_journal_end SET seq = seq - 1", "end_altered"),
        ("UPDATE register_journal_end SET seq = seq + 1", "cut"),
        ("UPDATE register_journal_end SET hash = 'x'", "end_altered"),
        ("UPDATE register_journal_end SET proof = NULL", "end_altered"),
        ("UPDATE register_journal_end SET proof = hash", "end_altered"),
        ("UPDATE register_journal_heads SET signed = 'x'", "not_signed_by_register"),
        ("UPDATE register_journal_heads SET seq = seq - 1", "not_signed_by_register"),
        ("UPDATE register_versions SET body = replace(body, 'high', 'low')", "content_altered"),
        ("DELETE FROM register_versions WHERE kind = 'mandate'", "version_missing"),
        (
            "INSERT INTO register_versions (kind, id, version, recorded_at, body) VALUES ('mandate', 'x', 1, 0, '{}')",
            "version_untold",
        ),
        ("UPDATE register_links SET body = replace(body, 'high', 'low')", "record_altered"),
        ("UPDATE register_links SET representative = represented", "record_altered"),
        ("UPDATE register_links SET version = 2", "version_missing"),
        ("UPDATE register_parties SET body = replace(body, 'B.V.', 'N.V.')", "record_altered"),
        ("UPDATE register_parties SET restricted = 0", "record_altered"),
        ("UPDATE register_restrictions SET party = 'x'", "record_altered"),
        ("DELETE FROM register_restrictions", "record_missing"),
        ("DELETE FROM register_blocks", "record_missing"),
        ("DELETE FROM register_links", "record_missing"),
        ("UPDATE register_services SET body = replace(body, 'substantial', 'low')", "record_altered"),
        ("DELETE FROM register_identifiers WHERE scheme = 'kvk'", "numbers_altered"),
        ("UPDATE register_identifiers SET value = '90000999' WHERE value IS NOT NULL", "numbers_altered"),
        ("UPDATE register_identifiers SET sealed = 's1.x.y' WHERE sealed IS NOT NULL", "numbers_altered"),
        ("DELETE FROM register_clients", "list_altered"),
        ("UPDATE register_uses SET acting = 'somebody' WHERE seq = 5", "content_altered"),
        ("DELETE FROM register_uses WHERE seq = 70", "content_altered"),
        ("UPDATE register_uses SET batch = 1 WHERE seq = 70", "content_altered"),
        ("UPDATE register_uses SET batch = NULL WHERE seq = 5", "content_altered"),
    ],
)
def test_who_owns_the_database_changes_nothing_unnoticed(demo: Database, done: str, breach: str) -> None:
    signed_head(demo, now=TODAY)

    tampered(demo, done)

    assert breach in {code for code, _ in breaches(demo)}


def test_a_chain_made_anew_is_no_chain_that_the_register_signed(demo: Database) -> None:
    signed_head(demo, now=TODAY)
    kept = [
        (Event(event), Subject(kind, record, version))
        for event, kind, record, version in _told(demo)
        if kind == "mandate"
    ]
    tampered(demo, "DELETE FROM register_journal", "DELETE FROM register_journal_end")
    with demo.writing() as db:
        lines = [journal.line(event, subject) for event, subject in kept] * 20
        journal.write_many(db, VAULT, lines, by=OPERATOR, now=TODAY)

    found = {code for code, _ in breaches(demo)}

    assert {"forked"} <= found
    assert signed_head(demo, now=TODAY + 61) is None  # nor does it sign such a one


def test_a_tail_that_was_cut_with_all_that_told_of_it_is_found_by_who_kept_a_head(demo: Database) -> None:
    signed_head(demo, now=TODAY)
    before = entries(demo)
    with demo.writing() as db:
        revoked(db, at=TODAY + 10)
    signed = signed_head(demo, now=TODAY + 70)
    assert signed is not None
    kept = head_of(demo, signed)
    assert kept is not None
    assert [] == breaches(demo, since=kept)

    tampered(
        demo,
        f"DELETE FROM register_journal WHERE seq > {before}",
        f"DELETE FROM register_journal_heads WHERE seq > {before}",
        f"UPDATE register_journal_end SET seq = {before},"
        f" hash = (SELECT hash FROM register_journal WHERE seq = {before})",
    )

    assert [("cut", f"entry {kept.seq}")] == [one for one in breaches(demo, since=kept) if one[0] == "cut"]
    assert "version_untold" in {code for code, _ in breaches(demo)}


def test_another_history_than_the_kept_head_tells_is_a_fork(demo: Database) -> None:
    before = entries(demo)
    with demo.writing() as db:
        former = db.one(Statement("SELECT seq, hash, proof FROM register_journal_end"))
        journal.write(db, VAULT, Event.IMPORTED, None, by=OPERATOR, now=TODAY)
    signed = signed_head(demo, now=TODAY)
    assert signed is not None
    kept = head_of(demo, signed)
    assert kept is not None
    tampered(
        demo,
        f"DELETE FROM register_journal WHERE seq > {before}",
        "DELETE FROM register_journal_heads",
    )
    with demo.writing() as db:  # who owns the database kept the row of before
        values = dict(zip(("seq", "hash", "proof"), former or (), strict=True))
        db.run(Statement("UPDATE register_journal_end SET seq = :seq, hash = :hash, proof = :proof"), values)
        journal.write(db, VAULT, Event.IMPORTED, None, by=OPERATOR, now=TODAY + 1)

    assert [] == breaches(demo)
    assert [("forked", f"entry {kept.seq}")] == breaches(demo, since=kept)


def test_what_former_versions_said_is_erased_and_the_account_stays_whole(demo: Database) -> None:
    with demo.writing() as db:
        mandate = revoked(db, at=TODAY + 10)
        revoked_twice = json.loads(db.all(_BODY, {"id": mandate})[-1][0])
    with demo.writing() as db:
        assert 1 == erase_former(db, VAULT, "mandate", mandate, by=OPERATOR, now=TODAY + 20)
        assert 0 == erase_former(db, VAULT, "mandate", mandate, by=OPERATOR, now=TODAY + 20)
        assert erase_former(db, VAULT, "mandate", "nobody's", by=OPERATOR, now=TODAY) is None
    signed_head(demo, now=TODAY + 100)

    assert "revoked_at" in revoked_twice
    assert [] == breaches(demo)
    with demo.reading() as db:
        assert 1 == len(db.all(_BODY, {"id": mandate}))


_BODY = Statement("SELECT body FROM register_versions WHERE kind = 'mandate' AND id = :id ORDER BY version")
_TOLD = Statement(
    "SELECT event, kind, record, version FROM register_journal WHERE kind IS NOT NULL ORDER BY seq"
)


def _told(database: Database) -> list[tuple[str, str, str, int]]:
    with database.reading() as db:
        return [tuple(row) for row in db.all(_TOLD)]  # type: ignore[misc]


def test_a_head_is_signed_when_the_last_one_is_over_a_minute_old(demo: Database) -> None:
    with demo.reading() as db:
        assert heads.is_due(db, now=TODAY)
    signed_head(demo, now=TODAY)

    with demo.writing() as db:
        assert not heads.is_due(db, now=TODAY + 3600)  # nothing was added
        journal.write(db, VAULT, Event.IMPORTED, None, by=OPERATOR, now=TODAY + 1)
        assert not heads.is_due(db, now=TODAY + 59)
        assert heads.is_due(db, now=TODAY + 60)
        assert heads.is_due(db, now=TODAY - 1)  # some clock was wrong


def test_a_key_that_somebody_without_the_seal_put_there_signs_no_head(demo: Database) -> None:

    signed_head(demo, now=TODAY)
    forged = Material.new("ES256")
    with demo.writing() as db:
        db.run(Statement("UPDATE keys_keys SET signs_until = 1 WHERE ring = 'register'"))
        store.add(db, Sealer(b"x" * 32), REGISTER, forged, Life(TODAY, TODAY))

    with demo.reading() as db:
        assert forged.kid not in Archive(db, SEALER, REGISTER).by_id


def test_what_was_erased_after_a_told_erasing_is_found(demo: Database) -> None:
    """One erasing tells of what was former then, and covers nothing that came later."""
    with demo.writing() as db:
        mandate = revoked(db, at=TODAY + 10)  # its second version
        erase_former(db, VAULT, "mandate", mandate, by=OPERATOR, now=TODAY + 20)
        told = json.loads(db.all(_BODY, {"id": mandate})[-1][0])
    anew = {key: value for key, value in told.items() if key not in {"revoked_at", "recorded_at"}}
    landed(demo, {"mandates": [anew]}, now=TODAY + 40)
    signed_head(demo, now=TODAY + 50)
    assert [] == breaches(demo)

    tampered(
        demo,
        f"DELETE FROM register_versions WHERE id = '{mandate}' AND version = 2",
        f"UPDATE register_journal SET salt = NULL, reason = NULL WHERE record = '{mandate}' AND version = 2",
    )

    assert {"erased_untold"} == {code for code, _ in breaches(demo)}


def test_a_record_that_was_erased_once_does_not_vanish_whole(demo: Database) -> None:
    with demo.reading() as db:
        row = db.one(Statement("SELECT id, body FROM register_restrictions ORDER BY id"))
    assert row is not None
    id, told = row[0], json.loads(row[1])
    told.pop("recorded_at")
    landed(demo, {"restrictions": [{**told, "until": "2040-01-01T00:00:00Z"}]}, now=TODAY + 1)
    with demo.writing() as db:
        assert 1 == erase_former(db, VAULT, "restriction", id, by=OPERATOR, now=TODAY + 2)
    assert [] == breaches(demo)

    tampered(
        demo,
        f"DELETE FROM register_restrictions WHERE id = '{id}'",
        f"DELETE FROM register_versions WHERE kind = 'restriction' AND id = '{id}'",
        "UPDATE register_journal SET salt = NULL, reason = NULL"
        f" WHERE kind = 'restriction' AND record = '{id}' AND version IS NOT NULL",
    )

    assert "erased_untold" in {code for code, _ in breaches(demo)}


@pytest.mark.parametrize(
    "done",
    [
        "UPDATE register_parties SET body = 'x'",
        "UPDATE register_parties SET body = '{}'",
        "UPDATE register_versions SET body = 'x' WHERE kind = 'mandate'",
        "UPDATE register_versions SET body = '{}' WHERE kind = 'mandate'",
        "UPDATE register_versions SET body = replace(body, 'high', 'lowest') WHERE kind = 'mandate'",
        "UPDATE register_journal SET record = 'x' WHERE kind = 'use_batch'",
        "UPDATE register_links SET body = '[]'",
        "UPDATE register_versions SET body = '[]' WHERE kind = 'party'",
        "UPDATE register_identifiers SET sealed = 'p1.' WHERE sealed IS NOT NULL",
        "UPDATE register_identifiers SET value = NULL, sealed = NULL",
        "UPDATE register_party_keys SET wrapped = 'x'",
        "UPDATE register_journal SET salt = content WHERE seq = 4",
        "UPDATE register_groups SET body = '{}'",
        "UPDATE register_journal_heads SET signed = 'é'",
        "UPDATE register_versions SET kind = 'legal_relation' WHERE kind = 'mandate'",
        "DELETE FROM register_parties WHERE id = (SELECT min(id) FROM register_parties)",
        "UPDATE register_uses SET path = 'x' WHERE seq = 3",
    ],
)
def test_what_was_damaged_beyond_reading_is_told_and_the_audit_goes_on(demo: Database, done: str) -> None:
    signed_head(demo, now=TODAY)

    tampered(demo, done, "UPDATE register_journal_end SET seq = seq + 1")

    found = breaches(demo)
    assert "cut" in {code for code, _ in found}  # what comes after the damage was looked at too
    assert 1 < len(found)


def test_a_public_number_that_was_changed_in_a_former_version_is_found(database: Database) -> None:
    for now, name in ((1, "Zaak"), (2, "Anders")):
        landed(
            database, {"parties": [organisation("o", name=name, identifiers={"kvk": "90000123"})]}, now=now
        )
    assert [] == breaches(database)

    tampered(
        database,
        "UPDATE register_versions SET body = replace(body, '90000123', '90000456') WHERE version = 1",
    )

    assert [("numbers_altered", "parties o")] == breaches(database)


def test_an_earlier_version_that_is_not_found_by_its_party_any_more_is_found(database: Database) -> None:
    parties = [person("a"), person("b")]
    restriction = {
        "id": "r",
        "party": "a",
        "kind": "guardianship",
        "services": "*",
        "from": "2020-01-01T00:00:00Z",
    }
    landed(database, {"parties": parties, "restrictions": [restriction]}, now=1)
    landed(database, {"restrictions": [{**restriction, "party": "b"}]}, now=2)
    assert [] == breaches(database)

    tampered(database, "DELETE FROM register_former_parties")

    assert [("record_altered", "restrictions r")] == breaches(database)
