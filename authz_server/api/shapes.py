"""The records of the register as the API gives them: their JSON, declared for its description.

They are those of a world file (`docs/mandates.md`), so that what is read here can be read there.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "AMOUNT",
    "Actions",
    "Clients",
    "Coverage",
    "Entry",
    "Id",
    "Instant",
    "Level",
    "Limits",
    "Mandate",
    "OfProvider",
    "OfSet",
    "Party",
    "Relation",
    "Restriction",
    "Service",
    "Shape",
    "Use",
]


class Shape(BaseModel):
    """Exactly these members."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Instant = Annotated[
    str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", examples=["2026-01-01T00:00:00Z"])
]
Level = Literal["basic", "low", "substantial", "high"]
Id = Annotated[str, Field(description="an id of the register")]


class Words(Shape):
    """A text in both languages."""

    nl: str
    en: str


class OfProvider(Shape):
    """Every service of one provider, now or later."""

    provider: Id


class OfSet(Shape):
    """Every service that lies in one set, now or later, at whatever depth."""

    set: Id


Coverage = Annotated[
    Literal["*"] | list[str] | OfProvider | OfSet,
    Field(description="all services, these, one provider's, or those in a set"),
]


AMOUNT: Final = r"^(0|[1-9][0-9]{0,11})\.[0-9]{2}$"


class Amount(Shape):
    """What one act may come to at most."""

    currency: Literal["EUR"]
    value: Annotated[str, Field(pattern=AMOUNT, examples=["1250.00"])]


class Limits(Shape):
    """What a power is narrowed to within its services (R20 to R22); a limit that there is not is left out."""

    case: Annotated[str | None, Field(description="the reference by which the service knows the case")] = None
    amount: Amount | None = None
    days: Annotated[list[str] | None, Field(description="days of the week, or dates")] = None


Actions = Literal["*"] | list[str]


class Task(Shape):
    """What people choose from, instead of single actions."""

    id: str
    name: Words
    actions: list[str]


class Service(Shape):
    """What a provider offers and a mandate is for."""

    id: Id
    uri: str
    name: Words
    provider: Id
    minimum_assurance: Level
    actions: list[str]
    represented_kinds: list[Literal["person", "organisation"]]
    tasks: list[Task] | None = None
    accepts_self: bool | None = None
    self_from_age: int | None = None
    accepts_intermediaries: bool | None = None
    bases: Literal["*"] | list[str] | None = None
    parents_until_age: int | None = None
    understands: list[str] | None = None
    offers_mandates: bool | None = None
    recorded_at: Instant | None = None


class Branch(Shape):
    """A branch of an organisation."""

    number: str
    name: str
    place: str | None = None


class JointRule(Shape):
    """How many of the joint signatories must sign."""

    count: int | None = None
    majority: bool | None = None


class Party(Shape):
    """A person or an organisation. `identifiers` are an organisation's public numbers; a person's are never told."""

    id: Id
    kind: Literal["person", "organisation"]
    name: str
    trade_names: list[str] | None = None
    legal_form: str | None = None
    place: str | None = None
    identifiers: dict[str, str]
    branches: list[Branch] | None = None
    born: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    ceased_at: Instant | None = None
    joint_rule: JointRule | None = None
    signatories_serve_clients: bool | None = None
    recorded_at: Instant | None = None


class Clients(Shape):
    """For which clients, where they are listed."""

    parties: list[str]
    groups: list[str]


class Evidence(Shape):
    """What a mandate rests on. Of a document its SHA-256 digest; `verifier` looked at it, or heard it, at `at`."""

    kind: str
    reference: str
    digest: str | None = None
    verifier: str | None = None
    at: Instant | None = None


class Mandate(Shape):
    """A link that its represented party gave, and where it is in its life.

    Of more than a hundred listed clients the first hundred are told, and in `clients_left_out` how many are not.
    """

    state: Literal["not_started", "active", "suspended", "revoked", "ended"]
    id: Id
    represented: Id
    representative: Id
    services: Coverage
    actions: Actions
    assurance: Level
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant | None
    branch: str | None = None
    limits: Limits | None = None
    further_intermediaries: int | None = None
    own_affairs: bool
    clients: Literal["all", "none"] | Clients
    clients_left_out: int | None = None
    suspended: list[list[Instant | None]] | None = None
    revoked_at: Instant | None = None
    evidence: list[Evidence] | None = None
    recorded_at: Instant | None = None


class Source(Shape):
    """Where a fact comes from."""

    register_: Annotated[str | None, Field(alias="register")] = None
    reference: str | None = None
    fetched_at: Instant | None = None


class Relation(Shape):
    """Power that follows from law or a public register."""

    id: Id
    represented: Id
    representative: Id
    basis: str
    services: Coverage
    actions: Actions
    assurance: Level
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant | None = None
    limits: Limits | None = None
    source: Source | None = None
    recorded_at: Instant | None = None


class Restriction(Shape):
    """What a party may no longer do alone."""

    id: Id
    party: Id
    kind: str
    services: Coverage
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant | None = None
    source: Source | None = None
    recorded_at: Instant | None = None


class Entry(Shape):
    """What happened to a record. `authority` is `operator`, `self`, `client …`, or names relation or appointment."""

    at: Instant
    event: str
    version: int | None
    person: str | None
    on_behalf_of: str | None
    authority: str
    login_assurance: Level | None
    authenticator: str | None
    reason: str | None


class Use(Shape):
    """Who logged in on a party's behalf: a code was redeemed by `client` for `service`.

    With `done`, what the resource `told_by` reported that was done after such a login, by its own `reference`.
    """

    at: Instant
    represented: Id
    acting: Id
    through: str | None
    service: Id
    client: str
    path: list[str]
    actions: list[str]
    done: str | None = None
    reference: str | None = None
    told_by: str | None = None
