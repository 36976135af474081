"""Where `namens` begins: it says so when only the verifier is installed, instead of failing on an import."""

import sys
from importlib.util import find_spec

__all__ = ["main"]


def main() -> None:
    """Run the command, or tell what is lacking (exit status 2)."""
    if find_spec("click") is None or find_spec("sqlalchemy") is None:
        print(_LACKING, file=sys.stderr)
        sys.exit(2)
    from authz_server.cli import main as namens

    namens()


_LACKING = (
    "namens: only the verifier (claims.verify) is installed here.\n"
    "The command needs the provider: pip install 'namens[server]'"
)
