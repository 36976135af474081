"""Running `namens …` inside the test's process, with settings from the environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from authz_server.cli import main
from authz_server.config import Settings
from tests.support.settings import SECRETS


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run_namens(
    *arguments: str,
    settings: Settings | None = None,
    stdin: str | None = None,
    changed: Mapping[str, str] | None = None,
) -> Ran:
    """Run the command with the issuer, database and secrets of `settings`, and `changed` variables."""
    environ: dict[str, str | None] = {}
    if settings is not None:
        environ |= {
            "NAMENS_ISSUER": settings.issuer,
            "NAMENS_PERSONS__BSN_GROUND": "tests",
            "NAMENS_DATABASE_URL": settings.database.url.get_secret_value(),
        } | {f"NAMENS_SECRETS__{name.upper()}": value for name, value in SECRETS.items()}
    ran = CliRunner(env={**environ, **(changed or {})}).invoke(
        main, arguments, input=stdin, prog_name="namens"
    )
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return Ran(ran.exit_code, ran.stdout, ran.stderr)
