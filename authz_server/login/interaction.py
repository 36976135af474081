"""A request that waits for a person: kept in the database, opened by one browser alone, finished once.

Its id stands in the addresses of our pages, and as a digest in the database. The id is the key under which the
request lies there (it may hold ID tokens, hints, whatever a client puts into `state`) and under which the opaque
references of its pages are made: who reads the database reads neither.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from authz_server.asking import Ask, AuthorizationRequest
from authz_server.login.sessions import Login, Session
from claims.assurance import Loa
from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = [
    "Interaction",
    "Picked",
    "begin",
    "belongs_to",
    "choose",
    "claim",
    "clear_choice",
    "confirm",
    "consent",
    "extend",
    "find",
    "fingerprint",
    "finish",
    "logged_in",
    "longest",
    "new_browser",
    "opened",
    "reference",
]


@dataclass(frozen=True, slots=True)
class Picked:
    """What a person chose, and under which login: with another one the choice is void.

    `represented` is None for oneself; `path` then is empty.
    """

    person: str
    authenticator: str
    represented: str | None = None
    branch: str | None = None
    path: tuple[str, ...] = ()

    def by(self, login: Login) -> bool:
        """Whether this very person made it with this very authenticator (claims.md 4, "The choice")."""
        return (self.person, self.authenticator) == (login.person, login.authenticator)


@dataclass(frozen=True, slots=True)
class Interaction:
    """One waiting request. `request` is None for a page of our own, whose address is `destination`.

    `at_least` is the level of login that a page of our own wants, None where it wants none.
    """

    id: str
    request: AuthorizationRequest | None
    destination: str | None
    browser: str | None
    secret: str
    session: str | None
    picked: Picked | None
    confirmed: bool
    consented: str | None
    created_at: Instant
    expires_at: Instant
    finished_at: Instant | None
    at_least: Loa | None = None


_BEGIN = Statement(
    "INSERT INTO login_interactions"
    " (id, browser, request, destination, at_least, secret, confirmed, created_at, expires_at)"
    " VALUES (:id, :browser, :request, :destination, :at_least, :secret, 0, :now, :expires_at)"
)
_FIND = Statement(
    "SELECT id, request, destination, browser, secret, session, choice, confirmed, consented, created_at,"
    " expires_at, finished_at, at_least FROM login_interactions WHERE id = :id"
)
_CLAIM = Statement(
    "UPDATE login_interactions SET browser = :browser WHERE id = :id AND browser IS NULL RETURNING id"
)
_LOGGED_IN = Statement("UPDATE login_interactions SET session = :session WHERE id = :id")
_CHOOSE = Statement(
    "UPDATE login_interactions SET choice = :choice, confirmed = 0, consented = NULL"
    " WHERE id = :id AND finished_at IS NULL"
)
_CONFIRM = Statement(
    "UPDATE login_interactions SET confirmed = 1 WHERE id = :id AND choice = :choice AND finished_at IS NULL"
)
_CONSENT = Statement("UPDATE login_interactions SET consented = :key WHERE id = :id AND finished_at IS NULL")
_EXTEND = Statement(
    "UPDATE login_interactions SET expires_at = :until"
    " WHERE id = :id AND finished_at IS NULL AND expires_at > :now AND expires_at < :until"
)
_FINISH = Statement(
    "UPDATE login_interactions SET finished_at = :now, choice = NULL"
    " WHERE id = :id AND finished_at IS NULL AND expires_at > :now RETURNING id"
)


def begin(
    db: Connected,
    *,
    browser: str | None,
    lifetime: int,
    now: Instant,
    request: AuthorizationRequest | None = None,
    destination: str | None = None,
    at_least: Loa | None = None,
) -> str:
    """Keep a request (or the address of a page of our own) until a person has answered; its id.

    `browser` is the key in the cookie of the browser that asks. None where that browser could not show one
    (a form that another site posts brings no cookies): the first browser that opens it then owns it.
    """
    interaction_id, salt = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    db.run(
        _BEGIN,
        {
            "id": _digest(interaction_id),
            "browser": _digest(browser) if browser else None,
            "request": _sealed(interaction_id, salt, _kept(request)) if request else None,
            "destination": destination,
            "at_least": at_least,
            "secret": salt,
            "now": now,
            "expires_at": now + lifetime,
        },
    )
    return interaction_id


def find(db: Connected, interaction_id: str) -> Interaction | None:
    """The interaction with this id, whoever's it is and however old."""
    row = db.one(_FIND, {"id": _digest(interaction_id)})
    if row is None:
        return None
    return Interaction(
        id=interaction_id,
        request=_restored(_unsealed(interaction_id, row[4], row[1])) if row[1] else None,
        destination=row[2],
        browser=row[3],
        secret=row[4],
        session=row[5],
        picked=_picked(row[6]) if row[6] else None,
        confirmed=bool(row[7]),
        consented=row[8],
        created_at=row[9],
        expires_at=row[10],
        finished_at=row[11],
        at_least=_level(row[12]),
    )


def new_browser() -> str:
    """A key for the cookie by which a browser is known again."""
    return secrets.token_urlsafe(32)


def belongs_to(interaction: Interaction, browser: str | None) -> bool:
    """Whether this browser began the interaction."""
    return bool(browser and interaction.browser) and secrets.compare_digest(
        _digest(browser or ""), interaction.browser or ""
    )


