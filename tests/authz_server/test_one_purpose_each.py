"""One secret for each purpose: none is made out of another."""

from typing import Any

import pytest
from flask import Flask

from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from keys.sealing import Unsealable
from tests.support.clock import Clock
from tests.support.settings import SECRETS, secret, settings_with


def _with(settings: Settings, clock: Clock, secrets: dict[str, Any]) -> Flask:
    url = settings.database.url.get_secret_value()
    return create_app(settings_with(url, secrets=secrets), clock=clock)


@pytest.mark.parametrize("changed", SECRETS)
def test_a_secret_that_changes_changes_what_it_is_for_and_nothing_else(
    settings: Settings, clock: Clock, changed: str
) -> None:
    before = _with(settings, clock, SECRETS)
    sealed = before.extensions["namens"].keyring.sealer.seal(b"x", context="here")

    def made(app: Flask) -> dict[str, object]:
        context: Context = app.extensions["namens"]
        try:
            opened = context.keyring.sealer.open(sealed, context="here") == b"x"
        except Unsealable:
            opened = False
        return {
            "seal": opened,
            "digest": context.vault.digest("eidas", "BE/NL/9"),
            "pairwise": context.pairwise.of("x"),
            "codes": context.codes.of("x"),
            "session": app.config["SECRET_KEY"],
        }

    after = _with(settings, clock, SECRETS | {changed: secret(66)})

    assert {changed} == {name for name, value in made(before).items() if made(after)[name] != value}
    for app in (before, after):
        app.extensions["namens"].database.engine.dispose()
