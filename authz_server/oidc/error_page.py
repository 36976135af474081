"""The page for a request that cannot be answered to a client: fixed English words per cause, and the cause itself."""

from typing import Final

from flask import Response, render_template_string

from authz_server.oidc.refusing import NO_STORE, PageCause

__all__ = ["WORDS", "error_page"]

WORDS: Final = {
    PageCause.MISSING_CLIENT_ID: "The request has no client_id.",
    PageCause.UNKNOWN_CLIENT: "The client is not registered here.",
    PageCause.MISSING_REDIRECT_URI: "The request has no redirect_uri.",
    PageCause.UNREGISTERED_REDIRECT_URI: "The redirect_uri is not registered for this client.",
    PageCause.REPEATED_PARAMETER: "The client_id or redirect_uri is given more than once.",
    PageCause.BAD_PARAMETER: "The client_id or redirect_uri cannot be read.",
    PageCause.UNAVAILABLE: "The service is not available at this moment.",
}

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>This does not work</title></head>
<body><main><h1>This does not work</h1>
<p id="error-message" data-code="{{ code }}">{{ words }}</p></main></body></html>
"""


def error_page(cause: PageCause, *, status: int = 400) -> Response:
    """Say it on our own address; nothing that the request sent is shown."""
    page = render_template_string(_PAGE, code=cause.value, words=WORDS[cause])
    return Response(page, status, headers=NO_STORE, mimetype="text/html")
