"""`python -m authz_server.migrations.first` writes the first migration anew from the tables as they are declared.

Only for as long as nothing was released: afterwards a change of a table is a migration of its own.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from alembic import command

from authz_server.migrations import alembic_config
from claims.register.tables import GUARDS, SEARCHED
from keys.storage import connect

_FOLDER: Final = Path(__file__).parent / "versions"
_NAME: Final = "0001_the_first_tables"


def write() -> None:
    """Replace the first migration."""
    for old in _FOLDER.glob("0001_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/empty.db")
        with engine.begin() as connection:
            config = alembic_config(connection)
            config.set_main_option("file_template", _NAME)
            command.revision(
                config, message="The first tables of all three packages.", autogenerate=True, rev_id="0001"
            )
        engine.dispose()
    file = _FOLDER / f"{_NAME}.py"
    text = file.read_text(encoding="utf-8")
    text = text[: text.index("\n\ndef downgrade()")]
    besides = {dialect: GUARDS[dialect] + SEARCHED[dialect] for dialect in GUARDS}
    lines = [line for line in text.splitlines() if "# ###" not in line]
    text = "\n".join(lines).replace("\n\n\ndef upgrade", f"\n\n_BESIDES = {besides!r}\n\n\ndef upgrade", 1)
    text += "\n    for statement in _BESIDES[op.get_bind().dialect.name]:\n        op.execute(sa.text(statement))\n"
    text += '\n\ndef downgrade() -> None:\n    """Nothing stands before the first tables."""\n'
    formatted = subprocess.run(  # noqa: S603 - our own formatter
        [Path(sys.executable).parent / "ruff", "format", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    file.write_text(formatted.stdout, encoding="utf-8")


if __name__ == "__main__":
    write()
