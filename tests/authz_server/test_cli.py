"""Wrong usage: what is told names options and files, and repeats nothing that may be a secret."""

import pytest

from tests.support.commands import run_namens


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("demo", "--rp2-port", "70000"), "'--rp2-port'"),
        (("demo", "--rp2-port=70000"), "'--rp2-port'"),
        (("demo", "--rp2-port"), "'--rp2-port'"),
        (("mandates", "show", "--as-known-at"), "--as-known-at"),
        (("import", "no-such-world.json"), "'no-such-world.json'"),
        (("import", "/srv/registers/no-such-world.json"), "'/srv/registers/no-such-world.json'"),
        (("clients", "apply", "no-such-clients.toml", "another-file.toml"), "another-file.toml"),
    ],
)
def test_wrong_usage_names_the_option_and_the_file(words: tuple[str, ...], named: str) -> None:
    ran = run_namens(*words)

    assert 2 == ran.status
    assert named in ran.err


@pytest.mark.parametrize(
    "secret",
    [
        "hunter2-hunter2",
        "999908881",
        "9999.08.881",
        "999908881.json",
        "eva-999908881/world.json",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJldmEifQ.c2lnbmF0dXJl",
        "postgresql://namens:hunter2@localhost/namens.db",
        "Zk3v9q0XyB7tLr2WnPfHsC8mJdUe5aGoIxQ4KwVbYpE.json",
    ],
)
def test_what_may_be_a_secret_is_not_repeated(secret: str) -> None:
    for words in (("import", secret), ("serve", secret), ("demo", f"--{secret}"), ("demo", "--port", secret)):
        ran = run_namens(*words)

        assert 0 != ran.status
        assert secret not in ran.out + ran.err, words
