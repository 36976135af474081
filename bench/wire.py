"""The smallest HTTP/1.1 client that can do a login flow: one connection that is kept, one request at a time."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """A response: status, headers by lower-case name, the cookies it sets, the body."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes


class Connection:
    """A kept connection to one server, with a browser's cookies."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._name = parts.netloc
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._cookies: dict[tuple[str, str], str] = {}

    async def get(self, path: str, headers: str = "") -> Answer:
        return await self._exchange(f"GET {path} HTTP/1.1\r\n{self._common(path)}{headers}\r\n".encode())

    async def post(self, path: str, form: dict[str, str], headers: str = "") -> Answer:
        body = urlencode(form)
        return await self._exchange(
            f"POST {path} HTTP/1.1\r\n{self._common(path)}{headers}"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None

    def _common(self, path: str) -> str:
        shown = "; ".join(
            f"{name}={value}" for (name, where), value in self._cookies.items() if path.startswith(where)
        )
        return f"Host: {self._name}\r\n" + (f"Cookie: {shown}\r\n" if shown else "")

    async def _exchange(self, message: bytes) -> Answer:
        for again in (False, True):
            fresh = self._streams is None
            reader, writer = self._streams or await asyncio.open_connection(self._host, self._port)
            self._streams = reader, writer
            try:
                writer.write(message)
                return await self._read(reader)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()  # the server ended a connection that was idle: once more on a new one
                if fresh or again:
                    raise
        raise AssertionError("the second try returns or raises")

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            name, value = name.lower(), value.strip()
            if name == "set-cookie":
                cookies.append(value)
            headers[name] = value
        for cookie in cookies:
            self._keep(cookie)
        body = await self._body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(head[0][9:12]), headers, cookies, body)

    async def _body(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            parts: list[bytes] = []
            while length := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                parts.append((await reader.readexactly(length + 2))[:-2])
            await reader.readexactly(2)
            return b"".join(parts)
        length = int(headers.get("content-length", "0"))
        return await reader.readexactly(length) if length else b""

    def _keep(self, cookie: str) -> None:
        pair, *attributes = (part.strip() for part in cookie.split(";"))
        name, _, value = pair.partition("=")
        where, gone = "/", not value
        for attribute in attributes:
            key, _, said = attribute.partition("=")
            if key.lower() == "path":
                where = said or "/"
            gone = (
                gone
                or (key.lower() == "max-age" and said == "0")
                or (key.lower() == "expires" and "1970" in said)
            )
        if gone:
            self._cookies.pop((name, where), None)
        else:
            self._cookies[name, where] = value
