"""Ids of the register within addresses: any visible sign may stand in one (`docs/mandates.md`), a slash too."""

from urllib.parse import quote, unquote

from werkzeug.routing import BaseConverter

__all__ = ["OpaqueId", "segment"]

_AS_THEY_ARE = "!$'()*+,:@=&"  # besides letters, digits and -._~ (RFC 3986 3.3)


def segment(id: str) -> str:
    """The id as one segment of a path, as it is sent."""
    return quote(quote(id, safe=_AS_THEY_ARE), safe=_AS_THEY_ARE)


class OpaqueId(BaseConverter):
    """One segment of a path, whatever the id: what could end the segment is written with percent signs twice over.

    Servers undo the first of the two before anybody looks at the path (PEP 3333), and browsers neither.
    """

    regex = "[^/]+"

    def to_url(self, value: object) -> str:
        """As it stands in an address."""
        return super().to_url(quote(str(value), safe=_AS_THEY_ARE))

    def to_python(self, value: str) -> str:
        """The id."""
        return unquote(value)
