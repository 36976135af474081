"""(pure) The members of a token one by one: where each stands, what it holds, and which of our members it is."""

import re
from collections.abc import Iterator, Mapping

__all__ = ["kind_of", "walked"]


def walked(members: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Path and value of each member, in the order of the token; None for one that only holds others."""
    for name, value in members.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping):
            yield path, None if value else "{}"
            yield from walked(value, f"{path}.")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield path, None
            for number, one in enumerate(value):
                inner = one if isinstance(one, Mapping) else {"": one}
                yield from walked(inner, f"{path}[{number}].")
        else:
            yield path, "null" if value is None else value


def kind_of(path: str) -> str:
    """A path without its numbers, and a party however deep it stands as one that stands first."""
    bare = re.sub(r"\[\d+\]", "", path)
    return re.sub(r"^(represents|act)(\.\1)+(?=\.)", r"\1", bare)
