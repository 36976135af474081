"""The page on which a visitor tries to cheat a demo website: they alter their token, and see what our verifier says of it.

The verifier is the website's own, and the token is really altered. Whatever comes of it, the visit goes on with the
token that it had.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from authz_server.demo import words
from authz_server.demo.altering import GROUPS, WAYS, Given, Sent, resigned
from authz_server.demo.at_work import AtWork
from authz_server.demo.believing import compared
from authz_server.demo.choices import Choice
from authz_server.demo.known_page import parts_of
from authz_server.demo.registering import Registration
from authz_server.demo.relying import NoTokens
from authz_server.demo.speech import gettext, lazy_gettext
from authz_server.demo.visits import Visit
from authz_server.demo.why_refused import WHY
from claims.instants import Instant
from claims.strict_json import parse
from claims.verify import Refused, VerificationRefused, Verifier

__all__ = ["Bench", "add_try_page"]

_LONGEST: Final = 16_000
"""Characters of claims that are read: a token of the longest path has a third of that."""
_SIGNED: Final = {
    "kept": lazy_gettext("Leave the signature as it was"),
    "own": lazy_gettext("Sign with a key of my own"),
    "none": lazy_gettext("Leave the signature out, and say so (alg none)"),
    "issuer": lazy_gettext("Just suppose: the login service signs it for me"),
}
Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a website verifies with. `fresh` gives the visit's access token, with time left (VerificationRefused: none)."""

    issuer: str
    registration: Registration
    verifier: Verifier
    understands: tuple[str, ...]
    clock: Callable[[], Instant]
    keys: Callable[[], Mapping[str, Any]]
    fresh: Callable[[Visit], str]
    at_work: Callable[[], AtWork | None]
    services: Mapping[str, Choice]

    def judged(self, sent: Sent, choice: Choice) -> VerificationRefused | None:
        """What the verifier says of it; None where it believes it."""
        verifier = self.verifier
        if sent.trusted is not None or sent.later:
            trusted = None if sent.trusted is None else sent.trusted.jwks
            verifier = Verifier(
                self.issuer,
                self.registration.resource,
                keys=trusted,
                understands=self.understands,
                clock=lambda: self.clock() + sent.later,
            )
        try:
            verifier.verify_access_token(
                sent.token, service=choice.service, action=sent.action, at_least=choice.least
            )
        except VerificationRefused as refused:
            return refused
        return None


def add_try_page(app: Flask, bench: Bench) -> None:
    """Give the website `/proberen`: ready-made ways by `way`, or claims of one's own by `claims` and `signed`."""

    def show() -> Answer:
        found = bench.at_work()
        return redirect("/", 303) if found is None else _page(found)

    def attempt() -> Answer:
        found = bench.at_work()
        return redirect("/", 303) if found is None else _tried(bench, found)

    app.add_url_rule("/proberen", "try", show)
    app.add_url_rule("/proberen", "attempt", attempt, methods=["POST"])


def _page(found: AtWork, *, typed: str | None = None, wrong: str | None = None) -> str:
    _, claims = parts_of(found.tokens.access_token)
    ways = [
        (
            str(title),
            [(id, str(way.title)) for id, way in WAYS.items() if way.group == group and way.fits(claims)],
        )
        for group, title in GROUPS.items()
    ]
    text = json.dumps(claims, indent=2, ensure_ascii=False) if typed is None else typed
    signed = request.form.get("signed", "kept")
    ticked = signed if signed in _SIGNED else "kept"
    return render_template(
        "try.html",
        ways=ways,
        signed=[(id, str(one)) for id, one in _SIGNED.items()],
        ticked=ticked,
        text=text,
        wrong=wrong,
    )


def _tried(bench: Bench, found: AtWork) -> Answer:
    try:
        given = _given(bench, found)
    except VerificationRefused as refused:
        text = words.refusal(refused.code.value)
        return render_template("failed.html", code=refused.code.value, text=text), 403
    if "claims" in request.form:
        return _edited(bench, found, given)
    way = WAYS.get(request.form.get("way", ""))
    if way is None or not way.fits(given.claims):
        text = gettext("There is no such way to cheat.")
        return render_template("failed.html", code="unknown_way", text=text), 404
    try:
        sent = way.made(given)
    except NoTokens:  # the provider does not tell its keys
        code = Refused.ISSUER_UNAVAILABLE.value
        return render_template("failed.html", code=code, text=words.refusal(code)), 503
    return _verdict(bench, found.choice, given, sent, str(way.title))


def _edited(bench: Bench, found: AtWork, given: Given) -> Answer:
    typed, signed = request.form["claims"], request.form.get("signed", "kept")
    claims, wrong = _claims_of(typed)
    if claims is None:
        return _page(found, typed=typed[:_LONGEST], wrong=wrong), 422
    sent = resigned(given, claims, signed)
    if sent is None:
        wrong = gettext("Pick one of the ways to sign.")
        return _page(found, typed=typed, wrong=wrong), 422
    return _verdict(bench, found.choice, given, sent, gettext("What you wrote yourself"))


def _claims_of(typed: str) -> tuple[dict[str, Any] | None, str | None]:
    """The claims that somebody wrote, or what is wrong with them."""
    if len(typed) > _LONGEST:
        return None, gettext("This is too long: write %(most)s signs at the most.", most=_LONGEST)
    try:
        value = parse(typed)
    except json.JSONDecodeError as wrong:
        where = {"line": wrong.lineno, "column": wrong.colno}
        return None, gettext("This is no JSON: look at line %(line)s, sign %(column)s.", **where)
    except ValueError:
        return None, gettext(
            "This JSON means more than one thing, or nothing: a name that stands there twice, a number without end, or"
            " too many levels."
        )
    if not isinstance(value, dict):
        return None, gettext("Claims stand between { and }, each with a name.")
    return value, None


def _given(bench: Bench, found: AtWork) -> Given:
    service = found.choice.service
    # what somebody edits was drawn for the token that there is: a newer one has other numbers in it
    token = found.tokens.access_token if "claims" in request.form else bench.fresh(found.visit)
    header, claims = parts_of(token)
    return Given(
        token=token,
        id_token=found.tokens.id_token,
        header=header,
        claims=claims,
        shown=found.shown,
        issuer=bench.issuer,
        audience=bench.registration.resource,
        other_service=next((uri for uri in bench.services if uri != service), f"{service}-2"),
        now=bench.clock(),
        keys=bench.keys,
    )


def _verdict(bench: Bench, choice: Choice, given: Given, sent: Sent, title: str) -> str:
    refused = bench.judged(sent, choice)
    names = {uri: one.service_name for uri, one in bench.services.items()}
    return render_template(
        "tried.html",
        tried=title,
        refused=refused,
        why=None if refused is None else str(WHY[refused.code]),
        unaltered=sent.token == given.token,
        supposed=sent.trusted is not None,
        rows=compared(given.token, sent.token, names),
    )
