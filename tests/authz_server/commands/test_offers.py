from authz_server.app import create_app
from authz_server.config import Settings
from authz_server.context import Context
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.register import offering
from keys.storage import Database
from tests.support.commands import run_namens
from tests.support.offers import actor, an_offer, fresh_world


def offered(settings: Settings, database: Database) -> str:
    """Anna offers Ömer something, in the world and on the clock of the command."""
    fresh_world(database)
    context: Context = create_app(settings).extensions["namens"]
    now = context.clock()
    until = now + 86400 * 300
    offer = an_offer("anna", "income-tax", representative="omer", until=until)
    with context.database.recording() as db:
        made = offering.make(
            db, context.vault, offer, login=Loa.SUBSTANTIAL, by=actor("anna"), now=now, policy=DEFAULT_POLICY
        )
    context.database.engine.dispose()
    assert not isinstance(made, offering.Refused), made
    return made.id


def test_what_is_open_is_listed_shown_and_taken_back(settings: Settings, database: Database) -> None:
    id = offered(settings, database)

    listed = run_namens("offers", "list", "--json", settings=settings).json["offers"]
    assert [(id, "acceptance")] == [(one["id"], one["waits_for"]) for one in listed]
    for party, count in (("anna", 1), ("omer", 1), ("eva", 0)):
        found = run_namens("offers", "list", "--party", party, "--json", settings=settings).json
        assert count == len(found["offers"])

    done = run_namens("offers", "withdraw", id, "--reason", "asked by letter", settings=settings)
    assert 0 == done.status, done.err
    shown = run_namens("offers", "show", id, "--json", settings=settings).json
    assert ("withdrawn", None) == (shown["offer"]["state"], shown["offer"]["waits_for"])
    assert ["offered", "withdrawn"] == [one["event"] for one in shown["history"]]
    assert "withdrawn by operator" in run_namens("offers", "show", id, settings=settings).out
    assert "Nothing is open." in run_namens("offers", "list", settings=settings).out


def test_what_cannot_be_taken_back_is_refused_with_its_code(settings: Settings, database: Database) -> None:
    id = offered(settings, database)
    number = run_namens("offers", "withdraw", id, "--reason", "999997221 called", settings=settings)
    assert number.err.startswith("reason_holds_a_number: ")
    run_namens("offers", "withdraw", id, settings=settings)

    assert run_namens("offers", "withdraw", id, settings=settings).err.startswith("not_now: ")
    for command in (["show", "nothing"], ["withdraw", "nothing"], ["decline", "nothing"]):
        assert run_namens("offers", *command, settings=settings).err.startswith("unknown_offer: ")
    nobody = run_namens("offers", "list", "--party", "nobody", settings=settings)
    assert nobody.err.startswith("unknown_party: ")


def test_g6a_who_got_a_letter_and_calls_to_say_no_is_served(settings: Settings, database: Database) -> None:
    id = offered(settings, database)

    done = run_namens("offers", "decline", id, "--reason", "by telephone", settings=settings)

    assert 0 == done.status, done.err
    shown = run_namens("offers", "show", id, "--json", settings=settings).json
    assert ("declined", None) == (shown["offer"]["state"], shown["offer"]["waits_for"])
    assert "declined by operator" in run_namens("offers", "show", id, settings=settings).out
    assert run_namens("offers", "decline", id, settings=settings).err.startswith("not_now: ")
    number = run_namens("offers", "decline", id, "--reason", "999997221 called", settings=settings)
    assert number.err.startswith("reason_holds_a_number: ")
