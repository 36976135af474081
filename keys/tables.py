"""The table of signing keys: rows hold columns and no rules."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, MetaData, PrimaryKeyConstraint, Table, Text, text

__all__ = ["keys", "metadata", "secrets_in_use"]

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `ring` says whose keys they are ("provider"; the register signs with keys of its own). `sealed_private` is
# emptied when the key signs no more. `sealed_row` says all the rest once more, sealed: who can write in this
# table and has no seal key can neither add a key nor have a row say what we never wrote in it. They can take a row out, and
# put one back as it once was (from a backup), also of a key that was withdrawn since: until `secrets.seal` is another one.
# The rows of keys that are gone stay: they say what once signed.
keys: Final = Table(
    "keys_keys",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("ring", Text, nullable=False),
    Column("alg", Text, nullable=False),
    Column("public_jwk", Text, nullable=False),
    Column("sealed_private", Text),
    Column("announced_at", BigInteger, nullable=False),
    Column("signs_from", BigInteger, nullable=False),
    Column("signs_until", BigInteger),
    Column("gone_at", BigInteger),
    Column("withdrawn_at", BigInteger),
    Column("sealed_row", Text),
)

# At most one key of a ring and algorithm is open, whoever rotates at the same time.
Index(
    "uq_keys_keys_open",
    keys.c.ring,
    keys.c.alg,
    unique=True,
    sqlite_where=text("signs_until IS NULL AND withdrawn_at IS NULL"),
    postgresql_where=text("signs_until IS NULL AND withdrawn_at IS NULL"),
)

# The ids of the secrets with which this database was written. Values sealed under several seal keys may be there at
# the same time; of every other purpose there is one.
secrets_in_use: Final = Table(
    "keys_secrets_in_use",
    metadata,
    Column("purpose", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    PrimaryKeyConstraint("purpose", "key_id"),
)
Index(
    "uq_keys_secrets_in_use_one",
    secrets_in_use.c.purpose,
    unique=True,
    sqlite_where=text("purpose <> 'seal'"),
    postgresql_where=text("purpose <> 'seal'"),
)
