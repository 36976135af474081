"""The rows of the register. They hold columns and no rules.

Five kinds of table. *Facts* (`parties`, `catalogue`, `links`, `organisations`, `desks`, `offers`): one row per record,
with the record itself as JSON in `body`; what is asked of a record in SQL stands beside it in columns. *Finders*
(`finders`: candidates, bridges, clients): derived from the facts, they only find paths; the pure judge decides on facts
fetched by id, so that a stale row of theirs can hide a right and never give one. *Account* (`account`): versions (and the
former parties that lead to them), journal and uses, only added to. *Notes* (`client_notes`): what an organisation keeps
of its clients, on which no right hangs. *Telling* (`telling`): notices, and where people want them. Apart from these
stands how fresh the answers of source registers are (`sources`).
"""

from claims.register.tables import (
    catalogue,
    client_notes,
    desks,
    links,
    offers,
    organisations,
    parties,
    sources,
    telling,
)
from claims.register.tables.account import GUARDS
from claims.register.tables.columns import metadata
from claims.register.tables.finders import SEARCHED

__all__ = [
    "GUARDS",
    "SEARCHED",
    "catalogue",
    "client_notes",
    "desks",
    "links",
    "metadata",
    "offers",
    "organisations",
    "parties",
    "sources",
    "telling",
]
