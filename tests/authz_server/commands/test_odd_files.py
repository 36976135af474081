"""Whatever file a command is given: it does what it should or says what is wrong, and is never surprised."""

from collections.abc import Callable
from pathlib import Path

import pytest

from authz_server.config import Settings
from tests.support.commands import run_namens

DEEP = 100_000


def _folder(path: Path) -> None:
    path.mkdir()


def _without_end(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _pointing_to_itself(path: Path) -> None:
    path.symlink_to(path)


def _holding(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


ODD: dict[str, Callable[[Path], None]] = {
    "absent": lambda path: None,
    "a folder": _folder,
    "without end": _without_end,
    "pointing to itself": _pointing_to_itself,
    "empty": _holding(b""),
    "blank": _holding(b" \n\n\t"),
    "no utf-8": _holding(b"\xff\xfe\x00{\x00}"),
    "utf-8 cut off": _holding(b'{"parties": "\xe2\x82'),
    "utf-16": _holding('{"parties": []}'.encode("utf-16")),
    "with a mark of utf-8": _holding(b"\xef\xbb\xbf{}"),
    "nul": _holding(b"\x00" * 1000),
    "surrogate": _holding(b'{"parties": "\\ud800", "redirect_uris": ["\\udfff"]}'),
    "deep lists": _holding(b"[" * DEEP),
    "deep objects": _holding(b'{"parties":' * DEEP),
    "deep and whole": _holding(b"[" * DEEP + b"]" * DEEP),
    "deep in a list": _holding(b'{"parties": [' + b"[" * DEEP + b"]" * DEEP + b"]}"),
    "deep toml": _holding(b"clients = " + b"[" * DEEP + b"]" * DEEP),
    "deep tables": _holding(b"clients = " + b"{a=" * DEEP + b"1" + b"}" * DEEP),
    "deep keys": _holding(b"[" + b"a." * 3000 + b"a]"),
    "wrong toml": _holding(b"[[clients]\nname = "),
    "toml twice": _holding(b"[clients]\n[clients]\n"),
    "another toml": _holding(b"clients = 5\nresources = 'x'\nissuer = [1]\n"),
    "toml of another kind": _holding(
        b"[[clients]]\n1979-05-27 = 1979-05-27T00:00:00Z\n[clients.jwks]\nkeys = nan\n"
    ),
    "huge number": _holding(b"[" + b"9" * 100_000 + b"]"),
    "huge number in toml": _holding(b"clients = " + b"9" * 100_000),
    "huge exponent": _holding(b'{"parties": 1e999999999}'),
    "no number": _holding(b'{"parties": NaN, "services": -Infinity}'),
    "a scalar": _holding(b"5"),
    "null": _holding(b"null"),
    "of wrong types": _holding(
        b'{"parties": {"id": []}, "services": [null, 5, "x", [], {"id": {}}], "mandates": 1}'
    ),
    "members of wrong types": _holding(
        b'{"redirect_uris": 5, "jwks": [], "uri": {}, "services": [[]], "provider": null, "scopes": {"a": {}}}'
    ),
    "unknown names": _holding(b'{"\\u0000": 1, "": 2, "\\"": 3, "constructor": 4}'),
    "twice": _holding(b'{"parties": [], "parties": []}'),
    "one line of a megabyte": _holding(b'{"a": "' + b"x" * 1_000_000 + b'"}'),
    "huge": _holding(b" " * (5 * 1024 * 1024)),
}
COMMANDS: dict[str, tuple[str, ...]] = {
    "import": ("import", "FILE"),
    "clients register": ("clients", "register", "FILE"),
    "clients apply": ("clients", "apply", "FILE"),
    "resources register": ("resources", "register", "FILE"),
    "resources apply": ("resources", "apply", "FILE"),
    "resolve": ("resolve", "--batch", "FILE"),
    "token explain": ("token", "explain", "FILE"),
    "config check": ("--config", "FILE", "config", "check"),
    "keys list": ("--config", "FILE", "keys", "list"),
}
# Two registrations in TOML, or settings, may be none at all; a batch has an answer for every line, an error or not.
NOTHING = {"empty", "blank"}
HARMLESS = {
    *(
        ("resolve", what)
        for what in ODD.keys() - {"absent", "a folder", "without end", "pointing to itself", "huge"}
    ),
    *(
        (command, what)
        for command in ("clients apply", "resources apply", "config check", "keys list")
        for what in NOTHING
    ),
    ("import", "with a mark of utf-8"),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_file_surprises_a_command(
    settings_on_sqlite: Settings, tmp_path: Path, command: str, what: str
) -> None:
    file = tmp_path / "odd"
    ODD[what](file)

    ran = run_namens(
        *(str(file) if word == "FILE" else word for word in COMMANDS[command]), settings=settings_on_sqlite
    )

    assert "Traceback" not in ran.out + ran.err
    if (command, what) not in HARMLESS:
        assert ran.status in {1, 2}, ran.out
        assert ran.err or ran.out


@pytest.fixture(scope="module")
def settings_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One database for all: nothing of these files lands."""
    from keys.storage import connect
    from tests.support.schema import create_schema
    from tests.support.settings import settings_with

    url = f"sqlite:///{tmp_path_factory.mktemp('odd')}/namens.db"
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
    return settings_with(url)
