"""The page for a request that cannot be answered to a client: the cause, and words for the person who sees it."""

from flask import Response

from authz_server import pages
from authz_server.events import request_id
from authz_server.oidc.refusing import NO_STORE, PageCause

__all__ = ["error_page"]


def error_page(cause: PageCause, *, status: int = 400) -> Response:
    """Say it on our own address; nothing that the request sent is shown."""
    response = pages.error_page(cause.value, status, number=request_id())
    response.headers.update(NO_STORE)
    return response
