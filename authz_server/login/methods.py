"""The ways to log in, and how sure each can make us."""

from dataclasses import dataclass
from typing import Final

from claims.assurance import Loa

__all__ = ["PASSWORD", "PRACTICE", "Method", "of_authenticator", "offered", "reachable"]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to log in: its `name` in page ids, and the highest level that it `reaches`.

    Its authenticators are called `<party>-<name>`.
    """

    name: str
    reaches: Loa

    def authenticator(self, party: str) -> str:
        """The id of this party's authenticator of this kind."""
        return f"{party}-{self.name}"


PASSWORD: Final = Method("password", Loa.BASIC)
# Anybody may claim to be anybody, at any level: it exists in the `namens demo` process alone.
PRACTICE: Final = Method("eid", Loa.HIGH)


def offered(*, demo: bool) -> tuple[Method, ...]:
    """The methods of this installation, in the order of the page."""
    return (PASSWORD, PRACTICE) if demo else (PASSWORD,)


def reachable(*, demo: bool) -> Loa:
    """The highest level that somebody can log in with here."""
    return max(method.reaches for method in offered(demo=demo))


def of_authenticator(authenticator: str) -> Method | None:
    """The method whose authenticator this is, by its name."""
    return next((m for m in (PASSWORD, PRACTICE) if authenticator.endswith(f"-{m.name}")), None)
