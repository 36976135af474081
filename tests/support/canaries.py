"""Values that must never show, searched for in everything that comes out: as they are, quoted, in base64, in hex."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

_SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Canary:
    """One such value, and what it is."""

    kind: str
    value: str

    def __repr__(self) -> str:
        return f"{self.kind} {self.value[:12]}…"


class Canaries:
    """All of them; grows while a test goes on, since most are made on the way."""

    def __init__(self) -> None:
        self._needles: dict[Canary, tuple[bytes, ...]] = {}

    def __len__(self) -> int:
        return len(self._needles)

    def add(self, kind: str, *values: str | None) -> None:
        for value in values:
            if value:
                assert len(value) >= _SHORTEST, f"{kind}: too short to be told from anything else"
                self._needles[Canary(kind, value)] = _forms(value)

    def of(self, kind: str) -> list[str]:
        return [canary.value for canary in self._needles if canary.kind == kind]

    def found(self, text: bytes | str, *, kinds: Iterable[str] = ()) -> set[Canary]:
        """Which of them stand in `text`."""
        raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        wanted = set(kinds)
        return {
            canary
            for canary, needles in self._needles.items()
            if (not wanted or canary.kind in wanted) and any(needle in raw for needle in needles)
        }


def _forms(value: str) -> tuple[bytes, ...]:
    """The ways in which a value stays readable. Of a JWT its signature too: the rest is what it says."""
    parts = [value, value.rpartition(".")[2]] if value.count(".") == 2 else [value]
    found: dict[bytes, None] = {}
    for part in parts:
        raw = part.encode()
        found[raw] = None
        found[quote(part, safe="").encode()] = None
        found[raw.hex().encode()] = None
        found[raw.hex().upper().encode()] = None
        for shift in range(3):
            for encode in (b64encode, urlsafe_b64encode):
                found[_inner(encode(b"\0" * shift + raw), shift, len(raw))] = None
    return tuple(found)


def _inner(encoded: bytes, shift: int, length: int) -> bytes:
    """The signs of `encoded` that only the value decides, whatever stands before and behind it."""
    return encoded[(shift * 8 + 5) // 6 : (shift + length) * 8 // 6]
