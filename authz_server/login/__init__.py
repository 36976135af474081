"""Between the question and the answer: who are you, for whom do you act, do you agree.

`begin` takes an authorization request and sends the browser to the page that it needs; `silently` answers
`prompt=none`. What comes out is an `Outcome` (`authz_server.outcome`), handed to `oidc.finish.complete`. The way
between: `beginning` keeps the request (`interaction`), every page asks `walk` for what comes next (`flow`, pure),
and `authenticating`, `choosing` and `deciding` are the pages.
"""

from typing import TYPE_CHECKING

from flask import Flask, Response

from authz_server.asking import AuthorizationRequest
from authz_server.calls import Call
from authz_server.context import Context
from authz_server.outcome import Outcome
from claims.instants import Instant
from keys.storage import Connected

if TYPE_CHECKING:
    from authz_server.login.hashing_turns import HashingTurns

__all__ = ["begin", "build", "silently"]


def begin(context: Context, db: Connected, request: AuthorizationRequest, *, now: Instant) -> Response:
    """Keep the request and send the browser on; `db` is a writing unit of work (see `beginning`)."""
    from authz_server.login import beginning  # `oidc` imports this package, and `beginning` imports `oidc`

    return beginning.begin(context, db, request, now=now)


def silently(
    context: Context, db: Connected, request: AuthorizationRequest, call: Call, *, now: Instant
) -> Outcome:
    """Answer `prompt=none`; `db` is a writing unit of work (see `beginning`)."""
    from authz_server.login import beginning  # as above

    return beginning.silently(context, db, request, call, now=now)


def build(app: Flask, context: Context, *, turns: "HashingTurns | None" = None) -> None:
    """Give `app` the pages of this folder. `turns` are those that several processes of one server take."""
    from authz_server.login import authenticating, choosing, deciding, logging_out, time_limits
    from authz_server.login.passwords import Passwords

    # half of a process's threads never wait for a password: tokens are issued whatever happens at the front door
    places = max(1, context.settings.server.threads // 2)
    app.extensions["namens.passwords"] = (
        Passwords(places=places, turn=turns.take) if turns else Passwords(places=places)
    )
    for pages in (
        authenticating.pages,
        choosing.pages,
        deciding.pages,
        logging_out.pages,
        time_limits.pages,
    ):
        app.register_blueprint(pages)
