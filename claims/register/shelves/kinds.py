"""The shelf of each kind of record: its table, its columns, and what stands in its body where that is less than all."""

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from claims.catalogue import Service, ServiceSet
from claims.desk import DeskAppointment, DeskVisit
from claims.instants import written
from claims.keeping import first_end
from claims.offers import Offer
from claims.organisation import Appointment, Block, ClientGroup
from claims.parties import Party
from claims.register import offer_records, records
from claims.register.deriving import order_name, search_text
from claims.register.records import LISTED_APART
from claims.register.shelves.shelf import Document, Shelf
from claims.relations import Link
from claims.restrictions import Restriction

__all__ = [
    "APPOINTMENTS",
    "BLOCKS",
    "DESK_APPOINTMENTS",
    "GROUPS",
    "LINKS",
    "OFFERS",
    "PARTIES",
    "RESTRICTIONS",
    "SERVICES",
    "SETS",
    "block_id",
    "digest_of_ids",
]


def block_id(block: Block) -> str:
    """What identifies a block, as one text."""
    return json.dumps([block.organisation, block.person, block.authenticator, written(block.starts)])


def digest_of_ids(ids: Iterable[str]) -> str:
    """What stands in a body for a list that is kept apart."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _judged_link(full: Document) -> Document:
    """A long list of clients stands in a table of its own; its digest stands here."""
    clients = full.get("clients")
    if not isinstance(clients, dict) or len(clients.get("parties", ())) <= LISTED_APART:
        return full
    apart = digest_of_ids(clients["parties"])
    return {**full, "clients": {"groups": clients.get("groups", [])}, "listed_apart": apart}


def _judged_group(full: Document) -> Document:
    """A group's clients stand in a table of their own; their digest stands here."""
    return {**full, "clients": [], "listed_apart": digest_of_ids(full["clients"])}


def _kind_of_link(link: Link) -> str:
    if isinstance(link, DeskVisit):
        return "desk_visit"
    return "mandate" if link.is_mandate else "legal_relation"


PARTIES: Final = Shelf[Party](
    "register_parties",
    ("kind", "name", "search", "born"),
    kind_of=lambda party: "party",
    id_of=lambda party: party.id,
    record=records.party,
    columns_of=lambda party: {
        "kind": party.kind.value,
        "name": order_name(party),
        "search": search_text(party),
        "born": None if party.born is None else party.born.isoformat(),
    },
    starting={"restricted": 0, "blocking": 0},
    derived=frozenset({"owned"}),
)
SERVICES: Final = Shelf[Service](
    "register_services",
    ("uri", "provider"),
    kind_of=lambda service: "service",
    id_of=lambda service: service.id,
    record=records.service,
    columns_of=lambda service: {"uri": service.uri, "provider": service.provider},
    derived=frozenset({"in_sets"}),
)
SETS: Final = Shelf[ServiceSet](
    "register_service_sets",
    (),
    kind_of=lambda one: "service_set",
    id_of=lambda one: one.id,
    record=records.service_set,
    columns_of=lambda one: {},
)
LINKS: Final = Shelf[Link](
    "register_links",
    ("kind", "represented", "representative", "name", "ends"),
    kind_of=_kind_of_link,
    id_of=lambda link: link.id,
    record=records.link,
    columns_of=lambda link: {
        "kind": str(link.basis),
        "represented": link.represented,
        "representative": link.representative,
        "ends": first_end(link.until, link.revoked_at),
    },
    judged=_judged_link,
    found_by=("represented", "representative"),
)
RESTRICTIONS: Final = Shelf[Restriction](
    "register_restrictions",
    ("party",),
    kind_of=lambda restriction: "restriction",
    id_of=lambda restriction: restriction.id,
    record=records.restriction,
    columns_of=lambda restriction: {"party": restriction.party},
    found_by=("party",),
)
GROUPS: Final = Shelf[ClientGroup](
    "register_groups",
    ("organisation",),
    kind_of=lambda group: "client_group",
    id_of=lambda group: group.id,
    record=records.group,
    columns_of=lambda group: {"organisation": group.organisation},
    judged=_judged_group,
)
APPOINTMENTS: Final = Shelf[Appointment](
    "register_appointments",
    ("organisation", "person"),
    kind_of=lambda appointment: "appointment",
    id_of=lambda appointment: appointment.id,
    record=records.appointment,
    columns_of=lambda appointment: {"organisation": appointment.organisation, "person": appointment.person},
)
BLOCKS: Final = Shelf[Block](
    "register_blocks",
    ("organisation", "person"),
    kind_of=lambda block: "block",
    id_of=block_id,
    record=records.block,
    columns_of=lambda block: {"organisation": block.organisation, "person": block.person},
)
DESK_APPOINTMENTS: Final = Shelf[DeskAppointment](
    "register_desk_appointments",
    ("organisation", "person"),
    kind_of=lambda appointment: "desk_appointment",
    id_of=lambda appointment: appointment.id,
    record=records.desk_appointment,
    columns_of=lambda appointment: {"organisation": appointment.organisation, "person": appointment.person},
)
OFFERS: Final = Shelf[Offer](
    "register_offers",
    ("represented", "representative", "state", "lapses_at"),
    kind_of=lambda offer: "offer",
    id_of=lambda offer: offer.id,
    record=offer_records.offer,
    written=offer_records.document_of,
    columns_of=lambda offer: {
        "represented": offer.represented,
        "representative": offer.representative,
        "state": offer.state.value,
        "lapses_at": offer.lapses_at,
    },
)
