"""Sessions: one login of one person in one browser, until it is idle, old or ended.

The cookie holds a random key; the table holds its digest, so that reading the table lets nobody in. The
session's `id` is what tokens and choices hang on: it stays the same when the key is replaced at a step-up.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import Final

from claims.assurance import Loa
from claims.instants import Instant
from keys.storage import Connected, Statement

__all__ = [
    "Lifetimes",
    "Login",
    "Session",
    "alive",
    "end",
    "find",
    "is_to_be_noted",
    "of_person",
    "seen",
    "start",
    "step_up",
]

_SEEN_EVERY: Final = 60  # seconds between two notes of use: not every request is worth a write


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds that a session lives unused, and in all."""

    idle: int
    total: int


@dataclass(frozen=True, slots=True)
class Login:
    """What one act of logging in proved."""

    person: str
    authenticator: str
    assurance: Loa
    auth_time: Instant


@dataclass(frozen=True, slots=True)
class Session:
    """A session that stands."""

    id: str
    login: Login
    started_at: Instant
    seen_at: Instant


_START = Statement(
    "INSERT INTO login_sessions (id, key, person, authenticator, assurance, auth_time, started_at, seen_at)"
    " VALUES (:id, :key, :person, :authenticator, :assurance, :auth_time, :auth_time, :auth_time)"
)
_FIND = Statement(
    "SELECT id, person, authenticator, assurance, auth_time, started_at, seen_at FROM login_sessions"
    " WHERE key = :key AND ended_at IS NULL AND seen_at > :idle_since AND started_at > :begun_since"
)
_ALIVE = Statement(
    "SELECT 1 FROM login_sessions"
    " WHERE id = :id AND ended_at IS NULL AND seen_at > :idle_since AND started_at > :begun_since"
)
_SEEN = Statement("UPDATE login_sessions SET seen_at = :now WHERE id = :id AND seen_at < :now")
_STEP_UP = Statement(
    "UPDATE login_sessions SET key = :key, authenticator = :authenticator, assurance = :assurance,"
    " auth_time = :auth_time, seen_at = :auth_time WHERE id = :id AND ended_at IS NULL"
)
_END = Statement("UPDATE login_sessions SET ended_at = :now WHERE id = :id AND ended_at IS NULL")
_FORGET_CHOICES = Statement("DELETE FROM login_remembered WHERE session = :id")
_OF_PERSON = Statement("SELECT id FROM login_sessions WHERE person = :person AND ended_at IS NULL")


def start(db: Connected, login: Login) -> tuple[Session, str]:
    """A new session, and the key for the browser's cookie."""
    key = secrets.token_urlsafe(32)
    session = Session(secrets.token_urlsafe(16), login, login.auth_time, login.auth_time)
    db.run(_START, {"id": session.id, **_proved(login, key), "person": login.person})
    return session, key


def step_up(db: Connected, session: Session, login: Login) -> tuple[Session, str]:
    """The same person logged in again: the session goes on with what was proved now, under a new key."""
    if login.person != session.login.person:
        raise ValueError("another person gets another session")
    key = secrets.token_urlsafe(32)
    if db.run(_STEP_UP, {"id": session.id, **_proved(login, key)}) == 0:
        return start(db, login)  # logged out in another tab, between our look and now
    return replace(session, login=login, seen_at=login.auth_time), key


def _proved(login: Login, key: str) -> dict[str, object]:
    return {
        "key": _digest(key),
        "authenticator": login.authenticator,
        "assurance": int(login.assurance),
        "auth_time": login.auth_time,
    }


def find(db: Connected, key: str | None, lifetimes: Lifetimes, *, now: Instant) -> Session | None:
    """The session whose key a browser showed, if it still stands."""
    if not key:
        return None
    row = db.one(_FIND, {"key": _digest(key), **_limits(lifetimes, now)})
    if row is None:
        return None
    login = Login(person=row[1], authenticator=row[2], assurance=Loa(row[3]), auth_time=row[4])
    return Session(id=row[0], login=login, started_at=row[5], seen_at=row[6])


def alive(db: Connected, session_id: str, lifetimes: Lifetimes, *, now: Instant) -> bool:
    """Whether the session with this id still stands: what was granted without `offline_access` ends with it."""
    return db.one(_ALIVE, {"id": session_id, **_limits(lifetimes, now)}) is not None


def seen(db: Connected, session: Session, *, now: Instant) -> None:
    """Note that the session is in use; at most once a minute."""
    if is_to_be_noted(session, now=now):
        db.run(_SEEN, {"id": session.id, "now": now})


def is_to_be_noted(session: Session, *, now: Instant) -> bool:
    """Whether the last note of use is old enough for another one."""
    return now - session.seen_at >= _SEEN_EVERY


def end(db: Connected, session_id: str, *, now: Instant) -> None:
    """Log out: the session and the choices remembered in it are over."""
    db.run(_END, {"id": session_id, "now": now})
    db.run(_FORGET_CHOICES, {"id": session_id})


def of_person(db: Connected, person: str) -> list[str]:
    """The ids of a person's sessions that were not ended."""
    return [row[0] for row in db.all(_OF_PERSON, {"person": person})]


def _limits(lifetimes: Lifetimes, now: Instant) -> dict[str, int]:
    return {"idle_since": now - lifetimes.idle, "begun_since": now - lifetimes.total}


def _digest(key: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(key.encode()).digest()).rstrip(b"=").decode()
