"""`namens keys reseal | accept PURPOSE`: another secret in place of one that was used."""

from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Final

import click

from authz_server.commands.options import Invocation, command_options
from authz_server.commands.progress import progress
from authz_server.commands.secrets import require_secrets
from authz_server.commands.standing import require_up_to_date
from authz_server.context import Context
from authz_server.secrets_in_use import key_ids
from claims.register import resealing
from keys import store
from keys.in_use import Purpose, claim, in_use, release, replace
from keys.storage import Connected

__all__ = ["accept", "reseal"]

_REST: Final = 4  # times as long as a step took: others write in between
_SHORTEST_REST: Final = 0.005  # seconds


@click.command()
@command_options
def reseal(invocation: Invocation) -> None:
    """Bring all that is sealed under the present `secrets.seal`, in small steps, while servers answer.

    It may be interrupted and run again. Once nothing is left, `secrets.former_seal` is not needed any more.
    """
    require_up_to_date(invocation)
    require_secrets(invocation)
    context = invocation.context
    before = _left(context)
    done = 0
    with progress(invocation, "Sealing", before) as told:
        for count in _steps(context, told):
            done += count
    left = _left(context)
    if not left:
        left = _give_up_former(context)
    with context.database.reading() as db:
        needed = sorted(in_use(db)[Purpose.SEAL] - {context.vault.seal_id})
    words = f"{done} values were sealed under the key {context.vault.seal_id}."
    if left:
        words += f"\n{left} are left: run it again. If that does not help, they do not open with the secrets given."
    elif not needed:
        words += "\nNothing is left: no former secret is needed any more."
    invocation.print(
        words, {"sealed": done, "left": left, "key": context.vault.seal_id, "still_needed": needed}
    )


@click.command()
@click.argument("purpose", type=click.Choice([Purpose.PAIRWISE.value, Purpose.CODES.value]))
@command_options
def accept(invocation: Invocation, purpose: str) -> None:
    """Take the present secret for PURPOSE as the one from now on, and give up what another one made.

    With another `pairwise` secret everybody is a stranger to every relying party; with another `codes` secret the
    wrong passwords of the last quarter of an hour are forgotten.
    """
    require_up_to_date(invocation)
    context = invocation.context
    wanted = Purpose(purpose)
    with context.database.recording() as db:
        before = in_use(db)[wanted]
        replace(db, wanted, key_ids(context)[wanted])
    given_up = sorted(before - {key_ids(context)[wanted]})
    words = f"secrets.{wanted} is the key {key_ids(context)[wanted]} from now on."
    invocation.print(words, {"purpose": wanted, "key": key_ids(context)[wanted], "given_up": given_up})


def _steps(context: Context, told: Callable[[int], None]) -> Iterator[int]:
    """Step by step, each followed by a rest."""
    began = monotonic()
    for count in resealing.seal_anew(context.database, context.vault):
        told(count)
        yield count
        sleep(max(_SHORTEST_REST, _REST * (monotonic() - began)))
        began = monotonic()
    with context.database.recording() as db:
        count = store.seal_anew(db, context.keyring.sealer)
    told(count)
    yield count


def _left(context: Context) -> int:
    with context.database.reading() as db:
        return _left_in(db, context)


def _left_in(db: Connected, context: Context) -> int:
    return resealing.left(db, context.vault) + store.not_sealed_with(db, context.keyring.sealer)


def _give_up_former(context: Context) -> int:
    """Nothing stands under former keys: forget those. How many values turned up after all.

    Whoever seals claims its key in the same transaction. What a process with the former key sealed before this is
    counted now; what it seals later claims the key anew. All in one transaction: whoever ends this in between, by
    whatever means, leaves the keys remembered that are needed.
    """
    with context.database.recording() as db:
        former = in_use(db)[Purpose.SEAL] - {context.vault.seal_id}
        if not former:
            return 0
        for key_id in former:
            release(db, Purpose.SEAL, key_id)
        left = _left_in(db, context)
        if left:
            for key_id in former:
                claim(db, Purpose.SEAL, key_id)
    return left
