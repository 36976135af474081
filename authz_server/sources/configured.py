"""Which source registers the settings name, ready to be asked."""

from dataclasses import dataclass
from typing import Final

from authz_server.context import Context
from authz_server.sources.http import HttpSource
from claims.sources.told import Source, SourceRegister
from keys.fetching import Bounds

__all__ = ["ConfiguredSource", "configured", "configured_sources"]

LARGEST_ANSWER: Final = 256 * 1024  # bytes; some hundreds of relations


@dataclass(frozen=True, slots=True)
class ConfiguredSource:
    """A source register, whom to ask, and how long its answers count (seconds).

    `close_after` is how long it may be out of reach before nobody acts on the strength of what it told; None: for ever.
    """

    register: SourceRegister
    adapter: Source
    max_age: int
    close_after: int | None


def configured_sources(context: Context) -> list[ConfiguredSource]:
    """Every source of the settings, by name. Private addresses are spoken to in the demo alone."""
    found = (configured(context, name) for name in sorted(context.settings.sources))
    return [source for source in found if source is not None]


def configured(context: Context, name: str) -> ConfiguredSource | None:
    """The source of that name."""
    if (settings := context.settings.sources.get(name)) is None:
        return None
    register = settings.source(name)
    token = None if settings.token is None else settings.token.get_secret_value()
    bounds = Bounds(seconds=settings.timeout, size=LARGEST_ANSWER, private=context.demo)
    adapter = HttpSource(register, settings.url, token, bounds)
    return ConfiguredSource(register, adapter, settings.max_age, settings.close_after)
