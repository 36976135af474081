"""The register for programs: `/api/v1`, AuthZEN's `/access/v1`, and what tells of them.

An operation is declared once (`declaring`), answered the same way as all others (`answering`) and described of its
declaration (`describing`). Subjects are modules: `operations` lists them.
"""

from flask import Flask

from authz_server.calls import Handler
from authz_server.context import Context
from authz_server.security import csrf

__all__ = ["build"]


def build(app: Flask, context: Context) -> dict[tuple[str, str], Handler]:
    """Give `app` the register's API. Returns what answers without ids in its address, for a shorter way than Flask's."""
    from authz_server.api.routes import answering, routes

    blueprint = routes(context)
    csrf.exempt(blueprint)  # programs call here, and show a token that no browser sends by itself
    app.register_blueprint(blueprint)
    return answering(context)
