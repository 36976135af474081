"""Settings for tests: complete, with published secrets, on the database that a test brings."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from authz_server.config import Settings

ISSUER = "http://localhost:8000"


def secret(number: int) -> str:
    """A key that every reader of the tests knows: 32 times the same byte."""
    return urlsafe_b64encode(bytes([number]) * 32).decode()


SECRETS = {
    "seal": secret(1),
    "digest": secret(2),
    "pairwise": secret(3),
    "codes": secret(4),
    "session": secret(5),
}


def settings_with(database_url: str, **sections: Mapping[str, Any] | str) -> Settings:
    """Settings on `database_url`; `sections` replace or add, as in `settings_with(url, lifetimes={"code": 30})`."""
    document: dict[str, Any] = {
        "issuer": ISSUER,
        "database": {"url": database_url},
        "secrets": SECRETS,
        "persons": {"bsn_ground": "tests"},
    }
    return Settings.model_validate(document | sections)
