"""A guard for the views of Flask (`docs/guard-flask.md`). Needs `namens[flask]`.

guard = Guard(verifier)

@app.post("/vat-returns")
@guard.requires(VAT_RETURN, action="submit", at_least=Loa.SUBSTANTIAL)
def submit(shown): ...
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Concatenate, Final, ParamSpec

from flask import Request, Response, current_app, request

from claims.assurance import Loa
from claims.guards.request import Demanded, RefusedRequest, Shown, admit
from claims.verify import Act, Verifier

__all__ = ["Guard"]

P = ParamSpec("P")


class Guard:
    """Guards views with one verifier. Make one and keep it, as the verifier itself."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier: Final = verifier

    def requires(
        self,
        service: str,
        *,
        action: str | None = None,
        at_least: Loa | None = None,
        max_age: int | None = None,
        about: Callable[[Request], Act] | None = None,
    ) -> Callable[[Callable[Concatenate[Shown, P], Any]], Callable[P, Any]]:
        """A decorator, below the route's: the view gets what was verified as its first argument.

        `about` says of a request what the act is about (`Act`: case, amount, day), where that is known. Without a token
        that suffices the view is not called, and the answer is that of RFC 6750 and RFC 9470. Above the route's
        decorator it guards nothing, but then the view is called without its argument, and fails. ValueError for a
        demand that makes no sense.
        """
        demanded = Demanded(service, action, at_least, max_age)

        def guarded(view: Callable[Concatenate[Shown, P], Any]) -> Callable[P, Any]:
            @wraps(view)
            def guarding(*args: P.args, **kwargs: P.kwargs) -> Any:
                said = None if about is None else partial(about, request)
                shown = admit(self._verifier, request.headers.getlist("Authorization"), demanded, said)
                if isinstance(shown, RefusedRequest):
                    return Response(shown.body, shown.status, dict(shown.headers))
                return current_app.ensure_sync(view)(shown, *args, **kwargs)

            return guarding

        return guarded
