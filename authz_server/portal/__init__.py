"""For people: what I have given, what I was given, who logged in for me, and how I stop it."""

from flask import Flask

from authz_server.context import Context

__all__ = ["build"]


def build(app: Flask, context: Context) -> None:
    """Give `app` the pages of this folder."""
    from authz_server.portal import overview, stopping

    app.register_blueprint(overview.pages)
    app.register_blueprint(stopping.pages)
