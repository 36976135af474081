"""The same guarded service in three frameworks, and requests to it as they come from the network."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answered:
    """What a request was answered."""

    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def asked_by_wsgi(app: Any, path: str, headers: Headers, *, method: str = "POST") -> Answered:
    """A server puts values of one name together with a comma, as gunicorn does."""
    environ: dict[str, Any] = {}
    for name, value in headers:
        key = "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    answer = app.test_client().open(path, method=method, environ_overrides=environ)
    return Answered(answer.status_code, {k.lower(): v for k, v in answer.headers}, answer.data)


def asked_by_asgi(app: Any, path: str, headers: Headers, *, method: str = "POST") -> Answered:
    sent: list[Any] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.partition("?")[0],
        "raw_path": path.partition("?")[0].encode(),
        "root_path": "",
        "query_string": path.partition("?")[2].encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        await app(scope, receive, send)

    asyncio.run(run())
    [start] = [message for message in sent if message["type"] == "http.response.start"]
    body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    return Answered(start["status"], {k.decode().lower(): v.decode() for k, v in start["headers"]}, body)


def django_site(*patterns: Any) -> ModuleType:
    """A site of these patterns, in the one process that Django can be set up in."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(
            SECRET_KEY="published",
            ALLOWED_HOSTS=["testserver"],
            MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
            LOGGING_CONFIG=None,
        )
        django.setup()
    site = ModuleType("site_of_a_test")
    site.urlpatterns = list(patterns)  # type: ignore[attr-defined]
    return site


def asked_by_django(site: ModuleType, path: str, headers: Headers, *, method: str = "POST") -> Answered:
    from django.test import Client, override_settings

    together: dict[str, str] = {}
    for name, value in headers:
        together[name] = f"{together[name]},{value}" if name in together else value
    with override_settings(ROOT_URLCONF=site):
        answer = Client(enforce_csrf_checks=True).generic(method, path, headers=together)
    return Answered(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)
