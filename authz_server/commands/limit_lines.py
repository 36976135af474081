"""What a mandate, or what is given by an appointment, is limited to, in the words of a command."""

from claims.limits import Limits, amount_text, limits_as_json

__all__ = ["limit_lines", "limits_behind"]


def limit_lines(limits: Limits) -> list[str]:
    """A line for each limit."""
    lines = [f"For case {limits.case} only"] if limits.case is not None else []
    if limits.amount is not None:
        lines.append(f"Up to EUR {amount_text(limits.amount)} for one act")
    days = limits_as_json(limits).get("days")
    return [*lines, f"On {', '.join(days)} only"] if isinstance(days, list) else lines


def limits_behind(limits: Limits) -> str:
    """All of them behind a line that says the rest; nothing where there are none."""
    return "".join(f"  {line[0].lower()}{line[1:]}" for line in limit_lines(limits))
