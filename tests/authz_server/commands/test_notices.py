"""`namens notices`, `namens parties mail`, `namens mandates freeze`: telling people, and stopping at once for who asks."""

from pathlib import Path

from authz_server.config import Settings
from keys.storage import Database
from tests.authz_server.commands.test_world import DEMO
from tests.support.commands import Ran, run_namens
from tests.support.dumped import dumped

MAIL = "anna@example.nl"


def test_a_mandate_is_frozen_for_who_asks_with_all_that_the_same_representative_has(
    settings: Settings,
) -> None:
    run_namens("import", str(DEMO), settings=settings)

    done = run_namens("mandates", "freeze", "m0001", "--reason", "by telephone", "--json", settings=settings)
    again = run_namens("mandates", "freeze", "m0001", settings=settings)
    shown = run_namens("mandates", "show", "m0002", "--json", settings=settings).json

    assert {"mandates": ["m0001", "m0002"], "people": 1, "more_people": False} == done.json
    assert again.err.startswith("already_suspended:")
    assert "suspended" == shown["mandate"]["state"]
    assert ("frozen", "operator", "by telephone") == (
        shown["history"][-1]["event"],
        shown["history"][-1]["authority"],
        shown["history"][-1]["reason"],
    )
    words = run_namens("mandates", "freeze", "m0010", settings=settings).out
    assert words.startswith("2 mandates are suspended, from ")
    assert run_namens("mandates", "freeze", "no-such", settings=settings).err.startswith("unknown_mandate:")
    assert 0 == run_namens("journal", "verify", settings=settings).status


def test_what_reached_nobody_is_listed_by_ids_and_sent_again_once_there_is_a_way(
    settings: Settings, tmp_path: Path
) -> None:
    def namens(*arguments: str, **changed: str) -> Ran:
        return run_namens(*arguments, settings=settings, changed=changed)

    run_namens("import", str(DEMO), settings=settings)
    namens("mandates", "suspend", "m0001")
    assert 2 == namens("notices", "list", "--json").json["on_their_way"]
    assert {"no_way": 2} == namens("worker", "--once", "--json").json["told"]

    failed = namens("notices", "list", "--json").json
    assert [("anna", "m0001", "no_way"), ("bram", "m0001", "no_way")] == sorted(
        (one["recipient"], one["mandate"], one["outcome"]) for one in failed["notices"]
    )
    assert "Anna de Vries" not in namens("notices", "list", "--all").out
    assert "2 notices will be sent.\n" == namens("notices", "retry").out

    post = {"NAMENS_POST__FOLDER": str(tmp_path / "letters")}
    told = namens("worker", "--once", **post)
    assert "2 messages: post" in told.out
    assert [] == namens("notices", "list", "--json").json["notices"]
    assert 2 == len(namens("notices", "list", "--all", "--json").json["notices"])
    assert 2 == len(list((tmp_path / "letters").iterdir()))


def test_an_operator_says_where_a_party_is_mailed_and_that_it_is_no_more(
    settings: Settings, database: Database
) -> None:
    run_namens("import", str(DEMO), settings=settings)

    done = run_namens("parties", "mail", "anna", "--language", "nl", settings=settings, stdin=f"{MAIL}\n")
    assert (0, "anna is mailed when something changes.\n") == (done.status, done.out)
    rows = dumped(database)
    assert rows["register_addresses"]
    assert MAIL not in "".join(rows.values())

    for typed in ("anna", "", "a@b\r\nBcc: c@d.nl", "x" * 5000):
        refused = run_namens("parties", "mail", "bram", settings=settings, stdin=typed)
        assert refused.err.startswith("not_a_mail_address:"), typed
    nobody = run_namens("parties", "mail", "nobody", settings=settings, stdin=MAIL)
    assert nobody.err.startswith("unknown_party:")
    gone = run_namens("parties", "mail", "anna", "--remove", "--json", settings=settings)
    assert {"party": "anna", "mailed": False} == gone.json
    assert (
        "anna had no mail address.\n"
        == run_namens("parties", "mail", "anna", "--remove", settings=settings).out
    )
