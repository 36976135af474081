"""Who lives in a register of the try-out world, what they might give, and how a random one of that is drawn."""

from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from claims.assurance import Loa
from claims.limits import NO_LIMITS, Days, Limits

PEOPLE: Final = (
    *("anna", "bram", "carla", "daan", "eva", "fred", "gea", "karin", "noor", "omer", "petra", "piet"),
    *("anja", "bert", "cor", "wout", "joris", "tess", "fenna", "sanne", "iris", "otto"),
)
PARTIES: Final = (*PEOPLE, "bakery", "bos", "office", "peeters", "holding", "greet", "club", "loods", "joke")
OF_PEOPLE: Final = ("income-tax", "permit", "benefit")
OF_ORGANISATIONS: Final = ("vat-return", "permit", "policy")
SERVICES: Final = (*OF_PEOPLE, "vat-return", "policy")
ORGANISATIONS: Final = {"bakery", "bos", "office", "peeters", "holding", "club", "loods"}
LEVELS: Final = (Loa.LOW, Loa.SUBSTANTIAL, Loa.SUBSTANTIAL, Loa.HIGH)
DAY: Final = 86_400

# Who may give for whom, mostly; the rest is chosen blindly.
GIVERS: Final = (
    *((person, person) for person in PEOPLE),
    *(("carla", "bakery"), ("daan", "bakery"), ("petra", "office"), ("fred", "peeters"), ("fred", "holding")),
    *(("gea", "bos"), ("henk", "bos"), ("piet", "greet"), ("bram", "noor"), ("petra", "jan")),
    *(("anja", "club"), ("bert", "club"), ("cor", "club")),
    *(("wout", "loods"), ("joris", "loods"), ("tess", "loods"), ("fenna", "loods")),
)
LIMITS: Final = (
    *[NO_LIMITS] * 2,
    Limits(case="Z-2026-1"),
    Limits(amount=100_00),
    Limits(amount=7_500_00),
    Limits(days=Days(weekdays=frozenset({0, 1, 2}))),
    Limits(case="Z-2026-2", days=Days(weekdays=frozenset({4}))),
)
# Beside the try-out world: two whose power ends at an amount, and one who arranges what lies in a set.
BESIDE: Final = {
    "legal_relations": [
        {
            "id": f"l-loods-{person}",
            "represented": "loods",
            "representative": person,
            "basis": "sole_signatory",
            "services": "*",
            "actions": "*",
            "assurance": "high",
            "from": "2020-01-01T00:00:00Z",
            "limits": {"amount": {"currency": "EUR", "value": value}},
            "source": {"register": "trade", "reference": f"x-{person}", "fetched_at": "2026-11-23T11:00:00Z"},
        }
        for person, value in (("joris", "5000.00"), ("tess", "8000.00"))
    ],
    "appointments": [
        {
            "id": "a-loods-fenna",
            "organisation": "loods",
            "person": "fenna",
            "services": {"set": "s-business"},
            "assurance": "substantial",
            "may_appoint": True,
            "from": "2026-01-01T00:00:00Z",
            "until": "2029-01-01T00:00:00Z",
        }
    ],
}

FOR_ONE: Final = tuple(
    (person, party)
    for person, party in GIVERS
    if person != party and party not in ("bos", "club") and person not in ("joris", "tess")
)
TOGETHER: Final = tuple(one for one in GIVERS if one[0] != one[1] and one not in FOR_ONE)


@dataclass(frozen=True)
class What:
    """What is offered, apart from whose it is and to whom it goes."""

    service: int
    level: Loa
    days: int
    limits: Limits
    passes_on: bool
    for_clients: bool
    to_employee: bool
    blindly: bool


# How far what is offered gets at once; the other steps take up what lies about.
patience = st.sampled_from((0, 1, 5, 5, 5))
people, levels = st.sampled_from(PEOPLE), st.sampled_from(LEVELS)
somebody = st.one_of(st.none(), st.sampled_from(PARTIES))
whats = st.builds(
    What,
    service=st.integers(0, 2),
    level=levels,
    days=st.integers(1, 400),
    limits=st.sampled_from(LIMITS),
    passes_on=st.booleans(),
    for_clients=st.booleans(),
    to_employee=st.booleans(),
    blindly=st.sampled_from((False, False, False, True)),
)
anything = st.integers(0, 10_000)
givers = st.one_of(
    st.sampled_from(GIVERS), st.sampled_from(GIVERS), st.tuples(people, st.sampled_from(PARTIES))
)


def heeds(service: str, limits: Limits) -> bool:
    """Whether the service understands all of them, in the try-out world."""
    return limits.kinds <= {"permit": {"case", "days"}, "policy": {"case", "amount", "days"}}.get(
        service, set()
    )
