"""What is wrong in a registration, each thing named by its member (RFC 7591 3.2.2)."""

import re
from dataclasses import dataclass

__all__ = ["MetadataFault", "MetadataRefused", "shown"]


def shown(name: str) -> str:
    """An unknown member's name, fit to stand in an error description (RFC 6749 5.2)."""
    return re.sub(r"[^A-Za-z0-9_.#-]", "?", name[:64])


@dataclass(frozen=True, slots=True)
class MetadataFault:
    """`member` names the place, `what` says what is wrong or would be right, in ASCII; never a value."""

    member: str
    what: str

    def __str__(self) -> str:
        return f"{self.member}: {self.what}"


class MetadataRefused(Exception):
    """A registration that cannot be; `error` is its OAuth code."""

    def __init__(self, faults: list[MetadataFault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults

    @property
    def error(self) -> str:
        """`invalid_redirect_uri` where nothing else is wrong, else `invalid_client_metadata`."""
        only_redirects = all(fault.member.startswith("redirect_uris") for fault in self.faults)
        return "invalid_redirect_uri" if only_redirects else "invalid_client_metadata"
