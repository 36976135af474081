import hashlib
import json
from pathlib import Path

import pytest

from authz_server.config import Settings
from tests.authz_server.commands.test_world import DEMO
from tests.support.commands import run_namens


def test_a_mandate_is_shown_with_what_became_of_it(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    before = run_namens("mandates", "show", "m0001", "--json", settings=settings).json
    done = run_namens("mandates", "revoke", "m0001", "--reason", "asked by letter", settings=settings)
    after = run_namens("mandates", "show", "m0001", "--json", settings=settings).json
    words = run_namens("mandates", "show", "m0001", settings=settings).out

    assert 0 == done.status
    assert ["added"] == [one["event"] for one in before["history"]]
    assert "revoked" == after["mandate"]["state"]
    assert ["added", "revoked"] == [one["event"] for one in after["history"]]
    assert ("operator", "asked by letter") == (
        after["history"][1]["authority"],
        after["history"][1]["reason"],
    )
    assert "revoked by operator" in words


def test_a_mandate_that_is_narrower_is_listed_and_shown_with_its_limits(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    listed = run_namens("mandates", "list", "--represented", "loods", settings=settings).out.splitlines()
    shown = run_namens("mandates", "show", "m0024", "--json", settings=settings).json
    words = run_namens("mandates", "show", "m0024", settings=settings).out

    assert [line.endswith("for case Z-2026-0417 only") for line in listed] == [True, False, False]
    assert listed[1].endswith("up to EUR 10000.00 for one act")
    assert {"amount": {"currency": "EUR", "value": "10000.00"}} == shown["mandate"]["limits"]
    assert "10000.00" in words


def test_what_cannot_be_revoked_is_refused_with_its_code(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)
    run_namens("mandates", "revoke", "m0001", settings=settings)

    refused = {
        id: run_namens("mandates", "revoke", id, settings=settings)
        for id in ("m0001", "nothing", "l-bakery-carla")
    }

    assert {1} == {one.status for one in refused.values()}
    assert refused["m0001"].err.startswith("already_ended: ")
    assert refused["nothing"].err.startswith("unknown_mandate: ")
    assert refused["l-bakery-carla"].err.startswith("not_a_mandate: ")
    assert run_namens("mandates", "show", "nothing", settings=settings).err.startswith("unknown_mandate: ")


def test_mandates_are_listed_by_either_party(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    def ids(*options: str) -> list[str]:
        listed = run_namens("mandates", "list", *options, "--json", settings=settings).json["mandates"]
        return [one["id"] for one in listed]

    assert 325 == len(ids())
    assert {"m0001", "m0002", "m0004"} == set(ids("--represented", "anna"))
    assert {"m0001", "m0002"} == set(ids("--represented", "anna", "--representative", "bram"))
    assert "m0001" in ids("--representative", "bram")
    assert run_namens("mandates", "list", "--represented", "nobody", settings=settings).err.startswith(
        "unknown_party: "
    )
    assert "anna -> bram" in run_namens("mandates", "list", settings=settings).out


def test_a_mandate_is_suspended_and_resumed_by_the_operator(settings: Settings) -> None:
    run_namens("import", str(DEMO), settings=settings)

    early = run_namens("mandates", "resume", "m0001", settings=settings)
    done = run_namens("mandates", "suspend", "m0001", "--reason", "a doubt", "--json", settings=settings)
    twice = run_namens("mandates", "suspend", "m0001", settings=settings)
    over = run_namens("mandates", "resume", "m0001", settings=settings)
    after = run_namens("mandates", "show", "m0001", "--json", settings=settings).json

    assert early.err.startswith("not_suspended:")
    assert "suspended" == done.json["mandate"]["state"]
    assert twice.err.startswith("already_suspended:")
    assert "m0001 is resumed, from " in over.out
    assert "active" == after["mandate"]["state"]
    assert ["added", "suspended", "resumed"] == [one["event"] for one in after["history"]]
    assert [None, "a doubt", None] == [one["reason"] for one in after["history"]]
    assert 0 == run_namens("journal", "verify", settings=settings).status


def test_a_correction_of_the_past_is_shown_as_one(settings: Settings, tmp_path: Path) -> None:
    run_namens("import", str(DEMO), settings=settings)
    world = json.loads(DEMO.read_text(encoding="utf-8"))
    mandate = next(one for one in world["mandates"] if one["id"] == "m0001")
    file = tmp_path / "corrected.json"
    file.write_text(json.dumps({"mandates": [mandate | {"revoked_at": "2026-02-01T00:00:00Z"}]}))
    assert 0 == run_namens("import", str(file), settings=settings).status

    shown = run_namens("mandates", "show", "m0001", "--json", settings=settings).json["history"]
    words = run_namens("mandates", "show", "m0001", settings=settings).out

    assert [["from"], ["revoked_at"]] == [one["corrects"] for one in shown]
    assert "added by operator, after it began" in words
    assert "changed by operator, a correction of the past: revoked_at" in words


def test_evidence_is_attached_by_the_digest_of_a_file_that_is_not_kept(
    settings: Settings, tmp_path: Path
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"I let Bram help me.")
    digest = hashlib.sha256(paper.read_bytes()).hexdigest()
    told = ["--kind", "document", "--reference", "letter 7", "--verifier", "desk 4"]

    done = run_namens("mandates", "evidence", "m0001", *told, "--file", str(paper), settings=settings)
    again = run_namens("mandates", "evidence", "m0001", *told, "--digest", digest, settings=settings)
    shown = run_namens("mandates", "show", "m0001", "--json", settings=settings).json

    assert 0 == done.status, done.err
    [evidence] = shown["mandate"]["evidence"]
    assert ("document", "letter 7", digest, "desk 4") == (
        evidence["kind"],
        evidence["reference"],
        evidence["digest"],
        evidence["verifier"],
    )
    assert again.err.startswith("evidence_known: ")
    assert ["added", "evidence_attached"] == [one["event"] for one in shown["history"]]
    assert 0 == run_namens("journal", "verify", settings=settings).status


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--kind", "document"], "digest_needed"),
        (["--kind", "document", "--digest", "ab" * 32, "--file", "x"], "digest_needed"),
        (["--kind", "document", "--digest", "AB" * 32], "not_a_digest"),
        (["--kind", "notarial_deed", "--digest", "ab"], "not_a_digest"),
        (["--kind", "document", "--file", "/nowhere/paper.pdf"], "file_unreadable"),
        (["--kind", "desk", "--reference", "999997221"], "reason_holds_a_number"),
        (["--kind", "desk", "--verifier", "a\nb"], "not_a_text"),
        (["--kind", "desk", "--verifier", "a" * 101], "not_a_text"),
    ],
)
def test_what_is_no_evidence_is_refused_with_its_code(
    settings: Settings, options: list[str], code: str
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    told = ["--reference", "letter 7", "--verifier", "desk 4", *options]

    ran = run_namens("mandates", "evidence", "m0001", *told, settings=settings)

    assert ran.err.startswith(f"{code}: "), ran.err
