"""The evidence policy is a setting: what the operator changed is obeyed wherever something is given or looked at (G4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from authz_server.config.evidence import EvidenceSettings
from keys.storage import Statement
from tests.authz_server.portal import test_appointing as appointing
from tests.authz_server.portal import test_desk as desk
from tests.authz_server.portal import test_letters as letters
from tests.authz_server.portal import test_lists as lists
from tests.authz_server.portal import test_several as several
from tests.authz_server.portal import test_visits as visits
from tests.authz_server.portal.test_giving import at_home, fetched_today
from tests.support.clock import Clock
from tests.support.pages import get
from tests.support.signing_in import World

_CLIENTS = Statement("SELECT 1 FROM register_clients WHERE list = 'g-north' AND party = 'bakery'")


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """The world, where Kees and Lars work at the town's desk, and letters are posted."""
    world = letters.a_world(tmp_path, clock)
    desk.appoint(world, "kees", "lars")
    fetched_today(world)
    yield world
    world.context.database.engine.dispose()


def only_by_a_notary(people: World) -> None:
    """The operator changes the setting: nothing else is evidence of anything from now on."""
    deed = dict.fromkeys(("low", "substantial", "high"), "notarial_deed")
    settings = people.context.settings.model_copy(update={"evidence": EvidenceSettings(**deed)})
    object.__setattr__(people.context, "settings", settings)


def test_what_is_recorded_at_a_desk(people: World) -> None:
    page = desk.at_desk(people, "kees")
    only_by_a_notary(people)

    assert 422 == desk.record(page).status
    assert [] == desk.states(people)
    desk.record(page, checked="notarial_deed")
    assert ["requested"] == desk.states(people)


def test_what_is_confirmed_at_a_desk(people: World) -> None:
    desk.record(desk.at_desk(people, "kees"))
    lars = desk.at_desk(people, "lars")
    only_by_a_notary(people)

    refused = lars.follow(next(id for id in lars.ids if id.startswith("paper-of-"))).press("confirm")

    assert 409 == refused.status
    assert ["requested"] == desk.states(people)


def test_what_a_visit_is_worth(people: World) -> None:
    only_by_a_notary(people)

    assert "too_weak" == visits.begin(people).code


def test_what_can_be_asked_for_by_letter(people: World) -> None:
    assert "task:benefit:all" in letters.form(people).html
    only_by_a_notary(people)

    assert "task:benefit:all" not in letters.form(people).html


def test_which_letters_go(people: World, tmp_path: Path) -> None:
    letters.ask(letters.form(people))
    only_by_a_notary(people)

    assert [] == letters.posted(people, tmp_path / "letters")


def test_what_an_administrator_is_shown_and_given(people: World) -> None:
    carla = appointing.organisation(people, "carla", "bakery")
    summary = appointing.appoint(carla, to="daan")
    assert 200 == summary.status
    only_by_a_notary(people)

    assert 422 == summary.press("appoint-yes").status
    assert 422 == appointing.appoint(carla, to="daan").status
    assert [("daan", "a-bakery-daan")] == appointing.appointments(people)


def test_what_is_accepted_with_several(people: World) -> None:
    offer = several.offered(people, 1)
    page = several.several(people)
    only_by_a_notary(people)

    done = page.press("accept", **{f"offer:{offer}": "yes"})

    assert [offer] == several.listed(done, "not-done-list")


def test_which_lines_of_a_list_are_good_and_which_are_carried_out(people: World) -> None:
    looked = lists.upload(people, lists.GOOD)
    only_by_a_notary(people)

    refused = looked.press("list-all")

    assert [] == lists.outcomes(refused)
    assert {"cannot_be_granted"} == {code for code, _ in lists.faults(refused)}
    assert {"cannot_be_granted"} == {code for code, _ in lists.faults(lists.upload(people, lists.GOOD))}


def test_into_which_team_a_list_may_let_clients_land(people: World) -> None:
    line = "nummer;dienst;taak;tot en met;team\n00436606;Btw-aangifte;;31-12-2027;Team Noord\n"
    assert [] == lists.faults(lists.upload(people, line, lists.ASK, "lotte"))
    only_by_a_notary(people)

    looked = lists.upload(people, line, lists.ASK, "lotte")

    assert ["cannot_be_granted"] == [code for code, _ in lists.faults(looked)]


def test_who_fills_a_team(people: World) -> None:
    lotte = at_home(people, "lotte")
    client = get(lotte.browser, "/portal/for/peeters/clients/bakery")
    team = get(lotte.browser, "/portal/for/peeters/teams/g-north")
    other = get(lotte.browser, "/portal/for/peeters/teams/g-payroll")
    only_by_a_notary(people)

    assert 422 == client.press("put-in", team="g-north").status
    assert 422 == team.press("receive").status
    assert 422 == other.press("serve", mandate="m0015").status
    with people.context.database.reading() as db:
        assert None is db.one(_CLIENTS)
