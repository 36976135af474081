"""The pages of a demo website: what stands on every one of them, and what on that of a task."""

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template, request
from werkzeug.exceptions import HTTPException

from authz_server.demo import words
from authz_server.demo.at_work import (
    AtWork,
    actions_of,
    counter_of,
    drafted,
    form_of,
    lines_of,
    working_for,
)
from authz_server.demo.choices import FRONTS, Choice, Look
from authz_server.demo.dossiers import Dossiers, whose
from authz_server.demo.speech import Lazy, gettext
from authz_server.demo.visits import Visit, Visits
from claims.verify import OwnBehalf

__all__ = ["Pages"]


class Pages:
    """Those of one website. `cookie` is the name under which a browser keeps its visit."""

    def __init__(
        self,
        issuer: str,
        cookie: str,
        look: Look,
        choices: Mapping[str, Choice],
        visits: Visits,
        dossiers: Dossiers,
    ) -> None:
        self.cookie: Final = cookie
        self._issuer: Final = issuer
        self._look: Final = look
        self._choices: Final = choices
        self._visits: Final = visits
        self._dossiers: Final = dossiers

    def visit(self) -> Visit | None:
        """Who visits."""
        return self._visits.find(request.cookies.get(self.cookie))

    def at_work(self) -> AtWork | None:
        """Who visits, and what they are at; None where nobody logged in, or nothing is left to work with."""
        visit = self.visit()
        if visit is None:
            return None
        choice, shown, tokens = self._choices.get(visit.choice or ""), visit.shown, visit.tokens
        if choice is None or shown is None or tokens is None:
            return None
        return AtWork(visit, choice, shown, tokens)

    def no_such(self, wrong: HTTPException) -> Any:
        """A page for what is refused before any of ours is reached: no such address, too long a form."""
        if wrong.code is None or wrong.code < 400:
            return wrong.get_response()  # leads on to another address
        too_long = gettext("That is too long. Nothing was done.")
        text = too_long if wrong.code == 413 else gettext("There is no such page.")
        return self.page("failed.html", code=f"http_{wrong.code}", text=text), wrong.code

    def always(self) -> dict[str, Any]:
        """What every page has: whose it is, and for whom its visitor works."""
        visit = self.visit()
        found = self.at_work()
        front = self._look.front if found is None else FRONTS[found.choice.provider]
        own = visit is not None and isinstance(visit.shown, OwnBehalf)
        return {
            "look": self._look,
            "front": front,
            "front_name": self._look.name if found is None else found.choice.provider_name,
            "issuer": self._issuer,
            "working_for": None if visit is None else working_for(visit),
            "for_oneself": own,
            "at_work": found is not None,
        }

    def failed(self, code: str, reason: str | None) -> tuple[str, int]:
        """That a login came to nothing, and why."""
        return self.page("failed.html", code=code, text=words.failure(code), reason=reason), 400

    def page(
        self,
        template: str,
        typed: Mapping[str, str] | None = None,
        faults: Mapping[str, Lazy] | None = None,
        **values: object,
    ) -> str:
        """A page; that of a task holds what was `typed` and what is wrong with it, where something is."""
        known = {} if template != "home.html" else self._work(typed, faults or {})
        return render_template(template, choices=list(self._choices.values()), **known, **values)

    def _work(self, typed: Mapping[str, str] | None, faults: Mapping[str, Lazy]) -> Mapping[str, object]:
        """What stands on the page of a task: the form, what was done there, and by which right."""
        found = self.at_work()
        if found is None:
            return {"current": None}
        shown, counter = found.shown, counter_of(found.choice, found.shown)
        dossier = self._dossiers.of(whose(shown))
        before = drafted(dossier, shown)
        values = typed or counter.read({}, before)
        return {
            "current": found.choice,
            "counter": counter,
            "form": form_of(counter, shown, values, faults),
            "done_here": [
                (words.action(one.action), one.number, words.date_and_time(one.at), one.by)
                for one in dossier.done
            ],
            "work": found.visit.work,
            "lines": lines_of(found),
            "acts": [(action, words.action(action)) for action in actions_of(shown)],
        }
