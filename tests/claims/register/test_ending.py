from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from claims.assurance import Loa
from claims.mandates import Mandate
from claims.register import ending, journal, lookup, overview, resolving
from claims.register.actor import OPERATOR, Actor
from claims.register.changing import Refused, Why
from claims.register.journal import Event
from claims.resolution import Broken
from keys.storage import Database, Statement
from tests.claims.register.test_resolving import TODAY, ask, demo_document
from tests.support.register import VAULT, laid

_CARLA = Actor("carla", "bakery", "relation l-bakery-carla", Loa.SUBSTANTIAL, "carla-eid")
_VERSIONS = Statement(
    "SELECT version, body FROM register_versions WHERE kind = 'mandate' AND id = :id ORDER BY version"
)


def _of_bakery(database: Database) -> str:
    with database.reading() as db:
        answers = resolving.check(db, ask(db, "eva", "vat-return"), "bakery")
    return answers[0].path[0]


def test_g8_a_revoked_mandate_stands_no_longer_from_that_instant_on(database: Database) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    id = _of_bakery(database)
    with database.reading() as db:
        question = ask(db, "eva", "vat-return")
        before = resolving.check(db, question, "bakery")[0]

    with database.writing() as db:
        revoked = ending.revoke(db, VAULT, id, by=_CARLA, now=TODAY, reason="asked for")

    assert isinstance(revoked, Mandate)
    assert TODAY == revoked.revoked_at
    with database.reading() as db:
        assert [] == resolving.check(db, question, "bakery")
        assert isinstance(
            resolving.stands(db, question, represented="bakery", branch=None, path=before.path), Broken
        )
        assert "bakery" not in {one.represented for one in resolving.resolve(db, question).representations}
        assert revoked == overview.mandate(db, id)


def test_revoking_keeps_the_former_version_and_tells_who_did_it(database: Database) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    id = _of_bakery(database)

    with database.writing() as db:
        ending.revoke(db, VAULT, id, by=_CARLA, now=TODAY, reason="asked for")

    with database.reading() as db:
        first, second = db.all(_VERSIONS, {"id": id})
        entries = journal.of_record(db, "mandate", id)
    assert (1, 2) == (first[0], second[0])
    assert "revoked_at" not in first[1]
    assert "revoked_at" in second[1]
    assert [(Event.ADDED, OPERATOR, 1), (Event.REVOKED, _CARLA, 2)] == [
        (entry.event, entry.by, entry.subject.version) for entry in entries if entry.subject
    ]


def test_what_cannot_be_revoked_is_refused_and_changes_nothing(database: Database) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    id = _of_bakery(database)

    with database.writing() as db:
        ending.revoke(db, VAULT, id, by=OPERATOR, now=TODAY)
        refused = [
            ending.revoke(db, VAULT, one, by=OPERATOR, now=TODAY + 1)
            for one in (id, "l-bakery-carla", "nothing", "bakery")
        ]

    assert [
        Refused(Why.ALREADY_ENDED),
        Refused(Why.NOT_A_MANDATE),
        Refused(Why.UNKNOWN_MANDATE),
        Refused(Why.UNKNOWN_MANDATE),
    ] == refused
    with database.reading() as db:
        assert 2 == len(journal.of_record(db, "mandate", id))


def test_of_many_who_revoke_at_once_one_does(database: Database) -> None:
    laid(database, demo_document(), now=TODAY - 10)
    id = _of_bakery(database)
    together = Barrier(4)

    def one_try(_: int) -> bool:
        together.wait()
        with database.writing() as db:
            return isinstance(ending.revoke(db, VAULT, id, by=_CARLA, now=TODAY), Mandate)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one_try, range(4)))

    assert 1 == done.count(True)
    with database.reading() as db:
        assert 2 == len(journal.of_record(db, "mandate", id))


def test_a_mandate_with_many_listed_clients_keeps_them_when_it_is_revoked(database: Database) -> None:
    document = demo_document()
    clients = sorted(
        str(party["id"]) for party in document["parties"] if str(party["id"]).startswith("client")
    )
    document["mandates"].append(
        {
            "id": "long-list",
            "represented": "peeters",
            "representative": "eva",
            "services": ["vat-return"],
            "actions": "*",
            "assurance": "substantial",
            "from": "2026-01-01T00:00:00Z",
            "until": "2027-01-01T00:00:00Z",
            "clients": {"parties": clients},
        }
    )
    laid(database, document, now=TODAY - 10)

    with database.writing() as db:
        before = overview.mandate(db, "long-list")
        revoked = ending.revoke(db, VAULT, "long-list", by=OPERATOR, now=TODAY)

    assert before is not None
    assert isinstance(revoked, Mandate)
    assert frozenset(clients) == before.clients.parties == revoked.clients.parties
    assert len(clients) > 64
    with database.reading() as db:
        assert frozenset(clients) == getattr(overview.mandate(db, "long-list"), "clients").parties  # noqa: B009
        assert lookup.service(db, "vat-return") is not None
