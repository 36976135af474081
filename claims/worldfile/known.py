"""What is already in the register when a file is read, and what the file itself adds: who may be referred to."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from claims.catalogue import ServiceSet
from claims.identifiers import Identifier
from claims.organisation import ClientGroup
from claims.parties import Party
from claims.relations import Link

__all__ = ["Known", "NothingKnown"]


class Known(Protocol):
    """The records that a file may refer to and must agree with."""

    def expect(self, *, parties: Iterable[str], links: Iterable[str]) -> None:
        """These will be asked for next, and those of the time before no longer: for speed and memory alone."""

    def party(self, id: str) -> Party | None:
        """The party of that id; its identifiers may be left out."""

    def has_service(self, id: str) -> bool:
        """Whether there is a service of that id."""

    def sets(self) -> Mapping[str, ServiceSet]:
        """Every set of services, by id."""

    def link(self, id: str) -> Link | None:
        """The mandate or legal relation of that id."""

    def group(self, id: str) -> ClientGroup | None:
        """The client group of that id; its clients may be left out."""

    def owners(self, identifiers: Iterable[Identifier]) -> Mapping[Identifier, str]:
        """The id of the party that has each of these identifiers; one that nobody has is left out."""

    def service_at(self, uri: str) -> str | None:
        """The id of the service that has that URI."""


class NothingKnown:
    """An empty register."""

    def expect(self, *, parties: Iterable[str], links: Iterable[str]) -> None:
        pass

    def party(self, id: str) -> Party | None:
        return None

    def has_service(self, id: str) -> bool:
        return False

    def sets(self) -> Mapping[str, ServiceSet]:
        return {}

    def link(self, id: str) -> Link | None:
        return None

    def group(self, id: str) -> ClientGroup | None:
        return None

    def owners(self, identifiers: Iterable[Identifier]) -> Mapping[Identifier, str]:
        return {}

    def service_at(self, uri: str) -> str | None:
        return None
