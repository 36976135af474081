"""The member `limits` of a mandate, a legal relation or an appointment, in a world file or in the answer of a source register."""

from claims.identifiers import holds_a_bsn
from claims.limits import NO_LIMITS, Limits, limits_of
from claims.worldfile.faults import FaultCode
from claims.worldfile.members import Members

__all__ = ["OF_APPOINTMENTS", "OF_RELATIONS", "read_limits"]

OF_APPOINTMENTS = ("amount", "days")
"""The limits of what somebody may give: a case is one of one mandate."""

OF_RELATIONS = ("amount",)
"""The limits that a public register tells of a power."""


def read_limits(members: Members, known: tuple[str, ...]) -> Limits:
    """The limits, of the kinds in `known`; none where the member is null or left out."""
    told = members.raw("limits", None)
    if told is None:
        return NO_LIMITS
    try:
        limits = limits_of(told)
    except ValueError as wrong:
        members.note("limits", FaultCode.MALFORMED, "these are no limits", str(wrong))
        return NO_LIMITS
    if not limits.kinds <= set(known):
        members.note(
            "limits", FaultCode.MALFORMED, "such a limit cannot stand here", f"known here: {', '.join(known)}"
        )
    if limits.case is not None and holds_a_bsn(limits.case):
        members.note(
            "limits",
            FaultCode.MALFORMED,
            "this reference passes as a BSN",
            "name the case by a reference that no personal number could be",
        )
    return limits
