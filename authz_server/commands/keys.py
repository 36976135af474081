"""`namens keys list | rotate | withdraw KID`: the signing keys and their life."""

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.resealing import accept, reseal
from authz_server.context import Context
from claims.instants import Instant, written
from claims.register import heads
from keys import rotation, store
from keys.algorithms import SIGNATURE_ALGORITHMS, SignatureAlgorithm
from keys.lifecycle import State
from keys.rings import PROVIDER, REGISTER, RINGS, Ring
from keys.rotation import NotWithdrawn
from keys.sealing import Altered, Unsealable
from keys.source import KeyringSource
from keys.store import StoredKey

__all__ = ["check_the_seal", "keys"]

_WHY_NOT = {
    NotWithdrawn.UNKNOWN: "There is no key with that id.",
    NotWithdrawn.ALREADY: "That key is withdrawn already.",
    NotWithdrawn.GONE: "That key is gone: nothing that it signed is accepted any more.",
}


@click.group()
def keys() -> None:
    """Signing keys, of the provider and of the register: announced, signing, verifying, gone, or withdrawn."""


@keys.command("list")
@click.option("--of", "ring", type=click.Choice(RINGS), help="Of the one alone; otherwise of both.")
@command_options
def list_(invocation: Invocation, ring: Ring | None) -> None:
    """Every key, in the order of its announcement, with where it is in its life."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        rows = [_row(of, key, now) for of in ([ring] if ring else RINGS) for key in store.all_keys(db, of)]
    words = "\n".join(_line(row) for row in rows) or "No keys yet: the first start makes them."
    invocation.print(words, {"keys": rows})


@keys.command()
@click.option(
    "--alg",
    type=click.Choice(SIGNATURE_ALGORITHMS),
    help="One algorithm only; otherwise every algorithm that is signed with.",
)
@click.option("--of", "ring", type=click.Choice(RINGS), default=PROVIDER, help="Whose keys: the provider's.")
@command_options
def rotate(invocation: Invocation, alg: SignatureAlgorithm | None, ring: Ring) -> None:
    """Announce successors now. They sign once every reader of our keys can have them."""
    context = invocation.context
    now = context.clock()
    check_the_seal(context, now)
    source = _source(context, ring)
    with context.database.reading() as db:
        kept = rotation.kept_algorithms(db, ring)
    if alg and alg not in kept:
        raise Refused("algorithm_not_used", f"The {ring} signs nothing with {alg}.", "See: namens keys list")
    wanted = (alg,) if alg else kept
    rotation.rotate(
        context.database, source.sealer, now=now, policy=source.policy, algorithms=wanted, ring=ring
    )
    with context.database.reading() as db:
        announced = [
            key
            for key in store.lives(db, ring, now)
            if key.alg in wanted and key.life.state(now) is State.ANNOUNCED
        ]
    rows = [_row(ring, key, now) for key in announced]
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
    with context.database.reading() as db:
        ring = store.ring_of(db, kid) or PROVIDER
    source = _source(context, ring)
    made = rotation.withdraw(
        context.database,
        source.sealer,
        kid,
        now=now,
        policy=source.policy,
        ring=ring,
        signed_last=heads.signed_last if ring == REGISTER else None,
    )
    if isinstance(made, NotWithdrawn):
        raise Refused(made.value, _WHY_NOT[made], "See: namens keys list")
    words = [f"{kid} is withdrawn.", *(f"{new} is new and signs at once." for new in made)]
    invocation.print("\n".join(words), {"withdrawn": kid, "new": made})


keys.add_command(reseal)
keys.add_command(accept)


def check_the_seal(context: Context, now: Instant) -> None:
    """Refuse to seal new keys under another secret than the one that the present keys need."""
    with context.database.reading() as db:
        used = [source for source in _sources(context) if store.lives(db, source.ring, now)]
    for source in used:
        try:
            source.current()
        except Altered:
            continue  # by somebody: it says nothing of the secret, and must keep nobody from the other keys
        except Unsealable as failure:
            raise Refused(
                "seal_does_not_fit",
                f"The keys in the database do not open: {failure}.",
                "Give the secret `secrets.seal` that sealed them, or name it in `secrets.former_seal`.",
            ) from failure


def _sources(context: Context) -> tuple[KeyringSource, KeyringSource]:
    return context.keyring, context.register_keys


def _source(context: Context, ring: Ring) -> KeyringSource:
    return next(source for source in _sources(context) if source.ring == ring)


def _row(ring: Ring, key: StoredKey, now: Instant) -> dict[str, str | None]:
    life = key.life
    instants = {
        "announced_at": life.announced_at,
        "signs_from": life.signs_from,
        "signs_until": life.signs_until,
        "gone_at": life.gone_at,
        "withdrawn_at": life.withdrawn_at,
    }
    return {"of": ring, "kid": key.kid, "alg": key.alg, "state": life.state(now).value} | {
        name: None if instant is None else written(instant) for name, instant in instants.items()
    }


def _line(row: dict[str, str | None]) -> str:
    until = row["withdrawn_at"] or row["signs_until"] or "its successor"
    return (
        f"{row['of']:<8}  {row['alg']}  {row['kid']}  {row['state']:<9}  signs {row['signs_from']} to {until}"
    )
