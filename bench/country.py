"""A country of records for measuring: by rule from the number of links, so that every run measures the same.

In it stand, whatever its size: an office that a hundred thousand clients authorised, with employees who act for all
of them (`office`, `e0`…), its director (`head`) and one who acts for a list of two thousand (`lister`); a bank that authorised a thousand
offices and has ten thousand employees (`bank`, `b0`…); a director of ten thousand companies that hold nothing
(`director`), and one of ten thousand that each serve a client (`magnate`). The rest are ordinary companies and people.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from claims.assurance import Loa
from claims.catalogue import EVERYTHING, Coverage, Service, Text
from claims.mandates import ALL_CLIENTS, NO_CLIENTS, Clients, Mandate
from claims.organisation import ClientGroup
from claims.parties import Party, PartyKind
from claims.relations import Basis, LegalRelation, Link

NOW: Final = 1_780_000_000
EMPLOYEES: Final = 100
_FROM, _UNTIL, _ENDED = NOW - 40_000_000, NOW + 100_000_000, NOW - 1_000_000
_SERVICES: Final = 50
_VAT: Final = Coverage(listed=frozenset({"vat"}))
_TRADES: Final = (
    "Bakkerij",
    "Slagerij",
    "Garage",
    "Kwekerij",
    "Drukkerij",
    "Apotheek",
    "Kapsalon",
    "Brouwerij",
)
_PLACES: Final = (
    "Assen",
    "Zwolle",
    "Arnhem",
    "Utrecht",
    "Haarlem",
    "Leiden",
    "Delft",
    "Breda",
    "Tilburg",
    "Venlo",
)
_SURNAMES: Final = (
    "de Vries",
    "Jansen",
    "Bakker",
    "Visser",
    "Smit",
    "Meijer",
    "Mulder",
    "de Boer",
    "Bos",
    "Vos",
)


@dataclass(frozen=True)
class Country:
    """So many links, and the parties, services and group that they are about."""

    links: int

    @property
    def clients(self) -> int:
        """Of the large office: a tenth of the links, a hundred thousand at most."""
        return min(100_000, self.links // 10)

    @property
    def listed(self) -> int:
        """Of the one employee with a list."""
        return self.clients // 50

    @property
    def companies(self) -> int:
        """Of the director, and of the magnate; and the employees of the bank."""
        return min(10_000, self.links // 100)

    @property
    def offices(self) -> int:
        """Small ones; the first half of them may act for the bank."""
        return self.companies // 5

    @property
    def ordinary(self) -> int:
        """Companies with a director, an office and two employees, and four people who help each other."""
        above = self.clients + 3 * self.companies + self.companies + 7 * self.offices // 2 + EMPLOYEES + 2
        return max(0, (self.links - above) // 6)

    def services(self) -> Iterator[Service]:
        yield _service("vat", "tax")
        for n in range(1, _SERVICES):
            yield _service(f"s{n}", "tax" if n % 10 == 0 else f"provider{n % 10}")

    def groups(self) -> Iterator[ClientGroup]:
        clients = frozenset(f"c{n * 49}" for n in range(self.listed))
        yield ClientGroup("team", "office", "Team", clients, NOW)

    def parties(self) -> Iterator[Party]:
        for id in ("tax", "office", "bank", *(f"provider{n}" for n in range(1, 10))):
            yield _organisation(id, id.title())
        for id in ("head", "lister", "director", "magnate", "stranger"):
            yield _person(id, id.title())
        for n in range(self.clients):
            yield _company(f"c{n}", n, self.clients)
        for n in range(EMPLOYEES):
            yield _person(f"e{n}", f"Medewerker {n}")
        for n in range(self.companies):
            yield _company(f"d{n}", n, self.companies)
            yield _company(f"h{n}", n, self.companies)
            yield _company(f"hc{n}", n, self.companies)
            yield _person(f"b{n}", f"Bankmedewerker {n}")
        for n in range(self.offices):
            yield _organisation(f"o{n}", f"Administratiekantoor {n}")
            for one in range(3):
                yield _person(f"o{n}-{one}", f"Medewerker {one} van kantoor {n}")
        for n in range(self.ordinary):
            yield _company(f"r{n}", n, self.ordinary)
            for one in range(3):
                yield _person(f"r{n}-{one}", f"{_SURNAMES[(n + one) % len(_SURNAMES)]} {n * 3 + one}")

    def every_link(self) -> Iterator[Link]:
        dice = random.Random(self.links)
        for n in range(self.clients):
            coverage = _VAT if n % 7 else EVERYTHING if n % 2 else Coverage(provider="tax")
            yield _mandate(f"m{n}", f"c{n}", "office", services=coverage)
        for n in range(EMPLOYEES):
            yield _mandate(f"w{n}", "office", f"e{n}", clients=ALL_CLIENTS, own_affairs=False)
        yield _signatory("office-head", "office", "head")
        listed = Clients(groups=frozenset({"team"}), listed=True)
        yield _mandate("to-lister", "office", "lister", clients=listed, own_affairs=False)
        for n in range(self.companies):
            yield _signatory(f"d{n}-director", f"d{n}", "director")
            yield _signatory(f"h{n}-magnate", f"h{n}", "magnate")
            yield _mandate(f"hc{n}-h{n}", f"hc{n}", f"h{n}")
            yield _mandate(f"bank-b{n}", "bank", f"b{n}")
        for n in range(self.offices):
            for one in range(3):
                yield _mandate(
                    f"o{n}-{one}", f"o{n}", f"o{n}-{one}", clients=ALL_CLIENTS, own_affairs=one == 0
                )
            if n % 2:
                yield _mandate(f"bank-o{n}", "bank", f"o{n}")
        for n in range(self.ordinary):
            yield _signatory(f"r{n}-director", f"r{n}", f"r{n}-0")
            office = int(self.offices * dice.random() ** 3)  # a few have most of them
            yield _mandate(f"r{n}-office", f"r{n}", f"o{office}", services=_any(dice))
            for one in (1, 2):
                yield _mandate(f"r{n}-{one}", f"r{n}", f"r{n}-{one}", services=_any(dice), **_fate(dice))
                helper = f"r{dice.randrange(self.ordinary)}-{one}"
                if helper != f"r{n}-{one}":
                    yield _mandate(f"r{n}-p{one}", f"r{n}-{one}", helper, services=_any(dice), **_fate(dice))


def _any(dice: random.Random) -> Coverage:
    drawn = dice.random()
    if drawn < 0.05:
        return EVERYTHING
    if drawn < 0.1:
        return Coverage(provider=f"provider{dice.randrange(1, 10)}")
    return Coverage(listed=frozenset({f"s{dice.randrange(1, _SERVICES)}"}))


def _fate(dice: random.Random) -> dict[str, Any]:
    """Some were revoked, some ended, most stand."""
    drawn = dice.random()
    return {"revoked_at": _ENDED} if drawn < 0.08 else {"until": _ENDED} if drawn < 0.25 else {}


def _company(id: str, n: int, of: int) -> Party:
    """Names in another order than ids; every third has a trade name, every second a place."""
    place = _PLACES[n % len(_PLACES)]
    name = f"{_TRADES[n * 7919 % len(_TRADES)]} {place} {n * 104_729 % of:06} B.V."
    return _organisation(
        id, name, (f"De {place}se {n % 1000}",) if n % 3 == 0 else (), place if n % 2 else None
    )


def _organisation(id: str, name: str, trade_names: tuple[str, ...] = (), place: str | None = None) -> Party:
    return Party(id, PartyKind.ORGANISATION, name, trade_names=trade_names, place=place, recorded_at=NOW)


def _person(id: str, name: str) -> Party:
    return Party(id, PartyKind.PERSON, name, recorded_at=NOW)


def _service(id: str, provider: str) -> Service:
    return Service(
        id,
        f"https://diensten.example/{id}",
        Text(id, id),
        provider,
        Loa.BASIC,
        ("view", "submit"),
        frozenset(PartyKind),
        accepts_intermediaries=True,
        recorded_at=NOW,
    )


def _mandate(
    id: str,
    represented: str,
    representative: str,
    *,
    services: Coverage = _VAT,
    until: int = _UNTIL,
    revoked_at: int | None = None,
    own_affairs: bool = True,
    clients: Clients = NO_CLIENTS,
) -> Mandate:
    return Mandate(
        id,
        represented,
        representative,
        services,
        None,
        Loa.SUBSTANTIAL,
        _FROM,
        until,
        own_affairs=own_affairs,
        clients=clients,
        revoked_at=revoked_at,
        recorded_at=NOW,
    )


def _signatory(id: str, represented: str, representative: str) -> LegalRelation:
    return LegalRelation(
        id,
        represented,
        representative,
        Basis.SOLE_SIGNATORY,
        EVERYTHING,
        None,
        Loa.HIGH,
        _FROM,
        None,
        recorded_at=NOW,
    )
