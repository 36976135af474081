"""The page of a demo website on which the time of the whole try-out world is moved ahead."""

from typing import Final

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from authz_server.demo import words
from authz_server.demo.moving_clock import STEPS, MovingClock
from authz_server.demo.speech import gettext, lazy_gettext

__all__ = ["add_clock_page"]

_NAMED: Final = {
    1: lazy_gettext("A day later"),
    7: lazy_gettext("A week later"),
    28: lazy_gettext("Four weeks later"),
    365: lazy_gettext("A year later"),
}


def add_clock_page(app: Flask, clock: MovingClock) -> None:
    """Give the website the page `/tijd`. Forms of other websites are refused there as on its other pages."""

    def show() -> str:
        steps = [(days, _NAMED[days]) for days in STEPS]
        return render_template("clock.html", now=words.date_and_time(clock()), steps=steps)

    def move() -> Response | tuple[str, int]:
        days = request.form.get("days", "")
        if not (len(days) <= 3 and days.isascii() and days.isdigit() and clock.move(int(days))):
            text = gettext("The time cannot go ahead by that. Nothing was done.")
            return render_template("failed.html", code="unknown_step", text=text), 400
        return redirect("/tijd", 303)

    app.add_url_rule("/tijd", "clock", show)
    app.add_url_rule("/tijd", "move_clock", move, methods=["POST"])
