"""What an earlier version wrote, the present one reads: a database of each revision, upgraded with all that is in it.

`NAMENS_TEST_REVISIONS` of them, two at least: the first and the last ones.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import Engine, inspect, text

from authz_server.app import create_app
from authz_server.context import Context
from authz_server.login.passwords import Passwords
from authz_server.migrations import upgrading
from authz_server.worker.working import Worker
from claims.register import ending, journal
from claims.register.actor import OPERATOR
from keys.storage import connect
from tests.support import history
from tests.support.clock import Clock
from tests.support.commands import run_namens
from tests.support.databases import without_postgres
from tests.support.postgres import PostgresMissing, fresh_database
from tests.support.register import VAULT
from tests.support.relying_party import RelyingParty, ResourceServer, claims_of
from tests.support.settings import settings_with
from tests.support.signing_in import answer_to, by_password, choose, start
from tests.support.try_out import CHEAP

# All on one worker: what one test makes of a revision the others copy.
pytestmark = pytest.mark.xdist_group("history")

HELD = history.held()


REVISIONS = int(os.environ.get("NAMENS_TEST_REVISIONS", len(history.revisions())))


@pytest.fixture(scope="module", params=[history.revisions()[0], *history.revisions()[1:][1 - REVISIONS :]])
def revision(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


class Left:
    """Databases as the version of each revision left them, each made of the one before it."""

    def __init__(self, kind: str, folder: Path, ending: ExitStack) -> None:
        self._kind = kind
        self._folder = folder
        self._ending = ending
        self._urls: list[str] = []

    def at(self, revision: str) -> str:
        """The URL of a copy of the one of that revision."""
        known = history.revisions()
        while len(self._urls) <= known.index(revision):
            url = self._copy(self._urls[-1] if self._urls else None)
            engine = connect(url)
            history.bring_on_to(engine, known[len(self._urls)])
            engine.dispose()
            self._urls.append(url)
        return self._copy(self._urls[known.index(revision)])

    def _copy(self, url: str | None) -> str:
        if self._kind == "postgresql":
            return self._ending.enter_context(fresh_database(like=url))
        file = self._folder / f"{secrets.token_hex(8)}.db"
        if url is not None:
            shutil.copy(url.removeprefix("sqlite:///"), file)
        return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Left]]:
    folder = tmp_path_factory.mktemp("history")
    with ExitStack() as ending:
        yield {kind: Left(kind, folder, ending) for kind in ("sqlite", "postgresql")}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def prepared(request: pytest.FixtureRequest, left: dict[str, Left], revision: str) -> str:
    """A database of that revision with rows in every table, brought up to date: its URL, to be copied."""
    try:
        url = left[request.param].at(revision)
    except PostgresMissing as missing:
        without_postgres(missing)
    engine = connect(url)
    assert revision == upgrading.upgrade(engine, sealer=history.SEALER, vault=history.VAULT).revision
    engine.dispose()
    return url


@pytest.fixture
def upgraded(prepared: str, tmp_path: Path) -> Iterator[Engine]:
    """A copy of it for one test."""
    with ExitStack() as ending:
        if prepared.startswith("sqlite"):
            url = f"sqlite:///{shutil.copy(prepared.removeprefix('sqlite:///'), tmp_path)}"
        else:
            url = ending.enter_context(fresh_database(like=prepared))
        engine = connect(url)
        yield engine
        engine.dispose()


@dataclass
class Opened:
    """The provider on that database, a minute after the earlier version wrote its last row."""

    app: Flask
    context: Context
    party: RelyingParty

    def browser(self) -> RelyingParty:
        """The same client, met by a browser that was logged in before."""
        party = RelyingParty(self.app, self.party.client_id, self.party.secret)
        party.browser.set_cookie("namens_session", HELD["session"])
        return party


@pytest.fixture
def opened(upgraded: Engine) -> Iterator[Opened]:
    settings = settings_with(upgraded.url.render_as_string(hide_password=False))
    app = create_app(settings, clock=Clock(HELD["now"]))
    app.testing = True
    app.extensions["namens.passwords"] = Passwords(CHEAP)
    context: Context = app.extensions["namens"]
    yield Opened(app, context, RelyingParty(app, HELD["tax"], HELD["secret"]))
    context.database.engine.dispose()


def test_every_table_of_every_revision_has_rows_to_be_upgraded(engine: Engine) -> None:
    """If this fails because you added a table: tests/support/history.py says where its rows belong."""
    history.bring_to(engine, history.revisions()[-1])

    empty = {name for name in history.tables(engine) if not history.content(engine, name, ["1"])}
    assert history.may_be_empty() == empty


def test_no_row_is_lost_and_no_value_is_another(upgraded: Engine) -> None:
    for table, laid in history.said("0001")["rows"].items():
        there = {column["name"] for column in inspect(upgraded).get_columns(table)}
        kept = [
            name for name in laid["columns"] if name in there and f"{table}.{name}" not in history.rewritten()
        ]
        places = [laid["columns"].index(name) for name in kept]
        before = sorted((tuple(row[place] for place in places) for row in laid["rows"]), key=repr)

        assert before == history.content(upgraded, table, kept), table


def test_the_register_is_what_it_was(opened: Opened) -> None:
    exported = run_namens("export", "--personal-numbers", settings=opened.context.settings)

    came_later = {"desk_appointments": [], "service_sets": []}
    assert HELD["register"] | came_later == exported.json
    with opened.context.database.reading() as db:
        assert ["added", "revoked"] == [entry.event for entry in journal.of_record(db, "mandate", "m4")]


def test_a_token_stands_and_says_the_same_to_everybody(opened: Opened) -> None:
    token = HELD["access_token"]
    api = ResourceServer(opened.app, "https://api.tax.example.nl", HELD["api_secret"])

    assert HELD["introspection"] == opened.party.introspect(token)
    assert HELD["introspected_by_api"] == api.introspect(token)
    assert HELD["userinfo"] == opened.party.userinfo(token).get_json()
    assert {"active": False} == opened.party.introspect(HELD["revoked_access_token"])


def test_the_keys_verify_what_they_signed(opened: Opened) -> None:
    published = opened.app.test_client().get("/jwks").get_json()

    assert HELD["jwks"] == sorted(key["kid"] for key in published["keys"])
    keys = KeySet.import_key_set(published)
    assert HELD["tax"] == jwt.decode(HELD["id_token"], keys, algorithms=["ES256"]).claims["aud"]


def test_a_session_goes_on_and_names_everybody_as_before(opened: Opened) -> None:
    tokens = opened.browser().tokens(id_token_hint=HELD["first_id_token"])

    before, now = claims_of(HELD["id_token"]), claims_of(tokens["id_token"])
    same = ("sub", "represents", "auth_time", "acr", "sid", "authorization_details")
    assert {name: before.get(name) for name in same} == {name: now.get(name) for name in same}


def test_what_works_once_works_once_over_an_upgrade(opened: Opened) -> None:
    party = opened.party

    assert 200 == party.redeem(HELD["code"]).status_code
    assert "invalid_grant" == party.redeem(HELD["code"]).get_json()["error"]
    assert 200 == party.refresh(HELD["refresh_token"]).status_code
    assert "invalid_grant" == party.refresh(HELD["refresh_token"]).get_json()["error"]


@pytest.mark.parametrize("shown", ["used_code", "used_refresh_token"])
def test_what_was_used_before_ends_all_that_came_of_it(opened: Opened, shown: str) -> None:
    use = opened.party.redeem if shown == "used_code" else opened.party.refresh

    assert "invalid_grant" == use(HELD[shown]).get_json()["error"]
    assert {"active": False} == opened.party.introspect(HELD["access_token"])


def test_a_person_logs_in_and_chooses_and_an_ended_mandate_ends_it(opened: Opened) -> None:
    party = opened.party
    page = by_password(start(party), HELD["person"], HELD["password"])
    page = choose(page, "Anna de Vries").press("confirm-yes")
    tokens: dict[str, Any] = party.redeem(answer_to(page)["code"]).get_json()
    assert party.introspect(tokens["access_token"])["active"]

    with opened.context.database.recording() as db:
        ending.revoke(db, VAULT, "m1", by=OPERATOR, now=HELD["now"])

    for token in (tokens["access_token"], HELD["access_token"]):
        assert {"active": False} == party.introspect(token)


def test_the_journal_goes_on_and_refuses_to_be_changed(opened: Opened, upgraded: Engine) -> None:
    with opened.context.database.recording() as db:
        ending.revoke(db, VAULT, "m5", by=OPERATOR, now=HELD["now"])
        assert ["added", "revoked"] == [entry.event for entry in journal.of_record(db, "mandate", "m5")]
    with pytest.raises(Exception, match="only added to"), upgraded.begin() as connection:
        connection.execute(text("DELETE FROM register_journal"))


def test_what_is_over_is_swept(opened: Opened, upgraded: Engine) -> None:
    opened.context.clock.now += 90 * 86400  # type: ignore[attr-defined]

    removed = Worker(opened.context).whole_round()

    assert len(history.said("0001")["rows"]["oidc_grants"]["rows"]) == removed["oidc_grants"]
    assert [] == history.content(upgraded, "oidc_grants", ["1"])


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(upgraded: Engine) -> None:
    names = {
        table: [column["name"] for column in inspect(upgraded).get_columns(table)]
        for table in history.tables(upgraded)
    }
    before = {table: history.content(upgraded, table, columns) for table, columns in names.items()}

    assert upgrading.upgrade(upgraded).up_to_date

    assert before == {table: history.content(upgraded, table, columns) for table, columns in names.items()}
