"""A worker whose parent was killed ends too: nobody could stop it, and it would keep the address from the next server.

A parent that ends in good order tells its workers. One that is killed (SIGKILL, out of memory) tells nobody; the
workers would go on with the settings and the code of then, and `namens serve` could not be started again.
"""

import os
import signal
from threading import Thread
from time import sleep
from typing import Final

__all__ = ["end_with"]

_LOOK_EVERY: Final = 0.5  # seconds


def end_with(parent: int, *, within: float) -> None:
    """End this process when `parent` is no longer its parent: in good order, and after `within` seconds anyhow."""
    Thread(target=_watch, args=(parent, within), name="orphans", daemon=True).start()


def _watch(parent: int, within: float) -> None:
    while os.getppid() == parent:
        sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(within)
    os._exit(1)
