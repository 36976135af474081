"""`namens accounts`: who can log in with a password, and who is support. Passwords come on standard input alone."""

import sys

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import require_secrets
from authz_server.login import support as supporters
from authz_server.login.accounts import (
    MINIMUM_LENGTH,
    AccountRefusal,
    add,
    checked_length,
    close,
    set_password,
)
from authz_server.login.passwords import MAXIMUM_LENGTH, Passwords
from authz_server.login.sessions import end, of_person
from claims.instants import written
from claims.register import lookup

__all__ = ["accounts"]


@click.group("accounts")
def accounts() -> None:
    """Who can log in with a password."""


@accounts.command("add")
@click.argument("party")
@command_options
def add_account(invocation: Invocation, party: str) -> None:
    """Open an account for the person PARTY; the password is the first line of standard input."""
    secret = _hashed(_typed())
    now = invocation.context.clock()
    with invocation.context.database.writing() as db:
        found = lookup.party(db, party)
        if found is None:
            raise Refused("party_unknown", "The register has no such party.", "Import the party first.")
        if found.kind != "person":
            raise Refused("party_is_no_person", "An organisation does not log in.", "Name one of its people.")
        _refuse(add(db, party, secret, now=now), party)
    invocation.print(f"{party} can log in.", {"party": party, "account": "open"})


@accounts.command("password")
@click.argument("party")
@command_options
def replace_password(invocation: Invocation, party: str) -> None:
    """Replace the password of PARTY by the first line of standard input; their sessions end."""
    secret = _hashed(_typed())
    now = invocation.context.clock()
    with invocation.context.database.writing() as db:
        _refuse(set_password(db, party, secret, now=now), party)
        for session in of_person(db, party):
            end(db, session, now=now)
    invocation.print(f"{party} has another password.", {"party": party, "account": "open"})


@accounts.command("close")
@click.argument("party")
@command_options
def close_account(invocation: Invocation, party: str) -> None:
    """Close the account of PARTY: nobody logs in with it any more, and its sessions end."""
    now = invocation.context.clock()
    with invocation.context.database.writing() as db:
        _refuse(close(db, party, now=now), party)
        for session in of_person(db, party):
            end(db, session, now=now)
        support_ended = supporters.is_support(db, party)
    if support_ended:
        _change_support(invocation, party, ends=True)
    invocation.print(f"{party} can no longer log in.", {"party": party, "account": "closed"})


@accounts.command("support")
@click.argument("party", required=False)
@click.option("--end", "ends", is_flag=True, help="PARTY is support no more.")
@command_options
def support(invocation: Invocation, party: str | None, ends: bool) -> None:
    """Let the person PARTY stop mandates on request, on a page of their own; without PARTY: who does."""
    if party is None:
        with invocation.context.database.reading() as db:
            found = [{"party": id, "since": written(since)} for id, since in supporters.every(db)]
        words = "\n".join(f"{one['party']}  since {one['since']}" for one in found) or "Nobody is support."
        invocation.print(words, {"support": found})
        return
    done = _change_support(invocation, party, ends=ends)
    if not done and ends:
        raise Refused("not_support", f"{party} is not support.", "See: namens accounts support")
    words = f"{party} is support no more." if ends else f"{party} is support."
    invocation.print(words, {"party": party, "support": not ends})


def _change_support(invocation: Invocation, party: str, *, ends: bool) -> bool:
    require_secrets(invocation)  # the journal is written with them
    context = invocation.context
    now = context.clock()
    with context.database.recording() as db:
        found = lookup.party(db, party) if party.isprintable() else None
        if found is None:
            raise Refused("party_unknown", "The register has no such party.", "Import the party first.")
        if found.kind != "person":
            raise Refused("party_is_no_person", "An organisation does not log in.", "Name one of its people.")
        change = supporters.end if ends else supporters.make
        return change(db, context.vault, party, now=now)


def _typed() -> str:
    """The first line of standard input, asked for without showing it where a person sits there."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return typed
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Refused(
            "password_not_text", "Standard input is not UTF-8 text.", "Send the password as text."
        ) from None


def _hashed(password: str) -> str:
    match checked_length(password):
        case AccountRefusal.TOO_SHORT as code:
            raise Refused(
                code,
                "The password is too short, or there is none on standard input.",
                f"Give at least {MINIMUM_LENGTH} characters: printf '%s' … | namens accounts add PARTY",
            )
        case AccountRefusal.TOO_LONG as code:
            raise Refused(code, "The password is too long.", f"Give at most {MAXIMUM_LENGTH} characters.")
    return Passwords(patience=None).hash(password)


def _refuse(refusal: AccountRefusal | None, party: str) -> None:
    if refusal is AccountRefusal.EXISTS:
        raise Refused(
            refusal, f"{party} has an account.", "Replace its password with: namens accounts password PARTY"
        )
    if refusal is not None:
        raise Refused(refusal, "There is no such open account.", "Open one with: namens accounts add PARTY")
