"""What people can come to do at a service provider of the try-out world, and what tells its pages from another's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from authz_server.demo.speech import Lazy, language, lazy_gettext
from claims.verify import Loa

__all__ = ["FRONTS", "Choice", "Front", "Look"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that people can come to do; no `actions` asks for what the client is registered for.

    `kind` is which service it is in the try-out world, `provider` whose; names are by language.
    """

    id: str
    service: str  # its URI
    kind: str
    service_names: Mapping[str, str]
    task_names: Mapping[str, str] | None
    provider: str
    provider_name: str
    actions: tuple[str, ...]
    least: Loa

    @property
    def service_name(self) -> str:
        """What the service is called, in the language of the page."""
        return self.service_names[language()]

    @property
    def task_name(self) -> str | None:
        """Which part of it, in that language."""
        return None if self.task_names is None else self.task_names[language()]


@dataclass(frozen=True, slots=True)
class Front:
    """How somebody's pages look: a motto under the name, and a class of the style sheet."""

    motto: Lazy
    style: str


@dataclass(frozen=True, slots=True)
class Look:
    """A website of its own: its name, how it looks, and the website beside it."""

    name: str
    front: Front
    other_name: str
    other_url: str


FRONTS: Final[Mapping[str, Front]] = {
    "desk": Front(lazy_gettext("All services in one place"), "desk"),
    "tax": Front(lazy_gettext("Together we pay for what is everybody's"), "tax"),
    "town": Front(lazy_gettext("The town by the water"), "town"),
    "energy": Front(lazy_gettext("Know what your house uses"), "energy"),
    "care": Front(lazy_gettext("Good care, close by"), "care"),
    "insurer": Front(lazy_gettext("Insured as if it were real"), "insurer"),
}
"""By service provider of the try-out world; the desk itself has one too."""
