"""Where it is no demo: no practice login, whatever is sent, and nobody above what a password reaches."""

from collections.abc import Iterator

import pytest

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from authz_server.login import accounts
from authz_server.login.passwords import Passwords
from tests.support.clock import Clock
from tests.support.pages import get, post
from tests.support.signing_in import World, answer_to, by_password, choose, start
from tests.support.small_world import INCOME_TAX, lay
from tests.support.try_out import CHEAP, SECRET


@pytest.fixture
def office(settings: Settings, clock: Clock) -> Iterator[World]:
    """The small world as `namens serve` runs it."""
    app = create_app(settings, clock=clock)
    app.testing = True
    app.extensions["namens.passwords"] = Passwords(CHEAP)
    context: Context = app.extensions["namens"]
    with context.database.writing() as db:
        lay(db, context.vault, now=clock())
        for person in ("p1", "p2", "p3"):
            accounts.add(db, person, SECRET, now=clock())
    yield World(app, clock)
    context.database.engine.dispose()


def test_there_is_no_practice_login(office: World) -> None:
    page = start(office.client())

    assert "method-eid" not in page.ids
    assert 404 == get(page.browser, page.address + "/practice").status
    token = page.fields("login-form")["csrf_token"]
    forced = post(
        page.browser, page.address + "/practice", {"person": "p2", "level": "high", "csrf_token": token}
    )
    assert 404 == forced.status
    assert page.browser.get_cookie("namens_session") is None


def test_a_password_logs_in_at_basic(office: World) -> None:
    assert "code" in answer_to(by_password(start(office.client()), "p2"))


def test_r14_a_level_that_no_method_here_reaches_is_told_to_the_client(office: World) -> None:
    page = by_password(start(office.client(INCOME_TAX)), "p2")

    answer = answer_to(choose(page, "Anna de Vries"))

    assert ("unmet_authentication_requirements", "level_not_reached") == (
        answer["error"],
        answer["error_description"],
    )


def test_a_password_in_an_outdated_hash_is_hashed_anew(office: World) -> None:
    from argon2 import PasswordHasher

    weaker = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("namens-demo")
    with office.context.database.writing() as db:
        accounts.set_password(db, "p2", weaker, now=office.clock())

    answer_to(by_password(start(office.client()), "p2"))

    with office.context.database.reading() as db:
        kept = accounts.stored(db, "p2")
    assert kept is not None
    assert weaker != kept[0]
