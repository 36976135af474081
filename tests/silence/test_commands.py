"""No command tells a personal number, a secret, a password or a token: not when it works, not when it does not.

Exceptions: the secret of a client or resource, in the answer that makes it; personal numbers in an export that asks
for them; and the name of a file where a file is asked for.
"""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from authz_server.cli import main
from authz_server.config import Settings
from authz_server.context import Context
from authz_server.login.passwords import Passwords
from tests.silence.conftest import SETTINGS
from tests.support.canaries import Canaries
from tests.support.commands import Ran, run_namens
from tests.support.dumped import dumped
from tests.support.signing_in import TAX, World
from tests.support.try_out import CHEAP

EVA, WRONG = "999908881", "999908882"
PASSWORD = "hunter2-hunter2"
MAIL = "anna.de.vries.1948@mail.example.nl"
GOOD = {
    "db check": [],
    "config show": [],
    "config check": [],
    "worker": ["--once"],
    "export": [],
    "resolve": [
        *("--acting", "eva", "--service", "vat-return", "--at", "2025-11-25T12:00:00Z"),
        *("--login-assurance", "high"),
    ],
    "explain": [
        *("--acting", "eva", "--represented", "anna", "--service", "vat-return"),
        *("--at", "2025-11-25T12:00:00Z", "--login-assurance", "high"),
    ],
    "mandates list": ["--represented", "anna"],
    "offers list": [],
    "mandates show": ["m0010"],
    "mandates suspend": ["m0010", "--reason", "a doubt"],
    "mandates resume": ["m0010"],
    "mandates freeze": ["m0010", "--reason", "a letter that nobody understands"],
    "mandates evidence": [
        *("m0010", "--kind", "statement", "--reference", "call 12", "--verifier", "desk 4"),
    ],
    "mandates revoke": ["m0010", "--reason", "asked by telephone"],
    "appointments list": ["bakery"],
    "appointments show": ["a-bakery-daan"],
    "appointments suspend": ["a-bakery-daan", "--reason", "a doubt"],
    "appointments resume": ["a-bakery-daan"],
    "appointments revoke": ["a-bakery-daan", "--reason", "asked by telephone"],
    "parties leave": ["bakery", "omer", "--reason", "asked by telephone"],
    "accounts add": ["tim"],
    "accounts password": ["tim"],
    "accounts support": ["tim"],
    "accounts close": ["tim"],
    "parties forget": ["ruben"],
    "sources list": [],
    "sources check": [],
    "parties mail": ["anna"],
    "notices list": ["--all"],
    "notices retry": [],
    "clients list": [],
    "clients show": ["a-client"],
    "resources list": [],
    "resources show": ["https://api.example.nl"],
    "keys list": [],
    "keys rotate": [],
    "keys reseal": [],
    "keys accept": ["codes"],
    "journal verify": [],
    "journal export": [],
    "journal erase": ["mandate", "m0010"],
    "db restored": [],
    "token explain": ["-"],
}
OTHERWISE = {  # started, or made to print a secret once, in a test of their own
    *("offers show", "offers withdraw", "offers decline", "lists preview", "lists carry-out"),
    *("serve", "demo", "db upgrade", "db backup", "import", "keys withdraw"),
    *("serve", "demo", "db upgrade", "db backup", "import", "keys withdraw", "sources fetch"),
    *("clients register", "clients secret", "clients apply", "clients remove"),
    *("resources register", "resources secret", "resources apply", "resources remove"),
}


@pytest.fixture
def namens(settings: Settings) -> Any:
    given = {f"NAMENS_SECRETS__{name.upper()}": value for name, value in SETTINGS.items()}

    def run(*arguments: str, stdin: str | None = None, **changed: str) -> Ran:
        return run_namens(*arguments, settings=settings, stdin=stdin, changed=given | changed)

    return run


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("authz_server.commands.accounts.Passwords", lambda **_: Passwords(CHEAP))


