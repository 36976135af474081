"""Between the question and the answer: who are you, for whom do you act, do you agree.

`begin` takes an authorization request and sends the browser to the page that it needs; `silently` answers
`prompt=none`. What comes out is an `Outcome` (`authz_server.outcome`), handed to `oidc.finish.complete`.
"""

from flask import Flask, Response

from authz_server.asking import AuthorizationRequest
from authz_server.context import Context
from authz_server.outcome import Outcome
from claims.instants import Instant
from keys.storage import Connected

__all__ = ["begin", "build", "silently"]


def begin(context: Context, db: Connected, request: AuthorizationRequest, *, now: Instant) -> Response:
    """Keep the request and send the browser on; `db` is a writing unit of work (see `beginning`)."""
    from authz_server.login import beginning

    return beginning.begin(context, db, request, now=now)


def silently(context: Context, db: Connected, request: AuthorizationRequest, *, now: Instant) -> Outcome:
    """Answer `prompt=none`; `db` is a writing unit of work (see `beginning`)."""
    from authz_server.login import beginning

    return beginning.silently(context, db, request, now=now)


def build(app: Flask, context: Context) -> None:
    """Give `app` the pages of this folder."""
