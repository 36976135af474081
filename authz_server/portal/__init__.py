"""For people: what I can give, have given and was given, who logged in for me, how I stop it, and where I am told of it."""

from flask import Flask, Response, url_for

from authz_server.context import Context

__all__ = ["build"]


def build(app: Flask, context: Context) -> None:
    """Give `app` the pages of this folder."""
    from authz_server.pages import see_other
    from authz_server.portal import (
        activation,
        appointing,
        appointments,
        asking,
        calendar,
        clients,
        desk,
        freezing,
        giving,
        history,
        letters,
        lists,
        mailing,
        means,
        my_data,
        narrower,
        offered,
        offers,
        on_a_day,
        overview,
        papers,
        recording,
        reviewing,
        several,
        staff,
        stopping,
        strengthening,
        stronger,
        supporting,
        team_removing,
        teams,
        visits,
        why,
    )
    from authz_server.portal.addresses import OpaqueId

    def start() -> Response:
        """Whoever comes without a question comes for their own page."""
        return see_other(url_for("portal.home"))

    app.url_map.converters["opaque"] = OpaqueId
    app.add_url_rule("/", "start", start)
    for part in (
        *(staff, appointing, appointments, narrower, means),
        *(clients, teams, team_removing, several, calendar, lists),
        *(overview, on_a_day, why, stopping, freezing, history, mailing, my_data, reviewing),
        *(giving, offers, activation, asking, offered, stronger, strengthening, supporting),
        *(letters, desk, recording, papers, visits),
    ):
        app.register_blueprint(part.pages)
