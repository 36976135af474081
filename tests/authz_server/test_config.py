from pathlib import Path

import pytest

from authz_server.config import Settings, SettingsRefused, load
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY, Fact
from tests.support.settings import SECRETS, secret

COMPLETE = {
    "NAMENS_ISSUER": "https://login.example.nl",
    "NAMENS_DATABASE_URL": "sqlite:////var/lib/namens/namens.db",
} | {f"NAMENS_SECRETS__{name.upper()}": value for name, value in SECRETS.items()}


def _refused(environ: dict[str, str], file: Path | None = None) -> dict[str, str]:
    with pytest.raises(SettingsRefused) as refused:
        load(file, environ)
    return {fault.name: fault.what for fault in refused.value.faults}


def test_the_environment_alone_is_enough() -> None:
    settings = load(None, COMPLETE)

    assert "https://login.example.nl" == settings.issuer
    assert bytes([1]) * 32 == settings.secrets.seal.get_secret_value()
    assert 60 == settings.lifetimes.code


def test_a_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "namens.toml"
    file.write_text('issuer = "https://a.example.nl"\n[lifetimes]\ncode = 30\nid_token = 200\n')

    settings = load(file, COMPLETE | {"NAMENS_LIFETIMES__CODE": "45"})

    assert ("https://login.example.nl", 45, 200) == (
        settings.issuer,
        settings.lifetimes.code,
        settings.lifetimes.id_token,
    )


def test_a_secret_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "seal").write_text(secret(9) + "\n")
    environ = {name: value for name, value in COMPLETE.items() if name != "NAMENS_SECRETS__SEAL"}

    settings = load(None, environ | {"NAMENS_SECRETS__SEAL_FILE": str(tmp_path / "seal")})

    assert bytes([9]) * 32 == settings.secrets.seal.get_secret_value()


def test_no_repr_shows_a_secret_or_the_url_of_the_database() -> None:
    settings = load(None, COMPLETE | {"NAMENS_DATABASE_URL": "postgresql://namens:hunter2@db/namens"})

    assert "hunter2" not in repr(settings)
    assert repr(bytes([1]) * 32) not in repr(settings)
    assert "postgresql+psycopg://namens:hunter2@db/namens" == settings.database.url.get_secret_value()


