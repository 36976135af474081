"""Mail addresses, of the kind that everybody has: they can be mailed to, and stand in a header as they are."""

import re
from typing import Final

__all__ = ["is_mail_address"]

_LONGEST: Final = 254  # RFC 5321 4.5.3.1.3, less the angle brackets
_LONGEST_LOCAL: Final = 64
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Dot-atoms (RFC 5322 3.2.3) and names of hosts alone: no quotes, comments or blanks, and nothing that ends a line.
_MAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}", re.ASCII)


def is_mail_address(text: str) -> bool:
    """Whether it is one."""
    local = text.partition("@")[0]
    return len(text) <= _LONGEST and len(local) <= _LONGEST_LOCAL and _MAIL.fullmatch(text) is not None
