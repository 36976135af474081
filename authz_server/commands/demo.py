"""`namens demo`: the whole try-out world in one command and one process."""

import shlex
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path

import click

from authz_server.clock import machine_clock
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.demo.card import card
from authz_server.demo.folder import FolderInUse, FolderRefused
from authz_server.demo.preparing import PASSWORD
from authz_server.demo.running import Demo
from authz_server.demo.serving import PortTaken
from authz_server.events import configure_logging, take_hooks

__all__ = ["demo"]

_NAME = "namens"
_PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--port", type=_PORT, default=8000, show_default=True, help="The provider's port.")
@click.option("--rp-port", type=_PORT, default=8001, show_default=True, help="The first service provider's.")
@click.option("--rp2-port", type=_PORT, default=8002, show_default=True, help="The second's.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where its database and settings go; both are made anew at every start. A new folder, an empty one, or a demo's.",
)
@command_options
def demo(invocation: Invocation, port: int, rp_port: int, rp2_port: int, data: Path) -> None:
    """Start the try-out world: a provider and two service providers, on this machine alone."""
    if len({port, rp_port, rp2_port}) != 3:
        raise click.UsageError("--port, --rp-port and --rp2-port must differ.")
    if invocation.config_is_named:
        raise Refused(
            "demo_has_its_own_settings",
            "The try-out world takes no settings file: it writes one of its own.",
            "Leave --config out; --port, --rp-port, --rp2-port and --data move it.",
        )
    configure_logging("WARNING")
    take_hooks()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    running = _started(data, (port, rp_port, rp2_port))
    try:
        origins = running.origins
        config = str(running.folder.config_file)
        command = shlex.join([_program(), "--config", config])
        messages = (str(running.folder.mail), str(running.folder.letters))
        words = card(
            origins,
            running.prepared.world,
            command=command,
            password=PASSWORD,
            messages=messages,
            code=running.prepared.code,
        )
        invocation.print(words, {"config": config, **asdict(origins)})
        sys.stdout.flush()  # whoever waits for the card through a pipe
        ended.wait()
    finally:
        running.close()


def _program() -> str:
    """How this very program was called: who never activated the environment has no `namens` on the path."""
    called = sys.argv[0]
    return called if Path(called).name == _NAME else _NAME


def _started(data: Path, ports: tuple[int, int, int]) -> Demo:
    try:
        return Demo(data, ports, clock=machine_clock)
    except PortTaken as taken:
        raise Refused(
            "port_taken",
            f"Something listens on port {taken.port} already.",
            "End it, or choose other ports: make demo PORT=… RP_PORT=… RP2_PORT=…",
        ) from None
    except FolderInUse as refused:
        raise Refused(
            "demo_runs_already",
            f"{refused}.",
            "End it, or choose another folder with --data (make demo DATA=…).",
        ) from None
    except FolderRefused as refused:
        raise Refused(
            "not_a_demo", f"{refused}.", "Choose another folder with --data (make demo DATA=…)."
        ) from None
    except OSError as failure:
        raise Refused(
            "folder_unusable", f"{data}: {failure.strerror}.", "Choose another folder with --data."
        ) from None
