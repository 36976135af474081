"""What waits on the page of a party: what it offered or is asked for, and what was offered to it."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from authz_server.portal.offer_words import waiting_line
from authz_server.portal.signing_words import signing_shown
from authz_server.portal.told import told
from claims.catalogue import Service
from claims.instants import Instant
from claims.parties import Party
from claims.register import offers_kept
from claims.register.countersigning import Pending, pending
from claims.register.entitling import entitlements
from claims.register.facts import StoredFacts
from claims.register.offers_kept import OfferPage
from keys.storage import Connected

__all__ = ["Waiting", "waiting_for"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Both lists, and where this person gives a permission for the party, None where nothing entitles them to.

    `alone` says whether they need nobody else for it.
    """

    offered: OfferPage
    to_party: OfferPage
    give: str | None
    alone: bool
    surer: list[Pending]

    @property
    def named(self) -> set[str]:
        """The parties on the other side."""
        return {
            *(one.representative for one in self.offered.offers if one.representative),
            *(one.represented for one in self.to_party.offers),
            *(one.mandate.representative for one in self.surer),
            *(signer.party for one in self.surer for signer in one.signing.signatories),
        }

    def shown(
        self, parties: dict[str, Party], services: dict[str, Service], *, now: Instant
    ) -> dict[str, Any]:
        """The rows as the page has them."""
        return {
            "give": self.give,
            "offered": [
                waiting_line(one, services, parties, given=True, now=now) for one in self.offered.offers
            ],
            "surer": [self._to_sign(one, parties, services, now=now) for one in self.surer],
            "to_party": [
                waiting_line(one, services, parties, given=False, now=now) for one in self.to_party.offers
            ],
        }

    @staticmethod
    def _to_sign(
        one: Pending, parties: dict[str, Party], services: dict[str, Service], *, now: Instant
    ) -> dict[str, Any]:
        """A mandate that some have signed to make it stronger, with who has and who has not."""
        line = told(one.mandate, parties.get(one.mandate.representative), services, parties, now=now, ways=())
        signing = signing_shown(one.signing, parties)
        names = {done: [name for name, signed in signing["list"] if signed is done] for done in (True, False)}
        return {
            "line": line,
            "signed": ", ".join(filter(None, names[True])),
            "unsigned": ", ".join(filter(None, names[False])),
            "address": url_for("strengthening.ask", mandate_id=one.mandate.id),
        }


def waiting_for(db: Connected, person: str, party_id: str, *, now: Instant, at_once: int) -> Waiting:
    """What waits for the party, on the page that this person reads."""
    give, alone = _give_address(db, person, party_id, now=now)
    return Waiting(
        offers_kept.open_offers(db, party_id, now=now, limit=at_once, after=request.args.get("offered")),
        offers_kept.given_to(
            db, party_id, now=now, limit=at_once, after=request.args.get("to"), silent=False
        ),
        give,
        alone,
        # who binds it alone waits for nobody, and a person signs with nobody
        [] if give is None or party_id == person else pending(db, party_id, now=now),
    )


def _give_address(db: Connected, person: str, party_id: str, *, now: Instant) -> tuple[str | None, bool]:
    if party_id == person:
        return url_for("giving.form"), True
    grounds = entitlements(db, StoredFacts(db), person, party_id, now=now)
    if not grounds:
        return None, False
    return url_for("giving.form", party_id=party_id), any(one.alone for one in grounds)
