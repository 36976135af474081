"""A plain relying party, that knows nothing of representation: log in, and act.

    python examples/plain_relying_party.py ISSUER CLIENT_ID          (the client's secret on standard input)

It listens on http://localhost:8003, so the client is registered with the redirect URI
http://localhost:8003/callback. The standard library does the HTTP; joserfc checks the ID token. Beside it stands
`relying_party.py`, the same one after it learnt to act for others (`docs/adding-representation.md`).
"""

import json
import sys
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from html import escape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit
from urllib.request import Request, urlopen

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet


class RelyingParty:
    """What it knows of its provider, and of the people who are logged in."""

    def __init__(self, issuer: str, client_id: str, secret: str, address: str, **checks: object):
        self.issuer, self.client_id, self.secret = issuer, client_id, secret
        self.redirect_uri = f"{address}/callback"
        self.checks = checks
        self.sessions: dict[str, dict[str, str]] = {}
        with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5) as answer:
            self.metadata = json.load(answer)

    def send_away(self) -> tuple[str, str]:
        """Where the browser goes to log in, and the cookie by which we know it again."""
        cookie, begun = token_urlsafe(), {name: token_urlsafe() for name in ("state", "nonce", "verifier")}
        self.sessions[cookie] = begun
        challenge = urlsafe_b64encode(sha256(begun["verifier"].encode()).digest()).rstrip(b"=").decode()
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": begun["state"],
            "nonce": begun["nonce"],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.metadata['authorization_endpoint']}?{urlencode(parameters)}", cookie

    def welcome(self, answer: dict[str, str], cookie: str) -> str:
        """What the browser brought back, made into a login; in words."""
        begun = self.sessions.pop(cookie, {})
        if "state" not in begun or (answer.get("state"), answer.get("iss")) != (begun["state"], self.issuer):
            return "This answer belongs to no login of yours."
        if "code" not in answer:
            return f"No login: {answer.get('error')}"
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": self.redirect_uri,
            "code_verifier": begun["verifier"],
        }
        basic = b64encode(f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}".encode()).decode()
        request = Request(
            self.metadata["token_endpoint"], urlencode(form).encode(), {"Authorization": f"Basic {basic}"}
        )
        with urlopen(request, timeout=5) as response:
            tokens = json.load(response)
        try:
            sub = self.verified(tokens["id_token"], begun["nonce"])
        except (JoseError, ValueError) as refused:
            return f"No login: {type(refused).__name__}"
        self.sessions[cookie] = {"sub": sub, "login": token_urlsafe()}
        return in_words(sub)

    def verified(self, token: str, nonce: str) -> str:
        """The `sub` of an ID token that the provider signed, for this client and this login."""
        with urlopen(self.metadata["jwks_uri"], timeout=5) as answer:
            keys = KeySet.import_key_set(json.load(answer))
        claims = jwt.decode(token, keys, algorithms=["ES256"]).claims
        demanded = {"iss": self.issuer, "aud": self.client_id, "nonce": nonce}
        rules = {name: {"essential": True, "value": value} for name, value in demanded.items()}
        jwt.JWTClaimsRegistry(**self.checks, exp={"essential": True}, **rules).validate(claims)
        return str(claims["sub"])

    def login(self, cookie: str) -> str:
        """Which login the pages of this browser are drawn for: another one may be for another party."""
        return self.sessions.get(cookie, {}).get("login", "")

    def act(self, action: str, cookie: str, login: str) -> str:
        """Do something for who logged in. `login` is what the page was drawn for."""
        session = self.sessions.get(cookie, {})
        if "sub" not in session:
            return "Log in first."
        if login != session["login"]:
            return "You logged in again meanwhile, perhaps as somebody else. Nothing was done."
        return f"Done: {action}. {in_words(session['sub'])}"


def in_words(sub: str) -> str:
    return f"You are {sub}."


def server(port: int) -> ThreadingHTTPServer:
    """Pages /, /login, /callback and /act; set `.party` before it serves."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            party, url = self.server.party, urlsplit(self.path)  # type: ignore[attr-defined]
            kept = SimpleCookie(self.headers.get("Cookie", "")).get("login")
            cookie = kept.value if kept else ""
            query = dict(parse_qsl(url.query))
            match url.path:
                case "/login":
                    location, cookie = party.send_away()
                    self.send_response(303)
                    self.send_header("Location", location)
                    self.send_header("Set-Cookie", f"login={cookie}; HttpOnly; SameSite=Lax; Path=/")
                    self.end_headers()
                case "/callback":
                    self.page(party.welcome(query, cookie), party.login(cookie))
                case "/act":
                    words = party.act(query.get("action", ""), cookie, query.get("login", ""))
                    self.page(words, party.login(cookie))
                case _:
                    self.page("Welcome.", party.login(cookie))

        def page(self, words: str, login: str) -> None:
            links = f'<a href="/login">Log in</a> <a href="/act?action=view&amp;login={login}">Act</a>'
            body = f"<!doctype html><title>Example</title><p>{escape(words)}</p>{links}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: addresses hold codes."""

    return ThreadingHTTPServer(("127.0.0.1", port), Pages)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    running = server(8003)
    secret = sys.stdin.readline().strip()
    running.party = RelyingParty(sys.argv[1], sys.argv[2], secret, "http://localhost:8003")  # type: ignore[attr-defined]
    print("http://localhost:8003")
    running.serve_forever()
