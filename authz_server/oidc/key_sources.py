"""Where the keys are by which a client or a resource proves itself: in its registration, or at its `jwks_uri`."""

from typing import Final
from weakref import WeakKeyDictionary

from authz_server.context import Context
from authz_server.oidc.clients import Client
from authz_server.oidc.resources import Resource
from keys.fetching import Bounds
from keys.published import PublicKeys
from keys.remote import RemoteKeys, Room
from keys.storage import Database

__all__ = ["keys_of"]


def keys_of(context: Context, who: Client | Resource) -> PublicKeys | RemoteKeys:
    """Its registered keys, or those at its `jwks_uri`."""
    if who.keys is not None:
        return who.keys
    sources = _sources.get(context.database) or _sources.setdefault(context.database, _Sources(context))
    return sources.of(str(who.metadata["jwks_uri"]))


class _Sources:
    """The key sets that are published elsewhere: kept by this process, one source for each address.

    A quarter of its threads may ask for them and another quarter wait, so that no server of somebody else's, by
    being slow, keeps all of them from those who have nothing to do with it.
    """

    def __init__(self, context: Context) -> None:
        self._bounds: Final = Bounds(private=context.demo)
        self._room: Final = Room(max(1, context.settings.server.threads // 4))
        self._by_url: Final[dict[str, RemoteKeys]] = {}

    def of(self, url: str) -> RemoteKeys:
        if (source := self._by_url.get(url)) is None:
            source = self._by_url.setdefault(url, RemoteKeys(url, bounds=self._bounds, room=self._room))
        return source


_sources: Final[WeakKeyDictionary[Database, _Sources]] = WeakKeyDictionary()