def commands(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        found = group.get_command(ctx, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, (*names, name))
        else:
            yield " ".join((*names, name)), found


COMMANDS = dict(commands(main))


def said(ran: Ran) -> str:
    return f"{ran.out}\n{ran.err}"


def a_client(tmp_path: Path, **members: object) -> str:
    file = tmp_path / "client.json"
    document = {"client_id": "a-client", "redirect_uris": ["https://rp.example.nl/cb"], **members}
    file.write_text(json.dumps(document))
    return str(file)


def a_resource(tmp_path: Path) -> str:
    file = tmp_path / "resource.json"
    uri = "https://api.example.nl"
    file.write_text(json.dumps({"uri": uri, "provider": "tax", "services": [TAX + "vat-return"]}))
    return str(file)


def a_token(context: Context) -> str:
    claims = {"iss": context.settings.issuer, "aud": "a-client", "sub": "x" * 43, "iat": 1, "exp": 2}
    return context.keyring.current().sign(claims, alg="ES256", typ="JWT")


def test_every_command_is_looked_at() -> None:
    assert COMMANDS.keys() == GOOD.keys() | OTHERWISE


def test_what_works_tells_none(people: World, canaries: Canaries, namens: Any, tmp_path: Path) -> None:
    made = [
        *(namens("--json", "clients", "register", a_client(tmp_path)).json["client_secret"],),
        *(namens("--json", "resources", "register", a_resource(tmp_path)).json["client_secret"],),
    ]
    made += [
        namens("clients", "secret", "a-client", "--json").json["client_secret"],
        namens("resources", "secret", "https://api.example.nl", "--json").json["client_secret"],
    ]
    token = a_token(people.context)
    canaries.add("secret", *made)
    canaries.add("password", PASSWORD)
    canaries.add("token", token)
    canaries.add("mail address", MAIL)
    typed = {"token explain": token, "parties mail": MAIL}

    namens("accounts", "close", "ruben")

    for command, arguments in GOOD.items():
        stdin = typed.get(command, PASSWORD)
        for more in ((), ("--json",)):
            ran = namens(*command.split(), *arguments, *more, stdin=stdin)
            assert ran.status == 0 or more or command in {"db check", "token explain", "worker"}, said(ran)
            assert not canaries.found(said(ran)), command


@pytest.mark.parametrize("reason", [EVA, f"on behalf of {EVA}.", "9999.08.881", "9999 08 881, by telephone"])
def test_a_reason_with_a_number_does_not_come_into_the_journal(
    people: World, canaries: Canaries, namens: Any, reason: str
) -> None:
    ran = namens("mandates", "revoke", "m0010", "--reason", reason)

    assert 1 == ran.status
    assert ran.err.startswith("reason_holds_a_number")
    assert not canaries.found(said(ran))
    assert reason not in dumped(people.context.database)["register_journal"]


def test_help_tells_none(canaries: Canaries, namens: Any) -> None:
    for command in COMMANDS:
        ran = namens(*command.split(), "--help")
        assert 0 == ran.status
        assert not canaries.found(said(ran)), command


def test_an_export_has_personal_numbers_where_they_were_asked_for(
    people: World, canaries: Canaries, namens: Any, tmp_path: Path
) -> None:
    plain, whole = namens("export"), namens("export", "--personal-numbers")

    assert not canaries.found(said(plain))
    assert set(canaries.of("personal number")) == {one.value for one in canaries.found(said(whole))}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # what is typed does not depend on it
@pytest.mark.parametrize("command", COMMANDS)
def test_what_stands_in_the_wrong_place_is_not_repeated(
    command: str, namens: Any, canaries: Canaries
) -> None:
    """Each argument and each option in turn, one too many, and an option that there is not."""
    secret = secrets.token_urlsafe(32)
    canaries.add("secret", secret)
    for value in (EVA, secret):
        tries = [[value], ["x", value], [f"--{value}"], [f"--password={value}"], [f"--json={value}"]]
        for param in COMMANDS[command].params:
            if param.name == "config_file" or (command, param.name) == ("demo", "data"):
                continue  # the name of a file or folder
            if isinstance(param, click.Option) and not param.is_flag:
                tries += [[param.opts[0], value], [f"{param.opts[0]}={value}"]]
            elif isinstance(param, click.Argument) and not isinstance(param.type, click.Path):
                tries.append([value])
        for arguments in tries:
            if command in {"serve", "demo", "worker", "db upgrade"} and not arguments[-1].startswith("-"):
                arguments = [*arguments, "one-too-many-so-that-it-does-not-start"]
            if isinstance(COMMANDS[command].params[0].type, click.Path) and not arguments[0].startswith("-"):
                arguments = ["missing.json", *arguments]
            ran = namens(*command.split(), *arguments, stdin=value)
            assert 0 != ran.status or command == "export", (command, arguments)
            assert not canaries.found(said(ran)), (command, arguments, said(ran))


def test_a_faulty_file_is_told_without_what_stands_in_it(
    people: World, canaries: Canaries, namens: Any, tmp_path: Path
) -> None:
    canaries.add("personal number", WRONG)
    canaries.add("secret", PASSWORD)
    party = {"id": "new", "kind": "person", "name": "New", "identifiers": {}}
    world = tmp_path / "world.json"
    for changed in (
        {"identifiers": {"bsn": WRONG}},
        {"identifiers": {"bsn": EVA}},
        {"identifiers": {"bsn": int(EVA)}},
        {"identifiers": {EVA: EVA}},
        {"identifiers": EVA},
        {"kind": EVA},
        {"born": EVA},
        {"id": ["x", EVA]},
        {"name": None, "place": [EVA]},
        {EVA: EVA},
    ):
        world.write_text(json.dumps({"parties": [party | changed]}))
        for more in ((), ("--json",)):
            ran = namens("import", str(world), *more)
            assert 1 == ran.status, changed
            assert not canaries.found(said(ran)), (changed, said(ran))
    mandate = {"id": "m1", "represented": EVA, "representative": EVA, "services": [EVA], "from": EVA}
    for text in (json.dumps({"mandates": [mandate]}), f'{{"parties": [{EVA}', f"[{EVA}]", f'"{EVA}'):
        world.write_text(text)
        ran = namens("import", str(world))
        assert not canaries.found(said(ran)), (text, said(ran))
    for members in (
        {"client_secret": PASSWORD},
        {"redirect_uris": [EVA]},
        {"scope": EVA},
        {"jwks": PASSWORD},
    ):
        ran = namens("clients", "register", a_client(tmp_path, **members))
        assert 1 == ran.status
        assert not canaries.found(said(ran)), (members, said(ran))
    for text in (
        f'[[clients]]\nclient_secret = "{PASSWORD}',
        f"[[clients]]\nx = {PASSWORD}",
        f"= {PASSWORD}",
    ):
        (tmp_path / "clients.toml").write_text(text)
        ran = namens("clients", "apply", str(tmp_path / "clients.toml"))
        assert 1 == ran.status
        assert not canaries.found(said(ran)), (text, said(ran))


def test_settings_that_make_no_sense_are_named_without_their_value(
    namens: Any, canaries: Canaries, tmp_path: Path
) -> None:
    canaries.add("secret", PASSWORD)
    for name, value in {
        "NAMENS_SECRETS__SEAL": PASSWORD,
        "NAMENS_SECRETS__DIGEST": SETTINGS["seal"],
        "NAMENS_SECRETS__FORMER_SEAL": f"{SETTINGS['seal']},{PASSWORD}",
        "NAMENS_SECRETS__SEAL_FILE": "/nowhere",
        "NAMENS_DATABASE_URL": f"mysql://namens:{PASSWORD}@localhost/namens",
        "NAMENS_DATABASE__URL": f"postgresql://namens:{PASSWORD}@localhost",
        "NAMENS_SERVER__WORKERS": PASSWORD,
        "NAMENS_LOG__LEVEL": PASSWORD,
        "NAMENS_ISSUER": f"https://{PASSWORD}@login.example.nl",
        "NAMENS_PASSWORD": PASSWORD,
    }.items():
        for more in ((), ("--json",)):
            ran = namens("config", "check", *more, **{name: value})
            assert 1 == ran.status, name
            assert not canaries.found(said(ran)), (name, said(ran))
    file = tmp_path / "namens.toml"
    for text in (
        f'[secrets]\nseal = "{PASSWORD}',
        f"[secrets]\nseal = {PASSWORD}",
        f'secrets = "{PASSWORD}"',
    ):
        file.write_text(text)
        ran = run_namens("--config", str(file), "config", "check")
        assert 1 == ran.status
        assert not canaries.found(said(ran)), (text, said(ran))


def test_a_database_that_is_not_there_is_told_without_its_password(namens: Any, canaries: Canaries) -> None:
    canaries.add("password", PASSWORD)
    url = f"postgresql+psycopg://namens:{PASSWORD}@127.0.0.1:1/namens"
    for command in ("db check", "export", "mandates list", "keys list", "worker --once", "serve"):
        ran = namens(*command.split(), NAMENS_DATABASE_URL=url)
        assert 1 == ran.status
        assert "database_unavailable" in ran.err
        assert not canaries.found(said(ran)), command


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_fault_of_ours_is_told_by_its_kind_and_place(
    namens: Any, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError(EVA)

    monkeypatch.setattr("authz_server.commands.config._rows", fails)

    ran = namens("config", "show", *more)

    assert 1 == ran.status
    assert "failed" in ran.err
    assert "builtins.RuntimeError" in ran.err
    assert "fails" in ran.err
    assert EVA not in said(ran)
