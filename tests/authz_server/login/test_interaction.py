"""Waiting requests: kept whole, opened by one browser, finished once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from authz_server.login import interaction as interactions
from authz_server.login.interaction import Interaction, Picked
from claims.assurance import Loa
from keys.storage import Connected, Database
from tests.support.asking import NOON, a_login, a_request, an_ask


def begun(db: Connected, *, browser: str | None = "browser-1") -> Interaction:
    interaction_id = interactions.begin(db, browser=browser, lifetime=3600, now=NOON, request=a_request())
    found = interactions.find(db, interaction_id)
    assert found is not None
    return found


def test_a_request_comes_back_as_it_went(database: Database) -> None:
    request = a_request(
        prompt=frozenset({"login", "consent"}),
        acr_values=("a", "b"),
        required_login=Loa.HIGH,
        claims={"id_token": {"represents": {"essential": True}}},
        ui_locales=("nl", "en"),
        state="s",
        nonce="n",
        max_age=0,
        ask=an_ask(minimum=Loa.HIGH, represented_hint=("https://i", "90000123")),
    )
    with database.writing() as db:
        interaction_id = interactions.begin(db, browser="b", lifetime=60, now=NOON, request=request)
        found = interactions.find(db, interaction_id)

    assert found is not None
    assert request == found.request
    assert isinstance(found.request.required_login, Loa)  # type: ignore[union-attr]


def test_an_interaction_belongs_to_the_browser_that_began_it(database: Database) -> None:
    with database.writing() as db:
        found = begun(db)

    assert interactions.belongs_to(found, "browser-1")
    assert not interactions.belongs_to(found, "browser-2")
    assert not interactions.belongs_to(found, None)
    assert not interactions.belongs_to(found, found.browser)


def test_an_interaction_that_nobody_opened_goes_to_the_first_browser(database: Database) -> None:
    with database.writing() as db:
        found = begun(db, browser=None)

        assert not interactions.belongs_to(found, "browser-1")
        assert interactions.claim(db, found, "browser-1")
        assert not interactions.claim(db, found, "browser-2")
        claimed = interactions.find(db, found.id)

    assert claimed is not None
    assert interactions.belongs_to(claimed, "browser-1")


def test_an_interaction_finishes_once_whoever_tries_at_the_same_time(database: Database) -> None:
    with database.writing() as db:
        found = begun(db)

    def finish(_: int) -> bool:
        with database.writing() as db:
            return interactions.finish(db, found, now=NOON + 1)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(finish, range(16)))

    assert 1 == results.count(True)


def test_an_expired_interaction_does_not_finish(database: Database) -> None:
    with database.writing() as db:
        found = begun(db)

        assert not interactions.finish(db, found, now=NOON + 3600)


def test_another_choice_voids_what_was_confirmed_and_agreed(database: Database) -> None:
    anna = Picked("bram", "bram-eid", "anna", None, ("m1",))
    bakery = Picked("bram", "bram-eid", "bakery", None, ("m2", "m3"))
    with database.writing() as db:
        found = begun(db)
        interactions.choose(db, found, anna)
        assert interactions.confirm(db, found, anna)
        interactions.consent(db, found, "key")

        interactions.choose(db, found, bakery)

        now = interactions.find(db, found.id)
        assert now is not None
        assert bakery == now.picked
        assert not now.confirmed
        assert now.consented is None
        assert not interactions.confirm(db, found, anna)


def test_a_reference_reads_back_only_here_and_under_the_same_login(database: Database) -> None:
    with database.writing() as db:
        here, elsewhere = begun(db), begun(db)
    what = ["anna", None, "m1"]

    reference = interactions.reference(here, a_login(), what)

    assert what == interactions.opened(here, a_login(), reference)
    assert interactions.opened(elsewhere, a_login(), reference) is None
    assert interactions.opened(here, a_login(person="eva"), reference) is None
    assert interactions.opened(here, a_login(authenticator="bram-password"), reference) is None


@pytest.mark.parametrize("value", ["", "anna", "self", "é", "A" * 200, "%00", "-_-_", "=" * 9, "A" * 16])
def test_a_made_up_reference_is_nothing(database: Database, value: str) -> None:
    with database.writing() as db:
        found = begun(db)

    assert interactions.opened(found, a_login(), value) is None


def test_a_reference_that_was_changed_is_nothing(database: Database) -> None:
    with database.writing() as db:
        found = begun(db)
    reference = interactions.reference(found, a_login(), ["anna", None, "m1"])

    for place in range(len(reference) - 1):  # the last sign may hold bits that no byte has
        other = "A" if reference[place] != "A" else "B"
        changed = reference[:place] + other + reference[place + 1 :]
        assert interactions.opened(found, a_login(), changed) is None
