"""Representations, parties and recipients for the tests of the formats: a small world that never changes."""

from dataclasses import dataclass

from claims.assurance import Loa
from claims.formats import Pairwise, Recipient
from claims.limits import NO_LIMITS, Limits
from claims.representation import Representation, RepresentedLink
from keys.sealing import KeyedDigest

ISSUER = "https://login.example.nl"
REGISTER = f"{ISSUER}/mandate-register"
VAT = "https://tax.example.nl/services/vat-return"
INCOME = "https://tax.example.nl/services/income-tax"
UNTIL = 1_798_758_000  # 2026-12-31T23:00:00Z
RECORDED = 1_767_519_000  # 2026-01-04, in the morning
PAIRWISE = Pairwise(KeyedDigest(bytes(range(32))).of)


@dataclass(frozen=True)
class NamedParty:
    """As much of a party as its naming must know."""

    id: str
    kind: str
    name: str
    is_sole_trader: bool = False


PARTIES = {
    party.id: party
    for party in (
        NamedParty("anna", "person", "Anna de Vries"),
        NamedParty("eva", "person", "Eva Smit"),
        NamedParty("bakery", "organisation", "Bakkerij De Korenbloem B.V."),
        NamedParty("accountants", "organisation", "Accountants Peeters B.V."),
        NamedParty("trader", "organisation", "Postma Advies", is_sole_trader=True),
        NamedParty("ministry", "organisation", "Ministerie"),
        *(NamedParty(f"holding{n}", "organisation", f"Holding {n} B.V.") for n in range(6)),
    )
}
NUMBERS = {
    "anna": {"bsn": "999997221"},
    "eva": {"bsn": "999981869"},
    "bakery": {"kvk": "90000456", "rsin": "123456782"},
    "accountants": {"rsin": "111222333", "kvk": "90000123"},
    "trader": {"kvk": "00327065"},
    "ministry": {"oin": "00000001003214345000"},
    **{f"holding{n}": {"kvk": f"9000100{n}"} for n in range(6)},
}


def a_recipient(sector: str = "tax.example.nl", **settings: object) -> Recipient:
    return Recipient(issuer=ISSUER, sector=sector, **settings)  # type: ignore[arg-type]


def a_link(
    represented: str,
    representative: str,
    *,
    assurance: Loa = Loa.SUBSTANTIAL,
    basis: str = "mandate",
    recorded_at: int = RECORDED,
) -> RepresentedLink:
    return RepresentedLink(
        id=f"m-{represented}-{representative}",
        basis=basis,
        represented=represented,
        representative=representative,
        assurance=assurance,
        recorded_at=recorded_at,
    )


def a_representation(
    *path: str,
    assurances: tuple[Loa, ...] = (),
    login: Loa = Loa.SUBSTANTIAL,
    actions: tuple[str, ...] = ("prepare", "submit"),
    branch: str | None = None,
    until: int | None = UNTIL,
    limits: Limits = NO_LIMITS,
) -> Representation:
    """A path from the represented party outwards to the acting person: `"bakery", "accountants", "eva"`."""
    assurances = assurances or (Loa.SUBSTANTIAL,) * (len(path) - 1)
    links = tuple(
        a_link(represented, representative, assurance=assurance)
        for represented, representative, assurance in zip(path, path[1:], assurances, strict=False)
    )
    assurance = min(link.assurance for link in links)
    return Representation(
        acting=path[-1],
        service="vat-return",
        links=links,
        branch=branch,
        actions=actions,
        assurance=assurance,
        effective_assurance=min(assurance, login),
        step_up=None,
        other_means=False,
        until=until,
        limits=limits,
    )
