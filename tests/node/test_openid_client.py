"""A client that we did not write: npm's openid-client, against a running `namens serve`."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from tests.support.node_packages import HERE, node, node_package
from tests.support.serving import environment, free_port, serving

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("node")]

ROOT = HERE.parent.parent
REDIRECT = "http://localhost:9/cb"
SERVICE = "https://town.example.nl/services/library"
PASSWORD = "a password of Bram's"
WORLD = {
    "parties": [
        {"id": "anna", "kind": "person", "name": "Anna de Vries", "born": "1948-05-02", "identifiers": {}},
        {"id": "bram", "kind": "person", "name": "Bram de Vries", "born": "1975-11-19", "identifiers": {}},
        {"id": "town", "kind": "organisation", "name": "Gemeente", "identifiers": {"kvk": "00304369"}},
    ],
    "services": [
        {
            "id": "library",
            "uri": SERVICE,
            "name": {"nl": "Bibliotheek", "en": "Library"},
            "provider": "town",
            "minimum_assurance": "basic",
            "actions": ["view", "extend"],
            "represented_kinds": ["person"],
            "accepts_self": True,
        }
    ],
    "mandates": [
        {
            "id": "m1",
            "represented": "anna",
            "representative": "bram",
            "services": ["library"],
            "actions": "*",
            "assurance": "substantial",
            "from": "2020-01-01T00:00:00Z",
            "until": "2100-01-01T00:00:00Z",
            "evidence": [{"kind": "notarial_deed", "reference": "deed 1"}],
        }
    ],
}


@dataclass(frozen=True)
class Provider:
    """A provider as an operator sets it up, from the command line, and serving."""

    issuer: str
    environ: dict[str, str]
    folder: Path

    def registered(self, client_id: str, **members: object) -> Any:
        file = self.folder / f"{client_id}.json"
        file.write_text(
            json.dumps(
                {
                    "client_id": client_id,
                    "redirect_uris": [REDIRECT],
                    "grant_types": ["authorization_code", "refresh_token"],
                    "representation": "required",
                    "representation_services": [SERVICE],
                    **members,
                }
            )
        )
        return json.loads(done("--json", "clients", "register", str(file), environ=self.environ))


def done(*words: str, environ: dict[str, str], stdin: str | None = None) -> str:
    command = [str(Path(sys.executable).parent / "namens"), *words]
    ran = subprocess.run(command, env=environ, input=stdin, capture_output=True, text=True, check=False)
    assert 0 == ran.returncode, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module", name="node")
def _node() -> str:
    """Node with the locked packages beside this file; skipped where either is missing, a failure in CI."""
    node_package("openid-client")
    return node()


@pytest.fixture(scope="module")
def provider(node: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    folder = tmp_path_factory.mktemp("provider")
    port = free_port()
    issuer = f"http://localhost:{port}"
    environ = environment(f"sqlite:///{folder}/namens.db", issuer)
    (folder / "world.json").write_text(json.dumps(WORLD))
    done("db", "upgrade", environ=environ)
    done("import", str(folder / "world.json"), environ=environ)
    done("accounts", "add", "bram", environ=environ, stdin=f"{PASSWORD}\n")
    with serving(environ, port, folder / "serve.log", "--workers", "1"):
        yield Provider(issuer, environ, folder)


def seen_by_node(node: str, orders: dict[str, Any]) -> Any:
    ran = subprocess.run(
        [node, "counterpart.mjs"],
        cwd=HERE,
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 0 == ran.returncode, ran.stderr
    return json.loads(ran.stdout)


def orders(provider: Provider, client_id: str, **members: object) -> dict[str, Any]:
    return {
        "issuer": provider.issuer,
        "client_id": client_id,
        "redirect_uri": REDIRECT,
        "person": "bram",
        "password": PASSWORD,
        "represented": "Anna de Vries",
        **members,
    }


def check_what_was_seen(seen: Any, provider: Provider, client_id: str) -> None:
    claims, details = seen["claims"], seen["details"]
    assert provider.issuer == seen["issuer"] == claims["iss"]
    assert client_id == claims["aud"]
    assert "http://eID.logius.nl/LoA/basic" == claims["acr"]
    assert [SERVICE] == [one["service"] for one in details]
    assert claims["represents"]["sub"] == details[0]["represented"]["sub"]
    assert ["view", "extend"] == details[0]["actions"]
    for later in (seen["userinfo"], seen["refreshed"], seen["introspected"]):
        assert claims["sub"] == later["sub"]
        assert claims["represents"] == later["represents"]
    assert claims["auth_time"] == seen["refreshed"]["auth_time"]
    assert seen["rotated"] is True
    assert seen["introspected"]["active"] is True
    assert {"active": False} == seen["after"]
    assert "invalid_grant" == seen["refused"]


def test_openid_client_completes_everything_with_a_secret(node: str, provider: Provider) -> None:
    registered = provider.registered("by-secret")

    seen = seen_by_node(
        node, orders(provider, "by-secret", secret=registered["client_secret"], algorithm="ES256")
    )

    check_what_was_seen(seen, provider, "by-secret")


def test_openid_client_completes_everything_with_a_key_of_its_own(node: str, provider: Provider) -> None:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    provider.registered(
        "by-key",
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_signing_alg="ES256",
        jwks={"keys": [key.as_dict(private=False)]},
        id_token_signed_response_alg="RS256",
    )

    private = {name: value for name, value in key.as_dict(private=True).items() if name not in {"use", "alg"}}
    seen = seen_by_node(node, orders(provider, "by-key", key=private, algorithm="RS256"))

    check_what_was_seen(seen, provider, "by-key")


def test_the_site_of_the_page_logs_people_in_with_express_and_asks_at_each_act(
    node: str, provider: Provider, tmp_path: Path
) -> None:
    callback = "http://localhost:9/callback"
    registered = provider.registered("express-site", redirect_uris=[callback])
    (tmp_path / "node_modules").symlink_to(node_package("express").parent)
    shutil.copy(ROOT / "examples" / "express" / "guard.mjs", tmp_path)
    page = (ROOT / "docs" / "logging-in.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```js\n(.*?)```", page, re.DOTALL)
    for published, ours in {
        "https://login.example.nl": provider.issuer,
        "tax-portal": "express-site",
        "https://portal.tax.example.nl/callback": callback,
        "https://tax.example.nl/services/vat-return": SERVICE,
        'action: "prepare"': 'action: "view"',
        "oidc.ClientSecretBasic(secret)": "oidc.ClientSecretBasic(secret), "
        "{ execute: [oidc.allowInsecureRequests] }",
    }.items():
        assert published in code
        code = code.replace(published, ours)
    site = tmp_path / "site.mjs"
    site.write_text(code + (HERE / "at_a_site.mjs").read_text())

    ran = subprocess.run(
        [node, str(site)],
        env=os.environ
        | {
            "CLIENT_SECRET": registered["client_secret"],
            "PASSWORD": PASSWORD,
            "PERSON": str(HERE / "person.mjs"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert 0 == ran.returncode, ran.stderr
    seen = json.loads(ran.stdout)
    assert (401, "token_missing") == (seen["before"]["status"], seen["before"]["said"]["code"])
    assert (403, {"not_done": "no_login_of_ours"}) == (seen["stranger"]["status"], seen["stranger"]["said"])
    assert (302, "/", True) == (seen["back"]["status"], seen["back"]["to"], seen["renewed"])
    anna = seen["home"]["said"]["you_work_for"]  # her name is not told to this site
    assert re.fullmatch(r"[\w-]{40,}", anna)
    assert {"prepared_for": anna} == seen["done"]["said"]


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())

    for name, package in lock["packages"].items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")
