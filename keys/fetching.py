"""One request to somebody else's server, bounded in every way: address, size, and time as a whole.

Made with the standard library alone, because service providers who only verify install no more. Redirects are
not followed, and nothing is unpacked. Unless it is allowed, no address inside our own network is ever spoken to:
the name is resolved once, every address is judged, and the connection goes to an address that was judged, so that
a name that changes its mind between the two does not help (OWASP, Server Side Request Forgery Prevention). Nor is
a port below 1024 but that of https: mail servers and the like listen there.
"""

import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

__all__ = ["Bounds", "Fetched", "NotFetched", "NotFetchedReason", "fetch"]

_HEAD: Final = 64 * 1024  # bytes that an answer may spend on status, headers and chunks, besides its body
_HTTPS: Final = 443
_FIRST_UNPRIVILEGED: Final = 1024
_PUBLIC_IPV6: Final = IPv6Network(
    "2000::/3"
)  # all that IANA gives out; what lies outside leads to no public host


class NotFetchedReason(StrEnum):
    """Why there is no answer."""

    URL = "url_refused"
    ADDRESS = "address_refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    STATUS = "status"
    NOT_HTTP = "not_http"


class NotFetched(Exception):
    """There is no answer that can be used; `reason` is stable, the text is for a log."""

    def __init__(self, reason: NotFetchedReason, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a request may cost: `seconds` in all, `size` in bytes of the answer's body.

    `private` allows plain http and addresses that are not global: for a try-out on one machine, and for keys that
    an operator fetches from their own network.
    """

    seconds: float = 5.0
    size: int = 256 * 1024
    private: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer with status 200 (or another that the caller allowed)."""

    status: int
    body: bytes
    headers: Mapping[str, str]  # names in lower case


def fetch(
    url: str,
    bounds: Bounds,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    statuses: frozenset[int] = frozenset({200}),
) -> Fetched:
    """The answer of `url`; NotFetched when there is none with one of `statuses` within `bounds`."""
    host, port, target, tls = _parts(url, bounds)
    deadline = time.monotonic() + bounds.seconds
    connection = _Connection(host, port, deadline, bounds, tls=tls)
    try:
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "namens"}
        connection.request(
            method, target, body=body, headers={**sent, **(headers or {}), "Connection": "close"}
        )
        with connection.getresponse() as response:
            return _judged(response, host, bounds, statuses)
    except TimeoutError:
        raise NotFetched(NotFetchedReason.TIMEOUT, f"{host} took longer than {bounds.seconds} s") from None
    except UnicodeError:  # a host name that cannot be one
        raise NotFetched(NotFetchedReason.URL, "not a host name") from None
    except HTTPException as failure:
        raise NotFetched(NotFetchedReason.NOT_HTTP, f"{host}: {type(failure).__name__}") from None
    except OSError as failure:
        raise NotFetched(NotFetchedReason.UNREACHABLE, f"{host}: {type(failure).__name__}") from None
    except ValueError:  # http.client reads as many bytes as a chunk says it has, be it less than none
        raise NotFetched(NotFetchedReason.NOT_HTTP, f"{host}: nonsense") from None
    finally:
        connection.close()


def _judged(response: HTTPResponse, host: str, bounds: Bounds, statuses: frozenset[int]) -> Fetched:
    if response.status not in statuses:
        raise NotFetched(NotFetchedReason.STATUS, f"{host} answered {response.status}")
    content = response.read(bounds.size + 1)
    if len(content) > bounds.size:
        raise NotFetched(NotFetchedReason.TOO_LARGE, f"{host} answered more than {bounds.size} bytes")
    if response.length:
        raise NotFetched(NotFetchedReason.NOT_HTTP, f"{host} stopped in the middle of its answer")
    return Fetched(response.status, content, {name.lower(): text for name, text in response.getheaders()})


