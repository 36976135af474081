"""`namens resources register FILE | list | show URI | secret URI | remove URI | apply FILE`: APIs that read our tokens."""

from typing import Any

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.registration_files import json_document, refused, toml_tables
from authz_server.context import Context
from authz_server.oidc import resources as registry
from authz_server.oidc.metadata_faults import MetadataRefused
from authz_server.oidc.resource_metadata import canonical
from authz_server.oidc.resources import RegisteredResource, Resource
from keys.storage import Connected

__all__ = ["resources"]


@click.group()
def resources() -> None:
    """Resources: the APIs that access tokens can be for."""


@resources.command()
@click.argument("file", type=click.Path(dir_okay=False))
@command_options
def register(invocation: Invocation, file: str) -> None:
    """Register the resource in FILE (JSON). Its secret, for introspection, is printed once."""
    context = invocation.context
    document = json_document(file)
    try:
        with context.database.writing() as db:
            made = registry.register(db, document, now=context.clock())
    except MetadataRefused as wrong:
        raise refused(wrong) from None
    told = _told(made.resource, made.secret)
    words = [f"uri: {made.resource.uri}"]
    if made.secret is not None:
        words.append(f"client_secret: {made.secret}   (shown once: keep it now)")
    invocation.print("\n".join(words), told)


@resources.command("list")
@command_options
def list_(invocation: Invocation) -> None:
    """Every resource."""
    with invocation.context.database.reading() as db:
        found = registry.every(db)
    words = "\n".join(
        f"{resource.uri}  {resource.orientation}  {len(resource.services)} services" for resource in found
    )
    invocation.print(words or "No resources.", {"resources": [_told(resource) for resource in found]})


@resources.command()
@click.argument("uri")
@command_options
def show(invocation: Invocation, uri: str) -> None:
    """The registration of one resource, without its secret."""
    with invocation.context.database.reading() as db:
        found = [resource for resource in registry.every(db) if resource.uri == uri]
    if not found:
        raise _unknown()
    told = _told(found[0])
    invocation.print("\n".join(f"{name}: {_shown(value)}" for name, value in told.items()), told)


@resources.command()
@click.argument("uri")
@command_options
def secret(invocation: Invocation, uri: str) -> None:
    """Give a resource another secret, printed once; the one that it had works no more."""
    context = invocation.context
    with context.database.writing() as db:
        found = [resource for resource in registry.every(db) if resource.uri == uri]
        if not found:
            raise _unknown()
        made = registry.with_new_secret(context, db, found[0])
    if made is None:
        raise Refused("no_secret", "This resource has no secret.", "See: namens resources show")
    told = {"uri": uri, "client_secret": made.secret}
    invocation.print(f"client_secret: {made.secret}   (shown once: keep it now)", told)


@resources.command()
@click.argument("uri")
@command_options
def remove(invocation: Invocation, uri: str) -> None:
    """Remove a resource; tokens for it are inactive at once."""
    context = invocation.context
    with context.database.writing() as db:
        if not registry.remove(context, db, uri):
            raise _unknown()
    invocation.print(f"{uri} is removed.", {"removed": [uri]})


@resources.command()
@click.argument("file", type=click.Path(dir_okay=False))
@command_options
def apply(invocation: Invocation, file: str) -> None:
    """Make the resources equal to FILE (TOML, a [[resources]] table each), and say what changed."""
    context = invocation.context
    now = context.clock()
    wanted = _wanted(file)
    report: dict[str, list[Any]] = {"added": [], "changed": [], "removed": [], "unchanged": []}
    with context.database.writing() as db:
        present = {resource.uri: resource for resource in registry.every(db)}
        for uri in sorted(present.keys() - wanted.keys()):
            registry.remove(context, db, uri)
            report["removed"].append({"uri": uri})
        for uri, members in wanted.items():
            how, made = _put(context, db, present.get(uri), members, now)
            told = {"uri": uri}
            if made is not None and made.secret is not None:
                told["client_secret"] = made.secret
            report[how].append(told)
    words = [
        f"{how}: {told['uri']}"
        + (f"   client_secret: {told['client_secret']}   (shown once)" if "client_secret" in told else "")
        for how in ("added", "changed", "removed")
        for told in report[how]
    ]
    invocation.print("\n".join(words) or "Nothing changed.", report)


def _wanted(file: str) -> dict[str, dict[str, Any]]:
    """uri -> canonical members, for every table of the file."""
    wanted: dict[str, dict[str, Any]] = {}
    for place, table in enumerate(toml_tables(file, "resources")):
        where = f"resources[{place}]."
        try:
            members = canonical(table)
        except MetadataRefused as wrong:
            raise refused(wrong, where=where) from None
        if members["uri"] in wanted:
            raise Refused("invalid_client_metadata", f"{where}uri: stands in this file twice.")
        wanted[members["uri"]] = members
    return wanted


def _put(
    context: Context, db: Connected, present: Resource | None, members: dict[str, Any], now: int
) -> tuple[str, RegisteredResource | None]:
    try:
        if present is None:
            return "added", registry.register(db, members, now=now)
        if present.metadata == members:
            return "unchanged", None
        return "changed", registry.replace(context, db, present, members)
    except MetadataRefused as wrong:
        raise refused(wrong, where=f"{members['uri']}: ") from None


def _told(resource: Resource, secret: str | None = None) -> dict[str, object]:
    told: dict[str, object] = dict(resource.metadata)
    if secret is not None:
        told["client_secret"] = secret
    return told


def _unknown() -> Refused:
    return Refused(
        "resource_unknown",
        "There is no resource with that URI.",
        "See: namens resources list",
    )


def _shown(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
