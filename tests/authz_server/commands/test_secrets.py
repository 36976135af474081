"""Nobody works with other secrets than the database was written with; the seal alone is changed while all goes on."""

import json
from pathlib import Path
from threading import Event, Thread

import pytest

from authz_server.commands import resealing as resealing_command
from authz_server.config import Settings
from authz_server.context import Context, join
from claims.register import lookup, resealing
from claims.register.actor import OPERATOR
from claims.register.personal import Vault
from claims.register.world import import_world
from keys import store
from keys.rotation import PROVIDER
from keys.sealing import Sealer, Unsealable
from keys.storage import Connected, Database, Statement
from tests.claims.register.test_importing import person
from tests.claims.register.test_party_keys import the_former_way, two_persons
from tests.claims.register.test_resolving import demo_document
from tests.support.clock import Clock
from tests.support.commands import Ran, run_namens
from tests.support.made_keys import with_keys
from tests.support.register import laid as laid_world
from tests.support.settings import SECRETS, secret, settings_with

BSN = "999997221"
NEW = secret(77)


def context_with(database: Database, now: int, **secrets: object) -> Context:
    """A process of its own, with other secrets."""
    url = database.engine.url.render_as_string(hide_password=False)
    return join(settings_with(url, secrets={**SECRETS, **secrets}), database, clock=Clock(now))


def laid(context: Context, *, persons: int = 1, now: int = 1) -> None:
    """Signing keys, and persons with numbers."""
    with_keys(context)
    with context.database.writing() as db:
        given = [person(f"p{n}", identifiers={"eidas": f"BE/NL/{n:010}"}) for n in range(persons)]
        given.append(person("a", identifiers={"bsn": BSN}))
        import_world(db, context.vault, {"parties": given}, by=OPERATOR, now=now)


def opens_all(context: Context, *, persons: int = 1) -> None:
    """Every number opens and is found, and the keys sign."""
    context.keyring.current()
    with context.database.reading() as db:
        assert {"bsn": BSN} == lookup.identifiers(db, context.vault, "a")
        assert ["a"] == lookup.by_number(db, context.vault, BSN)
        found = lookup.identifiers_of(db, context.vault, [f"p{n}" for n in range(persons)])
        assert {f"p{n}": {"eidas": f"BE/NL/{n:010}"} for n in range(persons)} == found
        for key in store.all_keys(db, PROVIDER):
            assert store.private_der(db, context.keyring.sealer, key.kid)


def reseal(settings: Settings, **changed: str) -> Ran:
    return run_namens("keys", "reseal", "--json", settings=settings, changed=variables(**changed))


def variables(**secrets: str) -> dict[str, str]:
    return {f"NAMENS_SECRETS__{name.upper()}": value for name, value in secrets.items()}


