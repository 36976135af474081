"""`namens resolve` and `namens explain`: whom may somebody represent, and why not?"""

import json
from collections.abc import Mapping
from typing import TextIO

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.rule_words import HEARD_BY_PROVIDER, WORDS, in_both_languages
from claims import strict_json
from claims.explanation import Explanation
from claims.refusals import Rule
from claims.register import asking, looking_back, resolving
from claims.register.answering import explanation_as_json, resolution_as_json
from claims.register.asking import Asked, Unanswerable
from claims.register.explaining import explain as explain_in_register
from keys.storage import Connected

__all__ = ["explain", "resolve"]

_LONGEST_LINE = 64 * 1024  # a question has a few hundred

_ACTING = click.option("--acting", help="The party id of the person who acts.")
_SERVICE = click.option("--service", help="The id of the service.")
_AT = click.option("--at", help="An instant, YYYY-MM-DDThh:mm:ssZ.")
_LOGIN = click.option("--login-assurance", help="basic, low, substantial or high.")
_AUTHENTICATOR = click.option("--authenticator", help="The authenticator that was logged in with.")
_ACTIONS = click.option(
    "--actions", multiple=True, help="Actions that are asked for, with commas or repeated."
)
_MINIMUM = click.option("--minimum", help="A level to demand above the service's own.")
_AS_KNOWN_AT = click.option("--as-known-at", help="Answer by what the register knew at that instant.")


@click.command()
@_ACTING
@_SERVICE
@_AT
@_LOGIN
@_AUTHENTICATOR
@_ACTIONS
@_MINIMUM
@_AS_KNOWN_AT
@click.option(
    "--batch",
    type=click.File(encoding="utf-8", errors="replace"),
    help="A question a line, as JSON; - for standard input.",
)
@command_options
def resolve(invocation: Invocation, batch: TextIO | None, **told: str | tuple[str, ...] | None) -> None:
    """Whom this person may represent: one JSON object, or one a line for a batch."""
    if batch is not None:
        if any(told.values()):
            raise click.UsageError("--batch goes without the options of a single question")
        _answer_all(invocation, batch)
        return
    document = _question(told, ("acting", "service", "at", "login_assurance"))
    with invocation.database.reading() as db:
        try:
            answer = _resolved(db, document)
        except Unanswerable as refused:
            raise _refusal(refused) from None
    _print(invocation, answer)


@click.command()
@_ACTING
@click.option("--represented", help="The party id of whom is to be represented.")
@_SERVICE
@_AT
@_LOGIN
@_AUTHENTICATOR
@_ACTIONS
@_MINIMUM
@_AS_KNOWN_AT
@click.option(
    "--words",
    is_flag=True,
    help="Say of each broken rule what it means, what the person reads, and what the service provider hears.",
)
@command_options
def explain(invocation: Invocation, words: bool, **told: str | tuple[str, ...] | None) -> None:
    """Why this person may not represent that party: every chain between them and the rules that it breaks."""
    document = _question(told, ("acting", "represented", "service", "at", "login_assurance"))
    with invocation.database.reading() as db:
        try:
            asked = asking.read(db, document, names_represented=True)
        except Unanswerable as refused:
            raise _refusal(refused) from None
        explanation = _explained(db, asked)
        answer = _in_words(explanation) if words else explanation_as_json(explanation)
    _print(invocation, answer)


def _answer_all(invocation: Invocation, batch: TextIO) -> None:
    with invocation.database.reading() as db:
        while line := batch.readline(_LONGEST_LINE + 1):
            if len(line) > _LONGEST_LINE:
                raise Refused("line_too_long", f"A line has more than {_LONGEST_LINE} characters.")
            if not line.strip():
                continue
            try:
                answer = _resolved(db, strict_json.parse(line))
            except Unanswerable as refused:
                answer = {"error": str(refused)}
            except ValueError:
                answer = {"error": f"{asking.Why.NOT_A_QUESTION}: this line is no JSON object"}
            click.echo(json.dumps(answer, ensure_ascii=False))


def _resolved(db: Connected, document: object) -> dict[str, object]:
    asked = asking.read(db, document)
    if asked.as_known_at is None:
        return resolution_as_json(resolving.resolve(db, asked.question))
    return resolution_as_json(looking_back.resolve_as_known(db, asked.question, asked.as_known_at))


def _explained(db: Connected, asked: Asked) -> Explanation:
    represented = asked.represented or ""
    if asked.as_known_at is None:
        return explain_in_register(db, asked.question, represented)
    return looking_back.explain_as_known(db, asked.question, represented, asked.as_known_at)


def _in_words(explanation: Explanation) -> dict[str, object]:
    """The explanation, with the words of each rule that it names beside it, once."""
    named = sorted({rule for one in explanation.paths for rule, _ in one.broken}, key=list(Rule).index)
    words = {
        rule.value: {
            "operator": WORDS[rule].operator,
            "person": in_both_languages(WORDS[rule].person),
            "step": in_both_languages(WORDS[rule].step),
            "service_provider": HEARD_BY_PROVIDER,
        }
        for rule in named
    }
    return explanation_as_json(explanation) | {"words": words}


def _question(
    told: Mapping[str, str | tuple[str, ...] | None], required: tuple[str, ...]
) -> dict[str, object]:
    for name in required:
        if told[name] is None:
            raise click.UsageError(f"Missing option '--{name.replace('_', '-')}'.")
    actions = [one.strip() for text in told["actions"] or () for one in text.split(",") if one.strip()]
    return {**told, "actions": actions}


def _refusal(refused: Unanswerable) -> Refused:
    where = "" if refused.member is None else f"--{refused.member.replace('_', '-')}: "
    return Refused(refused.why, f"{where}{refused.what}.")


def _print(invocation: Invocation, answer: dict[str, object]) -> None:
    """JSON both ways: on one line with --json, as a batch has it; else set out for reading."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=None if invocation.json else 2))
