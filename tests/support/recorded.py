"""Everything that an application answers, written down on its way out."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, and to what."""

    method: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def header(self, name: str) -> str:
        return next((value for other, value in self.headers if other.lower() == name.lower()), "")


@dataclass
class Recorder:
    """WSGI middleware that keeps every answer."""

    inner: "WSGIApplication"
    answers: list[Answered] = field(default_factory=list)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        told: list[Any] = []
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")

        def noting(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told[:] = [int(status[:3]), headers]
            return start_response(status, headers)

        body = io.BytesIO()
        found = self.inner(environ, noting)
        for piece in found:
            body.write(piece)
        if hasattr(found, "close"):
            found.close()
        status, headers = told
        self.answers.append(
            Answered(method, path, status, tuple(headers), body.getvalue().decode("utf-8", "replace"))
        )
        return [body.getvalue()]
