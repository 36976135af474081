"""A guard for the views of Django (`docs/guard-django.md`), functions and classes, async or not. Needs `namens[django]`.

guard = Guard(verifier)

@guard.requires(VAT_RETURN, action="submit", at_least=Loa.SUBSTANTIAL)
def submit(request, shown): ...
"""

from collections.abc import Callable
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse

from claims.assurance import Loa
from claims.guards.request import Demanded, RefusedRequest, Shown, admit
from claims.verify import Act, Verifier

__all__ = ["Guard"]

View = Callable[..., Any]


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
        about: Callable[[HttpRequest], Act] | None = None,
    ) -> Callable[[View], View]:
        """A decorator: the view gets what was verified as its argument after the request.

        For a class: `method_decorator(guard.requires(…), name="dispatch")`. `about` says of a request what the act is
        about (`Act`: case, amount, day), where that is known. Without a token that suffices the view is not called, and
        the answer is that of RFC 6750 and RFC 9470. The view asks for no CSRF token: what is done is done by a token in
        a header that no browser sends by itself, and never by a cookie. ValueError for a demand that makes no sense.
        """
        demanded = Demanded(service, action, at_least, max_age)

        def admitted(request: HttpRequest) -> Shown | HttpResponse:
            value = request.META.get("HTTP_AUTHORIZATION")
            said = None if about is None else partial(about, request)
            shown = admit(self._verifier, [] if value is None else [value], demanded, said)
            if isinstance(shown, RefusedRequest):
                return HttpResponse(shown.body, status=shown.status, headers=dict(shown.headers))
            return shown

        def guarded(view: View) -> View:
            @wraps(view)
            def guarding(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                shown = admitted(request)
                return shown if isinstance(shown, HttpResponse) else view(request, shown, *args, **kwargs)

            @wraps(view)
            async def guarding_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                shown = await sync_to_async(admitted)(request)
                return (
                    shown if isinstance(shown, HttpResponse) else await view(request, shown, *args, **kwargs)
                )

            found: View = guarding_async if iscoroutinefunction(view) else guarding
            found.csrf_exempt = True  # type: ignore[attr-defined]
            return found

        return guarded
