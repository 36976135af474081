"""G8: a mandate that ended seven years ago is erased in every version, and the account is whole."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from claims.assurance import Loa
from claims.instants import parse_instant
from claims.question import Question
from claims.register import ending, journal, looking_back, lookup, old_mandates
from claims.register.actor import OPERATOR
from claims.register.changing import Refused as NotChanged
from claims.register.changing import Why
from claims.register.drafting import draft
from claims.register.importing import Overtaken, land
from claims.register.journal import Event
from claims.register.world import Faults
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import demo_document
from tests.support.account import breaches, signed_head, tampered
from tests.support.long_ago import (
    IMPORTED,
    OLD,
    PERIODS,
    TODAY,
    a_register,
    erased_mandates,
    links,
    mandate,
    told,
    world,
)
from tests.support.register import VAULT, landed

ROOT = Path(__file__).parents[3]
_EVERYWHERE = (
    "register_links", "register_candidates", "register_bridges", "register_clients", "register_versions",
    "register_former_parties",
)  # fmt: skip
_WORDS = Statement("SELECT count(*) FROM register_journal WHERE reason IS NOT NULL")


def what_is_kept(database: Database) -> str:
    with database.reading() as db:
        return json.dumps([db.all(Statement(f"SELECT * FROM {table}")) for table in _EVERYWHERE])


def old_ones(*ids: str) -> dict[str, object]:
    return {"mandates": [one for one in world()["mandates"] if one["id"] in ids]}


def test_g8_mandates_that_ended_seven_years_ago_are_erased_and_no_others(database: Database) -> None:
    a_register(database)
    for id in OLD:
        assert f'"{id}"' in what_is_kept(database)

    assert list(OLD) == erased_mandates(database)

    assert ["l-ended", "m-ended-later", "m-in-force", "m-of-o"] == links(database)
    for id in OLD:
        assert f'"{id}"' not in what_is_kept(database)
        assert f'"m:{id}"' not in what_is_kept(database)
    assert [] == breaches(database)
    assert signed_head(database, now=TODAY + 100) is not None


def test_g8_on_the_last_day_of_the_seventh_year_it_is_still_there(database: Database) -> None:
    day = parse_instant("2027-02-02T23:00:00Z")  # the third of February begins in Amsterdam
    a_register(database)
    erased_mandates(database)

    assert [] == erased_mandates(database, now=day - 1)
    assert ["m-ended-later"] == erased_mandates(database, now=day)


def test_nothing_is_left_of_former_parties_and_of_what_somebody_wrote(database: Database) -> None:
    a_register(database)
    moved = mandate("m-moved", represented="o", until="2020-02-01T00:00:00Z")
    landed(database, {"mandates": [moved]}, now=IMPORTED + 1)
    landed(database, {"mandates": [moved | {"represented": "o-2"}]}, now=IMPORTED + 2)
    with database.writing() as db:
        ending.revoke(db, VAULT, "m-moved", by=OPERATOR, now=IMPORTED + 3, reason="Anna asked for it")
    told(database, now=TODAY)
    assert "m-moved" in what_is_kept(database)

    assert "m-moved" in erased_mandates(database)

    assert "m-moved" not in what_is_kept(database)
    with database.reading() as db:
        assert (0,) == db.one(_WORDS)
        events = [entry.event for entry in journal.of_record(db, "mandate", "m-moved")]
    assert [Event.ADDED, Event.CHANGED, Event.REVOKED, Event.ERASED_RECORD] == events
    assert [] == breaches(database)


def test_an_erased_mandate_is_not_erased_again(database: Database) -> None:
    a_register(database)
    erased_mandates(database)
    with database.reading() as db:
        before = journal.length(db)

    assert [] == erased_mandates(database)
    with database.writing() as db:
        assert 0 == old_mandates.erase(db, VAULT, OLD, PERIODS, at=TODAY, now=TODAY)

    with database.reading() as db:
        assert before == journal.length(db)


def test_what_ended_by_what_was_told_a_moment_ago_waits_for_thirty_days(database: Database) -> None:
    """A register that tells a death in a wrong century would have taken everything along, for good."""
    landed(database, world() | {"mandates": [mandate("m"), mandate("m-2")]}, now=IMPORTED)
    anna = world()["parties"][0] | {"ceased_at": "1926-01-01T00:00:00Z"}
    landed(database, {"parties": [anna]}, now=TODAY)
    landed(database, {"mandates": [mandate("m-2", revoked_at="1926-01-01T00:00:00Z")]}, now=TODAY)

    assert [] == erased_mandates(database, now=TODAY + 29 * 86400)

    landed(database, {"parties": [world()["parties"][0]]}, now=TODAY + 29 * 86400)  # and set right
    told(database, now=TODAY + 31 * 86400)
    assert ["m-2"] == erased_mandates(database, now=TODAY + 31 * 86400)


def test_by_a_clock_that_jumped_years_ahead_nothing_is_erased(database: Database) -> None:
    a_register(database)
    jumped = TODAY + 10 * 366 * 86400

    assert [] == erased_mandates(database, now=jumped)

    told(database, now=jumped)
    assert {*OLD} < {*erased_mandates(database, now=jumped)}


def test_what_was_renewed_since_it_was_found_stays(database: Database) -> None:
    a_register(database)
    with database.reading() as db:
        found = old_mandates.look(db, PERIODS, "", at=TODAY)
    landed(database, {"mandates": [mandate("m-by-end", represented="o")]}, now=TODAY)

    with database.writing() as db:
        old_mandates.erase(db, VAULT, found.ids, PERIODS, at=TODAY, now=TODAY)

    assert set(OLD) == set(found.ids)
    assert "m-by-end" in links(database)
    assert "m-by-revocation" not in links(database)
    assert [] == breaches(database)


def test_a_file_that_still_tells_of_what_was_erased_does_not_bring_it_back(database: Database) -> None:
    a_register(database)
    erased_mandates(database)
    before = links(database)

    report = landed(database, world(), now=TODAY + 1)

    assert (0, 3, 6) == (report.changes, report.left_out, report.unchanged["mandates"])
    assert before == links(database)
    assert [] == breaches(database)


@pytest.mark.parametrize("key", ["mandates", "legal_relations"])
def test_the_id_of_what_was_erased_is_never_used_again(database: Database, key: str) -> None:
    a_register(database)
    erased_mandates(database)
    again = mandate("m-by-end")
    if key == "legal_relations":
        again |= {"basis": "parent"}

    with pytest.raises(Faults) as refused:
        landed(database, {key: [again]}, now=TODAY + 1)

    assert [(f"{key}[0].id", "erased_id")] == [(one.place, one.code) for one in refused.value.faults]


def test_a_file_that_was_read_before_a_mandate_was_erased_is_read_anew(database: Database) -> None:
    a_register(database)
    renewed = {
        "mandates": [mandate("m-by-end", represented="o", actions=["view"], until="2020-01-02T00:00:00Z")]
    }
    with database.reading() as db:
        made = draft(db, VAULT, renewed, now=TODAY)
    erased_mandates(database)

    with made, pytest.raises(Overtaken), database.writing() as db:
        land(db, VAULT, made, by=OPERATOR, now=TODAY + 1)

    assert 1 == landed(database, renewed, now=TODAY + 2).left_out
    assert [] == breaches(database)


def test_g8_the_past_is_answered_without_what_was_erased(database: Database) -> None:
    service = {"services": demo_document()["services"][:1], "parties": []}
    provider = service["services"][0]["provider"]
    service["parties"] = [{"id": provider, "kind": "organisation", "name": "P", "identifiers": {}}]
    landed(database, service, now=IMPORTED - 10)
    a_register(database)
    then = parse_instant("2016-01-01T00:00:00Z")

    def known() -> set[str]:
        with database.reading() as db:
            found = lookup.service(db, service["services"][0]["id"])
            assert found is not None
            explained = looking_back.explain_as_known(
                db, Question("p-bram", found, then, Loa.HIGH), "p-anna", IMPORTED + 1
            )
        return {id for path in explained.paths for id in path.path}

    assert {"m-by-revocation", "m-in-force", "m-ended-later", "l-ended"} == known()
    erased_mandates(database)
    assert {"m-in-force", "m-ended-later", "l-ended"} == known()


@pytest.mark.parametrize(
    ("done", "breach"),
    [
        (
            "INSERT INTO register_versions (kind, id, version, recorded_at, body)"
            " VALUES ('mandate', 'm-by-end', 1, 0, '{}')",
            "erased_untold",
        ),
        ("UPDATE register_journal SET event = 'changed' WHERE event = 'erased_record'", "erased_untold"),
        ("DELETE FROM register_versions WHERE id = 'm-in-force'", "version_missing"),
        (
            "UPDATE register_journal SET salt = NULL, reason = NULL WHERE record = 'm-in-force'",
            "erased_untold",
        ),
    ],
)
def test_what_was_not_told_to_be_erased_is_missed(database: Database, done: str, breach: str) -> None:
    a_register(database)
    erased_mandates(database)
    signed_head(database, now=TODAY + 1)
    assert [] == breaches(database)

    tampered(database, done)

    assert breach in {code for code, _ in breaches(database)}


def test_what_cannot_be_read_is_kept_and_keeps_nothing_else(database: Database) -> None:
    a_register(database)
    tampered(database, "UPDATE register_links SET body = 'x' WHERE id = 'm-by-death'")

    assert ["m-by-end", "m-by-revocation"] == erased_mandates(database)


def test_erasing_and_a_renewal_at_once_both_count_or_the_renewal_is_refused(database: Database) -> None:
    a_register(database)
    renewal = {"mandates": [mandate("m-by-end", represented="o"), mandate("m-new")]}
    together = Barrier(3)

    def renewing() -> bool:
        together.wait()
        try:
            landed(database, renewal, now=TODAY)
        except (Faults, Overtaken):
            return False
        return True

    def erasing() -> None:
        together.wait()
        for _ in range(5):
            with database.writing() as db:
                old_mandates.erase(db, VAULT, OLD, PERIODS, at=TODAY, now=TODAY)

    def revoking() -> object:
        together.wait()
        with database.writing() as db:
            return ending.revoke(db, VAULT, "m-by-death", by=OPERATOR, now=TODAY)

    with ThreadPoolExecutor(3) as pool:
        renewed, _, revoked = pool.submit(renewing), pool.submit(erasing), pool.submit(revoking)
        assert renewed.result() is ("m-by-end" in links(database)) is ("m-new" in links(database))
        gone = isinstance(outcome := revoked.result(), NotChanged)

    assert not gone or outcome == NotChanged(Why.UNKNOWN_MANDATE)
    assert [] == breaches(database)


def test_who_erases_and_is_killed_leaves_all_or_nothing(database: Database) -> None:
    a_register(database)
    before = what_is_kept(database)
    script = (
        "import os, signal, sys\n"
        "from claims.register import journal, old_mandates\n"
        "from keys.storage import Database, connect\n"
        "from tests.support.long_ago import OLD, PERIODS, TODAY\n"
        "from tests.support.register import VAULT\n"
        "def killed(*_, **__): os.kill(os.getpid(), signal.SIGKILL)\n"
        "journal.write_many = killed\n"  # the last thing that a step writes
        "with Database(connect(sys.argv[1])).writing() as db:\n"
        "    old_mandates.erase(db, VAULT, OLD, PERIODS, at=TODAY, now=TODAY)\n"
    )

    url = database.engine.url.render_as_string(hide_password=False)
    ended = subprocess.run([sys.executable, "-c", script, url], cwd=ROOT, env=dict(os.environ), check=False)

    assert -signal.SIGKILL == ended.returncode
    assert before == what_is_kept(database)
    assert [] == breaches(database)
    assert list(OLD) == erased_mandates(database)
