"""What is under way when the demo begins: a letter, an open code, a mandate that one of two signed, and past logins."""

from datetime import date
from typing import Final

from authz_server.context import Context
from claims import activation_codes
from claims.assurance import Loa
from claims.granting import FIRST_OFFERED, years_after
from claims.identifiers import Identifier, Scheme
from claims.instants import Instant
from claims.offers import Offer, OfferKind, OfferState, Part
from claims.question import Question
from claims.register import activating, letters, lookup, offering, resolving, uses
from claims.register.activating import Drawn
from claims.register.actor import Actor
from claims.register.letters import Asked
from claims.register.personal import Vault
from keys.storage import Connected

__all__ = ["HALF_SIGNED", "ask_for_a_letter", "give_by_a_code", "log_in_before", "sign_as_one_of_two"]

HALF_SIGNED: Final = "of-bos-gea"
_HELPER: Final = "sanne"
_BORN: Final = date(1939, 8, 14)
_BSN: Final = "999998018"
_SERVICE: Final = "benefit"
_DAY: Final = 86_400
_DAYS_AGO: Final = (41, 3)  # when somebody logged in for Joop


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


def give_by_a_code(db: Connected, context: Context, *, now: Instant) -> str:
    """As Joop did on his page, for whoever brings the code; the code, as people read it."""
    offer = _offer(
        "of-joop", OfferKind.CODE, "joop", None, ("income-tax", ("view", "prepare", "submit")), now=now
    )
    by = Actor("joop", None, "self", Loa.SUBSTANTIAL, "joop-eid")
    policy = context.settings.evidence.policy
    made = offering.make(db, context.vault, offer, login=Loa.SUBSTANTIAL, by=by, now=now, policy=policy)
    drawn = activating.draw(db, context.vault, context.codes, offer.id, by=by, now=now, policy=policy)
    if not isinstance(made, Offer) or not isinstance(drawn, Drawn):
        raise LookupError(f"no code for {offer.id}: {made}, {drawn}")
    return activation_codes.shown(drawn.code)


def sign_as_one_of_two(db: Connected, context: Context, *, now: Instant) -> None:
    """As Henk did on the page of Bos & Bos: Gea may do this by herself, once she has signed too."""
    offer = _offer(HALF_SIGNED, OfferKind.PARTY, "bos", "gea", ("energy-label", ("view", "apply")), now=now)
    by = Actor("henk", "bos", "relation l-bos-henk", Loa.SUBSTANTIAL, "henk-eid")
    policy = context.settings.evidence.policy
    made = offering.make(db, context.vault, offer, login=Loa.SUBSTANTIAL, by=by, now=now, policy=policy)
    if not isinstance(made, Offer):
        raise LookupError(f"{offer.id} was not signed: {made}")


def log_in_before(db: Connected, vault: Vault, client: str, *, now: Instant) -> None:
    """As if Marloes logged in for Joop some days ago, by a service provider that is registered as `client`."""
    service = lookup.service(db, _SERVICE)
    if service is None:
        raise LookupError(f"no service {_SERVICE}")
    for days in _DAYS_AGO:
        at = now - days * _DAY
        [found] = resolving.check(db, Question("marloes", service, at, Loa.LOW), "joop")
        uses.record(db, found, client=client, now=at)
    uses.chain_some(db, vault, now=now)


def _offer(
    id: str,
    kind: OfferKind,
    represented: str,
    representative: str | None,
    what: tuple[str, tuple[str, ...]],
    *,
    now: Instant,
) -> Offer:
    service, actions = what
    return Offer(
        id=id,
        kind=kind,
        state=OfferState.REQUESTED,
        represented=represented,
        representative=representative,
        parts=(Part(f"m{id.removeprefix('of')}", frozenset({service}), frozenset(actions)),),
        assurance=Loa.HIGH,
        starts=None,
        until=years_after(now, FIRST_OFFERED),
        made_at=now,
        lapses_at=now,
    )
