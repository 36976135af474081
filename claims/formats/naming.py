"""How a party is named to a recipient: an organisation by a number that it reads, a person by a pairwise value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from claims.formats.pairwise import Pairwise
from claims.formats.recipient import Recipient

__all__ = ["Nameable", "Named", "is_personal", "named"]


class Nameable(Protocol):
    """What naming must know of a party; `claims.parties.Party` has it."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_sole_trader(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Named:
    """A party's identity at one recipient, as it stands in `represents`: unique is `sub` together with `iss`."""

    sub: str
    iss: str
    sub_id_type: str
    name: str | None


def is_personal(party: Nameable) -> bool:
    """Whether name and numbers are those of a human being: a person's, or a sole trader's."""
    return party.kind == "person" or party.is_sole_trader


def named(
    party: Nameable, numbers: Mapping[str, str], *, recipient: Recipient, pairwise: Pairwise
) -> Named | None:
    """How `recipient` is told of `party`; None where it reads none of the party's `numbers` (scheme to value).

    None means `identifier_unavailable`: the party may be shown, but cannot be chosen. It never happens to a
    person. A sole trader's numbers count as a person's, so they are not given either.
    """
    if is_personal(party):
        return Named(
            sub=pairwise.sub(recipient.sector, party.id),
            iss=recipient.issuer,
            sub_id_type=recipient.pairwise_type,
            name=party.name if recipient.person_names else None,
        )
    for scheme, (iss, sub_id_type) in recipient.numbers.items():
        if (number := numbers.get(scheme)) is not None:
            return Named(number, iss, sub_id_type, party.name)
    return None
