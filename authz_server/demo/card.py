"""The card that `namens demo` prints: where everything is, and each story with who to be and what to try."""

from collections.abc import Mapping
from typing import Any

from authz_server.demo.preparing import Origins
from authz_server.demo.registers import PATH
from authz_server.demo.stories import STORIES

__all__ = ["card"]


def card(
    origins: Origins,
    world: Mapping[str, Any],
    *,
    command: str,
    password: str,
    messages: tuple[str, str],
    code: str,
) -> str:
    """What `namens demo` prints when everything runs.

    `command` is how this world is spoken to at a terminal; `messages` are the folders of its mail and its letters; `code`
    opens what somebody in it gave.
    """
    tasks = _tasks(world)
    names = {party["id"]: party["name"] for party in world["parties"]}
    lines = [
        "",
        "Namens: the try-out world runs. All people, companies and services in it are made up.",
        "",
        f"  Begin here      {origins.desk}   a desk for all services",
        f"  A second        {origins.insurer}   an insurer: the same login serves both",
        f"  Your mandates   {origins.provider}/portal/",
        f"  The registers   {origins.desk}{PATH}/   strike an entry, and a minute later it holds no more",
        f"  The command     {command} …",
        f"  What is mailed  {messages[0]}   and what is posted: {messages[1]}",
        "",
        f"Log in with a name below and the password {password}, or with Oefen-inlog (the practice login): pick",
        "the name and how sure it is to be. Where a service wants more than a password gives, you are asked.",
        "",
    ]
    for number, story in enumerate(STORIES, start=1):
        lines += [
            f"{number:>3}. {story.title}",
            f"     who   {story.person} ({names[story.person]}), by Oefen-inlog at level {story.level.word}",
            f"     task  {tasks[story.service, story.task]}",
            *_wrapped(f"try   {story.tries.replace('{code}', code)}"),
            "",
        ]
    return "\n".join([*lines, "Ctrl-C ends everything."])


def _tasks(world: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """(service, task) -> the words of its button."""
    return {
        (service["id"], task["id"]): f"{service['name']['nl']}: {task['name']['nl']}"
        for service in world["services"]
        for task in service["tasks"]
    }


def _wrapped(text: str, width: int = 96) -> list[str]:
    first, *words = text.split(" ")
    lines, line = [], f"     {first}"
    for word in words:
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = f"           {word}"
        else:
            line += f" {word}"
    return [*lines, line]
