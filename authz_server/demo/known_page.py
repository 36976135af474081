"""The page on which a demo website shows its visitor the tokens that it got, member by member."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, redirect, render_template
from werkzeug.wrappers import Response

from authz_server.demo.at_work import AtWork
from authz_server.demo.choices import Choice
from authz_server.demo.explained import explained

__all__ = ["add_known_page", "parts_of"]


def add_known_page(app: Flask, at_work: Callable[[], AtWork | None], services: Mapping[str, Choice]) -> None:
    """Give the website `/weten` (the access token) and `/weten/inlog` (the ID token); `services` are by URI."""

    def show(of_login: bool) -> Response | str:
        found = at_work()
        if found is None:
            return redirect("/", 303)
        header, claims = parts_of(found.tokens.id_token if of_login else found.tokens.access_token)
        names = {uri: choice.service_name for uri, choice in services.items()}
        return render_template(
            "known.html",
            of_login=of_login,
            groups=explained(header, claims, names),
            text="\n".join(json.dumps(part, indent=2, ensure_ascii=False) for part in (header, claims)),
        )

    app.add_url_rule("/weten", "known", lambda: show(False))
    app.add_url_rule("/weten/inlog", "known_login", lambda: show(True))


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token that was verified before it was kept."""
    header, payload = (json.loads(urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    return header, payload
