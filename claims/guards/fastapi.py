"""A guard for the operations of FastAPI (`docs/guard-fastapi.md`). Needs `namens[fastapi]`.

guard = Guard(verifier)
answer_refusals(app)

@app.post("/vat-returns")
def submit(shown: Annotated[Shown, Depends(guard.requires(VAT_RETURN, action="submit"))]): ...
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from claims.assurance import Loa
from claims.guards.request import Demanded, RefusedRequest, Shown, admit
from claims.verify import Act, Verifier

__all__ = ["Guard", "Refusal", "Required", "Shown", "answer_refusals"]


class Refusal(HTTPException):
    """The request shows too little. `answer_refusals` answers it; without that FastAPI does, with another body."""

    def __init__(self, refused: RefusedRequest) -> None:
        headers = {name: value for name, value in refused.headers.items() if name != "Content-Type"}
        super().__init__(refused.status, {"code": refused.code.value}, headers)
        self.refused: Final = refused


class Required(SecurityBase):
    """A dependency that verifies. It stands in the description of the API (OpenAPI) as a bearer token."""

    def __init__(
        self, verifier: Verifier, demanded: Demanded, about: Callable[[Request], Act] | None
    ) -> None:
        self.model = HTTPBearer(bearerFormat="JWT")
        self.scheme_name = "namens"
        self._verifier: Final = verifier
        self._demanded: Final = demanded
        self._about: Final = about

    def __call__(self, request: Request) -> Shown:
        """No coroutine: FastAPI calls it in a thread, since keys may have to be fetched."""
        said = None if self._about is None else partial(self._about, request)
        shown = admit(self._verifier, request.headers.getlist("authorization"), self._demanded, said)
        if isinstance(shown, RefusedRequest):
            raise Refusal(shown)
        return shown


class Guard:
    """Guards operations with one verifier. Make one and keep it, as the verifier itself."""

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
    ) -> Required:
        """What `Depends` takes: the operation gets what was verified.

        `about` says of a request what the act is about (`Act`: case, amount, day), where that is known from address and
        headers. Without a token that suffices the operation is not called, and the answer is that of RFC 6750 and
        RFC 9470. ValueError for a demand that makes no sense.
        """
        return Required(self._verifier, Demanded(service, action, at_least, max_age), about)


def answer_refusals(app: FastAPI) -> None:
    """Let `app` answer refusals as the other guards do: with a problem document that holds the code."""

    def refuse(_: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, Refusal)  # noqa: S101 - it is registered for nothing else
        refused = refusal.refused
        return Response(refused.body, refused.status, dict(refused.headers))

    app.add_exception_handler(Refusal, refuse)
