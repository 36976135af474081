"""A service provider of the try-out world: a small website that people log in to, for themselves or another.

It does what every service provider has to do. It sends people to the provider (`relying`), verifies what comes
back (`claims.verify`), keeps in view for whom they work, and asks the issuer again before every act, so that a
mandate that was ended a second ago permits nothing any more.
"""

from collections.abc import Callable, Sequence
from typing import Final

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from authz_server.demo import words
from authz_server.demo.asked import amount_of, languages
from authz_server.demo.at_work import actions_of, decoded, lines_of, name_of, work_of, working_for
from authz_server.demo.choices import Choice, Look
from authz_server.demo.registering import Registration
from authz_server.demo.relying import NoTokens, RelyingParty, Tokens
from authz_server.demo.visits import Visit, Visits
from claims.instants import Instant
from claims.verify import OnBehalfOf, Refused, VerificationRefused, Verifier

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
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/", view_func=site.home)
    app.add_url_rule("/inloggen/<choice>", view_func=site.log_in, methods=["POST"])
    app.add_url_rule("/terug", view_func=site.come_back)
    app.add_url_rule("/doen/<action>", view_func=site.act, methods=["POST"])
    app.add_url_rule("/wisselen", view_func=site.switch, methods=["POST"])
    app.add_url_rule("/uitloggen", view_func=site.log_out, methods=["POST"])
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
        self._look: Final = look
        self._clock: Final = clock
        self._visits: Final = Visits()
        self._cookie: Final = f"{registration.client_id}-bezoek"
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

    def home(self) -> str:
        """What one can come to do here and, after a login, the file of the party that one works for."""
        return self._page("home.html")

    def log_in(self, choice: str) -> Response | tuple[str, int]:
        """To the provider, for one service and its actions."""
        wanted = self._choices.get(choice)
        if wanted is None:
            return self._page("failed.html", code="unknown_task", text="Deze taak is er niet."), 404
        return self._send_off(wanted)

    def switch(self) -> Response | tuple[str, int]:
        """To the provider again, to work for somebody else; the login there is still good."""
        visit = self._visit()
        wanted = self._choices.get(visit.choice or "") if visit else None
        if wanted is None:
            return redirect("/", 303)
        return self._send_off(wanted)

    def come_back(self) -> Response | tuple[str, int]:
        """From the provider, with a code or an error."""
        visit = self._visit()
        pending = visit.pending.pop(request.args.get("state", ""), None) if visit else None
        if visit is None or pending is None:
            return self._failed("unknown_state", None)
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
            return self._failed(nothing.error, nothing.description)
        except VerificationRefused as refused:
            return self._failed(refused.code.value, refused.reason)
        # a new key for the visit: whoever planted the old one has nothing
        self._visits.end(request.cookies.get(self._cookie))
        response = redirect("/", 303)
        self._keep(
            response, Visit(visit.pending, tokens, shown, name_of(login), wanted.id, work_of(shown, wanted))
        )
        return response

    def act(self, action: str) -> Response | tuple[str, int]:
        """One act, after asking the issuer whether it is still allowed."""
        visit = self._visit()
        if visit is None or visit.tokens is None or visit.choice is None:
            return redirect("/", 303)
        wanted = self._choices[visit.choice]
        if action not in words.ACTIONS:
            return self._page("failed.html", code="unknown_action", text="Deze handeling is er niet."), 404
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
                return self._page("act.html", done=None, code=code, text=words.refusal(code)), 403
        return self._page("act.html", done=words.ACTIONS[action], code=None, text=None), 200

    def _other_work(self, visit: Visit, now: Choice) -> tuple[str, int]:
        """The page was drawn for somebody or something that was left meanwhile, in another tab: nothing is done."""
        text = words.working_now(working_for(visit) or "niemand", now.service_name)
        return self._page(
            "act.html", done=None, code="other_work", title="Er is niets gedaan", text=text
        ), 409

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
        visit = self._visit()
        self._visits.end(request.cookies.get(self._cookie))
        away = "/"
        if visit is not None and visit.tokens is not None:
            try:
                away = self._client.log_out(visit.tokens.id_token)
            except NoTokens:
                away = "/"  # the provider is away: out of here at least
        response = redirect(away, 303)
        response.delete_cookie(self._cookie)
        return response

    def refuse_broken_addresses(self) -> tuple[str, int] | None:
        """An address is ASCII (RFC 3986 2); one that is not would be guessed at, or fallen over."""
        return None if request.query_string.isascii() else self._failed("invalid_request", None)

    def refuse_foreign_forms(self) -> tuple[str, int] | None:
        """A form that another website sends here changes nothing."""
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin not in (None, self._registration.origin):
            return self._page("failed.html", code="foreign_form", text="Dit formulier is niet van ons."), 403
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
            return self._failed(nothing.error, nothing.description)
        visit = self._visit()
        response = redirect(url, 303)
        if visit is None:
            visit = Visit()
            self._keep(response, visit)
        visit.send_off(pending)
        return response

    def _visit(self) -> Visit | None:
        return self._visits.find(request.cookies.get(self._cookie))

    def _keep(self, response: Response, visit: Visit) -> None:
        response.set_cookie(self._cookie, self._visits.begin(visit), httponly=True, samesite="Lax")

    def _failed(self, code: str, reason: str | None) -> tuple[str, int]:
        return self._page("failed.html", code=code, text=words.failure(code), reason=reason), 400

    def _page(self, template: str, **values: object) -> str:
        visit = self._visit()
        current = self._choices.get(visit.choice or "") if visit else None
        shown = visit.shown if visit else None
        return render_template(
            template,
            look=self._look,
            issuer=self._issuer,
            choices=list(self._choices.values()),
            current=current,
            shown=shown,
            work=None if visit is None else visit.work,
            working_for=None if visit is None else working_for(visit),
            lines=[] if visit is None else lines_of(visit, current),
            acts=[]
            if shown is None
            else [(action, words.ACTIONS.get(action, action)) for action in actions_of(shown)],
            limits=shown.mandate.limits if isinstance(shown, OnBehalfOf) else None,
            decoded=[] if visit is None or visit.tokens is None else decoded(visit),
            **values,
        )
