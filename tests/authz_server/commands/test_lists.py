"""A list of permissions at a terminal: looked at, and carried out on somebody's word, all of it or none."""

import json
from pathlib import Path

import pytest

from authz_server.config import Settings
from tests.authz_server.commands.test_world import DEMO
from tests.support.commands import Ran, run_namens

WORD = ("--said-by", "daan", "--kind", "desk", "--reference", "visit 3", "--verifier", "desk 4")
OF_BAKERY = ("--organisation", "bakery", "--sort", "give", *WORD)
GOOD = "staff number;service\n007;vat-return\n008;vat-return\n"
FAULTY = "staff number;service;until\n007;vat-return;\n008;no-such;someday\n"


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    run_namens("import", str(DEMO), settings=settings)
    return tmp_path / "list.csv"


def run(settings: Settings, command: str, file: Path, text: str, *words: str) -> Ran:
    file.write_text(text)
    return run_namens("lists", command, str(file), *(words or OF_BAKERY), settings=settings)


def test_a_list_is_looked_at_with_each_fault_by_line_and_column(settings: Settings, file: Path) -> None:
    out = run(settings, "preview", file, FAULTY).out

    assert "1 lines are good, 0 of them done before." in out
    assert "line 3, column service: unknown_service" in out
    assert "line 3, column until: not_a_day" in out
    assert "Nothing is open." in run_namens("offers", "list", settings=settings).out


def test_all_of_it_is_carried_out_once_and_its_codes_are_printed_once(settings: Settings, file: Path) -> None:
    done = run(settings, "carry-out", file, GOOD, *OF_BAKERY, "--json").json["done"]
    assert [("waits", True), ("waits", True)] == [(one["outcome"], one["code"] is not None) for one in done]
    offer = run_namens("offers", "show", done[0]["offer"], "--json", settings=settings).json["offer"]
    assert ("daan", "operator") == (
        offer["approvals"][0]["person"],
        offer["approvals"][0]["brought"]["by"],
    )

    again = run(settings, "carry-out", file, GOOD)

    assert 0 == again.status
    assert ["line 2  before", "line 3  before"] == again.out.splitlines()


def test_nothing_is_done_where_a_line_is_wrong_unless_the_good_ones_are_wanted(
    settings: Settings, file: Path
) -> None:
    refused = run(settings, "carry-out", file, FAULTY)
    assert 1 == refused.status
    assert refused.err.startswith(
        "list_has_faults: Nothing was done. line 3, column service: unknown_service"
    )
    assert "someday" not in refused.err
    assert "Nothing is open." in run_namens("offers", "list", settings=settings).out

    done = run(settings, "carry-out", file, FAULTY, *OF_BAKERY, "--good-lines").out

    assert "line 2  waits" in done
    assert "not done: line 3, column until: not_a_day" in done


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--organisation", "nobody"), "unknown_party"),
        (("--organisation", "anna"), "unknown_party"),
        (("--said-by", "anna"), "not_entitled"),
        (("--reference", "999997221"), "reason_holds_a_number"),
        (("--kind", "document"), "digest_needed"),
    ],
)
def test_who_may_not_and_what_is_no_evidence_is_refused(
    settings: Settings, file: Path, words: tuple[str, ...], code: str
) -> None:
    for command in ("preview", "carry-out"):
        ran = run(settings, command, file, GOOD, *OF_BAKERY, *words, "--json")

        assert (1, code) == (ran.status, json.loads(ran.err)["error"])


def test_a_file_that_is_not_there_or_has_no_end_is_refused(settings: Settings, file: Path) -> None:
    gone = run_namens("lists", "preview", str(file), *OF_BAKERY, settings=settings)
    endless = run_namens("lists", "preview", "/dev/zero", *OF_BAKERY, "--json", settings=settings)

    assert gone.err.startswith("file_unreadable")
    assert ["too_large"] == [one["code"] for one in endless.json["faults"]]
