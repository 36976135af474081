"""When what telling people leaves behind is over, so that its row may go."""

from typing import Final

from authz_server.worker.sweeping import Sweep
from claims.instants import CLOCKS_DIFFER
from claims.register.letters import PERIOD
from claims.register.outbox import KEPT

__all__ = ["SWEEPS"]

_DAY: Final = 86400

SWEEPS: Final = (
    Sweep("register_notices", ["id"], "settled_at <= :passed", lambda _, now: {"passed": now - KEPT}),
    # Letters that helpers asked for count for so long, and no longer.
    Sweep("register_letters", ["id"], "asked_at <= :passed", lambda _, now: {"passed": now - PERIOD}),
    # An address that somebody typed and never showed to be theirs; how many codes were asked for is known for a day.
    Sweep(
        "register_addresses",
        ["party"],
        "sealed IS NULL AND asked_since <= :passed AND (code_until IS NULL OR code_until <= :ended)",
        lambda _, now: {"passed": now - _DAY, "ended": now - CLOCKS_DIFFER},
    ),
)
