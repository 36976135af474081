"""HTTP to an issuer with the standard library alone, within bounds: one origin, no redirects, a deadline, a size."""

import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote_plus, urlencode, urlsplit

__all__ = ["Answer", "Origin", "Unreachable"]

_LARGEST: Final = 262_144
"""Bytes of an answer. A key set of twenty keys has about ten thousand."""
_TIMEOUT: Final = 5.0
"""Seconds for the whole exchange."""


class Unreachable(Exception):
    """No answer, or none within the bounds. The text names address and fault, never what was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Origin:
    """The origin (RFC 6454) of an issuer: everything that is fetched from it lies there and nowhere else.

    ValueError where `url` is not https, but for a loopback host; or has user information, query or fragment.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname:
            raise ValueError("an issuer is an https URL")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("an issuer is an https URL; plain http is for loopback hosts alone")
        if parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("an issuer has no user information, query or fragment")
        self._secure: Final = parts.scheme == "https"
        self._host: Final = parts.hostname
        self._port: Final = parts.port
        self._key: Final = (parts.scheme, parts.hostname, parts.port)

    def get(self, url: str) -> Answer:
        return self._exchange("GET", url, None, {})

    def post_form(self, url: str, form: Mapping[str, str], *, credentials: tuple[str, str]) -> Answer:
        """POST `form` as a client with `credentials` (id and secret, by HTTP Basic: RFC 6749 2.3.1)."""
        basic = b64encode(":".join(quote_plus(part) for part in credentials).encode()).decode()
        headers = {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self._exchange("POST", url, urlencode(form).encode(), headers)

    def _exchange(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        target = self._target(url)
        connection = (HTTPSConnection if self._secure else HTTPConnection)(
            self._host, self._port, timeout=_TIMEOUT
        )
        # the socket's own timeout starts anew with every byte; this one does not
        deadline = threading.Timer(_TIMEOUT, _cut, [connection])
        deadline.daemon = True
        deadline.start()
        try:
            connection.request(method, target, body, {"Accept": "application/json", **headers})
            response = connection.getresponse()
            content = response.read(_LARGEST + 1)
            if len(content) > _LARGEST:
                raise Unreachable(f"{url} answers with more than {_LARGEST} bytes")
            if not _is_whole(content, response.getheader("Content-Length")):
                raise Unreachable(f"{url} stopped in the middle of its answer")
            lowered = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, lowered, content)
        except (OSError, HTTPException, ValueError) as failure:
            raise Unreachable(f"{url} cannot be reached: {type(failure).__name__}") from None
        finally:
            deadline.cancel()
            connection.close()

    def _target(self, url: str) -> str:
        try:
            parts = urlsplit(url)
            key = (parts.scheme, parts.hostname, parts.port)
        except ValueError:
            raise Unreachable("the issuer names an address that is none") from None
        if key != self._key or "@" in parts.netloc:
            raise Unreachable("the issuer names an address of another origin")
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_whole(content: bytes, announced: str | None) -> bool:
    return announced is None or (announced.isdecimal() and len(content) == int(announced))


def _cut(connection: HTTPConnection) -> None:
    if (socket := connection.sock) is not None:
        try:
            socket.shutdown(2)
        except OSError:
            return  # it has ended by itself