def claim(db: Connected, interaction: Interaction, browser: str) -> bool:
    """Give an interaction that nobody opened yet to this browser; false when another was first."""
    return db.one(_CLAIM, {"id": _digest(interaction.id), "browser": _digest(browser)}) is not None


def logged_in(db: Connected, interaction: Interaction, session: Session) -> None:
    """Note that the person logged in here, so that nobody need do it again here."""
    db.run(_LOGGED_IN, {"id": _digest(interaction.id), "session": session.id})


def choose(db: Connected, interaction: Interaction, picked: Picked) -> None:
    """Keep the choice; what was confirmed or agreed for another one is void."""
    db.run(_CHOOSE, {"id": _digest(interaction.id), "choice": _written(picked)})


def fingerprint(interaction: Interaction) -> str:
    """Tells this choice from every other one, on the page that asks whether it is right."""
    picked = interaction.picked
    return _digest(interaction.id + (_written(picked) if picked else ""))


def clear_choice(db: Connected, interaction: Interaction) -> None:
    """Back to choosing."""
    db.run(_CHOOSE, {"id": _digest(interaction.id), "choice": None})


def confirm(db: Connected, interaction: Interaction, picked: Picked) -> bool:
    """The person says that this choice is right; false when another tab has chosen something else by now."""
    return db.run(_CONFIRM, {"id": _digest(interaction.id), "choice": _written(picked)}) == 1


def consent(db: Connected, interaction: Interaction, key: str) -> None:
    """The person agrees to exactly what `key` digests."""
    db.run(_CONSENT, {"id": _digest(interaction.id), "key": key})


def longest(interaction: Interaction, lifetime: int) -> Instant:
    """Until when it can be made to wait: eleven lifetimes, so that who needs more time can ask for it ten times."""
    return interaction.created_at + (1 + _EXTENSIONS) * lifetime


def extend(db: Connected, interaction: Interaction, lifetime: int, *, now: Instant) -> None:
    """Let it wait a whole `lifetime` from now on, within `longest`; nothing where it is over."""
    until = min(now + lifetime, longest(interaction, lifetime))
    db.run(_EXTEND, {"id": _digest(interaction.id), "until": until, "now": now})


def finish(db: Connected, interaction: Interaction, *, now: Instant) -> bool:
    """Whether this call is the one that finishes the interaction: an answer goes out once."""
    return db.one(_FINISH, {"id": _digest(interaction.id), "now": now}) is not None


_EXTENSIONS: Final = 10  # WCAG 2.2, 2.2.1: at least ten times
_NONCE_BYTES: Final = 12
_KEPT: Final = b"login_interactions.request"


def reference(interaction: Interaction, login: Login, what: Sequence[str | None]) -> str:
    """An opaque value for a page: `what`, which nothing but this interaction under this login can read back."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = _cipher(interaction.id, interaction.secret)
    sealed = cipher.encrypt(nonce, json.dumps(what).encode(), _place(interaction, login))
    return urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()


def opened(interaction: Interaction, login: Login, text: str) -> list[str | None] | None:
    """What `reference` hid, or None for a value of another interaction or login, or for one that is made up."""
    try:
        blob = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        cipher = _cipher(interaction.id, interaction.secret)
        plain = cipher.decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], _place(interaction, login))
    except (InvalidTag, NotBase64, ValueError):
        return None
    what: list[str | None] = json.loads(plain)
    return what


def _cipher(interaction_id: str, salt: str) -> AESGCM:
    return AESGCM(hmac.digest(interaction_id.encode(), salt.encode(), "sha256"))


def _sealed(interaction_id: str, salt: str, plain: str) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return urlsafe_b64encode(
        nonce + _cipher(interaction_id, salt).encrypt(nonce, plain.encode(), _KEPT)
    ).decode()


def _unsealed(interaction_id: str, salt: str, sealed: str) -> str:
    blob = urlsafe_b64decode(sealed)
    return _cipher(interaction_id, salt).decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], _KEPT).decode()


def _place(interaction: Interaction, login: Login) -> bytes:
    return json.dumps([interaction.id, login.person, login.authenticator]).encode()


def _digest(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _written(picked: Picked) -> str:
    return json.dumps(asdict(picked), sort_keys=True)


def _picked(text: str) -> Picked:
    members: dict[str, Any] = json.loads(text)
    return Picked(**members | {"path": tuple(members["path"])})


def _kept(request: AuthorizationRequest) -> str:
    members = {member.name: getattr(request, member.name) for member in fields(request)}
    members["parameters"] = dict(request.parameters)
    members["claims"] = dict(request.claims)
    members["prompt"] = sorted(request.prompt)
    members["ask"] = asdict(request.ask) if request.ask else None
    return json.dumps(members)


def _restored(text: str) -> AuthorizationRequest:
    members: dict[str, Any] = json.loads(text)
    for name in ("scopes", "acr_values", "ui_locales"):
        members[name] = tuple(members[name])
    members["prompt"] = frozenset(members["prompt"])
    members["required_login"] = _level(members["required_login"])
    if (asked := members["ask"]) is not None:
        hint = asked["represented_hint"]
        members["ask"] = Ask(
            **asked
            | {
                "actions": tuple(asked["actions"]),
                "minimum": _level(asked["minimum"]),
                "represented_hint": (hint[0], hint[1]) if hint else None,
            }
        )
    return AuthorizationRequest(**members)


def _level(number: int | None) -> Loa | None:
    return None if number is None else Loa(number)
