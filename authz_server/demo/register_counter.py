"""The try-out world's registers where they are reached: an API for the provider, and a counter for whoever tries it out.

On the first service provider's port, under a path that says what they are. The API is that of
`docs/source-registers.md`; at the counter anybody strikes an entry, and puts it back, to see what comes of it.
"""

import hmac
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from authz_server.demo import speech
from authz_server.demo.registers import PATH, REGISTERS, Kept, Simulated
from authz_server.demo.speech import gettext, lazy_gettext
from authz_server.demo.words import limits
from claims import strict_json
from claims.limits import limits_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["beside", "create_registers"]

Json = dict[str, Any]
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_WORDS: Final = {
    "sole_signatory": lazy_gettext("signs alone for"),
    "joint_signatory": lazy_gettext("signs together with others for"),
    "registered_proxy": lazy_gettext("is registered as a proxy of"),
    "owner": lazy_gettext("owns"),
    "trustee": lazy_gettext("is trustee in the bankruptcy of"),
    "parent": lazy_gettext("is a parent of"),
    "curator": lazy_gettext("is the curator of"),
    "asset_administrator": lazy_gettext("administers the money of"),
    "mentor": lazy_gettext("is the mentor of"),
    "guardianship": lazy_gettext("is under guardianship"),
    "asset_administration": lazy_gettext("has money that another administers"),
    "bankruptcy": lazy_gettext("is bankrupt"),
}


def create_registers(world: Mapping[str, Any], tokens: Mapping[str, str]) -> Flask:
    """All of them as one WSGI application; `tokens` are those by which each knows who may ask."""
    kept = Kept(world)
    app = Flask("authz_server.demo.register_counter")
    app.url_map.merge_slashes = (
        False  # an address that is nearly one of ours leads nowhere, and is not led on
    )
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    speech.build(app)

    def ask(name: str) -> tuple[Json, int] | tuple[Json, int, dict[str, str]]:
        if name not in REGISTERS:
            return {"error": "not_found"}, 404
        shown = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(shown, f"Bearer {tokens[name]}".encode()):
            return {"error": "invalid_token"}, 401, {"WWW-Authenticate": "Bearer"}
        asked = _asked(request.get_data())
        if asked is None:
            return {"error": "invalid_request"}, 400
        return kept.told(REGISTERS[name], *asked), 200

    def look() -> str:
        entries = {one.register: list(_entries(kept, one)) for one in REGISTERS.values()}
        return render_template("registers.html", registers=entries, path=PATH)

    def strike() -> AnyResponse | tuple[str, int]:
        if request.headers.get("Origin") not in (None, request.host_url.rstrip("/")):
            return gettext("This form is not ours."), 403
        kept.turn(request.form.get("entry", ""))
        return redirect(f"{PATH}/", 303)

    app.add_url_rule(f"{PATH}/", view_func=look)
    app.add_url_rule(f"{PATH}/", view_func=strike, methods=["POST"])
    app.add_url_rule(f"{PATH}/<name>", view_func=ask, methods=["POST"])
    app.after_request(_secure)
    return app


def beside(website: "WSGIApplication", registers: "WSGIApplication") -> "WSGIApplication":
    """`website`, with the registers under their own path."""

    def either(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        inside = str(environ.get("PATH_INFO", "")).startswith(f"{PATH}/")
        return (registers if inside else website)(environ, start_response)

    return either


def _entries(kept: Kept, register: Simulated) -> Iterable[tuple[str, str, bool]]:
    """Id and words of each entry of a register, and whether it was struck."""
    for one in kept.relations(register):
        words = f"{kept.name(one['representative'])} {_WORDS[one['basis']]} {kept.name(one['represented'])}"
        if told := one.get("limits"):
            words += f", {', '.join(limits(limits_of(told))).lower()}"
        yield one["id"], words, one["id"] in kept.struck
    for one in kept.restrictions(register):
        yield one["id"], f"{kept.name(one['party'])} {_WORDS[one['kind']]}", one["id"] in kept.struck


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(body: bytes) -> tuple[str, str] | None:
    """Scheme and number of the party in question."""
    try:
        document = strict_json.parse(body.decode())
    except ValueError:
        return None
    party = document.get("party") if isinstance(document, dict) else None
    if not isinstance(party, dict):
        return None
    scheme, number = party.get("scheme"), party.get("number")
    return (scheme, number) if isinstance(scheme, str) and isinstance(number, str) else None
