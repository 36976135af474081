"""What is under way when the demo begins: a letter that a daughter asked for, to her mother who cannot log in."""

from datetime import date
from typing import Final

from claims.assurance import Loa
from claims.granting import FIRST_OFFERED, years_after
from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.offers import Offer, OfferKind, OfferState, Part
from claims.register import letters
from claims.register.actor import Actor
from claims.register.letters import Asked
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["ask_for_a_letter"]

_HELPER: Final = "sanne"
_BORN: Final = date(1939, 8, 14)
_BSN: Final = "999998018"
_SERVICE: Final = "benefit"


def ask_for_a_letter(db: Connected, vault: Vault, *, now: Instant) -> None:
    """As she did on her page: the worker finds her mother, and puts the letter where letters lie."""
    offer = Offer(
        id="of-letter-to-joke",
        kind=OfferKind.LETTER,
        state=OfferState.OFFERED,
        represented="",
        representative=_HELPER,
        parts=(Part("m-letter-to-joke", frozenset({_SERVICE}), frozenset({"view", "apply"})),),
        assurance=Loa.HIGH,
        starts=None,
        until=years_after(now, FIRST_OFFERED),
        made_at=now,
        lapses_at=now,
    )
    by = Actor(_HELPER, None, "self", Loa.LOW, f"{_HELPER}-eid")
    letters.ask(db, vault, Asked(offer, _BORN, Identifier(Scheme.BSN, _BSN)), by=by, now=now)
