"""`namens import` and `namens export`: the whole register as a world file."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

import click
import orjson

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.progress import progress
from authz_server.commands.secrets import require_secrets
from authz_server.commands.whole_files import write_whole
from authz_server.worker.account import sign_when_due
from claims.register.actor import OPERATOR
from claims.register.world import (
    Draft,
    Faults,
    ImportReport,
    Overtaken,
    draft,
    export_lists,
    how_many,
    journal_export,
    land,
)
from claims.worldfile import Fault, FileChanged, read_json

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
    require_secrets(invocation)
    try:
        with _sought(file) as sought, _no_circles():
            report = _import(invocation, sought)
    except Faults as refused:
        raise _FaultyFile(refused.faults) from None
    except FileChanged:
        raise Refused(
            "file_changed",
            "The file changed while it was read; nothing was imported.",
            "Import a file that nobody writes to.",
        ) from None
    except OSError as failure:
        raise _cannot_write(failure) from failure
    invocation.print(
        _in_words(report),
        {
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "revived": report.revived,
            "left_out": report.left_out,
        },
    )


@contextmanager
def _no_circles() -> Iterator[None]:
    """Records do not refer to each other in circles; Python looking for those takes a tenth of an import's time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _import(invocation: Invocation, file: BinaryIO) -> ImportReport:
    """Land the file; as often as another import comes in between, it is read and checked anew."""
    context = invocation.context
    while True:
        now = context.clock()
        with _draft(invocation, file, now) as made:
            new = sum(made.news.values())
            try:
                with (
                    progress(invocation, "Writing", new) as landed,
                    context.database.recording() as db,
                ):
                    # by now the file was read and others wrote: an entry of the journal is of when it was written
                    began = context.clock()
                    report = land(db, context.vault, made, by=OPERATOR, now=began, landed=landed)
                sign_when_due(context)
                return report
            except Overtaken:
                continue


def _draft(invocation: Invocation, file: BinaryIO, now: int) -> Draft:
    """What is new in the file, ready to be written. It is gone through twice: to find its lists, and to read them."""
    context = invocation.context
    with progress(invocation, "Reading", 2 * file.seek(0, os.SEEK_END)) as read:
        document = read_json(_Watched(file, read))
        if isinstance(document, Fault):
            raise Faults((document,))
        with context.database.reading() as db:
            return draft(db, context.vault, document, now=now, known_by=context.settings.persons.known_by)


class _Watched:
    """A file that tells how much of it is read."""

    def __init__(self, file: BinaryIO, told: Callable[[int], None]) -> None:
        self.seek: Final = file.seek
        self._read: Final = file.read
        self._told: Final = told

    def read(self, size: int) -> bytes:
        piece = self._read(size)
        self._told(len(piece))
        return piece


@contextmanager
def _sought(file: BinaryIO) -> Iterator[BinaryIO]:
    """The file, or what comes through a pipe as a file without a name."""
    if file.seekable():
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        yield copy


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default="-")
@click.option(
    "--personal-numbers", is_flag=True, help="Write personal numbers too; the journal tells that you did."
)
@command_options
def export(invocation: Invocation, file: Path, personal_numbers: bool) -> None:
    """Write the whole register as a world file, to FILE or on standard output.

    FILE is there when all of it is written, and not before.
    """
    require_secrets(invocation)
    context = invocation.context
    if personal_numbers:
        with context.database.recording() as db:
            journal_export(db, context.vault, by=OPERATOR, now=context.clock())
        sign_when_due(context)
    with context.database.reading() as db:
        records = how_many(db)
        with progress(invocation, "Writing", records) as written:
            lists = export_lists(db, context.vault, personal_numbers=personal_numbers)
            if str(file) == "-":
                _write(lists, sys.stdout.buffer, written)
                return
            try:
                write_whole(file, lambda out: _write(lists, out, written))
            except OSError as failure:
                raise _cannot_write(failure) from failure
    invocation.print(f"{records} records written.", {"records": records})


def _write(
    lists: Iterator[tuple[str, Iterator[dict[str, Any]]]], out: BinaryIO, written: Callable[[int], None]
) -> None:
    """One record a line; what breaks off on the way is no JSON."""
    before = "{"
    for key, records in lists:
        out.write(f'{before}\n "{key}": ['.encode())
        before = ""
        for record in records:
            out.write(f"{before}\n  ".encode() + orjson.dumps(record))
            before = ","
            written(1)
        out.write(b"\n ]" if before else b"]")
        before = ","
    out.write(b"\n}\n")
    out.flush()


def _cannot_write(failure: OSError) -> Refused:
    return Refused(
        "cannot_write",
        f"A file cannot be written or read: {failure.strerror}.",
        "See that the folder of the file (and TMPDIR) can be written to, and has room.",
    )


def _in_words(report: ImportReport) -> str:
    left_out = [
        f"left out: {report.left_out} mandates that are over, and were erased here when their time was over"
    ]
    if not report.changes:
        return "\n".join(
            ["Nothing changed: the register already holds all of it.", *left_out[: report.left_out]]
        )
    lines = [
        f"{kind.replace('_', ' ')}: {report.added[kind]} new, {report.changed[kind]} changed,"
        f" {report.unchanged[kind]} unchanged"
        for kind in report.added
        if report.added[kind] or report.changed[kind] or report.unchanged[kind]
    ]
    if report.revived:
        lines.append(
            "warning: these mandates or appointments were revoked, and by this file are so no longer: "
            + ", ".join(report.revived)
        )
    return "\n".join([*lines, *left_out[: report.left_out]])
