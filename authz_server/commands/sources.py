"""`namens sources list | fetch | check`: registers that others keep, and how fresh what they told is."""

from typing import Final

import click

from authz_server.commands.options import Invocation, Refused, command_options
from authz_server.commands.secrets import require_secrets
from authz_server.sources.configured import ConfiguredSource, configured, configured_sources
from authz_server.sources.refreshing import Outcome, refresh
from authz_server.worker.account import sign_when_due
from claims.instants import Instant, written
from claims.register import lookup, source_answers
from claims.register.source_answers import THE_SOURCE, Summary
from claims.sources.freshness import Freshness
from claims.sources.told import NoAnswerReason
from keys.storage import Connected

__all__ = ["sources"]

_WHY_NOT: Final = {
    NoAnswerReason.UNREACHABLE: "Nobody answers at its address, or it is not one that we speak to.",
    NoAnswerReason.TIMEOUT: "It took longer than the settings allow.",
    NoAnswerReason.STATUS: "It answered that it does not answer.",
    NoAnswerReason.TOO_LARGE: "Its answer is larger than any can be.",
    NoAnswerReason.NOT_UNDERSTOOD: "Its answer is not one to that question.",
    NoAnswerReason.NO_NUMBER: "The party has no number by which that source knows it.",
}


@click.group("sources")
def sources() -> None:
    """Source registers: who represents whom by law, and who is restricted."""


@sources.command("list")
@command_options
def list_(invocation: Invocation) -> None:
    """Every source of the settings, and how fresh its answers are."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        rows = [_row(db, source, now) for source in configured_sources(context)]
    words = "\n".join(map(_line, rows)) or "No sources: see sources in docs/settings.md."
    invocation.print(words, {"sources": rows})


@sources.command()
@click.argument("source")
@click.argument("party")
@command_options
def fetch(invocation: Invocation, source: str, party: str) -> None:
    """Ask SOURCE about the party PARTY (its id) now, and let the register say the same.

    It is asked again from then on, by the worker.
    """
    require_secrets(invocation)
    context = invocation.context
    found = configured(context, source)
    if found is None:
        raise Refused(
            "unknown_source", "The settings name no source of that name.", "See: namens sources list"
        )
    with context.database.reading() as db:
        if lookup.party(db, party) is None:
            raise Refused("unknown_party", "There is no party with that id.")
    if context.settings.sources[source].url.startswith("http:"):
        _leave_to_the_demo(invocation, found, party)
        return
    refreshed = refresh(context, found, party)
    sign_when_due(context)
    if refreshed.failure is not None:
        code = "no_number" if refreshed.failure.reason is NoAnswerReason.NO_NUMBER else "source_failed"
        detail = f" ({refreshed.failure.detail})" if refreshed.failure.detail else ""
        raise Refused(code, _WHY_NOT[refreshed.failure.reason] + detail, "See: docs/source-registers.md")
    if refreshed.outcome is Outcome.OVERTAKEN:
        invocation.print("Somebody else asked at the same time, and landed.", {"outcome": "overtaken"})
        return
    landed = refreshed.landed
    invocation.print(
        f"{landed.added} new, {landed.changed} changed or ended, {len(landed.suspended)} mandates suspended.",
        {
            "outcome": "landed",
            "added": landed.added,
            "changed": landed.changed,
            "suspended": list(landed.suspended),
        },
    )


@sources.command()
@command_options
def check(invocation: Invocation) -> None:
    """Refuse where a source does not answer, or answers are older than its max_age. Asks nobody."""
    context = invocation.context
    now = context.clock()
    with context.database.reading() as db:
        rows = [_row(db, source, now) for source in configured_sources(context)]
    wrong = [_line(row) for row in rows if row["failed_since"] or row["stale"] or row["closed"]]
    if wrong:
        raise Refused(
            "sources_stale",
            "\n  ".join(wrong),
            "The worker asks again by itself; the log tells what each failure was (source_failed).",
        )
    words = "\n".join(map(_line, rows)) or "No sources: see sources in docs/settings.md."
    invocation.print(words, {"ok": True, "sources": rows})


def _leave_to_the_demo(invocation: Invocation, source: ConfiguredSource, party: str) -> None:
    """Addresses of this machine are spoken to by the process of the demo alone, which asks within seconds."""
    context = invocation.context
    with context.database.writing() as db:
        source_answers.ask_soon(db, source.register.register, party, now=context.clock())
    invocation.print("namens demo asks it within seconds, if it runs.", {"outcome": "left_to_the_demo"})


def _row(db: Connected, source: ConfiguredSource, now: Instant) -> dict[str, object]:
    register = source.register.register
    whole = source_answers.seen(db, register, THE_SOURCE).freshness
    parties = source_answers.summary(db, register, bound=now - source.max_age)
    return {
        "source": source.register.name,
        "register": register,
        "failed_since": _instant(whole.failed_since),
        "failure": _failure(whole),
        "parties": parties.parties,
        "stale": parties.stale,
        "failing": parties.failing,
        "closed": parties.closed,
        **_times(parties),
    }


def _times(parties: Summary) -> dict[str, str | None]:
    return {"oldest_answer": _instant(parties.oldest), "latest_answer": _instant(parties.latest)}


def _failure(whole: Freshness) -> str | None:
    return None if whole.failed_since is None else whole.outcome


def _instant(at: Instant | None) -> str | None:
    return None if at is None else written(at)


def _line(row: dict[str, object]) -> str:
    state = (
        f"does not answer since {row['failed_since']} ({row['failure']})"
        if row["failed_since"]
        else "answers"
    )
    return (
        f"{row['source']}  {row['register']}  {state}; {row['parties']} parties,"
        f" {row['stale']} with an answer too old, {row['failing']} failed last, {row['closed']} closed"
    )