def current(database: Database) -> None:
    """Mark the database as one that a migration made."""
    from authz_server.migrations import latest

    with database.writing() as db:
        db.run(Statement("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.run(Statement("INSERT INTO alembic_version (version_num) VALUES (:latest)"), {"latest": latest()})


def test_the_seal_is_changed_while_processes_with_either_secret_work(
    database: Database, settings: Settings, now: int
) -> None:
    current(database)
    old = context_with(database, now)
    laid(old, persons=250)
    knowing = context_with(database, now, former_seal=[NEW])
    changed = context_with(database, now, seal=NEW, former_seal=[SECRETS["seal"]])
    alone = context_with(database, now, seal=NEW)

    for process in (knowing, changed):
        opens_all(process, persons=250)
    refused = run_namens("db", "check", settings=settings, changed=variables(seal=NEW))
    assert refused.err.startswith("secret_missing:")
    done, failed = Event(), []

    def ask() -> None:
        while not done.is_set():
            try:
                opens_all(knowing, persons=250)
                opens_all(changed, persons=250)
            except Exception as failure:
                failed.append(failure)
                return

    asking = Thread(target=ask)
    asking.start()
    ran = reseal(settings, seal=NEW, former_seal=SECRETS["seal"])
    done.set()
    asking.join()

    assert (0, [], 0, []) == (ran.status, failed, ran.json["left"], ran.json["still_needed"])
    assert 251 + 4 == ran.json["sealed"]  # a key of each person, two signing keys and their rows: no number
    opens_all(alone, persons=250)
    with pytest.raises(Unsealable):
        opens_all(context_with(database, now), persons=250)
    assert 0 == run_namens("db", "check", settings=settings, changed=variables(seal=NEW)).status
    assert run_namens("db", "check", settings=settings).err.startswith("secret_missing:")


def test_it_is_interrupted_and_done_again(database: Database, settings: Settings, now: int) -> None:
    current(database)
    laid(context_with(database, now), persons=250)
    changed = context_with(database, now, seal=NEW, former_seal=[SECRETS["seal"]])

    steps = resealing.seal_anew(database, changed.vault)
    assert 200 == next(steps)
    steps.close()

    with database.reading() as db:
        assert 51 == resealing.left(db, changed.vault)
    opens_all(changed, persons=250)
    assert 51 + 4 == reseal(settings, seal=NEW, former_seal=SECRETS["seal"]).json["sealed"]
    assert 0 == reseal(settings, seal=NEW, former_seal=SECRETS["seal"]).json["sealed"]
    opens_all(context_with(database, now, seal=NEW), persons=250)


def test_what_a_process_seals_late_with_the_former_secret_is_not_forgotten(
    database: Database, settings: Settings, now: int
) -> None:
    current(database)
    laid(context_with(database, now))
    reseal(settings, seal=NEW, former_seal=SECRETS["seal"])

    late = context_with(database, now, former_seal=[NEW])
    with database.writing() as db:
        document = {"parties": [person("late", identifiers={"bsn": "999994542"})]}
        import_world(db, late.vault, document, by=OPERATOR, now=2)

    refused = run_namens("db", "check", settings=settings, changed=variables(seal=NEW))
    assert refused.err.startswith("secret_missing:")
    ran = reseal(settings, seal=NEW, former_seal=SECRETS["seal"])
    assert (1, []) == (ran.json["sealed"], ran.json["still_needed"])
    assert 0 == run_namens("db", "check", settings=settings, changed=variables(seal=NEW)).status


@pytest.mark.parametrize("killed", [True, False])
def test_what_is_sealed_with_the_former_secret_while_it_is_given_up_is_not_forgotten(
    database: Database, settings: Settings, now: int, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    """After the count that found nothing left, and before the former secret is given up; a kill may come as well."""
    current(database)
    laid(context_with(database, now))
    late = context_with(database, now, former_seal=[NEW])
    count, counted = resealing.left, []

    def left(db: Connected, vault: Vault) -> int:
        counted.append(count(db, vault))
        if len(counted) == 3 and killed:
            raise SystemExit(137)
        return counted[-1]

    def forgotten(context: Context) -> int:
        with database.writing() as db:
            document = {"parties": [person("late", identifiers={"bsn": "999994542"})]}
            import_world(db, late.vault, document, by=OPERATOR, now=2)
        return give_up(context)

    give_up = resealing_command._give_up_former
    monkeypatch.setattr(resealing, "left", left)
    monkeypatch.setattr(resealing_command, "_give_up_former", forgotten)
    ran = reseal(settings, seal=NEW, former_seal=SECRETS["seal"])
    monkeypatch.undo()

    assert (137 if killed else 0, [2, 0, 1]) == (ran.status, counted)
    refused = run_namens("db", "check", settings=settings, changed=variables(seal=NEW))
    assert refused.err.startswith("secret_missing:")
    ran = reseal(settings, seal=NEW, former_seal=SECRETS["seal"])
    assert (1, []) == (ran.json["sealed"], ran.json["still_needed"])


def test_numbers_from_before_parties_had_keys_come_under_the_keys_of_their_parties(
    database: Database, settings: Settings
) -> None:
    current(database)
    two_persons(database)
    kept = the_former_way(database)
    seal, digest = SECRETS["seal"], SECRETS["digest"]  # with which the records were landed

    ran = reseal(settings, seal=NEW, former_seal=seal, digest=digest)

    assert (6, 0) == (ran.json["sealed"], ran.json["left"])
    alone = context_with(database, 1, seal=NEW, digest=digest)
    with database.reading() as db:
        assert kept == lookup.identifiers(db, alone.vault, "a")
        bodies = [
            body for (body,) in db.all(Statement("SELECT body FROM register_versions WHERE kind = 'party'"))
        ]
        sealed = [one for (one,) in db.all(Statement("SELECT sealed FROM register_identifiers"))]
    assert [] == [one for one in (*bodies, *sealed) if "s1." in one]
    told = json.loads(bodies[0])["sealed_identifiers"]
    with database.reading() as db:
        (wrapped,) = db.one(Statement("SELECT wrapped FROM register_party_keys WHERE party = 'a'")) or ("",)
    assert kept == alone.vault.open_numbers(told, party="a", version=1, wrapped=wrapped)


def test_a_value_that_does_not_open_is_left_and_told_of(
    database: Database, settings: Settings, now: int
) -> None:
    current(database)
    laid(context_with(database, now))
    with database.writing() as db:
        (wrapped,) = db.one(Statement("SELECT wrapped FROM register_party_keys WHERE party = 'a'")) or ("",)
        db.run(
            Statement("UPDATE register_party_keys SET wrapped = :w WHERE party = 'a'"),
            {"w": wrapped[:-6] + ("AAAAAA" if wrapped[-6:] != "AAAAAA" else "BBBBBB")},
        )

    ran = reseal(settings, seal=NEW, former_seal=SECRETS["seal"])

    assert (1 + 4, 1) == (ran.json["sealed"], ran.json["left"])
    assert [Sealer(bytes([1]) * 32).key_id] == ran.json["still_needed"]


@pytest.mark.parametrize("purpose", ["seal", "digest", "pairwise", "codes"])
def test_no_process_starts_without_a_secret_that_the_database_needs(
    settings: Settings, database: Database, now: int, purpose: str
) -> None:
    current(database)
    laid(context_with(database, now))
    assert 0 == run_namens("worker", "--once", settings=settings).status
    given = Sealer(bytes([99]) * 32).key_id
    needed = Sealer(bytes([list(SECRETS).index(purpose) + 1]) * 32).key_id

    for command in (("serve",), ("worker", "--once"), ("db", "check"), ("config", "check")):
        ran = run_namens(*command, settings=settings, changed=variables(**{purpose: secret(99)}))

        assert 1 == ran.status
        assert ran.err.startswith("secret_missing:")
        assert {f"secrets.{purpose}", given, needed} <= set(ran.err.replace(",", "").replace(";", "").split())
        assert secret(99) not in ran.err


OPENING = [
    ("journal", "verify"),
    ("journal", "export"),
    ("journal", "export", "--head"),
    ("journal", "erase", "mandate", "m0002"),
    ("mandates", "revoke", "m0002"),
    ("mandates", "suspend", "m0002"),
    ("mandates", "resume", "m0002"),
    ("parties", "forget", "anna"),
    ("export",),
    ("export", "--personal-numbers"),
    ("token", "explain", "-"),
    ("clients", "register", "CLIENT"),
    ("clients", "apply", "CLIENTS"),
]


@pytest.mark.parametrize("command", OPENING, ids=" ".join)
@pytest.mark.parametrize("purpose", ["seal", "digest"])
def test_no_command_that_opens_what_is_sealed_takes_another_secret_for_somebody_at_the_tables(
    settings: Settings, database: Database, tmp_path: Path, command: tuple[str, ...], purpose: str, now: int
) -> None:
    laid_world(database, demo_document(), now=now)
    files = {"CLIENT": tmp_path / "client.json", "CLIENTS": tmp_path / "clients.toml"}
    files["CLIENT"].write_text('{"redirect_uris": ["https://rp.example.nl/cb"]}')
    files["CLIENTS"].write_text(
        '[[clients]]\nclient_id = "portal"\nredirect_uris = ["https://rp.example.nl/cb"]\n'
    )
    words = [str(files.get(word, word)) for word in command]

    ran = run_namens(*words, settings=settings, stdin="x", changed=variables(**{purpose: NEW}))

    assert (1, "") == (ran.status, ran.out)
    assert ran.err.startswith(f"secret_missing: secrets.{purpose} is the key ")
    assert [] == run_namens("clients", "list", "--json", settings=settings).json["clients"]
    assert 0 == run_namens("journal", "verify", settings=settings).status


def test_another_digest_is_noticed_in_a_database_that_does_not_know_its_own_yet(
    settings: Settings, database: Database, now: int
) -> None:
    """So is every database from before: a number that is there tells."""
    current(database)
    laid(context_with(database, now))
    with database.writing() as db:
        db.run(Statement("DELETE FROM keys_secrets_in_use"))

    ran = run_namens("worker", "--once", settings=settings, changed=variables(digest=secret(99)))

    assert ran.err.startswith("secret_missing: secrets.digest")
    assert 0 == run_namens("worker", "--once", settings=settings).status


@pytest.mark.parametrize("purpose", ["pairwise", "codes"])
def test_the_operator_may_take_another_secret_on_purpose(
    settings: Settings, database: Database, purpose: str
) -> None:
    current(database)
    run_namens("worker", "--once", settings=settings)
    changed = variables(**{purpose: secret(99)})
    assert 1 == run_namens("worker", "--once", settings=settings, changed=changed).status

    ran = run_namens("keys", "accept", purpose, "--json", settings=settings, changed=changed)

    assert 1 == len(ran.json["given_up"])
    assert 0 == run_namens("worker", "--once", settings=settings, changed=changed).status
    assert 1 == run_namens("worker", "--once", settings=settings).status


@pytest.mark.parametrize("purpose", ["seal", "digest"])
def test_nobody_gives_up_what_the_register_was_filled_with(settings: Settings, purpose: str) -> None:
    assert 2 == run_namens("keys", "accept", purpose, settings=settings).status


def test_an_import_under_another_digest_does_not_land(
    settings: Settings, database: Database, now: int, tmp_path: Path
) -> None:
    current(database)
    laid(context_with(database, now))
    file = tmp_path / "world.json"
    file.write_text(json.dumps({"parties": [person("z", identifiers={"bsn": "999994542"})]}))

    ran = run_namens("import", str(file), settings=settings, changed=variables(digest=secret(99)))

    assert ran.err.startswith("secret_missing:")
    with database.reading() as db:
        assert lookup.party(db, "z") is None


def test_settings_are_checked_where_no_database_is_yet(tmp_path: Path) -> None:
    settings = settings_with(f"sqlite:///{tmp_path}/namens.db")

    assert 0 == run_namens("config", "check", settings=settings).status
    assert not (tmp_path / "namens.db").exists()
