"""The whole demo as one thing: prepared, listening, ended."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from flask import Flask

from authz_server.app import create_app
from authz_server.demo.choices import FRONTS, Choice, Look
from authz_server.demo.clock_page import add_clock_page
from authz_server.demo.folder import DemoFolder
from authz_server.demo.moving_clock import MovingClock
from authz_server.demo.preparing import Origins, Prepared, prepare
from authz_server.demo.register_counter import beside, create_registers
from authz_server.demo.service_provider import create_service_provider
from authz_server.demo.serving import LOOPBACK, Listening
from authz_server.worker.working import Worker
from claims.assurance import Loa
from claims.instants import Instant
from claims.limits import UNDERSTOOD

__all__ = ["Demo"]


class Demo:
    """Started by making it: the ports are held, the world is made, and all three answer. `close` ends it.

    `PortTaken`, `FolderInUse` or `FolderRefused` before anything was changed.
    """

    def __init__(self, folder: Path, ports: tuple[int, int, int], *, clock: Callable[[], Instant]) -> None:
        self.folder: Final = DemoFolder(folder)
        self.clock: Final = MovingClock(clock)
        with ExitStack() as beginning:
            listening = Listening(ports)
            beginning.callback(listening.close)
            beginning.enter_context(self.folder.held())
            self.origins: Final = Origins(*(f"http://localhost:{port}" for port in listening.ports))
            bind = f"{LOOPBACK}:{listening.ports[0]}"
            self.prepared: Final = prepare(self.folder, self.origins, bind=bind, now=self.clock())
            self.provider: Final = create_app(self.prepared.settings, clock=self.clock, demo=True)
            context = self.provider.extensions["namens"]
            beginning.callback(context.database.engine.dispose)
            self.desk, self.insurer = _websites(self.prepared, self.origins, self.clock)
            worker = Worker(context)
            worker.start()
            beginning.callback(worker.stop)
            beginning.callback(listening.close)  # when it ends: first of all nobody is answered any more
            self.registers: Final = create_registers(self.prepared.world, _tokens(self.prepared))
            first = beside(self.desk, self.registers)
            listening.serve([self.provider, first, self.insurer])
            self._ending: Final = beginning.pop_all()

    def close(self) -> None:
        """Stop answering. The folder stays, for `namens --config`."""
        self._ending.close()


def _tokens(prepared: Prepared) -> dict[str, str]:
    """By which the simulated registers know the provider."""
    sources = prepared.settings.sources
    return {name: one.token.get_secret_value() for name, one in sources.items() if one.token is not None}


def _websites(prepared: Prepared, origins: Origins, clock: MovingClock) -> tuple[Flask, Flask]:
    names = {party["id"]: party["name"] for party in prepared.world["parties"]}
    services = prepared.world["services"]
    desk_name, insurer_name = "Dienstenplein Voorbeeldland", names["insurer"]
    looks = (
        Look(desk_name, FRONTS["desk"], insurer_name, origins.insurer),
        Look(insurer_name, FRONTS["insurer"], desk_name, origins.desk),
    )
    desk = create_service_provider(
        origins.provider,
        prepared.desk,
        [choice for service in services for choice in _tasks(service, names)],
        looks[0],
        clock=clock,
        understands=UNDERSTOOD,
    )
    insurer = create_service_provider(
        origins.provider,
        prepared.insurer,
        [_whole(service, names) for service in services if service["provider"] == "insurer"],
        looks[1],
        clock=clock,
    )
    for website in (desk, insurer):
        add_clock_page(website, clock)
    return desk, insurer


def _tasks(service: Mapping[str, Any], names: Mapping[str, str]) -> list[Choice]:
    return [
        Choice(
            id=f"{service['id']}-{task['id']}",
            service=service["uri"],
            kind=service["id"],
            service_names=service["name"],
            task_names=task["name"] if task["name"] != service["name"] else None,
            provider=service["provider"],
            provider_name=names[service["provider"]],
            actions=tuple(task["actions"]),
            least=Loa.of_word(service["minimum_assurance"]),
        )
        for task in service["tasks"]
    ]


def _whole(service: Mapping[str, Any], names: Mapping[str, str]) -> Choice:
    return Choice(
        id=service["id"],
        service=service["uri"],
        kind=service["id"],
        service_names=service["name"],
        task_names=None,
        provider=service["provider"],
        provider_name=names[service["provider"]],
        actions=(),
        least=Loa.of_word(service["minimum_assurance"]),
    )
