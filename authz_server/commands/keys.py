"""`namens keys list | rotate | withdraw KID`: the signing keys and their life."""

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.resealing import accept, reseal
from authz_server.context import Context
from claims.instants import Instant, written
from keys import rotation, store
from keys.algorithms import SIGNATURE_ALGORITHMS, SignatureAlgorithm
from keys.lifecycle import State
from keys.rotation import PROVIDER, NotWithdrawn
from keys.sealing import Unsealable
from keys.store import StoredKey

__all__ = ["check_the_seal", "keys"]

_WHY_NOT = {
    NotWithdrawn.UNKNOWN: "There is no key with that id.",
    NotWithdrawn.ALREADY: "That key is withdrawn already.",
    NotWithdrawn.GONE: "That key is gone: nothing that it signed is accepted any more.",
}


@click.group()
def keys() -> None:
    """Signing keys: announced, signing, verifying, gone, or withdrawn."""


@keys.command("list")
@command_options
def list_(invocation: Invocation) -> None:
    """Every key, in the order of its announcement, with where it is in its life."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        found = store.all_keys(db, PROVIDER)
    rows = [_row(key, now) for key in found]
    words = "\n".join(_line(row) for row in rows) or "No keys yet: the first start makes them."
    invocation.print(words, {"keys": rows})


@keys.command()
@click.option(
    "--alg",
    type=click.Choice(SIGNATURE_ALGORITHMS),
    help="One algorithm only; otherwise every algorithm that is signed with.",
)
@command_options
def rotate(invocation: Invocation, alg: SignatureAlgorithm | None) -> None:
    """Announce successors now. They sign once every reader of our keys can have them."""
    context = invocation.context
    now = context.clock()
    check_the_seal(context, now)
    wanted = (alg,) if alg else SIGNATURE_ALGORITHMS
    sealer, policy = context.keyring.sealer, context.keyring.policy
    rotation.rotate(context.database, sealer, now=now, policy=policy, algorithms=wanted)
    with context.database.reading() as db:
        announced = [
            key
            for key in store.lives(db, PROVIDER, now)
            if key.alg in wanted and key.life.state(now) is State.ANNOUNCED
        ]
    rows = [_row(key, now) for key in announced]
    words = "\n".join(
        f"{row['alg']} {row['kid']} is announced and signs from {row['signs_from']}" for row in rows
    )
    invocation.print(words or "The first keys were made just now; they sign already.", {"announced": rows})


# One key id in sixty-four begins with a hyphen, and is no option for that.
@keys.command(context_settings={"ignore_unknown_options": True})
@click.argument("kid")
@command_options
def withdraw(invocation: Invocation, kid: str) -> None:
    """End the key KID at once. What it signed is refused from now on."""
    context = invocation.context
    now = context.clock()
    check_the_seal(context, now)
    sealer, policy = context.keyring.sealer, context.keyring.policy
    made = rotation.withdraw(context.database, sealer, kid, now=now, policy=policy)
    if isinstance(made, NotWithdrawn):
        raise Refused(made.value, f"{_WHY_NOT[made]} ({kid[:64]})", "See: namens keys list")
    words = [f"{kid} is withdrawn.", *(f"{new} is new and signs at once." for new in made)]
    invocation.print("\n".join(words), {"withdrawn": kid, "new": made})


keys.add_command(reseal)
keys.add_command(accept)


def check_the_seal(context: Context, now: Instant) -> None:
    """Refuse to seal new keys under another secret than the one that the present keys need."""
    with context.database.reading() as db:
        if not store.lives(db, PROVIDER, now):
            return
    try:
        context.keyring.current()
    except Unsealable as failure:
        raise Refused(
            "seal_does_not_fit",
            f"The keys in the database do not open: {failure}.",
            "Give the secret `secrets.seal` that sealed them, or name it in `secrets.former_seal`.",
        ) from failure


def _row(key: StoredKey, now: Instant) -> dict[str, str | None]:
    life = key.life
    instants = {
        "announced_at": life.announced_at,
        "signs_from": life.signs_from,
        "signs_until": life.signs_until,
        "gone_at": life.gone_at,
        "withdrawn_at": life.withdrawn_at,
    }
    return {"kid": key.kid, "alg": key.alg, "state": life.state(now).value} | {
        name: None if instant is None else written(instant) for name, instant in instants.items()
    }


def _line(row: dict[str, str | None]) -> str:
    until = row["withdrawn_at"] or row["signs_until"] or "its successor"
    return f"{row['alg']}  {row['kid']}  {row['state']:<9}  signs {row['signs_from']} to {until}"
