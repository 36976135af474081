"""A login that is surer, for a page of one's own that wants one."""

from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from authz_server.i18n import local_path
from authz_server.login.arrival import the_context
from authz_server.portal.entering import to_log_in
from claims.assurance import Loa

__all__ = ["pages"]

_LONGEST: Final = 2000  # characters of an address: it is kept until somebody logged in
pages = Blueprint("stronger", __name__, url_prefix="/portal")


@pages.post("/stronger")
def stronger() -> Response:
    """Log in once more, at that level, and come back to the page."""
    context = the_context()
    back = local_path(request.form.get("back"))
    try:
        level = Loa.of_word(request.form.get("level"))
    except ValueError:
        abort(400)
    if back is None or len(back) > _LONGEST or not back.startswith(url_for("portal.home")):
        abort(400)
    return to_log_in(context, back, now=context.clock(), at_least=level)
