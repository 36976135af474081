"""Tokens that are as they should be."""

from collections.abc import Iterator

from claims.assurance import Loa
from claims.formats import own_members
from claims.formats.act import to_act
from claims.limits import Days, Limits
from tests.support.representations import VAT
from tests.vectors.tokens import (
    NOW,
    PAIRWISE,
    RESOURCE,
    Json,
    a_vector,
    access,
    access_header,
    id_header,
    identity,
    jwks,
    jws,
    login,
    recipient,
    represented,
    without_alg,
)


def good() -> Iterator[Json]:
    eva = login()["sub"]
    bakery = {"case": "on_behalf_of", "person": eva, "represented": "90000456"}
    through = {"intermediaries": ["90000123"], "actions": ["prepare", "submit"], "effective": "substantial"}
    yield a_vector(
        "an employee of the accountants acts for the bakery",
        jws(access_header(), access()),
        bakery | through,
        demand={"action": "submit", "at_least": "substantial"},
    )
    yield a_vector(
        "the same in an ID token, signed with RS256",
        jws(id_header(alg="RS256", kid="rs256"), identity(), alg="RS256"),
        bakery | through,
        call="id_token",
        demand={"action": "submit", "at_least": "substantial"},
    )
    for alg, kid in (("PS256", "ps256"), ("Ed25519", "ed25519")):
        yield a_vector(
            f"the same in an ID token, signed with {alg}",
            jws(id_header(alg=alg, kid=kid), identity(), alg=alg),
            bakery | through,
            call="id_token",
        )
        yield a_vector(
            f"the same, signed with {alg} by a key that does not say for which algorithm it is",
            jws(access_header(alg=alg, kid=kid), access(), alg=alg),
            bakery | through,
            keys=jwks(without_alg(kid)),
        )
    yield a_vector(
        "the media type written out (RFC 9068 4)",
        jws(access_header(typ="application/at+jwt"), access()),
        bakery | through,
    )
    yield a_vector(
        "the audience as a list of one",
        jws(access_header(), access(aud=[RESOURCE])),
        bakery | through,
    )
    direct = represented("anna", "eva", to=recipient(person_names=True))
    yield a_vector(
        "a person acts for another person",
        jws(access_header(), access(direct)),
        {
            "case": "on_behalf_of",
            "person": eva,
            "represented": PAIRWISE.sub("api.tax.example.nl", "anna"),
            "intermediaries": [],
            "actions": ["prepare", "submit"],
            "effective": "substantial",
        },
    )
    longest = represented("bakery", *(f"holding{n}" for n in range(5)), "eva")
    six = {"intermediaries": [f"9000100{n}" for n in range(5)], "effective": "substantial"}
    yield a_vector(
        "the longest path, of six links",
        jws(access_header(), access(longest)),
        bakery | six | {"actions": ["prepare", "submit"]},
    )
    low = represented("bakery", "eva", login=Loa.LOW, until=None)
    yield a_vector(
        "a weak login at a strong mandate without an end",
        jws(access_header(), access(low, acr=Loa.LOW.acr)),
        bakery | {"intermediaries": [], "actions": ["prepare", "submit"], "effective": "low"},
        demand={"at_least": "low"},
    )
    branch = represented("bakery", "eva", branch="000012345678")
    yield a_vector(
        "a branch, where branches are heeded",
        jws(access_header(), access(branch)),
        bakery | {"intermediaries": [], "actions": ["prepare", "submit"], "effective": "substantial"},
        verifier={"understands": ["branch"]},
    )
    limited = represented(
        "bakery",
        "eva",
        limits=Limits(case="Z-2026-0417", amount=250_000, days=Days(weekdays=frozenset({0, 1}))),
    )
    seen = bakery | {"intermediaries": [], "actions": ["prepare", "submit"], "effective": "substantial"}
    for name, heeded, said, demand in (
        ("a case, an amount and days, heeded", ["case", "amount", "days"], limited, {}),
        (
            "an act within a case, an amount and days",
            ["branch", "case", "amount", "days"],
            limited,
            {"case": "Z-2026-0417", "amount": "2500.00", "day": "2026-09-22"},
        ),
        (
            "a case and an amount asked where there are no limits",
            [],
            represented("bakery", "eva"),
            {"case": "Z-1", "amount": "99999.00", "day": "2026-09-23"},
        ),
    ):
        yield a_vector(
            name, jws(access_header(), access(said)), seen, verifier={"understands": heeded}, demand=demand
        )
    yield a_vector(
        "somebody for themself",
        jws(access_header(), access(own_members(VAT, ("view",)))),
        {"case": "own_behalf", "person": eva, "actions": ["view"]},
        demand={"action": "view", "at_least": "substantial"},
    )
    yield a_vector(
        "a flipped token, for a resource of orientation act",
        jws(access_header(), to_act(access())),
        bakery | through,
        verifier={"orientation": "act"},
    )
    yield a_vector(
        "somebody for themself, for a resource of orientation act",
        jws(access_header(), access(own_members(VAT, ("view",)))),
        {"case": "own_behalf", "person": eva, "actions": ["view"]},
        verifier={"orientation": "act"},
    )
    yield a_vector(
        "expired by less than the leeway",
        jws(access_header(), access(exp=NOW - 9)),
        bakery | through,
    )
