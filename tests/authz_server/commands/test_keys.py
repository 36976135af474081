import json

from authz_server.config import Settings
from keys.storage import Database, Statement
from tests.authz_server.commands.test_world import DEMO
from tests.support.commands import run_namens
from tests.support.settings import secret


def test_the_life_of_the_keys_can_be_watched(settings: Settings) -> None:
    assert "No keys yet" in run_namens("keys", "list", settings=settings).out
    run_namens("keys", "rotate", settings=settings)
    announced = run_namens("keys", "rotate", "--json", settings=settings).json["announced"]

    listed = run_namens("keys", "list", "--json", settings=settings).json["keys"]

    assert {"ES256", "RS256"} == {key["alg"] for key in announced}
    assert ["signing", "signing", "announced", "announced"] == [key["state"] for key in listed]
    assert {key["kid"] for key in announced} == {key["kid"] for key in listed if key["state"] == "announced"}


def test_json_and_config_stand_before_or_after_the_command(settings: Settings) -> None:
    before = run_namens("--json", "keys", "list", settings=settings)
    after = run_namens("keys", "list", "--json", settings=settings)

    assert {"keys": []} == before.json == after.json


def test_one_algorithm_can_be_rotated(settings: Settings) -> None:
    run_namens("keys", "rotate", settings=settings)

    announced = run_namens("keys", "rotate", "--alg", "ES256", "--json", settings=settings).json["announced"]

    assert ["ES256"] == [key["alg"] for key in announced]


def test_withdrawing_the_signing_key_brings_a_new_one(settings: Settings) -> None:
    run_namens("keys", "rotate", settings=settings)
    first = run_namens("keys", "list", "--json", settings=settings).json["keys"][0]["kid"]

    withdrawn = run_namens("keys", "withdraw", first, settings=settings)
    again = run_namens("keys", "withdraw", first, settings=settings)

    assert (0, 1) == (withdrawn.status, again.status)
    assert "signs at once" in withdrawn.out
    assert again.err.startswith("key_already_withdrawn:")


def test_the_account_stays_whole_when_the_register_s_key_is_withdrawn_right_after_it_signed(
    settings: Settings, database: Database
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    (signing,) = run_namens("keys", "list", "--of", "register", "--json", settings=settings).json["keys"]

    withdrawn = run_namens("keys", "withdraw", signing["kid"], settings=settings)

    assert 0 == withdrawn.status
    assert 0 == run_namens("journal", "verify", settings=settings).status
    assert 0 == run_namens("journal", "export", "--head", settings=settings).status
    assert 0 == run_namens("journal", "verify", settings=settings).status


def test_a_row_that_somebody_altered_is_told_of_and_keeps_nobody_from_the_other_ring(
    settings: Settings, database: Database
) -> None:
    run_namens("import", str(DEMO), settings=settings)
    run_namens("keys", "rotate", settings=settings)
    kids = {
        key["of"]: key["kid"] for key in run_namens("keys", "list", "--json", settings=settings).json["keys"]
    }
    with database.writing() as db:
        db.run(Statement("UPDATE keys_keys SET signs_until = 1 WHERE ring = 'register'"))

    refused = run_namens("keys", "withdraw", kids["register"], settings=settings)
    withdrawn = run_namens("keys", "withdraw", kids["provider"], settings=settings)

    assert (1, 0) == (refused.status, withdrawn.status)
    assert refused.err.startswith("key_altered: ")
    assert kids["register"] in refused.err


def test_an_unknown_key_is_refused_by_code(settings: Settings) -> None:
    ran = run_namens("keys", "withdraw", "nobody", "--json", settings=settings)

    assert (1, "") == (ran.status, ran.out)
    assert "key_unknown" == json.loads(ran.err)["error"]


def test_wrong_usage_is_another_status(settings: Settings) -> None:
    assert 2 == run_namens("keys", "withdraw", settings=settings).status
    assert 2 == run_namens("keys", "rotate", "--alg", "none", settings=settings).status


def test_a_secret_that_does_not_open_the_keys_is_said(settings: Settings) -> None:
    run_namens("keys", "rotate", settings=settings)

    ran = run_namens("keys", "rotate", settings=settings, changed={"NAMENS_SECRETS__SEAL": secret(99)})

    assert 1 == ran.status
    assert ran.err.startswith("seal_does_not_fit:")


def test_a_key_id_that_begins_with_a_hyphen_is_no_option(settings: Settings) -> None:
    refused = run_namens("keys", "withdraw", "-Xb3", settings=settings)

    assert 1 == refused.status
    assert refused.err.startswith("key_unknown:")
