"""`namens clients register FILE | list | show ID | secret ID | remove ID | apply FILE`: the OAuth clients."""

from typing import Any, cast

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.registration_files import json_document, refused, toml_tables
from authz_server.commands.secrets import require_secrets
from authz_server.context import Context
from authz_server.oidc import clients as registry
from authz_server.oidc.client_metadata import canonical
from authz_server.oidc.clients import Client, Registered
from authz_server.oidc.metadata_faults import MetadataRefused
from authz_server.oidc.self_registration import response_of
from keys.algorithms import SignatureAlgorithm
from keys.storage import Connected

__all__ = ["clients"]


@click.group()
def clients() -> None:
    """OAuth clients: the relying parties that ask us who logged in, and for whom."""


@clients.command()
@click.argument("file", type=click.Path(dir_okay=False))
@command_options
def register(invocation: Invocation, file: str) -> None:
    """Register the client in FILE (RFC 7591 metadata, JSON). Its secret is printed once."""
    require_secrets(invocation)  # a key for its algorithm may have to be made
    context = invocation.context
    document = json_document(file)
    try:
        with context.database.writing() as db:
            made = registry.register(db, document, by_operator=True, now=context.clock())
    except MetadataRefused as wrong:
        raise refused(wrong) from None
    context.keyring.provide(made.client.id_token_algorithm)
    told = response_of(made.client, secret=made.secret)
    words = [f"client_id: {made.client.client_id}"]
    if made.secret is not None:
        words.append(f"client_secret: {made.secret}   (shown once: keep it now)")
    invocation.print("\n".join(words), told)


@clients.command("list")
@command_options
def list_(invocation: Invocation) -> None:
    """Every client."""
    with invocation.context.database.reading() as db:
        found = registry.every(db)
    words = "\n".join(
        f"{client.client_id}  {client.name('nl')}  representation {client.representation}" for client in found
    )
    invocation.print(words or "No clients.", {"clients": [response_of(client) for client in found]})


@clients.command()
@click.argument("client_id")
@command_options
def show(invocation: Invocation, client_id: str) -> None:
    """The registration of one client, without its secret."""
    with invocation.context.database.reading() as db:
        found = [client for client in registry.every(db) if client.client_id == client_id]
    if not found:
        raise _unknown()
    told = response_of(found[0])
    invocation.print("\n".join(f"{name}: {_shown(value)}" for name, value in told.items()), told)


@clients.command()
@click.argument("client_id")
@command_options
def secret(invocation: Invocation, client_id: str) -> None:
    """Give a client another secret, printed once; the one that it had works no more, its tokens do."""
    context = invocation.context
    with context.database.writing() as db:
        found = [client for client in registry.every(db) if client.client_id == client_id]
        if not found:
            raise _unknown()
        made = registry.with_new_secret(context, db, found[0])
    if made is None:
        raise Refused("no_secret", "This client has no secret.", "See: namens clients show")
    told = {"client_id": client_id, "client_secret": made.secret}
    invocation.print(f"client_secret: {made.secret}   (shown once: keep it now)", told)


@clients.command()
@click.argument("client_id")
@command_options
def remove(invocation: Invocation, client_id: str) -> None:
    """Remove a client; everything that was handed out to it ends at once."""
    context = invocation.context
    with context.database.writing() as db:
        if not registry.remove(context, db, client_id, now=context.clock()):
            raise _unknown()
    invocation.print(f"{client_id} is removed.", {"removed": [client_id]})


@clients.command()
@click.argument("file", type=click.Path(dir_okay=False))
@command_options
def apply(invocation: Invocation, file: str) -> None:
    """Make the operator's clients equal to FILE (TOML, a [[clients]] table each), and say what changed."""
    require_secrets(invocation)
    context = invocation.context
    now = context.clock()
    wanted = _wanted(file)
    report: dict[str, list[Any]] = {"added": [], "changed": [], "removed": [], "unchanged": []}
    with context.database.writing() as db:
        present = {client.client_id: client for client in registry.every(db) if client.by_operator}
        for client_id in sorted(present.keys() - wanted.keys()):
            registry.remove(context, db, client_id, now=now)
            report["removed"].append({"client_id": client_id})
        for client_id, members in wanted.items():
            how, made = _put(context, db, present.get(client_id), client_id, members, now)
            told = {"client_id": client_id}
            if made is not None and made.secret is not None:
                told["client_secret"] = made.secret
            report[how].append(told)
    for alg in sorted({str(members["id_token_signed_response_alg"]) for members in wanted.values()}):
        context.keyring.provide(cast(SignatureAlgorithm, alg))
    words = [
        f"{how}: {told['client_id']}"
        + (f"   client_secret: {told['client_secret']}   (shown once)" if "client_secret" in told else "")
        for how in ("added", "changed", "removed")
        for told in report[how]
    ]
    invocation.print("\n".join(words) or "Nothing changed.", report)


def _wanted(file: str) -> dict[str, dict[str, Any]]:
    """client_id -> canonical members, for every table of the file."""
    wanted: dict[str, dict[str, Any]] = {}
    for place, table in enumerate(toml_tables(file, "clients")):
        where = f"clients[{place}]."
        try:
            members = canonical(table, by_operator=True, own_members=True)
        except MetadataRefused as wrong:
            raise refused(wrong, where=where) from None
        client_id = members.pop("client_id", None)
        if client_id is None:
            raise Refused("invalid_client_metadata", f"{where}client_id: is needed in this file.")
        if client_id in wanted:
            raise Refused("invalid_client_metadata", f"{where}client_id: stands in this file twice.")
        wanted[client_id] = members
    return wanted


def _put(
    context: Context, db: Connected, present: Client | None, client_id: str, members: dict[str, Any], now: int
) -> tuple[str, Registered | None]:
    try:
        if present is None:
            document = {**members, "client_id": client_id}
            return "added", registry.register(db, document, by_operator=True, now=now)
        if present.metadata == members:
            return "unchanged", None
        return "changed", registry.replace(context, db, present, members)
    except MetadataRefused as wrong:
        raise refused(wrong, where=f"{client_id}: ") from None


def _unknown() -> Refused:
    return Refused("client_unknown", "There is no client with that id.", "See: namens clients list")


def _shown(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
