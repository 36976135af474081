"""How many requests a network and a client may make: counted in this process alone, for next to nothing.

A limit here keeps one caller from taking a process from all others. What may not be guessed is counted in the
database, for all processes together: wrong passwords (`login.attempts`). Codes and tokens are too long to be guessed,
and work once whatever process is asked.
"""

from functools import lru_cache
from ipaddress import ip_address
from math import ceil
from socket import AF_INET6, inet_ntop, inet_pton
from time import monotonic
from typing import TYPE_CHECKING, Final

from authz_server.config.sections import LimitSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["Limits", "Pace", "network_of"]

_MINUTE: Final = 60.0
_MOST_COUNTED: Final = 50_000  # callers; about 10 MB
_NOT_COUNTED: Final = "/health/"


class Pace:
    """At most so many a minute for each key, in any order: who was quiet for a minute may come all at once.

    For a key stands when what it asked for so far would have been done at an even pace. Once that moment has passed
    it says nothing, and may be forgotten. Where too many callers come within a minute, all are: whoever has so many
    addresses has as many limits, and nobody else is to pay for that.
    """

    __slots__ = ("_done", "_each", "_most")

    def __init__(self, per_minute: int, *, most: int = _MOST_COUNTED) -> None:
        self._each: Final = _MINUTE / per_minute if per_minute else 0.0
        self._most: Final = most
        self._done: dict[str, float] = {}

    def wait(self, key: str, moment: float) -> int:
        """Count one at `moment` (seconds of a clock that only goes forward): 0, or seconds to wait, not counted."""
        done = self._done.get(key, 0.0)
        done = (done if done > moment else moment) + self._each
        if done > moment + _MINUTE:
            return ceil(done - moment - _MINUTE)
        self._done[key] = done
        if len(self._done) > self._most:
            self._forget(moment)
        return 0

    def __len__(self) -> int:
        return len(self._done)

    def _forget(self, moment: float) -> None:
        # `list` of a dictionary is made in one go: other threads count meanwhile
        kept = {key: done for key, done in list(self._done.items()) if done > moment}
        self._done = kept if len(kept) <= self._most // 2 else {}


class Limits:
    """The limits of one process. A limit of 0 is none."""

    def __init__(self, settings: LimitSettings) -> None:
        self._networks: Final = Pace(settings.per_network) if settings.per_network else None
        self._clients: Final = Pace(settings.per_client) if settings.per_client else None

    def of_network(self, environ: "WSGIEnvironment") -> int:
        """Count a request for the network that it comes from: 0, or the seconds after which it may come again.

        The address is the one that the server saw, or that as many proxies as are set (`server.proxies`) tell of.
        """
        if self._networks is None or environ["PATH_INFO"].startswith(_NOT_COUNTED):
            return 0
        return self._networks.wait(network_of(environ.get("REMOTE_ADDR") or ""), monotonic())

    def of_client(self, client_id: str) -> int:
        """Count a request of a client or a resource that has proved who it is: nobody else can use up its limit."""
        return 0 if self._clients is None else self._clients.wait(client_id, monotonic())


def network_of(address: str) -> str:
    """The network by which an address counts: IPv6 by its /64, which one household has; IPv4 as it is.

    An IPv4 address that is written in IPv6 counts as what it is; a port that a proxy wrote behind one is left out.
    """
    return address if ":" not in address else _network(address)


@lru_cache(4096)
def _network(address: str) -> str:
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
        return address
    try:
        packed = inet_pton(AF_INET6, address.partition("%")[0])
    except OSError:
        return address
    if packed[:12] == _IPV4_INSIDE:
        return str(ip_address(packed[12:]))
    return inet_ntop(AF_INET6, packed[:8] + bytes(8))


_IPV4_INSIDE: Final = bytes(10) + b"\xff\xff"
