"""A service provider of the try-out world: a small website that people log in to, for themselves or another.

It does what every service provider has to do. It sends people to the provider (`relying`), verifies what comes
back (`claims.verify`), keeps in view for whom they work, and asks the issuer again before every act, so that a
mandate that was ended a second ago permits nothing any more.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Final

from flask import Flask, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from authz_server.demo import speech, words
from authz_server.demo.asked import amount_of, languages
from authz_server.demo.at_work import (
    counter_of,
    drafted,
    entries_of,
    name_of,
    told_of,
    work_of,
    working_for,
)
from authz_server.demo.choices import Choice, Look
from authz_server.demo.counters import FILLED_IN
from authz_server.demo.dossiers import Done, Dossiers, whose
from authz_server.demo.known_page import add_known_page
from authz_server.demo.pages import Pages
from authz_server.demo.registering import Registration
from authz_server.demo.relying import NoTokens, RelyingParty, Tokens
from authz_server.demo.speech import gettext
from authz_server.demo.try_page import Bench, add_try_page
from authz_server.demo.visits import Visit, Visits
from claims.instants import Instant
from claims.verify import OnBehalfOf, OwnBehalf, Refused, VerificationRefused, Verifier

__all__ = ["create_service_provider"]

_POLICY: Final = "default-src 'none'; style-src 'self'; form-action 'self' {issuer}; frame-ancestors 'none'; base-uri 'none'"
# Seconds that an access token must still have: what is asked with it takes a moment.
_TO_SPARE: Final = 10
# After these nothing is left to work with: the pages no longer say that one works for somebody.
_OVER: Final = {Refused.INACTIVE, Refused.MANDATE_ENDED, Refused.EXPIRED}


def create_service_provider(
    issuer: str,
    registration: Registration,
    choices: Sequence[Choice],
    look: Look,
    *,
    clock: Callable[[], Instant],
    understands: tuple[str, ...] = (),
) -> Flask:
    """The website as a WSGI application."""
    site = _Site(issuer, registration, choices, look, clock, understands)
    app = Flask("authz_server.demo.service_provider")
    app.config["MAX_CONTENT_LENGTH"] = 128 * 1024
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    speech.build(app)
    app.context_processor(site.pages.always)
    app.register_error_handler(HTTPException, site.pages.no_such)
    app.add_url_rule("/", view_func=site.home)
    app.add_url_rule("/inloggen/<choice>", view_func=site.log_in, methods=["POST"])
    app.add_url_rule("/terug", view_func=site.come_back)
    app.add_url_rule("/doen/<action>", view_func=site.act, methods=["POST"])
    app.add_url_rule("/wisselen", view_func=site.switch, methods=["POST"])
    app.add_url_rule("/uitloggen", view_func=site.log_out, methods=["POST"])
    add_known_page(app, site.pages.at_work, {choice.service: choice for choice in choices})
    add_try_page(app, site.bench())
    app.before_request(site.refuse_broken_addresses)
    app.before_request(site.refuse_foreign_forms)
    app.after_request(site.secure)
    return app


class _Site:
    def __init__(
        self,
        issuer: str,
        registration: Registration,
        choices: Sequence[Choice],
        look: Look,
        clock: Callable[[], Instant],
        understands: tuple[str, ...],
    ) -> None:
        self._issuer: Final = issuer
        self._registration: Final = registration
        self._choices: Final = {choice.id: choice for choice in choices}
        self._understands: Final = understands
        self._clock: Final = clock
        self._visits: Final = Visits()
        self._dossiers: Final = Dossiers()
        self.pages: Final = Pages(
            issuer, f"{registration.client_id}-bezoek", look, self._choices, self._visits, self._dossiers
        )
        self._client: Final = RelyingParty(issuer, registration, clock)
        # the ID token is for the website, the access token for the API behind it
        self._login: Final = Verifier(issuer, registration.client_id, understands=understands, clock=clock)
        self._acts: Final = Verifier(
            issuer,
            registration.resource,
            understands=understands,
            status="introspect",
            credentials=(registration.resource, registration.resource_secret),
            clock=clock,
        )

    def bench(self) -> Bench:
        """What the page needs on which people try to cheat: this website's own verifier."""
        return Bench(
            issuer=self._issuer,
            registration=self._registration,
            verifier=self._acts,
            understands=self._understands,
            clock=self._clock,
            keys=self._client.published_keys,
            fresh=self._fresh,
            at_work=self.pages.at_work,
            services={choice.service: choice for choice in self._choices.values()},
        )

    def _fresh(self, visit: Visit) -> str:
        assert visit.tokens is not None  # noqa: S101 - at work
        with visit.acting:
            return self._current(visit, visit.tokens)

    def home(self) -> str:
        """What one can come to do here and, after a login, the file of the party that one works for."""
        return self.pages.page("home.html")

    def log_in(self, choice: str) -> Response | tuple[str, int]:
        """To the provider, for one service and its actions."""
        wanted = self._choices.get(choice)
        if wanted is None:
            return self.pages.page(
                "failed.html", code="unknown_task", text=gettext("There is no such task.")
            ), 404
        return self._send_off(wanted)

    def switch(self) -> Response | tuple[str, int]:
        """To the provider again, to work for somebody else; the login there is still good."""
        visit = self.pages.visit()
        wanted = self._choices.get(visit.choice or "") if visit else None
        if wanted is None:
            return redirect("/", 303)
        return self._send_off(wanted)

    def come_back(self) -> Response | tuple[str, int]:
        """From the provider, with a code or an error."""
        visit = self.pages.visit()
        pending = visit.pending.pop(request.args.get("state", ""), None) if visit else None
        if visit is None or pending is None:
            return self.pages.failed("unknown_state", None)
        try:
            tokens = self._client.redeem(request.args, pending)
            wanted = self._choices[pending.choice]
            login = self._login.verify_id_token(
                tokens.id_token, nonce=pending.nonce, service=wanted.service, at_least=wanted.least
            )
            shown = self._acts.verify_access_token(
                tokens.access_token, service=wanted.service, at_least=wanted.least
            )
        except NoTokens as nothing:
            return self.pages.failed(nothing.error, nothing.description)
        except VerificationRefused as refused:
            return self.pages.failed(refused.code.value, refused.reason)
        # a new key for the visit: whoever planted the old one has nothing
        self._visits.end(request.cookies.get(self.pages.cookie))
        response = redirect("/", 303)
        self._keep(
            response, Visit(visit.pending, tokens, shown, name_of(login), wanted.id, work_of(shown, wanted))
        )
        return response

    def act(self, action: str) -> Response | tuple[str, int]:
        """One act, after asking the issuer whether it is still allowed."""
        visit = self.pages.visit()
        if visit is None or visit.tokens is None or visit.choice is None:
            return redirect("/", 303)
        wanted = self._choices[visit.choice]
        if action not in words.ACTIONS:
            text = gettext("There is nothing like that to do here.")
            return self.pages.page("failed.html", code="unknown_action", text=text), 404
        if request.form.get("work") != visit.work:
            return self._other_work(visit, wanted)
        with visit.acting:
            try:
                token = self._current(visit, visit.tokens)
                visit.shown = self._acts.verify_access_token(
                    token,
                    service=wanted.service,
                    action=action,
                    at_least=wanted.least,
                    case=request.form.get("case", ""),
                    amount=amount_of(request.form.get("amount", "0")),
                )
            except VerificationRefused as refused:
                if refused.code in _OVER:
                    visit.shown = None
                code = refused.code.value
                return self.pages.page("act.html", done=None, code=code, text=words.refusal(code)), 403
            return self._done(visit, wanted, visit.shown, action)

    def _done(
        self, visit: Visit, wanted: Choice, shown: OwnBehalf | OnBehalfOf, action: str
    ) -> tuple[str, int]:
        """What may be done is done, unless the form holds what is none; noted in the party's file."""
        key, counter = whose(shown), counter_of(wanted, shown)
        dossier = self._dossiers.of(key)
        values: dict[str, str] = {}
        if action in FILLED_IN:
            values = counter.read(request.form, drafted(dossier, shown))
            faults = counter.faults(values)
            if faults:
                return self.pages.page("home.html", typed=values, faults=faults), 422
        other = shown if isinstance(shown, OnBehalfOf) else None
        done = Done(
            number=f"VB-{secrets.token_hex(3).upper()}",
            at=self._clock(),
            action=action,
            by=visit.name or shown.person.sub,
            party=None if other is None else words.known_as(other.represented),
            through=() if other is None else tuple(words.known_as(one) for one in other.intermediaries),
            values=values,
        )
        if action != "view":
            self._dossiers.add(key, done)
        seen = entries_of(counter, dossier, key, self._clock()) if action == "view" else []
        told = told_of(done, counter)
        return self.pages.page(
            "act.html", done=words.action(action), told=told, seen=seen, counter=counter
        ), 200

    def _other_work(self, visit: Visit, now: Choice) -> tuple[str, int]:
        """The page was drawn for somebody or something that was left meanwhile, in another tab: nothing is done."""
        text = words.working_now(working_for(visit) or gettext("nobody"), now.service_name)
        title = gettext("Nothing was done")
        return self.pages.page("act.html", done=None, code="other_work", title=title, text=text), 409

    def _current(self, visit: Visit, tokens: Tokens) -> str:
        """The access token, renewed where it has no time left; VerificationRefused where the grant ended."""
        if self._clock() + _TO_SPARE < tokens.expires_at:
            return tokens.access_token
        try:
            visit.tokens = self._client.renew(tokens)
        except NoTokens as nothing:
            ended = nothing.error == "invalid_grant"
            code = Refused.INACTIVE if ended else Refused.ISSUER_UNAVAILABLE
            raise VerificationRefused(code, nothing.error) from None
        return visit.tokens.access_token

    def log_out(self) -> Response:
        """Out of this website, and on to the provider to log out there."""
        visit = self.pages.visit()
        self._visits.end(request.cookies.get(self.pages.cookie))
        away = "/"
        if visit is not None and visit.tokens is not None:
            try:
                away = self._client.log_out(visit.tokens.id_token)
            except NoTokens:
                away = "/"  # the provider is away: out of here at least
        response = redirect(away, 303)
        response.delete_cookie(self.pages.cookie)
        return response

    def refuse_broken_addresses(self) -> tuple[str, int] | None:
        """An address is ASCII (RFC 3986 2); one that is not would be guessed at, or fallen over."""
        return None if request.query_string.isascii() else self.pages.failed("invalid_request", None)

    def refuse_foreign_forms(self) -> tuple[str, int] | None:
        """A form that another website sends here changes nothing."""
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin not in (None, self._registration.origin):
            text = gettext("This form is not ours.")
            return self.pages.page("failed.html", code="foreign_form", text=text), 403
        return None

    def secure(self, response: Response) -> Response:
        """Headers of every answer."""
        response.headers["Content-Security-Policy"] = _POLICY.format(issuer=self._issuer)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    def _send_off(self, wanted: Choice) -> Response | tuple[str, int]:
        try:
            url, pending = self._client.request(
                wanted.id, wanted.service, wanted.actions, languages=languages()
            )
        except NoTokens as nothing:
            return self.pages.failed(nothing.error, nothing.description)
        visit = self.pages.visit()
        response = redirect(url, 303)
        if visit is None:
            visit = Visit()
            self._keep(response, visit)
        visit.send_off(pending)
        return response

    def _keep(self, response: Response, visit: Visit) -> None:
        response.set_cookie(self.pages.cookie, self._visits.begin(visit), httponly=True, samesite="Lax")
