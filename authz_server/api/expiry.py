"""When an answer need not be known any more: a day after it was given."""

from typing import Final

from authz_server.api.repeating import KEPT
from authz_server.worker.sweeping import Sweep
from claims.instants import CLOCKS_DIFFER

__all__ = ["SWEEPS"]

SWEEPS: Final = (
    Sweep(
        "api_answers",
        ["client_id", "key"],
        "at <= :passed",
        lambda _, now: {"passed": now - KEPT - CLOCKS_DIFFER},
    ),
)
