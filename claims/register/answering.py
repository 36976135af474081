"""Answers as JSON, as commands print them and the API gives them (`mandates.md` 4 to 6)."""

from claims.desk import DeskAppointment
from claims.explanation import Explanation
from claims.instants import Instant, written
from claims.limits import NO_LIMITS, limits_as_json
from claims.mandates import Mandate
from claims.organisation import Appointment
from claims.register.journal import Entry
from claims.representation import Representation
from claims.resolution import Resolution
from claims.worldfile import record_as_json

__all__ = [
    "appointment_as_json",
    "entry_as_json",
    "explanation_as_json",
    "mandate_as_json",
    "representation_as_json",
    "resolution_as_json",
    "state_of",
]


def resolution_as_json(resolution: Resolution) -> dict[str, object]:
    """The whole answer to a question."""
    step_up = resolution.own.step_up
    return {
        "self": resolution.own.allowed,
        "self_step_up": None if step_up is None else step_up.word,
        "representations": [representation_as_json(one) for one in resolution.representations],
    }


def representation_as_json(answer: Representation) -> dict[str, object]:
    """One answer."""
    return {
        "represented": answer.represented,
        "branch": answer.branch,
        "through": answer.through,
        "path": list(answer.path),
        "intermediaries": list(answer.intermediaries),
        "assurance": answer.assurance.word,
        "effective_assurance": answer.effective_assurance.word,
        "step_up": None if answer.step_up is None else answer.step_up.word,
        "other_means": answer.other_means,
        "actions": list(answer.actions),
        "until": None if answer.until is None else written(answer.until),
        # where there are none nothing says so: most readers know of none
        **({} if answer.limits == NO_LIMITS else {"limits": limits_as_json(answer.limits)}),
    }


def explanation_as_json(explanation: Explanation) -> dict[str, object]:
    """Why not; `truncated` stands there only where it is true."""
    told: dict[str, object] = {
        "paths": [
            {
                "path": list(one.path),
                "broken": [{"rule": rule.value, "link": link} for rule, link in one.broken],
            }
            for one in explanation.paths
        ]
    }
    return told | {"truncated": True} if explanation.truncated else told


def state_of(mandate: Mandate | Appointment | DeskAppointment, now: Instant) -> str:
    """Where the mandate, or the appointment, is in its life (`mandates.md` 5)."""
    if mandate.revoked_at is not None and mandate.revoked_at <= now:
        return "revoked"
    if mandate.until is not None and mandate.until <= now:
        return "ended"
    if now < mandate.starts:
        return "not_started"
    return "active" if mandate.in_force(now) else "suspended"


def mandate_as_json(mandate: Mandate, now: Instant) -> dict[str, object]:
    """A mandate as the world file has it, and where it is in its life."""
    return {"state": state_of(mandate, now), **record_as_json(mandate)}


def appointment_as_json(appointment: Appointment | DeskAppointment, now: Instant) -> dict[str, object]:
    """An appointment as the world file has it, and where it is in its life."""
    return {"state": state_of(appointment, now), **record_as_json(appointment)}


def entry_as_json(entry: Entry) -> dict[str, object]:
    """What happened to one record: who, when, on whose authority, logged in how, and why."""
    return {
        "at": written(entry.at),
        "event": entry.event.value,
        "version": None if entry.subject is None else entry.subject.version,
        "person": entry.by.person,
        "on_behalf_of": entry.by.on_behalf_of,
        "authority": entry.by.authority,
        "login_assurance": None if entry.by.assurance is None else entry.by.assurance.word,
        "authenticator": entry.by.authenticator,
        "reason": entry.reason,
    }
