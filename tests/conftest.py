"""The instant, the databases: what every test may ask for."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

import hypothesis
import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Rule

import keys.source
from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from keys.storage import Database, connect
from tests.support.clock import Clock
from tests.support.databases import a_database, without_postgres
from tests.support.postgres import PostgresMissing, fresh_database
from tests.support.settings import settings_with

# How fast a machine is says nothing about what is tried on it. All else is as Hypothesis has it, in CI too.
hypothesis.settings.register_profile(
    "patient",
    hypothesis.settings(),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
)
hypothesis.settings.load_profile("patient")

# RSA's primes are proved each time a key is read, and the tests begin hundreds of providers with the same few keys.
keys.source.private_key = lru_cache(64)(keys.source.private_key)


class Templates(BytecodeCache):
    """Compiled templates of this process: each provider would compile them anew, and the tests begin thousands."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options = {"bytecode_cache": Templates()}

# Werkzeug parses the address of each rule, and writes and compiles two functions for it; the tests begin thousands of
# providers with the same rules. What comes of it follows from these alone, and is bound to each rule and its map.
_compile = Rule.compile
_compiled: dict[object, tuple[Any, ...]] = {}


def _compiled_once(rule: Rule) -> None:
    if rule.defaults:
        return _compile(rule)
    kinds = frozenset(rule.map.converters.items())
    asked = (rule.rule, rule.subdomain, rule.host, rule.map.host_matching, rule.merge_slashes, kinds)
    if asked not in _compiled:
        _compile(rule)
        functions = rule._build.__func__, rule._build_unknown.__func__  # type: ignore[attr-defined]
        _compiled[asked] = (rule._parts, rule._trace, rule._converters, *functions)
        return None
    rule._parts, rule._trace, rule._converters, build, build_unknown = _compiled[asked]
    rule.arguments.update(rule._converters)
    rule._build = build.__get__(rule, None)
    rule._build_unknown = build_unknown.__get__(rule, None)
    return None


Rule.compile = _compiled_once  # type: ignore[method-assign]

NOW = 1_764_028_800  # 2025-11-25T00:00:00Z


@pytest.fixture
def now() -> int:
    return NOW


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database; every test that asks for it runs on both."""
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path}/namens.db")
        yield engine
        engine.dispose()
        return
    try:
        with fresh_database() as url:
            engine = connect(url)
            yield engine
            engine.dispose()
    except PostgresMissing as missing:
        without_postgres(missing)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with every table of the project and no row in it; every test that asks for it runs on both."""
    with a_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
def clock(now: int) -> Clock:
    """Stands at `now` until the test moves it."""
    return Clock(now)


@pytest.fixture
def settings(database: Database) -> Settings:
    """Complete settings, on the database of this test."""
    return settings_with(database.engine.url.render_as_string(hide_password=False))


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """The provider with an empty database, on both databases."""
    app = create_app(settings, clock=clock)
    app.testing = True  # what nobody caught fails the test, instead of becoming an answer
    yield app
    app.extensions["namens"].database.engine.dispose()


@pytest.fixture
def context(app: Flask) -> Context:
    """What the parts of `app` share."""
    context: Context = app.extensions["namens"]
    return context


# Each of these takes many times what others do.
_LONGEST = ("tests/properties/", "tests/hostile/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In whatever order tests run: what ends a restored database, at which others look, comes last.

    The longest come first, so that no worker is left alone with one of them.
    """
    items.sort(
        key=lambda item: (
            "test_then_all_that_was_handed_out_is_ended" in item.nodeid,
            not item.nodeid.startswith(_LONGEST),
        )
    )
