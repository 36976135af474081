"""`namens accounts`: who can log in with a password. Passwords come on standard input, never as an argument."""

import sys

import click

from authz_server.commands.options import Invocation, Refused, command_options
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
    invocation.print(f"{party} can no longer log in.", {"party": party, "account": "closed"})


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
