"""OpenID Connect and OAuth: the only folder that imports Authlib.

An authorization request is read strictly (`parameters`, `requests`, `asked`), answered by people (`login`), and
frozen as one value (`authorization`) from which every token is made (`tokens`, `issuing`). Whether that value
still stands is asked of the register each time (`standing`). `grants` prints the order in which Authlib calls us.
"""

from flask import Flask

from authz_server.calls import Handler
from authz_server.context import Context
from authz_server.security import csrf

__all__ = ["build"]


def build(app: Flask, context: Context) -> dict[tuple[str, str], Handler]:
    """Give `app` the endpoints of the provider; those where clients register themselves in the demo alone.

    Returns what answers programs, by method and path, for a shorter way than Flask's.
    """
    from authz_server.oidc.endpoints import endpoints, for_programs
    from authz_server.oidc.provider import PROVIDER, Provider
    from authz_server.oidc.self_registration import self_registration
    from authz_server.oidc.well_known import published, well_known

    provider = app.extensions[PROVIDER] = Provider(context)
    answering = {**for_programs(context, provider), **published(context)}
    parts = [endpoints(context, provider), well_known(context)]
    if context.demo:
        parts.append(self_registration(context))
    for part in parts:
        csrf.exempt(part)  # clients call here, and prove who they are
        app.register_blueprint(part)
    return answering
