"""Imports run one way."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def modules_of(package: str) -> Iterator[Path]:
    yield from sorted((ROOT / package).rglob("*.py"))


def test_import_linter_keeps_every_contract() -> None:
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == ran.returncode, ran.stdout


def test_keys_know_nothing_of_claims_and_claims_nothing_of_the_server() -> None:
    for package, forbidden in (("keys", ("claims", "authz_server")), ("claims", ("authz_server",))):
        for file in modules_of(package):
            found = {name.partition(".")[0] for name in imports_of(file)}
            assert not found & set(forbidden), file


def test_the_rules_of_representation_need_nothing_but_python() -> None:
    theirs = {"claims"} | set(sys.stdlib_module_names)
    pure = [file for file in (ROOT / "claims").glob("*.py") if file.name != "verify.py"]
    for file in [*pure, *(ROOT / "claims/worldfile").glob("*.py"), *(ROOT / "claims/formats").glob("*.py")]:
        for name in imports_of(file):
            assert name.partition(".")[0] in theirs, f"{file}: {name}"
            assert not name.startswith("claims.register"), f"{file}: {name}"


def test_authlib_stays_behind_one_door() -> None:
    for package in ("authz_server", "claims", "keys"):
        for file in modules_of(package):
            if (ROOT / "authz_server/oidc") not in file.parents:
                assert "authlib" not in {name.partition(".")[0] for name in imports_of(file)}, file


def test_the_demos_service_providers_know_of_the_provider_what_any_service_provider_can() -> None:
    theirs = {"authz_server.demo", "claims.verify", "claims.instants", "keys.fetching"}
    # of the base install too: to walk a token, to read JSON strictly, and what services test themselves with
    theirs |= {"claims.formats.walked", "claims.strict_json", "claims.testing"}
    modules = "service_provider asked at_work choices relying words visits pages counters dossiers members explained"
    modules += " known_page altering believing why_refused try_page"
    for module in modules.split():
        for name in imports_of(ROOT / f"authz_server/demo/{module}.py"):
            if name.partition(".")[0] in {"authz_server", "claims", "keys"}:
                assert any(name == one or name.startswith(f"{one}.") for one in theirs), f"{module}: {name}"
