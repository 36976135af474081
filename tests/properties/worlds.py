"""Small adversarial worlds as world files, and questions around every instant that matters in them."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.reference.resolver import LEVELS, reaches_age, seconds, written

Record = dict[str, Any]
T = TypeVar("T")

# Clock changes, the first instant of 1 March with and without a 29 February before it, and some ordinary ones.
MOMENTS = [
    "2026-01-01T00:00:00Z",
    "2026-02-28T23:00:00Z",
    "2026-03-28T23:00:00Z",
    "2026-03-29T01:00:00Z",
    "2026-07-14T22:00:00Z",
    "2026-10-24T22:00:00Z",
    "2026-10-25T01:00:00Z",
    "2027-02-28T23:00:00Z",
    "2028-02-28T23:00:00Z",
    "2028-02-29T23:00:00Z",
]
LONG_AGO, FAR_AHEAD = "2020-01-01T00:00:00Z", "2031-01-01T00:00:00Z"
BIRTHS = ["2008-02-29", "2008-03-29", "2008-10-25", "2010-03-01", "2010-07-15", "2012-02-29", "1950-05-02"]
CASES = ["Z-2026-1", "Z-2026-2"]
AMOUNTS = ["0.01", "999.99", "1000.00", "25000.00"]
DAYS = [
    ["monday", "tuesday", "wednesday"],
    ["wednesday", "saturday"],
    ["sunday"],
    ["2026-03-29", "2026-10-25", "2026-10-26"],
    ["2026-02-28", "2026-03-01", "2026-10-25"],
]
SETS = ["all", "some", "inner"]
ACTIONS = ["view", "prepare", "submit"]
SERVICES = ["s1", "s2", "s3"]
PROVIDERS = ["Tax", "town"]
NAMES = [
    "Bakkerij Ångström",
    "bakkerij angstrom",
    "Ærø",
    "Zeeland B.V.",
    "de Vries",
    "De Vries",
    "Straße",
    "STRASSE",
    "İnan",
    "Ünal",
    "van 't Hek",
    "100 % Fiets_en",
]
PLACES = [None, "Den Haag", "Łódź", "'s-Hertogenbosch", "Køge"]
TOWER_BASES = ["sole_signatory", "owner", "liquidator", "trustee"]
PERSONAL_BASES = ["parent", "guardian", "curator", "asset_administrator", "mentor", "executor", "heir"]
RESTRICTIONS = [
    "guardianship",
    "asset_administration",
    "bankruptcy",
    "debt_restructuring",
    "suspension_of_payments",
]
AUTHENTICATORS = ["password", "passkey"]
BSNS = [
    number
    for number in (f"99999{n:04}" for n in range(10, 500))
    if sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), number, strict=True))
    % 11
    == 0
]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Dice:
    """Draws, and how wild this world is: the share of its details that are not as a well-meant world has them."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._wild = self.of(1, 4, 10, 25)
        self.moments = sorted(self.some(MOMENTS, at_least=2))

    def of(self, *options: T) -> T:
        return self._draw(st.sampled_from(options))

    def count(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def some(self, options: Sequence[T], *, at_least: int = 0) -> list[T]:
        chosen = self._draw(
            st.lists(st.sampled_from(range(len(options))), unique=True, min_size=at_least, max_size=4)
        )
        return [options[n] for n in chosen]

    def odd(self, times: int = 1) -> bool:
        """Whether this detail is unusual; `times` as often as others are."""
        return self._draw(st.integers(0, 99)) >= 100 - min(90, self._wild * times)

    def period(self) -> tuple[str, str]:
        start = self.of(*self.moments[:-1])
        return start, self.of(*[moment for moment in self.moments if moment > start])


class Making:
    """A world file in the making: parties first, then links among them, then what stops the links."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.dice = Dice(draw)
        self.people = [f"{self.dice.of('p', 'P-', 'p.')}{n}" for n in range(1, self.dice.count(1, 3) + 1)]
        self.organisations: list[str] = []
        self.branches: dict[str, list[str]] = {}
        self.groups: list[Record] = []
        self.links: list[Record] = []

    def document(self) -> Record:
        shapes = [self.tower, self.chain, self.web, self.office]
        for shape in self.dice.some(shapes, at_least=1):
            shape()
        for _ in range(self.dice.count(0, 3)):
            self.loose_link()
        document = {
            "parties": [self.person(n, party) for n, party in enumerate(self.people)]
            + [self.organisation(n, party) for n, party in enumerate([*PROVIDERS, *self.organisations])],
            "services": [self.service(service) for service in SERVICES],
            "service_sets": self.sets(),
            "mandates": [link for link in self.links if "basis" not in link],
            "legal_relations": [link for link in self.links if "basis" in link],
            "restrictions": self.restrictions(),
            "client_groups": self.groups,
            "blocks": self.blocks(),
        }
        return {key: records for key, records in document.items() if records or not self.dice.odd()}

    # Shapes of links, from a represented party to a person.

    def tower(self) -> None:
        """Companies that bind one another, up to eight high, a person at the top, and maybe a client below."""
        floors = [self.new_organisation() for _ in range(self.dice.count(1, 8))]
        if self.dice.odd(times=8):
            self.mandate(self.any_party(), floors[0])
        for lower, upper in zip(floors, [*floors[1:], self.a_person()], strict=True):
            self.relation(lower, upper, "sole_signatory" if not self.dice.odd() else self.any_basis())
        if self.dice.odd():
            self.mandate(floors[-1], self.a_person(), for_clients=True)

    def chain(self) -> None:
        """A mandate passed on, up to seven links, to a person in the end."""
        between = [self.new_organisation() for _ in range(self.dice.count(0, 6))]
        parties = [self.any_party(), *between, self.a_person()]
        for number, (giver, taker) in enumerate(pairwise(parties)):
            left = len(between) - number - 1
            further = left if not self.dice.odd() else left + self.dice.of(-1, 0, 1)
            self.mandate(giver, taker, for_clients=number > 0, further=max(0, further))

    def web(self) -> None:
        """Everybody with everybody: cycles, two ways round, people in between."""
        for _ in range(self.dice.count(1, 2)):
            self.new_organisation()
        for _ in range(self.dice.count(2, 7)):
            self.loose_link()

    def office(self) -> None:
        """An office that looks after a person by law, or is authorised by one, and its people."""
        office = self.new_organisation()
        for _ in range(self.dice.count(1, 2)):
            client = self.any_party()
            if client != office:
                self.relation(client, office, self.dice.of(*PERSONAL_BASES))
        self.mandate(office, self.a_person(), for_clients=True)

    def loose_link(self) -> None:
        giver, taker = self.any_party(), self.any_party()
        if giver == taker:
            return
        if self.dice.odd(times=5):
            self.relation(giver, taker, self.any_basis())
        else:
            self.mandate(giver, taker, for_clients=self.dice.odd(times=8), further=self.dice.count(0, 3))

    # One link.

    def mandate(self, giver: str, taker: str, *, for_clients: bool = False, further: int = 0) -> None:
        link = self.link(giver, taker, "m")
        link["until"] = self.dice.of(*self.dice.moments[1:]) if self.dice.odd() else FAR_AHEAD
        if self.dice.odd():
            link["until"] = None
            link["evidence"] = [{"kind": "notarial_deed", "reference": "deed"}]
        if link["until"] is not None and link["until"] <= link["from"]:
            link["from"] = LONG_AGO
        if further or self.dice.odd():
            link["further_intermediaries"] = further
        if giver in self.people:
            if self.dice.odd():
                link |= {"own_affairs": True, "clients": "none"}
        else:
            self.clients(link, giver, for_clients)
            if self.dice.odd(times=3):
                link["branch"] = self.dice.of(*self.branches.setdefault(giver, [self.branch_number()]))
        if self.dice.odd(times=3):
            link["limits"] = self.limits()
            if "case" in link["limits"]:
                link["services"] = [self.dice.of(*SERVICES)]
        if self.dice.odd():
            link["suspended"] = [list(self.dice.period()) for _ in range(self.dice.count(1, 2))]
            if self.dice.odd(times=5):
                link["suspended"].append([self.dice.of(*self.dice.moments), None])
        if self.dice.odd():
            link["revoked_at"] = self.dice.of(*self.dice.moments)
        self.links.append(link)

    def clients(self, link: Record, giver: str, for_clients: bool) -> None:
        if not for_clients:
            if self.dice.odd():
                link |= {"own_affairs": True, "clients": "none"}
            return
        link["clients"] = "all"
        if self.dice.odd(times=4):
            groups = [group["id"] for group in self.groups if group["organisation"] == giver]
            if self.dice.odd(times=5):
                groups.append(self.new_group(giver))
            parties = self.dice.some([*self.people, *self.organisations], at_least=0 if groups else 1)
            link["clients"] = {"parties": parties, "groups": groups}
        if self.dice.odd(times=4):
            link["own_affairs"] = True

    def relation(self, giver: str, taker: str, basis: str) -> None:
        link = self.link(giver, taker, "l") | {"basis": basis}
        if self.dice.odd(times=2):
            link["limits"] = {"amount": self.amount()}
        if self.dice.odd():
            link["until"] = self.dice.of(*self.dice.moments[1:])
            if link["until"] <= link["from"]:
                link["from"] = LONG_AGO
        self.links.append(link)

    def link(self, giver: str, taker: str, prefix: str) -> Record:
        prefix = prefix.upper() if self.dice.odd() else prefix
        return {
            "id": f"{prefix}{len(self.links) + 1}",
            "represented": giver,
            "representative": taker,
            "services": self.coverage(),
            "actions": self.dice.some(ACTIONS, at_least=1) if self.dice.odd(times=2) else "*",
            "assurance": self.dice.of(*LEVELS) if self.dice.odd(times=2) else "substantial",
            "from": self.dice.of(*self.dice.moments) if self.dice.odd() else LONG_AGO,
        }

    def coverage(self) -> Any:
        if not self.dice.odd(times=2):
            return "*"
        if self.dice.odd(times=4):
            return {"provider": self.dice.of(*PROVIDERS)}
        if self.dice.odd(times=4):
            return {"set": self.dice.of(*SETS)}
        return self.dice.some(SERVICES, at_least=1)

    def limits(self) -> Record:
        limits: Record = {}
        for kind in self.dice.some(["case", "amount", "days"], at_least=1):
            match kind:
                case "case":
                    limits["case"] = self.dice.of(*CASES)
                case "amount":
                    limits["amount"] = self.amount()
                case _:
                    limits["days"] = self.dice.of(*DAYS)
        return limits

    def amount(self) -> Record:
        return {"currency": "EUR", "value": self.dice.of(*AMOUNTS)}

    def sets(self) -> list[Record]:
        """Three sets, the last inside the second, the second maybe inside the first."""
        held = {one: self.dice.some(SERVICES) for one in SETS}
        inside = {"all": ["some"] if self.dice.odd(times=8) else [], "some": ["inner"], "inner": []}
        return [
            {"id": one, "name": {"nl": one, "en": one}, "services": held[one], "sets": inside[one]}
            for one in SETS
        ]

    # Records around the links.

    def person(self, number: int, party: str) -> Record:
        record = self.party(party) | {"kind": "person", "identifiers": {"bsn": BSNS[number]}}
        if self.dice.odd(times=5):
            record["born"] = self.dice.of(*BIRTHS)
        return record

    def organisation(self, number: int, party: str) -> Record:
        record = self.party(party) | {"kind": "organisation", "identifiers": {"kvk": f"{number + 1:08}"}}
        if self.dice.odd():
            record["signatories_serve_clients"] = False
        if party in self.branches:
            record["branches"] = [
                {"number": branch, "name": f"Filiaal {branch[-1]}", "place": "Utrecht"}
                for branch in self.branches[party]
            ]
        return record

    def party(self, party: str) -> Record:
        record: Record = {"id": party, "name": self.dice.of(*NAMES)}
        if self.dice.odd():
            record["ceased_at"] = self.dice.of(*self.dice.moments)
        if self.dice.odd(times=3):
            record |= {"place": self.dice.of(*PLACES), "trade_names": self.dice.some(NAMES)}
        return record

    def service(self, service: str) -> Record:
        record: Record = {
            "id": service,
            "uri": f"https://diensten.example/{service}",
            "name": {"nl": service, "en": service},
            "provider": self.dice.of(*PROVIDERS),
            "minimum_assurance": self.dice.of(*LEVELS) if self.dice.odd(times=2) else "substantial",
            "actions": ACTIONS,
            "represented_kinds": ["person", "organisation"],
            "accepts_intermediaries": not self.dice.odd(),
            "accepts_self": not self.dice.odd(),
        }
        if self.dice.odd():
            record["represented_kinds"] = [self.dice.of("person", "organisation")]
        if self.dice.odd():
            record["bases"] = self.dice.some(["mandate", *TOWER_BASES, *PERSONAL_BASES], at_least=1)
        if self.dice.odd():
            record["actions"] = list(reversed(self.dice.some(ACTIONS, at_least=1)))
        if self.dice.odd(times=8):
            record["understands"] = self.dice.some(["branch", "case", "amount", "days"], at_least=1)
        if self.dice.odd(times=3):
            record |= {
                "self_from_age": self.dice.of(14, 16, 18),
                "parents_until_age": self.dice.of(14, 16, 20),
            }
        return record

    def restrictions(self) -> list[Record]:
        if not self.dice.odd(times=5):
            return []
        return [
            {
                "id": f"r{number}",
                "party": self.any_party(),
                "kind": self.dice.of(*RESTRICTIONS),
                "services": self.coverage(),
                **self.maybe_period(),
            }
            for number in range(self.dice.count(1, 3))
        ]

    def blocks(self) -> list[Record]:
        if not self.organisations or not self.dice.odd(times=5):
            return []
        blocks = [
            {
                "organisation": self.dice.of(*self.organisations),
                "person": self.a_person(),
                "authenticator": self.dice.of(*AUTHENTICATORS),
                **self.maybe_period(),
            }
            for _ in range(self.dice.count(1, 3))
        ]
        identified = {
            (block["organisation"], block["person"], block["authenticator"], block["from"]): block
            for block in blocks
        }
        return list(identified.values())

    def maybe_period(self) -> Record:
        start, end = self.dice.period()
        if self.dice.odd(times=5):
            return {"from": start, "until": end}
        return {"from": self.dice.of(LONG_AGO, start)}

    # Names of things.

    def new_organisation(self) -> str:
        if len(self.organisations) >= 8:
            return self.dice.of(*self.organisations)
        organisation = f"{self.dice.of('o', 'O-', 'o.')}{len(self.organisations) + 1}"
        self.organisations.append(organisation)
        return organisation

    def new_group(self, organisation: str) -> str:
        group = f"g{len(self.groups) + 1}"
        clients = self.dice.some([*self.people, *self.organisations])
        self.groups.append(
            {"id": group, "organisation": organisation, "name": "Team Noord", "clients": clients}
        )
        return group

    def branch_number(self) -> str:
        return f"{len(self.branches) + 1:012}"

    def a_person(self) -> str:
        return self.dice.of(*self.people)

    def any_party(self) -> str:
        return self.dice.of(*self.people, *self.organisations)

    def any_basis(self) -> str:
        return self.dice.of(*TOWER_BASES, *PERSONAL_BASES, "joint_signatory", "registered_proxy")


@st.composite
def worlds(draw: st.DrawFn) -> Record:
    """A valid world file, defaults mostly left out."""
    document = Making(draw).document()
    for key in ("mandates", "legal_relations"):
        links = [link for link in document.get(key, []) if link["represented"] != link["representative"]]
        if key in document:
            document[key] = links
    return document


@st.composite
def questions(draw: st.DrawFn, world: Record) -> Record:
    """A question to the world: at an instant that it names or implies, or one second before or after."""
    people = [party["id"] for party in world["parties"] if party["kind"] == "person"]
    instant = seconds(draw(st.sampled_from(sorted(set(instants(world))))))
    question: Record = {
        "acting": draw(st.sampled_from(people)),
        "service": draw(st.sampled_from(SERVICES)),
        "at": written(instant + draw(st.sampled_from([0, -1, 1]))),
        "login_assurance": draw(st.sampled_from(["substantial", "high", "low", "basic"])),
    }
    authenticator = draw(st.sampled_from([None, *AUTHENTICATORS]))
    if authenticator is not None:
        question["authenticator"] = authenticator
    [service] = [service for service in world["services"] if service["id"] == question["service"]]
    actions = draw(st.sampled_from([None, [], service["actions"][:1], service["actions"][-1:]]))
    if actions is not None:
        question["actions"] = actions
    minimum = draw(st.sampled_from([None, None, *LEVELS]))
    if minimum is not None:
        question["minimum"] = minimum
    return question


def instants(world: Record) -> Iterator[str]:
    """Every instant that the world names, the ends of childhood among them, and an ordinary one."""

    def named(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from named(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from named(inner)
        elif isinstance(value, str) and INSTANT.fullmatch(value):
            yield value

    yield "2026-06-01T12:00:00Z"
    yield from named(world)
    for party in world["parties"]:
        if "born" in party:
            for service in world["services"]:
                ages = {
                    service.get("self_from_age", 16),
                    service.get("parents_until_age", 18),
                }
                yield from (written(reaches_age(party["born"], age)) for age in ages)
