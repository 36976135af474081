"""What every page shares: the frame around it, and the page that says what went wrong."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, make_response, render_template, request, url_for

from authz_server import i18n, support_codes, theme
from authz_server.context import Context
from authz_server.i18n import Lazy, lazy_gettext
from authz_server.security import allow_own_scripts

__all__ = ["ServicePage", "build", "error_page", "page", "see_other"]

_GENERAL: Final = lazy_gettext("Go back and try again.")

# A stable code for people's tools -> what the person reads. What is not here gets the general words.
_MESSAGES: Final[dict[str, Lazy]] = {
    "form_expired": lazy_gettext(
        "This page was open for too long, or was opened before. Nothing was changed."
    ),
    "interaction_unknown": lazy_gettext("This page does not exist any more."),
    "interaction_expired": lazy_gettext("You waited too long, so we stopped. Nothing was changed."),
    "interaction_finished": lazy_gettext("You have already been here: this was finished."),
    "interaction_elsewhere": lazy_gettext(
        "This page was begun in another browser, and can only go on there."
    ),
    "missing_client_id": lazy_gettext("The organisation that sent you here did not say who it is."),
    # whoever was removed meanwhile: at the beginning it reads as an address that is not registered
    "unknown_client": lazy_gettext(
        "The organisation that sent you here does not use this way of logging in any more. Nothing was changed. Ask that"
        " organisation how you can go on."
    ),
    "missing_redirect_uri": lazy_gettext(
        "The organisation that sent you here did not say where to go back to."
    ),
    "unregistered_redirect_uri": lazy_gettext(
        "The organisation that sent you here wants you to go on to a page that we do not know."
    ),
    "repeated_parameter": lazy_gettext("The organisation that sent you here contradicts itself."),
    "bad_parameter": lazy_gettext("The organisation that sent you here asks something that we cannot read."),
    "too_many_requests": lazy_gettext("That went too fast. Wait a minute and try again."),
    "temporarily_unavailable": lazy_gettext("It does not work just now. Try again in a few minutes."),
    "server_error": lazy_gettext("Something went wrong here. It is not your fault."),
    "not_found": lazy_gettext("This page does not exist."),
    "not_allowed": lazy_gettext("You may not see this."),
    "unavailable": lazy_gettext("It does not work just now. Try again in a few minutes."),
    "invalid_id_token_hint": lazy_gettext("We cannot tell who asks you to log out. You are still logged in."),
    "invalid_post_logout_redirect_uri": lazy_gettext(
        "The organisation wants to send you to a page that we do not know. You are still logged in."
    ),
}
_OWN: Final = "/portal/"
_START_AGAIN: Final = frozenset(
    {
        "interaction_unknown",
        "interaction_expired",
        "interaction_finished",
        "interaction_elsewhere",
    }
)


def build(app: Flask, context: Context) -> None:
    """Give every template of `app` its frame and its language."""
    i18n.build(app)
    app.jinja_env.globals["own_script"] = _own_script
    look = theme.build(app, context.settings)

    @app.context_processor
    def _frame() -> dict[str, object]:
        return {
            "here": _here(),
            "idle_minutes": context.settings.lifetimes.session_idle // 60,
            "language": i18n.language(),
            "operator": context.settings.operator.name,
            "stylesheet": url_for("static", filename="namens.css", v=_version("namens.css")),
            "tokens": look.tokens_address(),
            "logo": look.logo_address(),
        }


def _here() -> str:
    """Where this page is shown again in the other language.

    With what it asks for (a day, a further page) on people's own pages. Elsewhere an address may hold what a client
    put there, and a page that needs more than its path says so itself.
    """
    path = request.script_root + request.path
    asked = request.query_string.decode("ascii", errors="ignore")
    return f"{path}?{asked}" if asked and request.method == "GET" and request.path.startswith(_OWN) else path


def page(template: str, status: int = 200, **values: object) -> Response:
    """A page of ours. It holds what is one person's: nobody keeps a copy."""
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def see_other(address: str) -> Response:
    """Send the browser to another page of ours, by GET whatever it did here (RFC 9110 section 15.4.4)."""
    return Response("", 303, {"Location": address, "Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class ServicePage:
    """A page of a relying party that the operator registered, by the name of that party."""

    name: str
    address: str


def error_page(
    code: str,
    status: int = 400,
    *,
    back: str | None = None,
    service: ServicePage | None = None,
    again: str | None = None,
) -> Response:
    """Say on a page what went wrong; `code` is for tools and help desks, and stands in `data-code`.

    A support code is shown by which the operator finds the line of this refusal in the log. `back` is a path of ours
    where the person can try again, `again` one where they begin anew, `service` where they came from. Nothing that
    the request sent is shown.
    """
    return page(
        "error.html",
        status,
        code=code,
        message=_MESSAGES.get(code, _GENERAL),
        start_again=code in _START_AGAIN,
        back=back,
        service=service,
        again=again,
        support=support_codes.told(code),
        time_limit=None,  # nothing waits here
    )


def _own_script(name: str, *, asks: bool = False) -> str:
    """The address of this script of ours, which this page may run; `asks`: which may ask us more, too."""
    allow_own_scripts(asks=asks)
    return url_for("static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    """Changes with the file, so that browsers may keep it."""
    folder = current_app.static_folder or "."
    return hashlib.sha256(Path(folder, name).read_bytes()).hexdigest()[:12]
