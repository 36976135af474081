"""What people can come to do at a service provider of the try-out world, and what tells its pages from another's."""

from dataclasses import dataclass

from claims.verify import Loa

__all__ = ["Choice", "Look"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that people can come to do; no `actions` asks for what the client is registered for."""

    id: str
    service: str  # its URI
    service_name: str
    task_name: str | None
    provider_name: str
    actions: tuple[str, ...]
    least: Loa


@dataclass(frozen=True, slots=True)
class Look:
    """What tells one service provider's pages from another's."""

    name: str
    motto: str
    style: str  # a class of the style sheet
    other_name: str
    other_url: str