def _parts(url: str, bounds: Bounds) -> tuple[str, int, str, bool]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotFetched(NotFetchedReason.URL, "not a URL") from None
    host = parts.hostname
    schemes = {"https", "http"} if bounds.private else {"https"}
    if parts.scheme not in schemes or not host or parts.username is not None or not _is_plain(url):
        raise NotFetched(NotFetchedReason.URL, "only https, without credentials")
    tls = parts.scheme == "https"
    if port is None:
        port = _HTTPS if tls else 80
    if not bounds.private and port != _HTTPS and port < _FIRST_UNPRIVILEGED:
        raise NotFetched(NotFetchedReason.URL, f"port {port} is another service's")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return host, port, target, tls


def _is_plain(url: str) -> bool:
    """Printable ASCII without spaces: nothing that could begin a second line of the request."""
    return url.isascii() and all("!" <= character <= "~" for character in url)


class _Connection(HTTPConnection):
    """Connects to a judged address of its host, with all that is sent and read before the deadline."""

    def __init__(self, host: str, port: int, deadline: float, bounds: Bounds, *, tls: bool) -> None:
        super().__init__(host, port)
        self._deadline = deadline
        self._bounds = bounds
        self._tls = tls

    def connect(self) -> None:
        address = _judged_address(self.host, self.port, self._deadline, private=self._bounds.private)
        raw = socket.create_connection((address, self.port), timeout=_left(self._deadline))
        try:
            if self._tls:
                raw.settimeout(_left(self._deadline))  # the handshake gets what connecting left
                raw = _tls_context().wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise
        self.sock = _Timed(raw, self._deadline, self._bounds.size + _HEAD)


class _Timed:
    """A socket of which every single read and write ends at one deadline, however slowly the other side drips.

    Nor does it bring more than `most` bytes, whatever they are: http.client reads headers, interim answers and
    chunks for as long as they come.
    """

    def __init__(self, raw: socket.socket, deadline: float, most: int) -> None:
        self._raw = raw
        self._deadline = deadline
        self._most = most

    def sendall(self, content: bytes) -> None:
        self._raw.settimeout(_left(self._deadline))
        self._raw.sendall(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"  # noqa: S101 - the only mode that http.client asks for
        # the unbuffered file keeps the socket open after `close`, as http.client expects of a real one
        file = self._raw.makefile("rb", buffering=0)
        return io.BufferedReader(_TimedReader(self._raw, file, self._deadline, self._most))

    def close(self) -> None:
        self._raw.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, raw: socket.socket, file: socket.SocketIO, deadline: float, most: int) -> None:
        self._raw = raw
        self._file = file
        self._deadline = deadline
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int | None:  # type: ignore[override]
        self._raw.settimeout(_left(self._deadline))
        count = self._file.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise NotFetched(NotFetchedReason.TOO_LARGE, "the answer does not end")
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


@cache
def _tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _left(deadline: float) -> float:
    left: Final = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _judged_address(host: str, port: int, deadline: float, *, private: bool) -> str:
    found = _addresses(host, port, deadline)
    if not private and not all(_is_global(address) for address in found):
        raise NotFetched(NotFetchedReason.ADDRESS, f"{host} has an address that is not public")
    return sorted(found, key=lambda address: ":" in address)[0]


def _addresses(host: str, port: int, deadline: float) -> set[str]:
    """What the name stands for, in time: the system's resolver waits for its servers as long as it likes."""
    answers: SimpleQueue[set[str] | OSError | UnicodeError] = SimpleQueue()

    def resolve() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as failure:
            answers.put(failure)
        else:
            answers.put({str(info[4][0]) for info in infos})

    Thread(target=resolve, name="resolving", daemon=True).start()
    try:
        answer = answers.get(timeout=_left(deadline))
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _is_global(address: str) -> bool:
    """Whether a host of the public internet is there, and none that we would reach through a tunnel of our own."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv4Address):
        return _is_public(parsed)
    inside = parsed.ipv4_mapped or parsed.sixtofour  # an IPv4 address that travels inside is judged itself
    if inside is not None:
        return _is_public(inside)
    return _is_public(parsed) and parsed in _PUBLIC_IPV6 and parsed.teredo is None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast
