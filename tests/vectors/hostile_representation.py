"""Well signed, and what is said of representation contradicts itself or does not suffice."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from claims.assurance import Loa
from claims.formats import own_members
from claims.formats.act import to_act
from tests.support.representations import INCOME, VAT
from tests.vectors.tokens import (
    ISSUER,
    NOW,
    Json,
    a_vector,
    access,
    access_header,
    jws,
    refused,
    represented,
)

Change = Callable[[Json], object]


def hostile_representation() -> Iterator[Json]:
    details = "authorization_details"

    def changed(name: str, change: Change, code: str, claim: str | None, **settings: Any) -> Json:
        claims = access(settings.pop("said", None))
        change(claims)
        return a_vector(name, jws(access_header(), claims), refused(code, claim), **settings)

    def malformed(name: str, change: Change, claim: str = details) -> Json:
        return changed(name, change, "representation_malformed", claim)

    def inconsistent(name: str, change: Change, claim: str = details) -> Json:
        return changed(name, change, "representation_inconsistent", claim)

    def the(claims: Json) -> Json:
        found: Json = claims[details][0]
        return found

    own = own_members(VAT, ("view",))
    yield changed(
        "nothing said at all",
        lambda c: (c.pop("represents"), c.pop(details)),
        "representation_missing",
        details,
    )
    yield inconsistent("represents without details", lambda c: c.pop(details))
    yield inconsistent("details without represents", lambda c: c.pop("represents"), "represents")
    yield inconsistent("represents beside details for oneself", lambda c: c.update(own))
    for member in ("act", "may_act"):
        for value in ({"sub": "x", "iss": ISSUER}, None, "x"):
            yield changed(
                f"{member} {json.dumps(value)} beside represents",
                lambda c, m=member, v=value: c.update({m: v}),  # type: ignore[misc]
                "orientation_wrong",
                member,
            )
    yield a_vector(
        "a flipped token at a reader of represents",
        jws(access_header(), to_act(access())),
        refused("orientation_wrong", "act"),
    )
    yield a_vector(
        "represents at a reader of act",
        jws(access_header(), access()),
        refused("orientation_wrong", "represents"),
        verifier={"orientation": "act"},
    )
    flipped = to_act(access())
    for name, change in (
        ("a flipped token whose sub is another", {"sub": "somebody-else"}),
        ("act that is a text", {"act": "eva"}),
        ("act without sub", {"act": {"iss": ISSUER}}),
        ("act of another issuer", {"act": {**flipped["act"], "iss": "https://evil.example"}}),
        ("act null", {"act": None}),
        ("act without details", {details: []}),
    ):
        yield a_vector(
            name,
            jws(access_header(), flipped | change),
            refused("representation_inconsistent", "act"),
            verifier={"orientation": "act"},
        )
    yield a_vector(
        "may_act in a flipped token",
        jws(access_header(), flipped | {"may_act": flipped["act"]}),
        refused("orientation_wrong", "may_act"),
        verifier={"orientation": "act"},
    )
    yield a_vector(
        "a flipped token that was also left as it was",
        jws(access_header(), flipped | {"represents": access()["represents"]}),
        refused("orientation_wrong", "represents"),
        verifier={"orientation": "act"},
    )
    yield a_vector(
        "a flipped token turned round",
        jws(access_header(), flipped | {"act": _turned(flipped["act"], "act")}),
        refused("representation_inconsistent", "act"),
        verifier={"orientation": "act"},
    )
    yield malformed("two details objects", lambda c: c[details].append(c[details][0]))
    yield malformed(
        "a details object for oneself beside one for a party", lambda c: c[details].append(own[details])
    )
    for value in ([], {}, None, "x", 1, [[]], [None], ["representation"]):
        yield malformed(f"details {json.dumps(value)}", lambda c, v=value: c.update({details: v}))  # type: ignore[misc]
    yield malformed("another type", lambda c: the(c).update(type="payment"))
    yield malformed("an unknown limit in the details", lambda c: the(c).update(amount_up_to=100))
    for name in ("service", "actions", "assurance_level", "effective_assurance_level", "not_after"):
        yield malformed(f"details without {name}", lambda c, n=name: the(c).pop(n))  # type: ignore[misc]
    for name in ("branch", "register", "links"):
        yield malformed(f"details without {name}", lambda c, n=name: the(c).pop(n))  # type: ignore[misc]
    for name, values in (
        ("service", (None, 1, [], {}, "", [VAT])),
        ("actions", (None, 1, {}, "submit", [], [1], [["submit"]], [None], ["submit", "submit"])),
        ("assurance_level", (None, 3, "SUBSTANTIAL", "enormous", [], {})),
        ("effective_assurance_level", (None, 3, True, "", [])),
        (
            "not_after",
            ("2026-12-31", 1_798_758_000, "9999-99-99T00:00:00Z", "0000-01-01T00:00:00Z", [], {}, ""),
        ),
        ("branch", ("12345678", 12345678, "００００１２３４５６７８", [], "")),
        ("register", (None, 1, "")),
        ("links", (None, {}, [], "x", [1], [None], [{}], [[]])),
    ):
        for value in values:
            yield malformed(
                f"{name} {json.dumps(value)}",
                lambda c, n=name, v=value: the(c).update({n: v}),  # type: ignore[misc]
            )
    for name, values in (
        ("id", (None, 1, "", [])),
        ("basis", ("curator", None, 1)),
        ("assurance_level", ("none", None, 4)),
        ("recorded_at", ("2026-01-04T00:00:00Z", None, 1)),
    ):
        for value in values:
            yield malformed(
                f"a link's {name} {json.dumps(value)}",
                lambda c, n=name, v=value: the(c)["links"][0].update({n: v}),  # type: ignore[misc]
            )
    yield malformed("a link with a member more", lambda c: the(c)["links"][0].update(note="x"))
    yield inconsistent(
        "more links than parties", lambda c: the(c)["links"].append({**the(c)["links"][0], "id": "x"})
    )
    yield inconsistent("fewer links than parties", lambda c: the(c)["links"].pop())
    yield inconsistent("one link twice", lambda c: the(c).update(links=[the(c)["links"][0]] * 2))
    yield inconsistent(
        "represented is the intermediary, not the deepest",
        lambda c: the(c)["represented"].update(sub=c["represents"]["sub"]),
    )
    for value in (None, "self ", "SELF", {}, [], {"sub": "90000456"}, True):
        yield inconsistent(
            f"represented {json.dumps(value)}",
            lambda c, v=value: the(c).update(represented=v),  # type: ignore[misc]
        )
    yield inconsistent("represented with a member more", lambda c: the(c)["represented"].update(name="x"))
    yield inconsistent(
        "the represented party exchanged", lambda c: c["represents"]["represents"].update(sub="90009999")
    )
    yield inconsistent("nesting turned round", lambda c: c.update(represents=_turned(c["represents"])))
    yield inconsistent(
        "the intermediary left out", lambda c: c.update(represents=c["represents"]["represents"])
    )
    yield inconsistent(
        "the acting person among the parties",
        lambda c: c["represents"].update(sub=c["sub"], iss=c["iss"]),
        "represents",
    )
    yield inconsistent(
        "one party twice",
        lambda c: c["represents"].update(sub="90000456"),
        "represents",
    )
    deep: list[Change] = []
    for depth in (7, 50):
        deep.append(lambda c, d=depth: c.update(represents=_nested(d)))  # type: ignore[misc]
        yield inconsistent(f"represents nested {depth} deep", deep[-1], "represents")
    yield a_vector(
        "a whole path of seven links, with as many parties",
        jws(access_header(), access(_seven())),
        refused("representation_inconsistent", "represents"),
    )
    yield a_vector(
        "act nested seven deep",
        jws(access_header(), to_act(access(_seven()))),
        refused("representation_inconsistent", "represents"),
        verifier={"orientation": "act"},
    )
    for value in (None, "x", 1, [], [{}], True, {}, {"sub": "90000456"}, {"iss": ISSUER}):
        yield malformed(
            f"represents {json.dumps(value)}",
            lambda c, v=value: c.update(represents=v),  # type: ignore[misc]
            "represents",
        )
        yield malformed(
            f"represents {json.dumps(value)} inside",
            lambda c, v=value: c["represents"].update(represents=v),  # type: ignore[misc]
            "represents",
        )
    for name in ("sub", "iss", "sub_id_type", "name"):
        for value in (1, [], {}, None):
            yield malformed(
                f"{name} {json.dumps(value)} of a party",
                lambda c, n=name, v=value: c["represents"].update({n: v}),  # type: ignore[misc]
                "represents",
            )
    for name in ("exp", "aud", "act", "authorization_details"):
        yield malformed(
            f"{name} inside represents",
            lambda c, n=name: c["represents"].update({n: c.get(n)}),  # type: ignore[misc]
            "represents",
        )
    yield inconsistent(
        "effective above the lowest link",
        lambda c: (c.update(acr=Loa.HIGH.acr), the(c).update(effective_assurance_level="high")),
    )
    yield inconsistent("effective above the login", lambda c: c.update(acr=Loa.LOW.acr))
    yield inconsistent(
        "the mandate's level above its lowest link", lambda c: the(c).update(assurance_level="high")
    )
    yield inconsistent(
        "the mandate's level below its lowest link",
        lambda c: the(c).update(assurance_level="low", effective_assurance_level="low"),
    )
    yield changed(
        "the mandate ended at this very instant, with exp ahead",
        lambda c: the(c).update(not_after="2026-09-21T14:15:00Z"),
        "mandate_ended",
        details,
    )
    yield changed(
        "the mandate ended within what leeway allows",
        lambda c: (the(c).update(not_after="2026-09-21T14:14:59Z"), c.update(exp=NOW - 1)),
        "mandate_ended",
        details,
    )
    yield changed("another service", lambda c: None, "service_wrong", details, demand={"service": INCOME})
    yield changed(
        "a service that begins alike", lambda c: the(c).update(service=f"{VAT}s"), "service_wrong", details
    )
    yield changed(
        "a token for oneself at another service",
        lambda c: c.update(own_members(INCOME, ("view",))),
        "service_wrong",
        details,
        said=own,
    )
    yield changed(
        "a token for oneself at another service of the same provider",
        lambda c: None,
        "service_wrong",
        details,
        said=own,
        demand={"service": INCOME},
    )
    yield changed(
        "a token for oneself with a level in it",
        lambda c: the(c).update(assurance_level="high"),
        "representation_malformed",
        details,
        said=own,
    )
    yield changed(
        "an action not allowed", lambda c: None, "action_not_allowed", details, demand={"action": "delete"}
    )
    yield changed(
        "an action that is part of one",
        lambda c: None,
        "action_not_allowed",
        details,
        demand={"action": "sub"},
    )
    yield changed(
        "an action not allowed for oneself",
        lambda c: None,
        "action_not_allowed",
        details,
        said=own,
        demand={"action": "submit"},
    )
    yield changed(
        "a branch, where branches are not heeded",
        lambda c: the(c).update(branch="000012345678"),
        "restriction_not_understood",
        details,
    )
    yield from _limited(changed, malformed)
    yield changed(
        "the mandate too weak",
        lambda c: c.update(acr=Loa.HIGH.acr),
        "mandate_too_weak",
        details,
        demand={"at_least": "high"},
    )
    yield changed(
        "the login too weak",
        lambda c: None,
        "login_too_weak",
        "acr",
        said=represented("bakery", "eva", assurances=(Loa.HIGH,)),
        demand={"at_least": "high"},
    )
    yield changed(
        "the login too weak for oneself",
        lambda c: None,
        "login_too_weak",
        "acr",
        said=own,
        demand={"at_least": "high"},
    )
    yield changed(
        "login and mandate too weak",
        lambda c: None,
        "mandate_too_weak",
        details,
        demand={"at_least": "high"},
    )
    yield changed("the login too old", lambda c: None, "login_too_old", "auth_time", demand={"max_age": 60})
    yield changed(
        "no auth_time where the login's age matters",
        lambda c: c.pop("auth_time"),
        "login_too_old",
        "auth_time",
        demand={"max_age": 3600},
    )


def _turned(nested: Json, member: str = "represents") -> Json:
    inner = nested[member]
    outer = {name: value for name, value in nested.items() if name != member}
    return {**inner, member: outer}


def _seven() -> Json:
    """A path of one link too many, in which nothing else is wrong (R2)."""
    return represented("bakery", *(f"holding{n}" for n in range(6)), "eva")


def _nested(depth: int) -> Json:
    nested: Json = {}
    for number in range(depth):
        party = {"sub": f"9000{number:04}", "iss": f"{ISSUER}/identifiers/kvk", "sub_id_type": "x"}
        nested = party | ({"represents": nested} if nested else {})
    return nested


LIMITS: Json = {
    "case": "Z-2026-0417",
    "amount": {"currency": "EUR", "value": "2500.00"},
    "days": ["monday", "tuesday"],  # it is Monday at NOW
}
HEEDED: Json = {"understands": ["case", "amount", "days"]}


def _limited(changed: Callable[..., Json], malformed: Callable[..., Json]) -> Iterator[Json]:
    """Narrower than a service: not heeded, not read, or the act lies outside."""
    details = "authorization_details"

    def with_limits(limits: object) -> Change:
        return lambda claims: claims[details][0].update(limits=limits)

    for kind, limit in LIMITS.items():
        others = [one for one in LIMITS if one != kind]
        for heeded in ([], others, ["branch"]):
            yield changed(
                f"a limit ({kind}), where only {json.dumps(heeded)} is heeded",
                with_limits({kind: limit}),
                "restriction_not_understood",
                details,
                verifier={"understands": heeded},
            )
    yield changed(
        "a limit of a kind that came later",
        with_limits({"place": "Utrecht"}),
        "restriction_not_understood",
        details,
        verifier=HEEDED,
    )
    for value in (
        None,
        {},
        [],
        "case",
        {"case": ""},
        {"case": None},
        {"amount": 2500},
        {"amount": {"currency": "EUR", "value": 2500}},
        {"amount": {"currency": "EUR", "value": "2500"}},
        {"amount": {"currency": "EUR", "value": "-1.00"}},
        {"amount": {"currency": "USD", "value": "2500.00"}},
        {"amount": {"value": "2500.00"}},
        {"days": []},
        {"days": ["Monday"]},
        {"days": ["monday", "2026-09-21"]},
        {"days": ["2026-13-01"]},
        {"days": [0]},
    ):
        yield malformed(f"limits {json.dumps(value)}", with_limits(value))
    for name, limits, demand in (
        ("another case", LIMITS, {"case": "Z-2026-0418"}),
        ("a case that begins alike", LIMITS, {"case": "Z-2026-041"}),
        ("no case at all", LIMITS, {"case": ""}),
        ("a cent more than the amount", LIMITS, {"amount": "2500.01"}),
        ("a thousandth of a cent more than the amount", LIMITS, {"amount": "2500.00001"}),
        ("an act on another day of the week", LIMITS, {"day": "2026-09-23"}),
        ("an act on another date", {"days": ["2026-09-21"]}, {"day": "2026-09-22"}),
        ("today is another day", {"days": ["wednesday"]}, {}),
        ("today is another date", {"days": ["2026-09-22"]}, {}),
    ):
        yield changed(
            f"outside the limits: {name}",
            with_limits(limits),
            "outside_limits",
            details,
            demand=demand,
            verifier=HEEDED,
        )
