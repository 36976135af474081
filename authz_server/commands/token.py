"""`namens token explain -`: what a token of ours says, in words, and whether it holds."""

from collections.abc import Mapping
from typing import BinaryIO

import click

from authz_server.commands.limit_lines import limit_lines
from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import require_secrets
from authz_server.commands.token_members import lacking, member_lines, plain
from authz_server.oidc.tokens import ACCESS_TOKEN_TYPE, ID_TOKEN_TYPE
from claims.formats.act import from_act
from claims.instants import Instant, written
from claims.verifying.outcome import Identified, OnBehalfOf, OwnBehalf
from claims.verifying.reading import read
from claims.verifying.refusal import VerificationRefused
from claims.verifying.signed import LONGEST, signed_claims, unverified
from claims.verifying.standing import check_issuer, check_times, read_person
from keys.algorithms import SIGNATURE_ALGORITHMS
from keys.published import PublicKeys

__all__ = ["token"]

_TYPES = {ACCESS_TOKEN_TYPE.lower(): "Access token", ID_TOKEN_TYPE.lower(): "ID token"}


@click.group()
def token() -> None:
    """Tokens, to look at."""


@token.command()
@click.argument("source", type=click.File("rb"))
@command_options
def explain(invocation: Invocation, source: BinaryIO) -> None:
    """Say in words what a token says, member by member, what it lacks, and whether it is ours and holds now.

    SOURCE is - for standard input: a token does not belong on a command line. Exit status 1 where it does not
    hold, with the code that a verifier would give; what it says is shown all the same.
    """
    require_secrets(invocation)
    text = source.read(LONGEST + 1).decode("utf-8", "replace").strip()
    try:
        header, claims = unverified(text)
    except VerificationRefused as refused:
        raise Refused(refused.code, refused.reason, "Give one signed token, as it is.") from None
    context = invocation.context
    now = context.clock()
    published = PublicKeys(context.keyring.current().jwks())
    lines, refusal = [*_head(header, claims)], None
    try:
        signed_claims(text, types=_TYPES, algorithms=SIGNATURE_ALGORITHMS, keys=lambda _: published)
        check_issuer(claims, invocation.settings.issuer)
        check_times(claims, now=now, leeway=0)
        lines += _said(claims, now)
    except VerificationRefused as refused:
        refusal = refused
    lacks = lacking(header, claims)
    lines += [*lacks, "Member by member:", *member_lines(header, claims)]
    document = {
        "header": header,
        "claims": claims,
        "lacks": [line.removeprefix("Lacks ").partition(":")[0] for line in lacks],
        "refused": refusal.code if refusal else None,
    }
    invocation.print("\n".join(lines), document)
    if refusal is not None:
        raise Refused(refusal.code, f"It shows nothing: {refusal.reason}.")


def _head(header: Mapping[str, object], claims: Mapping[str, object]) -> list[str]:
    kind = _TYPES.get(str(header.get("typ")).lower(), f"Token of type {plain(header.get('typ'))}")
    times = {name: claims.get(name) for name in ("iat", "exp")}
    made, ends = (_written(value) for value in times.values())
    return [
        f"{kind} by {plain(claims.get('iss'))} for {plain(claims.get('aud'))}",
        f"Made {made}, expires {ends}",
    ]


def _said(claims: Mapping[str, object], now: Instant) -> list[str]:
    upright = _upright(claims)
    person = read_person(upright)
    lines = [
        f"Acting person {person.sub}, logged in at {person.assurance.word}, {_written(person.auth_time)}"
    ]
    if "authorization_details" not in upright and "represents" not in upright:
        return [*lines, "Says nothing of representation, and nothing of acting for oneself either"]
    match read(upright, person):
        case OwnBehalf(_, service, actions):
            return [*lines, "Acts for themself", f"May {', '.join(actions)} at {service}"]
        case OnBehalfOf(_, represented, intermediaries, mandate):
            ended = mandate.not_after is not None and now >= mandate.not_after
            until = "without end" if mandate.not_after is None else f"until {written(mandate.not_after)}"
            at_desk = ["Somebody at a desk acts for who came there, and nobody gave a mandate"]
            return [
                *lines,
                f"Acts for {_named(represented)}",
                *(at_desk if mandate.at_desk else []),
                *(f"Through {_named(party)}" for party in reversed(intermediaries)),
                f"May {', '.join(mandate.actions)} at {mandate.service}",
                *([f"For branch {mandate.branch} only"] if mandate.branch else []),
                *limit_lines(mandate.limits),
                f"Mandate {mandate.assurance.word}, all in all {mandate.effective_assurance.word}, {until}"
                + (": ended" if ended else ""),
            ]


def _upright(claims: Mapping[str, object]) -> Mapping[str, object]:
    try:
        return from_act(claims) if "represents" not in claims else claims
    except ValueError:
        return claims  # `read` says what is wrong with it


def _named(party: Identified) -> str:
    return f"{party.name} ({party.sub})" if party.name else f"{party.sub} ({party.sub_id_type})"


def _written(value: object) -> str:
    return written(value) if type(value) is int and 0 <= value < 2**33 else "at no instant"