@pytest.mark.parametrize(
    ("variable", "value", "named", "told"),
    [
        ("NAMENS_LIFETIMES__COED", "60", "NAMENS_LIFETIMES__COED", "is not a setting"),
        ("NAMENS_NONSENSE", "1", "NAMENS_NONSENSE", "is not a setting"),
        ("NAMENS_ISSUER__X", "1", "NAMENS_ISSUER__X", "is not a setting"),
        ("NAMENS_LIFETIMES__CODE", "soon", "NAMENS_LIFETIMES__CODE", "valid integer"),
        ("NAMENS_LIFETIMES__CODE", "0", "NAMENS_LIFETIMES__CODE", "greater than or equal to 10"),
        ("NAMENS_LIFETIMES__SESSION_IDLE", "90000", "lifetimes", "session_idle must not be longer"),
        ("NAMENS_LIFETIMES__REFRESH_IDLE", "90000", "lifetimes", "refresh_idle must not be longer"),
        ("NAMENS_KEYS__ROTATE_EVERY", "600", "keys", "more than twice jwks_max_age"),
        ("NAMENS_SECRETS__SEAL", "short", "NAMENS_SECRETS__SEAL", "32 random bytes"),
        ("NAMENS_SECRETS__SEAL", secret(2), "secrets", "must all differ"),
        ("NAMENS_SECRETS__SEAL_FILE", "/nowhere", "NAMENS_SECRETS__SEAL_FILE", "given twice"),
        ("NAMENS_DATABASE_URL", "mysql://x/y", "NAMENS_DATABASE_URL", "must be sqlite"),
        ("NAMENS_DATABASE_URL", "sqlite://", "NAMENS_DATABASE_URL", "must be sqlite"),
        ("NAMENS_DATABASE_URL", "nonsense", "NAMENS_DATABASE_URL", "is no database URL"),
        ("NAMENS_SERVER__BIND", "8000", "NAMENS_SERVER__BIND", "HOST:PORT"),
        ("NAMENS_SERVER__CERTIFICATE", "/tls.pem", "server", "go together"),
        ("NAMENS_EVIDENCE__LOW", "gossip", "NAMENS_EVIDENCE__LOW", "'gossip' is no evidence for low"),
        ("NAMENS_EVIDENCE__HIGH", "letter, +", "NAMENS_EVIDENCE__HIGH", "is no evidence for high"),
        ("NAMENS_EVIDENCE__BASIC", "letter", "NAMENS_EVIDENCE__BASIC", "is not a setting"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(variable: str, value: str, named: str, told: str) -> None:
    faults = _refused(COMPLETE | {variable: value})

    assert [named] == list(faults)
    assert told in faults[named]


@pytest.mark.parametrize(
    "issuer",
    [
        "login.example.nl",
        "http://login.example.nl",
        "https://login.example.nl/",
        "https://login.example.nl?x=1",
        "https://login.example.nl#x",
        "https://login.example.nl?",
        "https://a:b@login.example.nl",
        "https://",
        "https://login.example.nl:port",
        "ftp://localhost",
        "https://LOGIN.example.nl",
        "https://login.example.nl:443",
        "http://localhost:80",
        "https://login.example.nl:0",
        "https://login.example.nl:99999",
        "https://login .example.nl",
        "https://login.example.nl\n",
        "https://*.example.nl",
        "https://login.example.nl/a//b",
        "https://login.example.nl/../b",
        "https://login.example.nl/%00",
        "https://löging.example.nl",
    ],
)
def test_an_issuer_has_one_form(issuer: str) -> None:
    assert "https://" in _refused(COMPLETE | {"NAMENS_ISSUER": issuer})["NAMENS_ISSUER"]


@pytest.mark.parametrize(
    "issuer",
    [
        "https://login.example.nl",
        "https://a.nl:8443/namens",
        "https://a.nl/a/b_c~d-e.f",
        "https://xn--lging-jua.nl",
    ],
)
def test_an_issuer_may_have_a_port_and_a_path(issuer: str) -> None:
    assert issuer == load(None, COMPLETE | {"NAMENS_ISSUER": issuer}).issuer


def test_true_is_no_number_of_seconds(tmp_path: Path) -> None:
    file = tmp_path / "namens.toml"
    file.write_text("[lifetimes]\nid_token = true\n")

    assert {"lifetimes.id_token"} == set(_refused(COMPLETE, file))


@pytest.mark.parametrize("issuer", ["http://localhost:8000", "http://127.0.0.1:1", "http://[::1]:8000"])
def test_on_this_very_machine_http_will_do(issuer: str) -> None:
    settings = load(None, COMPLETE | {"NAMENS_ISSUER": issuer})

    assert not settings.secure


def test_what_is_missing_is_named() -> None:
    faults = _refused({})

    assert {"issuer", "database", "secrets"} == set(faults)
    assert {"is missing"} == set(faults.values())


def test_every_fault_is_told_at_once_and_without_its_value() -> None:
    faults = _refused(COMPLETE | {"NAMENS_SECRETS__SEAL": "hunter2", "NAMENS_LIFETIMES__CODE": "hunter3"})

    assert {"NAMENS_SECRETS__SEAL", "NAMENS_LIFETIMES__CODE"} == set(faults)
    assert "hunter" not in str(faults)


@pytest.mark.parametrize(("content", "told"), [(b"issuer =", "is not TOML"), (b"\xff", "is not UTF-8")])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "namens.toml"
    file.write_bytes(content)

    assert told in _refused(COMPLETE, file)[str(file)]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "namens.toml"

    assert "cannot be read" in _refused(COMPLETE, file)[str(file)]


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "namens.toml"
    file.write_text("[lifetimes]\ncoed = 60\n")

    assert {"lifetimes.coed": "is not a setting"} == _refused(COMPLETE, file)


def test_the_number_schemes_have_an_issuer_each_which_can_be_set() -> None:
    settings = load(None, COMPLETE | {"NAMENS_IDENTIFIERS__KVK": "https://kvk.example"})

    assert "https://kvk.example" == settings.identifier_issuers()["kvk"]
    assert "https://login.example.nl/identifiers/rsin" == settings.identifier_issuers()["rsin"]


def test_the_evidence_policy_is_the_rule_s_own_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    """G4: in the file as lists or as one text, in the environment as text."""
    file = tmp_path / "namens.toml"
    file.write_text('[evidence]\nlow = ""\nhigh = [["login_high", "live_entry"], ["notarial_deed"]]\n')

    assert set(DEFAULT_POLICY) == set(load(None, COMPLETE).evidence.policy)
    settings = load(file, COMPLETE | {"NAMENS_EVIDENCE__SUBSTANTIAL": "login_substantial + letter"})

    assert {
        (Loa.SUBSTANTIAL, frozenset({Fact.LOGIN_SUBSTANTIAL, Fact.LETTER})),
        (Loa.HIGH, frozenset({Fact.LOGIN_HIGH, Fact.LIVE_ENTRY})),
        (Loa.HIGH, frozenset({Fact.NOTARIAL_DEED})),
    } == set(settings.evidence.policy)
    assert "login_high+live_entry, notarial_deed" == settings.evidence.high


@pytest.mark.parametrize("wrong", ["[1, 2]", "[[1]]", "[[]]", "7", '[["letter", "gossip"]]', "true"])
def test_a_policy_that_is_none_is_named(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "namens.toml"
    file.write_text(f"[evidence]\nhigh = {wrong}\n")

    assert {"evidence.high"} == {name[:13] for name in _refused(COMPLETE, file)}


def test_a_policy_by_which_nobody_could_give_anything_is_refused() -> None:
    nothing = {f"NAMENS_EVIDENCE__{word}": "" for word in ("LOW", "SUBSTANTIAL", "HIGH")}

    assert "nobody could give" in _refused(COMPLETE | nothing)["evidence"]


def test_settings_do_not_change_while_running() -> None:
    settings: Settings = load(None, COMPLETE)

    with pytest.raises(ValueError, match="frozen"):
        settings.issuer = "https://other.example.nl"  # type: ignore[misc]
