"""`namens import` and `namens export`: the whole register as a world file."""

import json
from typing import BinaryIO

import click

from authz_server.commands.options import Invocation, Refused, command_options
from claims.register.actor import OPERATOR
from claims.register.world import Faults, ImportReport, export_world, import_world
from claims.worldfile import Fault, read_json

__all__ = ["export", "import_"]


class _FaultyFile(Refused):
    """Every fault of a world file, by its place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(
            "world_file_refused",
            f"{count}; nothing was imported.\n" + "\n".join(f"  {fault}" for fault in faults),
        )
        self._faults = faults
        self._count = count

    def document(self) -> dict[str, object]:
        return {
            "error": self.code,
            "message": f"{self._count}; nothing was imported.",
            "remedy": None,
            "faults": [
                {"place": fault.place, "code": fault.code, "wrong": fault.wrong, "right": fault.right}
                for fault in self._faults
            ],
        }


@click.command("import")
@click.argument("file", type=click.File("rb"))
@command_options
def import_(invocation: Invocation, file: BinaryIO) -> None:
    """Load a world file into the register: all of it, or nothing and every fault in it."""
    document = read_json(file.read())
    if isinstance(document, Fault):
        raise _FaultyFile((document,))
    context = invocation.context
    now = context.clock()
    try:
        with context.database.recording() as db:
            report = import_world(db, context.vault, document, by=OPERATOR, now=now)
    except Faults as refused:
        raise _FaultyFile(refused.faults) from None
    invocation.print(
        _in_words(report),
        {
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "revived": report.revived,
        },
    )


@click.command("export")
@click.option(
    "--personal-numbers", is_flag=True, help="Write personal numbers too; the journal tells that you did."
)
@command_options
def export(invocation: Invocation, personal_numbers: bool) -> None:
    """Write the whole register as a world file, on standard output."""
    context = invocation.context
    now = context.clock()
    opened = context.database.recording() if personal_numbers else context.database.reading()
    with opened as db:
        document = export_world(db, context.vault, personal_numbers=personal_numbers, by=OPERATOR, now=now)
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def _in_words(report: ImportReport) -> str:
    if not report.changes:
        return "Nothing changed: the register already holds all of it."
    lines = [
        f"{kind.replace('_', ' ')}: {report.added[kind]} new, {report.changed[kind]} changed,"
        f" {report.unchanged[kind]} unchanged"
        for kind in report.added
        if report.added[kind] or report.changed[kind] or report.unchanged[kind]
    ]
    if report.revived:
        lines.append(
            "warning: these mandates were revoked, and by this file are so no longer: "
            + ", ".join(report.revived)
        )
    return "\n".join(lines)
