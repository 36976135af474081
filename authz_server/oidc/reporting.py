"""A service reports what was done with a representation: under whose login, which action, by which reference of its own.

Whoever is registered to (`reports`) tells of tokens for itself alone, which it shows. What it tells stands with the logins on
the represented party's page, and is chained to the account as they are.
"""

import re
from typing import Any, Final

from authz_server.oidc import handed_out
from authz_server.oidc.authorization import Mandated
from authz_server.oidc.clients import Client
from authz_server.oidc.handed_out import AccessToken
from authz_server.oidc.parameters import Parameters
from authz_server.oidc.refusing import OAuthError
from authz_server.oidc.resources import Resource
from claims.identifiers import holds_a_bsn
from claims.instants import CLOCKS_DIFFER, Instant, parse_instant, written
from claims.register import lookup, reports
from claims.register.reports import Outcome, Report
from keys.storage import Connected

__all__ = ["MOST", "answer"]

MOST: Final = 100  # reports under one login
_REPORT: Final = re.compile(r"[!-~]{1,64}", re.ASCII)
_LONGEST: Final = 100


def answer(
    db: Connected, caller: Client | Resource, parameters: Parameters, *, now: Instant
) -> dict[str, Any]:
    """What is told back. Raises `OAuthError` where nothing was written down."""
    if not isinstance(caller, Resource) or not caller.reports:
        raise OAuthError(
            "unauthorized_client", "only a resource that is registered to report does", status=403
        )
    token = handed_out.access_token(db, parameters.get("token", ""))
    mandated = None if token is None else token.authorization.mandated
    if (
        token is None
        or mandated is None
        or mandated.represented is None
        or token.authorization.resource != caller.uri
    ):
        # whose it is, and whether it acts for anybody, is told to nobody else
        raise OAuthError(
            "invalid_token", "no access token for this resource that acts for somebody", status=404
        )
    done_at = _done_at(parameters, token, now)
    report = Report(
        at=done_at,
        represented=mandated.represented,
        acting=token.authorization.acting,
        through=_through(db, mandated),
        service=mandated.service,
        client=token.authorization.client_id,
        path=mandated.path,
        actions=mandated.actions,
        done=_action(parameters, mandated),
        reference=_reference(parameters),
        told_by=caller.uri,
        txn=token.authorization.grant_id,
        report=_name(parameters),
    )
    outcome = reports.record(db, report, most=MOST)
    if outcome is Outcome.REUSED:
        raise OAuthError("report_reused", "that report was another one", status=409)
    if outcome is Outcome.TOO_MANY:
        raise OAuthError("too_many_reports", f"no more than {MOST} under one login", status=409)
    return {"report": report.report, "time": written(done_at), "new": outcome is Outcome.RECORDED}


def _done_at(parameters: Parameters, token: AccessToken, now: Instant) -> Instant:
    """When it was done: while the token stood, by the clocks of two machines."""
    try:
        at = parse_instant(parameters["time"]) if "time" in parameters else now
    except ValueError:
        raise OAuthError("invalid_request", "time is written YYYY-MM-DDThh:mm:ssZ") from None
    ends = (now + CLOCKS_DIFFER, token.expires_at, token.ended_at, token.grant_ended_at)
    until = min(end for end in ends if end is not None)
    if not token.issued_at - CLOCKS_DIFFER <= at <= until:
        raise OAuthError("invalid_request", "time is not while the token stood")
    return min(at, now)


def _action(parameters: Parameters, mandated: Mandated) -> str:
    action = parameters.get("action", "")
    if action not in mandated.actions:
        raise OAuthError("invalid_request", "action is none of those that were granted")
    return action


def _reference(parameters: Parameters) -> str | None:
    text = parameters.get("reference")
    if text is None:
        return None
    if not text or len(text) > _LONGEST or not text.isprintable() or "\ufffd" in text:
        raise OAuthError("invalid_request", f"reference is a line of at most {_LONGEST} signs")
    if holds_a_bsn(text):
        raise OAuthError("invalid_request", "reference holds a number that is written as a BSN")
    return text


def _name(parameters: Parameters) -> str:
    name = parameters.get("report", "")
    if not _REPORT.fullmatch(name):
        raise OAuthError("invalid_request", "report is your own name for it, 1 to 64 visible signs")
    return name


def _through(db: Connected, mandated: Mandated) -> str | None:
    """The organisation as whose person the acting one acted: who the last link is of, where it is not the first."""
    return None if len(mandated.path) < 2 else lookup.represented_by(db, mandated.path[-1])
