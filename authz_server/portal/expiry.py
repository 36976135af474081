"""When what an organisation keeps of its clients is of no use any more: the client is none, the offer over, the list old."""

from typing import Final

from authz_server.worker.sweeping import Sweep
from claims.instants import CLOCKS_DIFFER

__all__ = ["SWEEPS"]

_A_YEAR: Final = 366 * 86400  # for which a line of a list is known again
_NO_CLIENT: Final = (
    "NOT EXISTS (SELECT 1 FROM register_links l WHERE l.represented = client"
    " AND l.representative = organisation) AND :now > 0"
)
_NO_OFFER: Final = (
    "NOT EXISTS (SELECT 1 FROM register_offers o WHERE o.id = offer"
    " AND o.state IN ('requested', 'offered') AND o.lapses_at > :now)"
)

SWEEPS: Final = (
    Sweep(
        "register_client_references",
        ["organisation", "client"],
        _NO_CLIENT,
        lambda _, now: {"now": now},
    ),
    Sweep("register_placings", ["offer"], _NO_OFFER, lambda _, now: {"now": now - CLOCKS_DIFFER}),
    Sweep(
        "register_list_lines",
        ["organisation", "digest"],
        "at <= :passed",
        lambda _, now: {"passed": now - _A_YEAR},
    ),
)
