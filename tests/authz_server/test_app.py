from flask import Flask

from authz_server.config import Settings
from authz_server.context import Context


def test_the_application_carries_its_context(
    app: Flask, context: Context, settings: Settings, now: int
) -> None:
    assert settings is context.settings
    assert now == context.clock()
    assert not context.demo
    assert {"ES256", "RS256"} == set(context.keyring.current().signing_kids)


def test_id_tokens_verify_for_as_long_as_a_session_may_hint_with_them(context: Context) -> None:
    assert context.settings.lifetimes.session_total == context.keyring.policy.longest_token
