"""The account of a register in a test: signed by a register of its own, audited, and tampered with past its guards."""

from typing import Final

from sqlalchemy import text

from claims.register import heads
from claims.register.auditing import Audit, proved_end
from claims.register.auditing_records import audit_records
from claims.register.heads import HEAD_TYPE, Head, read_head
from keys.archive import Archive
from keys.lifecycle import Policy
from keys.rotation import REGISTER
from keys.sealing import Sealer
from keys.source import KeyringSource
from keys.storage import Database
from tests.support.register import VAULT

REGISTER_ID: Final = "https://login.example.nl/mandate-register"
SEALER: Final = Sealer(bytes([1]) * 32)
POLICY: Final = Policy(rotate_every=10_000, jwks_max_age=300, longest_token=300)


def signed_head(database: Database, *, now: int) -> str | None:
    """Where the account ends, signed and kept; None where it does not follow what was signed last."""
    source = KeyringSource(database, SEALER, lambda: now, POLICY, ring=REGISTER)
    keyring = source.current()
    with database.reading() as db:
        keys = Archive(db, SEALER, REGISTER)
        end = proved_end(db, VAULT, lambda signed: keys.prove(signed, typ=HEAD_TYPE), register=REGISTER_ID)
    if end is None:
        return None
    with database.writing() as db:
        return heads.sign(db, keyring, end, register=REGISTER_ID, now=now)


def head_of(database: Database, signed: str) -> Head | None:
    with database.reading() as db:
        claims = Archive(db, SEALER, REGISTER).prove(signed, typ=HEAD_TYPE)
    return None if claims is None else read_head(claims, register=REGISTER_ID)


def breaches(database: Database, *, since: Head | None = None) -> list[tuple[str, str]]:
    """Everything that an audit finds wrong, as code and place."""
    with database.reading() as db:
        keys = Archive(db, SEALER, REGISTER)
        audit = Audit(REGISTER_ID, VAULT, lambda signed: keys.prove(signed, typ=HEAD_TYPE), since=since)
        found = [*audit.breaches(db), *audit_records(db, VAULT)]
    return [(one.breach.value, one.where) for one in found]


def tampered(database: Database, *statements: str) -> None:
    """Do what somebody does who owns the database: past its guards."""
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))
            return
        triggers = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
        for _, sql in triggers:
            connection.execute(text(sql))
