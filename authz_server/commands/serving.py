"""`namens serve`: the production server."""

import os
from collections.abc import MutableMapping
from contextlib import suppress

import click

from authz_server.commands.config import require_sense
from authz_server.commands.keys import check_the_seal
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import claim_all
from authz_server.config import ServerSettings
from authz_server.demo import mark
from authz_server.login.accounts import any_of_the_demo
from authz_server.serving import CannotListen, serve_until_told
from keys.sealing import Altered

__all__ = ["forget_secrets", "serve"]


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Listen here instead of at `server.bind`.")
@click.option("--workers", type=click.IntRange(0, 256), help="Processes; 0 is one for each processor.")
@command_options
def serve(invocation: Invocation, bind: str | None, workers: int | None) -> None:
    """Serve until told to stop (SIGTERM, or Ctrl-C). Needs a database that is up to date."""
    settings = invocation.settings
    given = {name: value for name, value in (("bind", bind), ("workers", workers)) if value is not None}
    try:
        server = ServerSettings.model_validate(settings.server.model_dump() | given)
    except ValueError:
        raise click.BadParameter("must be HOST:PORT, as in 127.0.0.1:8000", param_hint="--bind") from None
    require_sense(settings)
    with invocation.database.reading() as db:
        if mark.is_marked(db) or any_of_the_demo(db):
            raise Refused(
                "database_is_a_demo",
                "This database belongs to a demo: anybody may log in as anybody in it.",
                "Use a database of your own: database.url.",
            )
    claim_all(invocation)
    context = invocation.context
    check_the_seal(context, context.clock())
    context.keyring.current()
    with suppress(Altered):  # told by the worker, again and again; the provider goes on without them
        context.register_keys.current()
    invocation.database.engine.dispose()  # before processes are forked: a connection belongs to one of them
    forget_secrets(os.environ)
    try:
        serve_until_told(settings.model_copy(update={"server": server}))
    except CannotListen as failure:
        raise Refused(
            "address_unavailable",
            f"{server.bind} cannot be listened at: {failure}.",
            "Use an address of this machine at which nobody listens: --bind HOST:PORT.",
        ) from failure


def forget_secrets(environ: MutableMapping[str, str]) -> None:
    """What was read is taken out of the environment: servers show it to every request, crash reports print it."""
    for name in [name for name in environ if name.startswith("NAMENS_")]:
        del environ[name]
