"""No secret of the settings, and no personal number, stands in the database: raw, in base64 or in hexadecimal."""

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode

from flask import Flask

from authz_server.context import Context
from authz_server.secrets_in_use import claim_secrets
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Connected, Statement
from tests.claims.register.test_importing import organisation, person
from tests.support.settings import SECRETS

BSN, EIDAS, TRADER = "999997221", "BE/NL/0123456789", "00000001"
_TABLES = Statement(
    "SELECT name FROM sqlite_master WHERE type = 'table'",
    postgresql="SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
)


def everything(db: Connected) -> tuple[set[str], str]:
    """The tables that hold rows, and all that stands in them as one text."""
    found: dict[str, str] = {}
    for (table,) in db.all(_TABLES):
        if rows := db.all(Statement(f'SELECT * FROM "{table}"')):
            found[table] = "\n".join(
                value.hex() + value.decode("latin-1") if isinstance(value, bytes) else str(value)
                for row in rows
                for value in row
            )
    return set(found), "\n".join(found.values())


def forms(secret: bytes) -> set[str]:
    """How a secret could be written down."""
    texts = {b64encode(secret).decode(), urlsafe_b64encode(secret).decode()}
    return {secret.decode("latin-1"), secret.hex(), secret.hex().upper(), repr(secret)} | {
        text.rstrip("=") for text in texts
    }


def test_no_secret_and_no_personal_number_stands_in_the_database(
    app: Flask, context: Context, now: int
) -> None:
    trader = organisation("t", legal_form="eenmanszaak", identifiers={"kvk": TRADER})
    document = {"parties": [person("a", identifiers={"bsn": BSN, "eidas": EIDAS}), trader]}
    context.keyring.current()
    for name in ("A", "Another"):
        with context.database.writing() as db:
            document["parties"][0]["name"] = name
            import_world(db, context.vault, document, by=OPERATOR, now=now)
            claim_secrets(db, context)
    app.test_client().post("/login", data={"name": "somebody", "password": "wrong"})

    with context.database.reading() as db:
        tables, written = everything(db)

    needed = {"keys_keys", "keys_secrets_in_use", "register_party_keys", "register_identifiers"}
    assert needed | {"register_versions"} <= tables
    for secret in SECRETS.values():
        assert [] == [form for form in forms(urlsafe_b64decode(secret)) if form in written]
    assert [] == [number for number in (BSN, EIDAS, TRADER) if number in written]
    assert context.vault.seal_id in written  # what is looked for would be seen
