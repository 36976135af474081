"""`namens journal verify | export | erase`: the account of the register, proved and written out."""

import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final

import click
import orjson

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.progress import progress
from authz_server.commands.secrets import require_secrets
from authz_server.commands.whole_files import write_whole
from authz_server.worker.account import archive, register_of, sign_now
from claims.register import journal as account
from claims.register.actor import OPERATOR
from claims.register.auditing import Audit
from claims.register.auditing_records import audit_records
from claims.register.breaches import Found
from claims.register.erasing import erase_former
from claims.register.heads import HEAD_TYPE, Head, read_head
from claims.register.world import how_many
from keys.archive import Archive

__all__ = ["journal"]

_SHOWN: Final = 100  # breaches: whoever has a hundred has enough
_LONGEST: Final = 64 * 1024  # bytes of a checkpoint's file, which may be the end of an export


@click.group()
def journal() -> None:
    """The account of every change: whether it is whole, and what it says."""


@journal.command()
@click.option(
    "--from",
    "checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed head that was kept elsewhere (journal export --head): what came before it is not read.",
)
@command_options
def verify(invocation: Invocation, checkpoint: Path | None) -> None:
    """Read the whole account again and prove it: chain, signatures, versions, records, uses.

    Exit status 1 when anything is not as it was written.
    """
    require_secrets(invocation)  # with others everything looks altered
    context = invocation.context
    register = register_of(context)
    with context.database.reading() as db:
        keys = archive(context, db)
        audit = Audit(register, context.vault, lambda signed: keys.prove(signed, typ=HEAD_TYPE))
        if checkpoint is not None:
            audit.since = _head(checkpoint, keys, register)
        with progress(invocation, "Proving", account.length(db) + how_many(db)) as seen:
            records = audit_records(db, context.vault, seen=seen)
            found = _first(chain(audit.breaches(db, seen=seen), records))
    told = {"entries": audit.entries, "last": audit.last, "signed": audit.signed}
    if found:
        breaches = [{"breach": one.breach.value, "where": one.where} for one in found]
        raise _NotWhole({**told, "breaches": breaches})
    words = f"The account is whole: {audit.entries} entries up to {audit.last}, signed up to {audit.signed}."
    invocation.print(words, told)


@journal.command()
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default="-")
@click.option("--head", is_flag=True, help="Only where it ends, signed now: keep it somewhere else.")
@command_options
def export(invocation: Invocation, file: Path, head: bool) -> None:
    """Write the account, one entry a line as JSON, and on the last line where it ends, signed."""
    require_secrets(invocation)
    context = invocation.context
    signed = sign_now(context)
    if signed is None:
        raise Refused(
            "journal_not_signed",
            "The journal is empty, or does not follow what was signed last.",
            "See: namens journal verify",
        )

    def write(out: BinaryIO) -> None:
        if not head:
            with context.database.reading() as db:
                for entry in account.every(db):
                    out.write(orjson.dumps(entry) + b"\n")
        out.write(orjson.dumps({"signed": signed}) + b"\n")
        out.flush()

    if str(file) == "-":
        write(sys.stdout.buffer)
        return
    try:
        write_whole(file, write)
    except OSError as failure:
        raise Refused("cannot_write", f"The file cannot be written: {failure.strerror}.") from failure
    invocation.print(f"Written to {file}.", {"file": str(file), "signed": signed})


@journal.command()
@click.argument("kind", type=click.Choice(account.KINDS))
@click.argument("id")
@command_options
def erase(invocation: Invocation, kind: str, id: str) -> None:
    """Erase what former versions of one record said, and why it was changed; what it says now stays."""
    require_secrets(invocation)  # the journal is written with them
    context = invocation.context
    with context.database.recording() as db:
        erased = (
            erase_former(db, context.vault, kind, id, by=OPERATOR, now=context.clock())
            if id.isprintable()
            else None
        )
    if erased is None:
        raise Refused("unknown_record", f"There is no {kind} with that id.")
    invocation.print(f"{erased} former versions are erased.", {"kind": kind, "id": id, "erased": erased})


class _NotWhole(Refused):
    """What was found wrong, each by its code and its place."""

    def __init__(self, told: dict[str, Any]) -> None:
        lines = [f"  {one['breach']}: {one['where']}" for one in told["breaches"]]
        super().__init__(
            "journal_not_whole",
            "\n".join(["The account is not what was written:", *lines]),
            "Compare with a backup, and with heads that were kept elsewhere (docs/operating.md).",
        )
        self.told = told

    def document(self) -> dict[str, object]:
        return {**super().document(), **self.told}


def _head(file: Path, keys: Archive, register: str) -> Head:
    """The head that the checkpoint tells, proved."""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - _LONGEST))
        lines = opened.read().split(b"\n")
    for line in reversed(lines):
        if (signed := _signed(line.strip())) is None:
            continue
        claims: Mapping[str, Any] | None = keys.prove(signed, typ=HEAD_TYPE)
        head = None if claims is None else read_head(claims, register=register)
        if head is None:
            break
        return head
    raise Refused(
        "not_a_checkpoint",
        f"{file} holds no head that this register signed.",
        "Give a file that `namens journal export` wrote for this register.",
    )


def _signed(line: bytes) -> str | None:
    if not line:
        return None
    try:
        told = orjson.loads(line) if line.startswith(b"{") else {"signed": line.decode("ascii")}
    except ValueError:
        return ""
    signed = told.get("signed") if isinstance(told, dict) else None
    return signed if isinstance(signed, str) else ""


def _first(found: Iterator[Found]) -> list[Found]:
    return [one for one, _ in zip(found, range(_SHOWN), strict=False)]
