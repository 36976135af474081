"""Where people want to be told: theirs by a code that was mailed there, and known to nobody else."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from claims.mail_address import is_mail_address
from claims.register import addresses, outbox
from claims.register.actor import OPERATOR
from claims.register.addresses import CODE_LIVES, Addressed, NotAddressed
from claims.register.forgetting import forget
from keys.sealing import KeyedDigest, Unsealable
from keys.storage import Database, Statement
from tests.claims.register.test_importing import person
from tests.claims.register.test_notices import NOW
from tests.support.account import tampered
from tests.support.dumped import dumped
from tests.support.register import VAULT, landed

CODES = KeyedDigest(bytes([4]) * 32)
MAIL, OTHER = "anna@example.nl", "anna.de.vries@mail.example.nl"
DAY = 86400


@pytest.fixture
def people(database: Database) -> Database:
    landed(database, {"parties": [person("anna"), person("bram")]}, now=NOW - 10)
    return database


def want(database: Database, mail: str = MAIL, party: str = "anna", *, now: int = NOW) -> NotAddressed | None:
    with database.writing() as db:
        return addresses.want(db, VAULT, CODES, party, mail, language="nl", now=now)


def sent(database: Database, party: str = "anna", *, now: int = NOW) -> Addressed | None:
    """What goes out to an address of its own, and is then said to have gone."""
    with database.writing() as db:
        batch = outbox.hand_out(db, "worker", now=now, at_most_every=0)
        if batch is None:
            return None
        assert party == batch.recipient
        assert batch.sealed is not None
        told = addresses.addressed(db, VAULT, party, batch.sealed, batch.notices[0].id)
        outbox.settle(db, batch, "worker", outbox.Outcome.MAIL, now=now)
        return told


def code_of(database: Database, party: str = "anna", *, now: int = NOW) -> str:
    told = sent(database, party, now=now)
    assert told is not None
    assert told.code is not None
    return told.code


def confirm(database: Database, code: str, party: str = "anna", *, now: int = NOW) -> NotAddressed | None:
    with database.writing() as db:
        return addresses.confirm(db, VAULT, CODES, party, code, language="en", now=now)


def mail_of(database: Database, party: str = "anna") -> str | None:
    with database.reading() as db:
        found = addresses.of(db, VAULT, party)
    return None if found is None else found.mail


def test_an_address_is_somebodys_once_they_sent_its_code_back(people: Database) -> None:
    assert None is want(people)
    assert None is mail_of(people)
    with people.reading() as db:
        assert MAIL == addresses.wanted(db, VAULT, "anna", now=NOW)

    assert None is confirm(people, code_of(people), now=NOW + 10)

    assert MAIL == mail_of(people)
    with people.reading() as db:
        found = addresses.of(db, VAULT, "anna")
        assert None is addresses.wanted(db, VAULT, "anna", now=NOW + 10)
    assert found is not None
    assert ("en", NOW + 10) == (found.language, found.confirmed_at)


def test_a_code_works_once_within_its_hour_for_its_party_and_for_the_latest_address(people: Database) -> None:
    want(people)
    first = code_of(people)
    want(people, OTHER)
    second = code_of(people)

    assert NotAddressed.WRONG_CODE == confirm(people, first)  # of before
    assert NotAddressed.WRONG_CODE == confirm(people, second, "bram")
    assert NotAddressed.WRONG_CODE == confirm(people, second, now=NOW + CODE_LIVES)
    assert None is mail_of(people)
    assert None is confirm(people, second, now=NOW + CODE_LIVES - 1)
    assert NotAddressed.WRONG_CODE == confirm(people, second, now=NOW + CODE_LIVES - 1)

    assert OTHER == mail_of(people)
    assert None is mail_of(people, "bram")


def test_a_code_is_nothing_to_somebody_else_who_wants_the_same_address(people: Database) -> None:
    want(people)
    annas = code_of(people)
    want(people, MAIL, "bram")

    assert NotAddressed.WRONG_CODE == confirm(people, annas, "bram")

    assert None is mail_of(people, "bram")


def test_a_code_takes_five_tries_and_the_right_one_after_that_is_one_too_many(people: Database) -> None:
    want(people)
    code = code_of(people)
    wrong = "00000000" if code != "00000000" else "11111111"

    assert {NotAddressed.WRONG_CODE} == {confirm(people, wrong) for _ in range(5)}
    assert NotAddressed.WRONG_CODE == confirm(people, code)

    assert None is mail_of(people)


def test_of_many_guesses_at_once_no_more_are_looked_at_than_a_code_has(people: Database) -> None:
    want(people)
    code = code_of(people)
    guesses = [f"{(int(code) + n) % 10**8:08}" for n in range(1, 12)]
    together = Barrier(12)

    def guess(one: str) -> NotAddressed | None:
        together.wait()
        return confirm(people, one)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(guess, [*guesses, "x" * 9]))

    assert NotAddressed.WRONG_CODE == confirm(people, code)


def test_of_one_code_that_is_sent_many_times_at_once_one_counts(people: Database) -> None:
    want(people)
    code = code_of(people)
    together = Barrier(4)

    def try_it(_: int) -> NotAddressed | None:
        together.wait()
        return confirm(people, code)

    with ThreadPoolExecutor(4) as pool:
        assert 1 == list(pool.map(try_it, range(4))).count(None)

    assert MAIL == mail_of(people)


def test_nobody_has_more_than_five_codes_mailed_in_a_day(people: Database) -> None:
    assert [None] * 5 == [want(people, f"v{n}@example.nl", now=NOW + n) for n in range(5)]

    assert NotAddressed.TOO_MANY_CODES == want(people, now=NOW + 5)
    assert NotAddressed.TOO_MANY_CODES == want(people, now=NOW + DAY - 1)
    assert None is want(people, party="bram", now=NOW + 5)
    assert None is want(people, now=NOW + DAY)


def test_codes_that_are_asked_for_at_once_are_counted_too(people: Database) -> None:
    together = Barrier(8)

    def ask(n: int) -> NotAddressed | None:
        together.wait()
        return want(people, f"v{n}@example.nl")

    with ThreadPoolExecutor(8) as pool:
        assert 5 == list(pool.map(ask, range(8))).count(None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@localhost",
        "@example.nl",
        "a@b@example.nl",
        "anna@example.nl\r\nBcc: bram@example.nl",
        "anna@example.nl\n",
        " anna@example.nl",
        "anna@example .nl",
        "an..na@example.nl",
        '"an na"@example.nl',
        "anna@[127.0.0.1]",
        "anna@-example.nl",
        "ánna@example.nl",
        "anna@example.nl,bram@example.nl",
        "<anna@example.nl>",
        "a" * 65 + "@example.nl",
        "a@" + "b" * 64 + ".nl",
        "a@" + ".".join(["b" * 60] * 5) + ".nl",
        "anna@example.nl\u0000",
        "anna\u202e@example.nl",
    ],
)
def test_what_is_no_address_to_mail_to_is_refused_and_nothing_is_kept(people: Database, text: str) -> None:
    assert not is_mail_address(text)
    assert NotAddressed.NOT_A_MAIL_ADDRESS == want(people, text)
    with people.writing() as db:
        put = addresses.put(db, VAULT, "anna", text, language=None, now=NOW)
    assert NotAddressed.NOT_A_MAIL_ADDRESS == put

    assert "" == dumped(people)["register_addresses"]


def test_no_address_and_no_code_stands_in_the_database(people: Database) -> None:
    want(people)
    with people.reading() as db:
        rows = json.dumps(db.all(Statement("SELECT sealed FROM register_notices")))
    assert "p1." in rows  # sealed under the key of the party
    before = "".join(dumped(people).values())
    code = code_of(people)
    confirm(people, code)
    want(people, OTHER)

    for rows in (before, "".join(dumped(people).values())):
        assert MAIL not in rows
        assert OTHER not in rows
        assert code not in rows


def test_what_was_sent_apart_is_erased_once_it_was_sent(people: Database) -> None:
    want(people)
    code_of(people)

    with people.reading() as db:
        assert [(None,)] == [tuple(row) for row in db.all(Statement("SELECT sealed FROM register_notices"))]


def test_an_address_that_somebody_moved_to_another_row_opens_nowhere(people: Database) -> None:
    want(people)
    confirm(people, code_of(people))
    want(people, OTHER, "bram")
    tampered(
        people,
        "UPDATE register_addresses SET sealed = (SELECT sealed FROM register_addresses WHERE party = 'anna')"
        " WHERE party = 'bram'",
    )
    with people.reading() as db, pytest.raises(Unsealable):
        addresses.of(db, VAULT, "bram")

    tampered(people, "UPDATE register_addresses SET sealed = wanted WHERE party = 'bram'")
    with people.reading() as db, pytest.raises(Unsealable):  # what was never confirmed is not
        addresses.of(db, VAULT, "bram")


def test_the_address_that_was_is_told_of_another_one_and_of_none(people: Database) -> None:
    want(people)
    confirm(people, code_of(people))
    assert Addressed(None, None, None) == sent(people)  # a letter: until now there was none

    want(people, OTHER, now=NOW + 1)
    confirm(people, code_of(people, now=NOW + 1), now=NOW + 1)
    assert Addressed(MAIL, None, "en") == sent(people, now=NOW + 1)

    with people.writing() as db:
        assert addresses.remove(db, VAULT, "anna", now=NOW + 2)
        assert not addresses.remove(db, VAULT, "anna", now=NOW + 2)
    assert Addressed(OTHER, None, "en") == sent(people, now=NOW + 2)
    assert None is mail_of(people)


def test_who_is_forgotten_has_no_address_any_more(people: Database) -> None:
    want(people)
    confirm(people, code_of(people))
    want(people, OTHER)

    with people.writing() as db:
        assert None is forget(db, VAULT, "anna", by=OPERATOR, now=NOW + 1)

    rows = dumped(people)
    assert ("", "") == (rows["register_addresses"], rows["register_notices"])


def test_an_operator_sets_it_without_a_code(people: Database) -> None:
    with people.writing() as db:
        assert None is addresses.put(db, VAULT, "anna", MAIL, language=None, now=NOW)

    assert MAIL == mail_of(people)
