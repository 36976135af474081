"""The evidence policy is a setting: what the rule itself says is but the default of that setting, and nowhere else meant."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
KNOWS = {"claims/evidence.py", "authz_server/config/evidence.py"}


def test_nobody_judges_by_the_default() -> None:
    named = {
        str(file.relative_to(ROOT))
        for package in ("authz_server", "claims", "keys")
        for file in (ROOT / package).rglob("*.py")
        if "DEFAULT_POLICY" in file.read_text(encoding="utf-8")
    }

    assert KNOWS == named
